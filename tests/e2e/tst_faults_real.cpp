#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

/// A Docker engine of the test's own, made by packaging/docker-engine.sh, which also removes it.
class OwnEngine
{
public:
    explicit OwnEngine(const World& world)
    {
        QProcessEnvironment environment = world.environment();
        environment.remove(u"XDG_RUNTIME_DIR"_s); // by which the program's own processes are found
        m_script.setProcessEnvironment(environment);
        m_script.start(u"bash"_s, {u"-c"_s, uR"sh(set -euo pipefail
. "$1/setup.sh"; . "$1/docker-engine.sh"
on_exit engine_stop
engine_start
echo "$DOCKER_HOST $engine_pid"
read -r _ || true)sh"_s,
                                   u"engine"_s, QStringLiteral(BV_SOURCE_DIR) + "/packaging"_L1});
        QByteArray line;
        while (!line.endsWith('\n') && m_script.waitForReadyRead(60'000))
            line += m_script.readLine();
        host = QString::fromUtf8(line).section(u' ', 0, 0);
        pid = QString::fromUtf8(line).section(u' ', 1).toInt();
    }
    ~OwnEngine()
    {
        m_script.closeWriteChannel();
        m_script.waitForFinished(30'000);
    }
    QByteArray words() { return m_script.readAllStandardError(); }

    QString host;
    int pid = 0;

private:
    QProcess m_script;
};

QString errorOf(const QJsonObject& session, const QString& target, int repeat, const QString& status)
{
    const QList<QJsonObject> runs = runsOf(session, target);
    for (const QJsonObject& run : runs) {
        if (run["repeat"_L1].toInt() == repeat && run["status"_L1].toString() == status)
            return run["error"_L1].toString();
    }
    return {};
}

} // namespace

/// Real faults of real programs: the run at hand fails with a sentence, the others are measured, nothing is left.
class TestFaultsReal : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void machineIsKilledInARun();
    void containerIsKilledInARun();
    void engineStopsInARun();
    void imageIsNotThere();
    void imageHasNoSysbench();
    void setIsLargerThanTheDisk();
    void setDoesNotFitInTheGuest();
    void setDoesNotFitInTheContainer();

private:
    QString cpuPlan(int repeats);
    World m_world;
};

void TestFaultsReal::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

QString TestFaultsReal::cpuPlan(int repeats)
{
    return planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(2)}, {{u"repeats"_s, repeats}});
}

void TestFaultsReal::machineIsKilledInARun()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, cpuPlan(3)});
    BV_SAID(run.waitFor(u"#1 in docker"_s), run);
    run.listen(800);
    const QList<qint64> machines = m_world.machines();
    QCOMPARE(machines.size(), 1);
    ::kill(static_cast<pid_t>(machines.first()), SIGKILL);
    BV_SAID(run.finish(), run);
    BV_NOTHING_LEFT(m_world);
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"qemu"_s, 1, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY(error.contains("QEMU was ended by signal 9"_L1));
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 3);
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 2); // it was started once more
    BV_SAID(run.said(u"has ended by itself"_s), run);
}

void TestFaultsReal::containerIsKilledInARun()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, cpuPlan(3)});
    BV_SAID(run.waitFor(u"#1 in qemu"_s), run);
    run.listen(800);
    const QStringList containers = m_world.containers();
    QCOMPARE(containers.size(), 1);
    QCOMPARE(m_world.docker({u"kill"_s, containers.first()}).status, 0);
    BV_SAID(run.finish(), run);
    BV_NOTHING_LEFT(m_world);
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"docker"_s, 2, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY(error.contains("The container ended"_L1));
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 3);
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 2);
    BV_SAID(run.said(u"has ended by itself"_s), run);
}

void TestFaultsReal::engineStopsInARun()
{
    OwnEngine engine(m_world);
    QVERIFY2(engine.pid > 0, engine.words());
    const QString ours = qEnvironmentVariable("DOCKER_HOST");
    m_world.setVariable(u"DOCKER_HOST"_s, engine.host);
    Program run(m_world, {u"run"_s, u"--plan"_s, cpuPlan(4)});
    BV_SAID(run.waitFor(u"#1 in qemu"_s), run);
    run.listen(800);
    ::kill(engine.pid, SIGTERM);
    const bool ended = run.finish();
    m_world.setVariable(u"DOCKER_HOST"_s, ours);
    BV_SAID(ended, run);
    BV_NOTHING_LEFT(m_world); // of the engine that is gone, nothing can be
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    // The engine gives its containers a few seconds: the second or the third run is hit.
    QString error = errorOf(session, u"docker"_s, 2, u"failed"_s);
    if (error.isEmpty())
        error = errorOf(session, u"docker"_s, 3, u"failed"_s);
    qInfo("%s\n%s", qPrintable(error), qPrintable(run.lines().join(u'\n')));
    QVERIFY(error.contains("The container ended"_L1) || error.contains("No container engine answers"_L1));
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 4);
    QVERIFY(okRunsOf(session, u"docker"_s).size() >= 1 && okRunsOf(session, u"docker"_s).size() <= 2);
    BV_SAID(run.said(u"No container engine answers"_s), run);
}

