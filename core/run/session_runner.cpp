#include "run/session_runner.h"

#include "async/sleep.h"
#include "machine/host_facts.h"
#include "plan/parameters.h"
#include "plan/validate.h"
#include "run/measuring_host.h"
#include "run/resumption.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SessionRunner)
};

QString besideNote(const QString& sessionId)
{
    if (sessionId.startsWith("vm-"_L1))
        return Text::tr("The VM %1 was being made on this machine at the same time.").arg(sessionId.mid(3));
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
    session.plan = withPathsFrom(plan, QDir::currentPath()); // it may be resumed from anywhere
    session.host = measuringHost(m_settings);
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
    if (m_arrangements)
        co_await m_arrangements->closeAll();
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
    const auto work = Worklist::of(*session);
    if (!work)
        co_return work.error();
    m_work = *work;
    m_okRuns = static_cast<int>(m_work.all().size() - m_work.left().size());
    m_estimate.emplace(m_ready.plan, m_ready.kvm.usable);
    const auto stored =
        resumed ? m_store->setState(session->id, SessionState::Running) : m_store->createSession(*session);
    if (!stored)
        co_return stored.error();
    m_created = !resumed;
    m_sessionId = session->id;
    makeArrangements(*session);
    emit planDecided(m_ready.plan);
    emit sessionStarted(m_sessionId, m_work.all());
    reportProgress();
    for (int group = 0; group < m_work.groups() && mayGoOn(stop); ++group)
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
    m_ready = *ready;
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
    if (sessionOrigin(*session) != SessionOrigin::Measured)
        return Error(Error::Code::BadInput,
                     Text::tr("The session %1 was measured elsewhere; what this machine would add to it could not be "
                              "compared. Measure a session of your own.")
                         .arg(session->id));
    const auto valid = checkPlan(session->plan, machineLimits());
    return valid ? Error() : valid.error();
}

void SessionRunner::makeArrangements(const Session& session)
{
    m_arrangements = std::make_unique<Arrangements>(m_settings, m_ready, session.id, session.targets);
    const Arrangements* const said = m_arrangements.get();
    connect(said, &Arrangements::phaseChanged, this, [this](const QString& words) { emit phaseChanged(words, -1); });
    connect(said, &Arrangements::noteAdded, this, &SessionRunner::noteAdded);
    connect(said, &Arrangements::logged, this, &SessionRunner::logged);
    connect(said, &Arrangements::screenOffered, this, &SessionRunner::screenOffered);
    connect(said, &Arrangements::opened, this, [this](const QString& targetId, double seconds) {
        m_estimate->observeStart(targetId, seconds);
        m_work.coolDown(targetId);
    });
    connect(said, &Arrangements::changed, this, [this](const QJsonArray& targets) { m_targetsToStore = targets; });
}

bool SessionRunner::mayGoOn(const std::stop_token& stop) const
{
    return !stop.stop_requested() && m_fatal.code == Error::Code::Unset;
}

Task<> SessionRunner::runGroup(int group, std::stop_token stop)
{
    const QList<PlannedRun> runs = m_work.leftOf(group);
    if (runs.isEmpty())
        co_return;
    const QList<TargetSettings> targets = m_ready.plan.targets;
    for (const TargetSettings& target : targets) {
        if (!m_work.needsTarget(target.id, group) || !mayGoOn(stop))
            continue;
        co_await m_arrangements->open(target.id, stop);
        co_await storeTargets(stop);
        if (!m_work.needsTargetUp(target.id, group)) // it was up to be asked what it is
            co_await m_arrangements->retire(target.id);
    }
    for (const PlannedRun& run : runs) {
        if (!mayGoOn(stop))
            break;
        if (!m_work.isNeeded(run)) {
            m_work.remove(run);
            emit runSkipped(run.index);
        } else if (m_arrangements->givenUp().contains(run.targetId)) {
            leaveOut(run);
        } else {
            co_await performRun(run, stop);
        }
        reportProgress();
    }
    co_await m_arrangements->closeAll();
}

