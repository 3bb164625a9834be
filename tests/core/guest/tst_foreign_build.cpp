#include "guest/foreign_apt.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "support/elf_file.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

QString foreignName()
{
    return nativeArchitecture() == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
}

/// Stands for apt-get and apt-cache. What it is asked for goes to the file calls; the files below its folder say what
/// it answers: `sources` and `lists` (indextargets before and after the lists are there), `update` (a script).
const char* const FakeApt = R"sh(#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/calls"
for a; do case $a in Dir::State=*) state=${a#*=} ;; esac; done
case " $* " in
*' indextargets '*--no-release-info*) cat "$here/sources" ;;
*' indextargets '*) [ -e "$state/lists/fetched" ] && cat "$here/lists" ;;
*' update '*) . "$here/update" ;;
*' depends '*) for p in linux-image-cloud-amd64 linux-image-cloud-arm64; do
    echo $p; echo '  Depends: linux-image-6.1.0-9-fake'; done ;;
*' --simulate '*) . "$here/simulate" ;;
*' download '*) . "$here/download" ;;
esac
exit 0
)sh";
const char* const Simulate = R"sh(
for p in sysbench busybox-static coreutils e2fsprogs qemu-guest-agent libc6; do
    echo "Inst $p (1:1.0.20+ds-5 Debian:12/stable [arm64])"; done
)sh";
const char* const Download = R"sh(
seen=; for a; do [ -n "$seen" ] && echo deb >"${a}_1%3a1.0.20+ds-5_arm64.deb"; [ "$a" = download ] && seen=1; done
)sh";
/// -x DEB FOLDER: the package is a folder that the test has made
const char* const FakeDpkg = R"sh(#!/bin/sh
name=$(basename "$2"); from=$(dirname "$0")/packages/${name%%_*}
[ ! -d "$from" ] || cp -r "$from/." "$3"
)sh";

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// A guest of another architecture, from a fake apt whose packages are made here: no network.
class TestForeignBuild : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void configurationIsOfOneArchitecture();
    void parsesIndexTargets();
    void parsesASimulation();
    void buildsFromPackages();
    void takesWhatTheProgramsNeedAndNoMore();
    void keepsAptToItself();
    void readsOnlySourcesOfTheArchitecture();
    void buildsTheSameBytesAgain();
    void fetchesNothingTwice();
    void mendsDamagedParts();
    void rebuildsWithoutNetwork();
    void standsBesideTheOther();
    void removeRemovesOnlyItself();
    void saysWhatIsMissing_data();
    void saysWhatIsMissing();
    void cancelLeavesNothingBehind();

private:
    void write(const QString& path, const QByteArray& content, bool executable = false);
    void package(const QString& path, const ElfFile& program) { write(u"apt/packages/"_s + path, program.bytes()); }
    void makePackages();
    QByteArray calls() const { return read(m_dir->filePath(u"apt/calls"_s)); }
    QStringList cached() const;
    Result<GuestFiles> build() { return QCoro::waitFor(buildGuest(m_options, {}, m_stop.get_token())); }

    std::unique_ptr<QTemporaryDir> m_dir;
    GuestBuildOptions m_options;
    GuestArchitecture m_arch = *guestArchitecture(foreignName());
    std::stop_source m_stop;
};

void TestForeignBuild::write(const QString& path, const QByteArray& content, bool executable)
{
    const QString place = m_dir->filePath(path);
    QDir().mkpath(place.section(u'/', 0, -2));
    QFile file(place);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(place));
    QCOMPARE(file.write(content), content.size());
    if (executable)
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
}

