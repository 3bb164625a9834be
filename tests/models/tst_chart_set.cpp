#include "models/bar_data.h"
#include "models/chart_numbers_model.h"
#include "models/chart_set.h"
#include "models/plan_strip_model.h"
#include "models/session_model.h"
#include "plan/expand.h"
#include "run/engine.h"
#include "support/chart_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const Session> shared(Session session)
{
    return std::make_shared<const Session>(std::move(session));
}

/// The same lines, slots and places.
bool equal(const ChartData& a, const ChartData& b)
{
    if (a.series.size() != b.series.size() || a.length() != b.length())
        return false;
    for (std::size_t i = 0; i < a.series.size(); ++i) {
        const auto& x = a.series[i].segments;
        const auto& y = b.series[i].segments;
        if (a.series[i].pointCount != b.series[i].pointCount || x.size() != y.size())
            return false;
        for (std::size_t s = 0; s < x.size(); ++s) {
            if (x[s].run != y[s].run || x[s].offset != y[s].offset || x[s].column.size() != y[s].column.size())
                return false;
            for (qsizetype p = 0; p < x[s].column.size(); ++p) {
                if (x[s].column.valueAt(p) != y[s].column.valueAt(p) ||
                    x[s].column.secondsAt(p) != y[s].column.secondsAt(p))
                    return false;
            }
        }
    }
    return true;
}

/// Plays a session as an engine would report it.
void replay(Engine& engine, const Session& session, const QList<PlannedRun>& runs)
{
    emit engine.sessionStarted(session.id, runs);
    for (const RunRecord& record : session.runs) {
        emit engine.runStarted(runs.at(record.plannedIndex));
        for (qsizetype i = 0; i < record.intervals.size(); ++i) {
            emit engine.utilizationSampled(record.plannedIndex, record.utilization.at(i));
            emit engine.intervalArrived(record.plannedIndex, record.intervals.at(i));
        }
        emit engine.runFinished(record);
    }
}

} // namespace

class TestChartSet : public QObject
{
    Q_OBJECT
private slots:
    void hasAChartPerTest();
    void targetsLieSideBySide();
    void slotsGrowWithTheLongestRun();
    void leavesOutWarmUps();
    void clockTimeIsWhenTheyRan();
    void incrementalIsTheWhole_data();
    void incrementalIsTheWhole();
    void anotherAttemptReplaces();
    void showsUse();
    void saysWhichIsFaster();
    void saysWhenNoDifferenceIsShown();
    void waitsForASecondRepeat();
    void barsHoldEveryRun();
    void numbersAreAllThere();
    void stripHasACellPerRun();
    void stripFollowsTheRuns();
};

void TestChartSet::hasAChartPerTest()
{
    SessionModel model;
    ChartSet charts(model);
    QCOMPARE(charts.count(), 0);
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}))));
    QCOMPARE(charts.count(), 2);
    QCOMPARE(charts.chart(0).kind, ChartKind::Cpu);
    QCOMPARE(charts.chart(1).kind, ChartKind::Fileio);
    QCOMPARE(charts.chart(0).pointCount(), 2 * 3 * 5 * 10);
    Plan plan = sample::chartPlan({u"docker"_s});
    plan.suites = {{sysbench::Test::Mutex, {}}};
    model.show(shared(sample::chartSession(plan)));
    QCOMPARE(charts.count(), 0);
}

void TestChartSet::targetsLieSideBySide()
{
    SessionModel model;
    ChartSet charts(model);
    for (const RunOrder order : {RunOrder::Interleaved, RunOrder::Blocked}) {
        Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, 3);
        plan.order = order;
        model.show(shared(sample::chartSession(plan)));
        const ChartData& cpu = charts.chart(0);
        QCOMPARE(cpu.slotList.size(), std::size_t(9));
        for (std::size_t s = 0; s < 9; ++s) {
            const ChartSegment& docker = cpu.series[0].segments.at(s);
            const ChartSegment& qemu = cpu.series[1].segments.at(s);
            QCOMPARE(docker.offset, qemu.offset);
            QCOMPARE(docker.offset, cpu.slotList[s].begin);
            QVERIFY(s == 0 || docker.offset > cpu.series[0].segments[s - 1].end()); // a gap
        }
        QCOMPARE(cpu.bands().size(), 3);
        QCOMPARE(cpu.bands().first().label, u"cpu 20000"_s);
    }
}

