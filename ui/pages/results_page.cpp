#include "pages/results_page.h"

#include "models/figure_columns.h"
#include "models/run_filter_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "style/table_style.h"
#include "widgets/card.h"
#include "widgets/filter_line.h"
#include "widgets/flow_layout.h"
#include "widgets/run_delegate.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Up to this many runs a session is shown with every repeat at first.
constexpr qsizetype comfortableRuns = 120;
constexpr int fitDelayMs = 100;

void fill(QComboBox* box, const QString& any, const QList<RunTreeModel::Choice>& choices)
{
    bool same = box->count() == choices.size() + 1;
    for (int i = 0; same && i < choices.size(); ++i)
        same = box->itemData(i + 1) == choices.at(i).key && box->itemText(i + 1) == choices.at(i).name;
    if (same) // it may be open
        return;
    const QString before = box->currentData().toString();
    box->clear();
    box->addItem(any, QString());
    for (const RunTreeModel::Choice& choice : choices)
        box->addItem(choice.name, choice.key);
    box->setCurrentIndex(std::max(0, box->findData(before)));
}

} // namespace

ResultsPage::ResultsPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_runs(new RunTreeModel(services.session, this))
    , m_filter(new RunFilterModel(*m_runs, this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_table(new QTreeView(this))
    , m_text(new FilterLine(tr("Filter runs"), this))
    , m_target(new QComboBox(this))
    , m_test(new QComboBox(this))
    , m_status(new QComboBox(this))
    , m_columnMenu(new QMenu(this))
    , m_stack(new QStackedWidget(this))
    , m_legend(new Caption(QString(), this))
    , m_fit(new QTimer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->addWidget(m_splitter);
    m_splitter->setObjectName(u"resultsSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    auto* card = new Card(tr("Runs"), this);
    makeButtons(card->header());
    auto* bar = new FlowLayout;
    makeFilters(bar);
    card->body()->addLayout(bar);
    makeTable();
    m_stack->addWidget(m_table);
    m_stack->addWidget(makeEmptyState());
    card->body()->addWidget(m_stack, 1);
    card->body()->addWidget(m_legend);
    m_splitter->addWidget(card);
    m_text->reachFrom(this);
    m_fit->setSingleShot(true);
    m_fit->setInterval(fitDelayMs);
    connect(m_fit, &QTimer::timeout, this, &ResultsPage::fitColumns);
    connect(m_runs, &RunTreeModel::contentChanged, this, [this] {
        updateChoices();
        updateState();
        updateColumns();
    });
    connect(m_filter, &QAbstractItemModel::modelReset, this, &ResultsPage::beginAnew);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &ResultsPage::expandInserted);
    beginAnew();
    updateChoices();
    updateState();
    updateColumns();
}

void ResultsPage::makeFilters(FlowLayout* bar)
{
    m_text->setObjectName(u"runFilter"_s);
    m_target->setObjectName(u"targetFilter"_s);
    m_target->setAccessibleName(tr("Target"));
    m_test->setObjectName(u"testFilter"_s);
    m_test->setAccessibleName(tr("Test"));
    m_status->setObjectName(u"statusFilter"_s);
    m_status->setAccessibleName(tr("Status"));
    using Status = RunFilterModel::Status;
    const std::pair<QString, Status> states[] = {{tr("Any status"), Status::Any},
                                                 {tr("Done"), Status::Ok},
                                                 {tr("Failed"), Status::Failed},
                                                 {tr("Cancelled"), Status::Cancelled},
                                                 {tr("Running"), Status::Running}};
    for (const auto& [text, status] : states)
        m_status->addItem(text, static_cast<int>(status));
    bar->addWidget(m_text);
    for (QComboBox* box : {m_test, m_target, m_status}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        bar->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &ResultsPage::applyFilter);
    }
    connect(m_text, &QLineEdit::textChanged, this, &ResultsPage::applyFilter);
    connect(m_text, &FilterLine::leftDown, m_table, qOverload<>(&QWidget::setFocus));
}

QToolButton* ResultsPage::addButton(QHBoxLayout* bar, const QString& iconName, const QString& text, const QString& name)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setIcon(icon(iconName));
    button->setText(text);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    bar->addWidget(button);
    return button;
}

