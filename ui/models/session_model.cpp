#include "models/session_model.h"

#include "machine/host_facts.h"
#include "plan/expand.h"
#include "plan/start_up.h"
#include "run/engine.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

RunState stateOf(const RunRecord& record)
{
    switch (record.status) {
    case RunStatus::Ok:
        return RunState::Ok;
    case RunStatus::Cancelled:
        return RunState::Cancelled;
    case RunStatus::Failed:
    case RunStatus::Timeout:
        break;
    }
    return RunState::Failed;
}

PlannedRun plannedFrom(const RunRecord& record)
{
    PlannedRun run;
    run.index = record.plannedIndex;
    run.targetId = record.target;
    run.test = record.test;
    run.params = record.params;
    run.repeat = record.repeat;
    run.discarded = record.discarded;
    return run;
}

/// The runs a stored session had planned. The order depends on the memory of the machine it was measured on.
QList<PlannedRun> plannedRunsOf(const Session& session)
{
    MachineLimits limits;
    limits.logicalCpus = session.host["cpus"_L1].toInt();
    limits.memoryMib = session.host["memory_mib"_L1].toInteger();
    return expandPlan(session.plan, limits).valueOr({});
}

} // namespace

QString runStateText(RunState state)
{
    switch (state) {
    case RunState::Waiting:
        return SessionModel::tr("waiting");
    case RunState::Running:
        return SessionModel::tr("running");
    case RunState::Ok:
        return SessionModel::tr("done");
    case RunState::Failed:
        return SessionModel::tr("failed");
    case RunState::Cancelled:
        return SessionModel::tr("cancelled");
    case RunState::Skipped:
        return SessionModel::tr("not needed");
    }
    return {};
}

SessionModel::~SessionModel()
{
    for (const QMetaObject::Connection& connection : std::as_const(m_connections))
        disconnect(connection);
}

void SessionModel::forget()
{
    for (const QMetaObject::Connection& connection : std::as_const(m_connections))
        disconnect(connection);
    m_connections.clear();
    m_session = Session();
    m_runs.clear();
    m_numbers.clear();
    m_accelerators.clear();
    m_progress = {};
    m_running = -1;
    m_resuming = false;
}

void SessionModel::clear()
{
    forget();
    m_recordedNumbers.clear();
    if (std::exchange(m_recorded, nullptr))
        emit recordedChanged(false);
    if (std::exchange(m_live, false))
        emit liveChanged(false);
    emit reset();
}

void SessionModel::follow(Engine& engine, const Plan& plan)
{
    clear();
    m_session.name = plan.name; // as it is stored
    m_session.plan = plan;
    m_session.host = hostFacts();
    connectTo(engine);
}

void SessionModel::followResumed(Engine& engine, const Session& session)
{
    show(std::make_shared<Session>(session));
    m_resuming = true;
    connectTo(engine);
}

void SessionModel::show(std::shared_ptr<const Session> session)
{
    clear();
    load(*session);
    emit reset();
}

void SessionModel::load(const Session& session)
{
    m_session = session;
    for (const QJsonValue& target : std::as_const(m_session.targets))
        m_accelerators.insert(target["id"_L1].toString(), target["provenance"_L1]["accel"_L1].toString());
    const QList<PlannedRun> planned = plannedRunsOf(m_session);
    m_runs.reserve(planned.size());
    for (const PlannedRun& run : planned) {
        m_numbers.insert(run.index, m_runs.size());
        m_runs << Run{run, RunState::Waiting, -1, {}, {}, {}};
    }
    for (qsizetype i = 0; i < m_session.runs.size(); ++i)
        place(i);
    skipWaiting();
}

/// What a finished session never ran was not needed.
void SessionModel::skipWaiting()
{
    if (m_session.state != SessionState::Finished)
        return;
    for (Run& run : m_runs) {
        if (run.state == RunState::Waiting)
            run.state = RunState::Skipped;
    }
}

void SessionModel::takeStored(const Session& session)
{
    if (session.id != m_session.id)
        return;
    QList<RunRecord> runs = std::exchange(m_session.runs, {});
    m_session = session;
    m_session.runs = std::move(runs);
    emit factsChanged();
}

void SessionModel::connectTo(Engine& engine)
{
    m_connections << connect(&engine, &Engine::planDecided, this,
                             [this](const Plan& plan) {
                                 for (const TargetSettings& target : plan.targets)
                                     m_accelerators.insert(target.id, target.qemu.accel);
                             })
                  << connect(&engine, &Engine::sessionStarted, this, &SessionModel::begin)
                  << connect(&engine, &Engine::runStarted, this,
                             [this](const PlannedRun& run) {
                                 setState(numberOf(run.index), RunState::Running, QDateTime::currentDateTimeUtc());
                             })
                  << connect(&engine, &Engine::intervalArrived, this,
                             [this](int index, const sysbench::Interval& interval) {
                                 const qsizetype number = numberOf(index);
                                 if (number < 0)
                                     return;
                                 m_runs[number].intervals << interval;
                                 emit intervalAdded(number);
                             })
                  << connect(&engine, &Engine::utilizationSampled, this,
                             [this](int index, const UtilizationSample& sample) {
                                 const qsizetype number = numberOf(index);
                                 if (number < 0)
                                     return;
                                 m_runs[number].utilization << sample;
                                 emit utilizationAdded(number);
                             })
                  << connect(&engine, &Engine::runFinished, this, &SessionModel::take)
                  << connect(&engine, &Engine::runSkipped, this,
                             [this](int index) { setState(numberOf(index), RunState::Skipped); })
                  << connect(&engine, &Engine::progressChanged, this,
                             [this](const SessionProgress& progress) {
                                 m_progress = progress;
                                 emit progressChanged();
                             })
                  << connect(&engine, &Engine::finished, this, [this](const SessionOutcome& outcome) {
                         m_session.state = outcome.state;
                         setState(m_running, RunState::Cancelled);
                         if (std::exchange(m_live, false))
                             emit liveChanged(false);
                     });
}

