#include "models/figure_columns.h"
#include "models/run_filter_model.h"
#include "models/run_tree_model.h"
#include "run/engine.h"
#include "support/rich_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;

namespace {

int columnOf(Metric metric)
{
    for (qsizetype i = 0; i < figureColumns().size(); ++i) {
        if (figureColumns().at(i).metrics.contains(metric))
            return RunTreeModel::FirstFigure + static_cast<int>(i);
    }
    return -1;
}

QString text(const QAbstractItemModel& model, const QList<int>& path, int column)
{
    QModelIndex at;
    for (const int row : path)
        at = model.index(row, 0, at);
    return at.siblingAtColumn(column).data().toString();
}

/// An engine that measures nothing: the test emits its signals.
EngineSettings idleEngine(const QTemporaryDir& dir)
{
    EngineSettings settings;
    settings.folders.runtimeDir = dir.filePath(u"run"_s);
    settings.folders.workDir = dir.filePath(u"work"_s);
    settings.dataDir = dir.filePath(u"data"_s);
    settings.cacheDir = dir.filePath(u"cache"_s);
    return settings;
}

} // namespace

class TestRunTreeModel : public QObject
{
    Q_OBJECT
private slots:
    void groupsByTestAndTarget();
    void summarizesRepeats();
    void absentIsADash();
    void marksDerivedAndWarmUps();
    void growsRunByRun();
    void forgetsARunThatIsTakenBack();
    void filtersAndSorts();
    void writesTsv();
    void knowsItsWidestFigure();
    void tenThousandRunsComeByRows();

private:
    static std::shared_ptr<Session> sample() { return std::make_shared<Session>(rich::session()); }
};

void TestRunTreeModel::groupsByTestAndTarget()
{
    SessionModel session;
    RunTreeModel model(session);
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 0);
    session.show(sample());
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(text(model, {0}, 0), u"cpu 20000"_s);
    QCOMPARE(text(model, {2}, 0), u"fileio rndwr"_s);
    QCOMPARE(model.rowCount(model.index(0, 0)), 2);
    QCOMPARE(text(model, {0, 0}, 0), u"Docker 1 CPU 1 GiB"_s);
    const QModelIndex docker = model.index(0, 0, model.index(0, 0));
    QCOMPARE(model.rowCount(docker), 1 + 5 + 3); // a warm-up, the repeats, the summary
    QCOMPARE(text(model, {0, 0, 0}, 0), u"Warm-up 1"_s);
    QCOMPARE(text(model, {0, 0, 5}, 0), u"Repeat 5"_s);
    QCOMPARE(text(model, {0, 0, 8}, 0), u"± 95 % CI"_s);
    const qsizetype number = model.index(2, 0, docker).data(RunTreeModel::RunRole).toLongLong();
    QCOMPARE(session.run(number).repeat, 2);
    QCOMPARE(model.indexOfRun(number), model.index(2, 0, docker));
    QVERIFY(model.hasValues(columnOf(Metric::EventsPerSec)));
    QVERIFY(!model.hasValues(columnOf(Metric::BootMs)));
    QVERIFY(!model.hasValues(RunTreeModel::remarkColumn()));
    QCOMPARE(model.tests().size(), 4);
    QCOMPARE(model.targets().size(), 2);
}

void TestRunTreeModel::summarizesRepeats()
{
    auto stored = sample();
    const double figures[] = {10, 20, 30, 40, 100};
    for (RunRecord& run : stored->runs) {
        if (run.target == "docker-1c"_L1 && run.params["cpu_max_prime"_L1] == 20000)
            run.metrics.set(Metric::EventsPerSec, run.discarded ? 1e6 : figures[run.repeat - 1]);
    }
    SessionModel session;
    RunTreeModel model(session);
    session.show(stored);
    const int eps = columnOf(Metric::EventsPerSec);
    QCOMPARE(text(model, {0, 0}, eps), u"40.00"_s);
    QCOMPARE(text(model, {0, 0}, RunTreeModel::Status), u"mean, n = 5"_s);
    QCOMPARE(text(model, {0, 0, 6}, eps), u"35.36"_s); // sqrt(5000 / 4)
    QCOMPARE(text(model, {0, 0, 7}, eps), u"30.00"_s);
    QCOMPARE(text(model, {0, 0, 8}, eps), u"43.90"_s); // 2.7764 * sd / sqrt(5)
}