/// The run, and before it the warm-ups that a new start of its target makes due.
Task<> SessionRunner::performRun(PlannedRun run, std::stop_token stop)
{
    bool done = false;
    while (!done) {
        const bool rested = co_await rest(stop);
        if (!rested)
            co_return;
        bool up = run.test == sysbench::Test::Boot; // which starts one of its own
        if (!up)
            up = co_await m_arrangements->ensureUp(run.targetId, stop);
        co_await storeTargets(stop);
        if (!mayGoOn(stop))
            co_return;
        if (!up) {
            leaveOut(run);
            co_return;
        }
        const std::optional<PlannedRun> warmUp = m_work.warmUpBefore(run);
        const PlannedRun next = warmUp.value_or(run);
        co_await measure(next, stop);
        done = !warmUp || !mayGoOn(stop);
    }
}

/// The cooldown of the plan, where it is due. False when it was stopped.
Task<bool> SessionRunner::rest(std::stop_token stop)
{
    const double cooldownS = m_ready.plan.cooldownS;
    if (!m_cooldownDue || cooldownS <= 0)
        co_return true;
    emit phaseChanged(Text::tr("Resting for %1 s").arg(cooldownS), -1);
    const std::chrono::milliseconds time(qRound64(cooldownS * 1000));
    co_return co_await sleepFor(time, stop);
}

/// One run on its target, which is up, and its record.
Task<> SessionRunner::measure(PlannedRun run, std::stop_token stop)
{
    QElapsedTimer clock;
    clock.start();
    const bool isStart = run.test == sysbench::Test::Boot;
    QStringList pauseNotes;
    if (isStart)
        co_await m_arrangements->makeRoomForStart(run.targetId, stop);
    else
        pauseNotes = co_await m_arrangements->activate(run.targetId, stop);
    if (stop.stop_requested())
        co_return;
    emit runStarted(run);
    double preparedS = 0;
    RunObserver observer = observerFor(run);
    observer.prepared = [this, &preparedS, &run](double seconds) {
        preparedS = seconds;
        m_estimate->observePrepare(run, seconds);
    };
    QStringList others = othersNow();
    RunRecord record;
    if (isStart)
        record = co_await m_arrangements->measureStart(run, stop, observer);
    else
        record = co_await m_arrangements->execute(run, stop, observer);
    others << othersNow();
    others.removeDuplicates();
    for (const QString& other : std::as_const(others))
        record.notes << besideNote(other);
    record.notes << pauseNotes << m_arrangements->unpausedBeside(isStart ? QString() : run.targetId);
    if (record.status == RunStatus::Ok)
        m_estimate->observe(run, static_cast<double>(clock.elapsed()) / 1000 - preparedS);
    const bool stored = co_await store(record, stop);
    if (!stored)
        co_return;
    m_cooldownDue = true;
    co_await cleanUpAfter(run, stop);
}

