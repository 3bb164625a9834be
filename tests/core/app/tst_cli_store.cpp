#include "session/session_store.h"
#include "support/program.h"
#include "support/small_disk.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;

/// A session store that cannot be written, read or understood, met by the command line.
class TestCliStore : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void diskIsFullInTheMiddle();
    void diskIsFullFromTheStart();
    void storeIsLocked();
    void storeIsNewer();
    void filesCannotBeRead_data();
    void filesCannotBeRead();
    void foldersAreReadOnly_data();
    void foldersAreReadOnly();
    void sessionFileIsDamaged();

private:
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    ProgramResult runWithoutPrivilege(const QStringList& arguments) const;
    bool changeStore(const QStringList& statements) const;
    QString storeFile() const { return m_machine->settings.storeFile(); }

    std::unique_ptr<FakeMachine> m_machine;
    QString m_plan;
};

void TestCliStore::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni());
    m_plan = m_machine->path(u"plan.json"_s);
    QFile plan(m_plan);
    QVERIFY(plan.open(QIODevice::WriteOnly));
    plan.write(R"({"schema": "benchvisor-plan/1", "repeats": 20, "targets": [{"id": "host", "kind": "host"}],
 "suites": [{"test": "cpu", "time_s": 1}]})");
}

void TestCliStore::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
}

/// Root may read everything, unless it gives that up.
ProgramResult TestCliStore::runWithoutPrivilege(const QStringList& arguments) const
{
    QProcess process;
    Program(*m_machine).prepare(process, arguments);
    if (::geteuid() == 0) {
        process.setArguments(QStringList{u"--bounding-set"_s, u"-dac_override,-dac_read_search"_s, process.program()} +
                             arguments);
        process.setProgram(u"setpriv"_s);
    }
    process.start();
    process.closeWriteChannel();
    return Program::finish(process);
}

bool TestCliStore::changeStore(const QStringList& statements) const
{
    bool done = false;
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"change"_s);
        db.setDatabaseName(storeFile());
        done = db.open();
        for (const QString& statement : statements)
            done = done && QSqlQuery(db).exec(statement);
    }
    return done;
}

void TestCliStore::diskIsFullInTheMiddle()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    SmallDisk disk(m_machine->path(u"data"_s), 4);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    qputenv("BV_FAKE_PACE", "0.2");
    QProcess process;
    Program(*m_machine).prepare(process, {u"run"_s, u"--plan"_s, m_plan});
    process.start();
    // In the third run: two are stored.
    QTRY_VERIFY_WITH_TIMEOUT(m_machine->log(u"sysbench.log"_s).size() >= 3, 30000);
    QVERIFY(disk.fill());
    const ProgramResult result = Program::finish(process);
    QVERIFY2(result.status == 3, result.story());
    const QByteArray sentence = "The disk is full: the session store " + storeFile().toUtf8();
    QVERIFY2(result.err.count(sentence) == 1, result.story());
    QVERIFY2(result.out.contains("events/s"), result.story()); // what was stored is shown
    QVERIFY2(m_machine->log(u"sysbench.log"_s).size() < 10, "it measured what it could not keep");
    // and stays readable, while the disk is full and afterwards
    for (const bool full : {true, false}) {
        if (!full)
            disk.makeRoom();
        const ProgramResult list = run({u"sessions"_s, u"list"_s, u"--json"_s});
        QVERIFY2(list.status == 0 && list.ownSessions().size() == 1, list.story());
        const ProgramResult session = run({u"export"_s, u"last"_s, u"--json"_s, u"-"_s});
        QVERIFY2(session.status == 0, session.story());
        const qsizetype stored = session.json()["runs"_L1].toArray().size();
        QVERIFY2(stored >= 2 && stored < 10, session.story());
    }
    qunsetenv("BV_FAKE_PACE");
    const ProgramResult resumed = run({u"run"_s, u"-q"_s, u"--resume"_s, u"last"_s});
    QVERIFY2(resumed.status == 0 && resumed.out.contains(" 20 "), resumed.story());
}

void TestCliStore::diskIsFullFromTheStart()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    SmallDisk disk(m_machine->path(u"data"_s), 1);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    QVERIFY(disk.fill());
    const ProgramResult result = run({u"run"_s, u"--plan"_s, m_plan});
    QVERIFY2(result.status == 2 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains("disk is full") && result.err.contains(storeFile().toUtf8()), result.story());
    QVERIFY(m_machine->log(u"sysbench.log"_s).isEmpty());
}

