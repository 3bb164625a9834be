#include "plan/validate_target.h"

#include "base/suggest.h"
#include "plan/expand.h"
#include "plan/json_reader.h"
#include "plan/target_id.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

constexpr int mostVcpus = 255;        // of QEMU's PC machines without special set-up
constexpr int leastVmMemoryMib = 128; // below that the built-in guest does not start
constexpr int leastContainerMib = 6;  // the container engines refuse less
constexpr double mostDiskGib = 65536; // 64 TiB; nobody means more

bool hasControlCharacter(const QString& text)
{
    return std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

/// Complains where the value is none of the names.
void requireOneOf(const QString& value, const QStringList& names, const QString& where, PlanProblems& problems)
{
    if (!names.contains(value)) {
        const QString sentence = Text::tr("\"%1\" is not possible. Use %2.").arg(value.left(40), anyOf(names));
        problems.error(where, withSuggestion(sentence, value, names));
    }
}

/// Complains where the text is empty or holds control characters.
void requireText(const QString& value, const QString& where, PlanProblems& problems)
{
    if (value.trimmed().isEmpty())
        problems.error(where, Text::tr("It is empty. Give a value, or leave the setting out to have the default."));
    else if (hasControlCharacter(value))
        problems.error(where, Text::tr("It holds a line break or another control character. Remove it."));
}

void validateMemory(int memoryMib, int least, const QString& where, const MachineLimits& limits, PlanProblems& problems)
{
    if (memoryMib < least) {
        problems.error(where,
                       Text::tr("%1 MiB of memory is too little. Give at least %2 MiB.").arg(memoryMib).arg(least));
        return;
    }
    if (limits.memoryMib <= 0)
        return;
    if (memoryMib > limits.memoryMib) {
        problems.error(where, Text::tr("%1 MiB is more memory than this machine has (%2 MiB). Give less.")
                                  .arg(memoryMib)
                                  .arg(limits.memoryMib));
    } else if (memoryMib > *memoryForTargets(limits)) {
        problems.warning(where,
                         Text::tr("%1 MiB leaves this machine, which has %2 MiB, too little for itself. It may swap, "
                                  "and then swapping is measured. Give less.")
                             .arg(memoryMib)
                             .arg(limits.memoryMib));
    }
}

void validateDocker(const DockerSettings& docker, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems)
{
    requireText(docker.image, where + u".image"_s, problems);
    const QString image = docker.image.trimmed();
    if (image.startsWith(u'-') || image.contains(u' '))
        problems.error(where + u".image"_s,
                       Text::tr("\"%1\" is not the name of an image. Write it as in \"ubuntu:22.04\", "
                                "or \"builtin\".")
                           .arg(docker.image.left(40)));
    constexpr double leastCpus = 0.01; // the engines' own smallest step
    if (!(docker.cpus >= leastCpus)) {
        problems.error(where + u".cpus"_s,
                       Text::tr("A container needs some CPU. Give at least 1, or a fraction such as 0.5."));
    } else if (limits.logicalCpus > 0 && docker.cpus > limits.logicalCpus) {
        problems.error(where + u".cpus"_s, Text::tr("%1 CPUs are more than this machine has (%2). Give at most %2.")
                                               .arg(QString::number(docker.cpus))
                                               .arg(limits.logicalCpus));
    } else if (docker.cpus != std::trunc(docker.cpus)) {
        problems.warning(where + u".cpus"_s,
                         Text::tr("A fraction of a CPU is a quota: the container is stopped and started "
                                  "many times a second, which distorts latencies. Whole CPUs are fairer."));
    }
    validateMemory(docker.memoryMib, leastContainerMib, where + u".memory_mib"_s, limits, problems);
    requireOneOf(docker.storage, {u"volume"_s, u"layer"_s, u"tmpfs"_s}, where + u".storage"_s, problems);
    if (docker.storage == "tmpfs"_L1)
        problems.warning(where + u".storage"_s,
                         Text::tr("Files on tmpfs are in memory: fileio measures memory, not a disk."));
}

void validateDisk(const DiskSettings& disk, const QString& where, PlanProblems& problems)
{
    if (hasControlCharacter(disk.path))
        problems.error(where + u".path"_s, Text::tr("It holds a line break or another control character. Remove it."));
    requireOneOf(disk.format, {u"raw"_s, u"qcow2"_s}, where + u".format"_s, problems);
    if (!(disk.sizeGib > 0))
        problems.error(where + u".size_gib"_s, Text::tr("A disk needs a size. Give more than 0 GiB, such as 4."));
    else if (disk.sizeGib > mostDiskGib)
        problems.error(where + u".size_gib"_s, Text::tr("%1 GiB is too large. Give at most %2 GiB.")
                                                   .arg(QString::number(disk.sizeGib), QString::number(mostDiskGib)));
    requireOneOf(disk.cache, {u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s},
                 where + u".cache"_s, problems);
    requireOneOf(disk.aio, {u"threads"_s, u"native"_s, u"io_uring"_s}, where + u".aio"_s, problems);
    if (disk.aio == "native"_L1 && disk.cache != "none"_L1 && disk.cache != "directsync"_L1) {
        problems.error(where + u".aio"_s,
                       Text::tr("QEMU takes \"native\" only with a cache of \"none\" or \"directsync\". "
                                "Change the cache, or use \"threads\"."));
    }
    if (disk.cache == "unsafe"_L1)
        problems.warning(where + u".cache"_s,
                         Text::tr("With \"unsafe\" the disk ignores flushes: writes look faster than a "
                                  "disk can be."));
}

/// The settings that decide options of QEMU.
const QList<std::pair<QString, QString>>& optionsOfSettings()
{
    static const QList<std::pair<QString, QString>> options{{u"-m"_s, u"memory_mib"_s}, {u"-smp"_s, u"smp"_s},
                                                            {u"-accel"_s, u"accel"_s},  {u"-enable-kvm"_s, u"accel"_s},
                                                            {u"-M"_s, u"machine"_s},    {u"-machine"_s, u"machine"_s},
                                                            {u"-cpu"_s, u"cpu"_s}};
    return options;
}

void validateExtraArgs(const QStringList& args, const QString& where, PlanProblems& problems)
{
    // Without setting; a second one takes away what Benchvisor works with.
    static const QStringList fixed{u"-qmp"_s, u"-serial"_s, u"-kernel"_s, u"-initrd"_s, u"-append"_s, u"-display"_s};
    static const QStringList fatal{u"-daemonize"_s, u"-S"_s, u"-pidfile"_s, u"-runas"_s, u"-chroot"_s};
    for (qsizetype i = 0; i < args.size(); ++i) {
        const QString place = u"%1[%2]"_s.arg(where).arg(i);
        // QEMU takes "--smp" for "-smp".
        const QString arg = args.at(i).startsWith("--"_L1) ? args.at(i).sliced(1) : args.at(i);
        const auto setting = std::find_if(optionsOfSettings().cbegin(), optionsOfSettings().cend(),
                                          [&arg](const auto& option) { return option.first == arg; });
        if (arg.contains(QChar(u'\0'))) {
            problems.error(place, Text::tr("It holds a character of value 0. Remove it."));
        } else if (fatal.contains(arg)) {
            problems.error(place, Text::tr("With %1 Benchvisor could not control the VM. Remove it.").arg(arg));
        } else if (setting != optionsOfSettings().cend()) {
            problems.warning(place,
                             Text::tr("%1 is what the target's setting \"%2\" decides. Change that instead; with "
                                      "both, the record may not say what was measured.")
                                 .arg(arg, setting->second));
        } else if (fixed.contains(arg)) {
            problems.warning(place, Text::tr("Benchvisor gives QEMU %1 itself and works with what it says. Remove it, "
                                             "unless you know that both go together.")
                                        .arg(arg));
        }
    }
}

void validateQemu(const QemuSettings& qemu, const QString& where, const MachineLimits& limits, PlanProblems& problems)
{
    requireOneOf(qemu.guest, {u"builtin"_s, u"disk"_s, u"iso"_s}, where + u".guest"_s, problems);
    requireOneOf(qemu.arch, {u"x86_64"_s, u"aarch64"_s}, where + u".arch"_s, problems);
    requireOneOf(qemu.channel, {u"agent"_s, u"ssh"_s}, where + u".channel"_s, problems);
    requireOneOf(qemu.accel, {u"auto"_s, u"tcg"_s, u"kvm"_s}, where + u".accel"_s, problems);
    requireText(qemu.machine, where + u".machine"_s, problems);
    requireText(qemu.cpu, where + u".cpu"_s, problems);
    if (qemu.cpu == "host"_L1 && qemu.accel == "tcg"_L1)
        problems.error(where + u".cpu"_s, Text::tr("The CPU \"host\" works with KVM only, not with tcg. Use \"max\"."));
    else if (qemu.cpu == "host"_L1 && qemu.accel == "auto"_L1)
        problems.warning(where + u".cpu"_s,
                         Text::tr("The CPU \"host\" works with KVM only. Where KVM cannot be used the VM will "
                                  "not start; \"max\" works with both."));
    if (qemu.smp < 1) {
        problems.error(where + u".smp"_s, Text::tr("A VM needs at least 1 CPU. Set smp to 1 or more."));
    } else if (qemu.smp > mostVcpus) {
        problems.error(
            where + u".smp"_s,
            Text::tr("%1 CPUs are more than QEMU gives to a VM. Set smp to at most %2.").arg(qemu.smp).arg(mostVcpus));
    } else if (limits.logicalCpus > 0 && qemu.smp > limits.logicalCpus) {
        problems.warning(where + u".smp"_s,
                         Text::tr("The VM has %1 CPUs, this machine %2: they share them, and the VM gains "
                                  "nothing. Set smp to at most %2.")
                             .arg(qemu.smp)
                             .arg(limits.logicalCpus));
    }
    validateMemory(qemu.memoryMib, leastVmMemoryMib, where + u".memory_mib"_s, limits, problems);
    validateDisk(qemu.disk, where + u".disk"_s, problems);
    validateExtraArgs(qemu.extraArgs, where + u".extra_args"_s, problems);
}

} // namespace

void validateTarget(const TargetSettings& target, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems)
{
    if (!isValidTargetId(target.id)) {
        problems.error(where + u".id"_s,
                       Text::tr("\"%1\" cannot be an id. Use 1 to 64 letters (a to z), digits, \".\", \"_\" and "
                                "\"-\", the first a letter or digit.")
                           .arg(target.id.left(70)));
    }
    if (hasControlCharacter(target.label))
        problems.error(where + u".label"_s, Text::tr("It holds a line break or another control character. Remove it."));
    if (target.kind == TargetKind::Docker)
        validateDocker(target.docker, where, limits, problems);
    else if (target.kind == TargetKind::Qemu)
        validateQemu(target.qemu, where, limits, problems);
}

} // namespace bv
