#include "models/session_model.h"

// What a replay does to the model.

namespace bv {

void SessionModel::showRecorded(const std::shared_ptr<const Session>& session, const QList<qsizetype>& ended)
{
    const bool begins = m_recorded != session;
    if (begins)
        clear();
    else
        forget(); // another place of the same replay: views keep what they can
    load(*session);
    // The runs have the numbers they have in the whole session, those without a plan as well.
    m_recordedNumbers.clear();
    for (const RunRecord& run : session->runs)
        m_recordedNumbers << numberOf(run.plannedIndex);
    for (qsizetype number = 0; number < m_runs.size(); ++number) {
        Run& run = m_runs[number];
        if (run.record >= 0 && m_recordedNumbers.at(run.record) < 0)
            m_recordedNumbers[run.record] = number;
        run.record = -1;
        run.state = RunState::Waiting;
    }
    m_session.runs.clear();
    for (const qsizetype place : ended) {
        m_session.runs << session->runs.at(place);
        setRecord(m_recordedNumbers.at(place), m_session.runs.size() - 1);
    }
    m_recorded = session;
    if (begins)
        emit recordedChanged(true);
    emit reset();
    tellRecordedProgress();
}

void SessionModel::beginRecorded(qsizetype place)
{
    const qsizetype number = m_recordedNumbers.at(place);
    setState(number, RunState::Running, m_recorded->runs.at(place).started);
}

void SessionModel::addRecorded(qsizetype place, const sysbench::Interval& interval)
{
    const qsizetype number = m_recordedNumbers.at(place);
    m_runs[number].intervals << interval;
    emit intervalAdded(number);
}

void SessionModel::addRecorded(qsizetype place, const UtilizationSample& sample)
{
    const qsizetype number = m_recordedNumbers.at(place);
    m_runs[number].utilization << sample;
    emit utilizationAdded(number);
}

void SessionModel::endRecorded(qsizetype place)
{
    const qsizetype number = m_recordedNumbers.at(place);
    m_session.runs << m_recorded->runs.at(place);
    setRecord(number, m_session.runs.size() - 1);
    if (m_running == number)
        m_running = -1;
    emit runChanged(number);
    tellRecordedProgress();
}

void SessionModel::completeRecorded()
{
    if (!m_recorded)
        return;
    QList<RunState> before;
    for (const Run& run : std::as_const(m_runs))
        before << run.state;
    // In the stored order, by which the last attempt counts.
    m_session.runs = m_recorded->runs;
    m_running = -1;
    for (qsizetype place = 0; place < m_session.runs.size(); ++place)
        setRecord(m_recordedNumbers.at(place), place);
    skipWaiting();
    for (qsizetype number = 0; number < m_runs.size(); ++number) {
        if (m_runs[number].state != before[number])
            emit runChanged(number);
    }
    tellRecordedProgress();
}

void SessionModel::tellRecordedProgress()
{
    m_progress = {};
    m_progress.total = static_cast<int>(m_runs.size());
    for (const Run& run : std::as_const(m_runs))
        m_progress.done += run.state == RunState::Waiting || run.state == RunState::Running ? 0 : 1;
    emit progressChanged();
}

QString recordedMark(const SessionModel& session)
{
    return session.isRecorded() ? SessionModel::tr("Recorded") : QString();
}

} // namespace bv
