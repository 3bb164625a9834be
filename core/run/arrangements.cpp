#include "run/arrangements.h"

#include "plan/plan_json.h"
#include "run/leftovers.h"
#include "run/other_build.h"
#include "run/start_executor.h"
#include "target/qemu/vm_folder.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Arrangements)
};

} // namespace

Arrangements::Arrangements(EngineSettings settings, Readiness ready, QString sessionId, QJsonArray known)
    : m_settings(std::move(settings))
    , m_ready(std::move(ready))
    , m_sessionId(std::move(sessionId))
    , m_targets(std::move(known))
{
}

Task<> Arrangements::open(QString targetId, std::stop_token stop)
{
    const qsizetype index = indexOf(targetId);
    const TargetSettings settings = m_ready.plan.targets[index];
    Arrangement& arrangement = m_arrangements[targetId];
    emit phaseChanged(settings.kind == TargetKind::Qemu ? Text::tr("Booting %1").arg(targetLabel(settings))
                                                        : Text::tr("Starting %1").arg(targetLabel(settings)));
    arrangement.target = makeTarget(settings, contextFor(index));
    arrangement.executor =
        std::make_unique<RunExecutor>(*arrangement.target, m_ready.plan.dropPageCache, m_settings.grace);
    connect(arrangement.target.get(), &Target::said, this,
            [this, targetId](const QString& line) { emit logged(targetId, line); });
    if (settings.kind == TargetKind::Qemu && settings.qemu.display == "vnc"_L1)
        emit screenOffered(targetId, contextFor(index).socketDir + u"/vnc"_s);
    QElapsedTimer clock;
    clock.start();
    const auto started = co_await arrangement.target->open(stop);
    if (!started) {
        // What is stopped while it starts may see its own failure in that.
        if (started.error().code != Error::Code::Cancelled && !stop.stop_requested())
            giveUp(targetId, started.error());
        co_return;
    }
    emit opened(targetId, static_cast<double>(clock.elapsed()) / 1000);
    keepProvenance(targetId);
    co_await putToRest(targetId, stop);
}

/// Nothing of it works while others measure. No target: nothing to do.
Task<> Arrangements::putToRest(QString targetId, std::stop_token stop)
{
    const auto found = m_arrangements.find(targetId);
    if (found == m_arrangements.end() || !found->second.target)
        co_return;
    Arrangement& arrangement = found->second;
    if (!arrangement.isUp()) {
        // A VM that does not answer any more is of no use, but may be busy.
        co_await arrangement.target->close();
        co_return;
    }
    arrangement.mayBePaused = true; // also when it refuses or does not answer
    const auto paused = co_await arrangement.target->pause(stop);
    keepPausing(targetId, paused);
    if (!paused)
        emit logged(targetId, paused.error().message);
}

/// A target that was not paused is told of now, and in the runs that are measured beside it.
void Arrangements::keepPausing(const QString& targetId, const Result<>& paused)
{
    Arrangement& arrangement = m_arrangements[targetId];
    QString& why = arrangement.notPaused;
    const bool known = !why.isEmpty();
    const bool works = !paused && paused.error().code != Error::Code::Cancelled && arrangement.isUp();
    why = works ? paused.error().message : QString();
    if (!why.isEmpty() && !known)
        emit noteAdded(
            Text::tr("%1 cannot be paused while others measure, and may take CPU from them: %2").arg(targetId, why));
}

QStringList Arrangements::unpausedBeside(const QString& targetId) const
{
    QStringList notes;
    for (const auto& [id, arrangement] : m_arrangements) {
        if (id != targetId && arrangement.isUp() && !arrangement.notPaused.isEmpty())
            notes << Text::tr("%1 was not paused meanwhile, and may have taken CPU: %2").arg(id, arrangement.notPaused);
    }
    return notes;
}

Task<bool> Arrangements::ensureUp(QString targetId, std::stop_token stop)
{
    Arrangement& arrangement = m_arrangements[targetId];
    if (!arrangement.isUp() && std::exchange(arrangement.retired, false)) {
        co_await open(targetId, stop);
    } else if (!arrangement.isUp() && !arrangement.restarted) {
        arrangement.restarted = true;
        emit noteAdded(Text::tr("%1 has ended by itself; it is started once more.").arg(targetId));
        if (arrangement.target)
            co_await arrangement.target->close();
        co_await open(targetId, stop);
    }
    const bool up = arrangement.isUp();
    if (!up && !m_givenUp.contains(targetId) && !stop.stop_requested())
        giveUp(targetId,
               Error(Error::Code::Crashed,
                     QString(Text::tr("It ended a second time.") + u' ' + arrangement.lastFailure).trimmed()));
    co_return up;
}

