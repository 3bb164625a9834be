#include "panels/target_editor.h"

#include "models/plan_document.h"
#include "panels/container_form.h"
#include "panels/vm_form.h"
#include "plan/validate_target.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/field.h"

#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// What the check says of a target that is switched off; the plan's own check leaves it out.
QList<PlanProblem> problemsOfOff(const TargetSettings& target, const MachineLimits& limits)
{
    PlanProblems problems;
    validateTarget(target, {}, limits, problems);
    QList<PlanProblem> list = problems.list();
    for (PlanProblem& problem : list)
        problem.where.remove(0, 1); // the dot
    return list;
}

/// Those that no field shows.
QList<PlanProblem> withoutField(const QList<PlanProblem>& problems)
{
    QList<PlanProblem> rest;
    for (const PlanProblem& problem : problems) {
        for (const QString& where : {u"id"_s, u"label"_s, QString()}) {
            if (problem.where == where)
                rest << problem;
        }
    }
    return rest;
}

} // namespace

TargetEditor::TargetEditor(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_title(new QLabel(this))
    , m_note(new Caption({}, this))
    , m_problems(new ProblemList(this))
{
    setObjectName(u"targetEditor"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapSmall, gapSmall, gapSmall, gap);
    layout->setSpacing(gap);
    m_title->setObjectName(u"targetTitle"_s);
    m_title->setFont(fontAt(TextStep::Strong, font()));
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::PlainText);
    layout->addWidget(m_title);
    layout->addWidget(m_note);
    layout->addWidget(m_problems);
    connect(&services.plan, &PlanDocument::changed, this, &TargetEditor::load);
    load();
}

void TargetEditor::setRow(int row)
{
    m_row = row;
    load();
}

TargetForm* TargetEditor::formFor(int kind)
{
    TargetForm*& form = m_forms[kind];
    if (form || kind == static_cast<int>(TargetKind::Host))
        return form;
    const MachineLimits& limits = m_services.plan.limits();
    if (kind == static_cast<int>(TargetKind::Docker))
        form = new ContainerForm(limits, m_services.images, this);
    else
        form = new VmForm(limits, m_services.environment, m_services.qemu, m_services.disks, this);
    layout()->addWidget(form);
    connect(form, &TargetForm::edited, this, [this](const TargetSettings& settings) {
        if (m_row >= 0 && m_row < m_services.plan.targetCount())
            m_services.plan.setTarget(m_row, settings);
    });
    return form;
}

void TargetEditor::load()
{
    const PlanDocument& plan = m_services.plan;
    const bool there = m_row >= 0 && m_row < plan.targetCount();
    setVisible(there);
    if (!there)
        return;
    const TargetSettings& target = plan.target(m_row);
    const bool on = plan.isEnabled(m_row);
    const QList<PlanProblem> problems = on ? plan.problemsOfTarget(m_row) : problemsOfOff(target, plan.limits());
    m_title->setText(targetLabel(target));
    QStringList notes;
    if (!on)
        notes << tr("Switched off: the run leaves it out.");
    if (target.kind == TargetKind::Host)
        notes << tr("sysbench runs on this machine itself, with all its CPUs and memory: the figure that containers "
                    "and virtual machines are measured against. There is nothing to set.");
    m_note->setText(notes.join(u'\n'));
    m_note->setVisible(!notes.isEmpty());
    m_problems->setProblems(withoutField(problems));
    TargetForm* wanted = formFor(static_cast<int>(target.kind));
    for (TargetForm* form : m_forms) {
        if (form)
            form->setVisible(form == wanted);
    }
    if (wanted)
        wanted->load(target, problems);
}

} // namespace bv
