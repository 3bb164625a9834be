#include "models/session_filter.h"
#include "models/session_list_model.h"
#include "pages/sessions_page.h"
#include "run/engine.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/filter_line.h"
#include "widgets/flow_layout.h"
#include "widgets/message_bar.h"
#include "widgets/session_delegate.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

// How the page of sessions looks; what it does is in sessions_page.cpp.

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int undoMs = 10'000;
constexpr int reloadMs = 5'000; ///< beside a measurement the list is read no more often
constexpr int headlineMs = 60;
constexpr int noteMs = 1'500;

QTimer* singleShot(int ms, QObject* parent)
{
    auto* timer = new QTimer(parent);
    timer->setSingleShot(true);
    timer->setInterval(ms);
    return timer;
}

} // namespace

SessionsPage::SessionsPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_sessions(new SessionListModel(this))
    , m_filter(new SessionFilter(this))
    , m_table(new DataTable(tr("Sessions"), this))
    , m_text(new FilterLine(tr("Filter sessions"), this))
    , m_state(new QComboBox(this))
    , m_stack(new QStackedWidget(this))
    , m_message(new MessageBar(this))
    , m_undo(new MessageBar(this))
    , m_undoTimer(singleShot(undoMs, this))
    , m_reloadTimer(singleShot(reloadMs, this))
    , m_headlineTimer(singleShot(headlineMs, this))
    , m_noteTimer(singleShot(noteMs, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    m_undo->setObjectName(u"undoBar"_s);
    m_undo->setAccessibleName(tr("Undo"));
    layout->addWidget(m_message);
    layout->addWidget(m_undo);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    auto* card = new Card(tr("Sessions"), this);
    auto* bar = new FlowLayout;
    makeTable();
    makeBar(bar);
    card->body()->addLayout(bar);
    m_stack->addWidget(m_table);
    m_stack->addWidget(makeEmptyState());
    card->body()->addWidget(m_stack, 1);
    splitter->addWidget(card);
    splitter->addWidget(makeNote());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setSizes({10'000, 1}); // the note as small as it can be
    layout->addWidget(splitter, 1);
    m_text->reachFrom(this);
    connect(m_undo, &MessageBar::closed, this, &SessionsPage::carryOutRemove);
    connect(m_undoTimer, &QTimer::timeout, m_undo, &MessageBar::dismiss);
    connect(m_reloadTimer, &QTimer::timeout, this, &SessionsPage::reload);
    connect(m_headlineTimer, &QTimer::timeout, this, &SessionsPage::wantHeadlines);
    connect(m_headlineTimer, &QTimer::timeout, m_table, &DataTable::growColumns);
    connect(m_noteTimer, &QTimer::timeout, this, &SessionsPage::storeNote);
    connect(m_sessions, &SessionListModel::renameRequested, this, &SessionsPage::rename);
    connect(&services.library, &SessionLibrary::changed, this, &SessionsPage::reload);
    connect(&services.engine, &Engine::sessionStarted, this, &SessionsPage::reload);
    connect(&services.engine, &Engine::finished, this, &SessionsPage::reload);
    connect(&services.engine, &Engine::runFinished, this, [this] {
        if (isVisible() && !m_reloadTimer->isActive())
            m_reloadTimer->start();
    });
    updateState();
    updateActions();
    showNote();
}

QAction* SessionsPage::addAction(FlowLayout* bar, const QString& iconName, const QString& text, const QString& name,
                                 void (SessionsPage::*act)())
{
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    connect(action, &QAction::triggered, this, act);
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setObjectName(name + u"Button"_s);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setAccessibleName(QString(text).remove(u'&'));
    bar->addWidget(button);
    m_table->addAction(action);
    return action;
}

void SessionsPage::makeBar(FlowLayout* bar)
{
    m_text->setObjectName(u"sessionFilter"_s);
    m_state->setObjectName(u"stateFilter"_s);
    m_state->setAccessibleName(tr("State"));
    m_state->addItem(tr("Any state"));
    for (const SessionState state : {SessionState::Running, SessionState::Finished, SessionState::Cancelled,
                                     SessionState::Failed, SessionState::Interrupted})
        m_state->addItem(sessionStateText(state), static_cast<int>(state));
    bar->addWidget(m_text);
    bar->addWidget(m_state);
    connect(m_text, &QLineEdit::textChanged, this, &SessionsPage::applyFilter);
    connect(m_text, &FilterLine::leftDown, m_table, qOverload<>(&QWidget::setFocus));
    connect(m_state, &QComboBox::currentIndexChanged, this, &SessionsPage::applyFilter);
    m_open = addAction(bar, u"open"_s, tr("&Open"), u"openSession"_s, &SessionsPage::open);
    m_resume = addAction(bar, u"run"_s, tr("&Go on"), u"resumeSession"_s, &SessionsPage::resume);
    m_replay = addAction(bar, u"replay"_s, tr("Re&play"), u"replaySession"_s, &SessionsPage::replay);
    m_compare = addAction(bar, u"compare"_s, tr("Co&mpare"), u"compareSessions"_s, &SessionsPage::compareSelected);
    m_export = addAction(bar, u"export"_s, tr("E&xport…"), u"exportSession"_s, &SessionsPage::exportSelected);
    m_delete = addAction(bar, u"delete"_s, tr("&Delete"), u"deleteSession"_s, &SessionsPage::removeSelected);
    QAction* file =
        addAction(bar, u"import"_s, tr("Open &file…"), u"openSessionFile"_s, &SessionsPage::openFileRequested);
    m_table->removeAction(file); // has nothing to do with the row
    m_resume->setToolTip(tr("Measures the runs that are left"));
    m_compare->setToolTip(tr("Select two or more sessions with Ctrl or Shift to see them side by side"));
    m_delete->setShortcut(QKeySequence::Delete);
    m_delete->setShortcutContext(Qt::WidgetShortcut);
    m_undoAction = new QAction(tr("Undo"), this);
    m_undoAction->setObjectName(u"undoDelete"_s);
    m_undoAction->setShortcut(QKeySequence::Undo);
    m_undoAction->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_undoAction->setEnabled(false);
    connect(m_undoAction, &QAction::triggered, m_undo, &MessageBar::act);
    QWidget::addAction(m_undoAction);
    m_rename = new QAction(icon(u"edit"_s), tr("&Rename"), this);
    m_rename->setObjectName(u"renameSession"_s);
    m_rename->setShortcut(QKeySequence(Qt::Key_F2));
    m_rename->setShortcutContext(Qt::WidgetShortcut);
    connect(m_rename, &QAction::triggered, this, [this] {
        if (m_table->currentIndex().isValid())
            m_table->edit(m_table->currentIndex().siblingAtColumn(SessionListModel::Name));
    });
    m_table->addAction(m_rename);
}

void SessionsPage::makeTable()
{
    m_table->setObjectName(u"sessionTable"_s);
    m_table->setAccessibleDescription(tr("Enter opens a session, F2 renames it, Delete deletes it"));
    m_table->setItemDelegate(new SessionDelegate(m_table));
    m_filter->setSourceModel(m_sessions);
    m_table->setModel(m_filter);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(SessionListModel::Created, Qt::DescendingOrder);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setStretchLastSection(false);
    connect(m_table, &QAbstractItemView::activated, this, &SessionsPage::open);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        updateActions();
        showNote();
    });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, m_headlineTimer, qOverload<>(&QTimer::start));
    connect(m_filter, &QAbstractItemModel::layoutChanged, m_headlineTimer, qOverload<>(&QTimer::start));
}

