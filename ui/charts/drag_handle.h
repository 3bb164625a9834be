#pragma once

#include <QToolButton>

namespace bv {

class ChartDrag;

/// A small grip that shows that a chart can be dragged into another program. Pressed by key or clicked, it does what
/// `clicked()` is connected to.
class DragHandle : public QToolButton
{
    Q_OBJECT
public:
    explicit DragHandle(QWidget* parent = nullptr);
    /// What it drags; the handle's child.
    void setDrag(ChartDrag* drag);
    ChartDrag* drag() const { return m_drag; }

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    ChartDrag* m_drag = nullptr;
};

} // namespace bv
