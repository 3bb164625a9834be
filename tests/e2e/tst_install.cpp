#include "install/answers.h"
#include "install/seed.h"
#include "support/e2e_program.h"

#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// VMs made without anybody's help: Debian's real installer, as far as it comes without the packages of its CD, and the
/// judgement of Debian's own programs on what it is told.
class TestInstall : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void preseedIsTakenByDebconf();
    void seedIsReadByXorriso();
    void answersItsInstaller();
    void cancelledLeavesNothing();
    void byHandHasAScreen();
    void killedIsMadeAnew();

private:
    QStringList create(const QString& patience = u"15"_s) const
    {
        return {u"vm"_s,      u"create"_s, u"deb"_s,      u"--iso"_s, m_iso,           u"--size"_s, u"8G"_s,
                u"--accel"_s, u"tcg"_s,    u"--memory"_s, u"1024"_s,  u"--patience"_s, patience};
    }
    QString folder() const { return m_data + u"/benchvisor/vms/deb"_s; }
    void verifyNothingStays() const
    {
        QVERIFY2(!QFileInfo::exists(folder()), qPrintable(folder()));
        BV_NOTHING_LEFT(m_world);
    }

    World m_world;
    QString m_iso;
    QString m_data;
    QString m_why; ///< there is no installer
};

/// A CD with the kernel and the initrd of Debian's installer, which Debian has as a package.
void TestInstall::initTestCase()
{
    m_data = m_world.environment().value(u"XDG_DATA_HOME"_s);
    const QString folder = m_world.file(u"di"_s);
    QVERIFY(QDir().mkpath(folder));
    const Said got = m_world.say(u"sh"_s, {u"-c"_s, uR"sh(cd "$1" && p=debian-installer-12-netboot-amd64
apt-get -qq download "$p" && dpkg-deb --fsys-tarfile "$p"_*.deb |
  tar -x --wildcards '*/text/debian-installer/amd64/linux' '*/text/debian-installer/amd64/initrd.gz' &&
  rm "$p"_*.deb && mkdir -p cd/install.amd cd/.disk &&
  find . -name linux -exec mv {} cd/install.amd/vmlinuz \; && find . -name initrd.gz -exec mv {} cd/install.amd/ \; &&
  echo 'Debian GNU/Linux 12 "Bookworm" - amd64 NETINST' >cd/.disk/info &&
  xorriso -as mkisofs -quiet -V 'Debian 12 amd64 n' -r -J -o cd.iso cd)sh"_s,
                                           u"sh"_s, folder});
    if (got.status != 0)
        m_why = u"No Debian installer: "_s + QString::fromUtf8(got.errors).trimmed();
    m_iso = folder + u"/cd.iso"_s;
}