/// The run cannot be done: its target gave up.
void SessionRunner::leaveOut(const PlannedRun& run)
{
    ++m_notRun[run.targetId];
    m_work.remove(run);
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
    const bool last = !m_work.needsTarget(run.targetId, run.group);
    // Runs that adaptive repeats will skip need no files.
    if (!m_work.needsFilesOf(run))
        co_await m_arrangements->cleanUp(run, last, stop);
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

/// False when that failed; then the run is not done, and what it measured is told in the error.
Task<bool> SessionRunner::store(RunRecord record, std::stop_token stop)
{
    const Write write = [this, &record]() -> Result<> {
        const auto id = m_store->nextAttemptId(m_sessionId, record.plannedIndex);
        if (!id)
            return id.error();
        record.id = *id;
        return m_store->addRun(m_sessionId, record);
    };
    const auto stored = co_await patiently(write, stop);
    if (!stored) {
        m_fatal = stored.error();
        const sysbench::Metric metric = sysbench::headlineMetric(record.test);
        const auto value = record.metrics.value(metric);
        if (value)
            m_fatal.detail += u'\n' + Text::tr("Measured, but not stored: %1 in %2: %3 %4")
                                          .arg(describeParams(record.test, record.params), record.target)
                                          .arg(*value)
                                          .arg(QString(sysbench::metricUnit(metric)));
        co_return false;
    }
    m_anyRecord = true;
    m_anyCancelled = m_anyCancelled || record.status == RunStatus::Cancelled;
    // A warm-up that was due again is not left.
    const bool wasLeft = m_work.remove(m_work.all().at(record.plannedIndex));
    if (record.status == RunStatus::Ok)
        m_okRuns += wasLeft ? 1 : 0;
    else if (record.status != RunStatus::Cancelled)
        ++m_failedRuns;
    m_work.keep(record);
    emit runFinished(record);
    co_return true;
}

/// What has become known of the targets, before anything is measured with them.
Task<> SessionRunner::storeTargets(std::stop_token stop)
{
    if (!m_targetsToStore)
        co_return;
    const QJsonArray targets = *std::exchange(m_targetsToStore, std::nullopt);
    const Write write = [this, targets] { return m_store->setTargets(m_sessionId, targets); };
    const auto stored = co_await patiently(write, stop);
    if (!stored)
        m_fatal = stored.error();
}

/// An hour of measuring is not given up because another program copies the store.
Async<> SessionRunner::patiently(Write write, std::stop_token stop)
{
    constexpr std::chrono::milliseconds pause{200};
    const QDeadlineTimer patience(m_settings.storePatience);
    Result<> written = write();
    bool isSaid = false;
    while (!written && written.error().code == Error::Code::Locked && !patience.hasExpired() &&
           !stop.stop_requested()) {
        if (!std::exchange(isSaid, true))
            emit noteAdded(Text::tr("Another program is using the session store. Waiting for it, at most %1 s.")
                               .arg(m_settings.storePatience.count() / 1000));
        (void)co_await sleepFor(pause, stop);
        written = write();
    }
    co_return written;
}

void SessionRunner::reportProgress()
{
    SessionProgress progress;
    progress.total = static_cast<int>(m_work.all().size());
    progress.done = static_cast<int>(m_work.all().size() - m_work.left().size());
    progress.remaining = m_estimate->remaining(m_work.toDo());
    emit progressChanged(progress);
}

SessionOutcome SessionRunner::conclude(Error error, bool stopped)
{
    SessionOutcome outcome;
    outcome.error = error;
    outcome.okRuns = m_okRuns;
    outcome.failedRuns = m_failedRuns;
    outcome.sessionId = m_sessionId;
    const std::map<QString, Error> givenUp = m_arrangements ? m_arrangements->givenUp() : std::map<QString, Error>();
    for (const auto& [id, why] : givenUp)
        outcome.notRun << Text::tr("%1 (%n run(s) not done): %2", nullptr, m_notRun.value(id)).arg(id, why.message);
    const bool failed = error.code != Error::Code::Unset || m_failedRuns > 0 || !outcome.notRun.isEmpty();
    // A stop that came when everything was done cancelled nothing.
    const bool allDone = !m_work.all().isEmpty() && m_work.left().isEmpty() && !m_anyCancelled;
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
    if (m_created && !m_anyRecord && (cancelled || !outcome.notRun.isEmpty())) {
        // Nothing was measured, and an empty session is no evidence.
        (void)m_store->remove(m_sessionId);
        outcome.sessionId.clear();
        if (!cancelled)
            outcome.error = Error(Error::Code::NotReady, outcome.notRun.join(u'\n'), givenUp.cbegin()->second.detail);
    }
    return outcome;
}

} // namespace bv
