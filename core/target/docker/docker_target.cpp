#include "target/docker/docker_target.h"

#include "async/deadline.h"
#include "async/sleep.h"
#include "base/shell_line.h"
#include "target/docker/images.h"
#include "target/inside_facts.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::DockerTarget)
};

constexpr std::chrono::milliseconds callTimeout{20000};
constexpr std::chrono::milliseconds importTimeout{120000};
constexpr std::chrono::milliseconds startTimeout{30000};
constexpr std::chrono::milliseconds makingTimeout{1500};
constexpr std::chrono::milliseconds makingPause{50};
constexpr std::chrono::milliseconds endTimeout{1000}; ///< usual: a fifth of it; then it is removed by force
constexpr std::chrono::milliseconds goneTimeout{3000};
constexpr std::chrono::milliseconds closeTimeout{5000}; ///< of each step of close()
constexpr std::chrono::milliseconds lateEndTimeout{500};

} // namespace

DockerTarget::DockerTarget(TargetSettings settings, TargetContext context)
    : Target(std::move(settings), std::move(context))
    , m_engine(m_context.tools.docker)
    , m_name(containerName(m_context.sessionId, m_settings.id))
    , m_volume(m_name)
{
}

QString DockerTarget::containerName(const QString& sessionId, const QString& targetId)
{
    return u"benchvisor-%1-%2"_s.arg(sessionId, targetId);
}

/// All that it needs before the container is made. On failure nothing of it is left.
Async<ContainerRuntime> DockerTarget::assemble(std::stop_token stop)
{
    m_provenance = {};
    m_paused = false;
    const auto info = co_await m_engine.info(stop);
    if (!info)
        co_return info.error();
    m_info = *info;
    const auto image = co_await resolveImage(stop);
    if (!image)
        co_return image.error();
    ContainerRuntime runtime;
    runtime.program = m_engine.program();
    runtime.name = m_name;
    runtime.volume = m_volume;
    runtime.image = *image;
    runtime.sessionId = m_context.sessionId;
    runtime.owner = m_context.owner;
    runtime.cpuset = cpusetFor(m_settings.docker.cpus, m_info.cpus);
    if (m_settings.docker.storage == "volume"_L1) {
        const QStringList create{u"volume"_s,  u"create"_s,
                                 u"--label"_s, sessionLabel + u'=' + m_context.sessionId,
                                 u"--label"_s, ownerLabel + u'=' + m_context.owner,
                                 m_volume};
        m_volumeMade = true;
        const auto made = co_await m_engine.call(create, callTimeout, stop);
        if (!made) {
            co_await close();
            co_return made.error();
        }
    }
    co_return runtime;
}

Async<> DockerTarget::open(std::stop_token stop)
{
    const auto assembled = co_await assemble(stop);
    if (!assembled)
        co_return assembled.error();
    ContainerRuntime runtime = *assembled;
    QStringList argv = containerRunArgv(m_settings.docker, runtime);
    emit said(shellLine(argv));
    auto opened = co_await startContainer(argv, stop);
    if (!opened && opened.error().detail.contains("cpuset"_L1) && !runtime.cpuset.isEmpty()) {
        // Rootless engines often may not pin; a quota is the next best, and is said.
        warn(Text::tr(
            "The engine may not pin the container to CPUs; a quota limits it instead, which shows in the latencies."));
        runtime.cpuset.clear();
        argv = containerRunArgv(m_settings.docker, runtime);
        opened = co_await startContainer(argv, stop);
    }
    if (opened)
        opened = co_await askProvenance(argv, runtime.image, stop);
    if (!opened)
        co_await close();
    co_return opened;
}

