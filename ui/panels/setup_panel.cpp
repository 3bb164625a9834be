#include "panels/setup_panel.h"

#include "models/plan_document.h"
#include "models/session_model.h"
#include "panels/commands_view.h"
#include "panels/fairness_panel.h"
#include "panels/repeats_panel.h"
#include "panels/suites_panel.h"
#include "panels/target_editor.h"
#include "panels/target_list.h"
#include "run/engine.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/field.h"
#include "widgets/section.h"
#include "widgets/tab_order.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

const QByteArray stateMark("open ");

/// Errors and warnings of the plan whose place begins with one of `starts`.
std::pair<int, int> countProblems(const QList<PlanProblem>& problems, const QStringList& starts)
{
    std::pair<int, int> count{0, 0};
    for (const PlanProblem& problem : problems) {
        const bool ours = std::any_of(starts.cbegin(), starts.cend(),
                                      [&problem](const QString& start) { return problem.where.startsWith(start); });
        if (ours)
            ++(problem.severity == PlanProblem::Severity::Error ? count.first : count.second);
    }
    return count;
}

void setNote(Section* section, const QString& note, std::pair<int, int> problems)
{
    if (problems.first > 0)
        section->header()->setNote(SetupPanel::tr("Errors: %1").arg(problems.first), u"error"_s);
    else
        section->header()->setNote(note, problems.second > 0 ? u"warning"_s : QString());
}

} // namespace

SetupPanel::SetupPanel(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_area(new QScrollArea(this))
    , m_column(nullptr)
    , m_running(new Caption(tr("A session is running. What you change here is for the next one."), this))
{
    setObjectName(u"setupPanel"_s);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_running->label()->setObjectName(u"setup.running"_s);
    m_running->setContentsMargins(gap, gapSmall, gap, gapSmall);
    outer->addWidget(m_running);
    outer->addWidget(m_area, 1);
    auto* content = new QWidget(m_area);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(gapSmall, gapSmall, gapSmall, gapLarge);
    m_column->setSpacing(gap);
    m_column->addWidget(makeName(content));
    m_targets = new TargetList(services.plan, services.vms, content);
    m_editor = new TargetEditor(services, content);
    m_repeats = new RepeatsPanel(services.plan, content);
    m_fairness = new FairnessPanel(services, content);
    m_commands = new CommandsView(services, content);
    m_column->addWidget(m_targets);
    m_column->addWidget(m_editor);
    m_suitesSection = addSection(tr("T&ests"), u"suites"_s, new SuitesPanel(services.plan, content), true);
    m_repeatsSection = addSection(tr("Repeats and &order"), u"repeats"_s, m_repeats, false);
    m_fairnessSection = addSection(tr("Fairness"), u"fairness"_s, m_fairness, false);
    m_commandsSection = addSection(tr("Comma&nds"), u"commands"_s, m_commands, false);
    m_column->addStretch(1);
    m_area->setWidget(content);
    m_area->setObjectName(u"setupScroll"_s);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setFocusPolicy(Qt::NoFocus);
    content->installEventFilter(this);
    // What gets the focus comes into view, however deep in the column it is.
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now && m_area->widget()->isAncestorOf(now))
            m_area->ensureWidgetVisible(now, gap, gapLarge);
    });
    const auto select = [this](int row) {
        m_editor->setRow(row);
        m_commands->setRow(row);
        orderTabs(m_area->widget());
    };
    connect(m_targets, &TargetList::currentChanged, this, select);
    select(m_targets->currentRow());
    // After those that make fields: they have heard of the change before.
    connect(&services.plan, &PlanDocument::changed, this, [this] {
        showName();
        updateNotes();
        orderTabs(m_area->widget());
    });
    connect(m_fairness, &FairnessPanel::notesChanged, this, [this] {
        updateNotes();
        orderTabs(m_area->widget());
    });
    const auto showRunning = [this] {
        m_running->setVisible(m_services.session.isLive() || m_services.engine.isRunning());
    };
    connect(&services.session, &SessionModel::liveChanged, this, showRunning);
    connect(&services.engine, &Engine::phaseChanged, this, showRunning);
    connect(&services.engine, &Engine::finished, this, showRunning);
    showRunning();
    showName();
    updateNotes();
    orderTabs(content);
}

