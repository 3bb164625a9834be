#include "run/engine_worker.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// Targets that end or misbehave while they should be up, in whole sessions.
class TestArrangements : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void endsWhatIsOfNoUse();
    void wakesATargetThatWasStartedOnceMore();
    void tellsOfATargetThatEndsWhileItIsPaused();
    void knowsAtOnceThatAContainerEnded();
    void warmsUpWhatWasStartedOnceMore_data();
    void warmsUpWhatWasStartedOnceMore();

private:
    std::unique_ptr<FakeMachine> m_machine;
};

void TestArrangements::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestArrangements::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

/// A guest that stands still may be busy all the time: it must not be there while others measure.
void TestArrangements::endsWhatIsOfNoUse()
{
    qputenv("BV_FAKE_QEMU", "wedged");
    m_machine->settings.bootDeadline = std::chrono::milliseconds(2000);
    SessionWatch watch(m_machine->settings);
    int looked = 0;
    QStringList seen;
    // On the engine's thread, while the run begins.
    EngineWorker& worker = watch.engine.worker();
    const auto look = [&](const PlannedRun& run) {
        if (run.targetId != "docker"_L1)
            return;
        ++looked;
        seen << m_machine->processes().filter(u"fake-qemu"_s);
    };
    connect(&worker, &EngineWorker::runStarted, &worker, look, Qt::DirectConnection);
    QVERIFY(watch.run(fakePlan({u"qemu"_s, u"docker"_s}, 3)));
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Failed) == 2, watch.story());
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Ok) == 3, watch.story());
    QCOMPARE(looked, 3);
    QVERIFY2(seen.isEmpty(), qPrintable(seen.join(u'\n')));
}

/// It measured last, and is paused all the same since its new start: perhaps, where that was not answered well.
void TestArrangements::wakesATargetThatWasStartedOnceMore()
{
    qputenv("BV_FAKE_QEMU", "diesonce nopause");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"qemu"_s}, 3)));
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Failed) == 1, watch.story());
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Ok) == 2, watch.story());
    const QStringList commands = m_machine->log(u"qmp.log"_s);
    QCOMPARE(commands.count(u"stop"_s), 2);
    QCOMPARE(commands.count(u"cont"_s), 2);
    QVERIFY(commands.lastIndexOf(u"cont"_s) > commands.lastIndexOf(u"stop"_s));
}

void TestArrangements::tellsOfATargetThatEndsWhileItIsPaused()
{
    qputenv("BV_FAKE_DOCKER", "diesinpause");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s}, 1)));
    QVERIFY2(watch.outcome.state == SessionState::Failed, watch.story());
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Ok) == 1, watch.story());
    QVERIFY2(watch.outcome.notRun.size() == 1, watch.story());
    const QString told = watch.outcome.notRun.first();
    QVERIFY2(told.startsWith(u"docker (1 run(s) not done): It ended a second time."_s), watch.story());
    QCOMPARE(watch.notes.filter(u"is started once more"_s).size(), 1);
    // What is not there takes no CPU from others.
    QVERIFY2(watch.notes.filter(u"cannot be paused"_s).isEmpty(), watch.story());
}

/// The engine's client hears of it late: no run is spent on a container that is gone.
void TestArrangements::knowsAtOnceThatAContainerEnded()
{
    qputenv("BV_FAKE_DOCKER", "diesonce lingers");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s}, 3)));
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Failed) == 1, watch.story());
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Ok) == 2, watch.story());
    QCOMPARE(watch.notes.filter(u"is started once more"_s).size(), 1);
}

void TestArrangements::warmsUpWhatWasStartedOnceMore_data()
{
    QTest::addColumn<int>("warmup");
    QTest::addColumn<QString>("sequence"); // with the number of the start, where that is said
    QTest::newRow("warm-up") << 1 << u"W1 1 W1(2) 2(2) W1(2) 1(2) 2(2)"_s;
    QTest::newRow("none") << 0 << u"1 2(2) 1(2) 2(2)"_s;
}

/// Ends in its first run that counts, of two tests.
void TestArrangements::warmsUpWhatWasStartedOnceMore()
{
    QFETCH(int, warmup);
    QFETCH(QString, sequence);
    Plan plan = fakePlan({u"docker"_s}, 2);
    plan.warmup = warmup;
    plan.suites << Suite{sysbench::Test::Threads, {{u"time_s"_s, {1}}}};
    SessionWatch watch(m_machine->settings);
    EngineWorker& worker = watch.engine.worker();
    const auto misbehave = [](const PlannedRun& run) {
        if (!run.discarded)
            qputenv("BV_FAKE_DOCKER", "diesonce");
    };
    connect(&worker, &EngineWorker::runStarted, &worker, misbehave, Qt::DirectConnection);
    QVERIFY(watch.run(plan));
    QStringList words;
    for (const RunRecord& run : std::as_const(watch.records)) {
        const QString said = run.notes.filter(u"start 2"_s).value(0);
        words << (run.discarded ? u"W"_s : QString()) + QString::number(run.repeat) +
                     (said.isEmpty() ? QString() : u"(2)"_s);
        if (!said.isEmpty())
            QCOMPARE(said.contains("without a warm-up"_L1), warmup == 0);
    }
    QVERIFY2(words.join(u' ') == sequence, qPrintable(words.join(u' ')));
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Failed) == 1, watch.story());
    QCOMPARE(watch.outcome.okRuns, static_cast<int>(2 * (2 + warmup)) - 1);
}

QTEST_GUILESS_MAIN(TestArrangements)
#include "tst_arrangements.moc"
