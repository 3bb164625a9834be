#include "widgets/data_table.h"

#include "models/tsv.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "style/table_style.h"
#include "widgets/run_delegate.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

DataTable::DataTable(const QString& accessibleName, QWidget* parent)
    : QTableView(parent)
{
    setAccessibleName(accessibleName);
    setItemDelegate(new GridDelegate(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTextElideMode(Qt::ElideNone);
    setWordWrap(false);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(tableRowHeight(this));
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setResizeContentsPrecision(200);
    useTableStyle(this, horizontalHeader());
    auto* copy = new QAction(icon(u"copy"_s), tr("&Copy rows"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &DataTable::copyRows);
    addAction(copy);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void DataTable::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    if (model)
        connect(model, &QAbstractItemModel::modelReset, this, &DataTable::fitColumns);
    fitColumns();
}

void DataTable::fitColumns()
{
    m_widths.clear();
    resizeColumnsToContents();
    for (int column = 0; model() && column < model()->columnCount(); ++column) {
        setColumnWidth(column, columnWidth(column) + gapSmall);
        m_widths.insert(column, columnWidth(column));
    }
}

void DataTable::growColumns()
{
    for (int column = 0; model() && column < model()->columnCount(); ++column) {
        const int now = columnWidth(column);
        if (isColumnHidden(column) || now != m_widths.value(column))
            continue;
        const int wanted = std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column)) + gapSmall;
        if (wanted > now)
            setColumnWidth(column, wanted);
        m_widths.insert(column, columnWidth(column));
    }
}

void DataTable::copyRows()
{
    if (!model())
        return;
    QList<int> rows;
    const QModelIndexList selected = selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    for (int row = 0; selected.isEmpty() && row < model()->rowCount(); ++row)
        rows << row;
    QList<int> columns;
    for (int place = 0; place < horizontalHeader()->count(); ++place) {
        if (const int column = horizontalHeader()->logicalIndex(place); !isColumnHidden(column))
            columns << column;
    }
    QGuiApplication::clipboard()->setText(tsvOf(*model(), rows, columns, Qt::UserRole));
}

} // namespace bv