void TestRunTreeModel::knowsItsWidestFigure()
{
    auto stored = sample();
    SessionModel session;
    RunTreeModel model(session);
    const int eps = columnOf(Metric::EventsPerSec);
    const int avg = columnOf(Metric::LatAvgMs);
    const auto isWideEnough = [&](int column) {
        for (int row = 0; row < 9; ++row) {
            if (text(model, {0, 0, row}, column).size() > model.widestFigure(column).size())
                return false;
        }
        return text(model, {0, 0}, column).size() <= model.widestFigure(column).size();
    };
    session.show(stored);
    QCOMPARE(model.widestFigure(eps), u"8.8888"_s); // of a deviation of "0.9…"; the means have four digits
    QVERIFY(isWideEnough(eps) && isWideEnough(avg));
    stored->runs[2].metrics.set(Metric::EventsPerSec, 1234567);
    session.show(stored);
    QCOMPARE(model.widestFigure(eps), u"8888888"_s);
    QVERIFY(isWideEnough(eps));
    for (RunRecord& run : stored->runs)
        run.metrics.set(Metric::LatAvgMs, 0.75 + run.repeat * 1e-5);
    session.show(stored);
    QCOMPARE(model.widestFigure(avg), u"8.88e-88"_s);
    stored->runs[3].metrics.setDerived(Metric::EventsPerSec, 5e9);
    session.show(stored);
    QCOMPARE(model.widestFigure(eps), u"8.88e+88 *"_s);
    QVERIFY(isWideEnough(eps));
}

void TestRunTreeModel::absentIsADash()
{
    auto stored = sample();
    RunRecord& bad = stored->runs[4]; // the second repeat in the container, after two warm-ups
    QCOMPARE(bad.repeat, 2);
    bad.status = RunStatus::Failed;
    bad.error = u"sysbench ended with 1."_s;
    bad.metrics = {};
    SessionModel session;
    RunTreeModel model(session);
    session.show(stored);
    const int eps = columnOf(Metric::EventsPerSec);
    QCOMPARE(text(model, {0, 0, 2}, eps), u"–"_s);
    QCOMPARE(text(model, {0, 0, 2}, RunTreeModel::Status), u"failed"_s);
    QCOMPARE(text(model, {0, 0, 2}, RunTreeModel::remarkColumn()), bad.error);
    QCOMPARE(text(model, {0, 0}, RunTreeModel::Status), u"mean, n = 4; 1 failed"_s);
    QVERIFY(model.hasValues(RunTreeModel::remarkColumn()));
    QCOMPARE(text(model, {0, 0, 1}, columnOf(Metric::TransferMibPerSec)), u"–"_s); // cpu has none
    QVERIFY(text(model, {0}, eps).isEmpty());
}

void TestRunTreeModel::marksDerivedAndWarmUps()
{
    auto stored = sample();
    for (RunRecord& run : stored->runs)
        run.metrics.setDerived(Metric::EventsPerSec, 12.5);
    SessionModel session;
    RunTreeModel model(session);
    session.show(stored);
    QVERIFY(model.hasDerived());
    const int eps = columnOf(Metric::EventsPerSec);
    QCOMPARE(text(model, {0, 0, 1}, eps), u"12.50 *"_s);
    QCOMPARE(text(model, {0, 0}, eps), u"12.50 *"_s);
    const QModelIndex warmUp = model.index(0, 0, model.index(0, 0, model.index(0, 0)));
    QVERIFY(warmUp.data(RunTreeModel::WarmUpRole).toBool());
    QCOMPARE(warmUp.siblingAtColumn(RunTreeModel::Status).data().toString(), u"not counted"_s);
}

