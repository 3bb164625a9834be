#include "charts/plot.h"

#include "style/metrics.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QGraphicsScene>
#include <QPainter>
#include <QPointer>
#include <QtCharts/QLegend>
#include <QtCharts/QValueAxis>

namespace bv {

class Plot::Overlay : public QGraphicsItem
{
public:
    Overlay(Plot& plot, QGraphicsItem* parent)
        : QGraphicsItem(parent)
        , m_plot(plot)
    {
        setZValue(100);
        setAcceptedMouseButtons(Qt::NoButton);
    }
    QRectF boundingRect() const override { return {QPointF(), m_size}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override
    {
        painter->save();
        m_plot.paintOver(*painter);
        painter->restore();
        if (!m_plot.mark().isEmpty())
            m_plot.paintMark(*painter);
    }
    void resize(const QSizeF& size)
    {
        prepareGeometryChange();
        m_size = size;
    }

private:
    Plot& m_plot;
    QSizeF m_size;
};

Plot::Plot()
    : m_chart(new QChart)
    , m_overlay(new Overlay(*this, m_chart))
    , m_theme(Appearance::themeFor(QApplication::palette()))
    , m_font(QApplication::font())
{
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->setBackgroundVisible(false);
    m_chart->setMargins({});
    m_chart->legend()->hide();
}

Plot::~Plot()
{
    delete m_chart;
}

void Plot::setTheme(const Theme& theme)
{
    m_theme = theme;
    applyTheme();
    repaintOver();
}

void Plot::setFont(const QFont& font)
{
    m_font = font;
    applyTheme();
    update();
}

void Plot::resize(const QSizeF& size)
{
    m_chart->resize(size);
    m_overlay->resize(size);
    update();
}

void Plot::setMark(const QString& mark)
{
    m_mark = mark;
    repaintOver();
}

void Plot::setStrokes(qreal factor)
{
    m_strokes = factor;
    applyTheme();
    update();
}

/// In the line above the plot, where it hides no data.
QRectF Plot::markRect() const
{
    const QFontMetricsF metrics(fontAt(TextStep::Strong, captionFont()));
    const QSizeF size(metrics.horizontalAdvance(m_mark) + 2 * gap, metrics.height() + 2);
    return {QPointF(m_chart->size().width() - size.width() - gap, 1), size};
}

qreal Plot::markWidth() const
{
    return m_mark.isEmpty() ? 0 : markRect().width() + 2 * gap;
}

void Plot::paintMark(QPainter& painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.warning);
    painter.drawRoundedRect(markRect(), 3, 3);
    painter.setPen(m_theme.card);
    painter.setFont(fontAt(TextStep::Strong, captionFont()));
    painter.drawText(markRect(), Qt::AlignCenter, m_mark);
    painter.restore();
}

QRectF Plot::plotArea() const
{
    return m_chart->plotArea();
}

QFont Plot::captionFont() const
{
    return fontAt(TextStep::Caption, m_font);
}

void Plot::styleAxis(QValueAxis* axis, bool grid) const
{
    axis->setLabelsFont(captionFont());
    axis->setLabelsColor(m_theme.mutedText);
    axis->setGridLineVisible(grid);
    axis->setGridLinePen(QPen(m_theme.grid, 1));
    axis->setLinePen(QPen(m_theme.border, 1));
    axis->setMinorGridLineVisible(false);
    axis->setTickType(QValueAxis::TicksDynamic);
}

void Plot::repaintOver()
{
    m_overlay->update();
}

void Plot::paintReadOut(QPainter& painter, const QPointF& anchor, const QStringList& lines) const
{
    const QFontMetricsF metrics(captionFont());
    qreal width = 0;
    for (const QString& line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    const QSizeF size(width + 2 * gap, metrics.height() * static_cast<qreal>(lines.size()) + gap);
    const QRectF room(QPointF(), m_chart->size());
    QRectF box(anchor + QPointF(gapLarge, -size.height() - gap), size);
    if (box.right() > room.right())
        box.moveRight(anchor.x() - gapLarge);
    box.moveLeft(std::max(box.left(), room.left() + 1));
    if (box.top() < room.top() + 1)
        box.moveTop(std::min(anchor.y() + gapLarge, room.bottom() - size.height() - 1));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.border, 1));
    painter.setBrush(m_theme.card);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setPen(m_theme.text);
    painter.setFont(captionFont());
    qreal y = box.top() + gap / 2.0;
    for (const QString& line : lines) {
        painter.drawText(QRectF(box.left() + gap, y, width + 1, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         line);
        y += metrics.height();
        painter.setPen(m_theme.mutedText);
    }
}

} // namespace bv
