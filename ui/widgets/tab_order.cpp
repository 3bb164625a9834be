#include "widgets/tab_order.h"

#include <QLayout>
#include <QRadioButton>
#include <QScrollArea>

namespace bv {

namespace {

/// A part of a control (the line of a spin box) has the control as proxy and follows it. Of radio buttons only the one
/// that is chosen takes Tab, which is another one later.
bool isStop(const QWidget* widget)
{
    const bool takesTab = (widget->focusPolicy() & Qt::TabFocus) != 0 || qobject_cast<const QRadioButton*>(widget);
    return takesTab && !widget->focusProxy();
}

void collect(QWidget* widget, QList<QWidget*>& stops);

void collect(const QLayout* layout, QList<QWidget*>& stops)
{
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem* item = layout->itemAt(i);
        if (item->widget())
            collect(item->widget(), stops);
        else if (item->layout())
            collect(item->layout(), stops);
    }
}

void collect(QWidget* widget, QList<QWidget*>& stops)
{
    if (isStop(widget)) {
        stops << widget;
        return;
    }
    if (const auto* area = qobject_cast<const QScrollArea*>(widget)) {
        if (area->widget())
            collect(area->widget(), stops);
    } else if (widget->layout()) {
        collect(widget->layout(), stops);
    } else { // places its children itself, in their order
        const auto children = widget->findChildren<QWidget*>(Qt::FindDirectChildrenOnly);
        for (QWidget* child : children) {
            if (!child->isWindow())
                collect(child, stops);
        }
    }
}

bool follows(const QWidget* stop, const QWidget* next)
{
    const QWidget* widget = stop->nextInFocusChain();
    while (widget != next && widget != stop && !isStop(widget))
        widget = widget->nextInFocusChain();
    return widget == next;
}

} // namespace

void orderTabs(QWidget* top)
{
    QList<QWidget*> stops;
    collect(top, stops);
    for (qsizetype i = 1; i < stops.size(); ++i) {
        if (!follows(stops.at(i - 1), stops.at(i)))
            QWidget::setTabOrder(stops.at(i - 1), stops.at(i));
    }
}

} // namespace bv
