#include "run/engine_settings.h"
#include "run/leftovers.h"
#include "run/readiness.h"
#include "run/run_executor.h"
#include "run/session_lock.h"
#include "run/utilization_sampler.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

#include <QCoro/QCoroTask>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

class TestRunParts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void ratesUtilization_data();
    void ratesUtilization();
    void ratesByTheSourcesClock();
    void readsSettings();
    void refusesSettings_data();
    void refusesSettings();
    void refusesUnreadableSettings();
    void defaultsWithoutSettings();
    void shortensLongRuntimeFolders();
    void makesFolders();
    void locksASessionOnce();
    void takesOverDeadLocks();
    void sweepsOnlyWhatIsDead();
    void sweepsWithoutAnEngine();
    void namesEveryMissingThing();
    void namesTheQemuOfTheArchitecture();
    void plansThatNeedAGuest();
};

void TestRunParts::ratesUtilization_data()
{
    QTest::addColumn<double>("user");
    QTest::addColumn<double>("system");
    QTest::addColumn<double>("disk");
    QTest::addColumn<double>("elapsed");
    QTest::addColumn<double>("cpuPct"); // -1: absent
    QTest::addColumn<double>("diskPct");
    QTest::newRow("one core") << 0.75 << 0.25 << 0.5 << 1.0 << 100.0 << 50.0;
    QTest::newRow("two cores, 2 s") << 3.0 << 1.0 << 0.0 << 2.0 << 200.0 << 0.0;
    QTest::newRow("disk beyond 100 %") << 0.0 << 0.0 << 1.2 << 1.0 << 0.0 << 100.0;
    QTest::newRow("process was replaced") << -5.0 << 0.1 << 0.1 << 1.0 << -1.0 << 10.0;
    QTest::newRow("device was replaced") << 0.1 << 0.0 << -3.0 << 1.0 << 10.0 << -1.0;
    QTest::newRow("no time") << 0.1 << 0.1 << 0.1 << 0.0 << -1.0 << -1.0;
    QTest::newRow("clock went back") << 0.1 << 0.1 << 0.1 << -1.0 << -1.0 << -1.0;
}

void TestRunParts::ratesUtilization()
{
    QFETCH(double, user);
    QFETCH(double, system);
    QFETCH(double, disk);
    QFETCH(double, elapsed);
    UsageCounters before;
    before.cpu = CpuTimes{10, 10};
    before.diskBusyS = 7;
    before.stealS = 3;
    UsageCounters now;
    now.cpu = CpuTimes{10 + user, 10 + system};
    now.diskBusyS = 7 + disk;
    now.stealS = 3 + disk;
    const UtilizationSample sample = utilizationBetween(before, now, elapsed);
    const auto close = [](double a, double b) { return qAbs(a - b) < 1e-6; };
    QFETCH(double, cpuPct);
    QFETCH(double, diskPct);
    QVERIFY2(close(sample.cpuPct.value_or(-1), cpuPct), QByteArray::number(sample.cpuPct.value_or(-1)));
    QVERIFY2(close(sample.diskUtilPct.value_or(-1), diskPct), QByteArray::number(sample.diskUtilPct.value_or(-1)));
    const bool isRated = disk >= 0 && elapsed > 0;
    QVERIFY(close(sample.stealPct.value_or(-1), isRated ? 100 * disk / elapsed : -1));
    // nothing known, nothing told
    const UtilizationSample none = utilizationBetween({}, now, elapsed);
    QCOMPARE(none, UtilizationSample());
}

void TestRunParts::ratesByTheSourcesClock()
{
    UsageCounters before;
    before.cpu = CpuTimes{1, 1};
    before.atS = 100;
    UsageCounters now;
    now.cpu = CpuTimes{2, 2};
    now.atS = 104;
    now.guestUserPct = 42;
    UtilizationSample sample = utilizationBetween(before, now, 1);
    QCOMPARE(*sample.userPct, 25.0);
    QCOMPARE(*sample.guestUserPct, 42.0);
    now.atS = 100; // the same reading again
    QVERIFY(!utilizationBetween(before, now, 1).userPct);
}

