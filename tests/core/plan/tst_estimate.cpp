#include "plan/estimate.h"
#include "plan/expand.h"
#include "plan/presets.h"

#include <QtTest>
#include <cmath>
#include <limits>

using namespace bv;
using namespace Qt::StringLiterals;
using sysbench::Test;

namespace {

/// Costs that are easy to reckon with.
CostModel roundCosts()
{
    CostModel costs;
    costs.hostRunS = 0;
    costs.dockerRunS = 1;
    costs.qemuRunS = 2;
    costs.containerStartS = 10;
    costs.containerStopS = 5;
    costs.vmBootTcgS = 100;
    costs.vmBootKvmS = 50;
    costs.vmStopS = 20;
    costs.fixedWorkS = 7;
    costs.pageCacheDropS = 0.5;
    costs.dockerPrepareMibPerS = 64;
    costs.qemuTcgPrepareMibPerS = 16;
    costs.qemuKvmPrepareMibPerS = 32;
    return costs;
}

Plan cpuPlan()
{
    Plan plan = *preset(u"quick"_s, {});
    plan.suites = plan.suites.mid(0, 1);
    return plan; // 2 targets, 3 repeats of 4 s
}

QList<PlannedRun> expanded(const Plan& plan)
{
    return *expandPlan(plan, {});
}

double total(const Plan& plan, bool kvm = false)
{
    return Estimate(plan, kvm, roundCosts()).remaining(expanded(plan)).maxS;
}

constexpr double cpuTotal = 3 * (4 + 1) + 3 * (4 + 2) + 10 + 5 + 100 + 20;

} // namespace

class TestEstimate : public QObject
{
    Q_OBJECT
private slots:
    void beforeAnything();
    void accelerator();
    void cooldown();
    void files();
    void fixedWork();
    void observedRunsCorrect();
    void medianResistsAnOutlier();
    void finishedRunsCostNothingMore();
    void observedStartAndPrepare();
    void filesAreMadeAgainAfterSeqwr();
    void nonsenseIsIgnored();
    void adaptiveIsARange();
    void unknownTarget();
    void durations_data();
    void durations();
    void ranges();
};

void TestEstimate::beforeAnything()
{
    QCOMPARE(total(cpuPlan()), cpuTotal);
    QCOMPARE(Estimate(cpuPlan()).remaining({}).maxS, 0.0);
    // The interface promises a quick plan of 24 runs in about 2 min 10 s.
    const Plan quick = *preset(u"quick"_s, {});
    const double seconds = Estimate(quick).remaining(expanded(quick)).maxS;
    QVERIFY2(seconds > 100 && seconds < 140, qPrintable(formatDuration(seconds)));
}

void TestEstimate::accelerator()
{
    Plan plan = cpuPlan();
    QCOMPARE(total(plan, true), cpuTotal - 50);
    plan.targets[1].qemu.accel = u"tcg"_s;
    QCOMPARE(total(plan, true), cpuTotal);
    plan.targets[1].qemu.accel = u"kvm"_s;
    QCOMPARE(total(plan, false), cpuTotal - 50);
}

void TestEstimate::cooldown()
{
    Plan plan = cpuPlan();
    plan.cooldownS = 2;
    QCOMPARE(total(plan), cpuTotal + 5 * 2); // between six runs
}

void TestEstimate::files()
{
    Plan plan = cpuPlan();
    plan.suites = {Suite{
        Test::Fileio,
        {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}}, {u"file_total_size"_s, {u"64M"_s}}, {u"time_s"_s, {4}}}}};
    // Six runs a target; 64 MiB prepared once in each: 1 s in Docker, 4 s in QEMU.
    const double runs = 6 * (4 + 1 + 0.5) + 6 * (4 + 2 + 0.5);
    QCOMPARE(total(plan), runs + 1 + 4 + 135);
    plan.dropPageCache = false;
    QCOMPARE(total(plan), runs - 12 * 0.5 + 1 + 4 + 135);
}

void TestEstimate::fixedWork()
{
    Plan plan = cpuPlan();
    plan.suites = {Suite{Test::Mutex, {{u"time_s"_s, {1000}}}}};
    QCOMPARE(total(plan), 3 * (7 + 1) + 3 * (7 + 2) + 135.0);
}

void TestEstimate::observedRunsCorrect()
{
    const Plan plan = cpuPlan();
    const QList<PlannedRun> runs = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    estimate.observe(runs[0], 4.25); // Docker: 0.25 s overhead instead of 1
    const double left = 2 * 4.25 + 5 + 3 * 6 + 100 + 20;
    QCOMPARE(estimate.remaining(runs.mid(1)).maxS, left);
}

void TestEstimate::medianResistsAnOutlier()
{
    const Plan plan = cpuPlan();
    const QList<PlannedRun> runs = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    for (const double seconds : {4.25, 4.25, 90.0, 4.25, 4.25})
        estimate.observe(runs[0], seconds);
    QCOMPARE(estimate.remaining({runs[2]}).maxS, 4.25 + 5);
    for (int i = 0; i < 1000; ++i)
        estimate.observe(runs[0], 5); // the machine has become slower for good
    QCOMPARE(estimate.remaining({runs[2]}).maxS, 5.0 + 5);
}

