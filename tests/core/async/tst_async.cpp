#include "async/one_shot.h"
#include "async/sleep.h"
#include "support/strict_messages.h"

#include <QCoro/QCoroTask>
#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace Qt::StringLiterals;
using namespace bv;

class TestAsync : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void firstValueWins();
    void resumesFromTheEventLoop();
    void valueThatIsThereResumesAtOnce();
    void resolvesFromAnotherThread();
    void resolvesAfterADelay();
    void delayOfNothingResolvesNever();
    void timerOutlivesTheEvent();
    void droppedWaiterIsNotResumed();
    void contextCutsSignalsOff();
    void stopResolves_data();
    void stopResolves();
    void sleepEndsByTimeOrStop_data();
    void sleepEndsByTimeOrStop();
};

namespace {

Task<int> valueOf(OneShot<int> event)
{
    co_return co_await event.wait();
}

} // namespace

void TestAsync::firstValueWins()
{
    const OneShot<int> event;
    QVERIFY(!event.isResolved());
    event.resolve(1);
    event.resolve(2);
    QVERIFY(event.isResolved());
    QCOMPARE(event.value(), 1);
}

void TestAsync::resumesFromTheEventLoop()
{
    const OneShot<int> event;
    bool resumed = false;
    const auto task = [](OneShot<int> e, bool* done) -> Task<> {
        (void)co_await e.wait();
        *done = true;
    }(event, &resumed);
    event.resolve(1);
    event.resolve(2);
    QVERIFY(!resumed); // whoever resolves is not interrupted by what follows
    QTRY_VERIFY(resumed);
}

void TestAsync::valueThatIsThereResumesAtOnce()
{
    const OneShot<int> event;
    event.resolve(7);
    const auto task = valueOf(event);
    QVERIFY(task.isReady());
}

void TestAsync::resolvesFromAnotherThread()
{
    const OneShot<int> event;
    std::thread other([event] {
        event.resolveLater(3);
        event.resolveLater(4);
    });
    QCOMPARE(QCoro::waitFor(valueOf(event)), 3);
    other.join();
}

void TestAsync::resolvesAfterADelay()
{
    const OneShot<int> event;
    event.resolveAfter(std::chrono::milliseconds(20), 5);
    event.resolveAfter(std::chrono::milliseconds(1), 6);
    QCOMPARE(QCoro::waitFor(valueOf(event)), 6);
    QTest::qWait(40); // the later timer finds it resolved
    QCOMPARE(event.value(), 6);
}

void TestAsync::delayOfNothingResolvesNever()
{
    const OneShot<int> event;
    event.resolveAfter(std::chrono::milliseconds(0), 1);
    QTest::qWait(20);
    QVERIFY(!event.isResolved());
}

void TestAsync::timerOutlivesTheEvent()
{
    {
        const OneShot<QString> event;
        event.resolveAfter(std::chrono::milliseconds(5), u"late"_s);
    }
    QTest::qWait(20); // nothing to see: the sanitizers would
}

void TestAsync::droppedWaiterIsNotResumed()
{
    const OneShot<int> event;
    {
        auto awaiter = event.wait();
        awaiter.await_suspend(std::noop_coroutine());
        event.resolve(1);
    }
    QTest::qWait(5);
    QVERIFY(event.isResolved());
}

void TestAsync::contextCutsSignalsOff()
{
    int arrived = 0;
    {
        const OneShot<int> event;
        connect(this, &QObject::objectNameChanged, event.context(), [&arrived] { ++arrived; });
        setObjectName(u"a"_s);
    }
    setObjectName(u"b"_s);
    QCOMPARE(arrived, 1);
}

void TestAsync::stopResolves_data()
{
    QTest::addColumn<bool>("before");
    QTest::addColumn<bool>("otherThread");
    QTest::newRow("requested before") << true << false;
    QTest::newRow("while waiting") << false << false;
    QTest::newRow("from another thread") << false << true;
}

void TestAsync::stopResolves()
{
    QFETCH(bool, before);
    QFETCH(bool, otherThread);
    std::stop_source stop;
    if (before)
        stop.request_stop();
    const OneShot<int> event;
    const ResolveOnStop<int> onStop(stop.get_token(), event, 9);
    std::thread other;
    if (otherThread)
        other = std::thread([&stop] { stop.request_stop(); });
    else if (!before)
        QTimer::singleShot(5, this, [&stop] { stop.request_stop(); });
    QCOMPARE(QCoro::waitFor(valueOf(event)), 9);
    if (other.joinable())
        other.join();
}

void TestAsync::sleepEndsByTimeOrStop_data()
{
    QTest::addColumn<int>("ms");
    QTest::addColumn<bool>("stopped");
    QTest::newRow("time") << 10 << false;
    QTest::newRow("stop") << 60000 << true;
    QTest::newRow("nothing") << 0 << false;
    QTest::newRow("nothing, stopped") << 0 << true;
    QTest::newRow("negative") << -5 << false;
}

void TestAsync::sleepEndsByTimeOrStop()
{
    QFETCH(int, ms);
    QFETCH(bool, stopped);
    std::stop_source stop;
    if (stopped)
        stop.request_stop();
    QCOMPARE(QCoro::waitFor(sleepFor(std::chrono::milliseconds(ms), stop.get_token())), !stopped);
}

QTEST_GUILESS_MAIN(TestAsync)
#include "tst_async.moc"
