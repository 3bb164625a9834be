#pragma once

#include "run/session_runner.h"

#include <QObject>
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
    /// Ends the thread's event loop as soon as no session runs. On the engine thread.
    void quitWhenIdle();

signals:
    void phaseChanged(const QString& words, double fraction);
    void noteAdded(const QString& sentence);
    void sessionStarted(const QString& sessionId, const QList<bv::PlannedRun>& runs);
    void runStarted(const bv::PlannedRun& run);
    void intervalArrived(int plannedIndex, const bv::sysbench::Interval& interval);
    void utilizationSampled(int plannedIndex, const bv::UtilizationSample& sample);
    void runFinished(const bv::RunRecord& record);
    void runSkipped(int plannedIndex);
    void progressChanged(const bv::SessionProgress& progress);
    void logged(const QString& targetId, const QString& line);
    void finished(const bv::SessionOutcome& outcome);

private:
    Task<> runSession(Plan plan, QString resumeId, std::stop_token stop);
    void relay(const SessionRunner& runner);

    EngineSettings m_settings;
    bool m_busy = false;
    bool m_quitting = false;
};

} // namespace bv
