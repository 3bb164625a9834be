#include "session/store_file.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>
#include <QtEndian>
#include <QThread>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <array>
#include <mutex>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(StoreFile)
};

// Primary result codes, https://www.sqlite.org/rescode.html
enum SqliteCode : int {
    SqlitePerm = 3,
    SqliteBusy = 5,
    SqliteLocked = 6,
    SqliteReadOnly = 8,
    SqliteIoError = 10,
    SqliteCorrupt = 11,
    SqliteFull = 13,
    SqliteCantOpen = 14,
    SqliteNotADatabase = 26,
};

// Listing reads the narrow columns only: `record` and, in columns of their own behind it, what takes room lie on
// overflow pages that SQLite then never touches. `output` is UTF-8, `samples` (intervals and utilisation) is of
// sample_columns.h; `bulk` holds both as JSON in runs that schema 1 stored, whose `samples` are NULL.
constexpr std::array schema{
    "CREATE TABLE session ("
    " id TEXT PRIMARY KEY NOT NULL, created TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,"
    " state TEXT NOT NULL, owner TEXT NOT NULL, host_name TEXT NOT NULL, plan_name TEXT NOT NULL,"
    " planned_runs INTEGER NOT NULL, app TEXT NOT NULL, host TEXT NOT NULL, plan TEXT NOT NULL,"
    " targets TEXT NOT NULL)",
    "CREATE TABLE run ("
    " seq INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, id TEXT NOT NULL,"
    " planned_index INTEGER NOT NULL, status TEXT NOT NULL, record TEXT NOT NULL, bulk TEXT NOT NULL,"
    " output BLOB, samples BLOB, UNIQUE (session, id))",
    "CREATE INDEX run_by_session ON run (session, planned_index, status)",
    "CREATE INDEX session_by_created ON session (created)",
};

/// From schema 1 to 2. Nothing is moved, so that it is quick however large the file is.
constexpr std::array upgrade{
    "ALTER TABLE run ADD COLUMN output BLOB",
    "ALTER TABLE run ADD COLUMN samples BLOB",
};

struct Header
{
    bool isSqlite = false;
    quint32 userVersion = 0;
    quint32 applicationId = 0;
};

/// Offsets: https://www.sqlite.org/fileformat.html#the_database_header
Header parseHeader(const QByteArray& bytes)
{
    constexpr qsizetype size = 100;
    constexpr qsizetype userVersionOffset = 60;
    constexpr qsizetype applicationIdOffset = 68;
    Header header;
    header.isSqlite = bytes.size() >= size && bytes.startsWith(QByteArrayView("SQLite format 3\0", 16));
    if (header.isSqlite) {
        header.userVersion = qFromBigEndian<quint32>(bytes.constData() + userVersionOffset);
        header.applicationId = qFromBigEndian<quint32>(bytes.constData() + applicationIdOffset);
    }
    return header;
}

Error foreignFile(const QString& path)
{
    return {Error::Code::BadInput,
            Text::tr("The file %1 belongs to another program. Move it away, so that Benchvisor can keep its sessions "
                     "there.")
                .arg(path)};
}

Error tooNew(const QString& path, qint64 version)
{
    return {Error::Code::TooNew,
            Text::tr("The session store %1 was written by a newer Benchvisor. Update Benchvisor, or set XDG_DATA_HOME "
                     "to another folder.")
                .arg(path),
            u"schema %1, known %2"_s.arg(version).arg(storeSchemaVersion)};
}

Error notWritable(const QString& what)
{
    return {Error::Code::Io,
            Text::tr("%1 cannot be written to, so no session can be stored. Change its permissions: chmod u+w %1")
                .arg(what)};
}

Result<qint64> pragma(const QSqlDatabase& db, const QString& path, const QString& name)
{
    QSqlQuery query(db);
    if (!query.exec("PRAGMA "_L1 + name) || !query.next())
        return storeError(query.lastError(), path);
    return query.value(0).toLongLong();
}

Result<> execute(const QSqlDatabase& db, const QString& path, const QString& sql)
{
    QSqlQuery query(db);
    if (!query.exec(sql))
        return storeError(query.lastError(), path);
    return Unit();
}

