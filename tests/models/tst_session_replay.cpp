#include "models/chart_set.h"
#include "models/run_tree_model.h"
#include "models/session_replay.h"
#include "run/engine.h"
#include "support/chart_session.h"
#include "support/fake_machine.h"

#include <QSignalSpy>
#include <QTest>
#include <limits>

using namespace Qt::StringLiterals;
using namespace bv;

/// A stored session that is played back through the model.
class TestSessionReplay : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void beginsWithNothing();
    void playsInTheOrderOfStarting();
    void showsIntervalsWhenTheyCame();
    void atAnySpeedTheClockCarriesItToTheEnd();
    void speedsHaveAnEnd();
    void pausesAndSteps();
    void stepsWithoutIntervals();
    void seeks();
    void endsLikeTheWholeSession_data();
    void endsLikeTheWholeSession();
    void clockTimeIsThatOfTheRecord();
    void stopShowsTheWhole();
    void anotherSessionEndsIt();
    void isRefusedBesideAMeasurement();
    void isRefusedWithoutRuns();
    void hostileTimes();

private:
    static Session small() { return sample::chartSession(plan(), 4, 4); }
    static Plan plan()
    {
        Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, 2, 4);
        plan.suites.removeLast();
        plan.suites.first().parameters.first().values = {20000};
        return plan;
    }
    void start(const Session& session)
    {
        QVERIFY(m_replay->start(std::make_shared<const Session>(session)));
        m_replay->pause();
    }
    /// Everything that a model tells of its runs.
    static QStringList told(const SessionModel& model);

    std::unique_ptr<SessionModel> m_model;
    std::unique_ptr<SessionReplay> m_replay;
};

void TestSessionReplay::init()
{
    m_model = std::make_unique<SessionModel>();
    m_replay = std::make_unique<SessionReplay>(*m_model);
}

void TestSessionReplay::cleanup()
{
    m_replay.reset();
    m_model.reset();
}

QStringList TestSessionReplay::told(const SessionModel& model)
{
    QStringList lines;
    for (qsizetype number = 0; number < model.runCount(); ++number) {
        const RunRecord* record = model.record(number);
        lines << u"%1 %2 %3 %4 %5 %6"_s.arg(number)
                     .arg(runStateText(model.runState(number)), model.run(number).targetId)
                     .arg(model.intervals(number).size())
                     .arg(model.utilization(number).size())
                     .arg(record ? record->id : u"-"_s);
    }
    for (const RunRecord& record : model.session().runs)
        lines << record.id;
    return lines;
}

void TestSessionReplay::beginsWithNothing()
{
    QSignalSpy recorded(m_model.get(), &SessionModel::recordedChanged);
    QSignalSpy active(m_replay.get(), &SessionReplay::activeChanged);
    m_model->show(std::make_shared<const Session>(small()));
    start(small());
    QVERIFY(m_replay->isActive());
    QVERIFY(m_model->isRecorded());
    QVERIFY(!m_model->isLive());
    QCOMPARE(recorded.size(), 1);
    QCOMPARE(active.size(), 1);
    QCOMPARE(m_model->runCount(), 4);
    QCOMPARE(m_model->session().runs.size(), 0);
    QCOMPARE(m_model->runState(0), RunState::Running); // it had begun to play
    QCOMPARE(m_model->runState(1), RunState::Waiting);
    QCOMPARE(m_model->progress().total, 4);
    QCOMPARE(m_model->progress().done, 0);
}

void TestSessionReplay::playsInTheOrderOfStarting()
{
    Session session = small();
    std::reverse(session.runs.begin(), session.runs.end()); // stored in another order
    QList<int> begun;
    connect(m_model.get(), &SessionModel::runChanged, this, [&](qsizetype number) {
        if (m_model->runState(number) == RunState::Running)
            begun << m_model->run(number).index;
    });
    start(session);
    m_replay->advance(1000);
    QCOMPARE(begun, (QList<int>{0, 1, 2, 3}));
    begun.clear();
    session.runs[2].started = {}; // of one it is not known: then the stored order is the best there is
    start(session);
    m_replay->advance(1000);
    QCOMPARE(begun, (QList<int>{3, 2, 1, 0}));
}

