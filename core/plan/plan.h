#pragma once

#include "base/result.h"
#include "sysbench/metrics.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

enum class TargetKind : quint8 { Host, Docker, Qemu };

/// "host", "docker", "qemu".
QLatin1StringView targetKindName(TargetKind kind);

// What a session that was measured elsewhere does not tell of its arrangement is 0 or an empty text. Such a plan can be
// shown and compared, not run: validatePlan() refuses it.

/// Settings of a container arrangement. Keys of the plan: image cpus memory_mib storage.
struct DockerSettings
{
    QString image = QStringLiteral("builtin");  ///< "builtin" or an image reference
    double cpus = 2;                            ///< whole numbers become a cpuset, fractions a quota
    int memoryMib = 1024;                       ///< MiB
    QString storage = QStringLiteral("volume"); ///< "volume", "layer" or "tmpfs"
    bool operator==(const DockerSettings&) const = default;
};

/// The VM's disk. Keys: path format size_gib cache aio preallocation base base_format key_file bus options
/// device_options.
struct DiskSettings
{
    QString path;                                   ///< empty: a scratch disk made for the session and removed with it
    QString format = QStringLiteral("raw");         ///< "raw", "qcow2" or "luks"
    double sizeGib = 4;                             ///< GiB, used when the disk is created
    QString cache = QStringLiteral("writethrough"); ///< QEMU cache mode
    QString aio = QStringLiteral("threads");        ///< "threads", "native" or "io_uring"
    QString preallocation = QStringLiteral("off");  ///< when it is created: "off", "metadata", "falloc" or "full"
    QString base;                                   ///< the disk is an overlay of this one, which is only read
    QString baseFormat;                             ///< "raw" or "qcow2"; empty: found out from the file
    QString keyFile; ///< holds the passphrase of "luks" or qcow2; a scratch "luks" gets one of its own
    QString bus = QStringLiteral("virtio"); ///< how the guest sees it: "virtio", "ide", "nvme" or "scsi"
    QString options;                        ///< further options of QEMU's -drive, "discard=unmap"
    QString deviceOptions;                  ///< further options of the disk's -device, "num-queues=4"
    bool operator==(const DiskSettings&) const = default;
};

/// How the CPUs of a VM are arranged; 0: QEMU decides. Keys, beside cpus, of the object smp.
struct CpuTopology
{
    int sockets = 0;
    int cores = 0;   ///< of a socket
    int threads = 0; ///< of a core
    bool isGiven() const { return sockets != 0 || cores != 0 || threads != 0; }
    /// CPUs of those that are given, all others counting 1.
    qint64 cpus() const;
    bool operator==(const CpuTopology&) const = default;
};

/// Who is asked in a guest that is reached by ssh. The port on this machine is chosen by the program. Keys: user key.
struct SshSettings
{
    QString user;
    QString key; ///< path of the private key; empty: the program's own for this VM
    bool operator==(const SshSettings&) const = default;
};

/// Settings of a VM arrangement. Keys: guest arch machine accel accel_options cpu smp memory_mib firmware
/// firmware_attach firmware_vars iso disk boot display gpu usb sound network nic channel ssh install_sysbench
/// extra_args. `smp` is a number, or an object with cpus, sockets, cores and threads.
struct QemuSettings
{
    QString guest = QStringLiteral("builtin"); ///< "builtin", "disk" or "iso"
    QString arch = QStringLiteral("x86_64");   ///< "x86_64" or "aarch64"
    QString machine = QStringLiteral("q35");   ///< with its options: "virt,highmem=off"
    QString accel = QStringLiteral("auto");    ///< "auto", "tcg", "kvm", "hvf" or "whpx"
    QString cpu = QStringLiteral("max");       ///< with its features: "max,pauth-impdef=on"
    int smp = 2;                               ///< CPUs in all
    int memoryMib = 1024;                      ///< MiB
    QString firmware;                          ///< "" (what the guest needs), "auto" or "uefi", "bios", or a path
    QString iso;
    DiskSettings disk;
    QString channel = QStringLiteral("agent"); ///< "agent" or "ssh"
    QStringList extraArgs;
    CpuTopology topology;
    QString accelOptions;   ///< "thread=single"; empty: the built-in guest has thread=multi under tcg, others nothing
    QString firmwareAttach; ///< "pflash" (code, and a private copy of the variables), "bios", or "" as the image asks
    QString firmwareVars;   ///< path of the variables that are copied; empty: those that belong to the code
    QString boot;           ///< QEMU's -boot: "d", "order=d,menu=on"; empty: as the firmware decides
    QString display = QStringLiteral("none"); ///< "none", "window" or "vnc" (on a local socket)
    QString gpu = QStringLiteral("none");     ///< "none", a name of QEMU's -vga ("std") or a device ("virtio-gpu-pci")
    QStringList usb;                          ///< of "keyboard", "tablet" and "mouse"
    QString sound = QStringLiteral("none");   ///< "none" or "intel-hda"
    QString network = QStringLiteral("none"); ///< "none" or "user"
    QString nic;                              ///< network device with its options; empty: virtio-net-pci
    SshSettings ssh;
    bool installSysbench = false; ///< into a guest of the user's that has none, by its own package manager
    bool operator==(const QemuSettings&) const = default;
};

