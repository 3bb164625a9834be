#include "panels/fairness_panel.h"

#include "base/when_done.h"
#include "models/plan_document.h"
#include "run/engine.h"
#include "run/measuring_host.h"
#include "style/appearance.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/card.h"
#include "widgets/message_bar.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QtConcurrent/QtConcurrentRun>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

using analysis::FairnessNote;
using analysis::FairnessSeverity;

namespace {

constexpr int delayMs = 250;
/// The load of the last minute is that of what was measured, for so long.
constexpr qint64 restMs = 120'000;

struct Looked
{
    QList<FairnessNote> notes;
    QList<FairnessNote> all;
};

/// On the pool.
Looked lookAt(const Plan& plan, const EngineSettings& settings, bool isLoadOurs)
{
    QJsonObject host = measuringHost(settings);
    if (isLoadOurs)
        host.remove("load_1min"_L1);
    Looked looked;
    looked.notes = analysis::fairnessOf(plan, host);
    const bool mends =
        std::any_of(looked.notes.cbegin(), looked.notes.cend(), [](const FairnessNote& note) { return note.canMend; });
    if (mends)
        (void)analysis::fairPlan(plan, host, &looked.all);
    return looked;
}

QString severityText(FairnessSeverity severity)
{
    switch (severity) {
    case FairnessSeverity::Breaks:
        return FairnessPanel::tr("Not comparable");
    case FairnessSeverity::Distorts:
        return FairnessPanel::tr("Moves figures");
    case FairnessSeverity::Remark:
        return FairnessPanel::tr("To know");
    }
    return {};
}

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

FairnessRow::FairnessRow(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_word(wrapped(this))
    , m_sentence(wrapped(this))
    , m_effect(new Caption({}, this))
    , m_mend(new Caption({}, this))
    , m_button(new QPushButton(tr("Mend"), this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, gap);
    grid->setHorizontalSpacing(gap);
    grid->setVerticalSpacing(gapSmall);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_icon, 0, 0, Qt::AlignTop);
    grid->addWidget(m_word, 0, 1);
    int row = 1;
    for (QWidget* widget :
         {static_cast<QWidget*>(m_sentence), static_cast<QWidget*>(m_effect), static_cast<QWidget*>(m_mend)})
        grid->addWidget(widget, row++, 1);
    grid->addWidget(m_button, row, 1, Qt::AlignLeft);
    m_word->setFont(fontAt(TextStep::Strong, font()));
    m_sentence->setObjectName(u"fairness.sentence"_s);
    m_button->setObjectName(u"fairness.mend"_s);
    m_button->setAutoDefault(false);
    for (const Caption* caption : {m_effect, m_mend})
        caption->label()->setTextFormat(Qt::PlainText);
}

void FairnessRow::setNote(const FairnessNote& note)
{
    m_note = note;
    m_word->setText(severityText(note.severity));
    m_icon->setAccessibleName(m_word->text());
    m_sentence->setText(note.sentence);
    m_effect->setText(note.effect);
    m_effect->setVisible(!note.effect.isEmpty());
    m_mend->setText(note.canMend ? note.mend : tr("By hand: %1").arg(note.mend));
    m_mend->setVisible(!note.mend.isEmpty());
    m_button->setVisible(note.canMend);
    m_button->setAccessibleName(tr("Mend: %1").arg(note.mend));
    setAccessibleName(m_word->text() + u": "_s + note.sentence);
    showMark();
}

void FairnessRow::showMark()
{
    const Theme theme = Appearance::themeFor(palette());
    const bool breaks = m_note.severity == FairnessSeverity::Breaks;
    const bool remark = m_note.severity == FairnessSeverity::Remark;
    const QIcon mark = breaks   ? icon(u"error"_s, theme.bad)
                       : remark ? icon(u"info"_s, theme.mutedText)
                                : icon(u"warning"_s, theme.warning);
    m_icon->setPixmap(mark.pixmap(iconSize, iconSize));
}

void FairnessRow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showMark();
    if (event->type() == QEvent::FontChange)
        m_word->setFont(fontAt(TextStep::Strong, font()));
    QWidget::changeEvent(event);
}

