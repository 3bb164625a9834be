#include "run/session_runner.h"

#include "async/sleep.h"
#include "machine/host_facts.h"
#include "plan/adaptive.h"
#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "plan/validate.h"
#include "run/other_build.h"
#include "run/resumption.h"
#include "sysbench/command_line.h"

#include <QCoreApplication>
#include <QDir>
#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SessionRunner)
};

QString besideNote(const QString& sessionId)
{
    return Text::tr("Another session (%1) was running on this machine at the same time.").arg(sessionId);
}

} // namespace

SessionRunner::SessionRunner(EngineSettings settings, QObject* parent)
    : QObject(parent)
    , m_settings(std::move(settings))
{
}

Task<SessionOutcome> SessionRunner::run(Plan plan, std::stop_token stop)
{
    Session session;
    session.created = QDateTime::currentDateTimeUtc();
    session.id = makeSessionId(session.created);
    session.name = plan.name;
    session.plan = plan;
    session.host = hostFacts();
    session.app = {{u"name"_s, u"benchvisor"_s}, {u"version"_s, QStringLiteral(BENCHVISOR_VERSION)}};
    co_return co_await perform(session, false, stop);
}

Task<SessionOutcome> SessionRunner::resume(QString sessionId, std::stop_token stop)
{
    Session session; // what it is, is read when nobody else can go on with it any more
    session.id = sessionId;
    co_return co_await perform(session, true, stop);
}

Task<SessionOutcome> SessionRunner::perform(Session session, bool resumed, std::stop_token stop)
{
    const Error error = co_await performLocked(&session, resumed, stop);
    co_await closeAll();
    const SessionOutcome outcome = conclude(error, stop.stop_requested());
    m_store.reset();
    m_workLock.reset();
    m_lock.reset();
    co_return outcome;
}

Task<Error> SessionRunner::performLocked(Session* session, bool resumed, std::stop_token stop)
{
    const Error unprepared = co_await prepare(session, resumed, stop);
    if (unprepared.code != Error::Code::Unset)
        co_return unprepared;
    m_targets = session->targets;
    const Error undecided = decideRuns(*session);
    if (undecided.code != Error::Code::Unset)
        co_return undecided;
    const auto stored =
        resumed ? m_store->setState(session->id, SessionState::Running) : m_store->createSession(*session);
    if (!stored)
        co_return stored.error();
    m_created = !resumed;
    m_sessionId = session->id;
    emit planDecided(m_plan);
    emit sessionStarted(m_sessionId, m_runs);
    reportProgress();
    const int groups = m_runs.isEmpty() ? 0 : m_runs.last().group + 1;
    for (int group = 0; group < groups && !stop.stop_requested() && m_fatal.code == Error::Code::Unset; ++group)
        co_await runGroup(group, stop);
    const Error fatal = m_fatal;
    co_return fatal;
}

/// Everything up to the point where the session may be stored: the plan holds, nobody else runs it, all it needs is
/// there.
Task<Error> SessionRunner::prepare(Session* session, bool resumed, std::stop_token stop)
{
    if (!resumed) {
        const auto valid = checkPlan(session->plan, machineLimits());
        if (!valid)
            co_return valid.error();
    }
    const auto folders = makeFolders(m_settings);
    if (!folders)
        co_return folders.error();
    auto opened = SessionStore::open(m_settings.storeFile());
    if (!opened)
        co_return opened.error();
    m_store = std::move(*opened);
    emit phaseChanged(Text::tr("Looking for leftovers of earlier sessions"), -1);
    // Before the lock is taken: of a session that is resumed the leftovers go, too.
    const SweepReport swept = co_await sweepLeftovers(m_settings.folders, m_settings.tools, stop);
    if (!swept.isEmpty())
        emit noteAdded(Text::tr("Removed what a cut-off session had left: %1 containers, %2 volumes, %3 folders.")
                           .arg(swept.containers)
                           .arg(swept.volumes)
                           .arg(swept.folders));
    const Error refused = takeSession(session, resumed);
    if (refused.code != Error::Code::Unset)
        co_return refused;
    (void)othersNow(); // said at once
    const PhaseHandler phase = [this](const QString& words, double fraction) { emit phaseChanged(words, fraction); };
    const Plan plan = withMeasuredAccelerators(*session);
    const auto ready = co_await makeReady(plan, m_settings, phase, stop);
    if (!ready)
        co_return ready.error();
    for (const QString& note : ready->notes)
        emit noteAdded(note);
    m_plan = ready->plan;
    m_guests = ready->guests;
    m_kvm = ready->kvm;
    co_return Error();
}

