#include "plan/validate.h"
#include "sysbench/catalogue.h"
#include "target/docker/command_line.h"
#include "target/docker/container_engine.h"
#include "target/inside_facts.h"
#include "target/qemu/command_line.h"

#include "process/process.h"

#include <QCoro/QCoroTask>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

class TestTargetTexts : public QObject
{
    Q_OBJECT
private slots:
    void readsInsideFacts();
    void readsLimits_data();
    void readsLimits();
    void refusesWithoutSysbench_data();
    void refusesWithoutSysbench();
    void asksThisMachine();
    void scriptsAreShell_data();
    void scriptsAreShell();
    void tellsFreeSpace();
    void startsContainers_data();
    void startsContainers();
    void containerIsLockedUp();
    void choosesCpus_data();
    void choosesCpus();
    void startsQemu();
    void namesOwnOptionsRightly_data();
    void namesOwnOptionsRightly();
    void qemuVariants_data();
    void qemuVariants();
    void makesDisks_data();
    void makesDisks();
    void explains_data();
    void explains();
    void mendNamesTheEngineMeant_data();
    void mendNamesTheEngineMeant();
};

namespace {

const QByteArray facts = "nproc=2\nmemory_kib=1018764\nlimit_memory_bytes=max\ncpu_max=max 100000\n"
                         "kernel=6.1.0-49-cloud-amd64\nmachine=x86_64\nos=Benchvisor guest\nclocksource=tsc\n"
                         "sysbench_path=/usr/bin/sysbench\n"
                         "sysbench_sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
                         "sysbench_version=sysbench 1.0.20\n";

/// The value after an option.
QString after(const QStringList& argv, const QString& option)
{
    const qsizetype at = argv.indexOf(option);
    return at < 0 ? QString() : argv.value(at + 1);
}

} // namespace

void TestTargetTexts::readsInsideFacts()
{
    const auto read = parseInsideFacts(facts, u"the guest"_s);
    QVERIFY(read);
    const QJsonObject expected{
        {u"nproc"_s, 2},
        {u"memory_mib"_s, 1018764.0 / 1024},
        {u"kernel"_s, u"6.1.0-49-cloud-amd64"_s},
        {u"machine"_s, u"x86_64"_s},
        {u"clocksource"_s, u"tsc"_s},
        {u"os"_s, u"Benchvisor guest"_s},
        {u"sysbench"_s,
         QJsonObject{{u"version"_s, u"1.0.20"_s},
                     {u"path"_s, u"/usr/bin/sysbench"_s},
                     {u"sha256"_s, u"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"_s}}}};
    QCOMPARE(*read, expected);
}

void TestTargetTexts::readsLimits_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<double>("memoryMib"); // -1: absent
    QTest::addColumn<double>("cpus");
    QTest::newRow("none told") << QByteArray() << -1.0 << -1.0;
    QTest::newRow("cgroup 2") << QByteArray("limit_memory_bytes=1073741824\ncpu_max=150000 100000\n") << 1024.0 << 1.5;
    QTest::newRow("cgroup 2, no limits") << QByteArray("limit_memory_bytes=max\ncpu_max=max 100000\n") << -1.0 << -1.0;
    QTest::newRow("cgroup 1") << QByteArray("limit_memory_bytes=268435456\ncpu_max=50000 100000\n") << 256.0 << 0.5;
    QTest::newRow("cgroup 1, no limits") << QByteArray("limit_memory_bytes=9223372036854771712\ncpu_max=-1 100000\n")
                                         << -1.0 << -1.0;
    QTest::newRow("nonsense") << QByteArray("limit_memory_bytes=\ncpu_max=\nnproc=\nmemory_kib=x\n") << -1.0 << -1.0;
}

void TestTargetTexts::readsLimits()
{
    QFETCH(QByteArray, lines);
    const auto read = parseInsideFacts(lines + "sysbench_version=sysbench 1.0.20\r\n", u"it"_s);
    QVERIFY(read);
    QTEST((*read)["limit_memory_mib"_L1].toDouble(-1), "memoryMib");
    QTEST((*read)["limit_cpus"_L1].toDouble(-1), "cpus");
    QVERIFY(!read->contains("nproc"_L1));
    QCOMPARE((*read)["sysbench"_L1]["version"_L1].toString(), u"1.0.20"_s);
    QVERIFY(!(*read)["sysbench"_L1].toObject().contains("sha256"_L1));
}

