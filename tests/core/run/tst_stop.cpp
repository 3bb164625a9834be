#include "run/engine_worker.h"
#include "session/session_store.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// Stop in every phase, and a store that fails: nothing may be left running.
class TestStop : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void endsEveryPhase_data();
    void endsEveryPhase();
    void doesNotWaitForAnAnswer_data();
    void doesNotWaitForAnAnswer();
    void endsBeforeAnythingBegan();
    void engineGoesAwayWhileRunning();
    void storeFailsInTheMiddle_data();
    void storeFailsInTheMiddle();
    void provenanceCannotBeStored_data();
    void provenanceCannotBeStored();
    void storeIsBusyForLong_data();
    void storeIsBusyForLong();
    void storeCannotBeOpened();

private:
    bool breakStore(const QString& trigger) const;

    std::unique_ptr<FakeMachine> m_machine;
};

void TestStop::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestStop::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestStop::endsEveryPhase_data()
{
    QTest::addColumn<QByteArray>("qemu");
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QByteArray>("sysbench");
    QTest::addColumn<QString>("phase"); // a part of the words at which it is stopped; empty: in the first run
    QTest::addColumn<int>("afterMs");
    const auto row = [](const char* name, const char* qemu, const char* docker, const char* sysbench, const char* phase,
                        int ms) {
        QTest::newRow(name) << QByteArray(qemu) << QByteArray(docker) << QByteArray(sysbench)
                            << QString::fromLatin1(phase) << ms;
    };
    row("looking for leftovers", "", "hang", "", "leftovers", 100);
    row("checking", "", "hang", "", "leftovers", 0);
    row("boot", "silent", "", "", "Booting", 200);
    row("boot, at once", "silent", "", "", "Booting", 0);
    row("boot, no QMP", "stubborn silent", "", "", "Booting", 200);
    row("container start", "", "hangrun", "", "Starting", 200);
    row("container is made", "", "slowrun", "", "Starting", 200);
    row("container is made, the VM gave up", "exits", "slowrun", "", "Starting", 200);
    row("run in the VM", "", "", "qemu:hang", "", 300);
    row("run in the container", "", "", "docker:hang", "", 300);
    row("run on the host", "", "", "host:hang", "", 300);
    row("run, VM ignores quit", "stubborn", "", "qemu:hang", "", 300);
    row("run, container ignores its end", "", "stubborn", "docker:hang", "", 300);
    row("guest does not answer", "wedged", "", "", "", 300);
    row("cooldown", "", "", "", "Resting", 100);
    row("preparing files", "", "", "", "Preparing", 0);
}

void TestStop::endsEveryPhase()
{
    QFETCH(QByteArray, qemu);
    QFETCH(QByteArray, docker);
    QFETCH(QByteArray, sysbench);
    QFETCH(QString, phase);
    QFETCH(int, afterMs);
    qputenv("BV_FAKE_QEMU", qemu);
    qputenv("BV_FAKE_DOCKER", docker);
    qputenv("BV_FAKE_SYSBENCH", sysbench);
    // the one that hangs comes first
    QStringList targets{u"docker"_s, u"qemu"_s, u"host"_s};
    const QString first = sysbench.isEmpty() ? u"qemu"_s : QString::fromLatin1(sysbench).section(u':', 0, 0);
    if (!docker.contains("hang") && phase != "Resting"_L1)
        targets.move(targets.indexOf(first), 0);
    Plan plan = fakePlan(targets);
    plan.cooldownS = 60;
    if (phase == "Preparing"_L1)
        plan.suites = {fileioSuite()};
    SessionWatch watch(m_machine->settings);
    QElapsedTimer clock;
    const auto stop = [&] {
        QTimer::singleShot(afterMs, &watch.engine, [&] {
            clock.start();
            watch.engine.stop();
        });
    };
    if (phase.isEmpty())
        connect(&watch.engine, &Engine::runStarted, &watch.engine, stop, Qt::SingleShotConnection);
    else
        connect(&watch.engine, &Engine::phaseChanged, &watch.engine, [&](const QString& words) {
            if (words.contains(phase) && !clock.isValid())
                stop();
        });
    QVERIFY2(watch.run(plan, 30), watch.story());
    QVERIFY2(clock.isValid(), watch.story());
    const qint64 ms = clock.elapsed();
    qInfo("ended %lld ms after Stop", ms);
    QVERIFY2(ms < 5000, watch.story());
    QVERIFY2(watch.outcome.state == SessionState::Cancelled, watch.story());
    QCOMPARE(watch.outcome.error.code, Code::Cancelled);
    for (const RunRecord& run : std::as_const(watch.records))
        QVERIFY2(run.status == RunStatus::Ok || run.status == RunStatus::Cancelled, watch.story());
    QCOMPARE(watch.outcome.sessionId.isEmpty(), watch.records.isEmpty()); // nothing to keep
    QCOMPARE((*SessionStore::open(m_machine->settings.storeFile()))->list()->size(), watch.records.isEmpty() ? 0 : 1);
    if (!watch.outcome.sessionId.isEmpty()) {
        const auto store = SessionStore::open(m_machine->settings.storeFile());
        QCOMPARE((*store)->load(watch.outcome.sessionId)->state, SessionState::Cancelled);
    }
}