void TestSessionReplay::showsIntervalsWhenTheyCame()
{
    start(small()); // of 4.4 s with an interval each second
    QSignalSpy intervals(m_model.get(), &SessionModel::intervalAdded);
    QSignalSpy samples(m_model.get(), &SessionModel::utilizationAdded);
    m_replay->advance(0.9);
    QCOMPARE(intervals.size(), 0);
    m_replay->advance(0.2);
    QCOMPARE(intervals.size(), 1);
    QCOMPARE(samples.size(), 1);
    QCOMPARE(m_model->intervals(0).size(), 1);
    m_replay->advance(3);
    QCOMPARE(intervals.size(), 4);
    QCOMPARE(m_model->record(0), nullptr);
    m_replay->advance(0.4);
    QVERIFY(m_model->record(0));
    QCOMPARE(m_replay->position(), 1);
    QCOMPARE(m_model->runState(1), RunState::Running); // the next one follows at once
    QCOMPARE(m_model->progress().done, 1);
    m_replay->advance(0.6); // 0.1 s of it had passed already
    QCOMPARE(m_model->intervals(1).size(), 0);
    m_replay->advance(0.4);
    QCOMPARE(m_model->intervals(1).size(), 1);
}

void TestSessionReplay::atAnySpeedTheClockCarriesItToTheEnd()
{
    Session session = small();
    for (RunRecord& run : session.runs) {
        run.durationS = 0.2;
        for (qsizetype i = 0; i < run.intervals.size(); ++i) {
            run.intervals[i].timeS = 0.04 * double(i + 1);
            run.utilization[i].timeS = 0.04 * double(i + 1);
        }
    }
    for (const int speed : SessionReplay::speeds()) {
        m_replay->setSpeed(speed);
        QVERIFY(m_replay->start(std::make_shared<const Session>(session)));
        QVERIFY(m_replay->isPlaying());
        QTRY_VERIFY(m_replay->isAtEnd());
        QVERIFY(!m_replay->isPlaying());
        QVERIFY(m_model->isRecorded()); // it stays marked until something else is shown
        QCOMPARE(m_replay->speed(), speed);
    }
    m_replay->play(); // again from the beginning
    QVERIFY(m_replay->isPlaying());
    QCOMPARE(m_replay->position(), 0);
}

void TestSessionReplay::speedsHaveAnEnd()
{
    QCOMPARE(m_replay->speed(), 1);
    m_replay->slower();
    QCOMPARE(m_replay->speed(), 1);
    for (int i = 0; i < 10; ++i)
        m_replay->faster();
    QCOMPARE(m_replay->speed(), 20);
    m_replay->slower();
    QCOMPARE(m_replay->speed(), 10);
    m_replay->setSpeed(3); // there is no such speed
    QCOMPARE(m_replay->speed(), 10);
}

void TestSessionReplay::pausesAndSteps()
{
    QVERIFY(m_replay->start(std::make_shared<const Session>(small())));
    QSignalSpy changed(m_replay.get(), &SessionReplay::changed);
    m_replay->stepInterval();
    QVERIFY(!m_replay->isPlaying());
    QVERIFY(!changed.isEmpty());
    QCOMPARE(m_model->intervals(0).size(), 1);
    m_replay->stepInterval();
    QCOMPARE(m_model->intervals(0).size(), 2);
    m_replay->advance(0.9); // from the time of that interval on
    QCOMPARE(m_model->intervals(0).size(), 2);
    m_replay->advance(0.2);
    QCOMPARE(m_model->intervals(0).size(), 3);
    m_replay->stepRun();
    QCOMPARE(m_replay->position(), 1);
    QCOMPARE(m_model->runningNumber(), -1);
    m_replay->stepRun();
    QCOMPARE(m_replay->position(), 2);
    for (int i = 0; i < 4; ++i)
        m_replay->stepInterval();
    QCOMPARE(m_replay->position(), 2);
    QCOMPARE(m_model->runningNumber(), m_model->numberOf(2));
    m_replay->stepInterval(); // there is no further one
    QCOMPARE(m_replay->position(), 3);
    m_replay->stepBack();
    QCOMPARE(m_replay->position(), 2);
    m_replay->stepRun();
    m_replay->stepRun();
    QVERIFY(m_replay->isAtEnd());
    m_replay->stepRun(); // nothing follows
    m_replay->stepInterval();
    QVERIFY(m_replay->isAtEnd());
    QVERIFY(m_model->isRecorded());
}

