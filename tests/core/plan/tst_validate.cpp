#include "plan/not_yet.h"
#include "plan/presets.h"
#include "plan/validate.h"

#include <QtTest>
#include <cmath>
#include <functional>
#include <limits>

using namespace bv;
using namespace Qt::StringLiterals;
using sysbench::Test;

namespace {

constexpr MachineLimits machine{4, 8192};
using Change = std::function<void(Plan&)>;

/// Docker and QEMU; cpu and fileio, writing, on files larger than memory: no problem at all.
Plan soundPlan()
{
    Plan plan = *preset(u"quick"_s, machine);
    plan.suites[1].parameters[0] = SuiteParameter{u"file_total_size"_s, {u"2G"_s}};
    for (SuiteParameter& parameter : plan.suites[1].parameters) {
        if (parameter.name == "file_test_mode"_L1) // reading would come from the host's memory, a second cache
            parameter.values = {u"rndwr"_s, u"seqrewr"_s};
    }
    return plan;
}

/// "error targets[0].cpus: …" for each problem.
QStringList told(const QList<PlanProblem>& problems)
{
    QStringList lines;
    for (const PlanProblem& problem : problems) {
        const QString severity = problem.severity == PlanProblem::Severity::Error ? u"error "_s : u"warning "_s;
        lines << severity + problem.where + u": "_s + problem.message;
    }
    return lines;
}

void setParameter(Suite& suite, const QString& name, const QJsonArray& values)
{
    suite.parameters.removeIf([&name](const SuiteParameter& parameter) { return parameter.name == name; });
    suite.parameters << SuiteParameter{name, values};
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestValidate : public QObject
{
    Q_OBJECT
private slots:
    void soundPlanHasNoProblem();
    void one_data();
    void one();
    void diskOfNothing();
    void oneThreadOnPartOfACpu();
    void accepted_data();
    void accepted();
    void notYet();
    void allAtOnce();
    void unknownLimits();
    void cachedFiles();
    void secondCache_data();
    void secondCache();
    void hugeLists();
};

void TestValidate::soundPlanHasNoProblem()
{
    QCOMPARE(told(validatePlan(soundPlan(), machine)), QStringList());
    QVERIFY(checkPlan(soundPlan(), machine));
}

// Each change of the sound plan gives exactly one problem, which begins like this.
void TestValidate::one_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("begins");
    const auto row = [](const char* name, const Change& change, const QString& begins) {
        QTest::newRow(name) << change << begins;
    };
    const auto docker = [&row](const char* name, void (*change)(DockerSettings&), const QString& begins) {
        row(
            name, [change](Plan& plan) { change(plan.targets[0].docker); }, begins);
    };
    const auto qemu = [&row](const char* name, void (*change)(QemuSettings&), const QString& begins) {
        row(
            name, [change](Plan& plan) { change(plan.targets[1].qemu); }, begins);
    };
    const auto parameter = [&row](const char* name, int suite, const QString& key, const QJsonArray& values,
                                  const QString& begins) {
        row(
            name, [=](Plan& plan) { setParameter(plan.suites[suite], key, values); }, begins);
    };
    const double nan = std::nan("");

    row(
        "no targets", [](Plan& p) { p.targets.clear(); }, u"error targets: The plan has no targets."_s);
    row(
        "id illegal", [](Plan& p) { p.targets[0].id = u"a/b"_s; },
        u"error targets[0].id: \"a/b\" cannot be an id. Use 1 to 64"_s);
    row(
        "id empty", [](Plan& p) { p.targets[0].id.clear(); }, u"error targets[0].id: \"\" cannot be an id."_s);
    row(
        "id twice", [](Plan& p) { p.targets[1].id = p.targets[0].id; },
        u"error targets[1].id: The id \"docker-2c-1g\" is that of targets[0] already."_s);
    row(
        "label", [](Plan& p) { p.targets[0].label = u"a\nb"_s; }, u"error targets[0].label: It holds a line break"_s);

    docker(
        "image empty", [](DockerSettings& d) { d.image = u" "_s; }, u"error targets[0].image: It is empty."_s);
    docker(
        "image is an option", [](DockerSettings& d) { d.image = u"--privileged"_s; },
        u"error targets[0].image: \"--privileged\" is not the name of an image."_s);
    docker(
        "cpus 0", [](DockerSettings& d) { d.cpus = 0; }, u"error targets[0].cpus: A container needs some CPU."_s);
    docker(
        "cpus nan", [](DockerSettings& d) { d.cpus = std::nan(""); },
        u"error targets[0].cpus: A container needs some CPU."_s);
    docker(
        "cpus of the host", [](DockerSettings& d) { d.cpus = 4.5; },
        u"error targets[0].cpus: 4.5 CPUs are more than this machine has (4). Give at most 4."_s);
    docker(
        "cpus fraction", [](DockerSettings& d) { d.cpus = 1.5; },
        u"warning targets[0].cpus: A fraction of a CPU is a quota"_s);
    docker(
        "memory 0", [](DockerSettings& d) { d.memoryMib = 0; },
        u"error targets[0].memory_mib: 0 MiB of memory is too little. Give at least 6 MiB."_s);
    docker(
        "storage", [](DockerSettings& d) { d.storage = u"volumes"_s; },
        u"error targets[0].storage: \"volumes\" is not possible. Use \"volume\", \"layer\" or \"tmpfs\". Did you mean \"volume\"?"_s);

    qemu(
        "smp 0", [](QemuSettings& q) { q.smp = 0; }, u"error targets[1].smp: A VM needs at least 1 CPU."_s);
    qemu(
        "smp 256", [](QemuSettings& q) { q.smp = 256; },
        u"error targets[1].smp: 256 CPUs are more than QEMU gives to a VM. Set smp to at most 255."_s);
    qemu(
        "smp above the host's", [](QemuSettings& q) { q.smp = 5; },
        u"warning targets[1].smp: The VM has 5 CPUs, this machine 4"_s);
    row(
        "memory of the host",
        [](Plan& p) {
            p.targets[1].qemu.memoryMib = 8193;
            p.suites.removeLast(); // whose files would fit into so much memory
        },
        u"error targets[1].memory_mib: 8193 MiB is more memory than this machine has (8192 MiB)."_s);
    qemu(
        "memory tiny", [](QemuSettings& q) { q.memoryMib = 127; },
        u"error targets[1].memory_mib: 127 MiB of memory is too little. Give at least 128 MiB."_s);
    qemu(
        "memory negative", [](QemuSettings& q) { q.memoryMib = std::numeric_limits<int>::min(); },
        u"error targets[1].memory_mib: -2147483648 MiB of memory is too little."_s);
    qemu(
        "guest", [](QemuSettings& q) { q.guest = u"ubuntu"_s; },
        u"error targets[1].guest: \"ubuntu\" is not possible. Use \"builtin\", \"disk\" or \"iso\"."_s);
    qemu(
        "arch", [](QemuSettings& q) { q.arch = u"x86-64"_s; },
        u"error targets[1].arch: \"x86-64\" is not possible. Use \"x86_64\" or \"aarch64\". Did you mean \"x86_64\"?"_s);
    qemu(
        "channel", [](QemuSettings& q) { q.channel = u"serial"_s; }, u"error targets[1].channel: "_s);
    qemu(
        "accel", [](QemuSettings& q) { q.accel = u"kvn"_s; },
        u"error targets[1].accel: \"kvn\" is not possible. Use \"auto\", \"tcg\", \"kvm\", \"hvf\" or \"whpx\". Did you mean \"kvm\"?"_s);
    qemu(
        "machine", [](QemuSettings& q) { q.machine.clear(); }, u"error targets[1].machine: It is empty."_s);
    qemu(
        "cpu", [](QemuSettings& q) { q.cpu = u"max\n"_s; }, u"error targets[1].cpu: It holds a line break"_s);
    qemu(
        "cpu host with tcg",
        [](QemuSettings& q) {
            q.cpu = u"host"_s;
            q.accel = u"tcg"_s;
        },
        u"error targets[1].cpu: The CPU \"host\" works with KVM only"_s);
    qemu(
        "cpu host with auto", [](QemuSettings& q) { q.cpu = u"host"_s; },
        u"warning targets[1].cpu: The CPU \"host\" works with KVM only"_s);
    qemu(
        "disk size 0", [](QemuSettings& q) { q.disk.sizeGib = 0; },
        u"error targets[1].disk.size_gib: A disk needs a size."_s);
    qemu(
        "disk size", [](QemuSettings& q) { q.disk.sizeGib = 1e6; },
        u"error targets[1].disk.size_gib: 1e+06 GiB is too large."_s);
    qemu(
        "disk format", [](QemuSettings& q) { q.disk.format = u"qcow"_s; },
        u"error targets[1].disk.format: \"qcow\" is not possible. Use \"raw\", \"qcow2\" or \"luks\". Did you mean \"qcow2\"?"_s);
    qemu(
        "disk cache", [](QemuSettings& q) { q.disk.cache = u"writetrough"_s; },
        u"error targets[1].disk.cache: \"writetrough\" is not possible."_s);
    qemu(
        "disk cache unsafe", [](QemuSettings& q) { q.disk.cache = u"unsafe"_s; },
        u"warning targets[1].disk.cache: With \"unsafe\""_s);
    qemu(
        "disk aio", [](QemuSettings& q) { q.disk.aio = u"thread"_s; },
        u"error targets[1].disk.aio: \"thread\" is not possible."_s);
    qemu(
        "aio native", [](QemuSettings& q) { q.disk.aio = u"native"_s; },
        u"error targets[1].disk.aio: QEMU takes \"native\" only with"_s);
    qemu(
        "daemonize",
        [](QemuSettings& q) {
            q.extraArgs = {u"-x"_s, u"--daemonize"_s};
        },
        u"error targets[1].extra_args[1]: With -daemonize Benchvisor could not"_s);
    qemu(
        "overriding",
        [](QemuSettings& q) {
            q.extraArgs = {u"-smp"_s, u"4"_s};
        },
        u"warning targets[1].extra_args[0]: -smp is what the target's setting \"smp\" decides."_s);
    qemu(
        "overriding by another name",
        [](QemuSettings& q) {
            q.extraArgs = {u"-x"_s, u"--enable-kvm"_s};
        },
        u"warning targets[1].extra_args[1]: -enable-kvm is what the target's setting \"accel\" decides."_s);
    qemu(
        "own option",
        [](QemuSettings& q) {
            q.extraArgs = {u"-qmp"_s, u"stdio"_s};
        },
        u"error targets[1].extra_args[0]: With -qmp Benchvisor could not control the VM: whoever speaks there"_s);
    qemu(
        "own log",
        [](QemuSettings& q) {
            q.extraArgs = {u"-serial"_s, u"stdio"_s};
        },
        u"warning targets[1].extra_args[0]: Benchvisor gives QEMU -serial itself"_s);

    row(
        "time of mutex",
        [](Plan& p) {
            p.suites << Suite{Test::Mutex, {{u"time_s"_s, {10}}}};
        },
        u"warning suites[2].time_s: mutex ends when its work is done"_s);
    row(
        "no suites", [](Plan& p) { p.suites.clear(); }, u"error suites: The plan has no suites."_s);
    row(
        "no test",
        [](Plan& p) {
            p.suites[0] = Suite{Test::Unknown, {}};
        },
        u"error suites[0].test: The suite has no test."_s);
    parameter("time 0", 0, u"time_s"_s, {0},
              u"error suites[0].time_s: found the number 0; a run needs at least 1 second."_s);
    parameter("time text", 0, u"time_s"_s, {u"10"_s}, u"error suites[0].time_s: found a text (\"10\"); a run needs"_s);
    parameter("time fraction", 0, u"time_s"_s, {1.5}, u"error suites[0].time_s: found the number 1.5;"_s);
    parameter("time too long", 0, u"time_s"_s, {100000}, u"error suites[0].time_s: 100000 s is longer than a day."_s);
    parameter("threads 0", 0, u"threads"_s, {0},
              u"error suites[0].threads: found the number 0; sysbench needs at least 1 thread."_s);
    parameter("one of several", 0, u"threads"_s, {1, -1}, u"error suites[0].threads[1]: found the number -1;"_s);
    parameter(
        "threads crowded", 0, u"threads"_s, {1, 4},
        u"warning suites[0].threads: 4 threads are more than the CPUs of Docker 2 CPU 1 GiB, QEMU 2 CPU 1 GiB:"_s);
    parameter("prime 0", 0, u"cpu_max_prime"_s, {0}, u"error suites[0].cpu_max_prime: "_s);
    parameter("size 0", 1, u"file_total_size"_s, {0}, u"error suites[1].file_total_size: "_s);
    parameter("size", 1, u"file_total_size"_s, {u"1.5G"_s}, u"error suites[1].file_total_size: "_s);
    parameter("block 0", 1, u"file_block_size"_s, {0}, u"error suites[1].file_block_size: "_s);
    parameter("mode", 1, u"file_test_mode"_s, {u"seq"_s}, u"error suites[1].file_test_mode: "_s);
    parameter("small files", 1, u"file_block_size"_s, {u"1G"_s},
              u"error suites[1].file_total_size: 2G in 128 files leaves less than one block of 1G"_s);
    parameter("full disk", 1, u"file_total_size"_s, {u"2G"_s, u"4G"_s},
              u"error suites[1].file_total_size: 4G of files do not fit the disk of QEMU 2 CPU 1 GiB (4 GiB)."_s);
    parameter(
        "cached", 1, u"file_total_size"_s, {u"512M"_s, u"2G"_s},
        u"warning suites[1].file_total_size: 512M of files fit into the memory of Docker 2 CPU 1 GiB, QEMU 2 CPU 1 GiB,"_s);
    parameter("no value", 0, u"threads"_s, {}, u"error suites[0].threads: It has no value."_s);
    parameter("listed twice", 0, u"cpu_max_prime"_s, {20000, 5, 20000},
              u"warning suites[0].cpu_max_prime[2]: It is listed twice"_s);
    parameter("size listed twice", 1, u"file_block_size"_s, {u"8K"_s, 8192},
              u"warning suites[1].file_block_size[1]: It is listed twice"_s);
    parameter("of another test", 0, u"file_num"_s, {5},
              u"error suites[0].file_num: The cpu test has no such setting."_s);
    row(
        "parameter twice",
        [](Plan& p) {
            p.suites[0].parameters << SuiteParameter{u"threads"_s, {1}};
        },
        u"error suites[0].threads: The suite has it twice."_s);
    row(
        "no mode",
        [](Plan& p) {
            p.suites[1].parameters.removeIf([](const SuiteParameter& x) { return x.name == u"file_test_mode"_s; });
        },
        u"error suites[1]: fileio needs \"file_test_mode\"."_s);
    row(
        "large blocks",
        [](Plan& p) {
            p.suites[0] = Suite{Test::Memory, {{u"memory_block_size"_s, {u"1G"_s}}}};
        },
        u"warning suites[0].memory_block_size: A block of 1G is more than half of the memory of Docker 2 CPU 1 GiB, QEMU"_s);

    row(
        "repeats 0", [](Plan& p) { p.repeats = 0; }, u"error repeats: Each run must be done at least once."_s);
    row(
        "repeats many", [](Plan& p) { p.repeats = 10'001; }, u"error repeats: 10001 repeats are too many."_s);
    row(
        "repeats 1", [](Plan& p) { p.repeats = 1; }, u"warning repeats: One run shows no spread"_s);
    row(
        "warm-up", [](Plan& p) { p.warmup = -1; }, u"error warmup: There cannot be fewer than 0 warm-up runs."_s);
    row(
        "cooldown", [](Plan& p) { p.cooldownS = -1; }, u"error cooldown_s: A rest cannot be shorter than 0 s."_s);
    row(
        "cooldown nan", [nan](Plan& p) { p.cooldownS = nan; },
        u"error cooldown_s: A rest cannot be shorter than 0 s."_s);
    row(
        "cooldown long", [](Plan& p) { p.cooldownS = 3601; },
        u"error cooldown_s: 3601 s between two runs are more than an hour."_s);
    row(
        "min above max",
        [](Plan& p) {
            p.adaptive = AdaptiveRepeats{2.5, 6, 5};
        },
        u"error adaptive.max_repeats: At most 5 repeats are fewer than the least, 6."_s);
    row(
        "min 1",
        [](Plan& p) {
            p.adaptive = AdaptiveRepeats{2.5, 1, 5};
        },
        u"error adaptive.min_repeats: An interval needs at least 2 repeats."_s);
    row(
        "max many",
        [](Plan& p) {
            p.adaptive = AdaptiveRepeats{2.5, 5, 10'001};
        },
        u"error adaptive.max_repeats: 10001 repeats are too many."_s);
    row(
        "half-width 0",
        [](Plan& p) {
            p.adaptive = AdaptiveRepeats{0, 5, 20};
        },
        u"error adaptive.half_width_pct: It must be more than 0"_s);
    row(
        "half-width 100",
        [](Plan& p) {
            p.adaptive = AdaptiveRepeats{100, 5, 20};
        },
        u"error adaptive.half_width_pct: "_s);

    row(
        "sysbench into the built-in guest", [](Plan& p) { p.targets[1].qemu.installSysbench = true; },
        u"error targets[1].install_sysbench: The built-in guest has sysbench already."_s);
    row(
        "sysbench without a network",
        [](Plan& p) {
            p.targets[1].qemu.guest = u"iso"_s;
            p.targets[1].qemu.iso = u"ubuntu.iso"_s;
            p.targets[1].qemu.installSysbench = true;
        },
        u"warning targets[1].network: Without a network the guest reaches no package sources but its own"_s);
    row(
        "hvf", [](Plan& p) { p.targets[1].qemu.accel = u"hvf"_s; },
        u"error targets[1].accel: This version runs on Linux only, where QEMU has no hvf."_s);
    const auto boot = [&row](const char* name, const QString& key, const QJsonValue& value, const QString& begins) {
        row(
            name,
            [key, value](Plan& plan) {
                plan.suites << Suite{Test::Boot, {{key, {value}}}};
            },
            begins);
    };
    boot("no CPU", u"smp"_s, 0, u"error suites[2].smp: found the number 0; a target needs at least 1 CPU."_s);
    boot("CPUs in words", u"smp"_s, u"two"_s, u"error suites[2].smp: found a text (\"two\"); a target needs"_s);
    boot("half a MiB", u"memory_mib"_s, 0.5, u"error suites[2].memory_mib: found the number 0.5; give MiB"_s);
    boot("no such cache", u"cache"_s, u"hot"_s,
         u"error suites[2].cache: found a text (\"hot\"). Use \"warm\" or \"cold\"."_s);
    boot("too little for a VM", u"memory_mib"_s, 16,
         u"error suites[2].memory_mib: QEMU 2 CPU 1 GiB: 16 MiB of memory is too little."_s);
}

void TestValidate::one()
{
    QFETCH(Change, change);
    QFETCH(QString, begins);
    Plan plan = soundPlan();
    change(plan);
    const QList<PlanProblem> problems = validatePlan(plan, machine);
    QVERIFY2(problems.size() == 1, qPrintable(told(problems).join(u'\n')));
    const QString line = told(problems).first();
    QVERIFY2(line.startsWith(begins), qPrintable(line));
    QVERIFY(!line.contains(u"%1"_s));
    const bool isError = begins.startsWith(u"error"_s);
    QCOMPARE(hasErrors(problems), isError);
    const auto check = checkPlan(plan, machine);
    QCOMPARE(static_cast<bool>(check), !isError);
    if (isError) {
        QCOMPARE(check.error().code, Error::Code::BadInput);
        QCOMPARE(u"error "_s + check.error().message, line);
    }
}

void TestValidate::diskOfNothing()
{
    Plan plan = soundPlan();
    plan.targets[1].qemu.disk.sizeGib = 1e-9;
    const QString first = told(validatePlan(plan, machine)).value(0);
    QVERIFY2(first.startsWith(u"error targets[1].disk.size_gib: 1e-09 GiB is too small."_s), qPrintable(first));
}

void TestValidate::oneThreadOnPartOfACpu()
{
    Plan plan = soundPlan();
    plan.targets[0].docker.cpus = 0.5;
    const QString all = told(validatePlan(plan, machine)).join(u'\n');
    QVERIFY2(all.contains(u"warning suites[0].threads: One thread would use more CPU than Docker 0.5 CPU 1 GiB may:"_s),
             qPrintable(all));
}

void TestValidate::accepted_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, const Change& change) { QTest::newRow(name) << change; };
    row("aio native without cache", [](Plan& p) {
        p.targets[1].qemu.disk.aio = u"native"_s;
        p.targets[1].qemu.disk.cache = u"none"_s;
    });
    row("cpu host with kvm", [](Plan& p) {
        p.targets[1].qemu.cpu = u"host"_s;
        p.targets[1].qemu.accel = u"kvm"_s;
    });
    row("machine with options", [](Plan& p) { p.targets[1].qemu.machine = u"q35,hpet=off"_s; });
    row("every device", [](Plan& p) {
        QemuSettings& q = p.targets[1].qemu;
        q.topology = {2, 1, 0};
        q.gpu = u"virtio-gpu-pci,xres=1280,yres=720"_s;
        q.display = u"vnc"_s;
        q.usb = {u"keyboard"_s, u"tablet"_s};
        q.sound = u"intel-hda"_s;
        q.network = u"user"_s;
        q.nic = u"e1000,mac=52:54:00:00:00:01"_s;
        q.boot = u"order=d,menu=on"_s;
        q.accel = u"tcg"_s;
        q.accelOptions = u"thread=single,tb-size=512"_s;
        q.cpu = u"qemu64,+aes"_s;
        q.machine = u"pc-q35-7.2,vmport=off"_s;
        q.disk.preallocation = u"full"_s;
        q.disk.options = u"discard=unmap,detect-zeroes=unmap"_s;
        q.disk.deviceOptions = u"num-queues=2"_s;
        q.extraArgs = {u"-rtc"_s, u"base=utc"_s};
    });
    row("many fileio threads", [](Plan& p) { setParameter(p.suites[1], u"threads"_s, {64}); });
    row("small files, but direct", [](Plan& p) {
        setParameter(p.suites[1], u"file_total_size"_s, {u"256M"_s});
        setParameter(p.suites[1], u"file_extra_flags"_s, {u"direct"_s});
    });
    row("all CPUs", [](Plan& p) {
        p.targets[0].docker.cpus = 4;
        p.targets[1].qemu.smp = 4;
    });
    row("settings of another kind", [](Plan& p) {
        p.targets[0].qemu.smp = -1;
        p.targets[1].docker.cpus = -1;
    });
    row("adaptive", [](Plan& p) {
        p.adaptive = AdaptiveRepeats();
        p.repeats = 1;
    });
    row("a guest from a disk", [](Plan& p) {
        p.targets[1].qemu.guest = u"disk"_s;
        p.targets[1].qemu.disk.path = u"ubuntu.raw"_s;
    });
    row("an overlay for a guest", [](Plan& p) {
        p.targets[1].qemu.guest = u"disk"_s;
        p.targets[1].qemu.disk.base = u"ubuntu.qcow2"_s;
        p.targets[1].qemu.disk.format = u"qcow2"_s;
    });
    row("a guest from an ISO, by ssh", [](Plan& p) {
        p.targets[1].qemu.guest = u"iso"_s;
        p.targets[1].qemu.iso = u"ubuntu.iso"_s;
        p.targets[1].qemu.channel = u"ssh"_s;
        p.targets[1].qemu.network = u"user"_s;
        p.targets[1].qemu.ssh.user = u"ubuntu"_s;
        p.targets[1].qemu.installSysbench = true;
    });
    row("mutex and threads", [](Plan& p) {
        p.suites << Suite{Test::Mutex, {{u"threads"_s, {32}}}} << Suite{Test::Threads, {}};
    });
}

void TestValidate::accepted()
{
    QFETCH(Change, change);
    Plan plan = soundPlan();
    change(plan);
    QCOMPARE(told(validatePlan(plan, machine)), QStringList());
}

void TestValidate::notYet()
{
    QCOMPARE(notYetSupported(soundPlan()).size(), 0);
    Plan plan = soundPlan();
    plan.targets[0].qemu.guest = u"iso"_s; // of a container: not used
    QCOMPARE(notYetSupported(plan).size(), 0);
}

void TestValidate::allAtOnce()
{
    Plan plan = soundPlan();
    plan.targets[0].docker.cpus = -1;
    plan.targets[1].qemu.smp = 0;
    plan.targets[1].qemu.accel = u"hvf"_s;
    setParameter(plan.suites[0], u"time_s"_s, {0});
    plan.repeats = 0;
    plan.cooldownS = -1;
    QCOMPARE(validatePlan(plan, machine).size(), 6);
    const auto check = checkPlan(plan, machine);
    QVERIFY(!check);
    QVERIFY(check.error().message.startsWith(u"targets[0].cpus: "_s));
    QCOMPARE(check.error().detail.count(u'\n'), 4);
}

void TestValidate::unknownLimits()
{
    Plan plan = soundPlan();
    plan.targets[0].docker.cpus = 500;
    plan.targets[1].qemu.smp = 200;
    plan.targets[1].qemu.memoryMib = 2000;
    QCOMPARE(told(validatePlan(plan, {})), QStringList());
    plan.targets[1].qemu.memoryMib = 7500; // leaves no reserve
    plan.targets[1].qemu.disk.sizeGib = 20;
    setParameter(plan.suites[1], u"file_total_size"_s, {u"10G"_s});
    const QStringList lines = told(validatePlan(plan, {0, 8192}));
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines[0].startsWith(u"warning targets[1].memory_mib: 7500 MiB leaves this machine"_s));
}

void TestValidate::cachedFiles()
{
    // The host measures its cache as well, if its memory is known.
    Plan plan = soundPlan();
    plan.targets = {TargetSettings()};
    plan.targets[0].id = u"host"_s;
    QCOMPARE(validatePlan(plan, {}).size(), 0);
    QCOMPARE(validatePlan(plan, machine).size(), 1);
    plan = soundPlan();
    plan.targets[0].docker.storage = u"tmpfs"_s;
    const QStringList lines = told(validatePlan(plan, machine));
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[0].startsWith(u"warning targets[0].storage: "_s));
    QVERIFY(lines[1].startsWith(u"error suites[1].file_total_size: 2G of files on tmpfs do not fit"_s));
}

