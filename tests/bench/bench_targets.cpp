// What Benchvisor adds to a measurement, and to a start: the same work with and without it, in turn, as ratios.
// Who goes first changes from pair to pair. bench_targets [PAIRS [SECONDS]]; 0 seconds: the starts only

#include "bench_support.h"
#include "run/run_executor.h"
#include "run/session_lock.h"
#include "sysbench/command_line.h"
#include "sysbench/parser.h"
#include "target/docker/command_line.h"
#include "target/docker/docker_target.h"
#include "target/qemu/command_line.h"
#include "target/qemu/qemu_target.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;

namespace {

constexpr std::chrono::milliseconds grace{30000};

PlannedRun cpuRun(int seconds)
{
    PlannedRun run;
    run.test = sysbench::Test::Cpu;
    run.params = {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 1}, {u"time_s"_s, seconds}};
    return run;
}

double eventsPerSec(const QByteArray& output)
{
    const auto runs = sysbench::parseOutput(output, sysbench::Test::Cpu);
    return runs.isEmpty() ? 0 : runs.last().metrics.value(Metric::EventsPerSec).value_or(0);
}

double throughBenchvisor(Target& target, int seconds)
{
    RunExecutor executor(target, true, grace);
    const RunRecord record = QCoro::waitFor(executor.execute(cpuRun(seconds), std::stop_token(), RunObserver()));
    if (record.status != RunStatus::Ok)
        qFatal("%s", qPrintable(record.error));
    return record.metrics.value(Metric::EventsPerSec).value_or(0);
}

double byHandInDocker(const TargetContext& context, int seconds)
{
    const QStringList arguments = sysbench::runArguments(sysbench::Test::Cpu, cpuRun(seconds).params);
    ProcessSpec spec(context.tools.docker,
                     QStringList{u"run"_s, u"--rm"_s, u"--network"_s, u"none"_s, u"--cpuset-cpus"_s, cpusetFor(2),
                                 u"--memory"_s, u"1024m"_s, u"benchvisor-builtin:"_s + context.guest.digest.left(12),
                                 u"sysbench"_s} +
                         arguments);
    return eventsPerSec(QCoro::waitFor(runProcess(spec, std::stop_token())).output);
}

/// A QEMU of nobody's: started with the same argv, spoken to through the agent alone, nothing else running.
struct BareVm
{
    QString socketDir;
    std::unique_ptr<LocalProcess> process;
    std::unique_ptr<GuestAgent> agent;
    double readyS = 0;

    void start(const QStringList& argv)
    {
        QDir().mkpath(socketDir);
        QElapsedTimer clock;
        clock.start();
        process = std::make_unique<LocalProcess>(ProcessSpec(argv.first(), argv.mid(1)));
        process->start();
        agent = std::make_unique<GuestAgent>();
        const auto connected = QCoro::waitFor(agent->connectTo(socketDir + u"/qga"_s, grace, std::stop_token()));
        const auto ready = connected ? QCoro::waitFor(agent->synchronize(grace, std::stop_token())) : connected;
        if (!ready)
            qFatal("%s", qPrintable(ready.error().message));
        readyS = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
    }

    double measure(int seconds)
    {
        const QStringList arguments = sysbench::runArguments(sysbench::Test::Cpu, cpuRun(seconds).params);
        const QJsonObject request{{u"path"_s, u"/usr/bin/sysbench"_s},
                                  {u"arg"_s, QJsonArray::fromStringList(arguments)},
                                  {u"capture-output"_s, true}};
        const auto started = QCoro::waitFor(agent->execute(u"guest-exec"_s, request, grace));
        const QJsonObject pid{{u"pid"_s, (*started)["pid"_L1]}};
        QTest::qWait(seconds * 1000 + 300);
        while (true) {
            const auto status = QCoro::waitFor(agent->execute(u"guest-exec-status"_s, pid, grace));
            if ((*status)["exited"_L1].toBool())
                return eventsPerSec(QByteArray::fromBase64((*status)["out-data"_L1].toString().toLatin1()));
            QTest::qWait(100);
        }
    }

    void stop()
    {
        agent->close();
        process->kill();
        QCoro::waitFor(awaitDone(*process));
        QDir(socketDir).removeRecursively();
    }
};

TargetSettings dockerSettings()
{
    TargetSettings settings;
    settings.id = u"docker"_s;
    settings.kind = TargetKind::Docker;
    return settings;
}

TargetSettings qemuSettings()
{
    TargetSettings settings;
    settings.id = u"qemu"_s;
    settings.kind = TargetKind::Qemu;
    settings.qemu.accel = u"tcg"_s;
    return settings;
}

void openOrDie(Target& target)
{
    const auto opened = QCoro::waitFor(target.open(std::stop_token()));
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
}

QStringList bareArgv(const TargetContext& context, const QString& socketDir, const QString& disk)
{
    QemuRuntime runtime;
    runtime.program = context.tools.qemuX86;
    runtime.accel = u"tcg"_s;
    runtime.kernel = context.guest.kernel;
    runtime.initrd = context.guest.initrd;
    runtime.diskPath = disk;
    runtime.socketDir = socketDir;
    return qemuArgv(qemuSettings().qemu, runtime);
}