void ResultsPage::makeButtons(QHBoxLayout* bar)
{
    QToolButton* expand = addButton(bar, u"expand"_s, tr("Show every repeat"), u"expandAll"_s);
    connect(expand, &QToolButton::clicked, this, [this] { setRunsExpanded(true); });
    QToolButton* collapse = addButton(bar, u"collapse"_s, tr("Show the means only"), u"collapseAll"_s);
    connect(collapse, &QToolButton::clicked, this, [this] { setRunsExpanded(false); });
    QToolButton* copy = addButton(bar, u"copy"_s, tr("Copy the selected rows, or all (Ctrl+C)"), u"copyRows"_s);
    connect(copy, &QToolButton::clicked, this, &ResultsPage::copySelection);
    m_columns = addButton(bar, u"table"_s, tr("Choose columns"), u"columns"_s);
    m_columnMenu->setObjectName(u"columnMenu"_s);
    // Not the button's own menu: that one is shown by a nested event loop.
    connect(m_columns, &QToolButton::clicked, this,
            [this] { m_columnMenu->popup(m_columns->mapToGlobal(QPoint(0, m_columns->height()))); });
    connect(m_columnMenu, &QMenu::aboutToShow, this, &ResultsPage::fillColumnMenu);
    QList<QWidget*> order{expand, collapse, copy, m_columns, m_text, m_test, m_target, m_status, m_table};
    for (qsizetype i = 1; i < order.size(); ++i) // as they stand, whenever they were made
        setTabOrder(order.at(i - 1), order.at(i));
}

void ResultsPage::makeTable()
{
    m_table->setObjectName(u"runTable"_s);
    m_table->setAccessibleName(tr("Runs"));
    m_table->setAccessibleDescription(tr("Tests, targets and repeats; Enter opens a run"));
    m_table->setItemDelegate(new RunDelegate(m_table));
    m_table->setModel(m_filter);
    m_table->setUniformRowHeights(true);
    m_table->setIndentation(iconSize - 2); // what names do not take is left for figures
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setAllColumnsShowFocus(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunTreeModel::Name, Qt::AscendingOrder);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView* header = m_table->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setMinimumSectionSize(24);
    connect(header, &QHeaderView::sortIndicatorChanged, m_fit, qOverload<>(&QTimer::start)); // a mark beside the title
    useTableStyle(m_table, header);
    connect(header, &QWidget::customContextMenuRequested, this,
            [this, header](const QPoint& at) { m_columnMenu->popup(header->mapToGlobal(at)); });
    connect(m_table, &QWidget::customContextMenuRequested, this, &ResultsPage::showContextMenu);
    connect(m_table, &QAbstractItemView::activated, this, &ResultsPage::activate);
    auto* copy = new QAction(icon(u"copy"_s), tr("&Copy"), m_table);
    copy->setObjectName(u"copySelection"_s);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &ResultsPage::copySelection);
    auto* all = new QAction(tr("Select &all"), m_table);
    all->setShortcut(QKeySequence::SelectAll);
    all->setShortcutContext(Qt::WidgetShortcut);
    connect(all, &QAction::triggered, m_table, &QAbstractItemView::selectAll);
    m_table->addActions({copy, all});
}

QWidget* ResultsPage::makeEmptyState()
{
    auto* empty = new QWidget(this);
    auto* layout = new QVBoxLayout(empty);
    layout->setSpacing(gapLarge);
    m_emptyText = new QLabel(empty);
    m_emptyText->setObjectName(u"resultsEmpty"_s);
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_clearFilter = new QToolButton(empty);
    m_clearFilter->setObjectName(u"clearFilter"_s);
    m_clearFilter->setText(tr("Show all runs"));
    m_clearFilter->setAccessibleName(tr("Show all runs"));
    connect(m_clearFilter, &QToolButton::clicked, this, &ResultsPage::clearFilter);
    layout->addStretch();
    layout->addWidget(m_emptyText);
    layout->addWidget(m_clearFilter, 0, Qt::AlignHCenter);
    layout->addStretch();
    return empty;
}

void ResultsPage::setChart(QWidget* chart)
{
    if (m_splitter->count() > 1)
        delete m_splitter->widget(0);
    m_splitter->insertWidget(0, chart);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
}

