#include "dialogs/environment_dialog.h"

#include "models/text.h"
#include "style/environment_mark.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/card.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using State = EnvironmentItem::State;

QLabel* textLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

QStringList commandsIn(const QString& mend)
{
    QStringList commands;
    static const QRegularExpression quoted(u"`([^`]+)`"_s);
    for (auto found = quoted.globalMatch(mend); found.hasNext();)
        commands << found.next().captured(1);
    // What follows the command in the sentence would be an error in a shell.
    static const QRegularExpression last(
        u": ((?:sudo|benchvisor|chmod|docker|podman|systemctl|newgrp) [^`,;()]+?)(?:\\.?$| ?[()]|[,;] |\\. )"_s);
    const QString command = last.match(mend).captured(1).trimmed();
    if (!command.isEmpty())
        commands << command;
    return commands;
}

EnvironmentDialog::EnvironmentDialog(const Services& services, QWidget* parent)
    : QDialog(parent)
    , m_environment(services.environment)
    , m_summary(textLabel({}, this))
    , m_area(new QScrollArea(this))
    , m_again(new QPushButton(icon(u"refresh"_s), tr("&Check again"), this))
    , m_fresh(new QPushButton(tr("Try &KVM again"), this))
{
    setObjectName(u"environmentDialog"_s);
    setWindowTitle(tr("Environment check"));
    resize(620, 560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    m_summary->setObjectName(u"environmentSummary"_s);
    m_summary->setFont(fontAt(TextStep::Title, font()));
    layout->addWidget(m_summary);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setAccessibleName(tr("What was found"));
    layout->addWidget(m_area, 1);
    auto* close = new QPushButton(tr("C&lose"), this);
    m_again->setObjectName(u"checkAgain"_s);
    m_fresh->setObjectName(u"tryKvmAgain"_s);
    close->setObjectName(u"closeEnvironment"_s);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(gap);
    buttons->addWidget(m_again);
    buttons->addWidget(m_fresh);
    buttons->addStretch();
    buttons->addWidget(close);
    layout->addLayout(buttons);
    connect(m_again, &QPushButton::clicked, this, [this] { m_environment.check(); });
    connect(m_fresh, &QPushButton::clicked, this, [this] { m_environment.check(true); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(&m_environment, &EnvironmentMonitor::checked, this, &EnvironmentDialog::refresh);
    connect(&m_environment, &EnvironmentMonitor::canCheckChanged, this, &EnvironmentDialog::updateProgress);
    refresh();
    if (m_environment.items().isEmpty())
        m_environment.check();
    updateProgress();
}

void EnvironmentDialog::updateProgress()
{
    const bool checking = m_environment.isChecking();
    const bool can = m_environment.canCheck();
    m_again->setEnabled(can);
    m_fresh->setEnabled(can);
    const bool measuring = !can && !checking;
    m_again->setToolTip(measuring ? measuringReason() : QString());
    m_fresh->setToolTip(measuring ? measuringReason()
                                  : tr("Boots a small VM to see whether KVM works; up to 8 seconds"));
    if (checking)
        m_summary->setText(tr("Looking at this machine…")); // until checked()
    else if (m_environment.items().isEmpty())
        m_summary->setText(tr("Nothing has been checked yet."));
}

void EnvironmentDialog::refresh()
{
    const QList<EnvironmentItem>& items = m_environment.items();
    int missing = 0;
    int limited = 0;
    auto* list = new QWidget;
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, gapSmall, 0);
    layout->setSpacing(gap);
    for (const EnvironmentItem& item : items) {
        missing += item.state == State::Missing ? 1 : 0;
        limited += item.state == State::Warning ? 1 : 0;
        layout->addWidget(makeItem(item));
    }
    layout->addStretch();
    const int scrolled = m_area->verticalScrollBar() ? m_area->verticalScrollBar()->value() : 0;
    m_area->setWidget(list); // deletes the one before
    m_area->verticalScrollBar()->setValue(scrolled);
    if (missing > 0)
        m_summary->setText(missing == 1 ? tr("1 thing is missing") : tr("%1 things are missing").arg(missing));
    else if (limited > 0)
        m_summary->setText(limited == 1 ? tr("Ready; 1 thing to know") : tr("Ready; %1 things to know").arg(limited));
    else if (!items.isEmpty())
        m_summary->setText(tr("Everything is there"));
}

QWidget* EnvironmentDialog::makeItem(const EnvironmentItem& item)
{
    auto* card = new Card(item.title);
    card->setObjectName(u"environment-"_s + item.id);
    auto* mark = new QLabel(card);
    mark->setPixmap(markPixmap(markOf(item.state, Appearance::themeFor(palette())), iconSize, devicePixelRatioF()));
    mark->setAccessibleName(environmentStateText(item.state));
    auto* state = new Caption(environmentStateText(item.state), card);
    state->label()->setWordWrap(false);
    card->header()->setSpacing(gap);
    card->header()->insertWidget(0, mark);
    card->header()->addWidget(state);
    card->body()->setSpacing(gapSmall);
    if (!item.detail.isEmpty())
        card->body()->addWidget(textLabel(item.detail, card));
    if (!item.mend.isEmpty())
        card->body()->addWidget(textLabel(item.mend, card));
    const QStringList commands = commandsIn(item.mend);
    for (const QString& command : commands) {
        auto* line = new QHBoxLayout;
        auto* text = textLabel(command, card);
        text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        auto* copy = new QPushButton(icon(u"copy"_s), tr("Copy"), card);
        copy->setObjectName(u"copyCommand"_s);
        copy->setAutoDefault(false);
        copy->setAccessibleName(tr("Copy the command %1").arg(command));
        connect(copy, &QPushButton::clicked, this, [command] { QGuiApplication::clipboard()->setText(command); });
        line->addWidget(text, 1);
        line->addWidget(copy, 0, Qt::AlignTop);
        card->body()->addLayout(line);
    }
    return card;
}

void EnvironmentDialog::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        refresh();
    QDialog::changeEvent(event);
}

} // namespace bv
