#include "dialogs/vary_dialog.h"

#include "models/plan_document.h"
#include "models/value_list.h"
#include "style/metrics.h"
#include "widgets/choice_boxes.h"
#include "widgets/field.h"
#include "widgets/filter_line.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScreen>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int previewDelayMs = 120;
constexpr int comfortableWidth = 460;

QString numberText(double number)
{
    return QString::number(number);
}

QLineEdit* numbersEdit(double value)
{
    auto* edit = new QLineEdit(numberText(value));
    edit->setClearButtonEnabled(true);
    nameClearButton(edit);
    return edit;
}

} // namespace

VaryDialog::VaryDialog(const PlanDocument& plan, int row, QWidget* parent)
    : QDialog(parent)
    , m_plan(plan)
    , m_base(plan.target(row))
    , m_preview(new PlanDocument(plan.limits(), this))
    , m_later(new QTimer(this))
{
    setObjectName(u"varyDialog"_s);
    setWindowTitle(tr("Vary %1").arg(targetLabel(m_base)));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    auto* words =
        new QLabel(tr("Every combination becomes a target. Write several values with commas between them."), this);
    words->setWordWrap(true);
    layout->addWidget(words);
    addFields(layout);
    addOutcome(layout);
    m_later->setSingleShot(true);
    m_later->setInterval(previewDelayMs);
    connect(m_later, &QTimer::timeout, this, &VaryDialog::preview);
    connect(m_preview, &PlanDocument::changed, this, [this] {
        if (!m_later->isActive())
            showPreview(); // how long a large plan takes is known later
    });
    refresh();
    preview();
    resize(std::max(comfortableWidth, sizeHint().width()), sizeHint().height());
}

void VaryDialog::addFields(QLayout* layout)
{
    const bool vm = m_base.kind == TargetKind::Qemu;
    m_cpus = new Field(tr("&CPUs"), numbersEdit(vm ? m_base.qemu.smp : m_base.docker.cpus), u"varyCpus"_s, this);
    m_memory = new Field(tr("&Memory"), numbersEdit(vm ? m_base.qemu.memoryMib : m_base.docker.memoryMib),
                         u"varyMemory"_s, this);
    m_memory->addBeside(new QLabel(tr("MiB"), this));
    if (m_plan.limits().logicalCpus > 0)
        m_cpus->setNote(tr("CPUs of this machine: %1").arg(m_plan.limits().logicalCpus));
    if (m_plan.limits().memoryMib > 0)
        m_memory->setNote(tr("Memory of this machine: %1 MiB").arg(m_plan.limits().memoryMib));
    for (Field* field : {m_cpus, m_memory}) {
        layout->addWidget(field);
        connect(static_cast<QLineEdit*>(field->control()), &QLineEdit::textChanged, this, &VaryDialog::refresh);
    }
    const auto boxes = [&](const QString& label, const QString& name, const QList<ChoiceBoxes::Choice>& choices,
                           const QString& value) {
        auto* made = new ChoiceBoxes(choices, name, this);
        made->setValues({value});
        layout->addWidget(new Field(label, made, name, this));
        connect(made, &ChoiceBoxes::changed, this, &VaryDialog::refresh);
        return made;
    };
    if (!vm) {
        m_storages = boxes(
            tr("&Storage"), u"varyStorage"_s,
            {{u"volume"_s, tr("volume"), {}}, {u"layer"_s, tr("layer"), {}}, {u"tmpfs"_s, tr("tmpfs (memory)"), {}}},
            m_base.docker.storage);
        return;
    }
    m_formats = boxes(tr("Disk &format"), u"varyFormat"_s, {{u"raw"_s, u"raw"_s, {}}, {u"qcow2"_s, u"qcow2"_s, {}}},
                      m_base.qemu.disk.format);
    QList<ChoiceBoxes::Choice> caches;
    for (const QString& cache : {u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s})
        caches << ChoiceBoxes::Choice{cache, cache, {}};
    m_caches = boxes(tr("Disk cac&he"), u"varyCache"_s, caches, m_base.qemu.disk.cache);
    m_accelerators =
        boxes(tr("Acce&lerator"), u"varyAccelerator"_s,
              {{u"auto"_s, tr("automatic"), {}}, {u"kvm"_s, tr("KVM"), {}}, {u"tcg"_s, tr("TCG (emulation)"), {}}},
              m_base.qemu.accel);
}

