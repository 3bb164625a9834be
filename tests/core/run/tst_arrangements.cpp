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
    void knowsAtOnceThatAContainerEnded();

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

QTEST_GUILESS_MAIN(TestArrangements)
#include "tst_arrangements.moc"
