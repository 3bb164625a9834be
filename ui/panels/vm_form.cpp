#include "panels/vm_form.h"

#include "base/when_done.h"
#include "models/argument_text.h"
#include "models/text.h"
#include "plan/machine_limits.h"
#include "run/qemu_service.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/field.h"
#include "widgets/file_chooser.h"
#include "widgets/section.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSysInfo>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// The values of firmware that are no path, and their names.
const QList<std::pair<QString, QString>>& firmwareNames()
{
    static const QList<std::pair<QString, QString>> names{
        {QString(), VmForm::tr("as the guest needs")},
        {u"uefi"_s, VmForm::tr("EFI, found by itself")},
        {u"bios"_s, VmForm::tr("BIOS (SeaBIOS)")},
    };
    return names;
}

QString firmwareText(const QString& value)
{
    for (const auto& [key, name] : firmwareNames()) {
        if (key == value || (value == "auto"_L1 && key == "uefi"_L1))
            return name;
    }
    return value;
}

QString firmwareValue(const QString& text)
{
    for (const auto& [key, name] : firmwareNames()) {
        if (name == text)
            return key;
    }
    return text.trimmed();
}

/// What belongs to an architecture follows it, unless it was chosen by hand.
void changeArchitecture(QemuSettings& qemu, const QString& arch)
{
    if (qemu.machine == defaultMachine(qemu.arch))
        qemu.machine = defaultMachine(arch);
    if (qemu.cpu == defaultCpu(qemu.arch))
        qemu.cpu = defaultCpu(arch);
    qemu.arch = arch;
}

} // namespace

VmForm::VmForm(const MachineLimits& limits, EnvironmentMonitor& environment, QemuService& qemu, DiskService& disks,
               QWidget* parent)
    : TargetForm(parent)
    , m_environment(environment)
    , m_qemu(qemu)
    , m_disks(disks)
{
    setPrefix(u"vm."_s);
    addGuest();
    addMachine(limits);
    addAccelerator();
    m_cpus = addProposed(tr("CPU mo&del"), u"cpu"_s, {u"max"_s, u"host"_s, u"qemu64"_s},
                         [](TargetSettings& settings) -> QString& { return settings.qemu.cpu; });
    m_machines = addProposed(tr("Mac&hine"), u"machine"_s, {u"q35"_s, u"pc"_s},
                             [](TargetSettings& settings) -> QString& { return settings.qemu.machine; });
    addFirmware();
    addDisk();
    addMoreOfDisk();
    addChannel();
    addProcessor();
    addDevices();
    auto* extra = addText(
        tr("E&xtra QEMU arguments"), u"extra_args"_s,
        [](const TargetSettings& settings) { return joinArguments(settings.qemu.extraArgs); },
        [](TargetSettings& settings, const QString& text) { settings.qemu.extraArgs = splitArguments(text); }, true);
    static_cast<QLineEdit*>(extra->control())->setPlaceholderText(tr("none"));
    connect(&environment, &EnvironmentMonitor::checked, this, &VmForm::loaded);
    connect(&environment, &EnvironmentMonitor::checkingChanged, this, &VmForm::loaded);
    connect(&qemu, &QemuService::answered, this, &VmForm::loaded);
    loaded();
}

void VmForm::addGuest()
{
    m_guest = addChoice(
        tr("Guest"), u"guest"_s,
        {{u"builtin"_s, tr("Built-in")}, {u"disk"_s, tr("On a disk of yours")}, {u"iso"_s, tr("On an ISO of yours")}},
        [](TargetSettings& settings) -> QString& { return settings.qemu.guest; });
    m_iso = addPath(tr("ISO"), u"iso"_s, tr("Choose an ISO image"), tr("ISO images (*.iso)"),
                    [](TargetSettings& settings) -> QString& { return settings.qemu.iso; });
    static_cast<QLineEdit*>(m_iso->control())->setPlaceholderText(tr("none"));
    auto* arch = new QComboBox(this);
    for (const QString& name : {u"x86_64"_s, u"aarch64"_s})
        arch->addItem(name, name);
    m_arch = add(new Field(tr("Architecture"), arch, u"vm.arch"_s, this), u"arch"_s,
                 [arch](const TargetSettings& settings) { showChoice(arch, settings.qemu.arch); });
    connect(arch, &QComboBox::currentIndexChanged, this, [this, arch] {
        const QString value = arch->currentData().toString();
        edit([&](TargetSettings& settings) { changeArchitecture(settings.qemu, value); });
    });
}

