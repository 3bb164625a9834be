#pragma once

#include "charts/bar_plot.h"
#include "charts/chart_view.h"

namespace bv {

/// The results of one test as bars. Left and Right move the read-out from bar to bar.
class BarChart : public ChartView
{
    Q_OBJECT
public:
    explicit BarChart(LookSource looks, QWidget* parent = nullptr);

    BarPlot& barPlot() const { return static_cast<BarPlot&>(plot()); }
    void setData(const BarData& bars);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace bv