void TestChartSet::slotsGrowWithTheLongestRun()
{
    Session session = sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 2));
    session.runs[1].intervals.last().timeS = 14; // the VM took longer
    SessionModel model;
    ChartSet charts(model);
    model.show(shared(session));
    const ChartData& cpu = charts.chart(0);
    QCOMPARE(cpu.slotList[0].length, 14.0);
    QCOMPARE(cpu.slotList[1].length, 10.0);
    QVERIFY(cpu.slotList[1].begin > 14);
}

void TestChartSet::leavesOutWarmUps()
{
    Plan plan = sample::chartPlan({u"docker"_s}, 2);
    plan.warmup = 1;
    SessionModel model;
    ChartSet charts(model);
    model.show(shared(sample::chartSession(plan)));
    QCOMPARE(model.runCount(), 6 * 3);
    QCOMPARE(charts.chart(0).series[0].segments.size(), std::size_t(6));
}

void TestChartSet::clockTimeIsWhenTheyRan()
{
    SessionModel model;
    ChartSet charts(model);
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 2))));
    charts.setTime(ChartTime::Clock);
    const ChartData& cpu = charts.chart(0);
    QCOMPARE(cpu.series[0].segments[0].offset, 8.0);
    QCOMPARE(cpu.series[1].segments[0].offset, 8.0 + 11.2);
    QCOMPARE(cpu.series[0].segments[1].offset, 8.0 + 2 * 11.2);
    QVERIFY(cpu.bands().isEmpty());
}

void TestChartSet::incrementalIsTheWhole_data()
{
    QTest::addColumn<RunOrder>("order");
    QTest::addColumn<ChartTime>("time");
    QTest::newRow("interleaved") << RunOrder::Interleaved << ChartTime::Measured;
    QTest::newRow("blocked") << RunOrder::Blocked << ChartTime::Measured;
    QTest::newRow("clock") << RunOrder::Interleaved << ChartTime::Clock;
}

void TestChartSet::incrementalIsTheWhole()
{
    QFETCH(RunOrder, order);
    QFETCH(ChartTime, time);
    Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s, u"qemu-kvm"_s}, 3);
    plan.order = order;
    Session session = sample::chartSession(plan);
    session.runs[4].intervals.last().timeS = 13;
    session.runs[7].intervals.clear();
    session.runs[7].utilization.clear();
    EngineSettings settings;
    Engine engine(settings);
    SessionModel live;
    live.follow(engine, plan);
    ChartSet incremental(live);
    incremental.setTime(time);
    incremental.setUse(true);
    replay(engine, session, expandPlan(plan, {8, 65536}).valueOr({}));

    SessionModel stored;
    Session whole = live.session(); // begun when this test did
    whole.targets = session.targets;
    whole.host = session.host;
    stored.show(shared(whole));
    ChartSet charts(stored);
    charts.setTime(time);
    charts.setUse(true);
    QCOMPARE(incremental.count(), charts.count());
    for (int i = 0; i < charts.count(); ++i) {
        QVERIFY(!charts.chart(i).isEmpty());
        QVERIFY2(equal(incremental.chart(i), charts.chart(i)), qPrintable(chartStem(charts.chart(i).kind)));
    }
}

void TestChartSet::anotherAttemptReplaces()
{
    const Plan plan = sample::chartPlan({u"docker"_s}, 2);
    const Session session = sample::chartSession(plan);
    Engine engine{EngineSettings()};
    SessionModel model;
    model.follow(engine, plan);
    ChartSet charts(model);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    emit engine.sessionStarted(session.id, runs);
    emit engine.runStarted(runs.at(0));
    emit engine.intervalArrived(0, session.runs[0].intervals[0]);
    QCOMPARE(charts.chart(0).pointCount(), 1);
    QSignalSpy changed(&charts, &ChartSet::changed);
    emit engine.runStarted(runs.at(0));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(charts.chart(0).pointCount(), 0);
    emit engine.runFinished(session.runs[0]);
    QCOMPARE(charts.chart(0).pointCount(), 10);
    QCOMPARE(charts.chart(0).series[0].segments.size(), std::size_t(1));
}

