#include "charts/drag_handle.h"

#include "charts/chart_drag.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QMouseEvent>

using namespace Qt::StringLiterals;

namespace bv {

DragHandle::DragHandle(QWidget* parent)
    : QToolButton(parent)
{
    setObjectName(u"chartDrag"_s);
    setIcon(bv::icon(u"drag"_s));
    setIconSize(QSize(bv::iconSize, bv::iconSize));
    setAutoRaise(true);
    setCursor(Qt::OpenHandCursor);
    setToolTip(tr("Drag the chart into another program, or press to copy it"));
    setAccessibleName(tr("Copy chart"));
    setAccessibleDescription(tr("Can also be dragged into another program, as a PNG image."));
}

void DragHandle::setDrag(ChartDrag* drag)
{
    m_drag = drag;
    connect(drag, &ChartDrag::ended, this, [this] { setDown(false); });
}

void DragHandle::mousePressEvent(QMouseEvent* event)
{
    QToolButton::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && m_drag)
        m_drag->press(event->pos());
}

void DragHandle::mouseMoveEvent(QMouseEvent* event)
{
    if ((event->buttons() & Qt::LeftButton) && m_drag && m_drag->move(event->pos()))
        setDown(false); // no click follows
    else
        QToolButton::mouseMoveEvent(event);
}

void DragHandle::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drag && m_drag->release())
        event->accept();
    else
        QToolButton::mouseReleaseEvent(event);
}

} // namespace bv