/// Locks the session for this program, and reads one that is resumed; in this order, or runs that another program
/// stored meanwhile would be done again.
Error SessionRunner::takeSession(Session* session, bool resumed)
{
    if (!isSessionId(session->id))
        return Error(Error::Code::NotFound, Text::tr("There is no session \"%1\".").arg(session->id));
    auto lock = SessionLock::acquire(m_settings.folders.runtimeDir, session->id);
    if (!lock)
        return lock.error();
    m_lock = *lock;
    // A second lock beside the scratch disks: the runtime folder goes when its user logs out, the session may go on.
    auto workLock = SessionLock::acquire(m_settings.folders.workDir, session->id);
    if (!workLock)
        return workLock.error();
    m_workLock = *workLock;
    if (!resumed)
        return {};
    auto stored = m_store->load(session->id, SessionStore::Detail::WithoutOutput);
    if (!stored)
        return stored.error();
    *session = *std::move(stored);
    const auto valid = checkPlan(session->plan, machineLimits());
    return valid ? Error() : valid.error();
}

Error SessionRunner::decideRuns(const Session& session)
{
    const auto runs = expandPlan(session.plan, limitsOf(session));
    if (!runs)
        return runs.error();
    m_runs = *runs;
    m_estimate.emplace(m_plan, m_kvm.usable);
    QSet<int> done;
    for (const RunRecord& record : session.runs) {
        if (!isRecordOf(record, m_runs))
            return Error(
                Error::Code::BadInput,
                Text::tr("The session cannot be resumed: its run %1 is none of its plan's, as this version reads it.")
                    .arg(record.id));
        if (record.status != RunStatus::Ok)
            continue;
        done.insert(record.plannedIndex);
        ++m_okRuns;
    }
    for (const PlannedRun& run : std::as_const(m_runs)) {
        if (!done.contains(run.index))
            m_left << run;
    }
    for (const RunRecord& record : session.runs) {
        const auto value = record.metrics.value(sysbench::headlineMetric(record.test));
        if (record.status == RunStatus::Ok && !record.discarded && value)
            m_values[cellKey(record.test, record.params, record.target)] << *value;
    }
    return {};
}

Task<> SessionRunner::runGroup(int group, std::stop_token stop)
{
    QList<PlannedRun> runs;
    std::copy_if(m_left.cbegin(), m_left.cend(), std::back_inserter(runs),
                 [group](const PlannedRun& run) { return run.group == group; });
    if (runs.isEmpty())
        co_return;
    co_await openGroup(group, stop);
    for (const PlannedRun& run : std::as_const(runs)) {
        if (stop.stop_requested() || m_fatal.code != Error::Code::Unset)
            break;
        Arrangement& arrangement = m_arrangements[run.targetId];
        if (!isNeeded(run)) {
            m_left.removeIf([&run](const PlannedRun& left) { return left.index == run.index; });
            emit runSkipped(run.index);
        } else if (arrangement.error.code != Error::Code::Unset) {
            ++arrangement.notRun;
            m_left.removeIf([&run](const PlannedRun& left) { return left.index == run.index; });
        } else {
            const Error error = co_await performRun(run, stop);
            if (error.code != Error::Code::Unset)
                m_fatal = error;
        }
        reportProgress();
    }
    co_await closeAll();
}

