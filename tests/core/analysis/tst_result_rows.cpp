#include "analysis/result_rows.h"

#include "core/session/sample_session.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;

class TestResultRows : public QObject
{
    Q_OBJECT
private slots:
    void followsThePlan();
    void comparesWithTheFirstTarget_data();
    void comparesWithTheFirstTarget();
    void leavesOutWhatDoesNotCount();
    void tellsParametersApart();
    void namesTargets();
    void startsAreNotNamedByTheTargetsSize();
    void emptySessionHasNoRows();
    void tellsOfTargetsThatCouldNotBeUsed();
};

namespace {

RunRecord run(int index, const QString& target, std::optional<double> eventsPerSec)
{
    RunRecord made = sample::run(index, target);
    made.metrics = {};
    if (eventsPerSec)
        made.metrics.set(sysbench::Metric::EventsPerSec, *eventsPerSec);
    else
        made.status = RunStatus::Failed;
    return made;
}

} // namespace

void TestResultRows::followsThePlan()
{
    Session session = sample::session();
    // stored in another order than planned, as after a resume
    session.runs = {run(3, u"qemu"_s, 40), run(1, u"qemu"_s, 60), run(2, u"docker"_s, 110), run(0, u"docker"_s, 90)};
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].targetId, u"docker"_s);
    QCOMPARE(rows[1].targetId, u"qemu"_s);
    QCOMPARE(rows[0].comparisonKey, rows[1].comparisonKey);
    QVERIFY(rows[0].test.startsWith(u"cpu"_s));
    QCOMPARE(rows[0].summary->n, 2);
    QCOMPARE(rows[0].summary->mean, 100.0);
    QCOMPARE(rows[1].summary->mean, 50.0);
    QCOMPARE(rows[0].failed, 0);
    QCOMPARE(rows[0].ratio->ratio, 1.0);
    QVERIFY(!rows[0].ratio->low && !rows[0].ratio->high && !rows[0].ratio->degreesOfFreedom); // to itself
    QCOMPARE(rows[1].ratio->ratio, 0.5);
    QVERIFY(rows[1].ratio->low && rows[1].ratio->high && *rows[1].ratio->low < 0.5 && *rows[1].ratio->high > 0.5);
}

void TestResultRows::comparesWithTheFirstTarget_data()
{
    using Values = QList<double>; // -1: a failed run
    QTest::addColumn<Values>("docker");
    QTest::addColumn<Values>("qemu");
    QTest::addColumn<double>("ratio"); // of qemu; -1: none
    QTest::newRow("both") << Values{100, 100} << Values{20, 30} << 0.25;
    QTest::newRow("first failed") << Values{-1, -1} << Values{20, 30} << -1.0;
    QTest::newRow("second failed") << Values{100, 100} << Values{-1} << -1.0;
    QTest::newRow("first failed once") << Values{-1, 80} << Values{20, 20} << 0.25;
    QTest::newRow("first is zero") << Values{0, 0} << Values{20, 30} << -1.0;
}

void TestResultRows::comparesWithTheFirstTarget()
{
    using Values = QList<double>;
    QFETCH(Values, docker);
    QFETCH(Values, qemu);
    QFETCH(double, ratio);
    Session session = sample::session();
    int index = 0;
    for (const double value : std::as_const(docker))
        session.runs << run(index++, u"docker"_s, value < 0 ? std::nullopt : std::optional(value));
    for (const double value : std::as_const(qemu))
        session.runs << run(index++, u"qemu"_s, value < 0 ? std::nullopt : std::optional(value));
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].failed, docker.count(-1));
    QCOMPARE(rows[1].failed, qemu.count(-1));
    QCOMPARE(rows[0].summary.has_value(), docker.count(-1) < docker.size());
    QCOMPARE(rows[1].ratio.has_value(), ratio >= 0);
    if (ratio >= 0)
        QCOMPARE(rows[1].ratio->ratio, ratio);
}