void TestSessionReplay::stepsWithoutIntervals()
{
    Session session = small();
    for (RunRecord& run : session.runs) {
        run.intervals.clear();
        run.utilization.clear();
    }
    session.runs[1].durationS = 0; // not known
    start(session);
    m_replay->stepInterval();
    QCOMPARE(m_replay->position(), 1);
    m_replay->advance(1.9);
    QCOMPARE(m_replay->position(), 1);
    m_replay->advance(0.2);
    QCOMPARE(m_replay->position(), 2);
    m_replay->advance(4);
    QCOMPARE(m_replay->position(), 2);
    m_replay->advance(0.4);
    QCOMPARE(m_replay->position(), 3);
}

void TestSessionReplay::seeks()
{
    start(small());
    m_replay->advance(6);
    QSignalSpy reset(m_model.get(), &SessionModel::reset);
    m_replay->seek(3);
    QCOMPARE(reset.size(), 1); // nothing flickers
    QCOMPARE(m_replay->position(), 3);
    QCOMPARE(m_model->session().runs.size(), 3);
    QCOMPARE(m_model->progress().done, 3);
    QCOMPARE(m_model->runState(m_model->numberOf(3)), RunState::Waiting);
    m_replay->seek(1);
    QCOMPARE(m_model->session().runs.size(), 1);
    QCOMPARE(m_model->runState(m_model->numberOf(0)), RunState::Ok);
    QCOMPARE(m_model->runState(m_model->numberOf(1)), RunState::Waiting);
    QVERIFY(!m_replay->isPlaying());
    m_replay->play();
    m_replay->seek(2);
    QVERIFY(m_replay->isPlaying());
    m_replay->seek(99);
    QVERIFY(m_replay->isAtEnd());
    QVERIFY(!m_replay->isPlaying());
    m_replay->seek(-5);
    QCOMPARE(m_replay->position(), 0);
}

void TestSessionReplay::endsLikeTheWholeSession_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("finished") << 0;
    QTest::newRow("a run that was tried again") << 1;
    QTest::newRow("cancelled early") << 2;
    QTest::newRow("runs without a plan") << 3;
    QTest::newRow("runs that were not needed") << 4;
    QTest::newRow("stored in another order") << 5;
}

void TestSessionReplay::endsLikeTheWholeSession()
{
    QFETCH(int, kind);
    Session session = kind == 2 ? sample::chartSession(plan(), 4, 4, 3) : small();
    if (kind == 1) {
        RunRecord first = session.runs[1];
        first.id += u".0"_s;
        first.status = RunStatus::Failed;
        first.intervals.clear();
        session.runs.insert(1, first);
    } else if (kind == 3) {
        for (qsizetype i = 1; i < 4; ++i)
            session.runs[i].plannedIndex = -1;
        session.runs.swapItemsAt(1, 3);
    } else if (kind == 4) {
        session.runs.removeLast();
    } else if (kind == 5) {
        std::reverse(session.runs.begin(), session.runs.end());
    }
    SessionModel whole;
    whole.show(std::make_shared<const Session>(session));
    ChartSet wholeCharts(whole);
    ChartSet charts(*m_model);
    RunTreeModel tree(*m_model);
    start(session);
    for (int i = 0; i < 400; ++i)
        m_replay->advance(0.13);
    QVERIFY(m_replay->isAtEnd());
    QCOMPARE(told(*m_model), told(whole));
    QCOMPARE(charts.count(), wholeCharts.count());
    for (int i = 0; i < charts.count(); ++i)
        QCOMPARE(charts.chart(i).pointCount(), wholeCharts.chart(i).pointCount());
    m_replay->seek(1);
    m_replay->seek(m_replay->runCount());
    QCOMPARE(told(*m_model), told(whole));
    RunTreeModel wholeTree(whole);
    QCOMPARE(tree.rowCount(), wholeTree.rowCount());
}

