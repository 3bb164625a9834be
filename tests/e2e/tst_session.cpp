#include "machine/usage.h"
#include "session/session_json.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "sysbench/metrics.h"

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

namespace {

constexpr int repeats = 2;
constexpr int memoryMib = 512;
const QStringList tests{u"cpu"_s, u"fileio"_s, u"memory"_s, u"threads"_s, u"mutex"_s};
const QStringList targets{u"host"_s, u"docker"_s, u"qemu"_s};

/// What was seen of the targets from outside at one moment.
struct Sight
{
    qint64 at = 0;
    bool containerIsPaused = false;
    double machineCpuS = -1;
};

QJsonArray everySuite()
{
    return {cpuSuite(2), fileSuite(u"rndwr"_s, u"64M"_s, 2), QJsonObject{{u"test"_s, u"memory"_s}, {u"time_s"_s, 2}},
            QJsonObject{{u"test"_s, u"threads"_s}, {u"time_s"_s, 2}}, QJsonObject{{u"test"_s, u"mutex"_s}}};
}

bool matches(const QString& text, const QString& pattern)
{
    return QRegularExpression(pattern, QRegularExpression::MultilineOption).match(text).hasMatch();
}

} // namespace

/// One session of all three kinds of targets with all five tests, and everything that must be true of it.
class TestSession : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void leavesNothing();
    void recordHasEveryKey();
    void everyRunMeasured();
    void everyRunNamesItsCommand();
    void utilizationWasSampled_data();
    void utilizationWasSampled();
    void targetsRanTheSameSysbench();
    void limitsAreEqualInside();
    void provenanceIsThere();
    void targetsTookTurns();
    void idleTargetsWerePaused();
    void tableFitsTheTerminal();
    void isStored();
    void isExported();

private:
    Sight look() const;
    World m_world;
    QJsonObject m_session;
    QList<Sight> m_sights;
    QString m_table;
    QString m_id;
};

Sight TestSession::look() const
{
    Sight sight;
    const QStringList ids = m_world.containers();
    const QList<qint64> machines = m_world.machines();
    if (ids.size() != 1 || machines.size() != 1)
        return sight;
    const Said paused = m_world.docker({u"inspect"_s, u"--format"_s, u"{{.State.Paused}}"_s, ids.first()});
    const auto cpu = processCpuTimes(machines.first());
    sight.containerIsPaused = paused.output.startsWith("true");
    sight.machineCpuS = cpu ? cpu->userS + cpu->systemS : -1;
    sight.at = QDateTime::currentMSecsSinceEpoch();
    return sight;
}

void TestSession::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString plan =
        planFile(m_world, {hostTarget(), dockerTarget(), qemuTarget()}, everySuite(), {{u"repeats"_s, repeats}});
    const QString file = m_world.file(u"session.json"_s);
    Program run(m_world, {u"run"_s, u"--plan"_s, plan, u"--output"_s, file});
    while (run.isRunning() && m_sights.size() < 2000) {
        run.listen(250);
        const Sight sight = look();
        if (sight.at > 0)
            m_sights << sight;
    }
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    m_id = run.sessionId();
    m_table = QString::fromUtf8(run.output());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    m_session = QJsonDocument::fromJson(written.readAll()).object();
    qInfo("%d runs in %.1f s, %d looks from outside", int(runsOf(m_session).size()), run.seconds(),
          int(m_sights.size()));
}

void TestSession::leavesNothing()
{
    BV_NOTHING_LEFT(m_world);
}

void TestSession::recordHasEveryKey()
{
    QCOMPARE(m_session["schema"_L1].toString(), u"benchvisor-session/1"_s);
    QCOMPARE(m_session["id"_L1].toString(), m_id);
    QVERIFY(QDateTime::fromString(m_session["created"_L1].toString(), Qt::ISODateWithMs).isValid());
    for (const QString& key : {u"app"_s, u"host"_s, u"plan"_s})
        QVERIFY2(!m_session[key].toObject().isEmpty(), qPrintable(key));
    QCOMPARE(m_session["plan"_L1]["schema"_L1].toString(), u"benchvisor-plan/1"_s);
    QCOMPARE(m_session["targets"_L1].toArray().size(), 3);
    const QList<QJsonObject> runs = runsOf(m_session);
    QCOMPARE(runs.size(), 3 * tests.size() * repeats);
    for (const QJsonObject& run : runs) {
        for (const QString& key : {u"id"_s, u"target"_s, u"test"_s, u"params"_s, u"repeat"_s, u"discarded"_s,
                                   u"status"_s, u"started"_s, u"duration_s"_s, u"exit_code"_s, u"command"_s,
                                   u"metrics"_s, u"intervals"_s, u"utilization"_s, u"output"_s, u"error"_s})
            QVERIFY2(run.contains(key), qPrintable(key));
    }
    QVERIFY(readSessionFile(m_world.file(u"session.json"_s)));
}