void TestForeignBuild::makePackages()
{
    const quint16 machine = m_arch.elfMachine;
    const QByteArray loader = "/lib/ld.so.1";
    const QString libraries = u"/usr/lib/"_s + m_arch.libraryFolder;
    package(u"sysbench/usr/bin/sysbench"_s, {machine, loader, {"libaio.so.1", "libc.so.6"}, {}, {}});
    package(u"coreutils/bin/dd"_s, {machine, loader, {"libc.so.6"}, {}, {}});
    package(u"e2fsprogs/sbin/mke2fs"_s, {machine, loader, {"libc.so.6"}, {}, {}});
    write(u"apt/packages/e2fsprogs/etc/mke2fs.conf"_s, "[defaults]\n");
    package(u"qemu-guest-agent/usr/sbin/qemu-ga"_s, {machine, loader, {"libc.so.6"}, {}, {}});
    const QByteArray applets =
        QByteArray("\n[\n[[\ncat\ndf\nhalt\nln\nmkdir\nmodprobe\nmount\nnproc\npoweroff\nreboot\nrm\nsh\nsleep\nsync\n"
                   "umount\n")
            .replace('\n', '\0');
    package(u"busybox-static/bin/busybox"_s, {machine, {}, {}, {}, applets});
    package(u"libc6"_s + libraries + u"/libc.so.6"_s, {machine, {}, {"ld.so.1"}, {}, {}});
    package(u"libc6"_s + libraries + u"/libaio.so.1"_s, {machine, {}, {"libc.so.6"}, {}, {}});
    package(u"libc6"_s + libraries + u"/libunused.so.1"_s, {machine, {}, {}, {}, {}});
    package(u"libc6/lib/ld.so.1"_s, {machine, {}, {}, {}, {}});
    const QString kernel = u"apt/packages/linux-image-6.1.0-9-fake/"_s;
    write(kernel + u"boot/vmlinuz-6.1.0-9-fake"_s, m_arch.name == "aarch64"_L1 ? arm64Image() : bzImage());
    write(kernel + u"lib/modules/6.1.0-9-fake/modules.builtin"_s,
          "kernel/virtio_pci.ko\nkernel/virtio_blk.ko\nkernel/virtio_console.ko\nkernel/ext4.ko\n");
}

void TestForeignBuild::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_stop = std::stop_source();
    m_options = GuestBuildOptions();
    m_options.arch = foreignName();
    m_options.cacheDir = m_dir->filePath(u"a cache, with \"signs\""_s);
    m_options.aptGet = m_options.aptCache = m_dir->filePath(u"apt/apt"_s);
    m_options.dpkgDeb = m_dir->filePath(u"apt/dpkg-deb"_s);
    write(u"apt/apt"_s, FakeApt, true);
    write(u"apt/dpkg-deb"_s, FakeDpkg, true);
    write(u"apt/simulate"_s, Simulate);
    write(u"apt/download"_s, Download);
    write(u"apt/update"_s, "touch \"$state/lists/fetched\"\n");
    const QByteArray index = m_arch.debian.toUtf8() + "\x1f" + m_dir->filePath(u"etc/debian.sources"_s).toUtf8() +
                             ":1\x1fhttp://deb.example.org/debian/ bookworm\n";
    write(u"apt/sources"_s, index + "foreign\x1f" + m_dir->filePath(u"etc/other.list"_s).toUtf8() +
                                ":2\x1fhttp://other.example.org/ stable\n");
    write(u"apt/lists"_s, index);
    makePackages();
}

/// What is in the cache, but for the lock.
QStringList TestForeignBuild::cached() const
{
    QStringList names = QDir(m_options.cacheDir).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    names.removeAll(u".lock"_s);
    return names;
}

void TestForeignBuild::configurationIsOfOneArchitecture()
{
    const QByteArray text = foreignAptConfiguration(u"arm64"_s);
    for (const char* line : {"APT::Architecture \"arm64\";", "#clear APT::Architectures;",
                             "APT::Architectures { \"arm64\"; };", "#clear APT::Update::Post-Invoke;",
                             "#clear APT::Update::Post-Invoke-Success;", "APT::Install-Recommends \"false\";"})
        QVERIFY2(text.split('\n').contains(line), line);
    // Sources, keys, proxies and logins stay the machine's.
    for (const char* word : {"Dir::Etc", "Proxy", "Trusted", "Auth", "amd64"})
        QVERIFY2(!text.contains(word), word);
}

void TestForeignBuild::parsesIndexTargets()
{
    const auto indexes = parseIndexTargets("arm64\x1f/etc/apt/sources.list.d/a:b.sources:2\x1fhttp://x/ y\nnonsense\n"
                                           "all\x1f/etc/apt/sources.list:13\x1fhttp://z/ y\n");
    QCOMPARE(indexes.size(), 2);
    QCOMPARE(indexes[0].arch, u"arm64"_s);
    QCOMPARE(indexes[0].sourceFile, u"/etc/apt/sources.list.d/a:b.sources"_s);
    QCOMPARE(indexes[0].site, u"http://x/ y"_s);
    QCOMPARE(indexes[1].sourceFile, u"/etc/apt/sources.list"_s);
}

void TestForeignBuild::parsesASimulation()
{
    const auto names =
        parseSimulation("NOTE: This is only a simulation!\nInst libc6 (2.36-9 Debian:12/stable [arm64])\n"
                        "Inst gcc-12-base:arm64 [1] (12.2.0 Debian:12/stable [arm64]) []\n"
                        "Conf libc6 (2.36-9 Debian:12/stable [arm64])\n");
    QCOMPARE(names, (QStringList{u"gcc-12-base"_s, u"libc6"_s}));
}