Task<QStringList> Arrangements::activate(QString targetId, std::stop_token stop)
{
    QStringList notes;
    Arrangement& next = m_arrangements[targetId];
    if (m_active == targetId && !next.mayBePaused)
        co_return notes;
    const QString previous = m_active == targetId ? QString() : m_active;
    // Both at once: they wait for different programs.
    Task<> resting = putToRest(previous, stop);
    const auto resumed = co_await next.target->resume(stop);
    next.mayBePaused = !resumed;
    if (!resumed) {
        notes << Text::tr("%1 could not be woken from its pause: %2").arg(targetId, resumed.error().message);
        emit logged(targetId, resumed.error().message);
    }
    co_await resting;
    m_active = targetId;
    co_return notes;
}

Task<RunRecord> Arrangements::execute(PlannedRun run, std::stop_token stop, RunObserver observer)
{
    Arrangement& arrangement = m_arrangements[run.targetId];
    RunRecord record = co_await arrangement.executor->execute(run, stop, observer);
    record.sysbenchSha256 = arrangement.target->provenance()["sysbench"_L1]["sha256"_L1].toString();
    arrangement.lastFailure = record.error;
    const qsizetype starts = startsOf(run.targetId);
    if (starts > 1)
        record.notes << (run.discarded || m_ready.plan.warmup > 0
                             ? Text::tr("Measured on start %1 of the target.").arg(starts)
                             : Text::tr("Measured after the target was started anew (start %1), without a warm-up.")
                                   .arg(starts));
    co_return record;
}

Task<> Arrangements::retire(QString targetId)
{
    const auto found = m_arrangements.find(targetId);
    if (found == m_arrangements.end() || !found->second.isUp())
        co_return;
    Arrangement& arrangement = found->second;
    co_await arrangement.target->close();
    arrangement.retired = true;
    arrangement.mayBePaused = false;
    if (m_active == targetId)
        m_active.clear();
}

Task<> Arrangements::makeRoomForStart(QString targetId, std::stop_token stop)
{
    const QString active = std::exchange(m_active, QString());
    co_await putToRest(active, stop);
    const TargetSettings settings = m_ready.plan.targets[indexOf(targetId)];
    if (settings.kind == TargetKind::Qemu && !settings.qemu.disk.path.isEmpty())
        co_await retire(targetId);
}

Task<RunRecord> Arrangements::measureStart(PlannedRun run, std::stop_token stop, RunObserver observer)
{
    const qsizetype index = indexOf(run.targetId);
    const QString targetId = run.targetId;
    const std::function<void(const QString&)> say = [this, targetId](const QString& line) {
        emit logged(targetId, line);
    };
    StartExecutor executor(m_ready.plan.targets[index], contextFor(index, u"s%1"_s.arg(index)), say);
    co_return co_await executor.execute(run, stop, observer);
}

Task<> Arrangements::cleanUp(PlannedRun run, bool last, std::stop_token stop)
{
    Arrangement& arrangement = m_arrangements[run.targetId];
    const TargetSettings& settings = m_ready.plan.targets[indexOf(run.targetId)];
    const bool ownDisk = settings.kind == TargetKind::Qemu && !settings.qemu.disk.path.isEmpty();
    if ((!last || ownDisk) && arrangement.isUp())
        co_await arrangement.executor->cleanUp(run, stop);
}

Task<> Arrangements::closeAll()
{
    // All at once: each waits for a program of its own.
    std::vector<Task<>> closing;
    for (auto& [id, arrangement] : m_arrangements) {
        if (arrangement.target)
            closing.push_back(arrangement.target->close());
    }
    for (Task<>& task : closing)
        co_await task;
    for (auto& [id, arrangement] : m_arrangements) {
        arrangement.executor.reset();
        arrangement.target.reset();
    }
    m_active.clear();
}

