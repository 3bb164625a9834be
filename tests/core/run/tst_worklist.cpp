#include "run/worklist.h"
#include "support/fake_machine.h"

using namespace Qt::StringLiterals;
using namespace bv;

class TestWorklist : public QObject
{
    Q_OBJECT
private slots:
    void holdsAllRuns();
    void leavesOutWhatIsDone();
    void refusesStrangeRecords_data();
    void refusesStrangeRecords();
    void skipsEnoughRepeats();
    void knowsWhoNeedsFiles();
    void warmsUpOnEveryStart();
};

namespace {

Session sessionOf(const Plan& plan)
{
    Session session;
    session.id = u"20261123-054210-7f3a"_s;
    session.plan = plan;
    session.host = {{u"memory_mib"_s, 8192}};
    return session;
}

RunRecord recordOf(const PlannedRun& run, RunStatus status = RunStatus::Ok, double value = 100)
{
    RunRecord record;
    record.id = QString::number(run.index);
    record.plannedIndex = run.index;
    record.target = run.targetId;
    record.test = run.test;
    record.params = run.params;
    record.repeat = run.repeat;
    record.discarded = run.discarded;
    record.status = status;
    record.metrics.set(sysbench::headlineMetric(run.test), value);
    return record;
}

} // namespace

void TestWorklist::holdsAllRuns()
{
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s}, 3);
    auto work = Worklist::of(sessionOf(plan));
    QVERIFY(work);
    QCOMPARE(work->all().size(), 6);
    QCOMPARE(work->left(), work->all());
    QCOMPARE(work->groups(), 1);
    QCOMPARE(work->leftOf(0), work->all());
    work->remove(work->left().first());
    QCOMPARE(work->left(), work->all().mid(1));
    plan.order = RunOrder::Blocked; // each target in a group of its own
    work = Worklist::of(sessionOf(plan));
    QCOMPARE(work->groups(), 2);
    QCOMPARE(work->leftOf(1), work->all().mid(3));
    QVERIFY(work->needsTarget(u"qemu"_s, 1) && !work->needsTarget(u"qemu"_s, 0));
    QCOMPARE(Worklist().groups(), 0);
    plan.targets.clear();
    QCOMPARE(Worklist::of(sessionOf(plan)).error().code, Error::Code::BadInput);
}

void TestWorklist::leavesOutWhatIsDone()
{
    Session session = sessionOf(fakePlan({u"docker"_s, u"qemu"_s}));
    const QList<PlannedRun> all = Worklist::of(session)->all();
    session.runs = {recordOf(all[0], RunStatus::Failed), recordOf(all[0]), recordOf(all[1], RunStatus::Cancelled),
                    recordOf(all[3])};
    const auto work = Worklist::of(session);
    QVERIFY(work);
    QCOMPARE(work->all(), all);
    QCOMPARE(work->left(), (QList<PlannedRun>{all[1], all[2]}));
}

void TestWorklist::warmsUpOnEveryStart()
{
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s}, 2);
    plan.warmup = 2;
    auto work = Worklist::of(sessionOf(plan));
    const QList<PlannedRun> all = work->all(); // D1 Q1 D2 Q2 d1 q1 d2 q2
    QCOMPARE(work->toDo(), all);
    QVERIFY(!work->warmUpBefore(all[0]) && !work->warmUpBefore(all[2]));
    for (int i = 0; i < 5; ++i)
        QVERIFY(work->remove(all[i]));
    QVERIFY(!work->warmUpBefore(all[5]) && !work->warmUpBefore(all[6]));
    QCOMPARE(work->toDo(), all.mid(5));
    work->coolDown(u"docker"_s);
    QVERIFY(!work->warmUpBefore(all[5]));
    QCOMPARE(work->warmUpBefore(all[6]), all[0]);
    QCOMPARE(work->toDo(), (QList<PlannedRun>{all[5], all[0], all[2], all[6], all[7]}));
    QVERIFY(!work->remove(all[0])); // tried, whatever came of it
    QCOMPARE(work->warmUpBefore(all[6]), all[2]);
    QVERIFY(!work->remove(all[2]));
    QVERIFY(!work->warmUpBefore(all[6]));
    QCOMPARE(work->left(), all.mid(5));
    // one that is resumed: nothing is warm
    Session session = sessionOf(plan);
    for (int i = 0; i < 7; ++i)
        session.runs << recordOf(all[i]);
    work = Worklist::of(session);
    QCOMPARE(work->left(), all.mid(7));
    QCOMPARE(work->toDo(), (QList<PlannedRun>{all[1], all[3], all[7]}));
    plan.warmup = 0;
    work = Worklist::of(sessionOf(plan));
    QVERIFY(!work->warmUpBefore(work->all().first()));
}

