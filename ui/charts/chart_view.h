#pragma once

#include "charts/plot.h"

#include <QtCharts/QChartView>

namespace bv {

class ChartDrag;

/// A plot on the screen: follows size, font and theme, shows the read-out under the pointer and the focus. Redraws when
/// told to; nothing moves by itself.
class ChartView : public QChartView
{
    Q_OBJECT
public:
    explicit ChartView(std::unique_ptr<Plot> plot, QWidget* parent = nullptr);
    ~ChartView() override;

    Plot& plot() const { return *m_plot; }
    /// Name and description for those who do not see the chart; call after new data.
    void describe();
    /// See Plot::setMark().
    void setMark(const QString& mark);
    /// What a drag with the mouse takes out of here; the view's child.
    void setDrag(ChartDrag* drag) { m_drag = drag; }
    ChartDrag* drag() const { return m_drag; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// The read-out tells something else; empty when it is gone.
    void pointed(const QString& text);
    /// The user wants the chart's menu.
    void menuWanted(const QPoint& globalPosition);
    /// Legend, view or theme of the plot have changed.
    void plotChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void tellPoint();
    /// Whether a drag that begins there takes the chart out; elsewhere it means something else.
    virtual bool dragsOut(const QPointF& position) const;

private:
    void takeTheme();

    std::unique_ptr<Plot> m_plot;
    QString m_told;
    ChartDrag* m_drag = nullptr;
};

} // namespace bv
