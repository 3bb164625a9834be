#include "plan/paste_qemu.h"

#include "plan/guest_kernel.h"
#include "plan/validate_qemu.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PasteQemu)
};

/// Options without a value; all others have one (QEMU 7.2, qemu-options.hx, and what earlier versions had).
bool takesNoValue(const QString& option)
{
    static const QStringList switches{
        u"-h"_s,           u"-help"_s,           u"-version"_s,      u"-S"_s,           u"-s"_s,
        u"-daemonize"_s,   u"-enable-kvm"_s,     u"-no-kvm"_s,       u"-nodefaults"_s,  u"-no-user-config"_s,
        u"-nodefconfig"_s, u"-nographic"_s,      u"-curses"_s,       u"-sdl"_s,         u"-full-screen"_s,
        u"-no-reboot"_s,   u"-no-shutdown"_s,    u"-no-acpi"_s,      u"-no-hpet"_s,     u"-no-fd-bootchk"_s,
        u"-no-quit"_s,     u"-no-frame"_s,       u"-alt-grab"_s,     u"-ctrl-grab"_s,   u"-usb"_s,
        u"-snapshot"_s,    u"-singlestep"_s,     u"-preconfig"_s,    u"-portrait"_s,    u"-win2k-hack"_s,
        u"-localtime"_s,   u"-show-cursor"_s,    u"-mem-prealloc"_s, u"-semihosting"_s, u"-only-migratable"_s,
        u"-xen-attach"_s,  u"-async-teardown"_s, u"-enable-fips"_s,  u"-audio-help"_s,  u"-enable-sync-profile"_s};
    return switches.contains(option);
}

/// What an option that no setting says is for, as far as it is often met.
QString wordsOf(const QString& option)
{
    if (option == "-rtc"_L1)
        return Text::tr("The guest's clock.");
    if (option == "-virtfs"_L1 || option == "-fsdev"_L1)
        return Text::tr("A folder of this machine, shown to the guest.");
    if (option == "-s"_L1 || option == "-gdb"_L1)
        return Text::tr("A port for a debugger.");
    if (option == "-spice"_L1)
        return Text::tr("A remote screen.");
    if (option == "-audiodev"_L1 || option == "-audio"_L1)
        return Text::tr("Where sound goes.");
    if (option == "-icount"_L1)
        return Text::tr("Counted instructions in place of a clock: what is measured in it are no real seconds.");
    if (option == "-numa"_L1)
        return Text::tr("Nodes of memory.");
    if (option == "-blockdev"_L1)
        return Text::tr("A disk, in the way of libvirt. Write it as -drive to have it as the VM's disk.");
    if (option == "-L"_L1)
        return Text::tr("Where QEMU's own files are.");
    if (option == "-D"_L1 || option == "-d"_L1)
        return Text::tr("QEMU's log.");
    return {};
}

QString wordsOfMachine(const QString& name)
{
    if (name == "q35"_L1 || name.startsWith("pc-q35"_L1))
        return Text::tr("A PC with PCI Express.");
    if (name == "pc"_L1 || name.startsWith("pc-i440fx"_L1))
        return Text::tr("A PC of 1996, QEMU's default.");
    if (name == "virt"_L1 || name.startsWith("virt-"_L1))
        return Text::tr("QEMU's own board for ARM guests.");
    if (name == "microvm"_L1)
        return Text::tr("A PC without old devices.");
    return Text::tr("The machine.");
}

} // namespace

QString QemuReader::Option::text() const
{
    return shellLine(isSwitch ? QStringList(name) : QStringList{name, value});
}

QemuReader::QemuReader(QString program, const QList<ShellWord>& words)
    : m_program(std::move(program))
{
    splitOptions(words);
}

void QemuReader::splitOptions(const QList<ShellWord>& words)
{
    for (qsizetype i = 0; i < words.size(); ++i) {
        const ShellWord& word = words.at(i);
        Option option;
        option.isReplaced = word.isReplaced;
        const bool isName = word.text.startsWith(u'-') && word.text.size() > 1;
        option.name = isName && word.text.startsWith("--"_L1) ? word.text.sliced(1) : word.text;
        option.isSwitch = isName;
        if (!isName) { // a mere file is the first disk
            option.name = u"-hda"_s;
            option.value = word.text;
        } else if (!takesNoValue(option.name) && i + 1 < words.size() &&
                   (!words.at(i + 1).text.startsWith(u'-') || words.at(i + 1).text.size() == 1)) {
            option.isSwitch = false;
            option.value = words.at(++i).text;
            option.isReplaced = words.at(i).isReplaced;
        }
        m_options << option;
    }
}

