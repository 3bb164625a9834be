#include "models/grid_model.h"

#include "base/figures.h"
#include "models/text.h"

namespace bv {

GridModel::Cell GridModel::figureCell(std::optional<double> figure)
{
    return {figure ? figureText(*figure) : absentText(), figure};
}

void GridModel::setTable(const QStringList& header, const QList<QList<Cell>>& rows, const QList<int>& figures)
{
    beginResetModel();
    m_header = header;
    m_rows = rows;
    m_figures = figures;
    endResetModel();
}

int GridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_header.size());
}

QVariant GridModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Cell cell = m_rows.at(index.row()).value(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.toolTip.isEmpty() ? QVariant() : plainToolTip(cell.toolTip);
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case ExactRole:
        return cell.figure ? QVariant(*cell.figure) : QVariant();
    case StrongRole:
        return cell.strong;
    default:
        return {};
    }
}

QVariant GridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return m_header.value(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (m_figures.contains(section) ? Qt::AlignRight : Qt::AlignLeft));
    return {};
}

} // namespace bv