void Arrangements::keepProvenance(const QString& targetId)
{
    const Target& target = *m_arrangements[targetId].target;
    const QJsonArray warnings = target.provenance()["warnings"_L1].toArray();
    for (const QJsonValue& warning : warnings)
        emit noteAdded(targetId + u": "_s + warning.toString());
    QJsonObject json = targetToJson(target.settings());
    QJsonObject provenance = target.provenance();
    if (target.settings().kind == TargetKind::Qemu && !m_ready.kvm.reason.isEmpty())
        provenance.insert(u"kvm_probe"_s, m_ready.kvm.toJson());
    const OtherBuild other = otherBuildOf(targetId, provenance, m_targets);
    if (!other.targetId.isEmpty()) {
        provenance.insert(u"sysbench_differs_from"_s, other.targetId);
        emit noteAdded(other.note);
    }
    json.insert(u"label"_s, targetLabel(target.settings()));
    json.insert(u"provenance"_s, provenance);
    // What earlier runs were measured with stays told.
    const QJsonObject known = entryOf(targetId);
    const QJsonValue before = known["provenance"_L1];
    QJsonArray earlier = known["earlier_provenance"_L1].toArray();
    if (before.isObject()) {
        if (before["sysbench"_L1]["sha256"_L1] != provenance["sysbench"_L1]["sha256"_L1])
            emit noteAdded(
                Text::tr("%1: the sysbench build is another one than in the session's earlier runs.").arg(targetId));
        earlier.append(before);
    }
    if (!earlier.isEmpty())
        json.insert(u"earlier_provenance"_s, earlier);
    setEntry(json);
}

/// A target that cannot be used is a finding, too.
void Arrangements::keepFailure(const QString& targetId, const QString& why)
{
    const TargetSettings& settings = m_ready.plan.targets[indexOf(targetId)];
    QJsonObject json = entryOf(targetId);
    if (json.isEmpty()) {
        json = targetToJson(settings);
        json.insert(u"label"_s, targetLabel(settings));
    }
    json.insert(u"error"_s, why);
    setEntry(json);
}

/// What the session keeps of a target; empty where it was not up yet.
QJsonObject Arrangements::entryOf(const QString& targetId) const
{
    for (const QJsonValue& target : m_targets) {
        if (target["id"_L1].toString() == targetId)
            return target.toObject();
    }
    return {};
}

void Arrangements::setEntry(const QJsonObject& entry)
{
    const auto place = std::find_if(m_targets.begin(), m_targets.end(),
                                    [&entry](const QJsonValue& target) { return target["id"_L1] == entry["id"_L1]; });
    if (place == m_targets.end())
        m_targets.append(entry);
    else
        *place = entry;
    emit changed(m_targets);
}

void Arrangements::giveUp(const QString& targetId, const Error& error)
{
    m_givenUp[targetId] = error;
    emit logged(targetId, error.message + (error.detail.isEmpty() ? QString() : u'\n' + error.detail));
    emit noteAdded(Text::tr("%1 cannot be used: %2").arg(targetId, error.message));
    keepFailure(targetId, error.message);
}

/// How often it has come up in this session, also before that was resumed.
qsizetype Arrangements::startsOf(const QString& targetId) const
{
    const QJsonObject known = entryOf(targetId);
    return known["earlier_provenance"_L1].toArray().size() + (known.contains("provenance"_L1) ? 1 : 0);
}

/// Its place in the plan.
qsizetype Arrangements::indexOf(const QString& targetId) const
{
    const QList<TargetSettings>& targets = m_ready.plan.targets;
    return std::find_if(targets.cbegin(), targets.cend(),
                        [&targetId](const TargetSettings& target) { return target.id == targetId; }) -
           targets.cbegin();
}

TargetContext Arrangements::contextFor(qsizetype index, const QString& folder) const
{
    TargetContext context;
    context.sessionId = m_sessionId;
    context.owner = engineOwner(m_settings.folders);
    // A number instead of the id: a Unix socket's path may have 107 bytes.
    const QString own = folder.isEmpty() ? QString::number(index) : folder;
    context.socketDir = u"%1/%2/%3"_s.arg(m_settings.folders.runtimeDir, m_sessionId, own);
    context.workDir = u"%1/%2/%3"_s.arg(m_settings.folders.workDir, m_sessionId, own);
    context.vmDir = vmFolderOf(m_ready.plan.targets[index], m_settings.dataDir);
    context.tools = m_settings.tools;
    context.guest = m_ready.guests.value(guestArchitectureOf(m_ready.plan.targets[index]));
    context.bootDeadline = m_settings.bootDeadline;
    return context;
}

} // namespace bv
