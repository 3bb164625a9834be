#pragma once

#include "charts/painted_plot.h"
#include "models/grid_data.h"

namespace bv {

/// A figure against CPUs, memory or threads: a line per arrangement with a whisker for the 95 % interval of each mean.
/// The values measured stand at equal distances, since they are usually doubled; the axis of figures begins at 0.
class ScalingPlot : public PaintedPlot
{
public:
    ScalingPlot(LookSource looks, ScalingData data);

    QString title() const override { return m_data.title; }
    QString unit() const override { return m_data.unit; }
    QString stem() const override { return m_data.stem; }
    QString summary() const override;
    QString note() const override;
    bool isEmpty() const override { return m_data.series.isEmpty(); }
    QList<LegendEntry> legend() const override;
    QAbstractTableModel* makeNumbers(QObject* parent) const override;
    std::unique_ptr<Plot> copy() const override;

protected:
    void paintOver(QPainter& painter) override;

private:
    double highest() const;
    void paintSeries(QPainter& painter, const QRectF& area, double top, qsizetype place) const;

    LookSource m_looks;
    ScalingData m_data;
    QList<double> m_values; ///< of the axis, in order
};

} // namespace bv
