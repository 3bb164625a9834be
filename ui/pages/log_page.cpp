#include "pages/log_page.h"

#include "base/when_done.h"
#include "export/save_file.h"
#include "models/log_filter.h"
#include "models/log_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "style/table_style.h"
#include "widgets/card.h"
#include "widgets/file_chooser.h"
#include "widgets/filter_line.h"
#include "widgets/flow_layout.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFocusEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QSet>
#include <QShortcut>
#include <QTableView>
#include <QtConcurrent/QtConcurrentRun>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <limits>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int gatherMs = 100;
/// Lines longer than this are still whole in the table; the column is measured up to here only.
constexpr qsizetype measuredLength = 2000;

} // namespace

LogPage::LogPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_log(services.log)
    , m_filter(new LogFilter(this))
    , m_search(new FilterLine(tr("Search the log"), this))
    , m_found(new QLabel(this))
    , m_source(new QComboBox(this))
    , m_run(new QComboBox(this))
    , m_follow(new QCheckBox(tr("Follo&w the end"), this))
    , m_table(new QTableView(this))
    , m_empty(new QLabel(tr("Nothing has been said yet. What QEMU, the container engine and sysbench say during a "
                            "session is listed here."),
                         this))
    , m_message(new MessageBar(this))
    , m_later(new QTimer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    layout->addWidget(m_message);
    auto* card = new Card(tr("Log"), this);
    layout->addWidget(card, 1);
    auto* bar = new FlowLayout;
    card->body()->addLayout(bar);
    bar->addWidget(m_search);
    m_filter->setSourceModel(&m_log);
    makeTable();
    makeBar();
    makeFilters();
    for (QWidget* control :
         {static_cast<QWidget*>(m_source), static_cast<QWidget*>(m_run), static_cast<QWidget*>(m_follow)})
        bar->addWidget(control);
    const auto addButton = [&](const QString& iconName, const QString& text, const QString& name, auto act) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setIcon(icon(iconName));
        button->setToolTip(text);
        button->setAccessibleName(text);
        button->setAutoRaise(true);
        connect(button, &QToolButton::clicked, this, act);
        bar->addWidget(button);
    };
    addButton(u"up"_s, tr("Find the one before (Shift+F3)"), u"findPrevious"_s, [this] { search(true); });
    addButton(u"down"_s, tr("Find the next (Enter, F3)"), u"findNext"_s, [this] { search(false); });
    addButton(u"copy"_s, tr("Copy the selected lines, or all (Ctrl+C)"), u"copyLog"_s, [this] { copyLines(); });
    addButton(u"save"_s, tr("Save the log to a file"), u"saveLog"_s, [this] { saveLines(); });
    bar->addWidget(m_found);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    card->body()->addWidget(m_empty, 1);
    card->body()->addWidget(m_table, 1);
    m_later->setSingleShot(true);
    m_later->setInterval(gatherMs);
    connect(m_later, &QTimer::timeout, this, &LogPage::takeLines);
    connect(&m_log, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_later->isActive())
            m_later->start();
    });
    connect(&m_log, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) { m_looked = std::max(0, m_looked - (last - first + 1)); });
    takeLines();
}

void LogPage::makeBar()
{
    m_search->setObjectName(u"logSearch"_s);
    m_search->reachFrom(this);
    m_found->setObjectName(u"logFound"_s);
    m_follow->setObjectName(u"followLog"_s);
    m_follow->setChecked(true);
    connect(m_follow, &QCheckBox::toggled, this, &LogPage::setFollowing);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { search(false); });
    connect(m_search, &QLineEdit::textChanged, m_found, &QLabel::clear);
    connect(m_search, &FilterLine::leftDown, m_table, qOverload<>(&QWidget::setFocus));
    const std::pair<QKeySequence, bool> keys[] = {{QKeySequence::FindNext, false}, {QKeySequence::FindPrevious, true}};
    for (const auto& [key, backwards] : keys) {
        auto* shortcut = new QShortcut(key, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, direction = backwards] { search(direction); });
    }
}

void LogPage::makeFilters()
{
    m_source->setObjectName(u"logSource"_s);
    m_source->setAccessibleName(tr("Who said it"));
    m_source->addItem(tr("Everybody"), QString());
    m_run->setObjectName(u"logRun"_s);
    m_run->setAccessibleName(tr("In which run"));
    m_run->addItem(tr("Any run"), -1);
    for (QComboBox* box : {m_source, m_run})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_source, &QComboBox::currentIndexChanged, this, &LogPage::chooseSource);
    connect(m_run, &QComboBox::currentIndexChanged, this, &LogPage::chooseRun);
}

QString LogPage::chosenSource() const
{
    return m_source->currentIndex() <= 0 ? QString() : m_source->currentText();
}

/// Of a target only its own runs are offered.
void LogPage::chooseSource()
{
    m_filter->setSource(chosenSource());
    const QVariant before = m_run->currentData();
    {
        const QSignalBlocker quiet(m_run);
        while (m_run->count() > 1)
            m_run->removeItem(m_run->count() - 1);
        m_nextRun = 0;
        offerRuns();
        m_run->setCurrentIndex(std::max(0, m_run->findData(before)));
    }
    chooseRun();
}

void LogPage::chooseRun()
{
    m_filter->setRun(m_run->currentData().toLongLong());
    setFollowing(m_follow->isChecked());
}

