#pragma once

#include "plan/estimate.h"
#include "run/arrangements.h"
#include "run/session_lock.h"
#include "run/session_progress.h"
#include "run/worklist.h"
#include "session/session.h"
#include "session/session_store.h"

#include <QElapsedTimer>
#include <QHash>
#include <QJsonArray>
#include <QObject>
#include <QSet>
#include <functional>
#include <memory>
#include <optional>

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
    void screenOffered(const QString& targetId, const QString& socketPath);

private:
    Task<SessionOutcome> perform(Session session, bool resumed, std::stop_token stop);
    Task<Error> performLocked(Session* session, bool resumed, std::stop_token stop);
    Task<Error> prepare(Session* session, bool resumed, std::stop_token stop);
    Error takeSession(Session* session, bool resumed);
    void makeArrangements(const Session& session);
    Task<> runGroup(int group, std::stop_token stop);
    Task<> performRun(PlannedRun run, std::stop_token stop);
    Task<> measure(PlannedRun run, std::stop_token stop);
    Task<bool> rest(std::stop_token stop);
    Task<> cleanUpAfter(PlannedRun run, std::stop_token stop);
    QStringList othersNow();
    RunObserver observerFor(const PlannedRun& run);
    bool mayGoOn(const std::stop_token& stop) const;
    void leaveOut(const PlannedRun& run);
    Task<bool> store(RunRecord record, std::stop_token stop);
    Task<> storeTargets(std::stop_token stop);
    using Write = std::function<Result<>()>;
    Async<> patiently(Write write, std::stop_token stop);
    void reportProgress();
    SessionOutcome conclude(Error error, bool stopped);

    EngineSettings m_settings;
    std::unique_ptr<SessionStore> m_store;
    std::shared_ptr<SessionLock> m_lock;     ///< in the runtime folder
    std::shared_ptr<SessionLock> m_workLock; ///< beside the scratch disks
    QSet<QString> m_othersSeen;              ///< sessions that ran beside this one
    bool m_created = false;                  ///< by this run, not resumed
    bool m_anyRecord = false;
    std::optional<QJsonArray> m_targetsToStore; ///< see Arrangements::changed()
    bool m_anyCancelled = false;
    Readiness m_ready; ///< its plan is the one that is run
    QString m_sessionId;
    Worklist m_work;
    std::unique_ptr<Arrangements> m_arrangements;
    QHash<QString, int> m_notRun; ///< runs that were left out since their target gave up, by its id
    std::optional<Estimate> m_estimate;
    Error m_fatal; ///< the store failed: going on would lose evidence
    bool m_cooldownDue = false;
    int m_okRuns = 0;
    int m_failedRuns = 0;
};

} // namespace bv