void TestSession::everyRunMeasured()
{
    const QList<QJsonObject> runs = runsOf(m_session);
    for (const QJsonObject& run : runs) {
        const QByteArray words = QJsonDocument(run).toJson();
        const QString test = run["test"_L1].toString();
        QVERIFY2(run["status"_L1].toString() == "ok"_L1, words);
        QVERIFY2(run["exit_code"_L1].toInt(-1) == 0 && run["error"_L1].toString().isEmpty(), words);
        QVERIFY(!run["discarded"_L1].toBool());
        const QString headline = sysbench::metricName(sysbench::headlineMetric(sysbench::testFromName(test)));
        QVERIFY2(run["metrics"_L1][headline].toDouble() > 0, words);
        QVERIFY2(run["metrics"_L1]["total_time_s"_L1].toDouble() > 0, words);
        QVERIFY2(test == "mutex"_L1 || !run["intervals"_L1].toArray().isEmpty(), words);
        if (test == "fileio"_L1)
            QVERIFY2(run["metrics"_L1]["written_mib_per_sec"_L1].toDouble() > 0 &&
                         run["metrics"_L1]["fsyncs_per_sec"_L1].toDouble() > 0,
                     words);
    }
    for (const QString& target : targets) {
        for (const QString& test : tests)
            QCOMPARE(runsOf(m_session, target, test).size(), repeats);
    }
}

void TestSession::everyRunNamesItsCommand()
{
    const QList<QJsonObject> runs = runsOf(m_session);
    for (const QJsonObject& run : runs) {
        const QStringList command = textsOf(run["command"_L1]);
        const QByteArray words = command.join(u' ').toUtf8();
        const QString first = targetOf(run) == "docker"_L1 ? u"docker"_s : u"sysbench"_s;
        QVERIFY2(command.value(0).section(u'/', -1) == first, words);
        const qsizetype sysbench = command.indexOf(QRegularExpression(u"(^|/)sysbench$"_s));
        QVERIFY2(sysbench >= 0 && command.value(sysbench + 1) == run["test"_L1].toString(), words);
        QVERIFY2(command.last() == "run"_L1, words);
        if (run["test"_L1].toString() == "cpu"_L1)
            QVERIFY2(command.contains(u"--cpu-max-prime=10000"_s) && command.contains(u"--time=2"_s), words);
    }
}

void TestSession::utilizationWasSampled_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("test");
    for (const QString& target : targets) {
        for (const QString& test : {u"cpu"_s, u"fileio"_s})
            QTest::addRow("%s %s", qPrintable(target), qPrintable(test)) << target << test;
    }
}

void TestSession::utilizationWasSampled()
{
    QFETCH(QString, target);
    QFETCH(QString, test);
    const QList<QJsonObject> runs = runsOf(m_session, target, test);
    for (const QJsonObject& run : runs) {
        const QByteArray words = QJsonDocument(run["utilization"_L1].toArray()).toJson();
        const QList<QJsonObject> samples = objectsOf(run["utilization"_L1]);
        QVERIFY2(!samples.isEmpty(), words);
        bool inGuest = false;
        for (const QJsonObject& sample : samples) {
            for (const QString& key : {u"t_s"_s, u"user_pct"_s, u"system_pct"_s, u"disk_util_pct"_s})
                QVERIFY2(sample.contains(key), words);
            QVERIFY2(sample["disk_util_pct"_L1].toDouble() <= 100, words);
            inGuest = inGuest || (sample.contains("guest_user_pct"_L1) && sample.contains("guest_system_pct"_L1) &&
                                  sample.contains("guest_disk_util_pct"_L1));
        }
        QVERIFY2(inGuest == (target == "qemu"_L1), words);
        const double cpu = samples.first()["user_pct"_L1].toDouble() + samples.first()["system_pct"_L1].toDouble();
        // One thread, on cores that others may use, too: a good part of one core, never two.
        QVERIFY2(test != "cpu"_L1 || (cpu > 40 && cpu < 170), words);
    }
}