/// What the database itself says, after a crash's journal was played back. `isEmpty` tells that it has no tables yet.
Result<> checkIdentity(const QSqlDatabase& db, const QString& path, bool* isEmpty)
{
    const auto application = pragma(db, path, u"application_id"_s);
    if (!application)
        return application.error();
    const auto version = pragma(db, path, u"user_version"_s);
    if (!version)
        return version.error();
    QSqlQuery tables(db);
    if (!tables.exec(u"SELECT count(*) FROM sqlite_schema"_s) || !tables.next())
        return storeError(tables.lastError(), path);
    *isEmpty = *application == 0 && *version == 0 && tables.value(0).toInt() == 0;
    if (!*isEmpty && *application != storeApplicationId)
        return foreignFile(path);
    if (*version > storeSchemaVersion)
        return tooNew(path, *version);
    return Unit();
}

/// The tables and the marks of the file in one transaction, so that nobody ever sees half of them. Two programs may
/// start at once: the second finds the file made.
Result<> makeTables(const QSqlDatabase& db, const QString& path)
{
    if (const auto begun = execute(db, path, u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    bool isEmpty = false;
    auto made = checkIdentity(db, path, &isEmpty);
    for (std::size_t i = 0; made && isEmpty && i < schema.size(); ++i)
        made = execute(db, path, QString::fromLatin1(schema[i]));
    if (made && isEmpty)
        made = execute(db, path, u"PRAGMA application_id = %1"_s.arg(storeApplicationId));
    if (made && isEmpty)
        made = execute(db, path, u"PRAGMA user_version = %1"_s.arg(storeSchemaVersion));
    if (made)
        made = execute(db, path, u"COMMIT"_s);
    if (!made)
        static_cast<void>(execute(db, path, u"ROLLBACK"_s));
    return made;
}

/// Brings a file of schema 1 up to date; does nothing to one that is. Two programs may try at once.
Result<> upgradeTables(const QSqlDatabase& db, const QString& path)
{
    const auto before = pragma(db, path, u"user_version"_s);
    if (!before)
        return before.error();
    if (*before >= storeSchemaVersion)
        return Unit();
    if (const auto begun = execute(db, path, u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    const auto version = pragma(db, path, u"user_version"_s); // the other program may have been quicker
    Result<> done = version ? Result<>(Unit()) : Result<>(version.error());
    if (version && *version < storeSchemaVersion) {
        for (const char* statement : upgrade)
            done = done ? execute(db, path, QString::fromLatin1(statement)) : done;
        if (done)
            done = execute(db, path, u"PRAGMA user_version = %1"_s.arg(storeSchemaVersion));
    }
    if (done)
        done = execute(db, path, u"COMMIT"_s);
    if (!done)
        static_cast<void>(execute(db, path, u"ROLLBACK"_s));
    return done;
}

/// SQLite does not wait when it changes the journal mode while somebody else has the file open, so this does.
Result<> useWal(const QSqlDatabase& db, const QString& path, int timeoutMs)
{
    constexpr unsigned long pauseMs = 20;
    QElapsedTimer timer;
    timer.start();
    for (;;) {
        QSqlQuery query(db);
        if (query.exec(u"PRAGMA journal_mode = WAL"_s) && query.next()) {
            // Some network file systems have no shared memory: SQLite stays with its older, equally safe journal.
            return Unit();
        }
        const Error error = storeError(query.lastError(), path);
        if (error.code != Error::Code::Locked || timer.elapsed() > timeoutMs)
            return error;
        QThread::msleep(pauseMs); // lint: SQLite has no busy handler for this statement; bounded by the timeout
    }
}

} // namespace

namespace {

/// How many connections this process has to any store, and the lock under which it may have none.
std::mutex connectionsMutex;
int connections = 0;

/// What the first bytes of the file say. Only while this process has no connection: POSIX drops all locks that a
/// process has on a file when it closes any descriptor of it, and SQLite would not notice
/// (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
Result<> checkHeader(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("The session store %1 cannot be read. Check its permissions.").arg(path),
                     file.errorString());
    constexpr qint64 headerSize = 100;
    const Header header = parseHeader(file.read(headerSize));
    if (!header.isSqlite)
        return damagedStore(path, Text::tr("it does not begin as a SQLite file does"));
    if (header.applicationId != storeApplicationId && header.applicationId != 0)
        return foreignFile(path);
    if (header.applicationId == storeApplicationId && header.userVersion > storeSchemaVersion)
        return tooNew(path, header.userVersion);
    return Unit();
}

Result<> checkFile(const QString& path, bool mayRead)
{
    const QFileInfo info(path);
    const QString folder = info.absolutePath();
    if (!QFileInfo(folder).isWritable())
        return notWritable(folder);
    if (!info.exists() || info.size() == 0)
        return Unit();
    if (info.isDir())
        return Error(Error::Code::Io,
                     Text::tr("%1 is a folder. Move it away, so that sessions can be stored.").arg(path));
    if (mayRead) {
        if (const auto header = checkHeader(path); !header)
            return header;
    }
    if (!info.isWritable())
        return notWritable(path);
    return Unit();
}

} // namespace

Result<std::unique_ptr<StoreUse>> StoreUse::begin(const QString& path)
{
    // Held while the file is read: nobody in this process connects meanwhile.
    const std::lock_guard lock(connectionsMutex);
    if (const auto checked = checkFile(path, connections == 0); !checked)
        return checked.error();
    ++connections;
    return std::unique_ptr<StoreUse>(new StoreUse);
}

StoreUse::~StoreUse()
{
    const std::lock_guard lock(connectionsMutex);
    --connections;
}

Result<> prepareStore(const QSqlDatabase& db, const QString& path, int busyTimeoutMs)
{
    bool isEmpty = false;
    // One transaction for all that is read: another program may be making the tables at this moment.
    if (const auto begun = execute(db, path, u"BEGIN"_s); !begun)
        return begun;
    const auto checked = checkIdentity(db, path, &isEmpty);
    static_cast<void>(execute(db, path, u"COMMIT"_s)); // nothing was written
    if (!checked)
        return checked;
    if (isEmpty) {
        // Only an empty file can still get this: a removed session gives its space back to the disk.
        if (const auto set = execute(db, path, u"PRAGMA auto_vacuum = FULL"_s); !set)
            return set;
        if (const auto made = makeTables(db, path); !made)
            return made;
    }
    if (const auto wal = useWal(db, path, busyTimeoutMs); !wal)
        return wal;
    if (const auto upgraded = upgradeTables(db, path); !upgraded)
        return upgraded;
    if (const auto set = execute(db, path, u"PRAGMA synchronous = FULL"_s); !set)
        return set;
    return execute(db, path, u"PRAGMA foreign_keys = ON"_s);
}

Error storeError(const QSqlError& error, const QString& path)
{
    constexpr int primaryMask = 0xff; // extended codes carry the primary one in their lowest byte
    const int code = error.nativeErrorCode().toInt() & primaryMask;
    const QString detail =
        u"%1 %2 (%3)"_s.arg(error.driverText(), error.databaseText(), error.nativeErrorCode()).simplified();
    switch (code) {
    case SqliteBusy:
    case SqliteLocked:
        return {Error::Code::Locked,
                Text::tr("Another program is using the session store %1. Close it, then try again.").arg(path), detail};
    case SqliteCorrupt:
    case SqliteNotADatabase:
        return damagedStore(path, detail);
    case SqlitePerm:
    case SqliteReadOnly:
        return {Error::Code::Io, notWritable(QFileInfo(path).absolutePath()).message, detail};
    default:
        break;
    }
    // A full disk also shows as an I/O error, where SQLite cannot make its shared memory file.
    constexpr qint64 scarce = 64LL * 1024;
    const QStorageInfo disk(QFileInfo(path).absolutePath());
    const bool isFull =
        (code == SqliteIoError || code == SqliteCantOpen) && disk.isValid() && disk.bytesAvailable() < scarce;
    if (code == SqliteFull || isFull)
        return {
            Error::Code::NoSpace,
            Text::tr("The disk is full: the session store %1 cannot grow. Free some space, then try again.").arg(path),
            detail};
    return {Error::Code::Io,
            Text::tr("The session store %1 cannot be used. Check the disk and the permissions.").arg(path), detail};
}

Error damagedStore(const QString& path, const QString& detail)
{
    return {Error::Code::Io,
            Text::tr("The session store %1 is damaged. Move it away to start a new one; `sqlite3 FILE .recover` may "
                     "save what is in it.")
                .arg(path),
            detail};
}

} // namespace bv
