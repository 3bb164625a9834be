#include "models/figure_columns.h"
#include "models/run_filter_model.h"
#include "pages/results_page.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QAction>
#include <QClipboard>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QSplitter>
#include <QTimer>
#include <QTreeView>

// The columns of the table of results, and what leaves it: copies and the kept layout.

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// The name under which a column's choice is kept; numbers would change with the next column.
QString keyOf(int column)
{
    if (column == RunTreeModel::Status)
        return u"status"_s;
    if (column == RunTreeModel::startedColumn())
        return u"started"_s;
    if (column == RunTreeModel::durationColumn())
        return u"duration"_s;
    if (column == RunTreeModel::remarkColumn())
        return u"remarks"_s;
    return sysbench::metricName(figureColumns().at(column - RunTreeModel::FirstFigure).metrics.first());
}

bool isFigure(int column)
{
    return column >= RunTreeModel::FirstFigure && column < RunTreeModel::startedColumn();
}

} // namespace

bool ResultsPage::isShown(int column) const
{
    if (column == RunTreeModel::Name)
        return true;
    const bool usual = !isFigure(column) || figureColumns().at(column - RunTreeModel::FirstFigure).usual;
    return m_runs->hasValues(column) && m_chosen.value(column, usual);
}

void ResultsPage::updateColumns()
{
    for (int column = 0; column < m_runs->columnCount(); ++column) {
        if (m_table->isColumnHidden(column) == isShown(column))
            m_table->setColumnHidden(column, !isShown(column));
    }
    if (!m_fit->isActive())
        m_fit->start();
}

/// A title may have two lines.
int ResultsPage::titleWidth(int column) const
{
    const QHeaderView* header = m_table->header();
    const QString title = m_runs->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const QStyle* style = header->style();
    const int text = header->fontMetrics().size(0, title).width();
    const int mark = header->sortIndicatorSection() == column
                         ? style->pixelMetric(QStyle::PM_HeaderMarkSize, nullptr, header) + gapSmall
                         : 0;
    return text + mark + 2 * style->pixelMetric(QStyle::PM_HeaderMargin, nullptr, header) + 2;
}

/// Figures have a width of their own; texts are measured, and the columns only grow. A column the user has changed
/// stays as it is.
void ResultsPage::fitColumns()
{
    const QFontMetrics strong(fontAt(TextStep::Strong, m_table->font()));
    const int margin = m_table->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, m_table) + 1;
    for (int column = 0; column < m_runs->columnCount(); ++column) {
        if (m_table->isColumnHidden(column))
            continue;
        const int now = m_table->columnWidth(column);
        if (m_widths.contains(column) && m_widths.value(column) != now)
            continue;
        int width = titleWidth(column);
        if (isFigure(column)) {
            width = std::max(width, strong.horizontalAdvance(m_runs->widestFigure(column)) + 2 * margin + 2);
        } else {
            m_table->resizeColumnToContents(column);
            width = std::max(width, m_table->columnWidth(column) + gapSmall);
            if (m_widths.contains(column))
                width = std::max(width, now);
        }
        m_table->setColumnWidth(column, width);
        m_widths.insert(column, width);
    }
}

void ResultsPage::fillColumnMenu()
{
    m_columnMenu->clear();
    for (int column = RunTreeModel::Status; column < m_runs->columnCount(); ++column) {
        if (!m_runs->hasValues(column))
            continue;
        QString title = m_runs->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        QAction* action = m_columnMenu->addAction(title.replace(u'&', u"&&"_s).replace(u'\n', u' '));
        action->setObjectName(u"column-"_s + keyOf(column));
        action->setCheckable(true);
        action->setChecked(isShown(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) {
            m_chosen.insert(column, on);
            updateColumns();
        });
    }
    m_columnMenu->addSeparator();
    QAction* usual = m_columnMenu->addAction(tr("&Usual columns"));
    usual->setObjectName(u"usualColumns"_s);
    connect(usual, &QAction::triggered, this, [this] {
        m_chosen.clear();
        m_widths.clear();
        updateColumns();
    });
}

void ResultsPage::showContextMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QModelIndex index = m_table->indexAt(at);
    if (index.data(RunTreeModel::RunRole).toLongLong() >= 0 && index.isValid()) {
        QAction* details = menu->addAction(icon(u"info"_s), tr("&Details…"));
        connect(details, &QAction::triggered, this,
                [this, target = QPersistentModelIndex(index)] { activate(target); });
        menu->addSeparator();
    }
    menu->addActions(m_table->actions());
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void ResultsPage::activate(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    const qsizetype number = index.data(RunTreeModel::RunRole).toLongLong();
    if (number >= 0)
        emit runActivated(number);
}

/// The selected rows in the order in which they are shown; all rows where none is selected.
void ResultsPage::copySelection()
{
    QModelIndexList rows;
    const QItemSelectionModel* selection = m_table->selectionModel();
    const bool all = !selection->hasSelection();
    QModelIndexList stack;
    for (int row = m_filter->rowCount() - 1; row >= 0; --row)
        stack << m_filter->index(row, 0);
    while (!stack.isEmpty()) {
        const QModelIndex index = stack.takeLast();
        const bool isTest = index.data(RunTreeModel::KindRole).toInt() == static_cast<int>(RunTreeModel::Kind::Test);
        if (!isTest && (all || selection->isSelected(index)))
            rows << index;
        for (int row = m_filter->rowCount(index) - 1; row >= 0; --row)
            stack << m_filter->index(row, 0, index);
    }
    QList<int> columns;
    const QHeaderView* header = m_table->header();
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (!m_table->isColumnHidden(column))
            columns << column;
    }
    if (!rows.isEmpty())
        QGuiApplication::clipboard()->setText(m_filter->tsv(rows, columns));
}

/// Where the keys of a page go that was chosen by key.
void ResultsPage::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_table->isVisible())
        m_table->setFocus(event->reason());
}

void ResultsPage::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_widths.clear();
        m_fit->start();
    }
    QWidget::changeEvent(event);
}

QByteArray ResultsPage::saveState() const
{
    QJsonObject columns;
    for (auto choice = m_chosen.cbegin(); choice != m_chosen.cend(); ++choice)
        columns.insert(keyOf(choice.key()), choice.value());
    const QJsonObject state{{u"version"_s, 1},
                            {u"columns"_s, columns},
                            {u"splitter"_s, QString::fromLatin1(m_splitter->saveState().toBase64())}};
    return QJsonDocument(state).toJson(QJsonDocument::Compact);
}

bool ResultsPage::restoreState(const QByteArray& state)
{
    const QJsonObject json = QJsonDocument::fromJson(state).object();
    if (json["version"_L1] != 1)
        return false;
    m_chosen.clear();
    const QJsonObject columns = json["columns"_L1].toObject();
    for (int column = RunTreeModel::Status; column < m_runs->columnCount(); ++column) {
        const QJsonValue choice = columns[keyOf(column)];
        if (choice.isBool())
            m_chosen.insert(column, choice.toBool());
    }
    m_splitter->restoreState(QByteArray::fromBase64(json["splitter"_L1].toString().toLatin1()));
    updateColumns();
    return true;
}

} // namespace bv