void TestSessionReplay::clockTimeIsThatOfTheRecord()
{
    ChartSet charts(*m_model);
    charts.setTime(ChartTime::Clock);
    start(small()); // begins 8 s after the session
    m_replay->advance(1.1);
    const ChartData& chart = charts.chart(0);
    QCOMPARE(chart.pointCount(), 1);
    QCOMPARE(chart.length(), 9.0);
}

void TestSessionReplay::stopShowsTheWhole()
{
    const Session session = small();
    start(session);
    m_replay->advance(6);
    QSignalSpy active(m_replay.get(), &SessionReplay::activeChanged);
    m_replay->stop();
    QVERIFY(!m_replay->isActive());
    QVERIFY(!m_model->isRecorded());
    QCOMPARE(active.size(), 1);
    SessionModel whole;
    whole.show(std::make_shared<const Session>(session));
    QCOMPARE(told(*m_model), told(whole));
    m_replay->advance(5); // nothing is played
    m_replay->stepRun();
    m_replay->play();
    m_replay->stop();
    QCOMPARE(told(*m_model), told(whole));
}

void TestSessionReplay::anotherSessionEndsIt()
{
    QVERIFY(m_replay->start(std::make_shared<const Session>(small())));
    m_model->show(std::make_shared<const Session>(small()));
    QVERIFY(!m_replay->isActive());
    QVERIFY(!m_replay->isPlaying());
    // Even while it is showing something.
    start(small());
    connect(m_model.get(), &SessionModel::runChanged, m_replay.get(), [this] { m_model->clear(); });
    m_replay->advance(1000);
    QVERIFY(!m_replay->isActive());
    QVERIFY(m_model->isEmpty());
}

void TestSessionReplay::isRefusedBesideAMeasurement()
{
    FakeMachine machine;
    Engine engine(machine.settings);
    m_model->follow(engine, plan());
    emit engine.sessionStarted(u"20261124-080500-7f3a"_s, expandPlan(plan(), {4, 8192}).valueOr({}));
    QVERIFY(m_model->isLive());
    const Result<> refused = m_replay->start(std::make_shared<const Session>(small()));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Error::Code::Locked);
    QVERIFY(refused.error().message.contains(u"being measured"_s));
    QVERIFY(m_model->isLive());
    QVERIFY(!m_model->isRecorded());
    m_model->clear();
    QVERIFY(m_replay->start(std::make_shared<const Session>(small())));
    m_model->follow(engine, plan()); // Run ends a replay
    QVERIFY(!m_replay->isActive());
}

void TestSessionReplay::isRefusedWithoutRuns()
{
    Session session = small();
    session.runs.clear();
    const Result<> refused = m_replay->start(std::make_shared<const Session>(session));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Error::Code::BadInput);
    QVERIFY(!m_replay->isActive());
}

/// A file may say anything.
void TestSessionReplay::hostileTimes()
{
    Session session = small();
    session.runs[0].durationS = std::numeric_limits<double>::infinity();
    session.runs[1].durationS = -3;
    session.runs[2].durationS = 1e300;
    session.runs[0].intervals[1].timeS = std::numeric_limits<double>::quiet_NaN();
    session.runs[0].intervals[2].timeS = -1e9;
    session.runs[1].intervals[0].timeS = 1e200;
    start(session);
    for (int i = 0; i < 4; ++i)
        m_replay->advance(1e300);
    QVERIFY(m_replay->isAtEnd());
    QCOMPARE(m_model->progress().done, 4);
}

QTEST_GUILESS_MAIN(TestSessionReplay)
#include "tst_session_replay.moc"