Task<> SessionRunner::openGroup(int group, std::stop_token stop)
{
    for (const TargetSettings& settings : std::as_const(m_plan.targets)) {
        const bool needed = std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& run) {
            return run.group == group && run.targetId == settings.id && isNeeded(run);
        });
        if (needed && !stop.stop_requested())
            co_await openTarget(settings, stop);
    }
}

Task<> SessionRunner::openTarget(TargetSettings settings, std::stop_token stop)
{
    const QString id = settings.id;
    Arrangement& arrangement = m_arrangements[id];
    emit phaseChanged(settings.kind == TargetKind::Qemu ? Text::tr("Booting %1").arg(targetLabel(settings))
                                                        : Text::tr("Starting %1").arg(targetLabel(settings)),
                      -1);
    arrangement.target = makeTarget(settings, contextFor(settings));
    arrangement.executor = std::make_unique<RunExecutor>(*arrangement.target, m_plan.dropPageCache, m_settings.grace);
    connect(arrangement.target.get(), &Target::said, this, [this, id](const QString& line) { emit logged(id, line); });
    QElapsedTimer clock;
    clock.start();
    const auto opened = co_await arrangement.target->open(stop);
    if (!opened) {
        if (opened.error().code != Error::Code::Cancelled)
            giveUp(id, opened.error());
        co_return;
    }
    m_estimate->observeStart(id, static_cast<double>(clock.elapsed()) / 1000);
    keepProvenance(id);
    const auto paused = co_await arrangement.target->pause(stop);
    arrangement.paused = bool(paused);
    keepPausing(id, paused);
}

/// A target that was not paused is told of now, and in the runs that are measured beside it.
void SessionRunner::keepPausing(const QString& targetId, const Result<>& paused)
{
    QString& why = m_arrangements[targetId].notPaused;
    const bool known = !why.isEmpty();
    why = paused || paused.error().code == Error::Code::Cancelled ? QString() : paused.error().message;
    if (!why.isEmpty() && !known)
        emit noteAdded(
            Text::tr("%1 cannot be paused while others measure, and may take CPU from them: %2").arg(targetId, why));
}

/// For the record of a run on `targetId`.
QStringList SessionRunner::unpausedBeside(const QString& targetId) const
{
    QStringList notes;
    for (const auto& [id, arrangement] : m_arrangements) {
        if (id != targetId && arrangement.target && arrangement.target->isOpen() && !arrangement.notPaused.isEmpty())
            notes << Text::tr("%1 was not paused meanwhile, and may have taken CPU: %2").arg(id, arrangement.notPaused);
    }
    return notes;
}

Task<> SessionRunner::closeAll()
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
    m_activeTarget.clear();
}

Task<bool> SessionRunner::ensureUp(QString targetId, std::stop_token stop)
{
    Arrangement& arrangement = m_arrangements[targetId];
    if (arrangement.target && arrangement.target->isOpen())
        co_return true;
    if (arrangement.restarted) {
        giveUp(targetId,
               Error(Error::Code::Crashed,
                     QString(Text::tr("It ended a second time.") + u' ' + arrangement.lastFailure).trimmed()));
        co_return false;
    }
    arrangement.restarted = true;
    emit noteAdded(Text::tr("%1 has ended by itself; it is started once more.").arg(targetId));
    if (arrangement.target)
        co_await arrangement.target->close();
    const auto settings = std::find_if(m_plan.targets.cbegin(), m_plan.targets.cend(),
                                       [&targetId](const TargetSettings& target) { return target.id == targetId; });
    const TargetSettings same = *settings;
    co_await openTarget(same, stop);
    co_return arrangement.error.code == Error::Code::Unset&& arrangement.target->isOpen();
}

