#include "support/fake_machine.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// What the record of a run says of how it was measured.
class TestRunRecords : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void newerOptionsAreWritten();
    void newerOptionsAreRefused();

private:
    std::unique_ptr<FakeMachine> m_machine;
};

void TestRunRecords::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestRunRecords::cleanup()
{
    QCOMPARE(StrictMessages::faults(), QStringList());
    QTRY_COMPARE(m_machine->leftovers(), QStringList());
}

void TestRunRecords::newerOptionsAreWritten()
{
    qputenv("BV_FAKE_SYSBENCH", "v1.1");
    Plan plan = fakePlan({u"host"_s, u"docker"_s}, 1);
    plan.suites[0].parameters << SuiteParameter{u"warmup_time"_s, {1}};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.records.size(), 2);
    for (const RunRecord& run : std::as_const(watch.records))
        QVERIFY2(run.command.contains(u"--warmup-time=1"_s), qPrintable(run.command.join(u' ')));
}

/// Left out in silence, the record would claim what was not measured.
void TestRunRecords::newerOptionsAreRefused()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:v1.1");
    Plan plan = fakePlan({u"host"_s, u"docker"_s}, 1);
    plan.suites[0].parameters << SuiteParameter{u"warmup_time"_s, {1}};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Ok) == 1, watch.story());
    const QList<RunRecord> refused = watch.recordsOf(u"host"_s);
    QVERIFY2(refused.size() == 1 && refused[0].status == RunStatus::Failed, watch.story());
    QVERIFY2(refused[0].error.contains(u"(1.0.20) does not know --warmup-time"_s), watch.story());
    QVERIFY(refused[0].command.isEmpty() && refused[0].metrics.isEmpty());
    QVERIFY(m_machine->log(u"sysbench.log"_s).filter(u"host cpu"_s).isEmpty()); // nothing was measured
}

QTEST_GUILESS_MAIN(TestRunRecords)
#include "tst_run_records.moc"