void TestRunParts::readsSettings()
{
    FakeMachine machine;
    QVERIFY(machine.writeIni(u"work_dir=/big disk/work\n[run]\ngrace_s=2.5"_s));
    Paths paths;
    paths.config = machine.configHome() + u"/benchvisor"_s;
    paths.runtime = u"/run/user/1/benchvisor"_s;
    paths.data = u"/d"_s;
    paths.cache = u"/c"_s;
    const auto settings = loadEngineSettings(paths);
    QVERIFY2(settings, qPrintable(settings ? QString() : settings.error().message));
    QCOMPARE(settings->tools.docker, machine.settings.tools.docker);
    QCOMPARE(settings->tools.qemuX86, machine.settings.tools.qemuX86);
    QCOMPARE(settings->tools.qemuAarch64, machine.settings.tools.qemuAarch64);
    QCOMPARE(settings->tools.qemuImg, machine.settings.tools.qemuImg);
    QCOMPARE(settings->tools.sysbench, machine.settings.tools.sysbench);
    QCOMPARE(settings->kvmDevice, machine.settings.kvmDevice);
    QCOMPARE(settings->folders.workDir, u"/big disk/work/benchvisor-work"_s);
    QCOMPARE(settings->folders.runtimeDir, paths.runtime);
    QCOMPARE(settings->grace, std::chrono::milliseconds(2500));
    QCOMPARE(settings->storeFile(), u"/d/sessions.sqlite"_s);
    QCOMPARE(settings->acceleratorFile(), u"/c/accelerator.json"_s);
}

void TestRunParts::refusesSettings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown key") << QByteArray("[tools]\ndoker=/bin/x\n") << u"tools/docker"_s;
    QTest::newRow("unknown section") << QByteArray("[tool]\nqemu=x\n") << u"tools/qemu"_s;
    QTest::newRow("no section") << QByteArray("qemu=x\n") << u"qemu"_s;
    QTest::newRow("grace of words") << QByteArray("[run]\ngrace_s=long\n") << u"grace_s must be a number"_s;
    QTest::newRow("grace of nothing") << QByteArray("[run]\ngrace_s=\n") << u"grace_s must be a number"_s;
    QTest::newRow("grace 0") << QByteArray("[run]\ngrace_s=0\n") << u"grace_s must be a number"_s;
    QTest::newRow("grace negative") << QByteArray("[run]\ngrace_s=-3\n") << u"grace_s must be a number"_s;
    QTest::newRow("grace nan") << QByteArray("[run]\ngrace_s=nan\n") << u"grace_s must be a number"_s;
    QTest::newRow("grace infinite") << QByteArray("[run]\ngrace_s=inf\n") << u"grace_s"_s;
    QTest::newRow("grace without end") << QByteArray("[run]\ngrace_s=1e300\n") << u"grace_s"_s;
    QTest::newRow("empty program") << QByteArray("[tools]\nqemu=\n") << u"tools/qemu"_s;
    QTest::newRow("no ini") << QByteArray("{\"tools\": {}}\n") << u"benchvisor.ini"_s;
    QTest::newRow("bytes") << QByteArray("\0\1\2\xff\xfe garbage \n[\n", 16) << u"benchvisor.ini"_s;
}

void TestRunParts::refusesSettings()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const QTemporaryDir dir;
    QFile ini(dir.filePath(u"benchvisor.ini"_s));
    QVERIFY(ini.open(QIODevice::WriteOnly) && ini.write(text) == text.size());
    ini.close();
    Paths paths;
    paths.config = dir.path();
    const auto settings = loadEngineSettings(paths);
    QVERIFY(!settings);
    QCOMPARE(settings.error().code, Code::BadInput);
    QVERIFY2(settings.error().message.contains(says), qPrintable(settings.error().message));
}

void TestRunParts::refusesUnreadableSettings()
{
    const QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(u"benchvisor.ini"_s)); // a folder: unreadable for root, too
    Paths paths;
    paths.config = dir.path();
    const auto settings = loadEngineSettings(paths);
    QVERIFY(!settings);
    QCOMPARE(settings.error().code, Code::BadInput);
}

void TestRunParts::defaultsWithoutSettings()
{
    Paths paths;
    paths.config = u"/nonexistent"_s;
    const auto settings = loadEngineSettings(paths);
    QVERIFY(settings);
    QCOMPARE(settings->tools.qemuX86, u"qemu-system-x86_64"_s);
    QCOMPARE(settings->tools.qemuFor(u"aarch64"_s), u"qemu-system-aarch64"_s);
    QCOMPARE(settings->kvmDevice, u"/dev/kvm"_s);
    QCOMPARE(settings->grace, std::chrono::milliseconds(60000));
}

void TestRunParts::shortensLongRuntimeFolders()
{
    Paths paths;
    paths.config = u"/nonexistent"_s;
    paths.runtime = u"/run/"_s + QString(100, u'x');
    const auto settings = loadEngineSettings(paths);
    QVERIFY(settings);
    const QString socket = settings->folders.runtimeDir + u"/20261123-054210-7f3a/12/console"_s;
    QVERIFY2(socket.toUtf8().size() <= Paths::socketPathLimit, qPrintable(socket));
    paths.runtime += u'y';
    QVERIFY(loadEngineSettings(paths)->folders.runtimeDir != settings->folders.runtimeDir);
}