/// The runs that have begun since the last time.
void LogPage::offerRuns()
{
    const QString source = chosenSource();
    const std::deque<LogModel::Run>& runs = m_log.runs();
    auto next = runs.crbegin();
    while (next != runs.crend() && next->number >= m_nextRun)
        ++next;
    for (auto run = next.base(); run != runs.cend(); ++run) {
        if (source.isEmpty() || run->source == source)
            m_run->addItem(run->title, run->number);
        m_nextRun = run->number + 1;
    }
}

/// Those of which no line is left go.
void LogPage::takeRuns()
{
    const qint64 oldest = m_log.runs().empty() ? std::numeric_limits<qint64>::max() : m_log.runs().front().number;
    while (m_run->count() > 1 && m_run->itemData(1).toLongLong() < oldest) {
        if (m_run->currentIndex() == 1)
            m_run->setCurrentIndex(0);
        m_run->removeItem(1);
    }
    offerRuns();
}

void LogPage::makeTable()
{
    m_table->setObjectName(u"logTable"_s);
    m_table->setAccessibleName(tr("Log"));
    m_table->setModel(m_filter);
    m_table->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideNone);
    m_table->setTabKeyNavigation(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + gapSmall);
    m_table->horizontalHeader()->setHighlightSections(false);
    useTableStyle(m_table, m_table->horizontalHeader());
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(LogModel::Time, m_table->fontMetrics().horizontalAdvance(u"00:00:00"_s) + 2 * gapLarge);
    auto* copy = new QAction(icon(u"copy"_s), tr("&Copy lines"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &LogPage::copyLines);
    m_table->addAction(copy);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    // Also when the page gets lower, or a horizontal scroll bar takes a line away.
    connect(m_table->verticalScrollBar(), &QScrollBar::rangeChanged, this,
            [this] { setFollowing(m_follow->isChecked()); });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (!m_scrolling)
            m_follow->setChecked(value == m_table->verticalScrollBar()->maximum());
    });
}

/// Widths, sources and the end of the list, for all lines that came together.
void LogPage::takeLines()
{
    const int count = m_log.rowCount();
    m_empty->setVisible(count == 0);
    m_table->setVisible(count > 0);
    const QFontMetrics metrics = m_table->fontMetrics();
    int source = m_table->columnWidth(LogModel::Source);
    for (; m_looked < count; ++m_looked) {
        const QString text = m_log.index(m_looked, LogModel::Text).data().toString().left(measuredLength);
        m_widest = std::max(m_widest, metrics.horizontalAdvance(text));
        const QString who = m_log.index(m_looked, LogModel::Source).data().toString();
        source = std::max(source, metrics.horizontalAdvance(who) + 2 * gapLarge);
        if (m_source->findText(who, Qt::MatchFixedString | Qt::MatchCaseSensitive) < 1)
            m_source->addItem(who, who);
    }
    takeRuns();
    m_table->setColumnWidth(LogModel::Source, source);
    const int room = m_table->viewport()->width() - source - m_table->columnWidth(LogModel::Time);
    m_table->setColumnWidth(LogModel::Text, std::max(m_widest + 2 * gapLarge, room));
    if (m_follow->isChecked())
        setFollowing(true);
}

void LogPage::setFollowing(bool following)
{
    if (!following)
        return;
    m_scrolling = true;
    m_table->scrollToBottom();
    m_scrolling = false;
}

/// Where the keys of a page go that was chosen by key.
void LogPage::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_table->isVisible())
        m_table->setFocus(event->reason());
}

void LogPage::search(bool backwards)
{
    if (m_search->text().isEmpty()) {
        m_search->setFocus();
        return;
    }
    const int from =
        m_table->currentIndex().isValid() ? m_table->currentIndex().row() : (backwards ? 0 : m_filter->rowCount() - 1);
    const int row = m_filter->find(m_search->text(), from, backwards);
    if (row < 0) {
        m_found->setText(tr("Not found"));
        return;
    }
    const bool wentRound = m_table->currentIndex().isValid() && (backwards ? row >= from : row <= from);
    m_found->setText(wentRound ? tr("Went on from the other end") : QString());
    m_follow->setChecked(false);
    m_table->setCurrentIndex(m_filter->index(row, LogModel::Text));
    m_table->scrollTo(m_filter->index(row, LogModel::Time), QAbstractItemView::PositionAtCenter);
}

QString LogPage::lines(bool all) const
{
    QStringList lines;
    const QItemSelectionModel* selection = m_table->selectionModel();
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        if (!all && !selection->isRowSelected(row, {}))
            continue;
        QStringList cells;
        for (int column = 0; column < LogModel::ColumnCount; ++column)
            cells << m_filter->index(row, column).data().toString();
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

void LogPage::copyLines()
{
    QGuiApplication::clipboard()->setText(lines(!m_table->selectionModel()->hasSelection()));
}

void LogPage::saveLines()
{
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Save;
    question.title = tr("Save the log");
    question.name = u"benchvisor-log.txt"_s;
    question.filter = tr("Text (*.txt)");
    question.suffix = u"txt"_s;
    FileChooser::ask(this, question, [this](const QString& path) {
        whenDone(QtConcurrent::run([path, content = lines(true).toUtf8()] { return saveFile(path, content); }), this,
                 [this, path](const Result<>& saved) {
                     if (saved)
                         m_message->say(MessageBar::Tone::Good, tr("The log was saved as %1.").arg(path));
                     else
                         m_message->say(MessageBar::Tone::Bad, saved.error().message);
                 });
    });
}

} // namespace bv