void TestChartSet::showsUse()
{
    SessionModel model;
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 2))));
    ChartSet charts(model);
    charts.setUse(true);
    QCOMPARE(charts.count(), 4);
    const ChartData& cpu = charts.chart(charts.placeOf(ChartKind::CpuUse));
    QCOMPARE(cpu.series.size(), std::size_t(6));    // user, system, sum of two targets
    QCOMPARE(cpu.slotList.size(), std::size_t(12)); // of all tests
    QCOMPARE(charts.chart(charts.placeOf(ChartKind::DiskUse)).pointCount(), 2 * 6 * 2 * 10);
    charts.setUseView(UseView::Guest);
    QCOMPARE(charts.chart(charts.placeOf(ChartKind::DiskUse)).series.size(), std::size_t(1)); // the VM only
    QCOMPARE(charts.chart(charts.placeOf(ChartKind::DiskUse)).pointCount(), 6 * 2 * 10);
}

void TestChartSet::saysWhichIsFaster()
{
    SessionModel model;
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}))));
    const RunGroups groups(model);
    const QStringList sentences = comparisonSentences(model, groups.group(0));
    QCOMPARE(sentences.size(), 1);
    QVERIFY2(sentences.first().startsWith("Docker 2 CPU 1 GiB is 3.8"_L1), qPrintable(sentences.first()));
    QVERIFY2(sentences.first().contains(u"× as fast as QEMU"_s) && sentences.first().contains("(95 % CI 3.8"_L1),
             qPrintable(sentences.first()));
    model.show(shared(sample::chartSession(sample::chartPlan({u"host"_s, u"docker"_s, u"qemu"_s}))));
    const QStringList three = comparisonSentences(model, RunGroups(model).group(0));
    QCOMPARE(three.size(), 3);
    QCOMPARE(three.at(0), u"Host against the others (95 % CI):"_s);
    QVERIFY2(three.at(1).contains(" % faster than Docker 2 CPU 1 GiB ("_L1), qPrintable(three.at(1)));
    QVERIFY2(three.at(2).contains(u"× as fast as QEMU tcg 2 CPU 1 GiB ("_s), qPrintable(three.at(2)));
}

void TestChartSet::saysWhenNoDifferenceIsShown()
{
    Session session = sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 3));
    for (RunRecord& run : session.runs)
        run.metrics.set(sysbench::Metric::EventsPerSec, 1000 + 10 * run.repeat + (run.target == "qemu"_L1 ? 1 : 0));
    SessionModel model;
    model.show(shared(session));
    const QStringList sentences = comparisonSentences(model, RunGroups(model).group(0));
    QVERIFY2(sentences.value(0).startsWith("No difference shown between"_L1), qPrintable(sentences.value(0)));
    session = sample::chartSession(sample::chartPlan({u"host"_s, u"docker"_s, u"qemu"_s}, 3));
    for (RunRecord& run : session.runs)
        run.metrics.set(sysbench::Metric::EventsPerSec, 1000 + 10 * run.repeat + (run.target == "qemu"_L1 ? 1 : 0));
    model.show(shared(session));
    const QStringList three = comparisonSentences(model, RunGroups(model).group(0));
    QVERIFY2(three.value(1).startsWith("no difference shown to "_L1), qPrintable(three.value(1)));
}

void TestChartSet::waitsForASecondRepeat()
{
    SessionModel model;
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}), 10, 10, 1)));
    QVERIFY(comparisonSentences(model, RunGroups(model).group(0)).isEmpty());
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}), 10, 10, 2)));
    const QStringList sentences = comparisonSentences(model, RunGroups(model).group(0));
    QVERIFY2(sentences.value(0).contains(" so far; a confidence interval"_L1), qPrintable(sentences.value(0)));
}

