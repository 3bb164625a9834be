#pragma once

#include "plan/estimate.h"
#include "run/readiness.h"
#include "run/run_executor.h"
#include "run/session_lock.h"
#include "run/session_progress.h"
#include "session/session.h"
#include "session/session_store.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QSet>
#include <map>
#include <memory>

namespace bv {

/// Runs one plan from readiness to the stored session. Lives on the engine thread, owns every process and coroutine of
/// the session. Used once.
class SessionRunner : public QObject
{
    Q_OBJECT
public:
    SessionRunner(EngineSettings settings, QObject* parent = nullptr);

    /// A new session.
    Task<SessionOutcome> run(Plan plan, std::stop_token stop);
    /// What is missing of a stored session: runs that have no ok record.
    Task<SessionOutcome> resume(QString sessionId, std::stop_token stop);

signals:
    /// What is going on, in words; `fraction` 0…1 or negative.
    void phaseChanged(const QString& words, double fraction);
    void noteAdded(const QString& sentence);
    /// The accelerators are decided ("auto" has become "kvm" or "tcg"); before sessionStarted().
    void planDecided(const bv::Plan& plan);
    /// The session is stored and its runs are decided.
    void sessionStarted(const QString& sessionId, const QList<bv::PlannedRun>& runs);
    void runStarted(const bv::PlannedRun& run);
    void intervalArrived(int plannedIndex, const bv::sysbench::Interval& interval);
    void utilizationSampled(int plannedIndex, const bv::UtilizationSample& sample);
    /// After it is stored.
    void runFinished(const bv::RunRecord& record);
    /// An adaptive run that was not needed.
    void runSkipped(int plannedIndex);
    void progressChanged(const bv::SessionProgress& progress);
    void logged(const QString& targetId, const QString& line);

private:
    struct Arrangement
    {
        std::unique_ptr<Target> target;
        std::unique_ptr<RunExecutor> executor;
        bool restarted = false; ///< one restart is allowed
        bool paused = false;
        QString notPaused;   ///< why it may take CPU from others while it is idle; empty when it does not
        QString lastFailure; ///< of its last run; empty when that was ok
        Error error;         ///< why it gave up; Unset while it is used
        int notRun = 0;
    };

    Task<SessionOutcome> perform(Session session, bool resumed, std::stop_token stop);
    Task<Error> performLocked(Session* session, bool resumed, std::stop_token stop);
    Task<Error> prepare(Session* session, bool resumed, std::stop_token stop);
    Error takeSession(Session* session, bool resumed);
    Error decideRuns(const Session& session);
    Task<> runGroup(int group, std::stop_token stop);
    Task<> openGroup(int group, std::stop_token stop);
    Task<> openTarget(TargetSettings settings, std::stop_token stop);
    Task<> closeAll();
    Task<bool> ensureUp(QString targetId, std::stop_token stop);
    Task<QStringList> activate(QString targetId, std::stop_token stop);
    void keepPausing(const QString& targetId, const Result<>& paused);
    Task<Error> performRun(PlannedRun run, std::stop_token stop);
    QStringList othersNow();
    QStringList unpausedBeside(const QString& targetId) const;
    Task<> cleanUpAfter(PlannedRun run, std::stop_token stop);
    RunObserver observerFor(const PlannedRun& run);
    bool isNeeded(const PlannedRun& run) const;
    Error store(RunRecord record);
    void keepProvenance(const QString& targetId);
    void giveUp(const QString& targetId, const Error& error);
    void reportProgress();
    TargetContext contextFor(const TargetSettings& settings) const;
    SessionOutcome conclude(Error error, bool stopped);

    EngineSettings m_settings;
    std::unique_ptr<SessionStore> m_store;
    std::shared_ptr<SessionLock> m_lock;     ///< in the runtime folder
    std::shared_ptr<SessionLock> m_workLock; ///< beside the scratch disks
    QSet<QString> m_othersSeen;              ///< sessions that ran beside this one
    bool m_created = false;                  ///< by this run, not resumed
    bool m_anyRecord = false;
    bool m_anyCancelled = false;
    Plan m_plan;                        ///< with decided accelerators
    QMap<QString, GuestFiles> m_guests; ///< by architecture
    KvmAnswer m_kvm;
    QString m_sessionId;
    QJsonArray m_targets; ///< settings and provenance of every target
    QList<PlannedRun> m_runs;
    QList<PlannedRun> m_left;
    QHash<QString, QList<double>> m_values; ///< headline figures by cell, for adaptive repeats
    std::map<QString, Arrangement> m_arrangements;
    QString m_activeTarget;
    std::optional<Estimate> m_estimate;
    Error m_fatal; ///< the store failed: going on would lose evidence
    bool m_cooldownDue = false;
    int m_okRuns = 0;
    int m_failedRuns = 0;
};

} // namespace bv
