#include "plan/validate_qemu.h"

#include "base/suggest.h"
#include "plan/json_reader.h"
#include "plan/option_list.h"
#include "plan/validate_values.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

constexpr int mostVcpus = 255;         // of QEMU's PC machines without special set-up
constexpr int mostVcpusOfGic2 = 8;     // of the interrupt controller that machine virt has by default
constexpr int leastVmMemoryMib = 128;  // below that the built-in guest does not start
constexpr int mostLowMemoryMib = 3072; // of machine virt below 4 GiB

const QStringList& machinesOf(const QString& arch)
{
    static const QStringList pc{u"q35"_s, u"pc"_s, u"microvm"_s};
    static const QStringList arm{u"virt"_s, u"sbsa-ref"_s};
    return arch == "aarch64"_L1 ? arm : pc;
}

/// "pc-q35-7.2" is q35 of that version.
bool isMachineOf(const QString& name, const QString& arch)
{
    static const QRegularExpression pc(u"^pc-(q35|i440fx)-"_s);
    static const QRegularExpression arm(u"^virt-[0-9]"_s);
    return machinesOf(arch).contains(name) || (arch == "aarch64"_L1 ? arm : pc).match(name).hasMatch();
}

bool isArmCpu(const QString& cpu)
{
    return cpu.startsWith("cortex-"_L1) || cpu.startsWith("neoverse-"_L1) || cpu == "a64fx"_L1;
}

bool isPcCpu(const QString& cpu)
{
    static const QRegularExpression pc(
        u"^(qemu(32|64)|kvm(32|64)|Nehalem|Westmere|SandyBridge|IvyBridge|Haswell|Broadwell|Skylake|Cascadelake|"
        u"Icelake|"
        "SapphireRapids|Conroe|Penryn|EPYC|Opteron|Dhyana|athlon|phenom|core2duo|coreduo|pentium|486)"_s);
    return pc.match(cpu).hasMatch();
}

void validateMachine(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    requireText(qemu.machine, where, problems);
    const QString name = optionHead(qemu.machine);
    const QString other = qemu.arch == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
    if (isMachineOf(name, other)) {
        problems.error(where, Text::tr("\"%1\" is a machine of %2, not of %3. Use \"%4\", or change the architecture.")
                                  .arg(name, other, qemu.arch, defaultMachine(qemu.arch)));
    } else if (!isMachineOf(name, qemu.arch) && !nearest(name, machinesOf(qemu.arch)).isEmpty()) {
        const QString sentence = Text::tr("\"%1\" is no machine that Benchvisor knows.").arg(name);
        problems.warning(where, withSuggestion(sentence, name, machinesOf(qemu.arch)));
    }
    const OptionList options = OptionList::parse(qemu.machine);
    if (options.contains(u"accel"_s))
        problems.error(where, Text::tr("The accelerator is a setting of its own. Remove \"accel=%1\" and set accel.")
                                  .arg(*options.value(u"accel"_s)));
    for (const OptionList::Item& item : options.items) {
        if (!item.value)
            problems.error(where, Text::tr("The option \"%1\" has no value. Write it as in \"%2,highmem=off\".")
                                      .arg(item.key, options.head));
    }
    if (options.value(u"highmem"_s) == u"off"_s && qemu.memoryMib > mostLowMemoryMib)
        problems.error(where, Text::tr("With highmem=off a VM has at most %1 MiB of memory, not %2. Give it less, or "
                                       "leave the option out.")
                                  .arg(mostLowMemoryMib)
                                  .arg(qemu.memoryMib));
}

