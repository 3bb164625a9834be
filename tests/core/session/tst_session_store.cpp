#include "plan/parameters.h"
#include "sample_session.h"
#include "session/owner.h"
#include "session/session_store.h"
#include "session/store_file.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QtConcurrent>
#include <QTemporaryDir>
#include <QTest>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

using namespace bv;
using namespace Qt::StringLiterals;
using Code = Error::Code;

namespace {

const QString defaultId = u"20261123-054210-7f3a"_s;

/// Statements on the file behind the store's back.
bool tamper(const QString& path, const QStringList& statements)
{
    bool done = false;
    {
        auto db = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"tamper"_s);
        db.setDatabaseName(path);
        done = db.open();
        for (const QString& statement : statements)
            done = done && QSqlQuery(db).exec(statement);
    }
    QSqlDatabase::removeDatabase(u"tamper"_s);
    return done;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Child: makes a running session and adds runs for ever, telling each that was stored.
int addRunsForEver(const QString& path)
{
    auto store = SessionStore::open(path);
    Session session = sample::session();
    session.state = SessionState::Running;
    if (!store || !(*store)->createSession(session))
        return 1;
    for (int i = 0;; ++i) {
        RunRecord run = sample::run(i);
        run.output = QString(20000, u'x');
        if (!(*store)->addRun(session.id, run))
            return 1;
        std::printf("%d\n", i);
        std::fflush(stdout);
    }
}

/// Child: gives up root, which may write anywhere, and tells which error opening gives.
int openUnprivileged(const QString& path)
{
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0))
        return 255;
    const auto store = SessionStore::open(path);
    std::puts(store ? "opened" : qPrintable(store.error().message));
    return store ? 0 : int(store.error().code);
}

} // namespace

