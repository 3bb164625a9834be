#include "guest/build_lock.h"
#include "guest/guest.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <thread>

using namespace Qt::StringLiterals;
using namespace bv;

/// Builds from the host's programs and a fake apt that hands out a kernel of a few bytes: no network.
class TestGuestBuild : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void nothingBuiltIsNotFound();
    void buildsAndFindsAgain();
    void buildsTheSameBytesAgain();
    void buildsAnewWhenAnInputChanged();
    void touchedButEqualIsUpToDate();
    void mendsADamagedGuest();
    void rebuildsWithoutApt();
    void namesMissingPackages();
    void refusesABusyboxThatIsNotStatic();
    void refusesUnknownArchitectures();
    void saysWhatToDoAboutApt_data();
    void saysWhatToDoAboutApt();
    void cancelLeavesNothingBehind();
    void waitsForAnotherBuild();
    void removeRemoves();

private:
    void script(const QString& name, const QByteArray& text);
    Result<GuestFiles> build() { return QCoro::waitFor(buildGuest(m_options, {}, m_stop.get_token())); }

    std::unique_ptr<QTemporaryDir> m_dir;
    GuestBuildOptions m_options;
    std::stop_source m_stop;
};

namespace {

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

const char* const FakeDpkg = R"(#!/bin/sh
# -x DEB FOLDER: a kernel that is nothing but its header, all drivers built in
mkdir -p "$3/boot" "$3/lib/modules/6.1.0-9-fake"
{ head -c 514 /dev/zero; printf HdrS; head -c 8 /dev/zero; printf '\000\001'; head -c 240 /dev/zero
  printf '6.1.0-9-fake (builder) #1'; head -c 900 /dev/zero; } >"$3/boot/vmlinuz-6.1.0-9-fake"
for m in virtio_pci virtio_blk virtio_console ext4; do echo "kernel/$m.ko"; done >"$3/lib/modules/6.1.0-9-fake/modules.builtin"
)";
const char* const FakeCache = "#!/bin/sh\necho linux-image-cloud-amd64\necho '  Depends: linux-image-6.1.0-9-fake'\n";
const char* const FakeGet = "#!/bin/sh\necho deb >linux-image-6.1.0-9-fake_6.1.9-1_amd64.deb\n";

} // namespace

void TestGuestBuild::script(const QString& name, const QByteArray& text)
{
    QFile file(m_dir->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
}

void TestGuestBuild::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_stop = std::stop_source();
    m_options = GuestBuildOptions();
    m_options.cacheDir = m_dir->filePath(u"cache"_s);
    m_options.aptGet = m_dir->filePath(u"apt-get"_s);
    m_options.aptCache = m_dir->filePath(u"apt-cache"_s);
    m_options.dpkgDeb = m_dir->filePath(u"dpkg-deb"_s);
    // any dynamic program stands for the agent; a copy of sysbench can be changed
    m_options.qemuGa = QStandardPaths::findExecutable(u"sysbench"_s);
    QVERIFY2(!m_options.qemuGa.isEmpty(), "sysbench must be installed");
    m_options.sysbench = m_dir->filePath(u"sysbench"_s);
    QVERIFY(QFile::copy(m_options.qemuGa, m_options.sysbench));
    script(u"apt-get"_s, FakeGet);
    script(u"apt-cache"_s, FakeCache);
    script(u"dpkg-deb"_s, FakeDpkg);
}

void TestGuestBuild::nothingBuiltIsNotFound()
{
    const auto guest = builtGuest(m_options);
    QVERIFY(!guest);
    QCOMPARE(guest.error().code, Error::Code::NotFound);
    QVERIFY(guest.error().message.contains(u"benchvisor guest build"_s));
    const auto current = guestUpToDate(m_options);
    QVERIFY(current && !*current);
}