void TestChartSet::barsHoldEveryRun()
{
    Session session = sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}));
    session.runs[0].status = RunStatus::Failed;
    SessionModel model;
    model.show(shared(session));
    const QList<BarData> charts = barData(model);
    QCOMPARE(charts.size(), 2); // one for each unit and test
    QCOMPARE(charts[0].unit, u"events/s"_s);
    QCOMPARE(charts[1].unit, u"MiB/s"_s);
    QCOMPARE(charts[0].groups.size(), 3);
    QCOMPARE(charts[0].groups[0].bars[0].values.size(), 4);
    QCOMPARE(charts[0].groups[0].bars[1].values.size(), 5);
    QVERIFY(charts[0].groups[0].bars[0].ciLow && charts[0].groups[0].bars[0].ciHigh);
    BarNumbersModel numbers(charts[0]);
    QAbstractItemModelTester tester(&numbers);
    QCOMPARE(numbers.rowCount(), 6);
    QCOMPARE(numbers.index(0, BarNumbersModel::Count).data().toInt(), 4);
}

void TestChartSet::numbersAreAllThere()
{
    SessionModel model;
    model.show(shared(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 2))));
    ChartSet charts(model);
    ChartNumbersModel numbers(charts.chart(0));
    QAbstractItemModelTester tester(&numbers);
    QCOMPARE(numbers.rowCount(), 2 * 3 * 2 * 10);
    QCOMPARE(numbers.index(0, ChartNumbersModel::Series).data().toString(), u"Docker 2 CPU 1 GiB"_s);
    QCOMPARE(numbers.index(10, ChartNumbersModel::Repeat).data().toInt(), 2);
    QCOMPARE(numbers.index(19, ChartNumbersModel::Time).data().toString(), u"10.0"_s);
    QCOMPARE(numbers.index(119, ChartNumbersModel::Series).data().toString(), u"QEMU tcg 2 CPU 1 GiB"_s);
    QCOMPARE(numbers.headerData(ChartNumbersModel::Value, Qt::Horizontal, Qt::DisplayRole).toString(),
             u"Value in events/s"_s);
}

void TestChartSet::stripHasACellPerRun()
{
    SessionModel model;
    PlanStripModel strip(model);
    QAbstractItemModelTester tester(&strip);
    QCOMPARE(strip.rowCount(), 0);
    Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, 4);
    plan.warmup = 1;
    Session session = sample::chartSession(plan, 10, 10, 12);
    session.runs[3].status = RunStatus::Failed;
    session.runs[3].error = u"it broke"_s;
    model.show(shared(session));
    QCOMPARE(strip.rowCount(), 6 * 2);
    QCOMPARE(strip.columnCount(), 5);
    QVERIFY(strip.index(0, 0).data(PlanStripModel::WarmUpRole).toBool());
    QCOMPARE(strip.headerData(0, Qt::Vertical, PlanStripModel::GroupRole).toString(), u"cpu 20000"_s);
    QVERIFY(strip.headerData(1, Qt::Vertical, PlanStripModel::GroupRole).toString().isEmpty());
    QCOMPARE(strip.headerData(1, Qt::Vertical, PlanStripModel::TargetRole).toString(), u"qemu"_s);
    for (qsizetype run = 0; run < model.runCount(); ++run)
        QCOMPARE(strip.indexOf(run).data(PlanStripModel::RunRole).toLongLong(), run);
    const QModelIndex failed = strip.indexOf(3);
    QCOMPARE(failed.data().toString(), runStateMark(RunState::Failed));
    QVERIFY(failed.data(Qt::ToolTipRole).toString().contains(u"it broke"_s));
    QCOMPARE(strip.indexOf(20).data(PlanStripModel::StateRole).toInt(), int(RunState::Waiting));
}

void TestChartSet::stripFollowsTheRuns()
{
    const Plan plan = sample::chartPlan({u"docker"_s}, 2);
    const Session session = sample::chartSession(plan);
    Engine engine{EngineSettings()};
    SessionModel model;
    model.follow(engine, plan);
    PlanStripModel strip(model);
    QAbstractItemModelTester tester(&strip);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    emit engine.sessionStarted(session.id, runs);
    QSignalSpy changed(&strip, &QAbstractItemModel::dataChanged);
    emit engine.runStarted(runs.at(0));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(strip.index(0, 0).data(PlanStripModel::StateRole).toInt(), int(RunState::Running));
    emit engine.runFinished(session.runs[0]);
    QCOMPARE(strip.index(0, 0).data().toString(), runStateMark(RunState::Ok));
}

QTEST_GUILESS_MAIN(TestChartSet)

#include "tst_chart_set.moc"
