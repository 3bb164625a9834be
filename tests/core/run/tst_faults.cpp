#include "run/session_lock.h"
#include "session/session_store.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// Whole sessions on an engine whose programs misbehave.
class TestFaults : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void everythingWorks();
    void refusesBeforeMeasuring_data();
    void refusesBeforeMeasuring();
    void oneTargetDoesNotStart_data();
    void oneTargetDoesNotStart();
    void noTargetStarts();
    void runsFail_data();
    void runsFail();
    void hangingSysbenchTimesOut_data();
    void hangingSysbenchTimesOut();
    void targetDiesOnce_data();
    void targetDiesOnce();
    void targetDiesAgain_data();
    void targetDiesAgain();
    void silentGuestIsStartedOnceMore();
    void fileSetCannotBePrepared();
    void resumesWhatIsMissing();
    void resumeKeepsFailedRuns();
    void refusesToResume();

private:
    std::unique_ptr<FakeMachine> m_machine;
};

void TestFaults::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestFaults::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestFaults::everythingWorks()
{
    qputenv("BV_FAKE_QEMU", "pieces"); // messages that arrive in pieces
    qputenv("BV_FAKE_SYSBENCH", "docker:pieces");
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s, u"host"_s});
    plan.suites << fileioSuite();
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.outcome.okRuns, 12);
    QCOMPARE(watch.outcome.failedRuns, 0);
    const RunRecord cpu = watch.recordsOf(u"qemu"_s).first();
    QCOMPARE(cpu.intervals.size(), 3);
    QCOMPARE(*cpu.metrics.value(sysbench::Metric::EventsPerSec), 2487.53);
    QVERIFY2(!cpu.output.contains(u"left over"_s) && !cpu.output.contains(u'\x1e'), qPrintable(cpu.output));
    QCOMPARE(cpu.command.last(), u"run"_s);
    // paused while the other measures
    const QStringList docker = m_machine->log(u"docker/log"_s);
    QVERIFY(docker.filter(QRegularExpression(u"^pause "_s)).size() >= 2);
    QVERIFY(docker.filter(QRegularExpression(u"^unpause "_s)).size() >= 2);
    // one file set a target, made once, and no run without it
    const QStringList sysbench = m_machine->log(u"sysbench.log"_s);
    for (const QString& place : {u"docker"_s, u"qemu"_s, u"host"_s})
        QCOMPARE(sysbench.filter(place + u" fileio"_s).filter(u" prepare"_s).size(), 1);
}

void TestFaults::refusesBeforeMeasuring_data()
{
    QTest::addColumn<QString>("tool"); // replaced by one that is not there
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QString>("image");
    QTest::addColumn<QString>("accel");
    QTest::addColumn<QString>("says");
    QTest::newRow("no qemu") << u"qemu"_s << QByteArray() << QString() << QString()
                             << u"sudo apt install qemu-system-x86"_s;
    QTest::newRow("no qemu-img") << u"qemu_img"_s << QByteArray() << QString() << QString()
                                 << u"apt install qemu-utils"_s;
    QTest::newRow("no docker") << u"docker"_s << QByteArray() << QString() << QString() << u"apt install docker.io"_s;
    QTest::newRow("no sysbench") << u"sysbench"_s << QByteArray() << QString() << QString()
                                 << u"apt install sysbench"_s;
    QTest::newRow("no engine") << QString() << QByteArray("down") << QString() << QString()
                               << u"systemctl start docker"_s;
    QTest::newRow("no permission") << QString() << QByteArray("forbidden") << QString() << QString()
                                   << u"usermod -aG docker"_s;
    QTest::newRow("no image") << QString() << QByteArray() << u"absent:1"_s << QString()
                              << u"The image is not on this machine: absent:1. Get it first: benchvisor image pull"_s;
    QTest::newRow("image without sysbench")
        << QString() << QByteArray("nosysbench") << u"present:1"_s << QString()
        << u"There is no sysbench in the image present:1. Put it there: benchvisor image prepare present:1."_s;
    QTest::newRow("image without a shell") << QString() << QByteArray("noshell") << u"present:1"_s << QString()
                                           << u"The image present:1 cannot be measured in. It has no shell"_s;
    QTest::newRow("no kvm") << QString() << QByteArray() << QString() << u"kvm"_s << u"accel kvm cannot be used"_s;
}