void TestSession::targetsRanTheSameSysbench()
{
    const QString sum = provenanceOf(m_session, u"host"_s)["sysbench"_L1]["sha256"_L1].toString();
    QCOMPARE(sum.size(), 64);
    for (const QString& target : targets) {
        const QJsonValue build = provenanceOf(m_session, target)["sysbench"_L1];
        QCOMPARE(build["sha256"_L1].toString(), sum);
        QVERIFY(!build["version"_L1].toString().isEmpty());
    }
}

void TestSession::limitsAreEqualInside()
{
    const QJsonValue docker = provenanceOf(m_session, u"docker"_s)["inside"_L1];
    const QJsonValue qemu = provenanceOf(m_session, u"qemu"_s)["inside"_L1];
    QCOMPARE(docker["nproc"_L1].toInt(), 2);
    QCOMPARE(qemu["nproc"_L1].toInt(), 2);
    QCOMPARE(docker["limit_memory_mib"_L1].toDouble(), double(memoryMib));
    // MemTotal is what the guest's kernel leaves of it.
    const double guestMemory = qemu["memory_mib"_L1].toDouble();
    QVERIFY2(guestMemory > 0.85 * memoryMib && guestMemory <= memoryMib, qPrintable(QString::number(guestMemory)));
}

void TestSession::provenanceIsThere()
{
    const QJsonObject docker = provenanceOf(m_session, u"docker"_s);
    const Said driver = m_world.docker({u"info"_s, u"--format"_s, u"{{.Driver}}"_s});
    QCOMPARE(docker["storage_driver"_L1].toString().toUtf8(), driver.output.trimmed());
    const QString reference = docker["image"_L1]["reference"_L1].toString();
    const Said image = m_world.docker({u"image"_s, u"inspect"_s, u"--format"_s, u"{{.Id}}"_s, reference});
    QCOMPARE(docker["image"_L1]["id"_L1].toString().toUtf8(), image.output.trimmed());
    QVERIFY(textsOf(docker["argv"_L1]).contains(u"--cpuset-cpus"_s));
    QCOMPARE(docker["storage"_L1].toString(), u"volume"_s);

    const QJsonObject qemu = provenanceOf(m_session, u"qemu"_s);
    QCOMPARE(qemu["accel"_L1].toString(), u"tcg"_s);
    QCOMPARE(qemu["disk_cache"_L1].toString(), u"writethrough"_s);
    QCOMPARE(qemu["disk_format"_L1].toString(), u"raw"_s);
    QVERIFY(qemu["boot_ms"_L1].toInt() > 0);
    QVERIFY(!qemu["qemu"_L1].toString().isEmpty());
    const QStringList argv = textsOf(qemu["argv"_L1]);
    QVERIFY(argv.contains(u"tcg,thread=multi"_s));
    QCOMPARE(argv.value(argv.indexOf(u"-smp"_s) + 1), u"2"_s);
    QCOMPARE(argv.value(argv.indexOf(u"-m"_s) + 1), QString::number(memoryMib));
    QCOMPARE(qemu["guest_digest"_L1].toString(), docker["guest_digest"_L1].toString());

    const QString hostKernel = provenanceOf(m_session, u"host"_s)["inside"_L1]["kernel"_L1].toString();
    QCOMPARE(hostKernel, QSysInfo::kernelVersion());
    QCOMPARE(docker["inside"_L1]["kernel"_L1].toString(), hostKernel);
    QVERIFY(!qemu["inside"_L1]["kernel"_L1].toString().isEmpty());
    // "tsc-early" is the same counter, until the kernel has calibrated it, a second after the boot.
    QCOMPARE(qemu["inside"_L1]["clocksource"_L1].toString().section(u'-', 0, 0), u"tsc"_s);
}

