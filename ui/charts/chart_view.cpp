#include "charts/chart_view.h"

#include "charts/chart_drag.h"
#include "style/metrics.h"

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QResizeEvent>

using namespace Qt::StringLiterals;

namespace bv {

ChartView::ChartView(std::unique_ptr<Plot> plot, QWidget* parent)
    : QChartView(parent)
    , m_plot(std::move(plot))
{
    // QChartView has made one, which is nobody's once another takes its place.
    const std::unique_ptr<QChart> first(chart());
    setChart(m_plot->chart());
    setObjectName(u"chart"_s);
    setFrameShape(NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    takeTheme();
    describe();
}

ChartView::~ChartView() = default;

QSize ChartView::sizeHint() const
{
    return {560, 220};
}

QSize ChartView::minimumSizeHint() const
{
    return {220, fontMetrics().height() * 8};
}

void ChartView::describe()
{
    setAccessibleName(tr("Chart: %1, %2").arg(m_plot->title(), m_plot->unit()));
    setAccessibleDescription(m_plot->markedSummary());
    viewport()->setAccessibleName(accessibleName()); // a screen reader meets it as a widget of its own
}

void ChartView::setMark(const QString& mark)
{
    m_plot->setMark(mark);
    describe();
}

void ChartView::takeTheme()
{
    const Theme theme = Appearance::themeFor(palette());
    setBackgroundBrush(theme.card);
    m_plot->setTheme(theme);
    m_plot->setFont(font());
}

/// Not the one of QChartView, which would make the chart's own minimum the widget's.
void ChartView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    const QSizeF size = viewport()->size();
    setSceneRect(QRectF(QPointF(), size));
    m_plot->resize(size);
}

void ChartView::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (m_plot && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) {
        takeTheme();
        emit plotChanged();
    }
}

void ChartView::tellPoint()
{
    const QString text = m_plot->pointText();
    if (std::exchange(m_told, text) != text)
        emit pointed(text);
}

bool ChartView::dragsOut(const QPointF&) const
{
    return true;
}

void ChartView::mouseMoveEvent(QMouseEvent* event)
{
    event->accept();
    if (m_drag && (event->buttons() & Qt::LeftButton) && m_drag->move(event->pos()))
        m_plot->clearPoint();
    else
        m_plot->pointAt(event->position());
    tellPoint();
}

void ChartView::mousePressEvent(QMouseEvent* event)
{
    event->accept();
    if (m_drag && event->button() == Qt::LeftButton && dragsOut(event->position()))
        m_drag->press(event->pos());
}

void ChartView::mouseReleaseEvent(QMouseEvent* event)
{
    event->accept();
    if (m_drag && event->button() == Qt::LeftButton)
        m_drag->release();
}

void ChartView::leaveEvent(QEvent* event)
{
    QChartView::leaveEvent(event);
    m_plot->clearPoint();
    tellPoint();
}

void ChartView::focusInEvent(QFocusEvent* event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void ChartView::focusOutEvent(QFocusEvent* event)
{
    QChartView::focusOutEvent(event);
    viewport()->update();
}

void ChartView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    emit menuWanted(byKey ? mapToGlobal(rect().center()) : event->globalPos());
    event->accept();
}

void ChartView::drawForeground(QPainter* painter, const QRectF&)
{
    if (!hasFocus())
        return;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(m_plot->theme().accent, 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(sceneRect()).adjusted(1, 1, -1, -1), 4, 4);
}

} // namespace bv