void TestGuestBuild::buildsAndFindsAgain()
{
    const auto guest = build();
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message + guest.error().detail));
    QCOMPARE(guest->kernelRelease, u"6.1.0-9-fake"_s);
    QCOMPARE(guest->kernelPackage, u"linux-image-6.1.0-9-fake 6.1.9-1"_s);
    QCOMPARE(guest->arch, u"x86_64"_s);
    QCOMPARE(guest->digest.size(), 64);
    QCOMPARE(guest->sysbenchSha256.size(), 64);
    QVERIFY(guest->sysbenchVersion.startsWith(u"1."_s));
    const auto again = builtGuest(m_options);
    QVERIFY(again);
    QCOMPARE(again->digest, guest->digest);
    QCOMPARE(again->initrd, guest->initrd);
    QVERIFY(QFileInfo(again->imageTar).size() > 10'000'000);
    QVERIFY(*guestUpToDate(m_options));
    QVERIFY(!QFileInfo::exists(m_options.cacheDir + u"/.build"_s));
}

void TestGuestBuild::buildsTheSameBytesAgain()
{
    const auto first = build();
    QVERIFY(first);
    const QByteArray initrd = read(first->initrd);
    const QByteArray image = read(first->imageTar);
    m_options.force = true;
    const auto second = build();
    QVERIFY(second);
    QCOMPARE(second->digest, first->digest);
    QVERIFY(read(second->initrd) == initrd);
    QVERIFY(read(second->imageTar) == image);
}

void TestGuestBuild::buildsAnewWhenAnInputChanged()
{
    const auto first = build();
    QVERIFY(first);
    QFile sysbench(m_options.sysbench);
    QVERIFY(sysbench.open(QIODevice::Append));
    sysbench.write("x"); // behind the ELF image: it still runs
    sysbench.close();
    QVERIFY(!*guestUpToDate(m_options));
    const auto second = build();
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QVERIFY(second->digest != first->digest);
    QVERIFY(second->sysbenchSha256 != first->sysbenchSha256);
    QVERIFY(*guestUpToDate(m_options));
}

void TestGuestBuild::touchedButEqualIsUpToDate()
{
    QVERIFY(build());
    QFile sysbench(m_options.sysbench);
    QVERIFY(sysbench.open(QIODevice::ReadWrite));
    QVERIFY(sysbench.setFileTime(QDateTime::fromSecsSinceEpoch(1000), QFileDevice::FileModificationTime));
    sysbench.close();
    QVERIFY(*guestUpToDate(m_options));
}

void TestGuestBuild::mendsADamagedGuest()
{
    const auto guest = build();
    QVERIFY(guest);
    QVERIFY(QFile::resize(guest->initrd, 1000));
    QVERIFY(!builtGuest(m_options));
    QVERIFY(!*guestUpToDate(m_options));
    QVERIFY(build());
    QVERIFY(builtGuest(m_options));
}

void TestGuestBuild::rebuildsWithoutApt()
{
    QVERIFY(build());
    script(u"apt-get"_s, "#!/bin/sh\necho 'E: Failed to fetch x  Could not resolve host' >&2\nexit 100\n");
    m_options.force = true;
    const auto guest = build();
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message));
    m_options.aptGet = m_dir->filePath(u"none"_s);
    const auto another = build();
    QVERIFY2(another, another ? "" : qPrintable(another.error().message));
}

void TestGuestBuild::namesMissingPackages()
{
    m_options.busybox = u"/nonexistent/busybox"_s;
    m_options.mke2fs = u"/nonexistent/mke2fs"_s;
    const auto guest = build();
    QVERIFY(!guest);
    QCOMPARE(guest.error().code, Error::Code::NotReady);
    QVERIFY(guest.error().message.contains(u"busybox-static e2fsprogs"_s));
}

void TestGuestBuild::refusesABusyboxThatIsNotStatic()
{
    m_options.busybox = u"/bin/cat"_s;
    const auto guest = build();
    QVERIFY(!guest);
    QVERIFY(guest.error().message.contains(u"busybox-static"_s));
}