void VaryDialog::addOutcome(QLayout* layout)
{
    m_replace = new QRadioButton(tr("&Replace %1").arg(targetLabel(m_base).replace(u'&', u"&&"_s)), this);
    m_replace->setObjectName(u"varyReplace"_s);
    m_add = new QRadioButton(tr("&Keep it and add the others"), this);
    m_add->setObjectName(u"varyAdd"_s);
    m_replace->setChecked(true);
    layout->addWidget(m_replace);
    layout->addWidget(m_add);
    connect(m_replace, &QRadioButton::toggled, this, &VaryDialog::refresh);
    m_outcome = new QLabel(this);
    m_outcome->setObjectName(u"varyOutcome"_s);
    m_outcome->setWordWrap(true);
    m_outcome->setFont(fontAt(TextStep::Strong, font()));
    layout->addWidget(m_outcome);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_buttons->button(QDialogButtonBox::Ok)->setObjectName(u"varyAccept"_s);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Make &targets"));
    layout->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

/// A dialog does not ask for the height of wrapped text; what is said of a field would squash the others.
bool VaryDialog::event(QEvent* event)
{
    const bool done = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest && layout()->hasHeightForWidth()) {
        const int wanted = layout()->totalHeightForWidth(width());
        if (wanted > height())
            resize(width(), std::min(wanted, screen()->availableSize().height()));
    }
    return done;
}

bool VaryDialog::replaces() const
{
    return m_replace->isChecked();
}

bool VaryDialog::readNumbers(Field* field, double least, double most, bool whole, QList<double>& numbers)
{
    const auto typed = parseNumbers(static_cast<QLineEdit*>(field->control())->text());
    QString wrong;
    if (!typed || typed->isEmpty()) {
        wrong = tr("Write numbers with commas between them, such as 1, 2, 4.");
    } else {
        for (const double number : *typed) {
            if (number < least || number > most)
                wrong = tr("%1 is not possible. Write numbers from %2 to %3.")
                            .arg(numberText(number), numberText(least), QString::number(most, 'f', 0));
            else if (whole && number != std::trunc(number))
                wrong = tr("%1 is not possible. Write whole numbers.").arg(numberText(number));
        }
        numbers = *typed;
    }
    QList<PlanProblem> problems;
    if (!wrong.isEmpty())
        problems << PlanProblem{PlanProblem::Severity::Error, {}, wrong};
    field->setProblems(problems);
    return wrong.isEmpty();
}

bool VaryDialog::readGrid(TargetGrid& grid)
{
    const bool vm = m_base.kind == TargetKind::Qemu;
    constexpr double manyCpus = 255;
    constexpr double muchMemory = 64.0 * 1024 * 1024;
    const MachineLimits& limits = m_plan.limits();
    const double cpus = !vm && limits.logicalCpus > 0 ? limits.logicalCpus : manyCpus;
    const double memory = limits.memoryMib > 0 ? static_cast<double>(limits.memoryMib) : muchMemory;
    QList<double> memories;
    const bool cpusGood = readNumbers(m_cpus, vm ? 1 : 0.01, cpus, vm, grid.cpus);
    const bool memoryGood = readNumbers(m_memory, vm ? 128 : 6, memory, true, memories);
    for (const double number : memories)
        grid.memoryMib << static_cast<int>(std::clamp(number, 0.0, muchMemory));
    if (vm) {
        grid.formats = m_formats->values();
        grid.caches = m_caches->values();
        grid.accelerators = m_accelerators->values();
    } else {
        grid.storages = m_storages->values();
    }
    return cpusGood && memoryGood;
}

void VaryDialog::refresh()
{
    TargetGrid grid;
    m_targets.clear();
    const bool good = readGrid(grid);
    if (good)
        m_targets = makeGrid(m_base, grid);
    if (!replaces()) {
        m_targets.removeIf([this](const TargetSettings& made) {
            const auto& targets = m_plan.plan().targets;
            return std::any_of(targets.cbegin(), targets.cend(),
                               [&made](const TargetSettings& there) { return sameArrangement(made, there); });
        });
    }
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(!m_targets.isEmpty());
    if (!good)
        m_outcome->setText(tr("Mend what is marked above."));
    else if (gridSize(m_base, grid) > gridLimit)
        m_outcome->setText(tr("That would be %1 targets. Vary fewer values: at most %2 are possible.")
                               .arg(gridSize(m_base, grid))
                               .arg(gridLimit));
    else if (m_targets.isEmpty())
        m_outcome->setText(tr("Nothing new: the plan has all of these. Give more values."));
    else
        m_later->start();
}

/// How long the plan takes with the grid in it.
void VaryDialog::preview()
{
    if (m_targets.isEmpty())
        return;
    Plan plan = m_plan.enabledPlan();
    if (replaces())
        plan.targets.removeIf([this](const TargetSettings& target) { return target.id == m_base.id; });
    m_preview->setKvmUsable(m_plan.kvmUsable());
    m_preview->setPlan(plan);
    m_preview->addTargets(m_targets);
    showPreview();
}

void VaryDialog::showPreview()
{
    if (!m_targets.isEmpty())
        m_outcome->setText(
            tr("New targets: %1. The plan then comes to %2.").arg(m_targets.size()).arg(m_preview->summary()));
}

} // namespace bv