void TestWorklist::refusesStrangeRecords_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"index", "negative index", "target", "test", "parameters", "repeat", "warm-up"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestWorklist::refusesStrangeRecords()
{
    QFETCH(QString, what);
    Session session = sessionOf(fakePlan({u"docker"_s}));
    RunRecord record = recordOf(Worklist::of(session)->all().first());
    session.runs = {record};
    QVERIFY(Worklist::of(session));
    if (what == "index"_L1)
        record.plannedIndex = 2;
    else if (what == "negative index"_L1)
        record.plannedIndex = -1;
    else if (what == "target"_L1)
        record.target = u"qemu"_s;
    else if (what == "test"_L1)
        record.test = sysbench::Test::Threads;
    else if (what == "parameters"_L1)
        record.params.insert(u"cpu_max_prime"_s, 5000);
    else if (what == "repeat"_L1)
        record.repeat = 2;
    else
        record.discarded = true;
    session.runs = {record};
    const auto work = Worklist::of(session);
    QVERIFY(!work);
    QCOMPARE(work.error().code, Error::Code::BadInput);
    QVERIFY2(work.error().message.contains(u"its run 0 is none of its plan's"_s), qPrintable(work.error().message));
}

void TestWorklist::skipsEnoughRepeats()
{
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s});
    plan.warmup = 1;
    plan.adaptive = AdaptiveRepeats();
    plan.adaptive->minRepeats = 3;
    plan.adaptive->maxRepeats = 6;
    Session session = sessionOf(plan);
    auto work = Worklist::of(session);
    QVERIFY(work);
    const QList<PlannedRun> all = work->all();
    QCOMPARE(all.size(), 14);
    const auto runOf = [&all](const QString& target, int repeat) {
        return *std::find_if(all.begin(), all.end(), [&](const PlannedRun& run) {
            return run.targetId == target && run.repeat == repeat && !run.discarded;
        });
    };
    const PlannedRun later = runOf(u"docker"_s, 4);
    for (int repeat = 1; repeat <= 3; ++repeat) {
        QVERIFY(work->isNeeded(later));
        work->keep(recordOf(runOf(u"docker"_s, repeat)));
        work->keep(recordOf(runOf(u"qemu"_s, repeat), RunStatus::Failed)); // counts for nothing
    }
    QVERIFY(!work->isNeeded(later));
    QVERIFY(work->isNeeded(runOf(u"qemu"_s, 4)));
    QVERIFY(all.first().discarded && work->isNeeded(all.first())); // a warm-up
    QVERIFY(work->needsTarget(u"docker"_s, 0));
    work->remove(all.first());
    for (int repeat = 1; repeat <= 3; ++repeat)
        work->remove(runOf(u"docker"_s, repeat));
    QVERIFY(!work->needsTarget(u"docker"_s, 0));
    QVERIFY(work->needsTarget(u"qemu"_s, 0));
    // a session that is resumed knows it, too
    for (int repeat = 1; repeat <= 3; ++repeat)
        session.runs << recordOf(runOf(u"docker"_s, repeat));
    QVERIFY(!Worklist::of(session)->isNeeded(later));
}

void TestWorklist::knowsWhoNeedsFiles()
{
    Plan plan = fakePlan({u"docker"_s}, 1);
    Suite suite = fileioSuite();
    suite.parameters[0].values = {u"rndwr"_s, u"rndrd"_s};
    suite.parameters[1].values = {u"16M"_s, u"32M"_s};
    plan.suites << suite;
    auto work = Worklist::of(sessionOf(plan));
    QVERIFY(work);
    const QList<PlannedRun> all = work->all();
    QCOMPARE(all.size(), 5);
    const auto ofSize = [&all](const QString& size) {
        QList<PlannedRun> runs;
        std::copy_if(all.begin(), all.end(), std::back_inserter(runs),
                     [&size](const PlannedRun& run) { return run.params["file_total_size"_L1].toString() == size; });
        return runs;
    };
    const QList<PlannedRun> small = ofSize(u"16M"_s);
    QCOMPARE(small.size(), 2);
    work->remove(small[0]);
    QVERIFY(work->needsFilesOf(small[0]));
    work->remove(small[1]);
    QVERIFY(!work->needsFilesOf(small[0]));
    QVERIFY(work->needsFilesOf(ofSize(u"32M"_s).first()));
}

QTEST_GUILESS_MAIN(TestWorklist)
#include "tst_worklist.moc"
