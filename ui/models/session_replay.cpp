#include "models/session_replay.h"

#include "models/session_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bv {

namespace {

constexpr double unknownLengthS = 2;
constexpr double longestS = 24 * 3600; ///< what an imported file says may be anything
constexpr double leastTickMs = 25;
constexpr double mostTickS = 1; ///< the machine may have slept

/// As they were started; as they are stored where that is not known of all.
QList<qsizetype> startOrder(const QList<RunRecord>& runs)
{
    QList<qsizetype> order(runs.size());
    std::iota(order.begin(), order.end(), 0);
    const bool known =
        std::all_of(runs.cbegin(), runs.cend(), [](const RunRecord& run) { return run.started.isValid(); });
    if (known)
        std::stable_sort(order.begin(), order.end(),
                         [&runs](qsizetype a, qsizetype b) { return runs[a].started < runs[b].started; });
    return order;
}

double boundedSeconds(double seconds)
{
    return std::isfinite(seconds) ? std::clamp(seconds, 0.0, longestS) : 0;
}

} // namespace

SessionReplay::SessionReplay(SessionModel& model, QObject* parent)
    : QObject(parent)
    , m_model(model)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &SessionReplay::tick);
    connect(&model, &SessionModel::recordedChanged, this, [this](bool recorded) {
        if (!recorded)
            forget();
    });
}

Result<> SessionReplay::start(const std::shared_ptr<const Session>& session)
{
    if (m_model.isLive())
        return Error(Error::Code::Locked, tr("A session is being measured, and a replay beside it would disturb it. "
                                             "Wait for its end, or stop it."));
    if (session->runs.isEmpty())
        return Error(Error::Code::BadInput, tr("There is nothing to replay: no run of this session has ended."));
    m_model.showRecorded(session); // ends what was played before
    m_session = session;
    m_order = startOrder(session->runs);
    m_place = 0;
    m_time = 0;
    m_begun = false;
    m_playing = false;
    emit activeChanged(true);
    play();
    return Unit();
}

void SessionReplay::stop()
{
    if (const std::shared_ptr<const Session> session = m_session)
        m_model.show(session);
}

/// Something else is shown.
void SessionReplay::forget()
{
    if (!m_session)
        return;
    m_timer.stop();
    m_session.reset();
    m_order.clear();
    m_events.clear();
    m_place = 0;
    m_playing = false;
    m_begun = false;
    emit activeChanged(false);
}

const QList<int>& SessionReplay::speeds()
{
    static const QList<int> all{1, 2, 5, 10, 20};
    return all;
}

void SessionReplay::setSpeed(int speed)
{
    if (speed == m_speed || !speeds().contains(speed))
        return;
    if (m_playing)
        tick(); // at the old speed until now
    m_speed = speed;
    schedule();
    emit changed();
}

void SessionReplay::changeSpeed(int steps)
{
    setSpeed(speeds().value(speeds().indexOf(m_speed) + steps, m_speed));
}

void SessionReplay::play()
{
    if (!m_session || m_playing)
        return;
    m_playing = true;
    m_sinceTick.start();
    if (isAtEnd())
        seek(0);
    advance(0);
    schedule();
    emit changed();
}

void SessionReplay::pause()
{
    m_timer.stop();
    if (std::exchange(m_playing, false))
        emit changed();
}

void SessionReplay::togglePlaying()
{
    if (m_playing)
        pause();
    else
        play();
}

void SessionReplay::seek(qsizetype position)
{
    if (!m_session)
        return;
    m_place = std::clamp<qsizetype>(position, 0, m_order.size());
    m_begun = false;
    m_time = 0;
    m_model.showRecorded(m_session, m_order.first(m_place));
    if (isAtEnd()) {
        m_model.completeRecorded();
        pause();
    }
    m_sinceTick.start();
    schedule();
    emit changed();
}

void SessionReplay::stepInterval()
{
    if (!m_session)
        return;
    pause();
    if (isAtEnd())
        return;
    if (!m_begun)
        begin();
    while (m_next < m_events.size()) {
        const What what = m_events[m_next].what;
        m_time = m_events[m_next].at;
        if (next()) {
            m_time = 0;
            break;
        }
        if (what == What::Interval)
            break;
    }
    emit changed();
}

void SessionReplay::stepRun()
{
    if (!m_session)
        return;
    pause();
    if (isAtEnd())
        return;
    if (!m_begun)
        begin();
    while (m_session && !next()) {
    }
    m_time = 0;
    emit changed();
}

void SessionReplay::stepBack()
{
    seek(m_begun ? m_place : m_place - 1);
}

void SessionReplay::advance(double seconds)
{
    if (!m_session)
        return;
    m_time += boundedSeconds(seconds);
    const qsizetype before = m_place;
    const bool begun = m_begun;
    while (!isAtEnd()) {
        if (!m_begun)
            begin();
        if (m_events[m_next].at > m_time)
            break;
        const double at = m_events[m_next].at;
        if (next())
            m_time -= at; // what is left is of the next run
    }
    if (isAtEnd())
        pause();
    if (m_place != before || m_begun != begun)
        emit changed();
}

void SessionReplay::begin()
{
    const qsizetype place = m_order.at(m_place);
    const RunRecord& run = m_session->runs.at(place);
    m_events.clear();
    m_next = 0;
    m_begun = true;
    for (qsizetype i = 0; i < run.intervals.size(); ++i)
        m_events.push_back({boundedSeconds(run.intervals[i].timeS), What::Interval, i});
    for (qsizetype i = 0; i < run.utilization.size(); ++i)
        m_events.push_back({boundedSeconds(run.utilization[i].timeS), What::Sample, i});
    std::stable_sort(m_events.begin(), m_events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
    const double last = m_events.empty() ? 0 : m_events.back().at;
    const double length = std::max(boundedSeconds(run.durationS), last);
    m_events.push_back({length > 0 ? length : unknownLengthS, What::End, 0});
    m_model.beginRecorded(place);
}

bool SessionReplay::next()
{
    const qsizetype place = m_order.at(m_place);
    const Event event = m_events[m_next++];
    switch (event.what) {
    case What::Interval:
        m_model.addRecorded(place, m_session->runs.at(place).intervals.at(event.index));
        return false;
    case What::Sample:
        m_model.addRecorded(place, m_session->runs.at(place).utilization.at(event.index));
        return false;
    case What::End:
        break;
    }
    m_begun = false;
    ++m_place;
    m_model.endRecorded(place);
    if (isAtEnd())
        m_model.completeRecorded();
    return true;
}

void SessionReplay::tick()
{
    const double passed = static_cast<double>(m_sinceTick.restart()) / 1000;
    advance(std::min(passed, mostTickS) * m_speed);
    schedule();
}

/// The timer wakes when something happens, and not before.
void SessionReplay::schedule()
{
    if (!m_playing || isAtEnd())
        return;
    const double ahead = m_begun ? m_events[m_next].at - m_time : 0;
    m_timer.start(static_cast<int>(std::clamp(ahead / m_speed * 1000, leastTickMs, mostTickS * 1000)));
}

} // namespace bv