void TestResultRows::leavesOutWhatDoesNotCount()
{
    Session session = sample::session();
    session.runs = {run(0, u"docker"_s, 1), run(1, u"docker"_s, 100), run(2, u"docker"_s, 7), run(3, u"docker"_s, 9)};
    session.runs[0].discarded = true;
    session.runs[2].status = RunStatus::Cancelled;
    session.runs[3].status = RunStatus::Timeout;
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0].summary->n, 1);
    QCOMPARE(rows[0].summary->mean, 100.0);
    QVERIFY(!rows[0].summary->sd);
    QCOMPARE(rows[0].failed, 1);
}

void TestResultRows::tellsParametersApart()
{
    Session session = sample::session();
    session.runs = {run(0, u"docker"_s, 100), run(1, u"qemu"_s, 50), run(2, u"docker"_s, 30), run(3, u"qemu"_s, 10)};
    session.runs[2].params.insert(u"cpu_max_prime"_s, 50000);
    session.runs[3].params.insert(u"cpu_max_prime"_s, 50000);
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 4);
    QCOMPARE(rows[0].comparisonKey, rows[1].comparisonKey);
    QVERIFY(rows[1].comparisonKey != rows[2].comparisonKey);
    QVERIFY2(rows[2].test.contains(u"50000"_s), qPrintable(rows[2].test));
    QVERIFY(rows[0].test != rows[2].test);
    QVERIFY(rows[3].ratio && qAbs(rows[3].ratio->ratio - 1.0 / 3) < 1e-9);
}

void TestResultRows::namesTargets()
{
    Session session = sample::session();
    session.runs = {run(0, u"docker"_s, 100), run(1, u"qemu"_s, 50), run(2, u"stranger"_s, 1)};
    session.targets = {QJsonObject{{u"id"_s, u"qemu"_s}, {u"label"_s, u"QEMU as measured"_s}}};
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 2); // what is not in the plan is not compared
    QCOMPARE(rows[0].target, targetLabel(session.plan.targets[0]));
    QCOMPARE(rows[1].target, u"QEMU as measured"_s);
}

void TestResultRows::startsAreNotNamedByTheTargetsSize()
{
    Session session = sample::session();
    for (TargetSettings& target : session.plan.targets)
        target.label.clear();
    session.targets = {};
    RunRecord start = run(0, u"docker"_s, 1);
    start.test = sysbench::Test::Boot;
    start.params = {{u"cache"_s, u"warm"_s}, {u"smp"_s, 2}, {u"memory_mib"_s, 256}};
    start.metrics.set(sysbench::Metric::BootMs, 370);
    session.runs = {start, run(1, u"docker"_s, 90)};
    const QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].target, u"Docker"_s);
    QCOMPARE(rows[0].test, u"boot warm, 256 MiB, 2 CPU"_s);
    QCOMPARE(rows[1].target, targetLabel(session.plan.targets[0]));
}

void TestResultRows::emptySessionHasNoRows()
{
    QVERIFY(resultRows(sample::session()).isEmpty());
    QVERIFY(resultRows(Session()).isEmpty());
}

void TestResultRows::tellsOfTargetsThatCouldNotBeUsed()
{
    Session session = sample::session();
    session.targets = {QJsonObject{{u"id"_s, u"docker"_s}},
                       QJsonObject{{u"id"_s, u"qemu"_s}, {u"error"_s, u"no sysbench"_s}}};
    session.runs = {run(0, u"docker"_s, 90)};
    QList<ResultRow> rows = resultRows(session);
    QCOMPARE(rows.size(), 2);
    QVERIFY(rows[0].targetError.isEmpty());
    QCOMPARE(rows[1].targetId, u"qemu"_s);
    QCOMPARE(rows[1].targetError, u"no sysbench"_s);
    QCOMPARE(rows[1].test, rows[0].test);
    QVERIFY(!rows[1].summary && !rows[1].ratio && rows[1].failed == 0);
    session.runs << run(1, u"qemu"_s, 40); // until it ended
    rows = resultRows(session);
    QCOMPARE(rows.size(), 2);
    QVERIFY(rows[1].summary && !rows[1].targetError.isEmpty());
}

QTEST_APPLESS_MAIN(TestResultRows)
#include "tst_result_rows.moc"