FairnessPanel::FairnessPanel(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
{
    setObjectName(u"fairnessPanel"_s);
    makeControls();
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    connect(&m_timer, &QTimer::timeout, this, &FairnessPanel::compute);
    connect(&services.plan, &PlanDocument::changed, this, [this] {
        if (!m_mending && m_services.plan.plan() != m_mended)
            m_undo->dismiss(); // it would take back what came after
        later();
    });
    connect(&services.environment, &EnvironmentMonitor::checked, this, &FairnessPanel::later); // of KVM
    connect(&services.engine, &Engine::finished, this, [this] {
        m_sinceRun.start();
        later();
    });
    later();
}

void FairnessPanel::makeControls()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_none = new Caption({}, this);
    m_none->label()->setObjectName(u"fairness.none"_s);
    m_undo = new MessageBar(this);
    m_undo->setObjectName(u"fairnessMessage"_s);
    m_mendAll = new QPushButton(tr("Mend all"), this);
    m_mendAll->setObjectName(u"fairness.mendAll"_s);
    m_mendAll->setAutoDefault(false);
    m_list = new QVBoxLayout;
    m_list->setSpacing(gap);
    layout->addWidget(m_undo);
    layout->addWidget(m_none);
    layout->addWidget(m_mendAll, 0, Qt::AlignLeft);
    layout->addLayout(m_list);
    connect(m_mendAll, &QPushButton::clicked, this, [this] { mend(m_all); });
    m_none->setText(tr("Looking at the plan…"));
    m_mendAll->hide();
}

void FairnessPanel::later()
{
    m_timer.start();
}

void FairnessPanel::compute()
{
    const int asked = ++m_asked;
    const bool isLoadOurs = m_services.engine.isRunning() || (m_sinceRun.isValid() && !m_sinceRun.hasExpired(restMs));
    whenDone(QtConcurrent::run(lookAt, m_services.plan.enabledPlan(), m_services.engine.settings(), isLoadOurs), this,
             [this, asked](const Looked& looked) {
                 if (asked != m_asked)
                     return;
                 m_answered = asked;
                 m_notes = looked.notes;
                 m_all = looked.all;
                 showNotes();
             });
}

void FairnessPanel::showNotes()
{
    while (m_rows.size() < m_notes.size()) {
        auto* row = new FairnessRow(this);
        connect(row->button(), &QPushButton::clicked, this, [this, row] { mend({row->note()}); });
        m_list->addWidget(row);
        m_rows << row;
    }
    // Rows stay where they are, and so does the focus.
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (i < m_notes.size())
            m_rows.at(i)->setNote(m_notes.at(i));
        m_rows.at(i)->setVisible(i < m_notes.size());
    }
    m_none->setVisible(m_notes.isEmpty());
    m_none->setText(m_services.plan.canRun() ? tr("Nothing is known that makes the targets of this plan unequal.")
                                             : tr("The plan cannot be run yet, so there is nothing to judge."));
    m_mendAll->setVisible(m_all.size() > 1);
    m_mendAll->setText(tr("Mend all (%1)").arg(m_all.size()));
    emit notesChanged();
}

/// Every setting that is changed is one the user could have changed; one step takes all back.
void FairnessPanel::mend(const QList<FairnessNote>& notes)
{
    PlanDocument& document = m_services.plan;
    const Plan before = document.plan();
    const PlanDocument::Arrangements arrangements = document.arrangements();
    Plan after = before;
    QStringList mends;
    for (const FairnessNote& note : notes) {
        after = analysis::mended(after, note);
        mends << note.mend;
    }
    m_mending = true;
    for (int row = 0; row < document.targetCount(); ++row)
        document.setTarget(row, after.targets.at(row));
    document.setSuites(after.suites);
    document.setOptions(after);
    m_mending = false;
    m_mended = document.plan();
    if (m_mended == before)
        return;
    mends.removeDuplicates();
    m_undo->say(MessageBar::Tone::Good, tr("Mended: %1").arg(mends.join(u' ')), tr("Undo"),
                [&document, before, arrangements] {
                    document.setArrangements(arrangements);
                    document.setSuites(before.suites);
                    document.setOptions(before);
                });
}

QString FairnessPanel::summary() const
{
    if (m_answered == 0)
        return u"…"_s;
    return m_notes.isEmpty() ? tr("no notes") : tr("%n note(s)", nullptr, static_cast<int>(m_notes.size()));
}

QString FairnessPanel::iconName() const
{
    if (m_notes.isEmpty()) // the gravest comes first
        return {};
    switch (m_notes.first().severity) {
    case FairnessSeverity::Breaks:
        return u"error"_s;
    case FairnessSeverity::Distorts:
        return u"warning"_s;
    case FairnessSeverity::Remark:
        break;
    }
    return {};
}

} // namespace bv