void TestFaults::refusesBeforeMeasuring()
{
    QFETCH(QString, tool);
    QFETCH(QByteArray, docker);
    QFETCH(QString, image);
    QFETCH(QString, accel);
    QFETCH(QString, says);
    qputenv("BV_FAKE_DOCKER", docker);
    Tools& tools = m_machine->settings.tools;
    const QHash<QString, QString*> places{{u"qemu"_s, &tools.qemuX86},
                                          {u"qemu_img"_s, &tools.qemuImg},
                                          {u"docker"_s, &tools.docker},
                                          {u"sysbench"_s, &tools.sysbench}};
    if (places.contains(tool))
        *places[tool] = u"/nonexistent/"_s + tool;
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s, u"host"_s});
    if (!image.isEmpty())
        plan.targets[0].docker.image = image;
    if (!accel.isEmpty())
        plan.targets[1].qemu.accel = accel;
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.outcome.error.message.contains(says), watch.story());
    QVERIFY(watch.outcome.sessionId.isEmpty());
    QVERIFY(watch.records.isEmpty());
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    QVERIFY(store && (*store)->list()->isEmpty());
}

void TestFaults::oneTargetDoesNotStart_data()
{
    QTest::addColumn<QByteArray>("qemu");
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* qemu, const char* docker, const char* says) {
        QTest::newRow(name) << QByteArray(qemu) << QByteArray(docker) << QString::fromLatin1(says);
    };
    row("QEMU exits", "exits", "",
        "qemu (2 run(s) not done): QEMU ended while the VM started: qemu-system-x86_64: unable");
    row("silent guest", "silent", "", "qemu (2 run(s) not done): The guest did not answer within 0.4 s.");
    row("reset while it boots", "reset", "", "qemu (2 run(s) not done): QEMU ended while the VM started");
    row("no QMP", "garbage", "", "qemu (2 run(s) not done): QEMU's control socket does not speak QMP.");
    row("another accelerator", "claimskvm", "", "was to run under tcg, but QEMU says it runs under kvm");
    row("no sysbench in the guest", "nosysbench", "", "There is no sysbench in the guest");
    row("container refused", "", "refuses",
        "docker (2 run(s) not done): The container did not start: the container engine refused");
    row("no shell in the image", "", "noshell", "the image does not have the command");
    row("shell cannot be run", "", "noexec", "the command cannot be run in this image");
    row("no sysbench in the image", "", "nosysbench", "There is no sysbench in the image");
}

void TestFaults::oneTargetDoesNotStart()
{
    QFETCH(QByteArray, qemu);
    QFETCH(QByteArray, docker);
    QFETCH(QString, says);
    qputenv("BV_FAKE_QEMU", qemu);
    qputenv("BV_FAKE_DOCKER", docker);
    m_machine->settings.bootDeadline = std::chrono::milliseconds(qemu == "silent" ? 400 : 20000);
    const QString good = qemu.isEmpty() ? u"qemu"_s : u"docker"_s;
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s, u"host"_s})));
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QVERIFY2(!watch.outcome.sessionId.isEmpty(), watch.story());
    QCOMPARE(watch.count(good, RunStatus::Ok), 2);
    QCOMPARE(watch.count(u"host"_s, RunStatus::Ok), 2);
    QCOMPARE(watch.outcome.okRuns, 4);
    QCOMPARE(watch.outcome.notRun.size(), 1);
    const QString told = QString(watch.outcome.notRun.first()).replace(u"%n"_s, u"2"_s);
    QVERIFY2(told.contains(says), watch.story());
    // and the session tells it for good
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    const auto session = (*store)->load(watch.outcome.sessionId);
    QVERIFY(session);
    const QString bad = good == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    QVERIFY2(told.endsWith(targetError(*session, bad)) && !targetError(*session, bad).isEmpty(), watch.story());
    QVERIFY(targetError(*session, good).isEmpty());
    for (const QJsonValue& target : std::as_const(session->targets)) {
        const bool isBad = target["id"_L1].toString() == bad;
        QVERIFY(target["kind"_L1].isString() && target["label"_L1].isString());
        QCOMPARE(target["provenance"_L1].isUndefined(), isBad);
    }
    QCOMPARE(session->targets.size(), 3);
}

void TestFaults::noTargetStarts()
{
    qputenv("BV_FAKE_QEMU", "exits");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"qemu"_s})));
    QVERIFY2(watch.outcome.sessionId.isEmpty(), watch.story());
    QCOMPARE(watch.outcome.error.code, Code::NotReady);
    QVERIFY2(watch.outcome.error.message.contains(u"unable to find CPU model"_s), watch.story());
}