void TestInstall::preseedIsTakenByDebconf()
{
    const GuestAccount account{u"deb"_s, u"bench"_s, u"ssh-ed25519 AAAA benchvisor-deb"_s};
    QFile file(m_world.file(u"preseed.cfg"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(debianPreseed(account, u"x86_64"_s)) > 0);
    file.close();
    const Said said = m_world.say(u"debconf-set-selections"_s, {u"-c"_s, file.fileName()});
    QVERIFY2(said.status == 0 && said.errors.isEmpty(), said.errors);
}

void TestInstall::seedIsReadByXorriso()
{
    const GuestAccount account{u"vm"_s, u"bench"_s, u"ssh-ed25519 AAAA benchvisor-vm"_s};
    const QString seed = m_world.file(u"seed.iso"_s);
    QVERIFY(writeSeedIso(seed, u"cidata"_s, {{u"user-data"_s, cloudUserData(account)}, {u"meta-data"_s, "{}"}}));
    const Said said = m_world.say(u"xorriso"_s, {u"-indev"_s, seed, u"-osirrox"_s, u"on"_s, u"-extract"_s,
                                                 u"/user-data"_s, m_world.file(u"read-back"_s)});
    QVERIFY2(said.status == 0, said.errors);
    QVERIFY2(said.errors.toLower().contains("volume id    : 'cidata'"), said.errors);
    QFile file(m_world.file(u"read-back"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), cloudUserData(account));
}

/// It finds its answers, sets up the network and looks for packages without a question. There it stops where it has no
/// mirror, and that is seen; with one it would go on for an hour, and is cancelled.
void TestInstall::answersItsInstaller()
{
    if (!m_why.isEmpty())
        QSKIP(qPrintable(m_why));
    Program vm(m_world, create());
    BV_SAID(vm.waitFor(u"Asking the package source"_s, 300'000), vm);
    const QJsonObject config =
        QJsonDocument::fromJson(m_world.benchvisor({u"vm"_s, u"show"_s, u"deb"_s}).output).object();
    QCOMPARE(config["guest"_L1].toString(), u"disk"_s);
    QCOMPARE(config["iso"_L1].toString(), QString()); // it is not attached later
    const QFileInfo key(folder() + u"/key"_s);
    QVERIFY(key.isFile() && (key.permissions() & (QFile::ReadGroup | QFile::ReadOther)) == 0);
    const QList<qint64> pids = m_world.machines();
    QCOMPARE(pids.size(), 1);
    QVERIFY(!World::commandOf(pids.first()).contains("ssh-ed25519"));
    const bool asked = vm.waitFor(u"stopped with a question"_s, 60'000);
    if (!asked)
        vm.signal(SIGINT);
    BV_SAID(vm.finish() && vm.status() == (asked ? 2 : 130), vm);
    verifyNothingStays();
}

void TestInstall::cancelledLeavesNothing()
{
    if (!m_why.isEmpty())
        QSKIP(qPrintable(m_why));
    Program vm(m_world, create());
    BV_SAID(vm.waitFor(u"Starting the kernel"_s), vm);
    const Said second = m_world.benchvisor(create());
    QVERIFY2(second.status == 2 && second.errors.contains("is being made by another program"), second.errors);
    vm.signal(SIGINT);
    BV_SAID(vm.finish() && vm.status() == 130, vm);
    verifyNothingStays();
}

/// Any other ISO: somebody sits before it.
void TestInstall::byHandHasAScreen()
{
    const QString iso = m_world.file(u"other.iso"_s);
    QVERIFY(writeSeedIso(iso, u"OTHER"_s, {{u"readme"_s, "no installer"}}));
    const QStringList words{u"vm"_s,      u"create"_s, u"deb"_s,    u"--iso"_s, iso,
                            u"--accel"_s, u"tcg"_s,    u"--size"_s, u"4G"_s};
    const Said refused = m_world.benchvisor(words);
    QVERIFY2(refused.status == 2 && refused.errors.contains("add --by-hand"), refused.errors);
    World noDisplay;
    noDisplay.setVariable(u"DISPLAY"_s, {});
    noDisplay.setVariable(u"WAYLAND_DISPLAY"_s, {});
    Program vm(noDisplay, words + QStringList{u"--by-hand"_s});
    BV_SAID(vm.waitFor(u"by VNC on the socket"_s), vm);
    const QString screen = noDisplay.runtimeDir() + u"/vm-deb/vnc"_s;
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(screen) || !vm.isRunning(), 60000);
    vm.signal(SIGINT);
    BV_SAID(vm.finish() && vm.status() == 130, vm);
    BV_NOTHING_LEFT(noDisplay);
    verifyNothingStays();
}

/// What a program that was killed left is told, and replaced.
void TestInstall::killedIsMadeAnew()
{
    if (!m_why.isEmpty())
        QSKIP(qPrintable(m_why));
    Program first(m_world, create());
    BV_SAID(first.waitFor(u"Starting the kernel"_s), first);
    first.signal(SIGKILL);
    QVERIFY(first.finish());
    QTRY_COMPARE_WITH_TIMEOUT(m_world.machines().size(), 0, 30000);
    QVERIFY(m_world.benchvisor({u"vm"_s, u"list"_s}).output.contains("making"));
    Program second(m_world, create(u"0.02"_s)); // so little that it is given up
    BV_SAID(second.waitFor(u"Removing what was half made"_s), second);
    BV_SAID(second.finish() && second.status() == 2 && second.said(u"has said nothing for 1 s"_s), second);
    verifyNothingStays();
    QCOMPARE(m_world.benchvisor({u"vm"_s, u"delete"_s, u"deb"_s}).status, 1);
}

QTEST_GUILESS_MAIN(TestInstall)
#include "tst_install.moc"