Async<QString> DockerTarget::resolveImage(std::stop_token stop)
{
    const bool builtin = m_settings.docker.image == "builtin"_L1;
    QString reference = builtin ? u"benchvisor-builtin:"_s + m_context.guest.digest.left(12) : m_settings.docker.image;
    const QStringList inspect{u"image"_s, u"inspect"_s, u"--format"_s, u"{{json .}}"_s, reference};
    auto found = co_await m_engine.call(inspect, callTimeout, stop);
    if (!found && builtin && found.error().code == Error::Code::NotFound) {
        const auto imported = co_await importBuiltin(reference, stop);
        if (!imported)
            co_return imported.error();
        found = co_await m_engine.call(inspect, callTimeout, stop);
    }
    if (!found)
        co_return found.error();
    const QJsonDocument document = QJsonDocument::fromJson(found->toUtf8());
    const QJsonObject json = document.isArray() ? document.array().first().toObject() : document.object();
    QJsonObject image{{u"reference"_s, reference}, {u"id"_s, json["Id"_L1].toString()}};
    const QString digest = json["RepoDigests"_L1][0].toString();
    if (!digest.isEmpty())
        image.insert(u"digest"_s, digest);
    m_provenance.insert(u"image"_s, image);
    co_return reference;
}

Async<QString> DockerTarget::importBuiltin(QString reference, std::stop_token stop)
{
    emit said(Text::tr("Importing the built-in image into %1.").arg(m_info.product));
    const QStringList arguments = imageImportArgv(m_engine.program(), m_context.guest.imageTar, reference).mid(1);
    const auto imported = co_await m_engine.call(arguments, importTimeout, stop);
    if (imported)
        (void)co_await removeBuiltinImages(m_engine, reference, stop); // in use by another session: it stays
    co_return imported;
}

Async<> DockerTarget::startContainer(QStringList argv, std::stop_token stop)
{
    ProcessSpec spec(argv.first(), argv.mid(1));
    spec.keepStdinOpen = true;
    spec.captureLimit = 8192;
    m_container = std::make_unique<LocalProcess>(spec);
    OneShot<bool> settled;
    // The container's first process says so: it runs.
    connect(m_container.get(), &LocalProcess::outputArrived, settled.context(), [settled] { settled.resolve(true); });
    connect(m_container.get(), &LocalProcess::done, settled.context(), [settled] { settled.resolve(false); });
    settled.resolveAfter(startTimeout, false);
    const ResolveOnStop<bool> onStop(stop, settled, false);
    QElapsedTimer clock;
    clock.start();
    m_container->start();
    const bool ready = co_await settled.wait();
    m_provenance.insert(u"start_ms"_s, clock.elapsed());
    m_ready = ready;
    if (ready)
        co_return Unit();
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (m_container->outcome())
        co_return m_engine.explain(*m_container->outcome(), Text::tr("The container did not start"));
    co_return Error(Error::Code::TimedOut,
                    Text::tr("The container did not start within %1 s.").arg(startTimeout.count() / 1000));
}

Async<> DockerTarget::askProvenance(QStringList argv, QString image, std::stop_token stop)
{
    ExecSpec facts(insideFactsCommand(sysbench()), u"/"_s);
    facts.timeout = callTimeout;
    OutputHandler none;
    const ExecOutcome told = co_await exec(facts, stop, none);
    if (told.kind == ExecOutcome::Kind::Cancelled)
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (!told.ok())
        co_return Error(Error::Code::NotReady, Text::tr("The container could not be asked: %1").arg(told.message),
                        QString::fromUtf8(told.output.right(1000)));
    const auto inside = parseInsideFacts(told.output, Text::tr("the image %1").arg(image));
    if (!inside)
        co_return inside.error();
    QJsonObject facts2 = *inside;
    m_provenance.insert(u"sysbench"_s, facts2.take(u"sysbench"_s));
    m_provenance.insert(u"inside"_s, facts2);
    m_provenance.insert(u"engine"_s, m_info.toJson());
    m_provenance.insert(u"argv"_s, QJsonArray::fromStringList(argv));
    m_provenance.insert(u"storage"_s, m_settings.docker.storage);
    m_provenance.insert(u"storage_driver"_s, m_info.storageDriver);
    if (m_settings.docker.image == "builtin"_L1)
        m_provenance.insert(u"guest_digest"_s, m_context.guest.digest);
    checkLimits();
    co_await findCounters(stop);
    co_return Unit();
}