void validateAccel(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    requireOneOf(qemu.accel, {u"auto"_s, u"tcg"_s, u"kvm"_s, u"hvf"_s, u"whpx"_s}, where + u".accel"_s, problems);
    const QString place = where + u".accel_options"_s;
    refuseControlCharacters(qemu.accelOptions, place, problems);
    const OptionList options = OptionList::parse(qemu.accelOptions);
    if (!options.head.isEmpty())
        problems.error(place, Text::tr("\"%1\" has no value. Write it as in \"thread=single\".").arg(options.head));
    if (options.contains(u"thread"_s)) {
        requireOneOf(*options.value(u"thread"_s), {u"single"_s, u"multi"_s}, place, problems);
        if (qemu.accel != "tcg"_L1)
            problems.error(place, Text::tr("\"thread\" is an option of tcg only. Remove it, or set accel to \"tcg\"."));
    }
}

void validateCpu(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    requireText(qemu.cpu, where, problems);
    const QString name = optionHead(qemu.cpu);
    const bool arm = qemu.arch == "aarch64"_L1;
    if (name == "host"_L1 && qemu.accel == "tcg"_L1)
        problems.error(where, Text::tr("The CPU \"host\" works with KVM only, not with tcg. Use \"max\"."));
    else if (name == "host"_L1 && qemu.accel == "auto"_L1)
        problems.warning(where, Text::tr("The CPU \"host\" works with KVM only. Where KVM cannot be used the VM will "
                                         "not start; \"max\" works with both."));
    else if (!arm && isArmCpu(name))
        problems.error(where, Text::tr("\"%1\" is a CPU of aarch64, not of x86_64. Use \"max\".").arg(name));
    else if (arm && isPcCpu(name))
        problems.error(where, Text::tr("\"%1\" is a CPU of x86_64, not of aarch64. Use \"cortex-a57\".").arg(name));
}

void validateTopology(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    const CpuTopology& topology = qemu.topology;
    if (!topology.isGiven())
        return;
    if (topology.sockets < 0 || topology.cores < 0 || topology.threads < 0) {
        problems.error(where, Text::tr("Sockets, cores and threads are counted from 1. Give at least 1 of each."));
        return;
    }
    const qint64 product = topology.cpus();
    const bool all = topology.sockets > 0 && topology.cores > 0 && topology.threads > 0;
    if (all ? product != qemu.smp : qemu.smp % product != 0)
        problems.error(where, Text::tr("Sockets × cores × threads are %1, but the VM has %2 CPUs. Make them agree.")
                                  .arg(product)
                                  .arg(qemu.smp));
}

void validateSmp(const QemuSettings& qemu, const QString& where, const MachineLimits& limits, PlanProblems& problems)
{
    const bool gicGiven = OptionList::parse(qemu.machine).contains(u"gic-version"_s);
    if (qemu.smp < 1) {
        problems.error(where, Text::tr("A VM needs at least 1 CPU. Set smp to 1 or more."));
        return;
    }
    if (qemu.smp > mostVcpus) {
        problems.error(
            where,
            Text::tr("%1 CPUs are more than QEMU gives to a VM. Set smp to at most %2.").arg(qemu.smp).arg(mostVcpus));
        return;
    }
    if (limits.logicalCpus > 0 && qemu.smp > limits.logicalCpus) {
        problems.warning(where, Text::tr("The VM has %1 CPUs, this machine %2: they share them, and the VM gains "
                                         "nothing. Set smp to at most %2.")
                                    .arg(qemu.smp)
                                    .arg(limits.logicalCpus));
    }
    if (qemu.smp > mostVcpusOfGic2 && optionHead(qemu.machine).startsWith("virt"_L1) && !gicGiven)
        problems.warning(where, Text::tr("The interrupt controller of machine virt serves %1 CPUs in older versions of "
                                         "QEMU. Set the machine to \"%2,gic-version=3\".")
                                    .arg(mostVcpusOfGic2)
                                    .arg(qemu.machine));
    validateTopology(qemu, where, problems);
}

