#include "charts/bar_chart.h"

#include <QKeyEvent>
#include <QWheelEvent>

namespace bv {

BarChart::BarChart(LookSource looks, QWidget* parent)
    : ChartView(std::make_unique<BarPlot>(std::move(looks)), parent)
{
}

void BarChart::setData(const BarData& bars)
{
    barPlot().setData(bars);
    describe();
    tellPoint();
    emit plotChanged();
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        barPlot().stepPoint(event->key() == Qt::Key_Left ? -1 : 1);
        tellPoint();
        setAccessibleDescription(barPlot().pointText());
        event->accept();
        break;
    default:
        event->ignore(); // not to the graphics view, which would scroll
    }
}

void BarChart::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // scrolls the page
}

} // namespace bv