void TestSession::targetsTookTurns()
{
    const QList<QJsonObject> runs = runsOf(m_session);
    for (qsizetype i = 0; i < runs.size(); ++i) {
        const QByteArray place = "run " + QByteArray::number(i);
        QVERIFY2(targetOf(runs[i]) == targets[i % 3], place);
        QVERIFY2(runs[i]["repeat"_L1].toInt() == i / 3 % repeats + 1, place);
        if (i > 0)
            QVERIFY2(startOf(runs[i]) >= endOf(runs[i - 1]), place);
    }
}

void TestSession::idleTargetsWerePaused()
{
    int dockerLooks = 0;
    int idleLooks = 0;
    double worst = 0;
    const QList<QJsonObject> runs = runsOf(m_session);
    for (const QJsonObject& run : runs) {
        const QString target = targetOf(run);
        QList<Sight> within = m_sights;
        // A look takes a moment itself; what was seen at the edges may be of the run before.
        within.removeIf(
            [&run](const Sight& sight) { return sight.at < startOf(run) + 400 || sight.at > endOf(run) - 100; });
        for (const Sight& sight : std::as_const(within)) {
            QVERIFY2(sight.containerIsPaused == (target != "docker"_L1), qPrintable(target));
            ++(target == "docker"_L1 ? dockerLooks : idleLooks);
        }
        if (within.size() < 2 || target == "qemu"_L1)
            continue;
        const double seconds = static_cast<double>(within.last().at - within.first().at) / 1000;
        worst = std::max(worst, (within.last().machineCpuS - within.first().machineCpuS) / seconds);
    }
    qInfo("looks while the container measured %d, while it was idle %d; CPU of the paused VM at most %.3f core",
          dockerLooks, idleLooks, worst);
    QVERIFY(dockerLooks > 10);
    QVERIFY(idleLooks > 20);
    QVERIFY(worst < 0.05);
}

void TestSession::tableFitsTheTerminal()
{
    qInfo("%s", qPrintable(u'\n' + m_table));
    const QStringList lines = m_table.split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines)
        QVERIFY2(line.size() <= 100, qPrintable(line));
    QVERIFY(lines.value(0).endsWith("ratio"_L1));
    for (const QString& test : tests)
        QVERIFY2(m_table.contains(u'\n' + test), qPrintable(test));
    QVERIFY(matches(m_table, u"^cpu 10000 +host +2 +[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+ events/s +1\\.00$"_s));
    QVERIFY(matches(m_table, u"^ +qemu +2 .* events/s +0\\.\\d+$"_s));
}

void TestSession::isStored()
{
    const Said listed = m_world.benchvisor({u"sessions"_s, u"list"_s, u"--json"_s});
    QCOMPARE(listed.status, 0);
    const QJsonArray sessions = QJsonDocument::fromJson(listed.output).array();
    QCOMPARE(sessions.size(), 2); // the published report stands after it
    QCOMPARE(sessions[0]["id"_L1].toString(), m_id);
    QCOMPARE(sessions[1]["origin"_L1].toString(), u"published"_s);
    QCOMPARE(sessions[0]["state"_L1].toString(), u"finished"_s);
    QCOMPARE(sessions[0]["runs"_L1]["ok"_L1].toInt(), 30);
    const Said shown = m_world.benchvisor({u"sessions"_s, u"show"_s, m_id});
    QCOMPARE(shown.status, 0);
    QVERIFY(shown.output.contains(m_id.toUtf8()));
    QVERIFY(m_world.benchvisor({u"sessions"_s}).output.contains(m_id.toUtf8()));
}

void TestSession::isExported()
{
    const QString summary = m_world.file(u"summary.csv"_s);
    const QString raw = m_world.file(u"raw.csv"_s);
    const Said exported =
        m_world.benchvisor({u"export"_s, m_id, u"--csv"_s, summary, u"--raw-csv"_s, raw, u"--json"_s, u"-"_s});
    QCOMPARE(exported.status, 0);
    QCOMPARE(QJsonDocument::fromJson(exported.output).object(), m_session);
    QFile summaryFile(summary);
    QVERIFY(summaryFile.open(QIODevice::ReadOnly));
    QVERIFY(summaryFile.readAll().startsWith("session,target,kind,accel,test,"));
    QFile rawFile(raw);
    QVERIFY(rawFile.open(QIODevice::ReadOnly));
    QCOMPARE(rawFile.readAll().count("\r\n"), 31);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
