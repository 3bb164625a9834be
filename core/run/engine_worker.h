#pragma once

#include "run/session_runner.h"

#include <QObject>
#include <functional>
#include <stop_token>

namespace bv {

/// The engine's side that lives on the engine thread: starts sessions there and passes on what they say.
class EngineWorker : public QObject
{
    Q_OBJECT
public:
    explicit EngineWorker(EngineSettings settings);

    /// On the engine thread. `resumeId` empty: a new session of `plan`.
    void launch(const Plan& plan, const QString& resumeId, std::stop_token stop);
    /// Runs a coroutine on the engine thread; from any thread. `stop` is requested when the engine ends, which waits
    /// for the job's own end.
    using Job = std::function<Task<>(std::stop_token stop)>;
    void post(Job job);
    /// Ends the thread's event loop as soon as no session and no job runs. On the engine thread.
    void quitWhenIdle();

signals:
    void phaseChanged(const QString& words, double fraction);
    void noteAdded(const QString& sentence);
    void planDecided(const bv::Plan& plan);
    void sessionStarted(const QString& sessionId, const QList<bv::PlannedRun>& runs);
    void runStarted(const bv::PlannedRun& run);
    void intervalArrived(int plannedIndex, const bv::sysbench::Interval& interval);
    void utilizationSampled(int plannedIndex, const bv::UtilizationSample& sample);
    void runFinished(const bv::RunRecord& record);
    void runSkipped(int plannedIndex);
    void progressChanged(const bv::SessionProgress& progress);
    void logged(const QString& targetId, const QString& line);
    void screenOffered(const QString& targetId, const QString& socketPath);
    void finished(const bv::SessionOutcome& outcome);

private:
    Task<> runSession(Plan plan, QString resumeId, std::stop_token stop);
    Task<> runJob(Job job);
    void ended();
    void relay(const SessionRunner& runner);

    EngineSettings m_settings;
    std::stop_source m_jobsStop;
    int m_busy = 0; ///< sessions and jobs
    bool m_quitting = false;
};

} // namespace bv
