#include "models/grid_numbers_model.h"

#include "models/text.h"

namespace bv {

GridNumbersModel::GridNumbersModel(QString sizeTitle, QString unit, Rows rows, QObject* parent)
    : QAbstractTableModel(parent)
    , m_sizeTitle(std::move(sizeTitle))
    , m_unit(std::move(unit))
    , m_rows(std::move(rows))
{
}

int GridNumbersModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GridNumbersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant GridNumbersModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((index.column() < Size ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const Row& row = m_rows.at(index.row());
    const auto end = [](const std::optional<double>& value) { return value ? figureText(*value) : absentText(); };
    switch (index.column()) {
    case Arrangement:
        return row.name;
    case Size:
        return row.size;
    case Count:
        return row.value.n;
    case Mean:
        return figureText(row.value.mean);
    case Low:
        return end(row.value.ciLow);
    case High:
        return end(row.value.ciHigh);
    default:
        return {};
    }
}

QVariant GridNumbersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Arrangement:
        return tr("Arrangement");
    case Size:
        return m_sizeTitle;
    case Count:
        return tr("Runs");
    case Mean:
        return tr("Mean, %1").arg(m_unit);
    case Low:
        return tr("95 % CI from");
    case High:
        return tr("to");
    default:
        return {};
    }
}

} // namespace bv
