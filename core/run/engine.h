#pragma once

#include "plan/plan.h"
#include "run/engine_settings.h"
#include "run/session_progress.h"
#include "session/run_record.h"

#include <QObject>
#include <QThread>
#include <memory>
#include <stop_token>

namespace bv {

class EngineWorker;

/// What window and command line see of the engine. Lives on the caller's thread; everything it drives lives on a thread
/// of its own and reports by queued signals with values. One session at a time.
class Engine : public QObject
{
    Q_OBJECT
public:
    explicit Engine(EngineSettings settings, QObject* parent = nullptr);
    /// Stops what runs, waits until nothing of it is left, ends the thread.
    ~Engine() override;

    const EngineSettings& settings() const { return m_settings; }
    bool isRunning() const { return m_running; }
    /// Begins a session; finished() will come. Nothing happens while one runs.
    void start(const Plan& plan);
    /// Goes on with a stored session.
    void resume(const QString& sessionId);
    /// Asks the session to stop: the run at hand is cancelled, targets are closed, finished() comes within about 2 s.
    void stop();
    /// The part on the engine thread, for services of core that need that thread beside a session.
    EngineWorker& worker() const { return *m_worker; }

signals:
    // The signals of SessionRunner, on this object's thread.
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
    /// Before a VM starts that has display "vnc"; see VmScreen.
    void screenOffered(const QString& targetId, const QString& socketPath);
    /// isRunning() has changed; before finished().
    void runningChanged(bool running);
    /// Exactly once for each start() or resume().
    void finished(const bv::SessionOutcome& outcome);

private:
    void launch(const Plan& plan, const QString& resumeId);

    EngineSettings m_settings;
    QThread m_thread;
    EngineWorker* m_worker; ///< lives on m_thread, deleted when it ends
    std::stop_source m_stop;
    bool m_running = false;
};

} // namespace bv