void TestTargetTexts::refusesWithoutSysbench_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QString>("message");
    const QString none = u"There is no sysbench in the image x. Install it there, or use the image \"builtin\"."_s;
    QTest::newRow("not there") << QByteArray("nproc=2\nkernel=6.1\n") << none;
    QTest::newRow("nothing told") << QByteArray() << none;
    QTest::newRow("does not run")
        << QByteArray("sysbench_path=/usr/bin/sysbench\nsysbench_version=error while loading shared libraries\n")
        << u"/usr/bin/sysbench in the image x does not run as sysbench."_s;
    QTest::newRow("says nothing") << QByteArray("sysbench_path=/opt/sysbench\nsysbench_version=\n")
                                  << u"/opt/sysbench in the image x does not run as sysbench."_s;
}

void TestTargetTexts::refusesWithoutSysbench()
{
    QFETCH(QByteArray, output);
    QFETCH(QString, message);
    const auto read = parseInsideFacts(output, u"the image x"_s);
    QVERIFY(!read);
    QCOMPARE(read.error().code, Code::NotReady);
    QCOMPARE(read.error().message, message);
    const auto advised = parseInsideFacts({}, u"the guest"_s, u"Do it."_s);
    QCOMPARE(advised.error().message, u"There is no sysbench in the guest. Do it."_s);
}

void TestTargetTexts::asksThisMachine()
{
    const QStringList command = insideFactsCommand(QStringLiteral(BV_FAKES_DIR) + u"/fake-sysbench"_s);
    const auto outcome = QCoro::waitFor(runProcess(ProcessSpec(command.first(), command.mid(1)), std::stop_token()));
    QVERIFY2(outcome.ok(), outcome.errorOutput.constData());
    const auto read = parseInsideFacts(outcome.output, u"this machine"_s);
    QVERIFY(read);
    QVERIFY((*read)["nproc"_L1].toInt() >= 1);
    QVERIFY((*read)["memory_mib"_L1].toDouble() > 100);
    QCOMPARE((*read)["sysbench"_L1]["version"_L1].toString(), u"1.0.20"_s);
    QCOMPARE((*read)["sysbench"_L1]["sha256"_L1].toString().size(), 64);
}

void TestTargetTexts::scriptsAreShell_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::newRow("facts") << insideFactsCommand(u"sysbench"_s);
    QTest::newRow("kill") << killAllCommand();
    QTest::newRow("drop") << dropFilesCommand();
    QTest::newRow("free") << freeSpaceCommand();
}

void TestTargetTexts::scriptsAreShell()
{
    QFETCH(QStringList, command);
    QCOMPARE(command.mid(0, 2), (QStringList{u"sh"_s, u"-c"_s}));
    const ProcessSpec spec(u"sh"_s, {u"-n"_s, u"-c"_s, command.value(2)});
    const auto outcome = QCoro::waitFor(runProcess(spec, std::stop_token()));
    QVERIFY2(outcome.ok(), outcome.errorOutput.constData());
}

void TestTargetTexts::tellsFreeSpace()
{
    const QTemporaryDir dir;
    ProcessSpec spec(freeSpaceCommand().first(), freeSpaceCommand().mid(1));
    spec.workingDirectory = dir.path();
    const auto outcome = QCoro::waitFor(runProcess(spec, std::stop_token()));
    QVERIFY(outcome.output.trimmed().toLongLong() > 0);
    ProcessSpec drop(dropFilesCommand().first(), dropFilesCommand().mid(1));
    drop.workingDirectory = dir.path();
    const auto nothing = QCoro::waitFor(runProcess(drop, std::stop_token()));
    QCOMPARE(nothing.exitCode, 3);
    QCOMPARE(nothing.output, "no file set\n");
}