void TestRunParts::makesFolders()
{
    FakeMachine machine;
    QVERIFY(makeFolders(machine.settings));
    struct stat info = {};
    QCOMPARE(::stat(QFile::encodeName(machine.settings.folders.runtimeDir).constData(), &info), 0);
    QCOMPARE(info.st_mode & 07777U, 0700U);
    QVERIFY(QDir(machine.settings.folders.workDir).exists());
    QFile file(machine.path(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    EngineSettings bad = machine.settings;
    bad.dataDir = file.fileName() + u"/data"_s;
    QVERIFY(!makeFolders(bad));
}

void TestRunParts::locksASessionOnce()
{
    const QTemporaryDir dir;
    auto lock = SessionLock::acquire(dir.path(), u"S1"_s);
    QVERIFY(lock);
    const auto again = SessionLock::acquire(dir.path(), u"S1"_s);
    QVERIFY(!again);
    QCOMPARE(again.error().code, Code::Locked);
    QVERIFY(SessionLock::acquire(dir.path(), u"S2"_s));
    QCOMPARE(SessionLock::aliveSessions(dir.path()), QStringList(u"S1"_s));
    *lock = nullptr;
    QVERIFY(QDir(dir.path()).isEmpty());
    QVERIFY(SessionLock::acquire(dir.path(), u"S1"_s));
    // What stands in for a long runtime folder is removed with the last lock, and made again.
    const QString made = privateTemporary() + u"/test-%1"_s.arg(QCoreApplication::applicationPid());
    for (int i = 0; i < 2; ++i) {
        auto first = SessionLock::acquire(made, u"S1"_s);
        auto second = SessionLock::acquire(made, u"S2"_s);
        QVERIFY(first && second);
        *first = nullptr;
        QVERIFY(QFile::exists(made));
        *second = nullptr;
        QVERIFY(!QFile::exists(made));
    }
    const auto nowhere = SessionLock::acquire(u"/nonexistent"_s, u"S1"_s);
    QVERIFY(!nowhere);
    QCOMPARE(nowhere.error().code, Code::Io);
}

void TestRunParts::takesOverDeadLocks()
{
    const QTemporaryDir dir;
    const auto alive = SessionLock::acquire(dir.path(), u"alive"_s);
    QFile left(dir.filePath(u"dead.lock"_s)); // what a killed program leaves: a file that nobody locks
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.close();
    {
        const auto dead = SessionLock::takeOverDead(dir.path());
        QCOMPARE(dead.size(), 1);
        QCOMPARE(dead.first()->sessionId(), u"dead"_s);
        QVERIFY(SessionLock::takeOverDead(dir.path()).isEmpty());
    }
    QCOMPARE(QDir(dir.path()).entryList(QDir::Files), QStringList(u"alive.lock"_s));
}

void TestRunParts::sweepsOnlyWhatIsDead()
{
    FakeMachine machine;
    QVERIFY(makeFolders(machine.settings));
    const SessionFolders& folders = machine.settings.folders;
    const QString alive = u"20260102-030405-aaaa"_s;
    const QString dead = u"20260102-030405-dddd"_s;
    const QString lockless = u"20260102-030405-1111"_s;
    const auto lock = SessionLock::acquire(folders.runtimeDir, alive);
    QVERIFY(lock);
    for (const QString& id : {alive, dead, lockless}) {
        QVERIFY(QDir().mkpath(folders.runtimeDir + u'/' + id + u"/0"_s));
        QVERIFY(QDir().mkpath(folders.workDir + u'/' + id + u"/0"_s));
    }
    const auto write = [](const QString& path, const QByteArray& text) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QVERIFY(write(folders.runtimeDir + u'/' + dead + u".lock"_s, {}));
    const auto making = SessionLock::acquire(folders.runtimeDir, u"vm-making"_s);
    QVERIFY(making);
    for (const QString& vm : {u"vm-making"_s, u"vm-killed"_s})
        QVERIFY(QDir().mkpath(folders.runtimeDir + u'/' + vm));
    const QString docker = machine.stateDir() + u"/docker"_s;
    QVERIFY(QDir().mkpath(docker + u"/containers"_s) && QDir().mkpath(docker + u"/volumes"_s));
    QVERIFY(write(docker + u"/containers/benchvisor-20260102-030405-dddd-a"_s, "2147483647 x\n"));
    QVERIFY(write(docker + u"/containers/benchvisor-20260102-030405-aaaa-a"_s, "2147483647 x\n"));
    QVERIFY(write(docker + u"/volumes/benchvisor-20260102-030405-dddd-a"_s, {}));
    QVERIFY(write(docker + u"/volumes/benchvisor-20260102-030405-aaaa-a"_s, {}));
    QVERIFY(write(docker + u"/list-volumes"_s,
                  "benchvisor-20260102-030405-dddd-a\nbenchvisor-20260102-030405-aaaa-a\nsomebody-elses\n"));
    const SweepReport report = QCoro::waitFor(sweepLeftovers(folders, machine.settings.tools, std::stop_token()));
    QCOMPARE(report.sessions, QStringList(dead));
    QCOMPARE(report.containers, 1);
    QCOMPARE(report.volumes, 1);
    QCOMPARE(report.folders, 5);
    QVERIFY(!report.isEmpty());
    QVERIFY(QDir(folders.runtimeDir + u"/vm-making"_s).exists());
    QCOMPARE(QDir(docker + u"/containers"_s).entryList(QDir::Files),
             QStringList(u"benchvisor-20260102-030405-aaaa-a"_s));
    QCOMPARE(QDir(docker + u"/volumes"_s).entryList(QDir::Files), QStringList(u"benchvisor-20260102-030405-aaaa-a"_s));
    QVERIFY(QDir(folders.workDir + u'/' + alive + u"/0"_s).exists());
    QVERIFY(!QFile::exists(folders.runtimeDir + u'/' + dead + u".lock"_s));
    // asked for with our own label only
    const QStringList asked = machine.log(u"docker/log"_s);
    for (const QString& line : asked)
        QVERIFY2(!line.startsWith(u"ps"_s) || line.contains(u"org.benchvisor.owner="_s + engineOwner(folders)),
                 qPrintable(line));
    QVERIFY(QFile::remove(docker + u"/list-volumes"_s));
    QVERIFY(QCoro::waitFor(sweepLeftovers(folders, machine.settings.tools, std::stop_token())).isEmpty());
}

void TestRunParts::sweepsWithoutAnEngine()
{
    FakeMachine machine;
    QVERIFY(makeFolders(machine.settings));
    QVERIFY(QDir().mkpath(machine.settings.folders.workDir + u"/20260102-030405-dddd"_s));
    qputenv("BV_FAKE_DOCKER", "down");
    SweepReport report =
        QCoro::waitFor(sweepLeftovers(machine.settings.folders, machine.settings.tools, std::stop_token()));
    QCOMPARE(report.folders, 1);
    QCOMPARE(report.containers, 0);
    Tools none = machine.settings.tools;
    none.docker = u"/nonexistent/docker"_s;
    report = QCoro::waitFor(sweepLeftovers(machine.settings.folders, none, std::stop_token()));
    QVERIFY(report.isEmpty());
}

void TestRunParts::namesEveryMissingThing()
{
    FakeMachine machine;
    machine.settings.tools.docker = u"/nonexistent/docker"_s;
    machine.settings.tools.qemuX86 = u"/nonexistent/qemu-system-x86_64"_s;
    machine.settings.tools.qemuImg = u"/nonexistent/qemu-img"_s;
    machine.settings.tools.sysbench = u"/nonexistent/sysbench"_s;
    const Plan plan = fakePlan({u"host"_s, u"docker"_s, u"qemu"_s});
    const auto ready = QCoro::waitFor(makeReady(plan, machine.settings, [](const QString&, double) {}, {}));
    QVERIFY(!ready);
    const QStringList lines = ready.error().message.split(u'\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines.filter(u"sudo apt install qemu-system-x86"_s).size() == 1);
    QVERIFY(lines.filter(u"sudo apt install qemu-utils"_s).size() == 1);
    QVERIFY(lines.filter(u"sudo apt install sysbench"_s).size() == 1);
    QVERIFY(lines.filter(u"sudo apt install docker.io"_s).size() == 1);
}

void TestRunParts::namesTheQemuOfTheArchitecture()
{
    FakeMachine machine;
    machine.settings.tools.qemuAarch64 = u"/nonexistent/qemu-system-aarch64"_s;
    Plan plan = fakePlan({u"qemu"_s});
    plan.targets[0].qemu.arch = u"aarch64"_s;
    const auto ready = QCoro::waitFor(makeReady(plan, machine.settings, [](const QString&, double) {}, {}));
    QVERIFY(!ready);
    QCOMPARE(ready.error().message, u"/nonexistent/qemu-system-aarch64 is not installed. Install it: sudo apt install "
                                    "qemu-system-arm"_s);
}

void TestRunParts::plansThatNeedAGuest()
{
    QVERIFY(!planNeedsGuest(fakePlan({u"host"_s})));
    QVERIFY(planNeedsGuest(fakePlan({u"qemu"_s})));
    Plan plan = fakePlan({u"docker"_s});
    QVERIFY(planNeedsGuest(plan));
    plan.targets[0].docker.image = u"debian:12"_s;
    QVERIFY(!planNeedsGuest(plan));
}

QTEST_GUILESS_MAIN(TestRunParts)
#include "tst_run_parts.moc"