void TestForeignBuild::buildsFromPackages()
{
    const auto guest = build();
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message + guest.error().detail));
    QCOMPARE(guest->arch, foreignName());
    QCOMPARE(guest->kernelRelease, u"6.1.0-9-fake"_s);
    QCOMPARE(guest->sysbenchVersion, u"1.0.20"_s);
    QCOMPARE(guest->sysbenchSha256.size(), 64);
    QCOMPARE(guest->digest.size(), 64);
    const auto again = builtGuest(m_options);
    QVERIFY(again);
    QCOMPARE(again->digest, guest->digest);
    QVERIFY(*guestUpToDate(m_options));
    QVERIFY(!cached().contains(u".build"_s));
}

void TestForeignBuild::takesWhatTheProgramsNeedAndNoMore()
{
    const auto guest = build();
    QVERIFY(guest);
    const QByteArray initrd = read(guest->initrd);
    const QByteArray folder = "usr/lib/" + m_arch.libraryFolder.toUtf8();
    for (const QByteArray& name :
         {folder + "/libc.so.6", folder + "/libaio.so.1", folder + "/ld.so.1", QByteArray("usr/bin/sysbench"),
          QByteArray("usr/bin/dd"), QByteArray("usr/bin/mount"), QByteArray("etc/mke2fs.conf"),
          QByteArray("usr/bin/qemu-ga")})
        QVERIFY2(initrd.contains(name), name.constData());
    QVERIFY(!initrd.contains("libunused"));
    if (!m_arch.loaderLink.isEmpty())
        QVERIFY(initrd.contains(m_arch.loaderLink.toUtf8()));
}

void TestForeignBuild::keepsAptToItself()
{
    QVERIFY(build());
    const QString work = m_options.cacheDir + u"/.build/apt"_s;
    const QList<QByteArray> all = calls().trimmed().split('\n');
    QVERIFY(all.size() >= 6);
    for (const QByteArray& call : all) {
        for (const QString& option : {u"-c %1/apt.conf"_s, u"Dir::State=%1/state"_s, u"Dir::State::status=%1/status"_s,
                                      u"Dir::Cache=%1/cache"_s})
            QVERIFY2(call.contains(option.arg(work).toUtf8()), call.constData());
        QVERIFY2(!call.contains(" install ") || call.contains("--simulate"), call.constData());
    }
}

void TestForeignBuild::readsOnlySourcesOfTheArchitecture()
{
    write(u"apt/update"_s, "touch \"$state/lists/fetched\"; ls -l \"$state/../sources\" >\"$here/linked\"\n");
    QVERIFY(build());
    const QByteArray linked = read(m_dir->filePath(u"apt/linked"_s));
    QVERIFY2(linked.contains("debian.sources -> " + m_dir->filePath(u"etc/debian.sources"_s).toUtf8()), linked);
    QVERIFY2(!linked.contains("other.list"), linked);
}

void TestForeignBuild::buildsTheSameBytesAgain()
{
    const auto first = build();
    QVERIFY(first);
    const QByteArray initrd = read(first->initrd);
    QVERIFY(removeGuest(m_options));
    const auto second = build();
    QVERIFY(second);
    QCOMPARE(second->digest, first->digest);
    QVERIFY(read(second->initrd) == initrd);
}

void TestForeignBuild::fetchesNothingTwice()
{
    QVERIFY(build());
    const QByteArray before = calls();
    QVERIFY(build());
    // As after an update of the program with other scripts in it.
    QVERIFY(QFile::remove(guestFolder(m_options) + u"/manifest.json"_s));
    QVERIFY(!*guestUpToDate(m_options));
    QVERIFY(build());
    QVERIFY(*guestUpToDate(m_options));
    QCOMPARE(calls(), before);
}

void TestForeignBuild::mendsDamagedParts()
{
    const auto first = build();
    QVERIFY(first);
    QVERIFY(QFile::remove(partsFolder(m_options) + u"/lib/libaio.so.1"_s));
    QVERIFY(!*guestUpToDate(m_options));
    const auto second = build();
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QCOMPARE(second->digest, first->digest);
}

void TestForeignBuild::rebuildsWithoutNetwork()
{
    const auto first = build();
    QVERIFY(first);
    m_options.force = true;
    write(u"apt/update"_s, "echo 'E: Failed to fetch http://x  Could not resolve host' >&2; exit 100\n");
    auto second = build();
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QCOMPARE(second->digest, first->digest);
    m_options.aptGet = u"/nonexistent/apt-get"_s;
    second = build();
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
}

