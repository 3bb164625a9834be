#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <optional>

namespace bv {

/// A small table of texts and figures that is made at once: metrics and intervals of a run, sessions side by side.
/// GUI thread.
class GridModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        ExactRole = Qt::UserRole, ///< the figure with all its digits
        StrongRole,               ///< bool: to be seen first
    };
    struct Cell
    {
        QString text;
        std::optional<double> figure; ///< a cell with a figure stands at the right
        QString toolTip = {};
        bool strong = false;
    };
    /// A cell of a figure as people read it; an en dash where there is none.
    static Cell figureCell(std::optional<double> figure);

    using QAbstractTableModel::QAbstractTableModel;

    /// `figures`: the columns whose header stands at the right.
    void setTable(const QStringList& header, const QList<QList<Cell>>& rows, const QList<int>& figures = {});

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_header;
    QList<QList<Cell>> m_rows;
    QList<int> m_figures;
};

} // namespace bv