void TestTargetTexts::startsContainers_data()
{
    QTest::addColumn<QString>("storage");
    QTest::addColumn<QString>("cpuset");
    QTest::addColumn<QStringList>("limits");
    QTest::addColumn<QStringList>("files");
    QTest::newRow("volume, cpuset") << u"volume"_s << u"0-1"_s << QStringList{u"--cpuset-cpus"_s, u"0-1"_s}
                                    << QStringList{u"--volume"_s, u"vol:/bench"_s};
    QTest::newRow("layer, quota") << u"layer"_s << QString() << QStringList{u"--cpus"_s, u"1.5"_s} << QStringList();
    QTest::newRow("tmpfs") << u"tmpfs"_s << u"3"_s << QStringList{u"--cpuset-cpus"_s, u"3"_s}
                           << QStringList{u"--tmpfs"_s, u"/bench:rw,size=512m"_s};
}

void TestTargetTexts::startsContainers()
{
    QFETCH(QString, storage);
    QFETCH(QString, cpuset);
    QFETCH(QStringList, limits);
    QFETCH(QStringList, files);
    DockerSettings settings;
    settings.cpus = 1.5;
    settings.memoryMib = 512;
    settings.storage = storage;
    ContainerRuntime runtime;
    runtime.program = u"docker"_s;
    runtime.name = u"name"_s;
    runtime.volume = u"vol"_s;
    runtime.image = u"image:1"_s;
    runtime.sessionId = u"S"_s;
    runtime.owner = u"O"_s;
    runtime.cpuset = cpuset;
    const QStringList expected = QStringList{u"docker"_s,         u"run"_s,
                                             u"--rm"_s,           u"--interactive"_s,
                                             u"--name"_s,         u"name"_s,
                                             u"--label"_s,        u"org.benchvisor.session=S"_s,
                                             u"--label"_s,        u"org.benchvisor.owner=O"_s,
                                             u"--pull"_s,         u"never"_s,
                                             u"--network"_s,      u"none"_s,
                                             u"--cap-drop"_s,     u"ALL"_s,
                                             u"--security-opt"_s, u"no-new-privileges"_s,
                                             u"--pids-limit"_s,   u"8192"_s,
                                             u"--log-driver"_s,   u"none"_s} +
                                 limits + QStringList{u"--memory"_s, u"512m"_s, u"--memory-swap"_s, u"512m"_s} + files +
                                 QStringList{u"--user"_s,
                                             u"0"_s,
                                             u"--entrypoint"_s,
                                             u"sh"_s,
                                             u"image:1"_s,
                                             u"-c"_s,
                                             u"mkdir -p /bench && echo ready && exec cat >/dev/null"_s};
    QCOMPARE(containerRunArgv(settings, runtime), expected);
}

void TestTargetTexts::containerIsLockedUp()
{
    const QStringList argv = containerRunArgv({}, {});
    QVERIFY(!argv.contains(u"--privileged"_s));
    QVERIFY(!argv.contains(u"--publish"_s));
    QVERIFY(!argv.contains(u"--tty"_s));
    QCOMPARE(after(argv, u"--network"_s), u"none"_s);
    // Every number of threads that a plan may ask for fits, with the shell and what measures beside it.
    const qint64 most = sysbench::findOption(sysbench::Test::Cpu, u"threads"_s)->maximum;
    QVERIFY(after(argv, u"--pids-limit"_s).toLongLong() >= most + 16);
}

void TestTargetTexts::choosesCpus_data()
{
    QTest::addColumn<double>("cpus");
    QTest::addColumn<bool>("chosen");
    QTest::newRow("one") << 1.0 << true;
    QTest::newRow("a fraction") << 0.5 << false;
    QTest::newRow("one and a half") << 1.5 << false;
    QTest::newRow("none") << 0.0 << false;
    QTest::newRow("more than there are") << 4096.0 << false;
}

void TestTargetTexts::choosesCpus()
{
    QFETCH(double, cpus);
    QFETCH(bool, chosen);
    const QString set = cpusetFor(cpus);
    QCOMPARE(!set.isEmpty(), chosen);
    if (chosen)
        QVERIFY(!set.contains(u'-') && !set.contains(u','));
}

