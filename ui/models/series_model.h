#pragma once

#include "session/run_record.h"

#include <QAbstractTableModel>
#include <functional>

namespace bv {

/// The points of one run in time as a table: sysbench's intervals or samples of utilisation. Only columns that have a
/// value are there. The points are shared, not copied. GUI thread.
class SeriesModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    static constexpr int ExactRole = Qt::UserRole; ///< the figure with all its digits

    using QAbstractTableModel::QAbstractTableModel;

    void setIntervals(const QList<sysbench::Interval>& intervals);
    void setSamples(const QList<UtilizationSample>& samples);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Column
    {
        QString title;
        std::function<std::optional<double>(int row)> value;
    };
    void setColumns(int rows, const QList<Column>& columns);

    int m_rows = 0;
    QList<Column> m_columns;
};

} // namespace bv
