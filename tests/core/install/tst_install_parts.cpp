#include "disk/disk_tool.h"
#include "install/answers.h"
#include "install/console_watch.h"
#include "install/seed.h"
#include "install/vm_maker.h"
#include "install/vm_store.h"
#include "target/qemu/vm_folder.h"

#include <QCoroTask>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// What installers are told, what they say, and what is kept of the VM.
class TestInstallParts : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void accounts_data();
    void accounts();
    void cloudAnswers();
    void ubuntuAnswers();
    void debianAnswers();
    void seedsAreReadBack();
    void initrdsGrow();
    void looksAtIsos_data();
    void looksAtIsos();
    void noIso();
    void consoleOfDebian();
    void consoleInPieces();
    void storesVms();
    void keepsKeysByVm();
    void refusesWishes_data();
    void refusesWishes();
    void keepsWhatItCannotRead();
    void commandLines();
    void whatEndsAnInstallation_data();
    void whatEndsAnInstallation();

private:
    static GuestAccount account()
    {
        return {u"vm-1"_s, u"bench"_s, u"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA benchvisor-vm-1"_s};
    }
    static QJsonObject configOf(const QByteArray& text)
    {
        return text.startsWith("#cloud-config\n") ? QJsonDocument::fromJson(text.mid(14)).object() : QJsonObject();
    }
    QString path(const QString& name) const { return m_folder->filePath(name); }
    static QByteArray content(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestInstallParts::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestInstallParts::accounts_data()
{
    QTest::addColumn<GuestAccount>("given");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("right") << account() << QString();
    const auto row = [](const char* title, const QString& host, const QString& user, const QString& key,
                        const char* says) {
        QTest::newRow(title) << GuestAccount{host, user, key} << QString::fromUtf8(says);
    };
    row("capital", u"Vm"_s, u"u"_s, {}, "cannot be the name of a VM");
    row("path", u"../x"_s, u"u"_s, {}, "cannot be the name of a VM");
    row("no name", {}, u"u"_s, {}, "cannot be the name of a VM");
    row("root", u"vm"_s, u"root"_s, {}, "cannot be the user");
    row("two words", u"vm"_s, u"a b"_s, {}, "cannot be the user");
    row("a quote in the key", u"vm"_s, u"u"_s, u"ssh-ed25519 AAAA'; reboot"_s, "public key");
    row("two lines", u"vm"_s, u"u"_s, u"ssh-ed25519 AAAA\nx"_s, "public key");
}

void TestInstallParts::accounts()
{
    QFETCH(GuestAccount, given);
    QFETCH(QString, sentence);
    const auto checked = checkAccount(given);
    QCOMPARE(bool(checked), sentence.isEmpty());
    QVERIFY(checked.error().message.contains(sentence));
}

void TestInstallParts::cloudAnswers()
{
    const QJsonObject config = configOf(cloudUserData(account()));
    const QJsonObject user = config["users"_L1][0].toObject();
    QCOMPARE(user["name"_L1].toString(), u"bench"_s);
    QVERIFY(user["lock_passwd"_L1].toBool());
    QCOMPARE(user["ssh_authorized_keys"_L1][0].toString(), account().publicKey);
    QCOMPARE(config["power_state"_L1]["mode"_L1].toString(), u"poweroff"_s);
    QVERIFY(!cloudUserData(account()).contains("passwd\": \""));
    QCOMPARE(QJsonDocument::fromJson(seedMetaData(account()))["local-hostname"_L1].toString(), u"vm-1"_s);
}

void TestInstallParts::ubuntuAnswers()
{
    const QJsonObject config = configOf(autoinstallUserData(account()))["autoinstall"_L1].toObject();
    QCOMPARE(config["version"_L1].toInt(), 1);
    QCOMPARE(config["shutdown"_L1].toString(), u"poweroff"_s);
    QCOMPARE(config["user-data"_L1]["users"_L1][0]["name"_L1].toString(), u"bench"_s);
    QVERIFY(config["packages"_L1].toArray().contains(u"sysbench"_s));
    QVERIFY(!config.contains("identity"_L1)); // which would want a password
}

void TestInstallParts::debianAnswers()
{
    const QByteArray preseed = debianPreseed(account(), u"x86_64"_s);
    for (const char* line :
         {"d-i passwd/username string bench\n", "d-i passwd/user-password-crypted password !\n",
          "d-i debian-installer/exit/poweroff boolean true\n", "d-i grub-installer/bootdev string /dev/vda\n"})
        QVERIFY2(preseed.contains(line), line);
    QCOMPARE(preseed.count(account().publicKey.toUtf8()), 1);
    QVERIFY(!debianPreseed(account(), u"aarch64"_s).contains("bootdev"));
}

void TestInstallParts::seedsAreReadBack()
{
    const SeedFiles files{{u"user-data"_s, cloudUserData(account())}, {u"meta-data"_s, seedMetaData(account())}};
    QVERIFY(writeSeedIso(path(u"seed.iso"_s), u"cidata"_s, files));
    QCOMPARE(QFileInfo(path(u"seed.iso"_s)).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    const auto facts = lookAtIso(path(u"seed.iso"_s));
    QVERIFY(facts);
    QCOMPARE(facts->volume.toLower(), u"cidata"_s);
    for (auto it = files.begin(); it != files.end(); ++it) {
        QVERIFY(extractFromIso(path(u"seed.iso"_s), it.key(), path(it.key())));
        QCOMPARE(content(path(it.key())), *it);
    }
    QCOMPARE(extractFromIso(path(u"seed.iso"_s), u"none"_s, path(u"x"_s)).error().code, Error::Code::NotFound);
    QVERIFY(!writeSeedIso(path(u"seed.iso"_s), u"cidata"_s, files)); // replaces nothing
    QVERIFY(!writeSeedIso(u"/no/such/folder/seed.iso"_s, u"cidata"_s, files));
}

void TestInstallParts::initrdsGrow()
{
    QFile file(path(u"initrd"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("12345") == 5);
    file.close();
    QVERIFY(extendInitrd(path(u"initrd"_s), {{u"preseed.cfg"_s, "answers\n"}}, path(u"new"_s)));
    const QByteArray made = content(path(u"new"_s));
    QVERIFY(made.startsWith(QByteArray("12345\0\0\0", 8) + "070701"));
    QVERIFY(made.contains("preseed.cfg") && made.contains("answers\n") && made.contains("TRAILER!!!"));
}

void TestInstallParts::looksAtIsos_data()
{
    QTest::addColumn<QString>("info");
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<IsoFacts::Kind>("kind");
    QTest::addColumn<QString>("arch");
    const auto row = [](const char* title, const char* info, const QStringList& files, IsoFacts::Kind kind,
                        const char* arch) {
        QTest::newRow(title) << QString::fromUtf8(info) << files << kind << QString::fromUtf8(arch);
    };
    const QStringList debian{u"install.amd/vmlinuz"_s, u"install.amd/initrd.gz"_s};
    const QStringList casper{u"casper/vmlinuz"_s, u"casper/initrd"_s};
    row("Debian", "Debian GNU/Linux 12.11.0 \"Bookworm\" - Official amd64 NETINST", debian, IsoFacts::Kind::Debian,
        "x86_64");
    row("Debian on arm", "Debian GNU/Linux 12.11.0 \"Bookworm\" - Official arm64 NETINST",
        {u"install.a64/vmlinuz"_s, u"install.a64/initrd.gz"_s}, IsoFacts::Kind::Debian, "aarch64");
    row("Ubuntu Server", "Ubuntu-Server 22.04.4 LTS \"Jammy Jellyfish\" - Release amd64 (20240216.1)", casper,
        IsoFacts::Kind::Ubuntu, "x86_64");
    row("Ubuntu Server on arm", "Ubuntu-Server 20.04.5 LTS \"Focal Fossa\" - Release arm64", casper,
        IsoFacts::Kind::Ubuntu, "aarch64");
    row("Ubuntu's desktop", "Ubuntu 22.04.4 LTS \"Jammy Jellyfish\" - Release amd64", casper, IsoFacts::Kind::Other,
        "x86_64");
    row("Debian live", "Debian GNU/Linux 12 live amd64", {}, IsoFacts::Kind::Other, "x86_64");
    row("another one", "", {u"boot/vmlinuz"_s}, IsoFacts::Kind::Other, "");
}

void TestInstallParts::looksAtIsos()
{
    QFETCH(QString, info);
    QFETCH(QStringList, files);
    QFETCH(IsoFacts::Kind, kind);
    QFETCH(QString, arch);
    SeedFiles all{{u".disk/info"_s, info.toUtf8()}};
    for (const QString& name : files)
        all.insert(name, "x");
    QVERIFY(writeSeedIso(path(u"a.iso"_s), u"VOLUME"_s, all));
    const auto facts = lookAtIso(path(u"a.iso"_s));
    QVERIFY2(facts, qPrintable(facts.error().message));
    QCOMPARE(facts->kind, kind);
    QCOMPARE(facts->arch, arch);
    QCOMPARE(facts->info, info);
    QCOMPARE(facts->kernel, kind == IsoFacts::Kind::Other ? QString() : files.first());
}

void TestInstallParts::noIso()
{
    QCOMPARE(lookAtIso(path(u"none"_s)).error().code, Error::Code::NotFound);
    QFile file(path(u"text"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(100000, 'x')) > 0);
    file.close();
    QCOMPARE(lookAtIso(path(u"text"_s)).error().code, Error::Code::BadInput);
}

/// As Debian 12's installer spoke on a serial console.
void TestInstallParts::consoleOfDebian()
{
    ConsoleWatch watch;
    QVERIFY(watch.take("[    0.000000] Linux version 6.1.0-37-amd64\r\n"));
    QVERIFY(watch.take(
        "\x1b[H\x1b[7m\x1b[m\x1b[32m[ \x1b[37m(1*installer)\x1b[m\r\n\x1b[0mDetecting network hardware  ... 2%"));
    QCOMPARE(watch.phase(), u"Looking for the network"_s);
    QVERIFY(watch.take("... 95%... 100%\r\n"));
    QCOMPARE(watch.lastLine(), u"Detecting network hardware  ... 2%... 95%... 100%"_s);
    const double before = watch.fraction();
    // The clock of its status bar is no progress.
    QVERIFY(!watch.take("\x1b[H\x1b[7m\x1b[m\x1b[32m[ \x1b[37m0 start  (1*installer)  2 shell \x1b[m[ Nov 24 14:47 ]"));
    QVERIFY(watch.take(
        "\r\nDownload installer components\r\n------\r\nDownloading a file failed:\r\n  1: Retry [*],  2: Change "
        "mirror,\r\nPrompt: '?' for help, default=1> "));
    QVERIFY(watch.question().contains(u"Downloading a file failed:"_s));
    QVERIFY(watch.question().endsWith(u"default=1>"_s));
    QVERIFY(!watch.take(""));
    QVERIFY(!watch.question().isEmpty());
    QVERIFY(watch.take("\r\nInstalling the base system  ... 1%"));
    QVERIFY(watch.question().isEmpty());
    QVERIFY(watch.fraction() > before);
    QVERIFY(watch.take("\r\nDetecting network hardware again\r\n"));
    QCOMPARE(watch.phase(), u"Installing the base system"_s); // it never goes back
}

void TestInstallParts::consoleInPieces()
{
    const QByteArray said = "Cloud-init v. 22.4.2 running 'modules:final' at Mon, 24 Nov 2026\r\n"
                            "\x1b[32mBenchvisor: the guest is set up.\x1b[0m\r\nreboot: Power down\r\n";
    ConsoleWatch whole;
    whole.take(said);
    ConsoleWatch pieces;
    for (const char c : said)
        pieces.take(QByteArray(1, c));
    QCOMPARE(pieces.fraction(), 1.0);
    QCOMPARE(pieces.fraction(), whole.fraction());
    QCOMPARE(pieces.lastLine(), whole.lastLine());
    QCOMPARE(pieces.tail(), whole.tail());
}

void TestInstallParts::storesVms()
{
    const VmStore store(path(u"data"_s));
    QCOMPARE(store.list().size(), 0);
    QCOMPARE(store.load(u"vm"_s).error().code, Error::Code::NotFound);
    QCOMPARE(store.load(u"../vm"_s).error().code, Error::Code::NotFound);
    StoredVm vm;
    vm.name = u"vm"_s;
    vm.state = StoredVm::State::Installed;
    vm.source = u"/a.iso"_s;
    vm.target.id = u"vm"_s;
    vm.target.kind = TargetKind::Qemu;
    vm.target.qemu.guest = u"disk"_s;
    vm.target.qemu.disk.path = path(u"disk.raw"_s);
    vm.target.qemu.ssh.key = u"/k"_s;
    QVERIFY(store.save(vm));
    QCOMPARE(store.list(), QList<StoredVm>{vm});
    QCOMPARE(QFileInfo(store.folderOf(u"vm"_s)).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    QFile disk(path(u"disk.raw"_s));
    QVERIFY(disk.open(QIODevice::WriteOnly) && disk.write(QByteArray(512, 'x')) == 512);
    disk.close();
    // What plans know of its guest, under whatever name, is nothing to another guest.
    const QString keys = vmFolderOf(vm.target, path(u"data"_s));
    TargetSettings other = vm.target;
    other.qemu.disk.path = path(u"other.raw"_s);
    const QString otherKeys = vmFolderOf(other, path(u"data"_s));
    QVERIFY(keys != otherKeys && QDir().mkpath(keys) && QDir().mkpath(otherKeys));
    QVERIFY(store.mayDelete(other.qemu.disk.path));
    QVERIFY2(store.mayDelete(disk.fileName()).error().message.contains("vm delete vm"_L1), "");
    StoredVm overlay = vm;
    overlay.name = u"overlay"_s;
    overlay.target.qemu.disk.path = path(u"overlay.qcow2"_s);
    overlay.target.qemu.disk.base = path(u"base.raw"_s);
    QVERIFY(store.save(overlay) && QFile::copy(disk.fileName(), path(u"base.raw"_s)));
    QVERIFY2(store.mayDelete(path(u"base.raw"_s)).error().message.contains("VM overlay"_L1), "");
    QVERIFY(store.remove(vm));
    QVERIFY(!QFileInfo::exists(disk.fileName()) && !QFileInfo::exists(store.folderOf(u"vm"_s)));
    QVERIFY(!QFileInfo::exists(keys) && QFileInfo::exists(otherKeys));
}

/// A VM that is made again has a host key of its own.
void TestInstallParts::keepsKeysByVm()
{
    const VmStore store(u"/data"_s);
    TargetSettings target;
    target.id = u"any"_s;
    target.qemu.guest = u"disk"_s;
    target.qemu.disk.path = u"/disks/a.raw"_s;
    target.qemu.ssh.key = store.folderOf(u"vm"_s) + u"/key"_s;
    QCOMPARE(vmFolderOf(target, u"/data"_s), store.folderOf(u"vm"_s));
    for (const QString& key : {QString(), u"/home/x/key"_s, u"/data/vms/key"_s, u"/data/vms/../key"_s}) {
        target.qemu.ssh.key = key;
        QCOMPARE(vmFolderOf(target, u"/data"_s), u"/data/vm/any"_s + vmFolderEnding(u"/disks/a.raw"_s));
    }
    // Two plans may call different guests the same.
    TargetSettings other = target;
    other.qemu.disk.path = u"/disks/b.raw"_s;
    QVERIFY(vmFolderOf(other, u"/data"_s) != vmFolderOf(target, u"/data"_s));
    other.qemu.guest = u"iso"_s;
    other.qemu.iso = u"/a.iso"_s;
    QCOMPARE(vmFolderOf(other, u"/data"_s), u"/data/vm/any"_s + vmFolderEnding(u"/a.iso"_s));
}

void TestInstallParts::refusesWishes_data()
{
    using Change = std::function<void(VmWish&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, Change change, const char* sentence) {
        QTest::newRow(name) << std::move(change) << QString::fromUtf8(sentence);
    };
    row(
        "name", [](VmWish& w) { w.name = u"A"_s; }, "cannot be the name");
    row(
        "path as name", [](VmWish& w) { w.name = u"../../x"_s; }, "cannot be the name");
    row(
        "image by hand", [](VmWish& w) { std::swap(w.cloudImage, w.iso), w.byHand = true; }, "leave --by-hand out");
    row(
        "no such firmware", [](VmWish& w) { std::swap(w.cloudImage, w.iso), w.firmware = u"/no/firmware"_s; },
        "/no/firmware");
    row(
        "nothing", [](VmWish& w) { w.iso.clear(); }, "Give either");
    row(
        "both", [](VmWish& w) { w.cloudImage = u"/c"_s; }, "Give either");
    row(
        "no such ISO", [](VmWish& w) { w.iso = u"/no.iso"_s; }, "There is no file /no.iso");
    row(
        "unknown installer", [](VmWish&) {}, "add --by-hand");
    row(
        "disk there", [](VmWish& w) { w.byHand = true, w.disk = w.iso; }, "exists already");
    row(
        "small disk", [](VmWish& w) { w.byHand = true, w.bytes = 1024; }, "4 GiB or more");
    row(
        "no ssh-keygen", [](VmWish& w) { std::swap(w.cloudImage, w.iso); }, "ssh-keygen is not installed");
}

/// Nothing is started, and nothing stays.
void TestInstallParts::refusesWishes()
{
    QFETCH(std::function<void(VmWish&)>, change);
    QFETCH(QString, sentence);
    QVERIFY(writeSeedIso(path(u"a.iso"_s), u"VOLUME"_s, {{u"readme"_s, "x"}}));
    QVERIFY(QDir().mkdir(path(u"run"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    VmWish wish(u"vm"_s);
    wish.iso = path(u"a.iso"_s);
    wish.bytes = qint64(8) << 30;
    wish.accel = u"tcg"_s;
    change(wish);
    VmPlaces places;
    places.dataDir = path(u"data"_s);
    places.runtimeDir = path(u"run"_s);
    places.tools.sshKeygen = u"/nonexistent/ssh-keygen"_s;
    places.tools.qemuX86 = u"/nonexistent/qemu"_s;
    const auto made = QCoro::waitFor(makeVm(wish, places, [](const QString&, double) {}, {}));
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(sentence), qPrintable(made.error().message));
    QCOMPARE(VmStore(places.dataDir).list().size(), 0);
    QVERIFY(!QFileInfo::exists(VmStore(places.dataDir).folderOf(u"vm"_s)));
    QVERIFY(QFileInfo::exists(path(u"a.iso"_s)));
}

/// The disk of a VM whose description is damaged or gone is somebody's system.
void TestInstallParts::keepsWhatItCannotRead()
{
    VmPlaces places;
    places.dataDir = path(u"data"_s);
    places.runtimeDir = path(u"run"_s);
    const QString folder = VmStore(places.dataDir).folderOf(u"vm"_s);
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(QDir().mkdir(path(u"run"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    for (const QString& name : {u"disk.qcow2"_s, u"vm.json"_s}) {
        QFile file(folder + u'/' + name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{}") == 2);
    }
    QVERIFY(writeSeedIso(path(u"a.iso"_s), u"VOLUME"_s, {{u"readme"_s, "x"}}));
    VmWish wish(u"vm"_s);
    wish.iso = path(u"a.iso"_s);
    wish.byHand = true;
    wish.bytes = qint64(8) << 30;
    const InstallProgress quiet = [](const QString&, double) {};
    QVERIFY(QCoro::waitFor(makeVm(wish, places, quiet, {})).error().message.contains(u"is damaged"_s));
    QVERIFY(QFile::remove(folder + u"/vm.json"_s));
    QVERIFY(QCoro::waitFor(makeVm(wish, places, quiet, {})).error().message.contains(u"exists already"_s));
    QVERIFY(QFileInfo::exists(folder + u"/disk.qcow2"_s));
}

void TestInstallParts::commandLines()
{
    IsoFacts facts;
    facts.kind = IsoFacts::Kind::Debian;
    facts.arch = u"x86_64"_s;
    QVERIFY(installerCommandLine(facts).endsWith(u"console=ttyS0 --- console=ttyS0"_s));
    QVERIFY(installerCommandLine(facts).startsWith(u"auto=true"_s));
    facts.kind = IsoFacts::Kind::Ubuntu;
    facts.arch = u"aarch64"_s;
    QCOMPARE(installerCommandLine(facts), u"autoinstall ds=nocloud console=ttyAMA0 --- console=ttyAMA0"_s);
}

void TestInstallParts::whatEndsAnInstallation_data()
{
    QTest::addColumn<bool>("byHand");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("guest-shutdown") << true << QString();
    QTest::newRow("guest-reset") << true << QString();
    for (const char* reason : {"host-signal", "host-ui", "host-qmp-quit", ""})
        QTest::newRow(reason) << true << u"ended from outside"_s;
    QTest::newRow("guest-shutdown ") << false << QString();
    QTest::newRow("guest-reset ") << false << u"restarted itself"_s;
    QTest::newRow("host-ui ") << false << u"ended from outside (host-ui)"_s;
}

void TestInstallParts::whatEndsAnInstallation()
{
    QFETCH(bool, byHand);
    QFETCH(QString, sentence);
    const QString reason = QString::fromLatin1(QTest::currentDataTag()).trimmed();
    const Result<> ended = installationEnd(reason, byHand, {});
    QCOMPARE(bool(ended), sentence.isEmpty());
    QVERIFY(ended || ended.error().message.contains(sentence));
}

QTEST_GUILESS_MAIN(TestInstallParts)
#include "tst_install_parts.moc"
