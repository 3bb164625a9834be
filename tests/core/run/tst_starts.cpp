#include "support/fake_machine.h"
#include "support/strict_messages.h"

#include "plan/expand.h"
#include "session/session_store.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;

/// The start-up test in whole sessions, on a machine of fakes.
class TestStarts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void measuresPhases();
    void quietKernelIsNoted();
    void targetsOfTheirOwnAreStarted();
    void worksBetweenOtherTests();
    void endsTheTargetWhoseDiskIsNeeded();
    void failedStartIsARecord_data();
    void failedStartIsARecord();
    void stopLeavesNothing_data();
    void stopLeavesNothing();
    void resumesWhatIsMissing();
    void adaptiveRepeatsEnd();

private:
    static Plan bootPlan(const QStringList& targets, int repeats = 2)
    {
        Plan plan = fakePlan(targets, repeats);
        plan.suites = {{sysbench::Test::Boot, {{u"memory_mib"_s, {256, 300}}}}};
        return plan;
    }
    std::unique_ptr<FakeMachine> m_machine;
};

void TestStarts::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestStarts::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestStarts::measuresPhases()
{
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(bootPlan({u"docker"_s, u"qemu"_s})));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.records.size(), 8);
    for (const RunRecord& run : std::as_const(watch.records)) {
        const bool vm = run.target == "qemu"_L1;
        const QList<Metric> expected =
            vm ? QList<Metric>{Metric::BootQemuMs, Metric::BootFirmwareMs, Metric::BootKernelMs, Metric::BootUserlandMs}
               : QList<Metric>{Metric::BootCreateMs, Metric::BootStartMs};
        double sum = 0;
        for (const Metric phase : sysbench::startPhases()) {
            const auto value = run.metrics.value(phase);
            QVERIFY2(value.has_value() == expected.contains(phase), watch.story());
            sum += value.value_or(0);
        }
        QVERIFY2(std::abs(sum - run.metrics.value(Metric::BootMs).value_or(0)) < 1e-6, watch.story());
        QCOMPARE(run.params["cache"_L1].toString(), u"warm"_s);
        const QString command = run.command.join(u' ');
        const int memory = run.params["memory_mib"_L1].toInt();
        QVERIFY2(command.contains(vm ? u"-m %1 "_s.arg(memory) : u"create --rm --interactive"_s), qPrintable(command));
        QVERIFY2(command.contains(vm ? u"loglevel=6"_s : u"--memory %1m"_s.arg(memory)), qPrintable(command));
        QVERIFY2(!run.output.isEmpty(), qPrintable(run.output));
    }
}

void TestStarts::quietKernelIsNoted()
{
    qputenv("BV_FAKE_QEMU", "quietkernel");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(bootPlan({u"qemu"_s}, 1)));
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Ok) == 2, watch.story());
    const RunRecord run = watch.recordsOf(u"qemu"_s).first();
    QVERIFY2(run.notes.join(u' ').contains(u"The kernel said nothing on the serial console"_s), watch.story());
    QVERIFY(!run.metrics.value(Metric::BootKernelMs));
}

/// What was up to be asked what it is, is not there while starts are measured.
void TestStarts::targetsOfTheirOwnAreStarted()
{
    SessionWatch watch(m_machine->settings);
    QStringList beside;
    connect(&watch.engine, &Engine::runStarted, this,
            [&] { beside << m_machine->processes().filter(u"fake-qemu"_s).filter(u"quiet"_s); });
    QVERIFY(watch.run(bootPlan({u"qemu"_s}, 1)));
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Ok) == 2, watch.story());
    QCOMPARE(beside, QStringList());
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    const auto session = (*store)->load(watch.outcome.sessionId);
    QVERIFY(session);
    QVERIFY(session->targets[0]["provenance"_L1]["qemu"_L1].isString());
    QCOMPARE(m_machine->log(u"qmp.log"_s).count(u"quit"_s), 3); // one that was asked, two starts
}

void TestStarts::worksBetweenOtherTests()
{
    Plan plan = bootPlan({u"docker"_s, u"qemu"_s}, 1);
    plan.suites.prepend(Suite{sysbench::Test::Cpu, {{u"time_s"_s, {1}}}});
    plan.suites.append(Suite{sysbench::Test::Threads, {{u"time_s"_s, {1}}}});
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.records.size(), 8);
    QVERIFY2(watch.notes.filter(u"started once more"_s).isEmpty(), watch.story());
    for (const RunRecord& run : std::as_const(watch.records))
        QVERIFY2(run.notes.filter(u"paused"_s).isEmpty(), qPrintable(run.notes.join(u'\n')));
}