void dockerFidelity(const EngineSettings& settings, int pairs, int seconds)
{
    const TargetContext context = bench::context(settings, u"d"_s);
    DockerTarget target(dockerSettings(), context);
    openOrDie(target);
    QList<double> ratios;
    for (int i = 0; i < pairs; ++i) {
        const bool handFirst = i % 2 == 1;
        const double before = handFirst ? byHandInDocker(context, seconds) : 0;
        const double ours = throughBenchvisor(target, seconds);
        ratios << ours / (handFirst ? before : byHandInDocker(context, seconds));
    }
    QCoro::waitFor(target.close());
    bench::print("events/s: through Benchvisor / docker run", ratios, "×");
}

void qemuFidelity(const EngineSettings& settings, int pairs, int seconds)
{
    const TargetContext context = bench::context(settings, u"q"_s);
    QemuTarget target(qemuSettings(), context);
    openOrDie(target);
    BareVm bare;
    bare.socketDir = context.socketDir + u"-bare"_s;
    bare.start(bareArgv(context, bare.socketDir, {}));
    QList<double> ratios;
    for (int i = 0; i < pairs; ++i) {
        const auto bareAlone = [&] {
            (void)QCoro::waitFor(target.pause({}));
            const double value = bare.measure(seconds);
            (void)QCoro::waitFor(target.resume({}));
            return value;
        };
        const bool bareFirst = i % 2 == 1;
        const double before = bareFirst ? bareAlone() : 0;
        const double ours = throughBenchvisor(target, seconds);
        ratios << ours / (bareFirst ? before : bareAlone());
    }
    bare.stop();
    QCoro::waitFor(target.close());
    bench::print("events/s: through Benchvisor / bare QEMU", ratios, "×");
}

/// Seconds from the start of a bare QEMU, with a new disk of its own, to the answer of its guest.
double bareStart(const TargetContext& context)
{
    QDir().mkpath(context.workDir);
    const QString disk = context.workDir + u"/bare.raw"_s;
    const QStringList create = qemuImgCreateArgv(context.tools.qemuImg, DiskSettings(), disk);
    ProcessSpec make(create.first(), create.mid(1));
    (void)QCoro::waitFor(runProcess(make, std::stop_token()));
    BareVm bare;
    bare.socketDir = context.socketDir + u"-bare"_s;
    bare.start(bareArgv(context, bare.socketDir, disk));
    bare.stop();
    QFile::remove(disk);
    return bare.readyS;
}

void starts(const EngineSettings& settings, int pairs)
{
    QList<double> ratios;
    QList<double> opened;
    QList<double> bareTimes;
    for (int i = 0; i < pairs; ++i) {
        const TargetContext context = bench::context(settings, u"s%1"_s.arg(i));
        const bool bareFirst = i % 2 == 1;
        if (bareFirst)
            bareTimes << bareStart(context);
        QElapsedTimer clock;
        QemuTarget target(qemuSettings(), context);
        clock.start();
        openOrDie(target);
        opened << static_cast<double>(clock.nsecsElapsed()) * 1e-9;
        const double ready = target.provenance()["boot_ms"_L1].toDouble() / 1000;
        QCoro::waitFor(target.close());
        if (!bareFirst)
            bareTimes << bareStart(context);
        ratios << ready / bareTimes.last();
    }
    bench::print("VM start to ready, bare QEMU", bareTimes, "s");
    bench::print("VM start to ready: Benchvisor / bare QEMU", ratios, "×");
    bench::print("VM opened, disk and provenance included", opened, "s");
    QList<double> container;
    QList<double> containerOpened;
    for (int i = 0; i < pairs; ++i) {
        DockerTarget target(dockerSettings(), bench::context(settings, u"c"_s));
        QElapsedTimer clock;
        clock.start();
        openOrDie(target);
        containerOpened << static_cast<double>(clock.nsecsElapsed()) * 1e-9;
        container << target.provenance()["start_ms"_L1].toDouble() / 1000;
        QCoro::waitFor(target.close());
    }
    bench::print("container start to ready", container, "s");
    bench::print("container opened, volume and provenance incl.", containerOpened, "s");
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const int pairs = argc > 1 ? QByteArray(argv[1]).toInt() : 10;
    const int seconds = argc > 2 ? QByteArray(argv[2]).toInt() : 4;
    const EngineSettings settings = bench::settings();
    const auto lock = SessionLock::acquire(settings.folders.runtimeDir, u"bench-%1"_s.arg(::getpid()));
    starts(settings, pairs);
    if (seconds > 0) {
        dockerFidelity(settings, pairs, seconds);
        qemuFidelity(settings, pairs, seconds);
    }
    QDir(settings.folders.runtimeDir + u"/bench-%1"_s.arg(::getpid())).removeRecursively();
    QDir(settings.folders.workDir + u"/bench-%1"_s.arg(::getpid())).removeRecursively();
    return 0;
}