void TestForeignBuild::standsBesideTheOther()
{
    GuestBuildOptions native = m_options;
    native.arch = nativeArchitecture();
    QVERIFY(build());
    const auto other = builtGuest(native);
    QVERIFY(!other);
    QVERIFY2(other.error().message.endsWith("Run 'benchvisor guest build'."_L1), qPrintable(other.error().message));
    QVERIFY(!*guestUpToDate(native));
    QVERIFY(guestFolder(native) != guestFolder(m_options));
    QVERIFY(removeGuest(m_options));
    const auto gone = builtGuest(m_options);
    QVERIFY2(gone.error().message.contains(u"benchvisor guest build --arch "_s + foreignName()),
             qPrintable(gone.error().message));
}

void TestForeignBuild::removeRemovesOnlyItself()
{
    QVERIFY(build());
    GuestBuildOptions native = m_options;
    native.arch = nativeArchitecture();
    QVERIFY(removeGuest(native));
    QVERIFY(builtGuest(m_options));
    QVERIFY(removeGuest(m_options));
    QCOMPARE(cached(), QStringList());
}

void TestForeignBuild::saysWhatIsMissing_data()
{
    QTest::addColumn<QString>("file"); // of the fake apt
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("words");
    const QByteArray ubuntu = m_arch.debian.toUtf8() +
                              "\x1f/etc/apt/sources.list:1\x1fhttp://archive.ubuntu.com/ubuntu/ "
                              "noble\n";
    const int notReady = int(Error::Code::NotReady);
    QTest::newRow("no sources") << u"sources"_s << QByteArray() << notReady << u"no package sources"_s;
    QTest::newRow("sources of another architecture")
        << u"sources"_s << QByteArray("mips\x1f/etc/apt/sources.list:1\x1fhttp://x/ y\n") << notReady
        << u"\"Architectures: %1\""_s.arg(m_arch.debian);
    QTest::newRow("archive without it") << u"lists"_s << QByteArray() << notReady << u"do not offer"_s;
    QTest::newRow("Ubuntu's archive has not all") << u"sources"_s << ubuntu << notReady << u"Ubuntu keeps them at"_s;
    QTest::newRow("no network") << u"update"_s
                                << QByteArray("echo 'W: Failed to fetch http://x  Temporary failure resolving x' >&2\n")
                                << notReady << u"Check the network"_s;
    QTest::newRow("disk full") << u"update"_s
                               << QByteArray("echo 'E: write (28: No space left on device)' >&2; exit 100\n")
                               << int(Error::Code::NoSpace) << u"space"_s;
    QTest::newRow("no sysbench") << u"simulate"_s
                                 << QByteArray("echo 'E: Unable to locate package sysbench' >&2; exit 100\n")
                                 << notReady << u"sysbench"_s;
    QTest::newRow("nothing downloaded") << u"download"_s << QByteArray("\n") << int(Error::Code::Protocol)
                                        << u"did not download"_s;
    QTest::newRow("download fails") << u"download"_s
                                    << QByteArray("echo 'E: Failed to fetch x  Connection timed out' >&2; exit 100\n")
                                    << notReady << u"Check the network"_s;
    QTest::newRow("program missing") << u"packages/sysbench/usr/bin/sysbench"_s << QByteArray("text") << notReady
                                     << u"sysbench"_s;
    QTest::newRow("no kernel") << u"packages/linux-image-6.1.0-9-fake/boot/vmlinuz-6.1.0-9-fake"_s
                               << QByteArray(2000, 'x') << int(Error::Code::BadInput) << u"not a Linux kernel"_s;
}

void TestForeignBuild::saysWhatIsMissing()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    write(u"apt/"_s + file, text);
    if (QLatin1StringView(QTest::currentDataTag()).startsWith("Ubuntu"_L1))
        write(u"apt/lists"_s, {});
    const auto guest = build();
    QVERIFY(!guest);
    QVERIFY2(guest.error().message.contains(words), qPrintable(guest.error().message));
    QTEST(int(guest.error().code), "code");
    // What was complete may stay; nothing that a build could take for more than it is.
    for (const QString& name : cached())
        QVERIFY2(name == u"kernel-"_s + foreignName(), qPrintable(name));
    QVERIFY(!builtGuest(m_options));
}

void TestForeignBuild::cancelLeavesNothingBehind()
{
    write(u"apt/update"_s, "exec sleep 60\n");
    GuestProgress stopAtLists = [this](const QString&, double fraction) {
        if (fraction > 0)
            m_stop.request_stop();
    };
    const auto guest = QCoro::waitFor(buildGuest(m_options, stopAtLists, m_stop.get_token()));
    QVERIFY(!guest);
    QCOMPARE(guest.error().code, Error::Code::Cancelled);
    QCOMPARE(cached(), QStringList());
}

QTEST_GUILESS_MAIN(TestForeignBuild)
#include "tst_foreign_build.moc"