void validateFirmware(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    refuseControlCharacters(qemu.firmware, where + u".firmware"_s, problems);
    refuseControlCharacters(qemu.firmwareVars, where + u".firmware_vars"_s, problems);
    if (qemu.firmware == "bios"_L1 && qemu.arch == "aarch64"_L1)
        problems.error(where + u".firmware"_s,
                       Text::tr("There is no BIOS for aarch64, only EFI. Use \"uefi\", or leave it empty."));
    if (!qemu.firmwareAttach.isEmpty())
        requireOneOf(qemu.firmwareAttach, {u"pflash"_s, u"bios"_s}, where + u".firmware_attach"_s, problems);
    if (!qemu.firmwareVars.isEmpty() && qemu.firmwareAttach == "bios"_L1)
        problems.error(
            where + u".firmware_vars"_s,
            Text::tr("An image attached as \"bios\" keeps no variables. Attach it as \"pflash\", or leave the "
                     "variables out."));
}

void validateGuest(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    if (!requireOneOf(qemu.guest, {u"builtin"_s, u"disk"_s, u"iso"_s}, where + u".guest"_s, problems))
        return;
    refuseControlCharacters(qemu.iso, where + u".iso"_s, problems);
    if (qemu.guest == "disk"_L1 && qemu.disk.path.isEmpty() && qemu.disk.base.isEmpty())
        problems.error(where + u".disk.path"_s,
                       Text::tr("The guest boots from a disk, but none is named. Give its path, "
                                "or as base to have an overlay on it."));
    if (qemu.guest == "iso"_L1 && qemu.iso.isEmpty())
        problems.error(where + u".iso"_s, Text::tr("The guest boots from an ISO, but none is named. Give its path."));
    if (qemu.guest == "builtin"_L1 && !qemu.iso.isEmpty())
        problems.error(where + u".iso"_s,
                       Text::tr("The built-in guest does not boot from an ISO. Leave it empty, or set "
                                "guest to \"iso\"."));
}

void validateChannel(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    requireOneOf(qemu.channel, {u"agent"_s, u"ssh"_s}, where + u".channel"_s, problems);
    refuseControlCharacters(qemu.ssh.key, where + u".ssh.key"_s, problems);
    static const QRegularExpression userName(u"^[A-Za-z_][A-Za-z0-9_.-]{0,31}$"_s);
    if (!qemu.ssh.user.isEmpty() && !userName.match(qemu.ssh.user).hasMatch())
        problems.error(where + u".ssh.user"_s, Text::tr("\"%1\" is not the name of a user. Use letters, digits, \"_\", "
                                                        "\".\" and \"-\", as in \"ubuntu\".")
                                                   .arg(qemu.ssh.user.left(40)));
    if (qemu.channel != "ssh"_L1)
        return;
    if (qemu.guest == "builtin"_L1) {
        problems.error(where + u".channel"_s, Text::tr("The built-in guest has no ssh. Use \"agent\"."));
        return;
    }
    if (qemu.network != "user"_L1)
        problems.error(where + u".network"_s, Text::tr("ssh needs a network. Use \"user\"."));
    if (qemu.ssh.user.isEmpty())
        problems.error(where + u".ssh.user"_s,
                       Text::tr("Who logs in? Give the name of a user of the guest, such as \"ubuntu\"."));
}

void validateInstall(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    if (!qemu.installSysbench)
        return;
    if (qemu.guest == "builtin"_L1)
        problems.error(where + u".install_sysbench"_s,
                       Text::tr("The built-in guest has sysbench already. Remove install_sysbench."));
    else if (qemu.network == "none"_L1)
        problems.warning(where + u".network"_s,
                         Text::tr("Without a network the guest reaches no package sources but its own to install "
                                  "sysbench from. Use \"user\"."));
}

/// A device with options, as "virtio-gpu-pci,xres=1280".
void validateDevice(const QString& device, const QString& where, PlanProblems& problems)
{
    static const QRegularExpression name(u"^[A-Za-z][A-Za-z0-9_.-]*$"_s);
    refuseControlCharacters(device, where, problems);
    const OptionList options = OptionList::parse(device);
    if (!name.match(options.head).hasMatch())
        problems.error(where, Text::tr("\"%1\" is not the name of a device. Write it as QEMU does, with its options: "
                                       "\"virtio-gpu-pci,xres=1280\".")
                                  .arg(device.left(40)));
}

