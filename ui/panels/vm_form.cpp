#include "panels/vm_form.h"

#include "models/argument_text.h"
#include "models/text.h"
#include "plan/machine_limits.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/field.h"
#include "widgets/file_chooser.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// A line edit with proposals.
QComboBox* proposals(const QStringList& values, QWidget* parent)
{
    auto* combo = new QComboBox(parent);
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->addItems(values);
    return combo;
}

} // namespace

VmForm::VmForm(const MachineLimits& limits, EnvironmentMonitor& environment, QWidget* parent)
    : TargetForm(parent)
    , m_environment(environment)
{
    setPrefix(u"vm."_s);
    addMachine(limits);
    addDisk();
    auto* extra = addText(
        tr("E&xtra QEMU arguments"), u"extra_args"_s,
        [](const TargetSettings& settings) { return joinArguments(settings.qemu.extraArgs); },
        [](TargetSettings& settings, const QString& text) { settings.qemu.extraArgs = splitArguments(text); }, true);
    static_cast<QLineEdit*>(extra->control())->setPlaceholderText(tr("none"));
    connect(&environment, &EnvironmentMonitor::checked, this, &VmForm::loaded);
    connect(&environment, &EnvironmentMonitor::checkingChanged, this, &VmForm::loaded);
    loaded();
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

    const auto addProposed = [this](const QString& label, const QString& where, const QStringList& values,
                                    QString QemuSettings::*member) {
        auto* combo = proposals(values, this);
        add(new Field(label, combo, u"vm."_s + where, this), where, [combo, member](const TargetSettings& settings) {
            if (combo->currentText() != settings.qemu.*member)
                combo->setEditText(settings.qemu.*member);
        });
        connect(combo, &QComboBox::editTextChanged, this, [this, member](const QString& text) {
            edit([&](TargetSettings& settings) { settings.qemu.*member = text; });
        });
    };
    addProposed(tr("CPU mo&del"), u"cpu"_s, {u"max"_s, u"host"_s, u"qemu64"_s, u"kvm64"_s, u"Nehalem"_s, u"Haswell"_s},
                &QemuSettings::cpu);
    addProposed(tr("Mac&hine"), u"machine"_s, {u"q35"_s, u"pc"_s}, &QemuSettings::machine);
}

void VmForm::addDisk()
{
    auto* title = new QLabel(tr("Disk for the file tests"), this);
    title->setFont(fontAt(TextStep::Strong, font()));
    fields()->addSpacing(gapSmall);
    fields()->addWidget(title);
    m_path = addText(
        tr("&File"), u"disk.path"_s, [](const TargetSettings& settings) { return settings.qemu.disk.path; },
        [](TargetSettings& settings, const QString& text) { settings.qemu.disk.path = text; });
    static_cast<QLineEdit*>(m_path->control())->setPlaceholderText(tr("scratch disk"));
    auto* browse = new QToolButton(this);
    browse->setObjectName(u"vm.browse"_s);
    browse->setIcon(icon(u"open"_s));
    browse->setToolTip(tr("Choose a disk image"));
    browse->setAccessibleName(browse->toolTip());
    connect(browse, &QToolButton::clicked, this, &VmForm::chooseDisk);
    m_path->addBeside(browse);
    addChoice(tr("Fo&rmat"), u"disk.format"_s, {{u"raw"_s, u"raw"_s}, {u"qcow2"_s, u"qcow2"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.format; });
    m_size = addNumber(
        tr("Si&ze"), u"disk.size_gib"_s, {tr("GiB"), 6, 1, false},
        [](const TargetSettings& settings) { return settings.qemu.disk.sizeGib; },
        [](TargetSettings& settings, double value) { settings.qemu.disk.sizeGib = value; });
    QList<Choice> caches;
    for (const QString& cache : {u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s})
        caches << Choice{cache, cache};
    addChoice(tr("C&ache"), u"disk.cache"_s, caches,
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.cache; });
    addChoice(tr("A&IO"), u"disk.aio"_s,
              {{u"threads"_s, u"threads"_s}, {u"native"_s, u"native"_s}, {u"io_uring"_s, u"io_uring"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.aio; });
}

void VmForm::chooseDisk()
{
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Either; // one that is not there yet is made
    question.title = tr("Choose a disk image");
    question.name = settings().qemu.disk.path;
    question.filter = tr("Disk images (*.raw *.img *.qcow2);;All files (*)");
    FileChooser::ask(this, question,
                     [this](const QString& path) { static_cast<QLineEdit*>(m_path->control())->setText(path); });
}

void VmForm::loaded()
{
    const bool scratch = settings().qemu.disk.path.isEmpty();
    m_path->setNote(scratch ? tr("Empty: made for the session and removed with it") : QString());
    m_size->setNote(scratch ? QString() : tr("Used only if the file is not there yet"));
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
