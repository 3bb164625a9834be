#pragma once

#include "run/readiness.h"
#include "run/run_executor.h"

#include <QJsonArray>
#include <QObject>
#include <map>
#include <memory>

namespace bv {

/// The targets of one session while they are up: one of them works, the others are paused. A target that ends by itself
/// is started once more, then given up. Lives on the engine thread, where all of it is called and where its signals
/// come from. One call at a time: each is awaited before the next, and the last before this goes.
class Arrangements : public QObject
{
    Q_OBJECT
public:
    /// `known` is what the session keeps of its targets so far, see changed(). Nothing is started yet.
    Arrangements(EngineSettings settings, Readiness ready, QString sessionId, QJsonArray known);

    /// Starts a target of the plan, asks it what it is, and pauses it. When it does not start it is given up, with the
    /// target's error; after a stop it is not.
    Task<> open(QString targetId, std::stop_token stop);
    /// True when the target is up, perhaps after one more start: it may have ended by itself once. It is given up when
    /// it does not start or has ended again (Crashed). Also false after a stop.
    Task<bool> ensureUp(QString targetId, std::stop_token stop);
    /// The target that measures next gets its CPU back, the one before loses it; where that has ended, what is left of
    /// it is removed. For a target that is up. Gives notes for the record of the run.
    Task<QStringList> activate(QString targetId, std::stop_token stop);
    /// Before a run of the start-up test: all targets lose their CPU, and the one that is started anew ends where both
    /// cannot be there, since they share a disk.
    Task<> makeRoomForStart(QString targetId, std::stop_token stop);
    /// A run of the start-up test. Never fails: see StartExecutor::execute().
    Task<RunRecord> measureStart(PlannedRun run, std::stop_token stop, RunObserver observer);
    /// Ends a target that only start-ups are measured of from now on. Should it be needed after all, ensureUp() starts
    /// it again.
    Task<> retire(QString targetId);
    /// One run on its target, which is up and active. Never fails: see RunExecutor::execute(). What is filled in beyond
    /// that is the sysbench it ran, and a note where that was on another start of its target than the session's first.
    Task<RunRecord> execute(PlannedRun run, std::stop_token stop, RunObserver observer);
    /// After a run none of whose file set is needed any more: removes the set, where there is one. With `last`, no run
    /// of this target follows: then its files go with it, unless the disk is the user's own.
    Task<> cleanUp(PlannedRun run, bool last, std::stop_token stop);
    /// Ends all, at once, and removes what they made. Does not heed stop; may be called at any time between calls.
    Task<> closeAll();

    /// For the record of a run on `targetId`: which others were not paused meanwhile, and why.
    QStringList unpausedBeside(const QString& targetId) const;
    /// Targets that are not used any more, by id, each with the reason.
    const std::map<QString, Error>& givenUp() const { return m_givenUp; }

signals:
    void phaseChanged(const QString& words);
    void noteAdded(const QString& sentence);
    void logged(const QString& targetId, const QString& line);
    /// It took so many seconds until it answered.
    void opened(const QString& targetId, double seconds);
    /// Settings and provenance of the targets that were up so far, each with what it was in the session's earlier runs,
    /// and of those that were given up the reason: to be stored before the next run.
    void changed(const QJsonArray& targets);

private:
    struct Arrangement
    {
        std::unique_ptr<Target> target;
        std::unique_ptr<RunExecutor> executor;
        bool restarted = false; ///< one restart is allowed
        bool retired = false;   ///< ended on purpose
        bool mayBePaused = false;
        QString notPaused;   ///< why it may take CPU from others while it is idle; empty when it does not
        QString lastFailure; ///< of its last run; empty when that was ok

        bool isUp() const { return target && target->isOpen(); }
    };

    Task<> putToRest(QString targetId, std::stop_token stop);
    void keepPausing(const QString& targetId, const Result<>& paused);
    void keepProvenance(const QString& targetId);
    void keepFailure(const QString& targetId, const QString& why);
    QJsonObject entryOf(const QString& targetId) const;
    void setEntry(const QJsonObject& entry);
    void giveUp(const QString& targetId, const Error& error);
    qsizetype startsOf(const QString& targetId) const;
    qsizetype indexOf(const QString& targetId) const;
    TargetContext contextFor(qsizetype index, const QString& folder = {}) const;

    EngineSettings m_settings;
    Readiness m_ready;
    QString m_sessionId;
    QJsonArray m_targets; ///< see changed()
    /// Tasks hold on to its elements while they wait: nothing is ever removed.
    std::map<QString, Arrangement> m_arrangements;
    std::map<QString, Error> m_givenUp;
    QString m_active;
};

} // namespace bv