/// The target that measures next gets its CPU back, the one before loses it. Both at once: they wait for different
/// programs. Gives notes for the record.
Task<QStringList> SessionRunner::activate(QString targetId, std::stop_token stop)
{
    QStringList notes;
    Arrangement& next = m_arrangements[targetId];
    if (m_activeTarget == targetId && !next.paused)
        co_return notes;
    std::optional<Async<>> pausing;
    const QString previousId = m_activeTarget;
    const auto previous = m_arrangements.find(previousId);
    const bool pausePrevious = previousId != targetId && previous != m_arrangements.end() && previous->second.target &&
                               previous->second.target->isOpen();
    if (pausePrevious) {
        previous->second.paused = true;
        pausing.emplace(previous->second.target->pause(stop));
    }
    const auto resumed = co_await next.target->resume(stop);
    next.paused = !resumed;
    if (!resumed) {
        notes << Text::tr("%1 could not be woken from its pause: %2").arg(targetId, resumed.error().message);
        emit logged(targetId, resumed.error().message);
    }
    if (pausing) {
        const auto paused = co_await *pausing;
        keepPausing(previousId, paused);
        if (!paused)
            emit logged(previousId, paused.error().message);
    }
    m_activeTarget = targetId;
    co_return notes;
}

Task<Error> SessionRunner::performRun(PlannedRun run, std::stop_token stop)
{
    if (m_cooldownDue && m_plan.cooldownS > 0) {
        emit phaseChanged(Text::tr("Resting for %1 s").arg(m_plan.cooldownS), -1);
        const bool rested = co_await sleepFor(std::chrono::milliseconds(qRound64(m_plan.cooldownS * 1000)), stop);
        if (!rested)
            co_return Error();
    }
    const bool up = co_await ensureUp(run.targetId, stop);
    if (stop.stop_requested())
        co_return Error();
    Arrangement& arrangement = m_arrangements[run.targetId];
    if (!up) {
        ++arrangement.notRun;
        m_left.removeIf([&run](const PlannedRun& left) { return left.index == run.index; });
        co_return Error();
    }
    QElapsedTimer clock;
    clock.start();
    const QStringList pauseNotes = co_await activate(run.targetId, stop);
    if (stop.stop_requested())
        co_return Error();
    emit runStarted(run);
    double preparedS = 0;
    RunObserver observer = observerFor(run);
    observer.prepared = [this, &preparedS, &run](double seconds) {
        preparedS = seconds;
        m_estimate->observePrepare(run, seconds);
    };
    QStringList others = othersNow();
    RunRecord record = co_await arrangement.executor->execute(run, stop, observer);
    others << othersNow();
    others.removeDuplicates();
    for (const QString& other : std::as_const(others))
        record.notes << besideNote(other);
    record.notes << pauseNotes << unpausedBeside(run.targetId);
    record.sysbenchSha256 = arrangement.target->provenance()["sysbench"_L1]["sha256"_L1].toString();
    record.id = m_store->nextAttemptId(m_sessionId, run.index).valueOr(QString::number(run.index));
    if (record.status == RunStatus::Ok)
        m_estimate->observe(run, static_cast<double>(clock.elapsed()) / 1000 - preparedS);
    arrangement.lastFailure = record.error;
    m_left.removeIf([&run](const PlannedRun& left) { return left.index == run.index; });
    const Error unstored = store(record);
    if (unstored.code != Error::Code::Unset)
        co_return unstored;
    m_cooldownDue = true;
    co_await cleanUpAfter(run, stop);
    co_return Error();
}

/// Ids of other sessions that are running on this machine. Each is told of when it is seen first.
QStringList SessionRunner::othersNow()
{
    QStringList others = aliveSessions(m_settings.folders);
    others.removeAll(m_lock->sessionId());
    for (const QString& other : std::as_const(others)) {
        if (!m_othersSeen.contains(other))
            emit noteAdded(besideNote(other));
        m_othersSeen.insert(other);
    }
    return others;
}

