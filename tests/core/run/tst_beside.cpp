#include "run/session_lock.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// What was going on beside a run is in its record.
class TestBeside : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void notesAnotherSession();
    void notesATargetThatIsNotPaused();

private:
    std::unique_ptr<FakeMachine> m_machine;
};

void TestBeside::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestBeside::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

/// It begins in the first run and ends after the second.
void TestBeside::notesAnotherSession()
{
    qputenv("BV_FAKE_PACE", "0.2");
    const QString other = u"20261123-054210-7f3a"_s;
    std::shared_ptr<SessionLock> lock;
    SessionWatch watch(m_machine->settings);
    connect(&watch.engine, &Engine::runStarted, this, [&](const PlannedRun& run) {
        if (run.index == 0)
            lock = SessionLock::acquire(m_machine->settings.folders.runtimeDir, other).valueOr(nullptr);
    });
    connect(&watch.engine, &Engine::runFinished, this, [&](const RunRecord& run) {
        if (run.plannedIndex == 1)
            lock.reset();
    });
    QVERIFY(watch.run(fakePlan({u"host"_s}, 4)));
    QVERIFY2(watch.records.size() == 4, watch.story());
    for (const int index : {0, 1})
        QCOMPARE(watch.records[index].notes.filter(other).size(), 1);
    QVERIFY(watch.records[3].notes.filter(other).isEmpty());
    QCOMPARE(watch.notes.filter(other).size(), 1); // told once
}

void TestBeside::notesATargetThatIsNotPaused()
{
    qputenv("BV_FAKE_DOCKER", "nopause");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s})));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    for (const RunRecord& run : watch.recordsOf(u"qemu"_s)) {
        const QStringList said = run.notes.filter(u"docker was not paused meanwhile"_s);
        QVERIFY2(said.size() == 1 && said.first().contains(u"without a freezer"_s), watch.story());
    }
    for (const RunRecord& run : watch.recordsOf(u"docker"_s))
        QVERIFY2(run.notes.filter(u"pause"_s).isEmpty(), qPrintable(run.notes.join(u'\n')));
    QCOMPARE(watch.notes.filter(u"docker cannot be paused"_s).size(), 1);
}

QTEST_GUILESS_MAIN(TestBeside)
#include "tst_beside.moc"