void TestCliStore::storeIsLocked()
{
    QVERIFY(QDir().mkpath(m_machine->settings.dataDir));
    QVERIFY(SessionStore::open(storeFile()));
    QVERIFY(changeStore({u"PRAGMA journal_mode = DELETE"_s, u"BEGIN EXCLUSIVE"_s}));
    QProcess list;
    QProcess measure;
    Program(*m_machine).prepare(list, {u"sessions"_s});
    Program(*m_machine).prepare(measure, {u"run"_s, u"-q"_s, u"--plan"_s, m_plan});
    list.start(); // both wait a while for the lock
    measure.start();
    const ProgramResult listed = Program::finish(list);
    const ProgramResult measured = Program::finish(measure);
    QSqlDatabase::removeDatabase(u"change"_s);
    for (const ProgramResult& result : {listed, measured}) {
        QVERIFY2(result.out.isEmpty() && result.err.contains(storeFile().toUtf8()), result.story());
        QVERIFY2(result.err.contains("Another program is using the session store"), result.story());
    }
    QVERIFY2(listed.status == 1 && measured.status == 2, listed.story() + measured.story());
    QVERIFY2(run({u"sessions"_s}).status == 0, "the lock is gone");
}

void TestCliStore::storeIsNewer()
{
    QVERIFY(QDir().mkpath(m_machine->settings.dataDir));
    QVERIFY(SessionStore::open(storeFile()));
    QVERIFY(changeStore({u"PRAGMA user_version = 99"_s}));
    QSqlDatabase::removeDatabase(u"change"_s);
    for (const QStringList& arguments : {QStringList{u"sessions"_s},
                                         {u"run"_s, u"-q"_s, u"--plan"_s, m_plan},
                                         {u"run"_s, u"-q"_s, u"--resume"_s, u"last"_s},
                                         {u"export"_s, u"last"_s, u"--csv"_s, u"-"_s},
                                         {u"sessions"_s, u"delete"_s, u"last"_s}}) {
        const ProgramResult result = run(arguments);
        QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
        QVERIFY2(result.err.contains("newer Benchvisor") && result.err.contains(storeFile().toUtf8()), result.story());
    }
    QVERIFY(m_machine->log(u"sysbench.log"_s).isEmpty());
}

void TestCliStore::filesCannotBeRead_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QStringList>("after");
    QTest::newRow("session file") << QStringList{u"export"_s} << QStringList{u"--csv"_s, u"-"_s};
    QTest::newRow("plan") << QStringList{u"run"_s, u"--plan"_s} << QStringList{};
    QTest::newRow("plan to show") << QStringList{u"commands"_s, u"--plan"_s} << QStringList{};
    QTest::newRow("output of sysbench") << QStringList{u"parse"_s} << QStringList{};
}

void TestCliStore::filesCannotBeRead()
{
    QFETCH(QStringList, before);
    QFETCH(QStringList, after);
    const QString path = m_machine->path(u"closed ünï☃.json"_s);
    QVERIFY(QFile::copy(m_plan, path) && QFile::setPermissions(path, {}));
    const ProgramResult result = runWithoutPrivilege(before + QStringList{path} + after);
    QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains(path.toUtf8()) && result.err.contains("cannot be read"), result.story());
}

void TestCliStore::foldersAreReadOnly_data()
{
    QTest::addColumn<QString>("folder");
    for (const QString& folder : {u"data"_s, u"cache"_s, u"run"_s})
        QTest::newRow(qPrintable(folder)) << folder;
}

void TestCliStore::foldersAreReadOnly()
{
    QFETCH(QString, folder);
    const QString path = m_machine->path(folder);
    QVERIFY(QDir().mkpath(path) && QFile::setPermissions(path, QFile::ReadOwner | QFile::ExeOwner));
    const ProgramResult measured = runWithoutPrivilege({u"run"_s, u"-q"_s, u"--plan"_s, m_plan});
    const ProgramResult checked = runWithoutPrivilege({u"doctor"_s});
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY2(measured.status == 2 && measured.out.isEmpty(), measured.story());
    QVERIFY2(measured.err.contains(path.toUtf8()) && measured.err.contains("writable"), measured.story());
    QVERIFY2(checked.status == 2 && checked.out.contains(path.toUtf8()), checked.story());
    QVERIFY(m_machine->log(u"sysbench.log"_s).isEmpty());
}

void TestCliStore::sessionFileIsDamaged()
{
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s}).status, 0);
    const QByteArray whole = run({u"export"_s, u"last"_s, u"--json"_s, u"-"_s}).out;
    QVERIFY(!whole.isEmpty());
    const QString path = m_machine->path(u"session.json"_s);
    for (const QByteArray& content :
         {QByteArray(), whole.left(whole.size() / 2), QByteArray("[]"), QByteArray("\xff\xfe"),
          QByteArray(whole).replace("benchvisor-session/1", "benchvisor-session/9"),
          QByteArray(whole).replace("\"target\": \"host\"", "\"target\": 7")}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        const ProgramResult result = run({u"export"_s, path, u"--csv"_s, u"-"_s});
        QVERIFY2(result.status == 1 && result.out.isEmpty() && result.err.contains(path.toUtf8()), result.story());
    }
}

QTEST_GUILESS_MAIN(TestCliStore)
#include "tst_cli_store.moc"