void QemuReader::say(Kind kind, Option& option, const QString& setting, const QString& words)
{
    const bool matters = option.isReplaced && (kind == Kind::Set || kind == Kind::Kept);
    const QString warning = Text::tr("A shell would have replaced a part of it: write it out.");
    add(kind, option, option.text(), setting, matters ? words + u' ' + warning : words);
    option.isDone = true;
}

void QemuReader::add(Kind kind, const Option& option, const QString& argument, const QString& setting,
                     const QString& words)
{
    // Of several parts of one option the first comes first.
    const qsizetype place = &option - m_options.constData();
    auto next = m_parts.upperBound(place);
    m_parts.insert(next, place, PastedPart{kind, argument, setting, words});
}

void QemuReader::sayDefault(const QString& setting, const QString& words)
{
    m_defaults << PastedPart{Kind::Default, {}, setting, words};
}

void QemuReader::keep(Option& option, const QString& words)
{
    const QString what = words.isEmpty() ? wordsOf(option.name) : words;
    const QString kept = Text::tr("No setting says this; it is kept as an extra argument.");
    option.isKept = true;
    say(Kind::Kept, option, u"extra_args"_s, what.isEmpty() ? kept : what + u' ' + kept);
}

Result<PastedTarget> QemuReader::read()
{
    static const QRegularExpression system(u"^qemu-system-(\\w+?)w?$"_s);
    const auto match = system.match(m_program);
    m_vm.arch = match.hasMatch() ? match.captured(1) : u"x86_64"_s;
    if (m_vm.arch != "x86_64"_L1 && m_vm.arch != "aarch64"_L1)
        return Error(Error::Code::BadInput,
                     Text::tr("Benchvisor runs VMs of x86_64 and aarch64, not of %1.").arg(m_vm.arch));
    scanDevices();
    for (Option& option : m_options) {
        if (!option.isDone)
            readLeader(option);
    }
    for (Option& option : m_options) {
        if (!option.isDone)
            readOption(option);
    }
    finish();
    for (const Option& option : std::as_const(m_options)) {
        if (option.isKept)
            m_vm.extraArgs += option.isSwitch ? QStringList(option.name) : QStringList{option.name, option.value};
    }
    m_target.kind = TargetKind::Qemu;
    m_target.qemu = m_vm;
    const PastedPart program{Kind::Set, m_program, u"arch"_s, Text::tr("A VM of %1.").arg(m_vm.arch)};
    return PastedTarget{m_target, QList<PastedPart>{program} + m_parts.values() + m_defaults};
}

bool QemuReader::readLeader(Option& option)
{
    return readStorage(option) || readNetwork(option) || (option.name == "-device"_L1 && readPort(option));
}

void QemuReader::readOption(Option& option)
{
    const bool known = readMachinery(option) || readStart(option) || readControl(option) || readScreen(option) ||
                       readPeripheral(option);
    if (!known)
        keep(option);
}

bool QemuReader::readMachinery(Option& option)
{
    const QString& name = option.name;
    if (name == "-M"_L1 || name == "-machine"_L1) {
        readMachine(option);
    } else if (name == "-accel"_L1) {
        readAccel(option);
    } else if (name == "-enable-kvm"_L1) {
        addAccels(u"kvm"_s);
        say(Kind::Set, option, u"accel"_s, Text::tr("The processor runs the guest itself (KVM)."));
    } else if (name == "-no-kvm"_L1) {
        addAccels(u"tcg"_s);
        say(Kind::Set, option, u"accel"_s, Text::tr("Every instruction is emulated (TCG)."));
    } else if (name == "-cpu"_L1) {
        m_vm.cpu = option.value;
        m_cpuGiven = true;
        say(Kind::Set, option, u"cpu"_s,
            optionHead(option.value) == "host"_L1 ? Text::tr("This machine's own CPU, with KVM or HVF only.")
                                                  : Text::tr("The model of the CPU."));
    } else if (name == "-smp"_L1) {
        readSmp(option);
    } else if (name == "-m"_L1) {
        readMemory(option);
    } else if (name == "-no-hpet"_L1) {
        m_machine.items << OptionList::Item{u"hpet"_s, u"off"_s};
        say(Kind::Set, option, u"machine"_s, Text::tr("Without the HPET clock."));
    } else {
        return false;
    }
    return true;
}