Task<> SessionRunner::cleanUpAfter(PlannedRun run, std::stop_token stop)
{
    if (run.test != sysbench::Test::Fileio)
        co_return;
    const QString key = sysbench::fileSetKey(run.params);
    // Runs that adaptive repeats will skip need no files.
    const bool needed = std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& left) {
        return left.targetId == run.targetId && left.group == run.group && left.test == run.test &&
               sysbench::fileSetKey(left.params) == key && isNeeded(left);
    });
    Arrangement& arrangement = m_arrangements[run.targetId];
    const bool othersLeft = std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& left) {
        return left.targetId == run.targetId && left.group == run.group && isNeeded(left);
    });
    // After the target's last run its files go with it, unless the disk is the user's own.
    const bool ownDisk = arrangement.target->settings().kind == TargetKind::Qemu &&
                         !arrangement.target->settings().qemu.disk.path.isEmpty();
    if (!needed && (othersLeft || ownDisk) && arrangement.target->isOpen())
        co_await arrangement.executor->cleanUp(run, stop);
}

RunObserver SessionRunner::observerFor(const PlannedRun& run)
{
    const int index = run.index;
    RunObserver observer;
    observer.interval = [this, index](const sysbench::Interval& interval) { emit intervalArrived(index, interval); };
    observer.utilization = [this, index](const UtilizationSample& sample) { emit utilizationSampled(index, sample); };
    observer.phase = [this](const QString& words) { emit phaseChanged(words, -1); };
    return observer;
}

bool SessionRunner::isNeeded(const PlannedRun& run) const
{
    return run.discarded || !m_plan.adaptive || !hasConverged(m_values.value(cellKey(run)), *m_plan.adaptive);
}

Error SessionRunner::store(RunRecord record)
{
    const auto stored = m_store->addRun(m_sessionId, record);
    if (!stored)
        return stored.error();
    m_anyRecord = true;
    m_anyCancelled = m_anyCancelled || record.status == RunStatus::Cancelled;
    if (record.status == RunStatus::Ok)
        ++m_okRuns;
    else if (record.status != RunStatus::Cancelled)
        ++m_failedRuns;
    const auto value = record.metrics.value(sysbench::headlineMetric(record.test));
    if (record.status == RunStatus::Ok && !record.discarded && value)
        m_values[cellKey(record.test, record.params, record.target)] << *value;
    emit runFinished(record);
    return {};
}

void SessionRunner::keepProvenance(const QString& targetId)
{
    const Target& target = *m_arrangements[targetId].target;
    const QJsonArray warnings = target.provenance()["warnings"_L1].toArray();
    for (const QJsonValue& warning : warnings)
        emit noteAdded(targetId + u": "_s + warning.toString());
    QJsonObject json = targetToJson(target.settings());
    QJsonObject provenance = target.provenance();
    const auto planned = std::find_if(m_plan.targets.cbegin(), m_plan.targets.cend(),
                                      [&targetId](const TargetSettings& settings) { return settings.id == targetId; });
    if (planned->kind == TargetKind::Qemu && !m_kvm.reason.isEmpty())
        provenance.insert(u"kvm_probe"_s, m_kvm.toJson());
    const OtherBuild other = otherBuildOf(targetId, provenance, m_targets);
    if (!other.targetId.isEmpty()) {
        provenance.insert(u"sysbench_differs_from"_s, other.targetId);
        emit noteAdded(other.note);
    }
    json.insert(u"label"_s, targetLabel(*planned));
    json.insert(u"provenance"_s, provenance);
    bool replaced = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        if (m_targets[i].toObject()["id"_L1].toString() != targetId)
            continue;
        const QString before = m_targets[i].toObject()["provenance"_L1]["sysbench"_L1]["sha256"_L1].toString();
        const QString now = provenance["sysbench"_L1]["sha256"_L1].toString();
        if (!before.isEmpty() && before != now)
            emit noteAdded(
                Text::tr("%1: the sysbench build is another one than in the session's earlier runs.").arg(targetId));
        // What earlier runs were measured with stays told.
        QJsonArray earlier = m_targets[i].toObject()["earlier_provenance"_L1].toArray();
        earlier.append(m_targets[i].toObject()["provenance"_L1]);
        json.insert(u"earlier_provenance"_s, earlier);
        m_targets[i] = json;
        replaced = true;
    }
    if (!replaced)
        m_targets.append(json);
    const auto kept = m_store->setTargets(m_sessionId, m_targets);
    if (!kept)
        m_fatal = kept.error();
}

