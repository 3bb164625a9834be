#pragma once

#include "charts/painted_plot.h"
#include "models/grid_data.h"

namespace bv {

/// A test over CPUs and memory: a panel for each technology, a field for each arrangement with its mean; the darker (in
/// the dark: the lighter) the field, the higher the figure, by one scale for all panels.
class HeatPlot : public PaintedPlot
{
public:
    explicit HeatPlot(HeatData data);

    QString title() const override { return m_data.title; }
    QString unit() const override { return m_data.unit; }
    QString stem() const override { return m_data.stem; }
    QString summary() const override;
    QString note() const override;
    bool isEmpty() const override { return m_data.panels.isEmpty(); }
    QList<LegendEntry> legend() const override { return {}; }
    QAbstractTableModel* makeNumbers(QObject* parent) const override;
    std::unique_ptr<Plot> copy() const override;

protected:
    void paintOver(QPainter& painter) override;

private:
    double highest() const;
    void paintPanel(QPainter& painter, const QRectF& room, const HeatPanel& panel, double top) const;
    void paintField(QPainter& painter, const QRectF& rect, const std::optional<GridValue>& value, double top) const;

    HeatData m_data;
};

} // namespace bv