class TestSessionStore : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;

    std::unique_ptr<SessionStore> opened(const StoreOptions& options = {})
    {
        auto store = SessionStore::open(m_path, options);
        if (!store)
            qWarning("%s (%s)", qPrintable(store.error().message), qPrintable(store.error().detail));
        return store ? *std::move(store) : nullptr;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"data/sessions.sqlite"_s);
    }

    void cleanup() { QVERIFY(QSqlDatabase::connectionNames().isEmpty()); }

    void keepsSessions_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 20; ++seed)
            QTest::addRow("%u", seed) << seed;
    }

    void keepsSessions()
    {
        QFETCH(quint32, seed);
        Session session = sample::randomSession(seed);
        QVERIFY(opened()->createSession(session));
        const auto loaded = opened()->load(session.id);
        QVERIFY(loaded);
        QCOMPARE(loaded->created, session.created);
        QCOMPARE(loaded->name, session.name);
        QCOMPARE(loaded->note, session.note);
        QCOMPARE(loaded->state, session.state);
        QCOMPARE(loaded->app, session.app);
        QCOMPARE(loaded->host, session.host);
        QVERIFY(loaded->plan == normalized(session.plan));
        QCOMPARE(loaded->targets, session.targets);
        QVERIFY(loaded->runs == session.runs);
        const auto light = opened()->load(session.id, SessionStore::Detail::WithoutOutput);
        QVERIFY(light);
        for (RunRecord& run : session.runs) {
            run.output.clear();
            run.intervals.clear();
            run.utilization.clear();
        }
        QVERIFY(light->runs == session.runs);
    }

    void changesSessions()
    {
        const auto store = opened();
        Session session = sample::session();
        session.state = SessionState::Running;
        QVERIFY(store->createSession(session));
        QVERIFY(store->rename(session.id, u"new"_s));
        QVERIFY(store->setNote(session.id, {}));
        QVERIFY(store->setTargets(session.id, {QJsonObject{{u"id"_s, u"x"_s}}}));
        QVERIFY(store->addRun(session.id, sample::run(0)));
        QVERIFY(store->setState(session.id, SessionState::Cancelled));
        const auto loaded = store->load(session.id);
        QVERIFY(loaded);
        QCOMPARE(loaded->name, u"new"_s);
        QCOMPARE(loaded->note, QString());
        QCOMPARE(loaded->targets.at(0)["id"_L1].toString(), u"x"_s);
        QCOMPARE(loaded->state, SessionState::Cancelled);
        QCOMPARE(loaded->runs.size(), 1);
        QCOMPARE(store->createSession(session).error().code, Code::BadInput);
        QCOMPARE(store->addRun(session.id, sample::run(0)).error().code, Code::BadInput);
        session.id = u"../x"_s;
        QCOMPARE(store->createSession(session).error().code, Code::BadInput);
    }

    void storesAllOrNothing()
    {
        const auto store = opened();
        Session session = sample::session();
        session.runs = {sample::run(0), sample::run(1), sample::run(0)};
        QCOMPARE(store->createSession(session).error().code, Code::BadInput);
        QVERIFY(store->list()->isEmpty());
        session.runs.removeLast();
        QVERIFY(store->createSession(session));
    }

    void saysWhereThereIsNoSuchSession()
    {
        const auto store = opened();
        const QString id = u"nobody"_s;
        QCOMPARE(store->load(id).error().code, Code::NotFound);
        QCOMPARE(store->remove(id).error().code, Code::NotFound);
        QCOMPARE(store->rename(id, id).error().code, Code::NotFound);
        QCOMPARE(store->setNote(id, id).error().code, Code::NotFound);
        QCOMPARE(store->setTargets(id, {}).error().code, Code::NotFound);
        QCOMPARE(store->setState(id, SessionState::Finished).error().code, Code::NotFound);
        QCOMPARE(store->setState(id, SessionState::Running).error().code, Code::NotFound);
        QCOMPARE(store->addRun(id, sample::run(0)).error().code, Code::NotFound);
        QCOMPARE(store->nextAttemptId(id, 0).error().code, Code::NotFound);
    }

    void numbersAttemptsAndCountsTheLast()
    {
        const auto store = opened();
        QVERIFY(store->createSession(sample::session()));
        for (const QString& expected : {u"5"_s, u"5.2"_s, u"5.3"_s}) {
            const auto id = store->nextAttemptId(defaultId, 5);
            QVERIFY(id);
            QCOMPARE(*id, expected);
            RunRecord run = sample::run(5);
            run.id = *id;
            run.status = expected == "5.3"_L1 ? RunStatus::Ok : RunStatus::Timeout;
            QVERIFY(store->addRun(defaultId, run));
        }
        for (int i = 0; i < 2; ++i) {
            RunRecord run = sample::run(100 + i);
            run.plannedIndex = -1;
            run.status = RunStatus::Failed;
            QVERIFY(store->addRun(defaultId, run));
        }
        const auto list = store->list();
        QVERIFY(list);
        QCOMPARE(list->first().count(RunStatus::Ok), 1);
        QCOMPARE(list->first().count(RunStatus::Timeout), 0);
        QCOMPARE(list->first().count(RunStatus::Failed), 2);
        QCOMPARE(list->first().plannedRuns, 6);
        QCOMPARE(list->first().hostName, u"lab-7"_s);
        QCOMPARE(list->first().planName, u"Sample"_s);
    }

    void listsTheNewestFirst()
    {
        const auto store = opened();
        for (int i = 0; i < 3; ++i) {
            Session session = sample::session(u"ab%1"_s.arg(i));
            session.created = session.created.addSecs(i);
            QVERIFY(store->createSession(session));
        }
        QVERIFY(store->createSession(sample::session(u"a%"_s.chopped(1) + u"_x"_s)));
        QCOMPARE(store->list()->first().id, u"ab2"_s);
        QCOMPARE(*store->idsBeginningWith(u"ab"_s), (QStringList{u"ab2"_s, u"ab1"_s, u"ab0"_s}));
        QCOMPARE(*store->idsBeginningWith(u"a_"_s), QStringList{u"a_x"_s});
        QCOMPARE(store->idsBeginningWith({})->size(), 4);
    }

    void protectsTheRunningSession()
    {
        const auto store = opened();
        Session session = sample::session();
        session.state = SessionState::Running;
        QVERIFY(store->createSession(session));
        QVERIFY(store->addRun(session.id, sample::run(0)));
        const auto removed = opened()->remove(session.id);
        QCOMPARE(removed.error().code, Code::Locked);
        QVERIFY(removed.error().message.contains(u"stop it first"_s));
        QVERIFY(store->reapInterrupted()->isEmpty());
        QVERIFY(store->setState(session.id, SessionState::Finished));
        QVERIFY(store->remove(session.id));
        QVERIFY(store->list()->isEmpty());
        QVERIFY(store->createSession(session)); // its runs are gone too
        QVERIFY(store->load(session.id)->runs.isEmpty());
    }

    void keepsRunsOfAKilledProgram()
    {
        for (int round = 0; round < 5; ++round) {
            init();
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {u"--add-runs"_s, m_path});
            QVERIFY(child.waitForReadyRead(20000));
            const auto store = opened();
            QCOMPARE(store->setState(defaultId, SessionState::Running).error().code, Code::Locked);
            QCOMPARE(store->remove(defaultId).error().code, Code::Locked);
            QTest::qWait(10 + 17 * round);
            ::kill(pid_t(child.processId()), SIGKILL);
            QVERIFY(child.waitForFinished());
            const QByteArray told = child.readAllStandardOutput();
            const auto complete = told.count('\n');
            const auto session = opened()->load(defaultId);
            QVERIFY(session);
            QVERIFY2(session->runs.size() >= complete && session->runs.size() <= complete + 1,
                     qPrintable(u"%1 told, %2 stored"_s.arg(complete).arg(session->runs.size())));
            QCOMPARE(session->runs.last().output.size(), 20000);
            QCOMPARE(session->state, SessionState::Interrupted);
            QCOMPARE(store->list()->first().state, SessionState::Interrupted);
            QCOMPARE(*store->reapInterrupted(), QStringList{defaultId});
            QVERIFY(store->reapInterrupted()->isEmpty());
            QVERIFY(store->setState(defaultId, SessionState::Running)); // resumed
            QVERIFY(store->setState(defaultId, SessionState::Finished));
            QVERIFY(store->remove(defaultId));
        }
    }

    void waitsThenSaysWhoIsBusy()
    {
        const auto store = opened();
        QVERIFY(store->createSession(sample::session()));
        const auto impatient = opened(StoreOptions{50, 0});
        auto other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other"_s);
        other.setDatabaseName(m_path);
        QVERIFY(other.open());
        QVERIFY(QSqlQuery(other).exec(u"BEGIN IMMEDIATE"_s));
        const auto locked = impatient->addRun(defaultId, sample::run(0));
        QCOMPARE(locked.error().code, Code::Locked);
        QVERIFY(locked.error().message.contains(m_path));
        QVERIFY(impatient->list()); // reading goes on
        QVERIFY(QSqlQuery(other).exec(u"COMMIT"_s));
        QVERIFY(impatient->addRun(defaultId, sample::run(0)));
        QVERIFY(QSqlQuery(other).exec(u"PRAGMA locking_mode = EXCLUSIVE"_s));
        other.close();
        other = {};
        QSqlDatabase::removeDatabase(u"other"_s);
    }

    void opensWhileLocked()
    {
        QVERIFY(opened());
        auto other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other"_s);
        other.setDatabaseName(m_path);
        QVERIFY(other.open());
        QVERIFY(QSqlQuery(other).exec(u"PRAGMA journal_mode = DELETE"_s));
        QVERIFY(QSqlQuery(other).exec(u"BEGIN EXCLUSIVE"_s));
        const auto store = SessionStore::open(m_path, StoreOptions{50, 0});
        QCOMPARE(store.error().code, Code::Locked);
        other.close();
        other = {};
        QSqlDatabase::removeDatabase(u"other"_s);
        QVERIFY(opened());
    }

    void refusesFilesItMustNotTouch_data()
    {
        QTest::addColumn<QStringList>("statements");
        QTest::addColumn<int>("code");
        QTest::newRow("newer") << QStringList{u"PRAGMA user_version = 3"_s} << int(Code::TooNew);
        QTest::newRow("other program") << QStringList{u"PRAGMA application_id = 7"_s} << int(Code::BadInput);
        QTest::newRow("other program without a mark")
            << QStringList{u"PRAGMA application_id = 0"_s, u"PRAGMA user_version = 0"_s} << int(Code::BadInput);
    }

    void refusesFilesItMustNotTouch()
    {
        QFETCH(QStringList, statements);
        QFETCH(int, code);
        QVERIFY(opened()->createSession(sample::session()));
        QVERIFY(tamper(m_path, statements));
        const QByteArray before = contentOf(m_path);
        const auto store = SessionStore::open(m_path);
        QVERIFY(!store);
        QCOMPARE(int(store.error().code), code);
        QVERIFY(store.error().message.contains(m_path));
        QVERIFY(contentOf(m_path) == before);
    }

    void leavesDamagedFilesAlone_data()
    {
        QTest::addColumn<qint64>("from");
        QTest::addColumn<qint64>("size");
        QTest::newRow("no SQLite file") << qint64(0) << qint64(16);
        QTest::newRow("rest is noise") << qint64(100) << qint64(1'000'000);
        QTest::newRow("pages are noise") << qint64(4096) << qint64(1'000'000);
        QTest::newRow("cut off") << qint64(5000) << qint64(0);
        QTest::newRow("header only") << qint64(100) << qint64(0);
        QTest::newRow("half a header") << qint64(50) << qint64(0);
    }

    void leavesDamagedFilesAlone()
    {
        QFETCH(qint64, from);
        QFETCH(qint64, size);
        QVERIFY(opened()->createSession(sample::randomSession(3)));
        {
            QFile file(m_path);
            QVERIFY(file.open(QIODevice::ReadWrite));
            if (size == 0)
                QVERIFY(file.resize(from));
            QVERIFY(file.seek(from));
            file.write(QByteArray(int(qMin(size, qMax<qint64>(0, file.size() - from))), '\x5a'));
        }
        const QByteArray before = contentOf(m_path);
        auto store = SessionStore::open(m_path);
        const Error error = store ? (*store)->load(defaultId).error() : store.error();
        QCOMPARE(error.code, Code::Io);
        QVERIFY2(error.message.contains(m_path) && error.message.contains(u"damaged"_s), qPrintable(error.message));
        QVERIFY(contentOf(m_path) == before);
    }

    void namesTheDamagedSession()
    {
        const auto store = opened();
        Session session = sample::session();
        session.runs = {sample::run(0)};
        QVERIFY(store->createSession(session));
        QVERIFY(store->createSession(sample::session(u"other"_s)));
        QVERIFY(tamper(m_path, {u"UPDATE run SET record = '{\"id\": 3}'"_s}));
        const auto loaded = store->load(defaultId);
        QCOMPARE(loaded.error().code, Code::Io);
        QVERIFY(loaded.error().message.contains(defaultId));
        QVERIFY(loaded.error().detail.contains(u"runs[0].id"_s));
        QVERIFY(store->load(u"other"_s));
        QVERIFY(store->remove(defaultId));
    }

    void readsRecordsOfANewerMinorVersion()
    {
        const auto store = opened();
        Session session = sample::session();
        session.runs = {sample::run(0)};
        QVERIFY(store->createSession(session));
        QVERIFY(
            tamper(m_path, {u"UPDATE run SET record = json_set(record, '$.new', 1, '$.metrics.new', 'x')"_s,
                            u"UPDATE session SET plan = json_set(plan, '$.new', 1, '$.targets[1].new', 1, "
                            "'$.targets[1].disk.new', 1, '$.suites[0].new', 1), host = json_set(host, '$.new', 1)"_s}));
        const auto loaded = store->load(defaultId);
        QVERIFY2(loaded, qPrintable(loaded ? QString() : loaded.error().detail));
        QVERIFY(loaded->runs == session.runs);
        QVERIFY(loaded->plan == normalized(session.plan));
    }

    void opensAStoreOfSchemaOne()
    {
        const Session session = sample::randomSession(7);
        QVERIFY(!session.runs.isEmpty());
        QVERIFY(opened()->createSession(session));
        // What version 1 would have written: no such columns, and everything bulky as one JSON text.
        QStringList statements{u"ALTER TABLE run DROP COLUMN output"_s, u"ALTER TABLE run DROP COLUMN samples"_s,
                               u"PRAGMA user_version = 1"_s};
        for (const RunRecord& run : session.runs) {
            QJsonObject bulk;
            const QJsonObject json = run.toJson();
            for (const auto& key : {u"output"_s, u"intervals"_s, u"utilization"_s})
                bulk.insert(key, json.value(key));
            QString text = QString::fromUtf8(QJsonDocument(bulk).toJson(QJsonDocument::Compact));
            statements << u"UPDATE run SET bulk = '%1' WHERE id = '%2'"_s.arg(text.replace(u'\'', u"''"_s), run.id);
        }
        QVERIFY(tamper(m_path, statements));
        const auto store = opened();
        QVERIFY(store);
        QVERIFY(store->load(session.id)->runs == session.runs);
        // Both kinds of runs stand in one session from now on.
        RunRecord more = sample::run(100);
        more.intervals.append(sysbench::Interval{1, 2, 3.5, {}, {}, {}, {}, {}, {}});
        QVERIFY(store->addRun(session.id, more));
        QVERIFY(opened()->load(session.id)->runs == session.runs + QList<RunRecord>{more});
    }

    void tellsDamagedSamples()
    {
        const auto store = opened();
        Session session = sample::session();
        session.runs = {sample::run(0)};
        session.runs.first().intervals.append(sysbench::Interval{1, 2, 3.5, {}, {}, {}, {}, {}, {}});
        QVERIFY(store->createSession(session));
        QVERIFY(tamper(m_path, {u"UPDATE run SET samples = x'01ffffffff'"_s}));
        QCOMPARE(store->load(defaultId).error().code, Code::Io);
        QVERIFY(store->load(defaultId, SessionStore::Detail::WithoutOutput));
    }

    void saysWhenTheDiskIsFull()
    {
        QVERIFY(opened()->createSession(sample::session()));
        const auto store = opened(StoreOptions{1000, 40});
        RunRecord big = sample::run(0);
        big.output = QString(500'000, u'x');
        const auto added = store->addRun(defaultId, big);
        QCOMPARE(added.error().code, Code::NoSpace);
        QVERIFY(added.error().message.contains(m_path));
        QVERIFY(store->load(defaultId)->runs.isEmpty());
        QVERIFY(store->addRun(defaultId, sample::run(0))); // small ones still fit
        QVERIFY(opened()->addRun(defaultId, sample::run(1)));
    }

    void saysWhenTheFolderIsReadOnly_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::newRow("no store yet") << false;
        QTest::newRow("with a store") << true;
    }

    void saysWhenTheFolderIsReadOnly()
    {
        QFETCH(bool, isThere);
        const QString folder = m_folder->filePath(u"data"_s);
        QVERIFY(QDir().mkpath(folder));
        if (isThere)
            QVERIFY(opened()->createSession(sample::session()));
        const auto all = QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
        QVERIFY(QFile::setPermissions(folder, all));
        QVERIFY(QFile::setPermissions(m_folder->path(), all | QFile::WriteOwner));
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {u"--open"_s, m_path});
        QVERIFY(child.waitForFinished());
        const QString told = QString::fromUtf8(child.readAllStandardOutput());
        if (child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0)
            QFAIL("it was opened");
        QVERIFY(QFile::setPermissions(folder, all | QFile::WriteOwner));
        QCOMPARE(child.exitCode(), int(Code::Io));
        QVERIFY2(told.contains(folder) && told.contains(u"chmod"_s), qPrintable(told));
    }

    void isSharedByThreads()
    {
        constexpr int threads = 2;
        constexpr int runs = 40;
        const QString path = m_path;
        QList<QFuture<int>> futures;
        for (int t = 0; t < threads; ++t) {
            futures.append(QtConcurrent::run([path, t] {
                auto store = SessionStore::open(path); // both may have to make the file
                const QString id = u"thread-%1"_s.arg(t);
                if (!store || !(*store)->createSession(sample::session(id)))
                    return 0;
                int stored = 0;
                for (int i = 0; i < runs; ++i)
                    stored += (*store)->addRun(id, sample::run(i)) && (*store)->list() ? 1 : 0;
                return stored;
            }));
        }
        for (auto& future : futures)
            QCOMPARE(future.result(), runs);
        QCOMPARE(opened()->list()->size(), threads);
        QCOMPARE(opened()->load(u"thread-1"_s)->runs.size(), runs);
    }

    void listsTenThousandRuns()
    {
        constexpr int sessions = 20;
        constexpr int runs = 500;
        const auto store = opened();
        for (int s = 0; s < sessions; ++s) {
            Session session = sample::session(u"s%1"_s.arg(s));
            for (int i = 0; i < runs; ++i) {
                session.runs.append(sample::run(i));
                session.runs.last().output = QString(4000, u'x');
            }
            QVERIFY(store->createSession(session));
        }
        QElapsedTimer timer;
        timer.start();
        const auto list = store->list();
        const qint64 listed = timer.restart();
        QVERIFY(list);
        QCOMPARE(list->size(), sessions);
        QCOMPARE(list->first().runs(), runs);
        QVERIFY(store->load(u"s1"_s, SessionStore::Detail::WithoutOutput));
        const qint64 light = timer.restart();
        QVERIFY(store->load(u"s1"_s));
        qInfo("10,000 runs: listed in %lld ms; 500 runs: loaded in %lld ms without output, %lld ms with", listed, light,
              timer.elapsed());
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    constexpr int childArguments = 3;
    if (argc == childArguments && app.arguments().at(1) == "--add-runs"_L1)
        return addRunsForEver(app.arguments().at(2));
    if (argc == childArguments && app.arguments().at(1) == "--open"_L1)
        return openUnprivileged(app.arguments().at(2));
    TestSessionStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_session_store.moc"