void VmForm::addMachine(const MachineLimits& limits)
{
    auto* cpus = addNumber(
        tr("&CPUs (smp)"), u"smp"_s, {}, [](const TargetSettings& settings) { return settings.qemu.smp; },
        [](TargetSettings& settings, double value) { settings.qemu.smp = qRound(value); });
    if (limits.logicalCpus > 0)
        cpus->setNote(tr("1 to %1 on this machine").arg(limits.logicalCpus));
    auto* memory = addNumber(
        tr("&Memory"), u"memory_mib"_s, {tr("MiB"), 0, 256, true},
        [](const TargetSettings& settings) { return settings.qemu.memoryMib; },
        [](TargetSettings& settings, double value) { settings.qemu.memoryMib = qRound(value); });
    if (limits.memoryMib > 0)
        memory->setNote(tr("This machine has %1 MiB").arg(limits.memoryMib));
}

void VmForm::addAccelerator()
{
    m_accelerator = addChoice(tr("Acce&lerator"), u"accel"_s,
                              {{u"auto"_s, tr("Automatic")}, {u"kvm"_s, tr("KVM")}, {u"tcg"_s, tr("TCG (emulation)")}},
                              [](TargetSettings& settings) -> QString& { return settings.qemu.accel; });
    auto* again = new QToolButton(this);
    again->setObjectName(u"vm.tryKvm"_s);
    again->setIcon(icon(u"refresh"_s));
    again->setAccessibleName(tr("Try again whether KVM works (up to 8 s)"));
    connect(again, &QToolButton::clicked, this, [this] { m_environment.check(true); });
    const auto follow = [this, again] {
        const bool can = m_environment.canCheck();
        again->setEnabled(can);
        again->setToolTip(can || m_environment.isChecking() ? again->accessibleName() : measuringReason());
    };
    connect(&m_environment, &EnvironmentMonitor::canCheckChanged, again, follow);
    follow();
    m_accelerator->addBeside(again);
}

QWidget* VmForm::addProposed(const QString& label, const QString& where, const QStringList& values,
                             std::function<QString&(TargetSettings&)> place)
{
    auto* combo = new QComboBox(this);
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->addItems(values);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    add(new Field(label, combo, u"vm."_s + where, this), where, [combo, place](TargetSettings settings) {
        if (combo->currentText() != place(settings))
            combo->setEditText(place(settings));
    });
    connect(combo, &QComboBox::editTextChanged, this, [this, place = std::move(place)](const QString& text) {
        edit([&](TargetSettings& settings) { place(settings) = text; });
    });
    return combo;
}

/// The names of the firmware that is no file are proposed; a file is typed or chosen.
void VmForm::addFirmware()
{
    auto* combo = new QComboBox(this);
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const auto& [value, name] : firmwareNames())
        combo->addItem(name);
    m_firmware = add(new Field(tr("EFI image"), combo, u"vm.firmware"_s, this), u"firmware"_s,
                     [combo](const TargetSettings& settings) {
                         if (firmwareValue(combo->currentText()) != settings.qemu.firmware)
                             combo->setEditText(firmwareText(settings.qemu.firmware));
                     });
    connect(combo, &QComboBox::editTextChanged, this, [this](const QString& text) {
        edit([&](TargetSettings& settings) { settings.qemu.firmware = firmwareValue(text); });
    });
    auto* browse = new QToolButton(this);
    browse->setObjectName(u"vm.firmware.browse"_s);
    browse->setIcon(icon(u"open"_s));
    browse->setToolTip(tr("Choose an EFI image"));
    browse->setAccessibleName(browse->toolTip());
    connect(browse, &QToolButton::clicked, this, [this, combo] {
        FileChooser::Question question;
        question.title = tr("Choose an EFI image");
        question.name = settings().qemu.firmware.contains(u'/') ? settings().qemu.firmware : QString();
        question.filter = tr("Firmware (*.fd *.bin *.rom *.img *.qcow2);;All files (*)");
        FileChooser::ask(this, question, [combo](const QString& path) { combo->setEditText(path); });
    });
    m_firmware->addBeside(browse);
}