SetupPanel::~SetupPanel()
{
    disconnect(qApp, nullptr, this, nullptr); // the focus still changes while the column's widgets go
}

/// Under that name the plan is saved and its session stored.
Field* SetupPanel::makeName(QWidget* parent)
{
    m_name = new QLineEdit(parent);
    m_name->setToolTip(tr("The name of the plan, and of the sessions that are measured with it"));
    connect(m_name, &QLineEdit::textEdited, this,
            [this](const QString& text) { m_services.plan.setName(text.trimmed()); });
    auto* field = new Field(tr("Plan name"), m_name, u"planName"_s, parent);
    field->setContentsMargins(gapSmall, gapSmall, gapSmall, 0);
    return field;
}

void SetupPanel::showName()
{
    const PlanDocument& plan = m_services.plan;
    const QString given = plan.isNamed() ? plan.plan().name : QString();
    // "my " is as good as "my": what is being typed is left alone.
    if (m_name->text().trimmed() != given.trimmed()) {
        m_name->setText(given);
        m_name->setCursorPosition(0); // of a long name the beginning
    }
    const QString automatic = plan.automaticName();
    m_name->setPlaceholderText(automatic.isEmpty() ? tr("untitled") : automatic);
}

Section* SetupPanel::addSection(const QString& title, const QString& name, QWidget* content, bool expanded)
{
    auto* section = new Section(title, name, m_area);
    section->body()->addWidget(content);
    section->setExpanded(expanded);
    m_column->addWidget(section);
    return section;
}

QStringList SetupPanel::expandedSections() const
{
    QStringList names;
    for (const Section* section : {m_suitesSection, m_repeatsSection, m_fairnessSection, m_commandsSection}) {
        if (section->isExpanded())
            names << section->objectName();
    }
    return names;
}

void SetupPanel::setExpandedSections(const QStringList& names)
{
    for (Section* section : {m_suitesSection, m_repeatsSection, m_fairnessSection, m_commandsSection})
        section->setExpanded(names.contains(section->objectName()));
}

QByteArray SetupPanel::saveState() const
{
    return stateMark + expandedSections().join(u' ').toUtf8();
}

void SetupPanel::restoreState(const QByteArray& state)
{
    if (state.startsWith(stateMark))
        setExpandedSections(QString::fromUtf8(state.mid(stateMark.size())).split(u' '));
}

bool SetupPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_area->widget() && event->type() == QEvent::LayoutRequest)
        fitWidth();
    return QWidget::eventFilter(watched, event);
}

/// It scrolls down only, so it is never narrower than what stands in it: with a large font that is more than the usual
/// 300. A name without a place to break does not count beyond measure.
void SetupPanel::fitWidth()
{
    const int most = fontMetrics().averageCharWidth() * 56;
    const int bar = m_area->verticalScrollBar()->sizeHint().width();
    m_area->setMinimumWidth(std::min(m_area->widget()->minimumSizeHint().width(), most) + bar);
}

QSize SetupPanel::sizeHint() const
{
    constexpr QSize comfortable(340, 640);
    return comfortable;
}

void SetupPanel::updateNotes()
{
    const PlanDocument& plan = m_services.plan;
    const QList<PlanProblem>& problems = plan.problems();
    setNote(m_suitesSection, tr("%1 in the plan").arg(plan.suites().size()), countProblems(problems, {u"suites"_s}));
    setNote(m_repeatsSection, m_repeats->summary(),
            countProblems(problems, {u"repeats"_s, u"adaptive"_s, u"warmup"_s, u"cooldown_s"_s}));
    m_fairnessSection->header()->setNote(m_fairness->summary(), m_fairness->iconName());
}

} // namespace bv