void TestStop::doesNotWaitForAnAnswer_data()
{
    QTest::addColumn<QByteArray>("qemu");
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<QString>("seen"); // a file that grows when the program hangs, and what it then holds
    QTest::addColumn<QString>("word");
    QTest::newRow("container, pause") << QByteArray() << QByteArray("hangpause") << u"docker/log"_s << u"pause"_s;
    QTest::newRow("container, unpause") << QByteArray() << QByteArray("hangunpause") << u"docker/log"_s << u"unpause"_s;
    QTest::newRow("VM, pause") << QByteArray("deaf") << QByteArray() << u"deaf"_s << QString();
    QTest::newRow("VM, what it is") << QByteArray("unasked") << QByteArray() << u"unasked"_s << QString();
}

/// The engine's client or QEMU does not answer while a target is paused or goes on, or the guest when it is asked what
/// it is.
void TestStop::doesNotWaitForAnAnswer()
{
    QFETCH(QByteArray, qemu);
    QFETCH(QByteArray, docker);
    QFETCH(QString, seen);
    QFETCH(QString, word);
    qputenv("BV_FAKE_QEMU", qemu);
    qputenv("BV_FAKE_DOCKER", docker);
    SessionWatch watch(m_machine->settings);
    QElapsedTimer clock;
    QTimer looking;
    connect(&looking, &QTimer::timeout, this, [&] {
        const QStringList lines = m_machine->log(seen);
        const bool hangs = word.isEmpty() ? QFile::exists(m_machine->stateDir() + u'/' + seen)
                                          : std::any_of(lines.begin(), lines.end(), [&](const QString& line) {
                                                return line.startsWith(word + u' ');
                                            });
        if (!hangs)
            return;
        looking.stop();
        clock.start();
        watch.engine.stop();
    });
    looking.start(20);
    QVERIFY2(watch.run(fakePlan({u"docker"_s, u"qemu"_s}), 30), watch.story());
    QVERIFY2(clock.isValid(), watch.story());
    qInfo("ended %lld ms after Stop", clock.elapsed());
    QVERIFY2(clock.elapsed() < 4500, watch.story());
    QVERIFY2(watch.outcome.state == SessionState::Cancelled, watch.story());
    QVERIFY2(watch.outcome.notRun.isEmpty(), watch.story()); // it is no fault of the target
    QVERIFY(watch.records.isEmpty());
}

void TestStop::endsBeforeAnythingBegan()
{
    SessionWatch watch(m_machine->settings);
    watch.engine.start(fakePlan({u"docker"_s, u"qemu"_s}));
    watch.engine.stop();
    QVERIFY(watch.finish(10));
    QCOMPARE(watch.outcome.state, SessionState::Cancelled);
    QVERIFY(watch.records.isEmpty());
    // and the engine can be used again
    QVERIFY(watch.run(fakePlan({u"host"_s}, 1)));
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
}

void TestStop::engineGoesAwayWhileRunning()
{
    qputenv("BV_FAKE_SYSBENCH", "hang");
    {
        Engine engine(m_machine->settings);
        QEventLoop loop;
        connect(&engine, &Engine::runStarted, &loop, &QEventLoop::quit);
        QTimer::singleShot(std::chrono::seconds(30), &loop, &QEventLoop::quit);
        engine.start(fakePlan({u"docker"_s, u"qemu"_s}));
        loop.exec();
    }
    QCOMPARE(m_machine->leftovers(), QStringList());
}

/// Makes the session store fail from now on, as a full disk would.
bool TestStop::breakStore(const QString& trigger) const
{
    bool done = false;
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"break"_s);
        db.setDatabaseName(m_machine->settings.storeFile());
        done = db.open() && QSqlQuery(db).exec(trigger);
        db.close();
    }
    QSqlDatabase::removeDatabase(u"break"_s);
    return done;
}

void TestStop::storeFailsInTheMiddle_data()
{
    QTest::addColumn<QString>("trigger");
    QTest::newRow("runs") << u"CREATE TRIGGER broken BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'broken'); END"_s;
    QTest::newRow("everything") << u"DROP TABLE run"_s;
}

void TestStop::storeFailsInTheMiddle()
{
    QFETCH(QString, trigger);
    SessionWatch watch(m_machine->settings);
    int finishedRuns = 0;
    connect(&watch.engine, &Engine::runFinished, &watch.engine, [&] {
        if (++finishedRuns == 1)
            QVERIFY(breakStore(trigger));
    });
    QVERIFY(watch.run(fakePlan({u"docker"_s, u"qemu"_s}, 20)));
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QVERIFY2(watch.outcome.error.code == Code::Io, watch.story());
    QVERIFY2(watch.outcome.error.message.contains(m_machine->settings.storeFile()), watch.story());
    QVERIFY2(watch.records.size() < 10, watch.story()); // it does not measure what it cannot keep
}

