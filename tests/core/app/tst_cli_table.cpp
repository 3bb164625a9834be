#include "machine/host_facts.h"
#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/presets.h"
#include "session/session_store.h"
#include "support/program.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// The table that `benchvisor run` ends with, of sessions that were measured before.
class TestCliTable : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void namesEveryCell_data();
    void namesEveryCell();
    void tellsTimesFromRates();
    void tellsOfTargetsThatCouldNotBeUsed();

private:
    QStringList tableOf(const Plan& plan);
    std::unique_ptr<FakeMachine> m_machine;
};

namespace {

/// A session in which every run of the plan went well.
Session finishedSession(const Plan& plan)
{
    Session session;
    session.created = QDateTime::currentDateTimeUtc();
    session.id = makeSessionId(session.created);
    session.plan = plan;
    session.host = hostFacts();
    session.state = SessionState::Finished;
    return session;
}

TargetSettings container(const QString& storage, const QString& image = u"builtin"_s)
{
    TargetSettings target;
    target.kind = TargetKind::Docker;
    target.docker.cpus = 1;
    target.docker.memoryMib = 512;
    target.docker.storage = storage;
    target.docker.image = image;
    return target;
}

/// What differs only in ways that names of 20 letters do not show.
Plan sweep()
{
    Plan plan;
    plan.targets = {container(u"layer"_s), container(u"volume"_s), container(u"tmpfs"_s)};
    for (qsizetype i = 0; i < plan.targets.size(); ++i)
        plan.targets[i].id = plan.targets[i].docker.storage;
    plan.suites = {{sysbench::Test::Fileio,
                    {{u"file_total_size"_s, {u"16M"_s}},
                     {u"file_num"_s, {4}},
                     {u"file_test_mode"_s, {u"rndwr"_s, u"seqrewr"_s}},
                     {u"file_block_size"_s, {u"4K"_s, u"64K"_s}},
                     {u"threads"_s, {1, 16}}}}};
    plan.repeats = 1;
    return plan;
}

} // namespace

void TestCliTable::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest() && QDir().mkpath(m_machine->settings.dataDir));
}

QStringList TestCliTable::tableOf(const Plan& plan)
{
    const Session session = finishedSession(plan);
    const auto runs = expandPlan(plan, machineLimits());
    {
        const auto store = SessionStore::open(m_machine->settings.storeFile());
        if (!runs || !store || !(*store)->createSession(session))
            return {u"no session"_s};
        for (const PlannedRun& planned : *runs) {
            RunRecord run;
            run.plannedIndex = planned.index;
            run.id = QString::number(planned.index);
            run.target = planned.targetId;
            run.test = planned.test;
            run.params = planned.params;
            run.repeat = planned.repeat;
            run.status = RunStatus::Ok;
            run.started = QDateTime::currentDateTimeUtc();
            run.metrics.set(sysbench::headlineMetric(run.test), 123456.789);
            if (!(*store)->addRun(session.id, run))
                return {u"no run"_s};
        }
    }
    const ProgramResult result = Program(*m_machine).run({u"run"_s, u"-q"_s, u"--resume"_s, session.id});
    return result.status == 0 ? QString::fromUtf8(result.out).split(u'\n')
                              : QStringList{QString::fromUtf8(result.story())};
}

void TestCliTable::namesEveryCell_data()
{
    QTest::addColumn<Plan>("plan");
    const QStringList names = presetNames();
    for (const QString& name : names) {
        Plan plan = *preset(name, machineLimits());
        plan.repeats = 1;
        for (TargetSettings& target : plan.targets)
            target.qemu.accel = u"tcg"_s;
        QTest::newRow(qPrintable(name)) << plan;
    }
    QTest::newRow("sweep") << sweep();
    Plan alike = sweep();
    for (TargetSettings& target : alike.targets)
        target.label = u"All of them have the same name"_s;
    QTest::newRow("labels alike") << alike;
    Plan longer = sweep();
    for (qsizetype i = 0; i < longer.targets.size(); ++i) {
        longer.targets[i].label = QString(40, u'a') + QString::number(i) + QString(40, u'b');
        longer.targets[i].id = QString(30, u'c') + QString::number(i) + QString(30, u'd');
    }
    QTest::newRow("long names that differ in the middle") << longer;
    Plan images = sweep();
    images.targets = {container(u"volume"_s, u"present:1"_s), container(u"volume"_s)};
    images.targets[0].id = u"a"_s;
    images.targets[1].id = u"b"_s;
    QTest::newRow("images") << images;
    Plan disks;
    for (const QString& cache : {u"writethrough"_s, u"none"_s, u"writeback"_s}) {
        TargetSettings target;
        target.kind = TargetKind::Qemu;
        target.id = cache;
        target.qemu.accel = u"tcg"_s;
        target.qemu.smp = 1;
        target.qemu.memoryMib = 256;
        target.qemu.disk.cache = cache;
        disks.targets << target;
    }
    disks.suites = sweep().suites;
    disks.repeats = 1;
    QTest::newRow("disk caches") << disks;
}