QWidget* SessionsPage::makeNote()
{
    auto* host = new QWidget(this);
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, gapSmall, 0, 0);
    layout->setSpacing(gapSmall);
    m_noteTitle = new QLabel(host);
    m_noteTitle->setTextFormat(Qt::PlainText);
    m_noteTitle->setWordWrap(true);
    m_note = new QPlainTextEdit(host);
    m_note->setObjectName(u"sessionNote"_s);
    m_note->setAccessibleName(tr("Note"));
    m_note->setPlaceholderText(tr("What a reader should know: what was changed, what was running beside it…"));
    m_note->setTabChangesFocus(true);
    m_note->setMinimumHeight(2 * fontMetrics().lineSpacing() + 2 * gap);
    layout->addWidget(m_noteTitle);
    layout->addWidget(m_note, 1);
    connect(m_note, &QPlainTextEdit::textChanged, m_noteTimer, qOverload<>(&QTimer::start));
    return host;
}

QWidget* SessionsPage::makeEmptyState()
{
    auto* empty = new QWidget(this);
    auto* layout = new QVBoxLayout(empty);
    layout->setSpacing(gapLarge);
    m_emptyText = new QLabel(empty);
    m_emptyText->setObjectName(u"sessionsEmpty"_s);
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_again = new QToolButton(empty);
    m_again->setObjectName(u"sessionsAgain"_s);
    connect(m_again, &QToolButton::clicked, this, [this] {
        if (!m_listError.isEmpty()) {
            reload();
            return;
        }
        m_text->clear();
        m_state->setCurrentIndex(0);
    });
    layout->addStretch();
    layout->addWidget(m_emptyText);
    layout->addWidget(m_again, 0, Qt::AlignHCenter);
    layout->addStretch();
    return empty;
}

void SessionsPage::applyFilter()
{
    m_filter->setText(m_text->text());
    const QVariant state = m_state->currentData();
    m_filter->setState(state.isValid() ? std::optional(static_cast<SessionState>(state.toInt())) : std::nullopt);
    updateState();
    m_headlineTimer->start();
}

void SessionsPage::updateState()
{
    QString text;
    QString again;
    if (!m_listError.isEmpty()) {
        text = tr("The sessions cannot be read.") + u'\n' + m_listError;
        again = tr("Try again");
    } else if (!m_listed) {
        text = tr("Reading the sessions…");
    } else if (m_sessions->rowCount() == 0) {
        text = tr("No session is stored yet. Press Run to measure the plan, or open a session file.");
    } else if (m_filter->rowCount() == 0) {
        text = tr("No session matches the filter.");
        again = tr("Show all sessions");
    }
    m_emptyText->setText(text);
    m_again->setText(again);
    m_again->setAccessibleName(QString(again).remove(u'&'));
    m_again->setVisible(!again.isEmpty());
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
    m_text->setEnabled(m_sessions->rowCount() > 0 && m_listError.isEmpty());
    m_state->setEnabled(m_text->isEnabled());
}

void SessionsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    reload(); // another program may have changed the store
}

QByteArray SessionsPage::saveState() const
{
    return m_table->horizontalHeader()->saveState();
}

bool SessionsPage::restoreState(const QByteArray& state)
{
    return m_table->horizontalHeader()->restoreState(state);
}

} // namespace bv