/// The machine that a plan without one means: "q35" or, for aarch64, "virt".
QString defaultMachine(const QString& arch);
/// The CPU that a plan without one means: "max" or, for aarch64, "cortex-a57", which is emulated three times as fast.
QString defaultCpu(const QString& arch);
/// The first part of a QEMU option with its options: "virt" of "virt,highmem=off".
QString optionHead(const QString& option);

/// One arrangement of a plan. Only the settings of its kind are used. Keys: id kind label, and those of the kind.
struct TargetSettings
{
    QString id; ///< unique in the plan; letters, digits, '.', '_' and '-', at most 64
    TargetKind kind = TargetKind::Host;
    QString label; ///< for people; empty: made from the settings by targetLabel()
    DockerSettings docker;
    QemuSettings qemu;
    bool operator==(const TargetSettings&) const = default;
};

/// What people see: the label, or one made from the settings, without those that are as by default: "Host",
/// "Docker 2 CPU 1 GiB", "Docker 2 CPU 1 GiB tmpfs ubuntu:22.04", "QEMU tcg 2 CPU 1 GiB qcow2 cache=none". What is not
/// known is left out: "Docker". Two targets may have the same; ids are unique.
QString targetLabel(const TargetSettings& target);
/// Whole or fractional CPUs a target may use; nothing for the host (all of them) and where it is not known.
std::optional<double> targetCpus(const TargetSettings& target);
/// MiB a target may use; nothing for the host and where it is not known.
std::optional<int> targetMemoryMib(const TargetSettings& target);
/// A VM's disk that this machine caches as well, beside the guest: all cache modes but "none" and "directsync";
/// false where it is not known.
bool hasSecondCache(const TargetSettings& target);

/// The target with relative paths (of disks, keys, firmware and ISO) taken from `folder`, an absolute path: a plan
/// means the same files wherever it is run or resumed.
TargetSettings withPathsFrom(TargetSettings target, const QString& folder);

/// One parameter of a suite and the values it takes: one value, or several (a sweep). `name` is sysbench's option with
/// '_' for '-' (cpu_max_prime, file_test_mode, threads, time_s, …).
struct SuiteParameter
{
    QString name;
    QJsonArray values;
    bool operator==(const SuiteParameter&) const = default;
};

/// One test with its parameters. Every combination of the values is run; the first parameter varies slowest.
struct Suite
{
    sysbench::Test test = sysbench::Test::Cpu;
    QList<SuiteParameter> parameters;
    bool operator==(const Suite&) const = default;
};

/// Repeat until the half-width of the 95 % confidence interval of the mean of the headline metric is below
/// `halfWidthPct` per cent of the mean. Keys: half_width_pct min_repeats max_repeats.
struct AdaptiveRepeats
{
    double halfWidthPct = 2.5;
    int minRepeats = 5;
    int maxRepeats = 20;
    bool operator==(const AdaptiveRepeats&) const = default;
};

enum class RunOrder : quint8 { Interleaved, Blocked };

struct Plan
{
    QString name;
    QList<TargetSettings> targets;
    QList<Suite> suites;
    int repeats = 5;
    std::optional<AdaptiveRepeats> adaptive;
    int warmup = 0; ///< discarded runs before the repeats of each cell
    RunOrder order = RunOrder::Interleaved;
    double cooldownS = 0; ///< seconds of rest between runs
    bool dropPageCache = true;
    bool operator==(const Plan&) const = default;
};

/// All its targets.
Plan withPathsFrom(Plan plan, const QString& folder);

/// One run, decided beforehand. `params` holds exactly one value per parameter, defaults filled in.
struct PlannedRun
{
    int index = 0; ///< position in the plan; stable for the same plan, the key by which a session is resumed
    QString targetId;
    sysbench::Test test = sysbench::Test::Cpu;
    QJsonObject params;
    int repeat = 1;         ///< from 1; warm-ups count from 1 on their own
    bool discarded = false; ///< a warm-up
    int group = 0;          ///< targets of one group are up at the same time
    bool operator==(const PlannedRun&) const = default;
};

} // namespace bv
