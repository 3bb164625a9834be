#include "panels/commands_view.h"

#include "base/when_done.h"
#include "models/plan_document.h"
#include "run/engine.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/card.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QtConcurrentRun>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int delayMs = 250;
constexpr int shownLines = 14;

} // namespace

CommandsView::CommandsView(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_timer(new QTimer(this))
{
    setObjectName(u"commandsView"_s);
    makeControls();
    m_timer->setSingleShot(true);
    m_timer->setInterval(delayMs);
    connect(m_timer, &QTimer::timeout, this, &CommandsView::compute);
    connect(&services.plan, &PlanDocument::changed, this, &CommandsView::later);
    connect(&services.environment, &EnvironmentMonitor::checked, this, &CommandsView::later);
    connect(&services.engine, &Engine::sessionStarted, this, &CommandsView::later); // the guest is built by then
    connect(m_one, &QRadioButton::toggled, this, &CommandsView::later);
}

void CommandsView::makeControls()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_one = new QRadioButton(tr("Selected target"), this);
    m_one->setObjectName(u"commands.one"_s);
    m_one->setChecked(true);
    m_all = new QRadioButton(tr("Whole plan"), this);
    m_all->setObjectName(u"commands.all"_s);
    m_copy = new QPushButton(icon(u"copy"_s), tr("Cop&y"), this);
    m_copy->setObjectName(u"commands.copy"_s);
    m_copy->setAccessibleName(tr("Copy the commands"));
    m_copy->setAutoDefault(false);
    layout->addWidget(m_one);
    auto* row = new QHBoxLayout;
    row->addWidget(m_all, 1);
    row->addWidget(m_copy);
    layout->addLayout(row);
    m_note = new Caption({}, this);
    m_note->label()->setObjectName(u"commands.note"_s);
    m_note->label()->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(m_note);
    m_text = new QPlainTextEdit(this);
    m_text->setObjectName(u"commands.text"_s);
    m_text->setAccessibleName(tr("Commands"));
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(fontAt(TextStep::Caption, font()).pointSizeF());
    m_text->setFont(mono);
    m_text->setFixedHeight(QFontMetrics(mono).lineSpacing() * shownLines);
    layout->addWidget(m_text);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        const QTextCursor cursor = m_text->textCursor();
        // QTextCursor's own line ends are U+2029.
        const QString text = cursor.hasSelection() ? cursor.selectedText().replace(QChar::ParagraphSeparator, u'\n')
                                                   : m_text->toPlainText() + u'\n';
        QApplication::clipboard()->setText(text);
    });
    say(tr("The commands are being made…"), {});
}

void CommandsView::setRow(int row)
{
    m_row = row;
    later();
}

void CommandsView::later()
{
    m_stale = true;
    if (isVisible())
        m_timer->start();
}

void CommandsView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        m_timer->start(0);
}

void CommandsView::compute()
{
    if (!isVisible())
        return; // stays stale
    m_stale = false;
    const int generation = ++m_generation;
    const PlanDocument& document = m_services.plan;
    if (!document.canRun()) {
        say(tr("%1. The commands are shown as soon as the plan can be run.").arg(document.summary()), {});
        return;
    }
    Plan plan = document.enabledPlan();
    QString id;
    if (m_one->isChecked()) {
        if (m_row < 0 || m_row >= document.targetCount()) {
            say(tr("Select a target in the list."), {});
            return;
        }
        plan.targets = {document.target(m_row)}; // also when it is switched off
        id = plan.targets.first().id;
    }
    const QFuture<Result<CommandSheet>> future =
        QtConcurrent::run(commandSheet, plan, m_services.engine.settings(), document.limits(), id);
    whenDone(future, this, [this, generation](const Result<CommandSheet>& sheet) { take(generation, sheet); });
}

void CommandsView::take(int generation, const Result<CommandSheet>& sheet)
{
    if (generation != m_generation)
        return;
    if (sheet)
        say(sheet->note, sheet->lines.join(u'\n'));
    else if (sheet.error().code == Error::Code::NotFound || sheet.error().code == Error::Code::NotReady)
        say(tr("The built-in guest is not built yet, and the commands need its files. The first run builds it. (%1)")
                .arg(sheet.error().message),
            {});
    else
        say(sheet.error().message, {});
}

void CommandsView::say(const QString& note, const QString& text)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    // The same text again would take selection and place away.
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
    m_text->setVisible(!text.isEmpty());
    m_copy->setEnabled(!text.isEmpty());
}

} // namespace bv