void SessionModel::begin(const QString& id, const QList<PlannedRun>& runs)
{
    m_session.id = id;
    m_session.state = SessionState::Running;
    if (!m_session.created.isValid())
        m_session.created = QDateTime::currentDateTimeUtc();
    if (!std::exchange(m_resuming, false)) {
        m_runs.clear();
        m_numbers.clear();
        m_session.runs.clear();
        for (const PlannedRun& run : runs) {
            m_numbers.insert(run.index, m_runs.size());
            m_runs << Run{run, RunState::Waiting, -1, {}, {}, {}};
        }
    }
    m_live = true;
    emit liveChanged(true);
    emit reset();
}

void SessionModel::take(const RunRecord& record)
{
    m_session.runs << record;
    place(m_session.runs.size() - 1);
    const qsizetype number = numberOf(record.plannedIndex);
    if (m_running == number)
        m_running = -1;
    if (number >= 0)
        emit runChanged(number);
}

void SessionModel::place(qsizetype recordPlace)
{
    const RunRecord& record = m_session.runs.at(recordPlace);
    qsizetype number = numberOf(record.plannedIndex);
    if (number < 0) {
        number = m_runs.size();
        m_runs << Run{plannedFrom(record), RunState::Waiting, -1, {}, {}, {}};
        if (record.plannedIndex >= 0)
            m_numbers.insert(record.plannedIndex, number);
    }
    setRecord(number, recordPlace);
}

void SessionModel::setRecord(qsizetype number, qsizetype recordPlace)
{
    Run& run = m_runs[number];
    run.record = recordPlace;
    run.state = stateOf(m_session.runs.at(recordPlace));
    run.intervals.clear(); // the record has them all
    run.utilization.clear();
}

void SessionModel::setState(qsizetype number, RunState state, const QDateTime& begun)
{
    if (number < 0)
        return;
    Run& run = m_runs[number];
    run.state = state;
    if (state == RunState::Running) {
        run.record = -1;
        run.intervals.clear();
        run.utilization.clear();
        run.begun = begun;
        m_running = number;
    } else if (m_running == number) {
        m_running = -1;
    }
    emit runChanged(number);
}

QString SessionModel::targetName(const QString& targetId) const
{
    PlannedRun run;
    run.targetId = targetId;
    return targetName(run);
}

QString SessionModel::targetName(const PlannedRun& run) const
{
    const auto target = std::find_if(targets().cbegin(), targets().cend(),
                                     [&run](const TargetSettings& one) { return one.id == run.targetId; });
    if (target == targets().cend())
        return run.targetId;
    const QString label = labelOf(*target, run);
    const auto sameLabel = std::count_if(targets().cbegin(), targets().cend(),
                                         [&](const TargetSettings& one) { return labelOf(one, run) == label; });
    return sameLabel > 1 ? tr("%1 (%2)").arg(label, run.targetId) : label;
}

QString SessionModel::labelOf(const TargetSettings& target, const PlannedRun& run) const
{
    TargetSettings decided = target; // "auto" is no name for what was measured
    if (m_accelerators.contains(target.id) && target.kind == TargetKind::Qemu)
        decided.qemu.accel = accelerator(target);
    return run.test == sysbench::Test::Boot ? startLabel(decided, run.params) : targetLabel(decided);
}

QString SessionModel::accelerator(const TargetSettings& target) const
{
    if (target.kind != TargetKind::Qemu)
        return {};
    const QString found = m_accelerators.value(target.id);
    if (!found.isEmpty())
        return found;
    return target.qemu.accel == "kvm"_L1 ? u"kvm"_s : u"tcg"_s;
}

const RunRecord* SessionModel::record(qsizetype number) const
{
    const qsizetype place = m_runs.at(number).record;
    return place < 0 ? nullptr : &m_session.runs.at(place);
}

const QList<sysbench::Interval>& SessionModel::intervals(qsizetype number) const
{
    const RunRecord* ended = record(number);
    return ended ? ended->intervals : m_runs.at(number).intervals;
}

const QList<UtilizationSample>& SessionModel::utilization(qsizetype number) const
{
    const RunRecord* ended = record(number);
    return ended ? ended->utilization : m_runs.at(number).utilization;
}

QDateTime SessionModel::startedAt(qsizetype number) const
{
    const RunRecord* ended = record(number);
    return ended ? ended->started : m_runs.at(number).begun;
}

qsizetype SessionModel::numberOf(int plannedIndex) const
{
    return plannedIndex < 0 ? -1 : m_numbers.value(plannedIndex, -1);
}

} // namespace bv