void TestFaultsReal::imageIsNotThere()
{
    const QString name = u"benchvisor-no-such-image:1"_s;
    const QString plan = planFile(m_world, {dockerTarget({{u"image"_s, name}}), qemuTarget()}, {cpuSuite(1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 2, run);
    BV_SAID(run.said(u"The image is not on this machine"_s) && run.said(name) && run.said(u"pull"_s), run);
    BV_SAID(run.sessionId().isEmpty() && run.output().isEmpty(), run);
    BV_NOTHING_LEFT(m_world);
}

void TestFaultsReal::imageHasNoSysbench()
{
    const QString name = u"benchvisor-e2e-bare:1"_s;
    const QString busybox = QStandardPaths::findExecutable(u"busybox"_s);
    QVERIFY2(!busybox.isEmpty(), "busybox-static is needed");
    const QString tree = m_world.file(u"tree"_s);
    QVERIFY(QDir().mkpath(tree + "/bin"_L1) && QDir().mkpath(tree + "/tmp"_L1));
    QVERIFY(QFile::copy(QFileInfo(busybox).canonicalFilePath(), tree + "/bin/busybox"_L1));
    for (const QString& applet : {u"sh"_s, u"cat"_s, u"mkdir"_s, u"nproc"_s, u"uname"_s, u"sha256sum"_s})
        QVERIFY(QFile::link(u"busybox"_s, tree + "/bin/"_L1 + applet));
    const QString tar = m_world.file(u"bare.tar"_s);
    QCOMPARE(m_world.say(u"tar"_s, {u"-C"_s, tree, u"-cf"_s, tar, u"."_s}).status, 0);
    const Said imported = m_world.docker({u"import"_s, tar, name});
    QVERIFY2(imported.status == 0, imported.errors);
    const QString plan = planFile(m_world, {dockerTarget({{u"image"_s, name}}), qemuTarget()}, {cpuSuite(1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    const bool ended = run.finish();
    m_world.docker({u"image"_s, u"rm"_s, name});
    BV_SAID(ended && run.status() == 3, run);
    BV_SAID(run.said(u"There is no sysbench in the image "_s + name), run);
    const QJsonObject session = m_world.session(run.sessionId());
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 1);
    QVERIFY(runsOf(session, u"docker"_s).isEmpty());
    BV_NOTHING_LEFT(m_world);
}

void TestFaultsReal::setIsLargerThanTheDisk()
{
    const QString plan =
        planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(1), fileSuite(u"rndwr"_s, u"1G"_s, 1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 1, run);
    BV_SAID(run.said(u"do not fit the disk of qemu (0.5 GiB)"_s), run);
    BV_NOTHING_LEFT(m_world);
}

void TestFaultsReal::setDoesNotFitInTheGuest()
{
    // Large enough by the plan, but a file system needs room for itself.
    const QJsonObject qemu = qemuTarget({{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}}}});
    const QString plan = planFile(m_world, {dockerTarget(), qemu}, {fileSuite(u"rndrd"_s, u"240M"_s, 1), cpuSuite(1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"qemu"_s, 1, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY(error.contains("The file set needs 240 MiB, but qemu has only"_L1));
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 2);
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 1);
    BV_NOTHING_LEFT(m_world);
}

void TestFaultsReal::setDoesNotFitInTheContainer()
{
    const QJsonObject docker = dockerTarget({{u"storage"_s, u"tmpfs"_s}, {u"memory_mib"_s, 128}});
    const QString plan = planFile(m_world, {docker, qemuTarget()}, {fileSuite(u"rndrd"_s, u"100M"_s, 1), cpuSuite(1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"docker"_s, 1, u"failed"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY(error.contains("The file set needs 100 MiB, but docker has only"_L1));
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 2);
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 1);
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestFaultsReal)
#include "tst_faults_real.moc"