void validateDevices(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    static const QStringList screens{u"none"_s,           u"std"_s,        u"virtio"_s, u"qxl"_s,
                                     u"virtio-gpu-pci"_s, u"virtio-vga"_s, u"vmware"_s, u"cirrus"_s};
    requireOneOf(qemu.display, {u"none"_s, u"window"_s, u"vnc"_s}, where + u".display"_s, problems);
    validateDevice(qemu.gpu, where + u".gpu"_s, problems);
    const QString gpu = optionHead(qemu.gpu);
    if (!screens.contains(gpu) && !nearest(gpu, screens).isEmpty() && !gpu.contains(u"-gl"_s))
        problems.warning(where + u".gpu"_s,
                         withSuggestion(Text::tr("Benchvisor does not know \"%1\".").arg(gpu), gpu, screens));
    if (qemu.arch == "aarch64"_L1 && screens.indexOf(gpu) > 0 && gpu != "virtio-gpu-pci"_L1)
        problems.error(where + u".gpu"_s,
                       Text::tr("\"%1\" is a graphics card of a PC. Use \"virtio-gpu-pci\".").arg(gpu));
    if (gpu == "none"_L1 && (qemu.display == "window"_L1 || qemu.display == "vnc"_L1))
        problems.warning(where + u".gpu"_s, Text::tr("Without a graphics card the display stays dark. Use "
                                                     "\"virtio-gpu-pci\", or display \"none\"."));
    for (qsizetype i = 0; i < qemu.usb.size(); ++i) {
        const QString place = u"%1.usb[%2]"_s.arg(where).arg(i);
        requireOneOf(qemu.usb.at(i), {u"keyboard"_s, u"tablet"_s, u"mouse"_s}, place, problems);
        if (qemu.usb.indexOf(qemu.usb.at(i)) != i)
            problems.error(place, Text::tr("\"%1\" is in the list already. Remove one.").arg(qemu.usb.at(i)));
    }
    requireOneOf(qemu.sound, {u"none"_s, u"intel-hda"_s}, where + u".sound"_s, problems);
    requireOneOf(qemu.network, {u"none"_s, u"user"_s}, where + u".network"_s, problems);
    if (!qemu.nic.isEmpty())
        validateDevice(qemu.nic, where + u".nic"_s, problems);
    if (!qemu.nic.isEmpty() && qemu.network == "none"_L1)
        problems.warning(where + u".nic"_s, Text::tr("Without a network there is no network card. Set network to "
                                                     "\"user\", or leave it empty."));
    refuseControlCharacters(qemu.boot, where + u".boot"_s, problems);
}

} // namespace

void validateQemu(const QemuSettings& qemu, const QString& where, const MachineLimits& limits, PlanProblems& problems)
{
    validateGuest(qemu, where, problems);
    requireOneOf(qemu.arch, {u"x86_64"_s, u"aarch64"_s}, where + u".arch"_s, problems);
    validateChannel(qemu, where, problems);
    validateInstall(qemu, where, problems);
    validateAccel(qemu, where, problems);
    validateMachine(qemu, where + u".machine"_s, problems);
    validateCpu(qemu, where + u".cpu"_s, problems);
    validateSmp(qemu, where + u".smp"_s, limits, problems);
    validateMemory(qemu.memoryMib, leastVmMemoryMib, where + u".memory_mib"_s, limits, problems);
    validateFirmware(qemu, where, problems);
    validateDisk(qemu, where + u".disk"_s, problems);
    validateDevices(qemu, where, problems);
    validateExtraArgs(qemu, where + u".extra_args"_s, problems);
}

} // namespace bv
