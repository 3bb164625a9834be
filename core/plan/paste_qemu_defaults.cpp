#include "plan/paste_qemu.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PasteQemu)
};

bool isPc(const QString& machine)
{
    return machine == "q35"_L1 || machine == "pc"_L1 || machine.startsWith("pc-"_L1);
}

} // namespace

// What was not said is what QEMU does by itself, and that is told: it is what the command has measured so far.

void QemuReader::finish()
{
    finishGuest();
    finishMachine();
    finishAccel();
    finishSize();
    finishScreen();
    finishDisk();
    if (!m_networkGiven && !m_noDefaults) {
        m_vm.network = u"user"_s;
        sayDefault(u"network"_s, Text::tr("No network was named: QEMU gives one through this machine."));
    }
}

void QemuReader::finishGuest()
{
    if (m_isBuiltin) {
        m_vm.guest = u"builtin"_s;
        return;
    }
    const OptionList boot = OptionList::parse(m_vm.boot);
    const QString order = boot.head.isEmpty() ? boot.value(u"order"_s).value_or(QString()) : boot.head;
    const bool fromDisk = m_diskTaken && (m_vm.iso.isEmpty() || order.startsWith(u'c'));
    m_vm.guest = fromDisk || m_vm.iso.isEmpty() ? u"disk"_s : u"iso"_s;
    if (m_vm.guest == "iso"_L1 && m_diskTaken)
        sayDefault(u"guest"_s,
                   Text::tr("An ISO is in the drive: the guest starts from it, to be installed on the disk. "
                            "Afterwards set guest to \"disk\" and take the ISO out."));
    else if (m_vm.guest == "iso"_L1)
        sayDefault(u"guest"_s, Text::tr("There is an ISO and no disk: the guest runs from the ISO."));
    else if (!m_diskTaken)
        sayDefault(u"guest"_s,
                   Text::tr("Neither disk nor ISO is named: the guest has nothing to start from. Name one, or "
                            "set guest to \"builtin\"."));
    else
        sayDefault(u"guest"_s, Text::tr("The guest is what is on the disk."));
}

void QemuReader::finishMachine()
{
    const bool arm = m_vm.arch == "aarch64"_L1;
    if (m_machine.head.isEmpty()) {
        m_machine.head = arm ? u"virt"_s : u"pc"_s;
        sayDefault(u"machine"_s, arm ? Text::tr("No machine was named, and QEMU starts no ARM VM without: virt is set.")
                                     : Text::tr("No machine was named: QEMU takes pc, a PC of 1996."));
    }
    if (m_isBuiltin && m_machine.value(u"hpet"_s) == u"off"_s)
        m_machine.take(u"hpet"_s); // which the built-in guest always has
    m_vm.machine = m_machine.text();
    if (m_cpuGiven)
        return;
    m_vm.cpu = arm ? u"cortex-a15"_s : u"qemu64"_s;
    sayDefault(u"cpu"_s, arm ? Text::tr("No CPU was named: QEMU takes cortex-a15, which runs no 64-bit guest. Choose "
                                        "cortex-a57.")
                             : Text::tr("No CPU was named: QEMU takes qemu64, without most of what CPUs have learned "
                                        "since 2006."));
}

void QemuReader::finishAccel()
{
    if (m_accels.isEmpty() && m_program.endsWith("kvm"_L1)) {
        m_vm.accel = u"auto"_s;
        sayDefault(u"accel"_s, Text::tr("%1 takes KVM and, where that does not work, emulates (TCG): \"auto\" does the "
                                        "same, and says which.")
                                   .arg(m_program));
    } else if (m_accels.isEmpty()) {
        m_vm.accel = u"tcg"_s;
        sayDefault(u"accel"_s,
                   Text::tr("No accelerator was named: QEMU emulates every instruction (TCG), which is many "
                            "times slower than KVM. That is what such a command measures. Choose \"auto\" to "
                            "use KVM where it works."));
    } else if (m_accels.first() == "kvm"_L1 && m_accels.contains(u"tcg"_s)) {
        m_vm.accel = u"auto"_s;
        sayDefault(u"accel"_s, Text::tr("KVM, and emulation where that does not work: \"auto\" does the same, and says "
                                        "which."));
    } else {
        m_vm.accel = m_accels.first();
        if (m_accels.size() > 1)
            sayDefault(u"accel"_s, Text::tr("Of several accelerators the first is taken: %1.").arg(m_accels.first()));
    }
    if (m_isBuiltin && m_vm.accelOptions == "thread=multi"_L1)
        m_vm.accelOptions.clear(); // which the built-in guest always has
}

void QemuReader::finishSize()
{
    constexpr int qemuMemoryMib = 128;
    const auto names = [this](QLatin1StringView name) {
        return std::any_of(m_options.cbegin(), m_options.cend(),
                           [name](const Option& option) { return option.name == name; });
    };
    if (!m_smpGiven) {
        m_vm.smp = 1;
        sayDefault(u"smp"_s, names("-smp"_L1) ? Text::tr("The number of CPUs cannot be told: it is 1 for now.")
                                              : Text::tr("No number of CPUs was named: QEMU gives 1."));
    }
    if (!m_memoryGiven) {
        m_vm.memoryMib = qemuMemoryMib;
        const QString words = names("-m"_L1) ? Text::tr("The size of memory cannot be told: it is %1 MiB for now.")
                                             : Text::tr("No memory was named: QEMU gives %1 MiB.");
        sayDefault(u"memory_mib"_s, words.arg(qemuMemoryMib));
    }
}

void QemuReader::finishScreen()
{
    const bool pc = isPc(m_machine.head);
    if (!m_gpuGiven && pc && !m_noDefaults) {
        m_vm.gpu = u"std"_s;
        sayDefault(u"gpu"_s, Text::tr("No graphics card was named: QEMU gives a PC its standard one."));
    }
    if (m_displayGiven)
        return;
    m_vm.display = m_vm.gpu == "none"_L1 ? u"none"_s : u"window"_s;
    sayDefault(u"display"_s,
               m_vm.gpu == "none"_L1
                   ? Text::tr("No screen was named, and there is no graphics card: nothing is shown.")
                   : Text::tr("No screen was named: QEMU opens a window. With \"none\" nothing is drawn while "
                              "it measures."));
}

void QemuReader::finishDisk()
{
    DiskSettings& disk = m_vm.disk;
    if (!m_diskTaken)
        return;
    if (!m_formatGiven)
        sayDefault(u"disk.format"_s,
                   Text::tr("The disk's format was not named: by its name it is %1. qemu-img info FILE "
                            "tells.")
                       .arg(disk.format));
    if (!m_cacheGiven)
        sayDefault(u"disk.cache"_s, Text::tr("No cache was named: QEMU takes writeback, so that this machine's memory "
                                             "caches the disk, too."));
    if (disk.bus.isEmpty()) {
        disk.bus = isPc(m_machine.head) ? u"ide"_s : u"virtio"_s;
        sayDefault(u"disk.bus"_s, Text::tr("How the disk is attached was not named: on this machine it is %1.")
                                      .arg(disk.bus == "ide"_L1 ? Text::tr("IDE, which is slow") : disk.bus));
    }
    if (m_snapshot) {
        disk.base = disk.path;
        disk.baseFormat = disk.format;
        disk.path.clear();
        disk.format = u"qcow2"_s;
    }
}

} // namespace bv