/// Two rows of one name are two figures that cannot be told apart.
void TestCliTable::namesEveryCell()
{
    QFETCH(Plan, plan);
    const QStringList lines = tableOf(plan);
    const QByteArray story = lines.join(u'\n').toUtf8();
    const bool headings = lines.first().startsWith(u"  Test and target"_s);
    const qsizetype column = headings ? 2 : lines.first().indexOf(u"Target"_s);
    QVERIFY2(column > 0, story);
    QSet<QString> tests;
    QSet<QString> cells;
    QString test;
    int rows = 0;
    for (const QString& line : lines.mid(1)) {
        QVERIFY2(line.size() <= 100, qPrintable(line));
        const bool isRow = line.contains(u"123457"_s) || line.contains(u"123456"_s);
        if (headings && !isRow && !line.isEmpty() && !line.startsWith(u' '))
            test = line;
        if (!isRow)
            continue;
        if (!headings && !line.left(column).trimmed().isEmpty())
            test = line.left(column).trimmed();
        ++rows;
        tests.insert(test);
        cells.insert(test + u'|' + line.mid(column, 41 - column).trimmed());
    }
    const auto runs = expandPlan(plan, machineLimits());
    QSet<QString> wanted;
    QSet<QString> wantedTests;
    for (const PlannedRun& run : *runs) {
        wanted.insert(cellKey(run));
        wantedTests.insert(comparisonKey(run));
    }
    QVERIFY2(rows == wanted.size(), story);
    QVERIFY2(tests.size() == wantedTests.size(), story);
    QVERIFY2(cells.size() == rows, story);
}

void TestCliTable::tellsTimesFromRates()
{
    Plan plan = sweep();
    plan.suites = {{sysbench::Test::Mutex, {}}};
    QVERIFY(tableOf(plan).contains(u"s and ms are times: less is better"_s));
    plan.suites = {{sysbench::Test::Cpu, {}}};
    QVERIFY(!tableOf(plan).contains(u"s and ms are times: less is better"_s));
}

void TestCliTable::tellsOfTargetsThatCouldNotBeUsed()
{
    qputenv("BV_FAKE_QEMU", "exits");
    QFile file(m_machine->path(u"plan.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"schema": "benchvisor-plan/1", "repeats": 1, "suites": [{"test": "cpu", "time_s": 1}],
 "targets": [{"id": "box", "kind": "docker", "cpus": 1, "memory_mib": 256},
             {"id": "machine", "kind": "qemu", "accel": "tcg", "smp": 1, "memory_mib": 256}]})");
    file.close();
    const Program program(*m_machine);
    const ProgramResult ended = program.run({u"run"_s, u"-q"_s, u"--plan"_s, file.fileName()});
    QVERIFY2(ended.status == 3, ended.story());
    QVERIFY2(ended.out.contains("QEMU tcg 1 CPU 256 MiB"), ended.story());
    QVERIFY2(ended.out.contains("   0!"), ended.story());
    QVERIFY2(ended.out.contains("\n! not used to the end: QEMU tcg 1 CPU 256 MiB: QEMU ended"), ended.story());
    const ProgramResult shown = program.run({u"sessions"_s, u"show"_s, u"last"_s});
    QVERIFY2(shown.out.contains("machine could not be used to the end: QEMU ended while the VM started"),
             shown.story());
    const ProgramResult csv = program.run({u"export"_s, u"last"_s, u"--csv"_s, u"-"_s});
    QVERIFY2(csv.out.contains(",machine,qemu,tcg,cpu,") && csv.out.contains("QEMU ended while"), csv.story());
}

QTEST_GUILESS_MAIN(TestCliTable)
#include "tst_cli_table.moc"