void DockerTarget::warn(const QString& sentence)
{
    QJsonArray warnings = m_provenance["warnings"_L1].toArray();
    warnings.append(sentence);
    m_provenance.insert(u"warnings"_s, warnings);
}

/// Some engines (rootless, without delegated control groups) take limits and do not enforce them.
void DockerTarget::checkLimits()
{
    const QJsonObject inside = m_provenance["inside"_L1].toObject();
    const double quota = inside["limit_cpus"_L1].toDouble();
    const double cpus = quota > 0 ? quota : inside["nproc"_L1].toDouble();
    if (cpus > std::ceil(m_settings.docker.cpus) + 0.01)
        warn(
            Text::tr("The container sees %1 CPUs although it was limited to %2: the engine does not enforce the limit.")
                .arg(cpus)
                .arg(m_settings.docker.cpus));
    const double memory = inside["limit_memory_mib"_L1].toDouble();
    if (memory <= 0 || memory > m_settings.docker.memoryMib * 1.01)
        warn(
            Text::tr(
                "The container's memory limit of %1 MiB cannot be seen inside: perhaps the engine does not enforce it.")
                .arg(m_settings.docker.memoryMib));
}

Task<> DockerTarget::findCounters(std::stop_token stop)
{
    m_stats.reset();
    m_cpuStatFile.clear();
    m_diskDevice.clear();
    const QStringList inspect{u"inspect"_s, u"--format"_s, u"{{.State.Pid}} {{.Id}}"_s, m_name};
    const auto told = co_await m_engine.call(inspect, callTimeout, stop);
    if (told)
        m_cpuStatFile = cpuStatFileOf(told->section(u' ', 0, 0).toLongLong(), told->section(u' ', 1, 1));
    if (m_cpuStatFile.isEmpty()) {
        const QString why =
            Text::tr("the container's control group is not on this machine, or this user may not see it");
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: %1").arg(why));
        if (m_info.product == "Podman"_L1) {
            m_provenance.insert(u"cpu_utilization"_s, Text::tr("not available: %1").arg(why));
            co_return;
        }
        m_provenance.insert(u"cpu_utilization"_s, Text::tr("from the engine's interface: %1").arg(why));
        m_stats = std::make_unique<EngineStats>(m_engine.program(), m_name);
        co_return;
    }
    if (m_settings.docker.storage == "tmpfs"_L1) {
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: the files are in memory (tmpfs)"));
        co_return;
    }
    QString folder = m_info.rootDir;
    if (m_settings.docker.storage == "volume"_L1) {
        const QStringList mount{u"volume"_s, u"inspect"_s, u"--format"_s, u"{{.Mountpoint}}"_s, m_volume};
        const auto mounted = co_await m_engine.call(mount, callTimeout, stop);
        folder = mounted.valueOr(folder);
    }
    QString why;
    m_diskDevice = blockDeviceOf(folder, &why);
    if (m_diskDevice.isEmpty())
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: %1").arg(why));
    else
        m_provenance.insert(u"host_disk"_s, blockDeviceName(m_diskDevice));
}

Task<> DockerTarget::close()
{
    std::stop_token never;
    if (m_stats)
        m_stats->stop();
    if (!m_ready)
        co_await awaitMade();
    // One that never ran does not read its input either.
    const bool clean = m_container && m_container->isRunning() && m_ready && !m_paused;
    if (clean)
        m_container->closeStdin(); // its first process reads to the end of its input; --rm removes the container
    const bool ended = m_container && co_await containerEndsSoon(clean ? endTimeout : std::chrono::milliseconds(1));
    const bool removed =
        ended && m_container->outcome() && m_container->outcome()->kind == ProcessOutcome::Kind::Exited;
    if ((m_container || m_creating || m_created) && !removed) {
        const QStringList remove{u"rm"_s, u"--force"_s, u"--volumes"_s, m_name};
        const auto forced = co_await m_engine.call(remove, closeTimeout, never);
        // It was going already: its client ends when it is gone; until then its volume is in use.
        if (!forced && forced.error().detail.contains("already in progress"_L1))
            (void)co_await containerEndsSoon(goneTimeout);
        if (m_container) {
            m_container->cancel();
            co_await awaitDone(*m_container);
        }
    }
    m_container.reset();
    m_creating = false;
    m_created = false;
    m_paused = false;
    m_ready = false;
    if (m_volumeMade) {
        const QStringList remove{u"volume"_s, u"rm"_s, u"--force"_s, m_volume};
        const auto gone = co_await m_engine.call(remove, closeTimeout, never);
        m_volumeMade = !gone;
    }
}