void TestTargetTexts::startsQemu()
{
    QemuSettings settings;
    settings.extraArgs = {u"-rtc"_s, u"base=utc"_s};
    QemuRuntime runtime;
    runtime.program = u"qemu"_s;
    runtime.accel = u"tcg"_s;
    runtime.kernel = u"/g/kernel"_s;
    runtime.initrd = u"/g/initrd"_s;
    runtime.diskPath = u"/w/a,b.raw"_s;
    runtime.socketDir = u"/r/s,1"_s;
    const QStringList expected{u"qemu"_s,
                               u"-M"_s,
                               u"q35,hpet=off"_s,
                               u"-accel"_s,
                               u"tcg,thread=multi"_s,
                               u"-cpu"_s,
                               u"max"_s,
                               u"-smp"_s,
                               u"2"_s,
                               u"-m"_s,
                               u"1024"_s,
                               u"-nodefaults"_s,
                               u"-no-user-config"_s,
                               u"-no-reboot"_s,
                               u"-display"_s,
                               u"none"_s,
                               u"-kernel"_s,
                               u"/g/kernel"_s,
                               u"-initrd"_s,
                               u"/g/initrd"_s,
                               u"-append"_s,
                               u"console=ttyS0 quiet panic=-1 tsc=reliable clocksource=tsc"_s,
                               u"-qmp"_s,
                               u"unix:/r/s,,1/qmp,server=on,wait=off"_s,
                               u"-serial"_s,
                               u"file:/r/s,,1/console"_s,
                               u"-device"_s,
                               u"virtio-serial-pci"_s,
                               u"-chardev"_s,
                               u"socket,id=qga,path=/r/s,,1/qga,server=on,wait=off"_s,
                               u"-device"_s,
                               u"virtserialport,chardev=qga,name=org.qemu.guest_agent.0"_s,
                               u"-chardev"_s,
                               u"socket,id=out0,path=/r/s,,1/out0,server=on,wait=off"_s,
                               u"-device"_s,
                               u"virtserialport,chardev=out0,name=stream.0"_s,
                               u"-chardev"_s,
                               u"socket,id=st0,path=/r/s,,1/st0,server=on,wait=off"_s,
                               u"-device"_s,
                               u"virtserialport,chardev=st0,name=stats.0"_s,
                               u"-drive"_s,
                               u"file=/w/a,,b.raw,format=raw,if=none,id=d0,cache=writethrough,aio=threads"_s,
                               u"-device"_s,
                               u"virtio-blk-pci,drive=d0"_s,
                               u"-rtc"_s,
                               u"base=utc"_s};
    QCOMPARE(qemuArgv(settings, runtime), expected);
}

void TestTargetTexts::namesOwnOptionsRightly_data()
{
    QTest::addColumn<QString>("option");
    for (const char* option :
         {"-m",      "-smp",    "-accel",  "-enable-kvm", "-M",       "-machine",  "-cpu",     "-qmp",
          "-serial", "-kernel", "-initrd", "-append",     "-display", "-name",     "-monitor", "-nographic",
          "-rtc",    "-vga",    "-bios",   "-boot",       "-netdev",  "-parallel", "-usb"})
        QTest::newRow(option) << QString::fromLatin1(option);
}

/// What a plan is told of its extra_args is true of the command line, and nothing that stands there is forgotten.
void TestTargetTexts::namesOwnOptionsRightly()
{
    QFETCH(QString, option);
    Plan plan;
    plan.targets = {TargetSettings()};
    plan.targets[0].id = u"vm"_s;
    plan.targets[0].kind = TargetKind::Qemu;
    plan.targets[0].qemu.extraArgs = {option, u"x"_s};
    const QList<PlanProblem> problems = validatePlan(plan, {});
    const bool isNamed = std::any_of(problems.cbegin(), problems.cend(), [](const PlanProblem& problem) {
        return problem.where == u"targets[0].extra_args[0]"_s;
    });
    // Two have another name on the command line.
    const QString written = option == u"-machine"_s ? u"-M"_s : option == u"-enable-kvm"_s ? u"-accel"_s : option;
    QCOMPARE(isNamed, qemuArgv({}, {}).contains(written));
}

void TestTargetTexts::qemuVariants_data()
{
    QTest::addColumn<QString>("machine");
    QTest::addColumn<QString>("accel");
    QTest::addColumn<QString>("machineOption");
    QTest::addColumn<QString>("accelOption");
    QTest::newRow("kvm") << u"q35"_s << u"kvm"_s << u"q35,hpet=off"_s << u"kvm"_s;
    QTest::newRow("pc") << u"pc"_s << u"tcg"_s << u"pc,hpet=off"_s << u"tcg,thread=multi"_s;
    QTest::newRow("microvm") << u"microvm"_s << u"kvm"_s << u"microvm"_s << u"kvm"_s;
}

