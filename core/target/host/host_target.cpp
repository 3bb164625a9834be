#include "target/host/host_target.h"

#include "async/one_shot.h"
#include "base/paths.h"
#include "machine/page_cache.h"
#include "target/inside_facts.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QDir>
#include <QJsonArray>
#include <QtConcurrentRun>
#include <sys/resource.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::HostTarget)
};

constexpr std::chrono::milliseconds factsTimeout{20000};

double secondsOf(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// Of all processes that this program has started and that have ended, see getrusage(2).
CpuTimes endedChildrenCpuTimes()
{
    CpuTimes times;
    rusage usage = {};
    if (::getrusage(RUSAGE_CHILDREN, &usage) == 0) {
        times.userS = secondsOf(usage.ru_utime);
        times.systemS = secondsOf(usage.ru_stime);
    }
    return times;
}

QStringList dropFolderFromPageCache(const QString& folder)
{
    QStringList notes;
    const QDir dir(folder);
    const QStringList files = dir.entryList({u"test_file.*"_s}, QDir::Files);
    for (const QString& file : files) {
        const QString left = dropFileFromPageCache(dir.filePath(file));
        if (!left.isEmpty() && notes.isEmpty()) // one file stands for all
            notes << Text::tr("The page cache of the file set was not dropped: %1").arg(left);
    }
    return notes;
}

} // namespace

HostTarget::HostTarget(TargetSettings settings, TargetContext context)
    : Target(std::move(settings), std::move(context))
{
}

Async<> HostTarget::open(std::stop_token stop)
{
    m_provenance = {};
    if (!QDir().mkpath(m_context.workDir))
        co_return Error(Error::Code::Io,
                        Text::tr("The folder %1 cannot be made. Is the disk full?").arg(m_context.workDir));
    m_open = true;
    ExecSpec spec(insideFactsCommand(sysbench()), m_context.workDir);
    spec.timeout = factsTimeout;
    OutputHandler none;
    const ExecOutcome told = co_await exec(spec, stop, none);
    const auto inside = parseInsideFacts(told.output, Text::tr("this machine"));
    if (told.kind == ExecOutcome::Kind::Cancelled || !inside) {
        co_await close();
        if (told.kind == ExecOutcome::Kind::Cancelled)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
        co_return Error(Error::Code::NotReady,
                        Text::tr("sysbench is not installed on this machine. Install it: sudo apt install sysbench"),
                        inside.error().detail);
    }
    QJsonObject facts = *inside;
    m_provenance.insert(u"sysbench"_s, facts.take(u"sysbench"_s));
    m_provenance.insert(u"inside"_s, facts);
    QString why;
    m_diskDevice = blockDeviceOf(m_context.workDir, &why);
    if (m_diskDevice.isEmpty())
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: %1").arg(why));
    else
        m_provenance.insert(u"host_disk"_s, blockDeviceName(m_diskDevice));
    co_return Unit();
}

Task<> HostTarget::close()
{
    m_open = false;
    removeOwnFolder(m_context.workDir);
    co_return;
}

Async<> HostTarget::pause(std::stop_token stop)
{
    Q_UNUSED(stop)
    co_return Unit(); // nothing of it runs between commands
}

Async<> HostTarget::resume(std::stop_token stop)
{
    Q_UNUSED(stop)
    co_return Unit();
}

Task<ExecOutcome> HostTarget::exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput)
{
    ExecOutcome outcome;
    ProcessSpec process(spec.argv.first(), spec.argv.mid(1));
    process.workingDirectory = spec.folder;
    process.timeout = spec.timeout;
    LocalProcess child(process);
    const auto take = [&outcome, onOutput](const QByteArray& chunk) {
        outcome.output += chunk;
        if (outcome.output.size() > 2 << 20)
            outcome.output.remove(0, outcome.output.size() - (1 << 20));
        if (onOutput)
            onOutput(chunk);
    };
    connect(&child, &LocalProcess::outputArrived, &child, take);
    connect(&child, &LocalProcess::errorOutputArrived, &child, take);
    OneShot<bool> ended;
    connect(&child, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    const ResolveOnStop<bool> onStop(stop, ended, false);
    const CpuTimes before = endedChildrenCpuTimes();
    child.start();
    m_pid = child.pid();
    const bool finished = co_await ended.wait();
    if (!finished) {
        child.cancel();
        co_await awaitDone(child);
    }
    m_pid = 0;
    const CpuTimes after = endedChildrenCpuTimes();
    m_endedCpu.userS += after.userS - before.userS;
    m_endedCpu.systemS += after.systemS - before.systemS;
    const ProcessOutcome& how = *child.outcome();
    outcome.seconds = how.seconds;
    outcome.exitCode = how.exitCode;
    using Kind = ProcessOutcome::Kind;
    switch (how.kind) {
    case Kind::Exited:
        outcome.kind = ExecOutcome::Kind::Exited;
        break;
    case Kind::TimedOut:
        outcome.kind = ExecOutcome::Kind::TimedOut;
        outcome.message = Text::tr("It did not end within %1 s.").arg(static_cast<double>(spec.timeout.count()) / 1000);
        break;
    case Kind::Cancelled:
        outcome.kind = ExecOutcome::Kind::Cancelled;
        outcome.message = Text::tr("Cancelled.");
        break;
    default:
        outcome.kind = ExecOutcome::Kind::NotRun;
        outcome.message = how.toError(spec.argv.first()).message;
        break;
    }
    co_return outcome;
}

Async<QString> HostTarget::prepareFileFolder(std::stop_token stop)
{
    Q_UNUSED(stop)
    const QString folder = m_context.workDir; // QCoro 0.8 moves out of a member that is returned
    co_return folder;
}

Task<QStringList> HostTarget::dropPageCache(QString folder, std::stop_token stop)
{
    Q_UNUSED(stop)
    const QFuture<QStringList> future = QtConcurrent::run(dropFolderFromPageCache, folder);
    co_return co_await future;
}

UsageCounters HostTarget::usage()
{
    UsageCounters counters;
    // A counter that never goes back, so that the samples at a command's beginning and end have it, too.
    counters.cpu = m_endedCpu;
    if (m_pid > 0) {
        if (const auto running = processCpuTimes(m_pid)) {
            counters.cpu->userS += running->userS;
            counters.cpu->systemS += running->systemS;
        }
    }
    if (!m_diskDevice.isEmpty())
        counters.diskBusyS = diskBusySeconds(m_diskDevice);
    return counters;
}

} // namespace bv