void TestFaults::runsFail_data()
{
    QTest::addColumn<QByteArray>("sysbench");
    QTest::addColumn<QString>("says");
    for (const QString& place : {u"host"_s, u"docker"_s, u"qemu"_s}) {
        const auto row = [&place](const char* how, const char* says) {
            QTest::addRow("%s: %s", qPrintable(place), how)
                << place.toLatin1() + ':' + how << QString::fromLatin1(says);
        };
        row("fatal", "sysbench failed: ");
        row("fatal0", "sysbench failed: ");
        row("crash", "");
        row("cut", "");
        row("mute", "sysbench ended without a complete report.");
    }
}

void TestFaults::runsFail()
{
    QFETCH(QByteArray, sysbench);
    QFETCH(QString, says);
    qputenv("BV_FAKE_SYSBENCH", sysbench);
    const QString bad = QString::fromLatin1(sysbench).section(u':', 0, 0);
    const QString good = bad == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({bad, good}, 1)));
    QCOMPARE(watch.count(bad, RunStatus::Failed), 1);
    QCOMPARE(watch.count(good, RunStatus::Ok), 1);
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QCOMPARE(watch.outcome.failedRuns, 1);
    QVERIFY(watch.outcome.notRun.isEmpty()); // the target is fine
    const RunRecord run = watch.recordsOf(bad).first();
    QVERIFY2(!run.error.isEmpty() && run.error.contains(says), watch.story());
    QVERIFY(!run.error.contains(u'\n'));
    QVERIFY(!run.metrics.value(sysbench::Metric::EventsPerSec)); // no zero from a run that failed
}

void TestFaults::hangingSysbenchTimesOut_data()
{
    QTest::addColumn<QString>("place");
    QTest::newRow("host") << u"host"_s;
    QTest::newRow("docker") << u"docker"_s;
    QTest::newRow("qemu") << u"qemu"_s;
}

void TestFaults::hangingSysbenchTimesOut()
{
    QFETCH(QString, place);
    qputenv("BV_FAKE_SYSBENCH", place.toLatin1() + ":hang");
    m_machine->settings.grace = std::chrono::milliseconds(300);
    const QString good = place == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({place, good}, 2)));
    QVERIFY2(watch.count(place, RunStatus::Timeout) == 2, watch.story());
    QCOMPARE(watch.count(good, RunStatus::Ok), 2);
    const RunRecord run = watch.recordsOf(place).first();
    QVERIFY2(run.error.contains(u"did not end within 1.3 s"_s) || run.error.startsWith(u"sysbench failed"_s),
             watch.story());
    QVERIFY(!run.intervals.isEmpty());
    QVERIFY(run.output.contains(u"[ 1s ]"_s));
}

void TestFaults::targetDiesOnce_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QByteArray>("how");
    QTest::newRow("QEMU") << u"qemu"_s << QByteArray("diesonce");
    QTest::newRow("container") << u"docker"_s << QByteArray("diesonce");
    QTest::newRow("container, known late") << u"docker"_s << QByteArray("diesonce late");
}

void TestFaults::targetDiesOnce()
{
    QFETCH(QString, place);
    QFETCH(QByteArray, how);
    qputenv(place == "qemu"_L1 ? "BV_FAKE_QEMU" : "BV_FAKE_DOCKER", how);
    const QString good = place == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    Plan plan = fakePlan({place, good}, 3);
    plan.suites << fileioSuite();
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.count(place, RunStatus::Failed) == 1, watch.story());
    QVERIFY2(watch.count(place, RunStatus::Ok) == 5, watch.story());
    QCOMPARE(watch.count(good, RunStatus::Ok), 6);
    const RunRecord dead = watch.recordsOf(place).first();
    QVERIFY2(dead.error.contains(place == "qemu"_L1 ? u"QEMU was ended by signal 9."_s : u"ended"_s), watch.story());
    QCOMPARE(watch.notes.filter(u"is started once more"_s).size(), 1);
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QVERIFY(watch.outcome.notRun.isEmpty());
}

void TestFaults::targetDiesAgain_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QByteArray>("how");
    QTest::newRow("QEMU") << u"qemu"_s << QByteArray("dies");
    QTest::newRow("host's disk is full") << u"qemu"_s << QByteArray("diskfull");
    QTest::newRow("guest stands still") << u"qemu"_s << QByteArray("wedged");
    QTest::newRow("guest panics") << u"qemu"_s << QByteArray("panics");
    QTest::newRow("container") << u"docker"_s << QByteArray("dies");
}