void TestTargetTexts::qemuVariants()
{
    QFETCH(QString, machine);
    QFETCH(QString, accel);
    QemuSettings settings;
    settings.machine = machine;
    settings.smp = 4;
    settings.memoryMib = 512;
    settings.cpu = u"host"_s;
    QemuRuntime runtime;
    runtime.accel = accel;
    const QStringList argv = qemuArgv(settings, runtime);
    QTEST(after(argv, u"-M"_s), "machineOption");
    QTEST(after(argv, u"-accel"_s), "accelOption");
    QCOMPARE(after(argv, u"-smp"_s), u"4"_s);
    QCOMPARE(after(argv, u"-m"_s), u"512"_s);
    QCOMPARE(after(argv, u"-cpu"_s), u"host"_s);
    QVERIFY(!argv.contains(u"-drive"_s)); // no disk, no drive
    QVERIFY(!argv.join(u' ').contains(u"netdev"_s));
    QVERIFY(guestKernelCommandLine(u"aarch64"_s).contains(u"ttyAMA0"_s));
    // While a start is measured the kernel speaks, at once; else it is quiet.
    QVERIFY(after(argv, u"-append"_s).contains(u" quiet "_s));
    runtime.watched = true;
    const QString watched = after(qemuArgv(settings, runtime), u"-append"_s);
    QVERIFY(!watched.contains(u"quiet"_s) && watched.contains(u"earlyprintk=ttyS0"_s));
    QVERIFY(guestKernelCommandLine(u"aarch64"_s, true).contains(u"earlycon=pl011"_s));
}

void TestTargetTexts::makesDisks_data()
{
    QTest::addColumn<double>("gib");
    QTest::addColumn<QString>("bytes");
    QTest::newRow("4 GiB") << 4.0 << u"4294967296"_s;
    QTest::newRow("half") << 0.5 << u"536870912"_s;
    QTest::newRow("odd, whole sectors") << 0.0000019 << u"1536"_s;
}

void TestTargetTexts::makesDisks()
{
    QFETCH(double, gib);
    QFETCH(QString, bytes);
    DiskSettings disk;
    disk.format = u"qcow2"_s;
    disk.sizeGib = gib;
    QCOMPARE(qemuImgCreateArgv(u"qemu-img"_s, disk, u"/w/d"_s),
             (QStringList{u"qemu-img"_s, u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, u"/w/d"_s, bytes}));
}

void TestTargetTexts::explains_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("mend"); // part of the message
    using Kind = ProcessOutcome::Kind;
    const auto row = [](const char* name, Kind kind, int status, const char* said, Code code, const char* mend) {
        QTest::newRow(name) << int(kind) << status << QByteArray(said) << int(code) << QString::fromLatin1(mend);
    };
    row("not installed", Kind::FailedToStart, -1, "", Code::NotFound, "Install it: sudo apt install docker.io");
    row("no daemon", Kind::Exited, 1,
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        Code::NotReady, "Start it: sudo systemctl start docker.");
    row("no daemon, run", Kind::Exited, 125, "docker: Cannot connect to the Docker daemon at tcp://x. Is it up?",
        Code::NotReady, "Start it");
    row("no daemon, 28", Kind::Exited, 1, "failed to connect to the docker API at unix:///var/run/docker.sock",
        Code::NotReady, "Start it");
    row("remote", Kind::Exited, 1, "error during connect: Get \"http://host:2375/v1.41/info\": dial tcp",
        Code::NotReady, "No container engine answers");
    row("podman", Kind::Exited, 125, "Error: unable to connect to Podman socket", Code::NotReady,
        "No container engine");
    row("no permission", Kind::Exited, 1,
        "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        Code::NotReady, "sudo usermod -aG docker $USER");
    row("no permission, 25", Kind::Exited, 1,
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        Code::NotReady, "sudo usermod -aG docker $USER");
    row("no image", Kind::Exited, 1, "Error: No such image: foo:1", Code::NotFound, "docker pull IMAGE");
    row("no image, run", Kind::Exited, 125,
        "docker: Error response from daemon: No such image: foo:1.\nSee 'docker run --help'.", Code::NotFound,
        "No such image: foo:1");
    row("no image, podman", Kind::Exited, 125, "Error: foo: image not known", Code::NotFound, "not on this machine");
    row("denied", Kind::Exited, 1, "pull access denied for foo", Code::NotFound, "not on this machine");
    row("full", Kind::Exited, 125, "docker: write /var/lib/docker: no space left on device.", Code::NoSpace, "full");
    row("125", Kind::Exited, 125,
        "docker: Error response from daemon: Requested CPUs are not available.\nSee 'docker run --help'.",
        Code::NotReady, "starting: the container engine refused: docker: Error response from daemon: Requested CPUs");
    row("126", Kind::Exited, 126, "exec: \"sh\": permission denied: unknown.", Code::NotReady, "cannot be run in this");
    row("127", Kind::Exited, 127, "exec: \"sh\": executable file not found in $PATH", Code::NotFound,
        "the image does not have the command: exec:");
    row("other", Kind::Exited, 2, "unknown flag: --foo", Code::NonZeroExit, "starting: unknown flag: --foo");
    row("silent", Kind::Exited, 2, "", Code::NonZeroExit, "starting: exit status 2.");
    row("killed", Kind::Crashed, 9, "", Code::Crashed, "starting: ended by signal 9.");
    row("hangs", Kind::TimedOut, -1, "", Code::TimedOut, "starting: no answer after");
    row("stopped", Kind::Cancelled, -1, "Cannot connect to the Docker daemon", Code::Cancelled, "cancelled");
}