void TestEstimate::finishedRunsCostNothingMore()
{
    const Plan plan = *preset(u"report"_s, {});
    QList<PlannedRun> left = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    double before = estimate.remaining(left).maxS;
    while (!left.isEmpty()) {
        const PlannedRun run = left.takeFirst();
        estimate.observe(run,
                         10 + (run.targetId.startsWith(u"docker"_s) ? 1 : 2) + (run.test == Test::Fileio ? 0.5 : 0));
        const double now = estimate.remaining(left).maxS;
        QVERIFY(now < before);
        before = now;
    }
    QCOMPARE(before, 0.0);
}

void TestEstimate::observedStartAndPrepare()
{
    Plan plan = cpuPlan();
    plan.targets << plan.targets[1];
    plan.targets[2].id = u"second"_s;
    plan.repeats = 1;
    plan.suites = {Suite{
        Test::Fileio, {{u"file_test_mode"_s, {u"rndwr"_s}}, {u"file_total_size"_s, {u"64M"_s}}, {u"time_s"_s, {4}}}}};
    const QList<PlannedRun> runs = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    estimate.observeStart(u"qemu-2c-1g"_s, 30);
    estimate.observePrepare(runs[1], 8);
    // The second VM is reckoned with what the first one took; the first has started and is prepared.
    QCOMPARE(estimate.remaining({runs[1]}).maxS, 6.5 + 20);
    QCOMPARE(estimate.remaining({runs[2]}).maxS, 30 + 8 + 6.5 + 20);
}

void TestEstimate::filesAreMadeAgainAfterSeqwr()
{
    Plan plan = cpuPlan();
    plan.targets = {plan.targets[0]};
    plan.repeats = 2;
    plan.suites = {
        Suite{Test::Fileio,
              {{u"file_test_mode"_s, {u"rndrd"_s, u"seqwr"_s, u"seqrd"_s}}, {u"file_total_size"_s, {u"64M"_s}}}}};
    plan.suites[0].parameters << SuiteParameter{u"time_s"_s, {4}};
    const QList<PlannedRun> runs = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    constexpr double runS = 5.5;
    QCOMPARE(estimate.remaining(runs).maxS, 10 + 1 + 4 * runS + 1 + 2 * runS + 5);
    estimate.observeStart(runs[0].targetId, 10);
    estimate.observePrepare(runs[0], 1);
    estimate.observe(runs[2], runS); // seqwr
    QCOMPARE(estimate.remaining({runs[3]}).maxS, runS + 5);
    QCOMPARE(estimate.remaining(runs.mid(3)).maxS, runS + 1 + 2 * runS + 5);
    estimate.observePrepare(runs[4], 1);
    QCOMPARE(estimate.remaining(runs.mid(4)).maxS, 2 * runS + 5);
}

void TestEstimate::nonsenseIsIgnored()
{
    const Plan plan = cpuPlan();
    const QList<PlannedRun> runs = expanded(plan);
    Estimate estimate(plan, false, roundCosts());
    for (const double seconds : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
        estimate.observe(runs[0], seconds);
        estimate.observeStart(runs[0].targetId, seconds);
        estimate.observePrepare(runs[0], seconds);
    }
    QCOMPARE(estimate.remaining(runs).maxS, cpuTotal);
    estimate.observe(runs[0], 0.1); // ended early, as with "events"
    QVERIFY(estimate.remaining(runs.mid(1)).maxS > 0);
}

void TestEstimate::adaptiveIsARange()
{
    Plan plan = cpuPlan();
    plan.adaptive = AdaptiveRepeats{2.5, 3, 10};
    plan.warmup = 1;
    const TimeRange range = Estimate(plan, false, roundCosts()).remaining(expanded(plan));
    QCOMPARE(range.minS, (3 + 1) * 5 + (3 + 1) * 6 + 135.0);
    QCOMPARE(range.maxS, (10 + 1) * 5 + (10 + 1) * 6 + 135.0);
}

void TestEstimate::unknownTarget()
{
    PlannedRun run;
    run.targetId = u"nobody"_s;
    run.params = {{u"time_s"_s, 4}};
    QCOMPARE(Estimate(Plan(), false, roundCosts()).remaining({run}).maxS, 4.0);
}

void TestEstimate::durations_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << 0.0 << u"0 s"_s;
    QTest::newRow("negative") << -5.0 << u"0 s"_s;
    QTest::newRow("nan") << std::nan("") << u"0 s"_s;
    QTest::newRow("part") << 0.4 << u"less than 1 s"_s;
    QTest::newRow("seconds") << 42.4 << u"42 s"_s;
    QTest::newRow("rounded up") << 59.6 << u"1 min"_s;
    QTest::newRow("minutes") << 130.0 << u"2 min 10 s"_s;
    QTest::newRow("nearly an hour") << 3599.0 << u"59 min 59 s"_s;
    QTest::newRow("hour") << 3600.0 << u"1 h"_s;
    QTest::newRow("hours") << 3900.0 << u"1 h 5 min"_s;
    QTest::newRow("nearly a day") << 86399.0 << u"1 d"_s;
    QTest::newRow("days") << 183600.0 << u"2 d 3 h"_s;
    QTest::newRow("for ever") << std::numeric_limits<double>::infinity() << u"11574074 d 2 h"_s;
}

void TestEstimate::durations()
{
    QFETCH(double, seconds);
    QFETCH(QString, text);
    QCOMPARE(formatDuration(seconds), text);
}

void TestEstimate::ranges()
{
    QCOMPARE(formatDuration(TimeRange{130, 130}), u"about 2 min 10 s"_s);
    QCOMPARE(formatDuration(TimeRange{130, 520}), u"2 min 10 s to 8 min 40 s"_s);
}

QTEST_APPLESS_MAIN(TestEstimate)
#include "tst_estimate.moc"
