#include "widgets/flow_layout.h"

#include "style/metrics.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace bv {

FlowLayout::FlowLayout(QWidget* parent)
    : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(gap);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem* item)
{
    m_items << item;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return place(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::sizeHint() const
{
    int width = 0;
    int height = 0;
    for (const QLayoutItem* item : m_items) {
        if (item->isEmpty())
            continue;
        width += item->sizeHint().width() + (width > 0 ? spacing() : 0);
        height = std::max(height, item->sizeHint().height());
    }
    const QMargins margins = contentsMargins();
    return {width + margins.left() + margins.right(), height + margins.top() + margins.bottom()};
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : m_items)
        size = size.expandedTo(item->isEmpty() ? QSize() : item->sizeHint());
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

/// Gives the height that is used.
int FlowLayout::place(const QRect& rect, bool apply) const
{
    const QMargins margins = contentsMargins();
    const QRect area = rect.marginsRemoved(margins);
    int y = area.top();
    qsizetype first = 0;
    while (first < m_items.size()) {
        int x = area.left();
        int height = 0;
        qsizetype end = first;
        for (; end < m_items.size(); ++end) {
            if (m_items.at(end)->isEmpty())
                continue;
            const QSize size = m_items.at(end)->sizeHint();
            if (x > area.left() && x + size.width() > area.left() + area.width())
                break;
            x += size.width() + spacing();
            height = std::max(height, size.height());
        }
        x = area.left();
        for (; first < end; ++first) {
            QLayoutItem* item = m_items.at(first);
            if (item->isEmpty())
                continue;
            const QSize size(std::min(item->sizeHint().width(), area.width()), item->sizeHint().height());
            if (apply) {
                const QRect at(QPoint(x, y + (height - size.height()) / 2), size);
                const QWidget* parent = parentWidget();
                const Qt::LayoutDirection direction = parent ? parent->layoutDirection() : Qt::LeftToRight;
                item->setGeometry(QStyle::visualRect(direction, area, at));
            }
            x += size.width() + spacing();
        }
        y += height + (end < m_items.size() ? spacing() : 0);
    }
    return y - area.top() + margins.top() + margins.bottom();
}

} // namespace bv
