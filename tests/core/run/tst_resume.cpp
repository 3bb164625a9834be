#include "plan/plan_json.h"
#include "run/engine_worker.h"
#include "session/session_store.h"
#include "support/program.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// Going on with a session beside other programs.
class TestResume : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void keepsRunsWhileOthersLook();
    void knowsWhatWasStoredBeforeItsLock();

private:
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    int okRuns() const;

    std::unique_ptr<FakeMachine> m_machine;
};

void TestResume::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest());
}

void TestResume::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

/// As another program sees it; -1 when it cannot be read.
int TestResume::okRuns() const
{
    const ProgramResult shown = run({u"sessions"_s, u"show"_s, u"last"_s, u"--json"_s});
    if (shown.status != 0)
        return -1;
    const QJsonArray runs = shown.json()["runs"_L1].toArray();
    return static_cast<int>(std::count_if(
        runs.begin(), runs.end(), [](const QJsonValue& record) { return record["status"_L1].toString() == "ok"_L1; }));
}

void TestResume::keepsRunsWhileOthersLook()
{
    constexpr int repeats = 12;
    qputenv("BV_FAKE_SYSBENCH", "docker:fatal");
    QFile plan(m_machine->path(u"plan.json"_s));
    QVERIFY(plan.open(QIODevice::WriteOnly));
    plan.write(QJsonDocument(planToJson(fakePlan({u"docker"_s}, repeats))).toJson());
    plan.close();
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, plan.fileName()}).status, 3);
    QCOMPARE(okRuns(), 0);

    qunsetenv("BV_FAKE_SYSBENCH");
    qputenv("BV_FAKE_PACE", "0.2");
    QProcess resumed;
    Program(*m_machine).prepare(resumed, {u"run"_s, u"-q"_s, u"--resume"_s, u"last"_s});
    resumed.start();
    int seen = 0;
    while (seen < 3) {
        QVERIFY(resumed.state() != QProcess::NotRunning);
        const int now = okRuns();
        QVERIFY2(now >= seen, QByteArray::number(now));
        seen = now;
        resumed.waitForFinished(20);
    }
    resumed.kill();
    QVERIFY(resumed.waitForFinished());
    QVERIFY(okRuns() >= seen);

    qunsetenv("BV_FAKE_PACE");
    const ProgramResult rest = run({u"run"_s, u"-q"_s, u"--resume"_s, u"last"_s});
    QVERIFY2(rest.status == 0, rest.story());
    QCOMPARE(okRuns(), repeats);
}

void TestResume::knowsWhatWasStoredBeforeItsLock()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:fatal");
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s})));
    QCOMPARE(watch.count(u"docker"_s, RunStatus::Failed), 2);
    qunsetenv("BV_FAKE_SYSBENCH");
    RunRecord found = watch.recordsOf(u"docker"_s).first();
    found.status = RunStatus::Ok;
    found.id += u".2"_s;
    watch.records.clear();
    // On the engine's thread, while the session is not locked yet: another program ends a run.
    bool stored = false;
    const QString file = m_machine->settings.storeFile();
    const QString id = watch.outcome.sessionId;
    QObject::connect(
        &watch.engine.worker(), &EngineWorker::phaseChanged, &watch.engine.worker(),
        [&stored, file, id, found](const QString& words) {
            if (stored || !words.contains(u"leftovers"_s))
                return;
            const auto store = SessionStore::open(file);
            stored = store && (*store)->addRun(id, found);
        },
        Qt::DirectConnection);
    watch.engine.resume(id);
    QVERIFY(watch.finish());
    QVERIFY(stored);
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.records.size(), 1); // the other one only
    QCOMPARE(watch.outcome.okRuns, 4);
}

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
