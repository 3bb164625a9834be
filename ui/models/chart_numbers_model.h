#pragma once

#include "models/bar_data.h"
#include "models/chart_data.h"

#include <QAbstractTableModel>

namespace bv {

/// The points of a chart over time as a table; of the moment at which it was made.
class ChartNumbersModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Series, Test, Repeat, Time, Value, ColumnCount };
    explicit ChartNumbersModel(ChartData chart, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Block
    {
        qsizetype end = 0; ///< rows up to and with this segment
        const ChartSeries* series = nullptr;
        const ChartSegment* segment = nullptr;
    };
    ChartData m_chart;
    std::vector<Block> m_blocks;
};

/// A bar chart as a table: a row per bar.
class BarNumbersModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Test, Target, Count, Mean, Low, High, Values, ColumnCount };
    explicit BarNumbersModel(BarData bars, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    BarData m_bars;
    QList<std::pair<qsizetype, qsizetype>> m_rows; ///< group and bar
};

} // namespace bv