/// An engine that is making a container goes on when its client is stopped, and the container would be left behind: it
/// can be removed only when it is there.
Task<> DockerTarget::awaitMade()
{
    std::stop_token never;
    const QStringList inspect{u"inspect"_s, u"--format"_s, u"{{.State.Running}}"_s, m_name};
    const QDeadlineTimer patience(makingTimeout);
    while ((m_creating || (m_container && m_container->isRunning())) && !patience.hasExpired()) {
        const auto made = co_await m_engine.call(inspect, timeLeft(patience), never);
        if (made || made.error().code == Error::Code::NotReady)
            co_return;
        co_await sleepFor(makingPause, never);
    }
}

Task<bool> DockerTarget::containerEndsSoon(std::chrono::milliseconds patience)
{
    if (!m_container || m_container->outcome())
        co_return true;
    OneShot<bool> ended;
    connect(m_container.get(), &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    ended.resolveAfter(patience, false);
    co_return co_await ended.wait();
}

/// Empty while the container runs, and after a stop.
Task<QString> DockerTarget::askWhyGone(std::stop_token stop)
{
    const QStringList inspect{u"inspect"_s, u"--format"_s, u"{{.State.Running}}"_s, m_name};
    const auto running = co_await m_engine.call(inspect, closeTimeout, stop);
    if ((running && *running == "true"_L1) || stop.stop_requested())
        co_return QString();
    if (m_container) {
        m_container->kill(); // the client of a container that is gone, which it may not have noticed
        co_await awaitDone(*m_container);
    }
    const bool engineGone = !running && running.error().code == Error::Code::NotReady;
    co_return engineGone ? Text::tr("The container engine ended while it measured. %1").arg(running.error().message)
                         : Text::tr("The container ended while it measured: it was killed or stopped from outside.");
}

Async<> DockerTarget::pause(std::stop_token stop)
{
    const QStringList arguments{u"pause"_s, m_name};
    m_paused = true; // also when nobody waits for the answer any more: the engine may have done it
    const auto paused = co_await m_engine.call(arguments, callTimeout, stop);
    if (paused)
        co_return Unit();
    m_paused = paused.error().code == Error::Code::TimedOut || paused.error().code == Error::Code::Cancelled;
    co_return paused.error();
}

Async<> DockerTarget::resume(std::stop_token stop)
{
    if (!m_paused)
        co_return Unit();
    const QStringList arguments{u"unpause"_s, m_name};
    const auto resumed = co_await m_engine.call(arguments, callTimeout, stop);
    if (!resumed)
        co_return resumed.error();
    m_paused = false;
    co_return Unit();
}

QStringList DockerTarget::commandFor(const ExecSpec& spec) const
{
    return QStringList{m_engine.program(), u"exec"_s, u"--workdir"_s, spec.folder, m_name} + spec.argv;
}

Task<ExecOutcome> DockerTarget::exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput)
{
    ExecOutcome outcome;
    if (!isOpen()) {
        outcome.kind = ExecOutcome::Kind::TargetGone;
        outcome.message = Text::tr("The container ended.");
        co_return outcome;
    }
    const QStringList argv = commandFor(spec);
    ProcessSpec process(argv.first(), argv.mid(1));
    process.timeout = spec.timeout;
    LocalProcess client(process);
    const auto take = [&outcome, onOutput](const QByteArray& chunk) {
        outcome.output += chunk;
        if (outcome.output.size() > 2 << 20)
            outcome.output.remove(0, outcome.output.size() - (1 << 20));
        if (onOutput)
            onOutput(chunk);
    };
    connect(&client, &LocalProcess::outputArrived, &client, take);
    connect(&client, &LocalProcess::errorOutputArrived, &client, take);
    if (spec.sample && m_stats)
        m_stats->start();
    OneShot<bool> ended;
    connect(&client, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    const ResolveOnStop<bool> onStop(stop, ended, false);
    client.start();
    const bool finished = co_await ended.wait();
    if (m_stats)
        m_stats->stop();
    if (!finished) {
        client.kill();
        co_await awaitDone(client);
    }
    const ProcessOutcome& how = *client.outcome();
    outcome.seconds = how.seconds;
    using Kind = ProcessOutcome::Kind;
    if (how.kind == Kind::Cancelled) { // the container is closed next, and what runs in it ends
        outcome.kind = ExecOutcome::Kind::Cancelled;
        outcome.message = Text::tr("Cancelled.");
        co_return outcome;
    }
    if (how.kind == Kind::TimedOut) {
        // The client is gone, what it started in the container is not.
        const QStringList killer = QStringList{u"exec"_s, m_name} + killAllCommand();
        (void)co_await m_engine.call(killer, callTimeout, stop);
        outcome.kind = ExecOutcome::Kind::TimedOut;
        outcome.message = Text::tr("It did not end within %1 s.").arg(static_cast<double>(spec.timeout.count()) / 1000);
        co_return outcome;
    }
    outcome.exitCode = how.exitCode;
    // The client's words differ from fault to fault; whether the container is still there is what counts.
    QString goneWhy;
    if (!how.ok())
        goneWhy = co_await askWhyGone(stop);
    if (goneWhy.isEmpty() && how.exitCode == 137) {
        // What kills a container kills first what runs in it: the engine may know of its end a moment later, its client
        // later still.
        (void)co_await containerEndsSoon(lateEndTimeout);
        goneWhy = co_await askWhyGone(stop);
    }
    if (!goneWhy.isEmpty()) {
        outcome.kind = ExecOutcome::Kind::TargetGone;
        outcome.message = goneWhy;
    } else if (how.kind != Kind::Exited || how.exitCode == 126 || how.exitCode == 127) {
        outcome.kind = ExecOutcome::Kind::NotRun;
        outcome.message = m_engine.explain(how, Text::tr("The command did not run in the container")).message;
    } else {
        outcome.kind = ExecOutcome::Kind::Exited;
        if (how.exitCode == 137)
            outcome.message =
                Text::tr("It was killed in the container; perhaps it needed more than its %1 MiB of memory.")
                    .arg(m_settings.docker.memoryMib);
    }
    co_return outcome;
}

Async<QString> DockerTarget::prepareFileFolder(std::stop_token stop)
{
    Q_UNUSED(stop)
    co_return containerFileFolder; // made by the container's first process
}

Task<QStringList> DockerTarget::dropPageCache(QString folder, std::stop_token stop)
{
    QStringList notes;
    ExecSpec spec(dropFilesCommand(), folder);
    spec.timeout = importTimeout;
    OutputHandler none;
    const ExecOutcome dropped = co_await exec(spec, stop, none);
    if (m_settings.docker.storage == "tmpfs"_L1)
        notes << Text::tr("The files are in memory (tmpfs): there is no page cache to drop.");
    else if (!dropped.ok())
        notes << Text::tr("The page cache of the file set was not dropped: %1")
                     .arg(dropped.message.isEmpty() ? QString::fromUtf8(dropped.output).trimmed() : dropped.message);
    if (m_info.product == "Docker Desktop"_L1 || m_cpuStatFile.isEmpty())
        notes << Text::tr(
            "The engine's machine dropped its page cache; caches of the machine below it were not dropped.");
    co_return notes;
}

UsageCounters DockerTarget::usage()
{
    UsageCounters counters;
    if (!m_cpuStatFile.isEmpty()) {
        counters.cpu = cgroupCpuTimes(m_cpuStatFile);
    } else if (m_stats && m_stats->cpu()) {
        counters.cpu = m_stats->cpu();
        counters.atS = m_stats->atS();
    }
    if (!m_diskDevice.isEmpty())
        counters.diskBusyS = diskBusySeconds(m_diskDevice);
    return counters;
}

} // namespace bv