void TestRunTreeModel::growsRunByRun()
{
    const QTemporaryDir dir;
    Engine engine(idleEngine(dir));
    SessionModel session;
    RunTreeModel model(session);
    const QAbstractItemModelTester tester(&model);
    const Session stored = rich::session();
    session.follow(engine, stored.plan);
    const auto planned = expandPlan(stored.plan, {8, 16000}).valueOr({});
    emit engine.sessionStarted(u"live"_s, planned);
    QCOMPARE(model.rowCount(), 0); // what waits has no row
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    emit engine.runStarted(planned.at(2));
    QCOMPARE(inserted.count(), 3); // test, target, run
    const QPersistentModelIndex run(model.indexOfRun(2));
    QCOMPARE(run.sibling(run.row(), RunTreeModel::Status).data().toString(), u"running"_s);
    emit engine.runFinished(stored.runs.at(2));
    QVERIFY(changed.count() > 0);
    QCOMPARE(run.sibling(run.row(), RunTreeModel::Status).data().toString(), u"done"_s);
    for (const int i : {0, 4, 3, 1}) {
        emit engine.runStarted(planned.at(i));
        emit engine.runFinished(stored.runs.at(i));
    }
    QVERIFY(run.isValid());
    QCOMPARE(run.row(), 1); // behind the warm-up that came later
    QCOMPARE(model.rowCount(run.parent()), 1 + 2 + 3);
    QCOMPARE(resets.count(), 0);
    for (qsizetype i = 5; i < planned.size(); ++i)
        emit engine.runFinished(stored.runs.at(i));
    SessionModel shown;
    const RunTreeModel whole(shown);
    shown.show(std::make_shared<Session>(stored));
    QCOMPARE(model.rowCount(), whole.rowCount());
    for (int test = 0; test < whole.rowCount(); ++test) {
        for (int target = 0; target < 2; ++target) {
            for (int column = 0; column < whole.columnCount(); ++column)
                QCOMPARE(text(model, {test, target}, column), text(whole, {test, target}, column));
        }
    }
}

void TestRunTreeModel::forgetsARunThatIsTakenBack()
{
    const QTemporaryDir dir;
    Engine engine(idleEngine(dir));
    SessionModel session;
    RunTreeModel model(session);
    const QAbstractItemModelTester tester(&model);
    const Session stored = rich::session();
    session.follow(engine, stored.plan);
    const auto planned = expandPlan(stored.plan, {8, 16000}).valueOr({});
    emit engine.sessionStarted(u"live"_s, planned);
    for (const int i : {2, 4})
        emit engine.runFinished(stored.runs.at(i));
    QCOMPARE(model.rowCount(model.index(0, 0, model.index(0, 0))), 5);
    emit engine.runStarted(planned.at(4)); // tried again: one good repeat is left, so no summary
    QCOMPARE(model.rowCount(model.index(0, 0, model.index(0, 0))), 2);
    emit engine.runSkipped(4);
    QCOMPARE(model.rowCount(model.index(0, 0, model.index(0, 0))), 1);
    emit engine.runSkipped(2);
    QCOMPARE(model.rowCount(), 0);
}