void QemuReader::addAccels(const QString& names)
{
    const QStringList list = names.split(u':', Qt::SkipEmptyParts);
    for (const QString& name : list) {
        if (!m_accels.contains(name))
            m_accels << name;
    }
}

void QemuReader::readMachine(Option& option)
{
    OptionList machine = OptionList::parse(option.value);
    const auto type = machine.take(u"type"_s);
    if (type)
        machine.head = *type;
    const auto accel = machine.take(u"accel"_s);
    if (accel)
        addAccels(*accel);
    if (!machine.head.isEmpty())
        m_machine.head = machine.head;
    m_machine.items += machine.items;
    QString words = m_machine.head.isEmpty() ? Text::tr("Options of the machine.") : wordsOfMachine(m_machine.head);
    if (accel)
        words += u' ' + Text::tr("Its accelerator is a setting of its own: %1.").arg(*accel);
    say(Kind::Set, option, u"machine"_s, words);
}

void QemuReader::readAccel(Option& option)
{
    OptionList accel = OptionList::parse(option.value);
    const QString name = accel.head.isEmpty() ? accel.take(u"accel"_s).value_or(QString()) : accel.head;
    addAccels(name);
    accel.head.clear();
    if (!accel.items.isEmpty())
        m_vm.accelOptions = accel.text();
    say(Kind::Set, option, u"accel"_s,
        name == "tcg"_L1   ? Text::tr("Every instruction is emulated (TCG).")
        : name == "kvm"_L1 ? Text::tr("The processor runs the guest itself (KVM).")
        : name == "hvf"_L1 ? Text::tr("The processor runs the guest itself (macOS).")
                           : Text::tr("The accelerator."));
}

void QemuReader::readSmp(Option& option)
{
    OptionList smp = OptionList::parse(option.value);
    const auto count = smp.head.isEmpty() ? smp.take(u"cpus"_s) : std::optional(smp.head);
    constexpr qint64 mostOfAnything = 1'000'000; // of which three can be multiplied
    bool right = true;
    const auto number = [&right](const std::optional<QString>& text) {
        bool isNumber = true;
        const int value = text ? text->toInt(&isNumber) : 0;
        right = right && isNumber && value >= 0 && value <= mostOfAnything;
        return value;
    };
    CpuTopology topology;
    topology.sockets = number(smp.take(u"sockets"_s));
    topology.cores = number(smp.take(u"cores"_s));
    topology.threads = number(smp.take(u"threads"_s));
    const int most = number(smp.take(u"maxcpus"_s));
    qint64 product = right ? std::min(topology.cpus(), mostOfAnything) : 1;
    for (const OptionList::Item& item : std::as_const(smp.items)) // dies, clusters and what else there may be
        product = std::min(product * std::max(1, number(item.value)), mostOfAnything);
    // Without a count QEMU starts with all that there can be.
    const int cpus = count ? number(count) : most > 0 ? most : static_cast<int>(product);
    if (!right || cpus < 1) {
        say(Kind::Left, option, u"smp"_s,
            option.isReplaced ? Text::tr("A shell would have put in the number of CPUs here. Set it yourself.")
                              : Text::tr("This is no number of CPUs. Set it yourself."));
        return;
    }
    m_vm.smp = cpus;
    m_vm.topology = {};
    m_smpGiven = true;
    if (!smp.items.isEmpty()) {
        keep(option, Text::tr("CPUs: %1, in an arrangement that the settings do not know.").arg(cpus));
        return;
    }
    // An arrangement may be that of the CPUs which could be plugged in.
    const bool isWhole = topology.sockets > 0 && topology.cores > 0 && topology.threads > 0;
    const bool fits = isWhole ? product == cpus : cpus % product == 0;
    const bool takesTopology = topology.isGiven() && (fits || most == 0 || most == cpus);
    if (takesTopology)
        m_vm.topology = topology;
    say(Kind::Set, option, u"smp"_s,
        takesTopology ? Text::tr("%1 CPUs, and how they are arranged.").arg(cpus) : Text::tr("CPUs: %1.").arg(cpus));
    if (most > 0 && most != cpus)
        add(Kind::Left, option, u"maxcpus=%1"_s.arg(most), {},
            topology.isGiven() && !takesTopology
                ? Text::tr("No CPUs are plugged in while it measures: room for more is not taken over, nor the "
                           "arrangement, which is that of all of them.")
                : Text::tr("No CPUs are plugged in while it measures: room for more is not taken over."));
}