void TestStop::provenanceCannotBeStored_data()
{
    QTest::addColumn<int>("afterRuns");
    QTest::newRow("when the first target is up") << 0;
    QTest::newRow("when it is started once more") << 1;
}

/// What was measured with is as much evidence as the figures: without it nothing is measured, and nothing started.
void TestStop::provenanceCannotBeStored()
{
    QFETCH(int, afterRuns);
    qputenv("BV_FAKE_DOCKER", "diesonce");
    SessionWatch watch(m_machine->settings);
    EngineWorker& worker = watch.engine.worker();
    bool broken = false;
    const auto breakNow = [&] {
        broken = breakStore(u"CREATE TRIGGER broken BEFORE UPDATE OF targets ON session"
                            " BEGIN SELECT RAISE(ABORT, 'broken'); END"_s);
    };
    // On the engine's thread, so that it happens there and then.
    if (afterRuns == 0)
        connect(&worker, &EngineWorker::sessionStarted, &worker, breakNow, Qt::DirectConnection);
    else
        connect(&worker, &EngineWorker::runFinished, &worker, breakNow,
                static_cast<Qt::ConnectionType>(Qt::DirectConnection | Qt::SingleShotConnection));
    QVERIFY(watch.run(fakePlan(afterRuns == 0 ? QStringList{u"docker"_s, u"qemu"_s} : QStringList{u"docker"_s}, 3)));
    QVERIFY(broken);
    QCOMPARE(watch.outcome.state, SessionState::Failed);
    QVERIFY2(watch.outcome.error.code == Code::Io, watch.story());
    QCOMPARE(watch.records.size(), afterRuns);
    QVERIFY2(watch.phases.filter(u"Booting"_s).isEmpty(), watch.story());
}

void TestStop::storeIsBusyForLong_data()
{
    QTest::addColumn<int>("patienceMs");
    QTest::newRow("waits for it") << 60'000;
    QTest::newRow("for too long") << 100;
}

/// Another program writes while a run ends, for longer than SQLite waits by itself.
void TestStop::storeIsBusyForLong()
{
    QFETCH(int, patienceMs);
    const bool waits = patienceMs > 10'000;
    m_machine->settings.storePatience = std::chrono::milliseconds(patienceMs);
    SessionWatch watch(m_machine->settings);
    EngineWorker& worker = watch.engine.worker();
    const auto endIt = [] {
        QSqlDatabase::database(u"busy"_s).close();
        QSqlDatabase::removeDatabase(u"busy"_s);
    };
    // On the engine's thread, so that the run does not end before.
    const auto begin = [&] {
        QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"busy"_s);
        db.setDatabaseName(m_machine->settings.storeFile());
        QVERIFY(db.open() && QSqlQuery(db).exec(u"BEGIN IMMEDIATE"_s));
        QTimer::singleShot(5500, &worker, endIt);
    };
    connect(&worker, &EngineWorker::runStarted, &worker, begin,
            static_cast<Qt::ConnectionType>(Qt::DirectConnection | Qt::SingleShotConnection));
    connect(&worker, &EngineWorker::finished, &worker, endIt, Qt::DirectConnection);
    QVERIFY(watch.run(fakePlan({u"host"_s}, 2)));
    QCOMPARE(watch.notes.filter(u"Another program is using the session store"_s).size(), waits ? 1 : 0);
    QCOMPARE(watch.records.size(), waits ? 2 : 0);
    QCOMPARE(watch.outcome.okRuns, waits ? 2 : 0);
    QVERIFY2(watch.outcome.state == (waits ? SessionState::Finished : SessionState::Failed), watch.story());
    if (!waits) {
        QCOMPARE(watch.outcome.error.code, Code::Locked);
        QVERIFY2(
            watch.outcome.error.detail.contains(u"Measured, but not stored: cpu 10000 in host: 2487.53 events/s"_s),
            watch.story());
    }
}

void TestStop::storeCannotBeOpened()
{
    QVERIFY(QDir().mkpath(m_machine->settings.dataDir));
    QFile store(m_machine->settings.storeFile());
    QVERIFY(store.open(QIODevice::WriteOnly) && store.write(QByteArray(8192, 'x')) > 0);
    store.close();
    SessionWatch watch(m_machine->settings);
    QVERIFY(watch.run(fakePlan({u"host"_s})));
    QVERIFY(watch.outcome.sessionId.isEmpty());
    QVERIFY2(watch.outcome.error.message.contains(store.fileName()), watch.story());
    QVERIFY(watch.records.isEmpty());
    QCOMPARE(store.size(), 8192); // left as it is
}

QTEST_GUILESS_MAIN(TestStop)
#include "tst_stop.moc"