void VmForm::showEvent(QShowEvent* event)
{
    TargetForm::showEvent(event);
    loaded(); // not before somebody looks: it asks QEMU
}

void VmForm::loaded()
{
    showGuestNotes();
    showAcceleratorNote();
    if (!isVisible())
        return;
    m_qemu.ask(settings().qemu.arch);
    takeOffers();
    lookForFirmware();
}

/// What this machine's QEMU offers becomes what is proposed.
void VmForm::takeOffers()
{
    const QString arch = settings().qemu.arch;
    const auto offers = m_qemu.offers(arch);
    const bool foreign = arch != QSysInfo::currentCpuArchitecture();
    if (offers && offers->error().code == Error::Code::NotFound)
        m_arch->setNote(offers->error().message);
    else
        m_arch->setNote(foreign ? tr("Emulated: this machine is %1.").arg(QSysInfo::currentCpuArchitecture())
                                : QString());
    if (!offers || !*offers || m_offersOf == arch)
        return;
    m_offersOf = arch;
    const auto fill = [](QWidget* control, const QStringList& names) {
        auto* combo = static_cast<QComboBox*>(control);
        const QSignalBlocker quiet(combo);
        const QString text = combo->currentText();
        combo->clear();
        combo->addItems(names);
        combo->setEditText(text);
    };
    fill(m_cpus, (*offers)->cpus);
    fill(m_machines, (*offers)->machines);
}

void VmForm::lookForFirmware()
{
    QemuSettings wanted;
    const QemuSettings& qemu = settings().qemu;
    wanted.guest = qemu.guest;
    wanted.arch = qemu.arch;
    wanted.machine = qemu.machine;
    wanted.firmware = qemu.firmware;
    wanted.firmwareAttach = qemu.firmwareAttach;
    wanted.firmwareVars = qemu.firmwareVars;
    if (m_looks > 0 && wanted == m_looked) {
        m_firmware->setNote(m_firmwareNote);
        return;
    }
    m_looked = wanted;
    const int look = ++m_looks;
    whenDone(m_qemu.firmware(wanted), this, [this, look](const Result<QString>& found) {
        if (look != m_looks)
            return;
        if (!found)
            m_firmwareNote = found.error().message;
        else
            m_firmwareNote = found->isEmpty() ? tr("QEMU's own; no image is needed")
                                              : tr("Uses %1").arg(QDir::toNativeSeparators(*found));
        m_firmware->setNote(m_firmwareNote);
    });
}

void VmForm::showAcceleratorNote()
{
    if (settings().qemu.arch != QSysInfo::currentCpuArchitecture()) {
        m_accelerator->setNote(tr("Another architecture than this machine's is emulated: automatic takes TCG."));
        return;
    }
    const auto& items = m_environment.items();
    const auto kvm =
        std::find_if(items.cbegin(), items.cend(), [](const EnvironmentItem& item) { return item.id == "kvm"_L1; });
    if (m_environment.isChecking()) {
        m_accelerator->setNote(tr("Trying whether KVM works here…"));
    } else if (kvm == items.cend()) {
        m_accelerator->setNote(tr("Whether KVM works here was not tried yet."));
    } else if (kvm->state == EnvironmentItem::State::Ok) {
        m_accelerator->setNote(tr("KVM works here; automatic takes it."));
    } else {
        const QString outcome = settings().qemu.accel == "kvm"_L1
                                    ? tr("The VM will not start: choose automatic or TCG, or mend KVM.")
                                    : tr("Automatic takes TCG, which is much slower.");
        m_accelerator->setNote(tr("KVM cannot be used here: %1").arg(kvm->detail) + u' ' + outcome);
    }
}

} // namespace bv