void TestValidate::secondCache_data()
{
    QTest::addColumn<QString>("cache");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("flags");
    QTest::addColumn<qint64>("hostMib");
    QTest::addColumn<int>("warnings");
    QTest::newRow("writethrough") << u"writethrough"_s << u"seqrd"_s << QString() << qint64(8192) << 1;
    QTest::newRow("direct") << u"writeback"_s << u"rndrw"_s << u"direct"_s << qint64(8192) << 1;
    QTest::newRow("none") << u"none"_s << u"seqrd"_s << u"direct"_s << qint64(8192) << 0;
    QTest::newRow("larger than the host") << u"writethrough"_s << u"seqrd"_s << QString() << qint64(2048) << 0;
    QTest::newRow("memory not known") << u"writethrough"_s << u"seqrd"_s << QString() << qint64(0) << 0;
    QTest::newRow("only written") << u"writethrough"_s << u"rndwr"_s << QString() << qint64(8192) << 0;
}

/// The guest's memory is not all that caches a VM's disk.
void TestValidate::secondCache()
{
    QFETCH(QString, cache);
    QFETCH(QString, mode);
    QFETCH(QString, flags);
    QFETCH(qint64, hostMib);
    QFETCH(int, warnings);
    Plan plan = soundPlan();
    plan.targets[0].docker.memoryMib = 256;
    plan.targets[1].qemu.memoryMib = 256;
    plan.targets[1].qemu.disk.cache = cache;
    setParameter(plan.suites[1], u"file_test_mode"_s, {mode});
    if (!flags.isEmpty())
        setParameter(plan.suites[1], u"file_extra_flags"_s, {flags});
    const QStringList lines = told(validatePlan(plan, {4, hostMib}));
    QCOMPARE(lines.size(), warnings);
    if (warnings > 0)
        QVERIFY2(lines[0].startsWith(u"warning suites[1].file_total_size: 2G of files fit into this machine's memory, "
                                     "which is a second cache of the disk of QEMU"_s),
                 qPrintable(lines[0]));
}

void TestValidate::hugeLists()
{
    Plan plan = soundPlan();
    QJsonArray many;
    for (int i = 0; i < 200'000; ++i)
        many << 1 + i % 3;
    setParameter(plan.suites[0], u"cpu_max_prime"_s, many);
    const QStringList lines = told(validatePlan(plan, machine));
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[0].startsWith(u"error suites[0].cpu_max_prime: 200000 values are too many."_s));
    QVERIFY(lines[1].startsWith(u"error suites: The plan comes to more than 100000 runs."_s));
}

QTEST_APPLESS_MAIN(TestValidate)
#include "tst_validate.moc"
