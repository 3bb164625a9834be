#include "charts/numbers_dialog.h"

#include "charts/plot.h"
#include "style/metrics.h"
#include "widgets/card.h"

#include <QAbstractTableModel>
#include <QAction>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// What fits on a clipboard that other programs still want to read.
constexpr int copyLimit = 200'000;

} // namespace

NumbersDialog::NumbersDialog(const Plot& plot, QWidget* parent)
    : QDialog(parent)
    , m_numbers(plot.makeNumbers(this))
    , m_table(new QTableView(this))
{
    setObjectName(u"numbersDialog"_s);
    setWindowTitle(tr("Numbers: %1, %2").arg(plot.title(), plot.unit()));
    m_table->setObjectName(u"numbersTable"_s);
    m_table->setAccessibleName(tr("Numbers of the chart"));
    m_table->setAccessibleDescription(plot.summary());
    m_table->setModel(m_numbers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false); // Tab leaves it, as everywhere
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setResizeContentsPrecision(200);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->resizeColumnsToContents();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* copyButton = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copyButton->setObjectName(u"numbersCopy"_s);
    copyButton->setToolTip(tr("Copies the selected rows, or all, as a table for a spreadsheet"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gapLarge);
    if (m_numbers->rowCount() == 0)
        layout->addWidget(
            new Caption(tr("There are no values yet. They appear here once the first run has begun."), this));
    layout->addWidget(m_table);
    layout->addWidget(buttons);
    auto* copyAction = new QAction(this);
    copyAction->setShortcut(QKeySequence::Copy);
    addAction(copyAction);
    connect(copyAction, &QAction::triggered, this, &NumbersDialog::copy);
    connect(copyButton, &QPushButton::clicked, this, &NumbersDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    int width = 2 * gapLarge + 40;
    for (int i = 0; i < m_numbers->columnCount(); ++i)
        width += m_table->columnWidth(i);
    resize(std::clamp(width, 480, 900), 460);
}

void NumbersDialog::copy() const
{
    QList<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    const bool all = rows.size() <= 1;
    const int count = std::min(all ? m_numbers->rowCount() : static_cast<int>(rows.size()), copyLimit);
    QString text;
    for (int line = -1; line < count; ++line) {
        QStringList cells;
        for (int column = 0; column < m_numbers->columnCount(); ++column)
            cells << (line < 0 ? m_numbers->headerData(column, Qt::Horizontal, Qt::DisplayRole)
                               : m_numbers->index(all ? line : rows[line], column).data())
                         .toString();
        text += cells.join(u'\t') + u'\n';
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace bv