void ResultsPage::showRun(qsizetype number)
{
    const QModelIndex index = m_filter->mapFromSource(m_runs->indexOfRun(number));
    if (!index.isValid())
        return;
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
    m_table->setFocus(Qt::OtherFocusReason);
}

void ResultsPage::showRuns(const QList<qsizetype>& numbers)
{
    QItemSelection selection;
    const auto select = [&] {
        selection.clear();
        for (const qsizetype number : numbers) {
            const QModelIndex index = m_filter->mapFromSource(m_runs->indexOfRun(number));
            if (index.isValid())
                selection.select(index, index);
        }
        return selection.indexes().size() == numbers.size();
    };
    if (!select()) {
        clearFilter();
        (void)select();
    }
    const QModelIndexList rows = selection.indexes();
    if (rows.isEmpty())
        return;
    for (const QModelIndex& row : rows)
        m_table->expand(row.parent());
    m_table->setCurrentIndex(rows.first());
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(rows.first());
    m_table->setFocus(Qt::OtherFocusReason);
}

void ResultsPage::clearFilter()
{
    for (QComboBox* box : {m_test, m_target, m_status})
        box->setCurrentIndex(0);
    m_text->clear();
}

void ResultsPage::beginAnew()
{
    m_runsExpanded = m_runs->session().runCount() <= comfortableRuns;
    for (int row = 0; row < m_filter->rowCount(); ++row)
        expandFrom(m_filter->index(row, 0));
}

void ResultsPage::expandInserted(const QModelIndex& parent, int first, int last)
{
    for (int row = first; row <= last; ++row)
        expandFrom(m_filter->index(row, 0, parent));
    updateState();
}

/// Tests always show their targets; targets show their repeats where that is wanted.
void ResultsPage::expandFrom(const QModelIndex& index)
{
    const auto kind = static_cast<RunTreeModel::Kind>(index.data(RunTreeModel::KindRole).toInt());
    if (kind == RunTreeModel::Kind::Test) {
        m_table->expand(index);
        for (int row = 0; row < m_filter->rowCount(index); ++row)
            expandFrom(m_filter->index(row, 0, index));
    } else if (kind == RunTreeModel::Kind::Target) {
        m_table->setExpanded(index, m_runsExpanded);
    }
}

void ResultsPage::setRunsExpanded(bool expanded)
{
    m_runsExpanded = expanded;
    for (int row = 0; row < m_filter->rowCount(); ++row)
        expandFrom(m_filter->index(row, 0));
    m_table->scrollTo(m_table->currentIndex());
}

void ResultsPage::applyFilter()
{
    m_filter->setText(m_text->text());
    m_filter->setTarget(m_target->currentData().toString());
    m_filter->setTest(m_test->currentData().toString());
    m_filter->setStatus(static_cast<RunFilterModel::Status>(m_status->currentData().toInt()));
    // What was looked for is among the repeats.
    if (m_status->currentIndex() > 0 || !m_text->text().isEmpty())
        setRunsExpanded(true);
    updateState();
}

void ResultsPage::updateChoices()
{
    const QSignalBlocker tests(m_test);
    const QSignalBlocker targets(m_target);
    fill(m_test, tr("Any test"), m_runs->tests());
    fill(m_target, tr("Any target"), m_runs->targets());
    m_filter->setTest(m_test->currentData().toString());
    m_filter->setTarget(m_target->currentData().toString());
}

void ResultsPage::updateState()
{
    const bool empty = m_runs->rowCount() == 0;
    const bool nothing = m_filter->rowCount() == 0;
    m_emptyText->setText(empty ? tr("No run has begun. Press Run to measure the plan, or open a stored session on the "
                                    "page Sessions.")
                               : tr("No run matches the filter."));
    m_clearFilter->setVisible(!empty);
    m_stack->setCurrentIndex(nothing ? 1 : 0);
    for (QWidget* control : {static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_test),
                             static_cast<QWidget*>(m_target), static_cast<QWidget*>(m_status)})
        control->setEnabled(!empty);
    QString legend = tr("Mean, sd, median and 95 % CI are of the repeats that are done, without warm-ups. – was not "
                        "measured.");
    if (m_runs->hasDerived())
        legend += u' ' + tr("* was computed from other figures; this sysbench does not print it.");
    m_legend->setText(legend);
    m_legend->setVisible(!nothing);
}

} // namespace bv