void SessionRunner::giveUp(const QString& targetId, const Error& error)
{
    m_arrangements[targetId].error = error;
    emit logged(targetId, error.message + (error.detail.isEmpty() ? QString() : u'\n' + error.detail));
    emit noteAdded(Text::tr("%1 cannot be used: %2").arg(targetId, error.message));
}

void SessionRunner::reportProgress()
{
    SessionProgress progress;
    progress.total = static_cast<int>(m_runs.size());
    progress.done = static_cast<int>(m_runs.size() - m_left.size());
    progress.remaining = m_estimate->remaining(m_left);
    emit progressChanged(progress);
}

TargetContext SessionRunner::contextFor(const TargetSettings& settings) const
{
    TargetContext context;
    context.sessionId = m_sessionId;
    context.owner = engineOwner(m_settings.folders);
    const auto index = std::find_if(m_plan.targets.cbegin(), m_plan.targets.cend(),
                                    [&settings](const TargetSettings& target) { return target.id == settings.id; }) -
                       m_plan.targets.cbegin();
    // A number instead of the id: a Unix socket's path may have 107 bytes.
    context.socketDir = u"%1/%2/%3"_s.arg(m_settings.folders.runtimeDir, m_sessionId).arg(index);
    context.workDir = u"%1/%2/%3"_s.arg(m_settings.folders.workDir, m_sessionId).arg(index);
    context.tools = m_settings.tools;
    context.guest = m_guests.value(guestArchitectureOf(settings));
    context.bootDeadline = m_settings.bootDeadline;
    return context;
}

SessionOutcome SessionRunner::conclude(Error error, bool stopped)
{
    SessionOutcome outcome;
    outcome.error = error;
    outcome.okRuns = m_okRuns;
    outcome.failedRuns = m_failedRuns;
    outcome.sessionId = m_sessionId;
    Error firstFailure;
    for (const auto& [id, arrangement] : m_arrangements) {
        if (arrangement.error.code == Error::Code::Unset)
            continue;
        outcome.notRun
            << Text::tr("%1 (%n run(s) not done): %2", nullptr, arrangement.notRun).arg(id, arrangement.error.message);
        if (firstFailure.code == Error::Code::Unset)
            firstFailure = arrangement.error;
    }
    const bool failed = error.code != Error::Code::Unset || m_failedRuns > 0 || !outcome.notRun.isEmpty();
    // A stop that came when everything was done cancelled nothing.
    const bool allDone = !m_runs.isEmpty() && m_left.isEmpty() && !m_anyCancelled;
    const bool cancelled = stopped && !allDone;
    outcome.state = cancelled ? SessionState::Cancelled : failed ? SessionState::Failed : SessionState::Finished;
    if (cancelled && outcome.error.code == Error::Code::Unset)
        outcome.error = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (m_sessionId.isEmpty())
        return outcome;
    if (!m_settings.folders.runtimeDir.isEmpty()) {
        QDir().rmdir(m_settings.folders.runtimeDir + u'/' + m_sessionId);
        QDir().rmdir(m_settings.folders.workDir + u'/' + m_sessionId);
    }
    const auto kept = m_store->setState(m_sessionId, outcome.state);
    if (!kept && outcome.error.code == Error::Code::Unset)
        outcome.error = kept.error();
    if (m_created && !m_anyRecord && !outcome.notRun.isEmpty()) {
        // No target came up: nothing was measured, and an empty session is no evidence.
        (void)m_store->remove(m_sessionId);
        outcome.sessionId.clear();
        outcome.error = Error(Error::Code::NotReady, outcome.notRun.join(u'\n'), firstFailure.detail);
    }
    return outcome;
}

} // namespace bv
