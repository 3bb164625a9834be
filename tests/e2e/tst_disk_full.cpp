#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "support/own_engine.h"
#include "support/small_disk.h"

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// Disks that are really full: the host's below a VM, the VM's own, the container's. Each becomes full after it was
/// checked, while sysbench writes its files.
class TestDiskFull : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void hostsDiskBelowTheMachine_data();
    void hostsDiskBelowTheMachine();
    void disksOfTheGuestAndTheContainer();
    void engineHasNoRoomForTheImage();

private:
    qint64 awaitPrepare(Program& run) const;
    World m_world;
};

void TestDiskFull::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestDiskFull::hostsDiskBelowTheMachine_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("raw") << u"raw"_s;
    QTest::newRow("qcow2") << u"qcow2"_s;
}

/// QEMU pauses such a VM: without a look at its events the run would hang until its deadline.
void TestDiskFull::hostsDiskBelowTheMachine()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    QFETCH(QString, format);
    SmallDisk disk(m_world.file(u"small-"_s + format), 448);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    const QString work = m_world.file(u"small-"_s + format);
    QVERIFY(QDir().mkpath(m_world.configDir()));
    QFile ini(m_world.configDir() + "/benchvisor.ini"_L1);
    QVERIFY(ini.open(QIODevice::WriteOnly) && ini.write("[paths]\nwork_dir=" + work.toUtf8() + '\n') > 0);
    ini.close();
    const QJsonObject qemu = qemuTarget({{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.5}, {u"format"_s, format}}}});
    const QString plan = planFile(m_world, {dockerTarget(), qemu}, {fileSuite(u"rndwr"_s, u"128M"_s, 1), cpuSuite(1)},
                                  {{u"order"_s, u"blocked"_s}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.waitFor(u"Preparing 128 MiB of files in qemu"_s), run);
    QVERIFY(disk.fill(48 << 20)); // the file system itself needs about half of that
    const bool ended = run.finish();
    ini.remove();
    BV_SAID(ended && run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"qemu"_s, 1, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY2(error.contains("The host's disk is full"_L1) && error.contains(work), qPrintable(error));
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 2);
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 1); // with a new disk, of which cpu needs nothing
    disk.makeRoom();
    QStringList left = QDir(work + "/benchvisor-work"_L1).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    left.removeAll(u"owner"_s);
    QCOMPARE(left, QStringList());
    BV_NOTHING_LEFT(m_world);
}

/// Stops the `sysbench … prepare` of the container that runs; 0 where it was not seen.
qint64 TestDiskFull::awaitPrepare(Program& run) const
{
    QElapsedTimer clock;
    clock.start();
    while (run.isRunning() && clock.elapsed() < 60'000) {
        const QStringList boxes = m_world.containers();
        const QStringList pids = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
        for (const QString& pid : pids) {
            const QByteArray command = World::commandOf(pid.toLongLong());
            if (!command.startsWith("sysbench ") || !command.contains(" prepare"))
                continue;
            QFile groups(u"/proc/%1/cgroup"_s.arg(pid));
            const QByteArray group = groups.open(QIODevice::ReadOnly) ? groups.readAll() : QByteArray();
            const bool isOurs = std::any_of(boxes.begin(), boxes.end(),
                                            [&group](const QString& box) { return group.contains(box.toLatin1()); });
            if (isOurs && ::kill(pid.toInt(), SIGSTOP) == 0)
                return pid.toLongLong();
        }
        run.listen(1);
    }
    return 0;
}

/// The guest's disk has room for the bytes, but not for so many files; the container's is filled by somebody else.
void TestDiskFull::disksOfTheGuestAndTheContainer()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    SmallDisk disk(m_world.file(u"engine"_s), 640);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    OwnEngine engine(m_world, m_world.file(u"engine"_s));
    QVERIFY2(engine.pid > 0, engine.words());
    const QString ours = qEnvironmentVariable("DOCKER_HOST");
    m_world.setVariable(u"DOCKER_HOST"_s, engine.host);
    const QJsonObject volume = dockerTarget({{u"storage"_s, u"volume"_s}}, u"volume"_s);
    const QJsonObject layer = dockerTarget({{u"storage"_s, u"layer"_s}}, u"layer"_s);
    const QString plan = planFile(m_world, {volume, layer, qemuTarget()},
                                  {fileSuite(u"rndwr"_s, u"300M"_s, 1, {{u"file_num"_s, 3000}}), cpuSuite(1)},
                                  // The engine itself needs room again before it can run something else.
                                  {{u"order"_s, u"blocked"_s}, {u"cooldown_s"_s, 1}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    for (int target = 0; target < 2; ++target) {
        const qint64 pid = awaitPrepare(run);
        const bool filled = pid > 0 && disk.fill();
        if (pid > 0)
            ::kill(static_cast<pid_t>(pid), SIGCONT);
        BV_SAID(filled, run);
        BV_SAID(run.waitFor(target == 0 ? u"volume: failed"_s : u"layer: failed"_s), run);
        disk.makeRoom();
    }
    const bool ended = run.finish();
    const QStringList left = m_world.leftovers(); // of this engine
    m_world.setVariable(u"DOCKER_HOST"_s, ours);
    BV_SAID(ended && run.status() == 3, run);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    const QJsonObject session = m_world.session(run.sessionId());
    for (const QString& target : {u"volume"_s, u"layer"_s}) {
        const QString error = errorOf(session, target, 1, u"failed"_s);
        qInfo("%s", qPrintable(error));
        QVERIFY2(error.contains("the disk is full"_L1), qPrintable(error));
    }
    const QString error = errorOf(session, u"qemu"_s, 1, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY2(error.contains("file_num"_L1), qPrintable(error));
    for (const QString& target : {u"volume"_s, u"layer"_s, u"qemu"_s})
        BV_SAID(okRunsOf(session, target).size() == 1, run);
}

void TestDiskFull::engineHasNoRoomForTheImage()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    SmallDisk disk(m_world.file(u"tiny"_s), 64);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    OwnEngine engine(m_world, m_world.file(u"tiny"_s));
    QVERIFY2(engine.pid > 0, engine.words());
    const QString ours = qEnvironmentVariable("DOCKER_HOST");
    m_world.setVariable(u"DOCKER_HOST"_s, engine.host);
    const bool filled = disk.fill(2 << 20);
    Program run(m_world, {u"run"_s, u"--plan"_s, planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(1)})});
    const bool ended = run.finish();
    disk.makeRoom();
    const QStringList left = m_world.leftovers();
    m_world.setVariable(u"DOCKER_HOST"_s, ours);
    QVERIFY(filled);
    BV_SAID(ended && run.status() == 3, run);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    BV_SAID(run.said(u"the disk of the container engine is full"_s), run);
    QCOMPARE(okRunsOf(m_world.session(run.sessionId()), u"qemu"_s).size(), 1);
}

QTEST_GUILESS_MAIN(TestDiskFull)
#include "tst_disk_full.moc"
