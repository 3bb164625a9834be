#pragma once

#include "base/error.h"
#include "models/session_replay.h"
#include "plan/plan.h"
#include "run/session_progress.h"
#include "services.h"

#include <QElapsedTimer>
#include <QObject>
#include <functional>

namespace bv {

/// What happens to sessions: run, stop, resume, open. One at a time; every step is asynchronous, and every end is told
/// by a signal. GUI thread.
class SessionFlow : public QObject
{
    Q_OBJECT
public:
    explicit SessionFlow(const Services& services, QObject* parent = nullptr);

    /// From run() or resume() until ended().
    bool isBusy() const { return m_busy; }
    /// Runs the plan that is edited. failed() where it cannot be run.
    void run();
    /// Goes on with a stored session.
    void resume(const QString& sessionId);
    /// Asks what runs to end; ended() will come.
    void stop();
    /// Shows a stored session.
    void open(const QString& sessionId);
    /// Plays a stored session back; that on the screen without an id. replaying() or failed() follows.
    void replay(const QString& sessionId = {});
    SessionReplay& player() { return m_replay; }
    /// Shows a session file or hands out a plan file's plan, by what the file says it is. Read on the pool.
    void openFile(const QString& path);

signals:
    void busyChanged(bool busy);
    /// Something before the engine begins, in words.
    void waiting(const QString& words);
    /// The session that is shown is another one.
    void opened();
    /// A replay has begun.
    void replaying();
    /// The file holds this plan; nothing has changed yet.
    void planRead(const bv::Plan& plan, const QString& path);
    /// What was asked for cannot be done; nothing has changed.
    void failed(const bv::Error& error);
    /// `seconds` from run() to the end.
    void ended(const bv::SessionOutcome& outcome, double seconds);

private:
    void begin(const std::function<void()>& launch);
    void end(const SessionOutcome& outcome);
    bool refuseWhileBusy();

    void play(const std::shared_ptr<const Session>& session);

    Services m_services;
    SessionReplay m_replay;
    QElapsedTimer m_clock;
    std::function<void()> m_waiting; ///< begins when the environment check has ended
    bool m_busy = false;
    bool m_loading = false; ///< a session that is to be resumed
    int m_attempt = 0;      ///< tells answers to earlier loadings
};

} // namespace bv
