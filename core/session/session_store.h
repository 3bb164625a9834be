#pragma once

#include "session/session.h"

#include <QtSql/QSqlDatabase>
#include <array>
#include <memory>

class QSqlQuery;

namespace bv {

class StoreUse;

/// What a list of sessions shows.
struct SessionSummary
{
    QString id;
    QDateTime created; ///< UTC
    QString name;
    QString note;
    QString hostName; ///< "hostname" of Session::host; may be empty
    QString planName;
    SessionState state = SessionState::Finished;
    qint64 plannedRuns = 0; ///< warm-ups included; with adaptive repeats the most there can be
    SessionOrigin origin = SessionOrigin::Measured;
    bool isReadOnly = false;     ///< ships with the program: it can be opened, not renamed, noted on or removed
    std::array<int, 4> counts{}; ///< by RunStatus; of a planned run that was tried again the last attempt only

    int count(RunStatus status) const { return counts[static_cast<std::size_t>(status)]; }
    int runs() const { return counts[0] + counts[1] + counts[2] + counts[3]; }
};

struct StoreOptions
{
    int busyTimeoutMs = 5000; ///< how long to wait for another program that is writing
    int maxPages = 0;         ///< for tests of a full disk: the most pages of 4 KiB the file may have; 0: no limit
};

/// The summary of a session that is not in a store; planned runs are those it has.
SessionSummary summaryOf(const Session& session);

/// The sessions of this user, in one SQLite file (WAL, synchronous=FULL). Whatever a function has stored is on the disk
/// when it returns, and each function stores all or nothing. Several programs may use the file at the same time, each
/// thread with an instance of its own: an instance is used in the thread that opened it. Needs QCoreApplication.
///
/// Errors of every function: NotFound (no such session), Locked (another program kept the file busy for longer than
/// the timeout), NoSpace, Io (anything else the system or SQLite refused; a damaged file too, which is left as it is).
///
/// A session that is Running belongs to a process (owner.h). Once that process is gone, the session reads as
/// Interrupted, whether or not reapInterrupted() has written so.
class SessionStore
{
public:
    /// Opens the file, or makes it together with its folder. More errors: TooNew where a newer version wrote it,
    /// BadInput where it is some other program's file; both leave it untouched.
    static Result<std::unique_ptr<SessionStore>> open(const QString& path, const StoreOptions& options = {});
    ~SessionStore();
    SessionStore(const SessionStore&) = delete;
    SessionStore& operator=(const SessionStore&) = delete;

    const QString& path() const { return m_path; }

    /// Stores a new session with all its runs. One that is Running belongs to this process from now on. BadInput where
    /// the id is taken or cannot be one (isSessionId()).
    Result<> createSession(const Session& session);
    Result<> setTargets(const QString& id, const QJsonArray& targets);
    /// Running makes the session this process's own, as resuming does; Locked where another living process has it.
    /// Any other state gives it up.
    Result<> setState(const QString& id, SessionState state);
    Result<> rename(const QString& id, const QString& name);
    Result<> setNote(const QString& id, const QString& note);

    /// Stores a finished run; it is safe against a crash and a power cut when this returns. BadInput where the session
    /// has a run of that id.
    Result<> addRun(const QString& sessionId, const RunRecord& run);
    /// The id of the next attempt at a planned run: "7", then "7.2", "7.3", …
    Result<QString> nextAttemptId(const QString& sessionId, int plannedIndex);

    enum class Detail {
        Everything,
        WithoutOutput, ///< runs have no output, intervals and utilisation: much quicker
    };
    /// The session, its runs in the order in which they were stored.
    Result<Session> load(const QString& id, Detail detail = Detail::Everything);
    /// All sessions, the newest first.
    Result<QList<SessionSummary>> list();
    /// The ids that begin with `prefix`, the newest first.
    Result<QStringList> idsBeginningWith(const QString& prefix);
    /// Removes the session and its runs. Locked while it is running.
    Result<> remove(const QString& id);

    /// Marks the Running sessions whose process is gone as Interrupted and gives their ids.
    Result<QStringList> reapInterrupted();

private:
    SessionStore(QString path, QString connection, std::unique_ptr<StoreUse> use);

    Result<> change(const QString& id, const QString& assignment, const QVariantList& values);
    Result<> insertRun(const QString& sessionId, const RunRecord& run);
    Result<QList<RunRecord>> loadRuns(const QString& id, Detail detail);
    Result<> requireSession(const QString& id);
    /// Runs `work` between BEGIN IMMEDIATE and COMMIT; rolls back where either fails.
    template<class Work>
    auto inTransaction(const Work& work) -> decltype(work());
    Result<QSqlQuery> query(const QString& sql, const QVariantList& values = {});
    Error damaged(const QString& id, const QString& what) const;

    std::unique_ptr<StoreUse> m_use; ///< first: ends after the connection
    QString m_path;
    QString m_connection;
    QSqlDatabase m_db;
};

} // namespace bv