void TestGuestBuild::refusesUnknownArchitectures()
{
    m_options.arch = u"riscv64"_s;
    QCOMPARE(build().error().code, Error::Code::BadInput);
    QCOMPARE(builtGuest(m_options).error().code, Error::Code::BadInput);
}

void TestGuestBuild::saysWhatToDoAboutApt_data()
{
    QTest::addColumn<QByteArray>("cache");
    QTest::addColumn<QByteArray>("get");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("mend");
    const auto failing = [](const char* text) { return QByteArray("#!/bin/sh\necho '") + text + "' >&2\nexit 100\n"; };
    QTest::newRow("no lists") << failing("E: No packages found") << QByteArray(FakeGet) << int(Error::Code::NotReady)
                              << u"sudo apt-get update"_s;
    QTest::newRow("old lists") << QByteArray(FakeCache) << failing("E: Failed to fetch http://x/y.deb  404  Not Found")
                               << int(Error::Code::NotReady) << u"sudo apt-get update"_s;
    QTest::newRow("no network") << QByteArray(FakeCache) << failing("E: Temporary failure resolving deb.debian.org")
                                << int(Error::Code::NotReady) << u"network"_s;
    QTest::newRow("disk full") << QByteArray(FakeCache) << failing("E: write (28: No space left on device)")
                               << int(Error::Code::NoSpace) << u"space"_s;
    QTest::newRow("nothing came") << QByteArray(FakeCache) << QByteArray("#!/bin/sh\n") << int(Error::Code::Protocol)
                                  << u"linux-image"_s;
}

void TestGuestBuild::saysWhatToDoAboutApt()
{
    QFETCH(QByteArray, cache);
    QFETCH(QByteArray, get);
    QFETCH(QString, mend);
    script(u"apt-cache"_s, cache);
    script(u"apt-get"_s, get);
    const auto guest = build();
    QVERIFY(!guest);
    QTEST(int(guest.error().code), "code");
    QVERIFY2(guest.error().message.contains(mend), qPrintable(guest.error().message));
    QVERIFY(!QFileInfo::exists(m_options.cacheDir + u"/.build"_s));
}

void TestGuestBuild::cancelLeavesNothingBehind()
{
    script(u"apt-get"_s, "#!/bin/sh\nexec sleep 60\n");
    GuestProgress stopAtDownload = [this](const QString&, double fraction) {
        if (fraction >= 0.1)
            m_stop.request_stop();
    };
    const auto guest = QCoro::waitFor(buildGuest(m_options, stopAtDownload, m_stop.get_token()));
    QVERIFY(!guest);
    QCOMPARE(guest.error().code, Error::Code::Cancelled);
    const auto left = QDir(m_options.cacheDir).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    QCOMPARE(left, QStringList(u".lock"_s));
}

void TestGuestBuild::waitsForAnotherBuild()
{
    QVERIFY(QDir().mkpath(m_options.cacheDir));
    auto lock = std::make_unique<BuildLock>();
    QVERIFY(*lock->tryTake(m_options.cacheDir));
    QCOMPARE(removeGuest(m_options).error().code, Error::Code::Locked);
    QStringList steps;
    GuestProgress progress = [&](const QString& step, double) {
        steps << step;
        lock.reset(); // the other build ends
    };
    const auto guest = QCoro::waitFor(buildGuest(m_options, progress, m_stop.get_token()));
    QVERIFY(guest);
    QVERIFY(steps.first().startsWith(u"Waiting"_s));
}

void TestGuestBuild::removeRemoves()
{
    QVERIFY(removeGuest(m_options));
    QVERIFY(build());
    QVERIFY(removeGuest(m_options));
    QVERIFY(!builtGuest(m_options));
}

QTEST_GUILESS_MAIN(TestGuestBuild)
#include "tst_guest_build.moc"