void TestFaults::targetDiesAgain()
{
    QFETCH(QString, place);
    QFETCH(QByteArray, how);
    qputenv(place == "qemu"_L1 ? "BV_FAKE_QEMU" : "BV_FAKE_DOCKER", how);
    if (how == "wedged")
        m_machine->settings.bootDeadline = std::chrono::milliseconds(2000);
    const QString good = place == "qemu"_L1 ? u"docker"_s : u"qemu"_s;
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({place, good}, 4)));
    QVERIFY2(watch.count(place, RunStatus::Failed) == 2, watch.story());
    QVERIFY2(watch.count(good, RunStatus::Ok) == 4, watch.story());
    QCOMPARE(watch.outcome.notRun.size(), 1);
    QVERIFY2(watch.outcome.notRun.first().startsWith(place), watch.story());
    QVERIFY2(watch.outcome.notRun.first().contains(u"It ended a second time."_s), watch.story());
    const QString why = watch.recordsOf(place).last().error;
    QVERIFY2(!why.isEmpty() && watch.outcome.notRun.first().contains(why), watch.story());
    QVERIFY2(why.contains(u"does not answer any more"_s) == (how == "wedged"), watch.story());
    const bool isFull = how == "diskfull";
    QVERIFY2(why.contains(u"The host's disk is full"_s) == isFull, watch.story());
    QVERIFY2(why.contains(m_machine->settings.folders.workDir) == isFull, watch.story());
    QCOMPARE(watch.outcome.state, SessionState::Failed);
}

void TestFaults::silentGuestIsStartedOnceMore()
{
    qputenv("BV_FAKE_QEMU", "silentonce");
    m_machine->settings.bootDeadline = std::chrono::milliseconds(1500);
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"qemu"_s}, 1)));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    const auto session = (*store)->load(watch.outcome.sessionId);
    QVERIFY(session);
    const QJsonValue provenance = session->targets[0].toObject()["provenance"_L1];
    QVERIFY2(provenance["boot_retried"_L1].toString().contains(u"did not answer"_s), watch.story());
}

void TestFaults::fileSetCannotBePrepared()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:full");
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s});
    plan.suites = {fileioSuite()};
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(plan));
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Failed) == 2, watch.story());
    QCOMPARE(watch.count(u"qemu"_s, RunStatus::Ok), 2);
    for (const RunRecord& run : watch.recordsOf(u"docker"_s))
        QCOMPARE(run.error, u"sysbench could not prepare the file set: the disk is full"_s);
    QCOMPARE(m_machine->log(u"sysbench.log"_s).filter(u"docker fileio"_s).filter(u" prepare"_s).size(), 1);
}

void TestFaults::resumesWhatIsMissing()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:fatal");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s})));
    QCOMPARE(watch.outcome.failedRuns, 2);
    const QString id = watch.outcome.sessionId;
    qunsetenv("BV_FAKE_SYSBENCH");
    watch.records.clear();
    watch.engine.resume(id);
    QVERIFY(watch.finish());
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.outcome.sessionId, id);
    QCOMPARE(watch.records.size(), 2);
    QCOMPARE(watch.outcome.okRuns, 4);
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    QCOMPARE((*store)->load(id)->runs.size(), 6);
    QCOMPARE(watch.records.first().id, u"0.2"_s);
}

void TestFaults::resumeKeepsFailedRuns()
{
    qputenv("BV_FAKE_SYSBENCH", "fatal");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"qemu"_s})));
    const QString id = watch.outcome.sessionId;
    QVERIFY(!id.isEmpty());
    qputenv("BV_FAKE_QEMU", "exits");
    watch.engine.resume(id);
    QVERIFY(watch.finish());
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    const auto session = (*store)->load(id);
    QVERIFY2(session, watch.story());
    QCOMPARE(session->runs.size(), 2); // what was recorded stays
    QCOMPARE(session->state, SessionState::Failed);
}

void TestFaults::refusesToResume()
{
    SessionWatch watch(m_machine->settings);
    watch.engine.resume(u"20200101-000000-0000"_s);
    QVERIFY(watch.finish());
    QCOMPARE(watch.outcome.error.code, Code::NotFound);
    QVERIFY(watch.run(fakePlan({u"host"_s}, 1)));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    const auto lock = SessionLock::acquire(m_machine->settings.folders.runtimeDir, watch.outcome.sessionId);
    QVERIFY(lock);
    watch.engine.resume(watch.outcome.sessionId);
    QVERIFY(watch.finish());
    QCOMPARE(watch.outcome.error.code, Code::Locked);
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
