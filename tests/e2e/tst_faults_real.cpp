#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "support/own_engine.h"

#include <QFileInfo>
#include <QLocalServer>
#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// Real faults of real programs: the run at hand fails with a sentence, the others are measured, nothing is left.
class TestFaultsReal : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void machineIsKilledInARun();
    void containerIsKilledInARun();
    void onlyContainerIsKilledInARun();
    void engineStopsInARun();
    void sysbenchHangsInARun();
    void engineDoesNotAnswer_data();
    void engineDoesNotAnswer();
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

/// Nothing lies between its runs that would give it time: the very next one needs a new container.
void TestFaultsReal::onlyContainerIsKilledInARun()
{
    const QString plan = planFile(m_world, {dockerTarget()}, {cpuSuite(2)}, {{u"repeats"_s, 3}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.waitFor(u"Session "_s), run);
    QStringList containers;
    for (int tries = 0; tries < 200 && containers.isEmpty(); ++tries) {
        run.listen(50);
        containers = m_world.containers();
    }
    run.listen(1000); // in its first run
    QCOMPARE(m_world.docker({u"kill"_s, containers.value(0)}).status, 0);
    BV_SAID(run.finish(), run);
    BV_NOTHING_LEFT(m_world);
    BV_SAID(run.status() == 3, run);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"docker"_s, 1, u"failed"_s);
    QVERIFY2(error.contains("The container ended"_L1), qPrintable(error));
    BV_SAID(okRunsOf(session, u"docker"_s).size() == 2, run);
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

/// A sysbench that stands still, as on a disk that does not answer: ended at the planned time and the grace.
void TestFaultsReal::sysbenchHangsInARun()
{
    QVERIFY(QDir().mkpath(m_world.configDir()));
    QFile ini(m_world.configDir() + "/benchvisor.ini"_L1);
    QVERIFY(ini.open(QIODevice::WriteOnly) && ini.write("[run]\ngrace_s=2\n") > 0);
    ini.close();
    Program run(m_world, {u"run"_s, u"--plan"_s, cpuPlan(2)});
    BV_SAID(run.waitFor(u"#1 in qemu"_s), run);
    qint64 pid = 0;
    for (int tries = 0; tries < 100 && pid == 0; ++tries) {
        run.listen(50);
        const Said top = m_world.docker({u"top"_s, m_world.containers().value(0), u"-o"_s, u"pid,args"_s, u"-e"_s});
        const QList<QByteArray> lines = top.output.split('\n');
        for (const QByteArray& line : lines) {
            if (line.contains("sysbench ") && line.contains(" run"))
                pid = line.simplified().split(' ').first().toLongLong();
        }
    }
    const bool stopped = pid > 0 && ::kill(static_cast<pid_t>(pid), SIGSTOP) == 0;
    BV_SAID(stopped, run);
    const bool ended = run.finish();
    ini.remove();
    BV_SAID(ended && run.status() == 3, run);
    BV_NOTHING_LEFT(m_world);
    QVERIFY(::kill(static_cast<pid_t>(pid), 0) != 0);
    const QJsonObject session = m_world.session(run.sessionId());
    const QString error = errorOf(session, u"docker"_s, 2, u"timeout"_s);
    qInfo("%s", qPrintable(error));
    QVERIFY(error.contains("did not end within 4 s"_L1));
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 1);
    QCOMPARE(okRunsOf(session, u"qemu"_s).size(), 2);
}

void TestFaultsReal::engineDoesNotAnswer_data()
{
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<QString>("mend");
    QTest::newRow("not running") << false << u"Start it there, or unset DOCKER_HOST"_s;
    QTest::newRow("no permission") << true << u"Mend: sudo usermod -aG docker $USER, then log in again."_s;
}

/// In the words of the client that is installed.
void TestFaultsReal::engineDoesNotAnswer()
{
    QFETCH(bool, isThere);
    QFETCH(QString, mend);
    const QString path = m_world.file(u"engine.sock"_s);
    QLocalServer server;
    if (isThere)
        QVERIFY(server.listen(path) && QFile::setPermissions(path, {}));
    const QString ours = qEnvironmentVariable("DOCKER_HOST");
    m_world.setVariable(u"DOCKER_HOST"_s, u"unix://"_s + path);
    const QString plan = cpuPlan(1);
    for (const QStringList& arguments : {QStringList{u"run"_s, u"--plan"_s, plan}, {u"doctor"_s}}) {
        // Root may use every socket, unless it gives that up.
        const QStringList privileges{u"--bounding-set"_s, u"-dac_override,-dac_read_search"_s, World::program()};
        const Said told = ::geteuid() == 0 ? m_world.say(u"setpriv"_s, privileges + arguments)
                                           : m_world.say(World::program(), arguments);
        const QByteArray words = told.output + told.errors;
        QVERIFY2(told.status == 2, words);
        QVERIFY2(words.contains(mend.toUtf8()) && words.contains(path.toUtf8()), words);
        QVERIFY2(!words.contains("{"), words); // nothing of what `docker info` prints beside it
    }
    m_world.setVariable(u"DOCKER_HOST"_s, ours);
    server.close();
    BV_NOTHING_LEFT(m_world);
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
    BV_SAID(ended && run.status() == 2, run);
    BV_SAID(run.said(u"There is no sysbench in the image "_s + name), run);
    BV_SAID(run.said(u"benchvisor image prepare "_s + name), run);
    BV_SAID(run.sessionId().isEmpty() && run.output().isEmpty(), run);
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