/// Two VMs cannot have the same disk; the one that others measure in comes back.
void TestStarts::endsTheTargetWhoseDiskIsNeeded()
{
    Plan plan = bootPlan({u"qemu"_s}, 1);
    plan.targets[0].qemu.disk.path = m_machine->path(u"own.raw"_s);
    plan.suites.prepend(Suite{sysbench::Test::Cpu, {{u"time_s"_s, {1}}}});
    plan.suites.append(Suite{sysbench::Test::Threads, {{u"time_s"_s, {1}}}});
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QVERIFY2(watch.count(u"qemu"_s, RunStatus::Ok) == 4, watch.story());
    QVERIFY2(watch.notes.filter(u"started once more"_s).isEmpty(), watch.story());
    QVERIFY(QFile::exists(m_machine->path(u"own.raw"_s)));
}

void TestStarts::failedStartIsARecord_data()
{
    QTest::addColumn<QByteArray>("qemu");
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QString>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* name, const char* qemu, const char* docker, const QString& target, RunStatus status,
                        const QString& error) {
        QTest::newRow(name) << QByteArray(qemu) << QByteArray(docker) << target << static_cast<int>(status) << error;
    };
    row("no guest", "silentstart", "", u"qemu"_s, RunStatus::Timeout, u"The guest did not answer within 2 s."_s);
    row("container refused", "", "refusescreate", u"docker"_s, RunStatus::Failed, u"Minimum memory limit"_s);
}

void TestStarts::failedStartIsARecord()
{
    QFETCH(QByteArray, qemu);
    QFETCH(QByteArray, docker);
    QFETCH(QString, target);
    QFETCH(int, status);
    QFETCH(QString, error);
    qputenv("BV_FAKE_QEMU", qemu);
    qputenv("BV_FAKE_DOCKER", docker);
    m_machine->settings.bootDeadline = std::chrono::milliseconds(qemu.isEmpty() ? 20000 : 2000);
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(bootPlan({u"docker"_s, u"qemu"_s}, 1)));
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QVERIFY2(watch.outcome.notRun.isEmpty(), watch.story());
    const QString other = target == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    QVERIFY2(watch.count(other, RunStatus::Ok) == 2, watch.story());
    QVERIFY2(watch.count(target, static_cast<RunStatus>(status)) == 2, watch.story());
    const RunRecord run = watch.recordsOf(target).first();
    QVERIFY2(run.error.contains(error), qPrintable(run.error));
    QVERIFY(run.metrics.isEmpty());
    QVERIFY(!run.command.isEmpty());
}

void TestStarts::stopLeavesNothing_data()
{
    QTest::addColumn<QByteArray>("qemu");
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QString>("target");
    QTest::newRow("VM boots") << QByteArray("silentstart") << QByteArray() << u"qemu"_s;
    QTest::newRow("container is made") << QByteArray() << QByteArray("hangcreate") << u"docker"_s;
}

void TestStarts::stopLeavesNothing()
{
    QFETCH(QByteArray, qemu);
    QFETCH(QByteArray, docker);
    QFETCH(QString, target);
    qputenv("BV_FAKE_QEMU", qemu);
    qputenv("BV_FAKE_DOCKER", docker);
    SessionWatch watch(m_machine->settings);
    connect(&watch.engine, &Engine::runStarted, &watch.engine,
            [&] { QTimer::singleShot(200, &watch.engine, [&] { watch.engine.stop(); }); });
    QVERIFY(watch.run(bootPlan({target})));
    QCOMPARE(watch.outcome.state, SessionState::Cancelled);
    QVERIFY2(watch.count(target, RunStatus::Cancelled) == 1, watch.story());
    // cleanup() looks for what is left
}

void TestStarts::resumesWhatIsMissing()
{
    qputenv("BV_FAKE_DOCKER", "refusescreate");
    SessionWatch first(m_machine->settings);
    QVERIFY(first.run(bootPlan({u"docker"_s, u"qemu"_s}, 1)));
    QCOMPARE(first.outcome.okRuns, 2);
    qunsetenv("BV_FAKE_DOCKER");
    SessionWatch second(m_machine->settings);
    second.engine.resume(first.outcome.sessionId);
    QVERIFY(second.finish());
    QVERIFY2(second.outcome.state == SessionState::Finished, second.story());
    QCOMPARE(second.records.size(), 2);
    QVERIFY2(second.count(u"docker"_s, RunStatus::Ok) == 2, second.story());
}

void TestStarts::adaptiveRepeatsEnd()
{
    Plan plan = bootPlan({u"docker"_s}, 1);
    plan.suites = {{sysbench::Test::Boot, {}}};
    plan.adaptive = AdaptiveRepeats{99, 2, 6};
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QVERIFY2(watch.records.size() >= 2 && watch.records.size() <= 6, watch.story());
}

QTEST_GUILESS_MAIN(TestStarts)
#include "tst_starts.moc"