void TestTargetTexts::explains()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(QByteArray, said);
    QFETCH(int, code);
    QFETCH(QString, mend);
    qunsetenv("DOCKER_HOST");
    ProcessOutcome outcome;
    outcome.kind = static_cast<ProcessOutcome::Kind>(kind);
    outcome.exitCode = status;
    outcome.errorOutput = said;
    const Error error = ContainerEngine(u"/usr/bin/docker"_s).explain(outcome, u"starting"_s);
    QCOMPARE(int(error.code), code);
    QVERIFY2(error.message.contains(mend), qPrintable(error.message));
    QVERIFY(!error.message.contains(u'\n'));
}

void TestTargetTexts::mendNamesTheEngineMeant_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QString>("context");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("mend");
    QTest::newRow("here") << QByteArray() << QString() << u"docker"_s << u"sudo systemctl start docker"_s;
    QTest::newRow("podman") << QByteArray() << QString() << u"podman"_s << u"start podman.socket"_s;
    QTest::newRow("host") << QByteArray("tcp://far:2375") << QString() << u"docker"_s
                          << u"at tcp://far:2375 (DOCKER_HOST). Start it there, or unset DOCKER_HOST"_s;
    QTest::newRow("context") << QByteArray() << u"far"_s << u"docker"_s << u"in the context far. Start it there"_s;
    QTest::newRow("both") << QByteArray("tcp://far:2375") << u"near"_s << u"docker"_s << u"unset DOCKER_HOST"_s;
}

/// Whoever works with an engine elsewhere is not helped by starting one here.
void TestTargetTexts::mendNamesTheEngineMeant()
{
    QFETCH(QByteArray, host);
    QFETCH(QString, context);
    QFETCH(QString, program);
    QFETCH(QString, mend);
    qunsetenv("DOCKER_CONTEXT");
    if (host.isEmpty())
        qunsetenv("DOCKER_HOST");
    else
        qputenv("DOCKER_HOST", host);
    ProcessOutcome outcome;
    outcome.kind = ProcessOutcome::Kind::Exited;
    outcome.exitCode = 1;
    outcome.output = R"({"ID":"","Containers":0,"ClientInfo":{"Context":"far"}})"; // what newer clients print beside it
    outcome.errorOutput = "Cannot connect to the Docker daemon at " + host + ". Is the docker daemon running?";
    const Error error = ContainerEngine(program).explain(outcome, u"info"_s, context);
    qunsetenv("DOCKER_HOST");
    QCOMPARE(int(error.code), int(Code::NotReady));
    QVERIFY2(error.message.contains(mend), qPrintable(error.message));
    QCOMPARE(error.message.contains(u"sudo systemctl"_s), mend.contains(u"sudo systemctl"_s));
    QCOMPARE(error.detail, QString::fromUtf8(outcome.errorOutput));
}

QTEST_GUILESS_MAIN(TestTargetTexts)
#include "tst_target_texts.moc"
