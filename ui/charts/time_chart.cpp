#include "charts/time_chart.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <cmath>

namespace bv {

namespace {

constexpr double closer = 0.7; // by one step of the wheel or the key
constexpr double keyPan = 0.1; // of the view

} // namespace

TimeChart::TimeChart(LookSource looks, QWidget* parent)
    : ChartView(std::make_unique<TimePlot>(std::move(looks)), parent)
{
}

void TimeChart::setData(const ChartData& values)
{
    timePlot().setData(values);
    describe();
    tellPoint();
}

void TimeChart::zoomIn()
{
    timePlot().zoom(closer, timePlot().plotArea().center().x());
    emit plotChanged();
}

void TimeChart::zoomOut()
{
    timePlot().zoom(1 / closer, timePlot().plotArea().center().x());
    emit plotChanged();
}

void TimeChart::showAll()
{
    timePlot().showAll();
    emit plotChanged();
}

void TimeChart::panTo(double from)
{
    const TimePlot::View view = timePlot().view();
    if (timePlot().isZoomed())
        timePlot().setView({from, from + view.span()});
    emit plotChanged();
}

void TimeChart::step(int steps)
{
    timePlot().stepPoint(steps);
    tellPoint();
    setAccessibleDescription(timePlot().pointText());
}

/// `onlyAsk`: whether the key means something here, so that no shortcut of the window takes it.
bool TimeChart::handleKey(const QKeyEvent& event, bool onlyAsk)
{
    const TimePlot::View view = timePlot().view();
    const bool control = event.modifiers().testFlag(Qt::ControlModifier);
    std::function<void()> act;
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        act = [this] { zoomIn(); };
        break;
    case Qt::Key_Minus:
        act = [this] { zoomOut(); };
        break;
    case Qt::Key_0:
        if (control)
            act = [this] { showAll(); };
        break;
    case Qt::Key_Left:
        act = control ? std::function<void()>([this] { step(-1); })
                      : [this, view] { panTo(view.from - keyPan * view.span()); };
        break;
    case Qt::Key_Right:
        act = control ? std::function<void()>([this] { step(1); })
                      : [this, view] { panTo(view.from + keyPan * view.span()); };
        break;
    case Qt::Key_Home:
        act = [this] { panTo(0); };
        break;
    case Qt::Key_End:
        act = [this] { panTo(timePlot().data().length()); };
        break;
    default:
        break;
    }
    if (!act || event.modifiers().testFlag(Qt::AltModifier))
        return false;
    if (!onlyAsk)
        act();
    return true;
}

bool TimeChart::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && handleKey(*static_cast<QKeyEvent*>(event), true)) {
        event->accept();
        return true;
    }
    return ChartView::event(event);
}

void TimeChart::keyPressEvent(QKeyEvent* event)
{
    if (handleKey(*event, false))
        event->accept();
    else
        event->ignore(); // not to the graphics view, which would scroll
}

void TimeChart::wheelEvent(QWheelEvent* event)
{
    const double notches = event->angleDelta().y() / double{QWheelEvent::DefaultDeltasPerStep};
    if (event->modifiers().testFlag(Qt::ControlModifier) && notches != 0) {
        timePlot().zoom(std::pow(closer, notches), event->position().x());
    } else if (notches == 0 && event->angleDelta().x() != 0 && timePlot().isZoomed()) {
        timePlot().pan(-event->angleDelta().x());
    } else {
        event->ignore(); // scrolls the page
        return;
    }
    emit plotChanged();
    event->accept();
}

/// Coarser lines while the chart follows the hand.
void TimeChart::setDragging(bool dragging)
{
    m_dragging = dragging;
    setRenderHint(QPainter::Antialiasing, !dragging);
    if (dragging)
        viewport()->setCursor(Qt::ClosedHandCursor);
    else
        viewport()->unsetCursor();
    viewport()->update();
}

/// What is zoomed is panned by its inside.
bool TimeChart::dragsOut(const QPointF& position) const
{
    return !timePlot().isZoomed() || !timePlot().plotArea().contains(position);
}

void TimeChart::mousePressEvent(QMouseEvent* event)
{
    ChartView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && !dragsOut(event->position())) {
        m_dragX = event->position().x();
        timePlot().clearPoint();
        setDragging(true);
    }
}

void TimeChart::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_dragging) {
        ChartView::mouseMoveEvent(event);
        return;
    }
    timePlot().pan(m_dragX - event->position().x());
    m_dragX = event->position().x();
    emit plotChanged();
    event->accept();
}

void TimeChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_dragging && event->button() == Qt::LeftButton)
        setDragging(false);
    ChartView::mouseReleaseEvent(event);
}

void TimeChart::leaveEvent(QEvent* event)
{
    if (!m_dragging)
        ChartView::leaveEvent(event);
}

} // namespace bv
