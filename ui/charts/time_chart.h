#pragma once

#include "charts/chart_view.h"
#include "charts/time_plot.h"

namespace bv {

/// A chart over time that can be zoomed (wheel, + and -) and panned (drag, arrow keys; Home, End); Ctrl+0 shows all
/// again. Ctrl+Left and Ctrl+Right move the read-out from value to value. While all is shown, a drag takes the chart
/// out.
class TimeChart : public ChartView
{
    Q_OBJECT
public:
    explicit TimeChart(LookSource looks, QWidget* parent = nullptr);

    TimePlot& timePlot() const { return static_cast<TimePlot&>(plot()); }
    /// Redraws with the data of now.
    void setData(const ChartData& values);

    void zoomIn();
    void zoomOut();
    void showAll();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool dragsOut(const QPointF& position) const override;

private:
    bool handleKey(const QKeyEvent& event, bool onlyAsk);
    void setDragging(bool dragging);
    void panTo(double from);
    void step(int steps);

    bool m_dragging = false;
    double m_dragX = 0;
};

} // namespace bv
