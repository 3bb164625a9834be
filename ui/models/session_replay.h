#pragma once

#include "base/result.h"
#include "session/session.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

namespace bv {

class SessionModel;

/// Plays a stored session back through the model that the window shows: its runs in the order in which they were
/// started, with their intervals and samples at the times they came, at 1× to 20×. What lay between the runs is left
/// out. A run without intervals takes the time it took; 2 s where that is not known. Everything else that is shown ends
/// the replay. GUI thread.
class SessionReplay : public QObject
{
    Q_OBJECT
public:
    /// `model` must live longer.
    explicit SessionReplay(SessionModel& model, QObject* parent = nullptr);

    /// Shows the beginning of the session and plays. Locked while a session is measured, BadInput for one without runs.
    Result<> start(const std::shared_ptr<const Session>& session);
    /// Ends the replay; the session is shown whole.
    void stop();
    /// From start() until something else is shown.
    bool isActive() const { return m_session != nullptr; }
    /// The session that is played; only while isActive().
    const Session& session() const { return *m_session; }

    bool isPlaying() const { return m_playing; }
    bool isAtEnd() const { return m_place >= m_order.size(); }
    /// At the end: from the beginning.
    void play();
    void pause();
    void togglePlaying();

    static const QList<int>& speeds();
    int speed() const { return m_speed; }
    /// One of speeds().
    void setSpeed(int speed);
    /// To the next one of speeds() in that direction, if there is one.
    void faster() { changeSpeed(1); }
    void slower() { changeSpeed(-1); }

    qsizetype runCount() const { return m_order.size(); }
    /// How many runs have ended: 0…runCount().
    qsizetype position() const { return m_place; }
    /// Shows what was known when `position` runs had ended. Goes on playing if it did.
    void seek(qsizetype position);
    /// Pauses, and shows what came next: an interval, or the end of a run that has no more.
    void stepInterval();
    /// Pauses, and shows the end of the run that is on, or else of the next one.
    void stepRun();
    /// To the beginning of the run that is on, or else to that of the one before.
    void stepBack();
    /// Lets that much of the recorded time pass; what the clock does while isPlaying().
    void advance(double seconds);

signals:
    void activeChanged(bool active);
    /// Playing, speed or position have changed.
    void changed();

private:
    enum class What : quint8 { Interval, Sample, End };
    struct Event
    {
        double at = 0; ///< seconds from the run's beginning
        What what = What::End;
        qsizetype index = 0;
    };
    void begin();
    /// Shows the next event of the run; true where that was its end.
    bool next();
    void changeSpeed(int steps);
    void tick();
    void schedule();
    void forget();

    SessionModel& m_model;
    std::shared_ptr<const Session> m_session;
    QList<qsizetype> m_order; ///< places in the session's list of runs, as they were started
    qsizetype m_place = 0;    ///< in m_order: the run that is on or comes next
    bool m_begun = false;     ///< that run is on
    std::vector<Event> m_events;
    std::size_t m_next = 0; ///< of m_events
    double m_time = 0;      ///< seconds from the beginning of the run
    int m_speed = 1;
    bool m_playing = false;
    QTimer m_timer;
    QElapsedTimer m_sinceTick;
};

} // namespace bv
