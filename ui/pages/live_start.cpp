#include "pages/live_start.h"

#include "models/plan_document.h"
#include "style/environment_mark.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/card.h"
#include "widgets/flow_layout.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr qsizetype mostNames = 4; ///< of targets in one line; a plan may have hundreds

QLabel* wrapped(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

LiveStart::LiveStart(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_column(new QVBoxLayout)
    , m_title(new QLabel(this))
    , m_text(wrapped({}, this))
    , m_progress(new QProgressBar(this))
    , m_missing(new Card(tr("Missing on this machine"), this))
{
    m_title->setObjectName(u"liveEmptyTitle"_s);
    m_title->setFont(fontAt(TextStep::Figure, font()));
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_text->setObjectName(u"liveEmptyText"_s);
    m_text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_progress->setObjectName(u"liveEmptyProgress"_s);
    m_progress->setAccessibleName(tr("Progress of the preparation"));
    m_progress->setRange(0, 100);
    m_progress->hide();
    makeCard();
    m_column->setSpacing(gapLarge);
    m_column->addStretch(2);
    for (QWidget* part : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_text),
                          static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_missing)})
        m_column->addWidget(part);
    m_column->addStretch(3);
    auto* area = new QScrollArea(this); // large type and a small window
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    auto* middle = new QWidget(area);
    auto* margins = new QHBoxLayout(middle);
    margins->setContentsMargins(0, 0, 0, 0);
    margins->addStretch(1);
    margins->addLayout(m_column, 6);
    margins->addStretch(1);
    area->setWidget(middle);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    connect(&services.plan, &PlanDocument::changed, this, &LiveStart::refresh);
    connect(&services.environment, &EnvironmentMonitor::checked, this, &LiveStart::refresh);
    refresh();
}

void LiveStart::makeCard()
{
    m_missing->setObjectName(u"liveMissing"_s);
    auto* check = new QPushButton(icon(u"check"_s), tr("&Environment check…"), m_missing);
    check->setObjectName(u"liveEnvironment"_s);
    check->setToolTip(tr("Says for everything that is missing what to do"));
    m_switchOff = new QPushButton(tr("S&witch off these targets"), m_missing);
    m_switchOff->setObjectName(u"liveSwitchOff"_s);
    m_switchOff->setToolTip(tr("Then Run measures the others"));
    auto* buttons = new FlowLayout;
    buttons->addWidget(check);
    buttons->addWidget(m_switchOff);
    m_missing->body()->addLayout(buttons);
    connect(check, &QPushButton::clicked, this, &LiveStart::environmentWanted);
    connect(m_switchOff, &QPushButton::clicked, this, &LiveStart::switchOff);
}

void LiveStart::setPreparing(bool preparing)
{
    m_preparing = preparing;
    if (!preparing)
        m_progress->hide();
    showOutlook();
}

void LiveStart::say(const QString& words, double fraction)
{
    m_text->setText(words);
    m_progress->setVisible(fraction >= 0); // without a known end there is no bar: nothing moves for its own sake
    m_progress->setValue(static_cast<int>(std::clamp(fraction, 0.0, 1.0) * 100));
}

QString LiveStart::text() const
{
    return m_text->text();
}

void LiveStart::refresh()
{
    m_outlook = runOutlook(m_services.plan.enabledPlan(), m_services.environment.items());
    showOutlook();
}

void LiveStart::showOutlook()
{
    m_missing->setVisible(!m_preparing && !m_outlook.obstacles.isEmpty());
    if (m_preparing) {
        m_title->setText(tr("Getting ready"));
        return;
    }
    if (m_outlook.obstacles.isEmpty()) {
        m_title->setText(tr("Nothing is being measured"));
        QStringList paragraphs{
            tr("Press Run (F5) to measure the targets at the left one after the other. Here you then see every value "
               "as sysbench reports it, a chart for each test, which target is faster and by how much, and what is "
               "left of the plan. A stored session is opened from Sessions.")};
        m_text->setText((paragraphs + m_outlook.steps).join(u"\n\n"_s));
        return;
    }
    delete m_rows;
    m_rows = new QWidget(m_missing);
    auto* grid = new QGridLayout(m_rows);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(gap);
    grid->setVerticalSpacing(gapSmall);
    grid->setColumnStretch(1, 1);
    for (const RunObstacle& obstacle : std::as_const(m_outlook.obstacles))
        addObstacle(grid, obstacle);
    m_missing->body()->insertWidget(0, m_rows);
    const qsizetype barred = m_outlook.barred().size();
    const bool anyLeft = barred < m_services.plan.enabledPlan().targets.size();
    m_switchOff->setVisible(anyLeft);
    m_title->setText(tr("This plan cannot be run now"));
    m_text->setText(anyLeft ? tr("Run measures nothing as long as one of the plan's targets cannot run. Mend what is "
                                 "missing, or switch these targets off. A stored session is opened from Sessions.")
                            : tr("None of the plan's targets can run. Mend what is missing, or choose other targets. "
                                 "Stored sessions can be looked at all the same: open one from Sessions."));
}

void LiveStart::addObstacle(QGridLayout* grid, const RunObstacle& obstacle)
{
    const StateMark mark = markOf(EnvironmentItem::State::Missing, Appearance::themeFor(palette()));
    const int row = grid->rowCount();
    auto* picture = new QLabel(m_rows);
    picture->setPixmap(markPixmap(mark, iconSize, devicePixelRatioF()));
    picture->setAccessibleName(tr("Cannot run"));
    QLabel* names = wrapped(namesOf(obstacle.targets), m_rows);
    names->setFont(fontAt(TextStep::Strong, font()));
    grid->addWidget(picture, row, 0, Qt::AlignTop);
    grid->addWidget(names, row, 1);
    grid->addWidget(wrapped(obstacle.reason, m_rows), row + 1, 1);
    grid->setRowMinimumHeight(row + 2, gapSmall);
}

/// "Docker 2 CPU 1 GiB, QEMU tcg 2 CPU 1 GiB"; with the id where two are called the same.
QString LiveStart::namesOf(const QStringList& ids) const
{
    QHash<QString, QString> labels;
    QHash<QString, int> uses;
    for (const TargetSettings& target : m_services.plan.plan().targets) {
        labels.insert(target.id, targetLabel(target));
        ++uses[targetLabel(target)];
    }
    QStringList names;
    for (const QString& id : ids.first(std::min(ids.size(), mostNames))) {
        const QString label = labels.value(id, id);
        names << (uses.value(label) > 1 ? u"%1 (%2)"_s.arg(label, id) : label);
    }
    const QString text = names.join(u", "_s);
    const auto more = static_cast<int>(ids.size() - names.size());
    return more > 0 ? tr("%1 and %n more", nullptr, more).arg(text) : text;
}

void LiveStart::switchOff()
{
    PlanDocument& plan = m_services.plan;
    plan.setDisabledTargets(plan.disabledTargets() + m_outlook.barred());
}

void LiveStart::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showOutlook(); // icons in the colours of the theme
    QWidget::changeEvent(event);
}

} // namespace bv