void QemuReader::readMemory(Option& option)
{
    OptionList memory = OptionList::parse(option.value);
    const QString size = memory.head.isEmpty() ? memory.take(u"size"_s).value_or(QString()) : memory.head;
    const auto mib = sizeInMib(size, 'm');
    if (!mib) {
        say(Kind::Left, option, u"memory_mib"_s, Text::tr("This is no size of memory. Set it yourself."));
        return;
    }
    m_vm.memoryMib = *mib;
    m_memoryGiven = true;
    say(Kind::Set, option, u"memory_mib"_s, Text::tr("%1 MiB of memory.").arg(*mib));
    memory.head.clear();
    if (!memory.items.isEmpty()) // kept, it would override the setting
        add(Kind::Left, option, memory.text(), {},
            Text::tr("No memory is plugged in while it measures: room for more is not taken over."));
}

/// What the guest starts from, and what it is called.
bool QemuReader::readStart(Option& option)
{
    const QString& name = option.name;
    if (name == "-bios"_L1) {
        m_vm.firmware = option.value;
        m_vm.firmwareAttach = u"bios"_s;
        say(Kind::Set, option, u"firmware"_s, Text::tr("The firmware, EFI or BIOS, as one image."));
    } else if (name == "-boot"_L1) {
        m_vm.boot = option.value;
        say(Kind::Set, option, u"boot"_s,
            Text::tr("What a BIOS starts from: c is the disk, d the ISO. EFI decides by itself."));
    } else if (name == "-kernel"_L1 || name == "-initrd"_L1 || name == "-append"_L1) {
        readKernel(option);
    } else if (name == "-name"_L1) {
        const OptionList called = OptionList::parse(option.value);
        m_target.label = called.head.isEmpty() ? called.value(u"guest"_s).value_or(QString()) : called.head;
        say(Kind::Set, option, u"label"_s, Text::tr("The VM's name."));
    } else if (name == "-snapshot"_L1) {
        m_snapshot = true;
        say(Kind::Set, option, u"disk.base"_s,
            Text::tr(
                "Nothing is written to the disk: it becomes the base of an overlay, which goes with the session."));
    } else {
        return false;
    }
    return true;
}

void QemuReader::readKernel(Option& option)
{
    m_isBuiltin = std::any_of(m_options.cbegin(), m_options.cend(), [this](const Option& other) {
        return other.name == "-append"_L1 && other.value == guestKernelCommandLine(m_vm.arch);
    });
    if (m_isBuiltin)
        say(Kind::Set, option, u"guest"_s, Text::tr("Benchvisor's built-in guest."));
    else
        keep(option, Text::tr("A kernel that is started directly, without firmware."));
}

/// What would come in the way of Benchvisor's own control, or says what it says anyway.
bool QemuReader::readControl(Option& option)
{
    static const QStringList steering{u"-monitor"_s, u"-mon"_s, u"-debugcon"_s};
    static const QStringList same{u"-nodefaults"_s, u"-no-user-config"_s, u"-nodefconfig"_s, u"-no-reboot"_s};
    const QString& name = option.name;
    const QString danger = whyOutOfControl(name);
    if (!danger.isEmpty()) {
        say(Kind::Replaced, option, {},
            Text::tr("With it Benchvisor could not control the VM: %1. It is not taken over.").arg(danger));
    } else if (steering.contains(name)) {
        say(Kind::Replaced, option, {}, Text::tr("Benchvisor steers the VM over a connection of its own."));
    } else if (name == "-serial"_L1 || name == "-parallel"_L1) {
        say(Kind::Replaced, option, {}, Text::tr("What the guest prints there goes into Benchvisor's log."));
    } else if (same.contains(name)) {
        say(Kind::Replaced, option, {}, Text::tr("Benchvisor says so itself."));
    } else {
        return false;
    }
    return true;
}

Result<PastedTarget> pasteQemu(const QString& program, const QList<ShellWord>& arguments)
{
    return QemuReader(program, arguments).read();
}

} // namespace bv