void TestRunTreeModel::filtersAndSorts()
{
    auto stored = sample();
    stored->runs[4].status = RunStatus::Failed;
    stored->runs[4].error = u"No space left on the device."_s;
    stored->runs[4].metrics = {};
    SessionModel session;
    RunTreeModel model(session);
    RunFilterModel filter(model);
    const QAbstractItemModelTester tester(&filter);
    session.show(stored);
    filter.setText(u"qemu 50000"_s);
    QCOMPARE(filter.rowCount(), 1);
    QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
    QVERIFY(filter.isFiltering());
    filter.setText(u"space"_s);
    const QModelIndex target = filter.index(0, 0, filter.index(0, 0));
    QCOMPARE(filter.rowCount(target), 1);
    filter.setText({});
    filter.setStatus(RunFilterModel::Status::Failed);
    QCOMPARE(filter.rowCount(), 1);
    filter.setStatus(RunFilterModel::Status::Any);
    filter.setTarget(u"qemu-1c"_s);
    QCOMPARE(filter.rowCount(), 4);
    QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
    filter.setTarget({});
    filter.setTest(model.tests().at(3).key);
    QCOMPARE(filter.rowCount(), 1);
    filter.setTest({});
    QVERIFY(!filter.isFiltering());

    const int eps = columnOf(Metric::EventsPerSec);
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        filter.sort(eps, order);
        QCOMPARE(text(filter, {0}, 0), u"cpu 20000"_s); // groups keep their places
        QCOMPARE(text(filter, {0, 1}, 0), text(model, {0, 1}, 0));
        QCOMPARE(text(filter, {0, 0, 8}, 0), u"± 95 % CI"_s);
        QCOMPARE(text(filter, {0, 0, 5}, eps), u"–"_s); // what has no value comes last
        double last = order == Qt::AscendingOrder ? 0 : 1e9;
        for (int row = 0; row < 5; ++row) {
            const double value =
                filter.index(row, eps, filter.index(0, 0, filter.index(0, 0))).data(RunTreeModel::ExactRole).toDouble();
            QVERIFY(order == Qt::AscendingOrder ? value >= last : value <= last);
            last = value;
        }
    }
}

void TestRunTreeModel::writesTsv()
{
    auto stored = sample();
    stored->plan.targets[0].label = u"=cmd\t<b>x</b>"_s;
    SessionModel session;
    RunTreeModel model(session);
    const RunFilterModel filter(model);
    session.show(stored);
    const QModelIndex target = filter.index(0, 0, filter.index(0, 0));
    const int eps = columnOf(Metric::EventsPerSec);
    const QString tsv = filter.tsv({target, filter.index(1, 3, target)},
                                   {RunTreeModel::Name, eps, columnOf(Metric::TransferMibPerSec)});
    const QStringList lines = tsv.split(u'\n');
    QCOMPARE(lines.at(0), u"Test\tTarget\tRun\tevents/s\tMiB/s"_s);
    QCOMPARE(lines.at(2).section(u'\t', 0, 2), u"cpu 20000\t'=cmd <b>x</b>\tRepeat 1"_s);
    QCOMPARE(lines.at(2).section(u'\t', 3, 3).toDouble(), *stored->runs.at(2).metrics.value(Metric::EventsPerSec));
    QVERIFY(lines.at(2).section(u'\t', 4, 4).isEmpty());
    QCOMPARE(lines.at(1).section(u'\t', 2, 2), u"mean"_s);
}

void TestRunTreeModel::tenThousandRunsComeByRows()
{
    const QTemporaryDir dir;
    Engine engine(idleEngine(dir));
    SessionModel session;
    RunTreeModel model(session);
    RunFilterModel filter(model);
    filter.sort(0, Qt::AscendingOrder);
    const Session stored = rich::session(u"big"_s, 4, 624); // 625 x 4 tests x 4 targets
    QCOMPARE(stored.runs.size(), 10'000);
    session.follow(engine, stored.plan);
    emit engine.sessionStarted(u"big"_s, expandPlan(stored.plan, {8, 16000}).valueOr({}));
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    for (const RunRecord& run : stored.runs)
        emit engine.runFinished(run);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(filter.rowCount(), 4);
    QCOMPARE(filter.rowCount(filter.index(0, 0, filter.index(0, 0))), 628);
    QCOMPARE(text(filter, {3, 3}, RunTreeModel::Status), u"mean, n = 624"_s);
}

QTEST_GUILESS_MAIN(TestRunTreeModel)
#include "tst_run_tree_model.moc"
