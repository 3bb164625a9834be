#include "charts/time_plot.h"
#include "style/metrics.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(TimePlot)
};

constexpr double markerDistance = 11; // pixels between points from which on each gets its marker
constexpr double markerSize = 6;

QString timeUnitText(double unit)
{
    if (unit > 60)
        return Text::tr("h");
    return unit > 1 ? Text::tr("min") : Text::tr("s");
}

} // namespace

void TimePlot::paintOver(QPainter& painter)
{
    painter.setFont(captionFont());
    painter.setPen(theme().mutedText);
    const QRectF area = plotArea();
    const QFontMetricsF metrics(captionFont());
    painter.drawText(QPointF(gap, metrics.ascent() + gapSmall), unit());
    const QString time = m_data.time == ChartTime::Clock
                             ? Text::tr("time since the session began, %1").arg(timeUnitText(m_timeUnit))
                             : Text::tr("measured time, %1").arg(timeUnitText(m_timeUnit));
    painter.drawText(
        QRectF(area.left(), chart()->size().height() - metrics.height() - gapSmall, area.width(), metrics.height()),
        Qt::AlignRight | Qt::AlignVCenter, time);
    if (isEmpty()) {
        painter.setPen(theme().mutedText);
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, Text::tr("No values yet"));
        return;
    }
    paintBands(painter);
    paintMarkers(painter);
    paintPoint(painter);
}

void TimePlot::paintBands(QPainter& painter) const
{
    const QList<ChartBand> bands = m_data.bands();
    const QRectF area = plotArea();
    const QFontMetricsF metrics(captionFont());
    const qreal unitEnd = gap + metrics.horizontalAdvance(unit()) + gap;
    const qreal last = chart()->size().width() - markWidth();
    qreal free = unitEnd;
    for (qsizetype i = 0; i < bands.size(); ++i) {
        const ChartBand& band = bands[i];
        if (band.end < view().from || band.begin > view().to)
            continue;
        const qreal left = std::max(toPixels(band.begin, 0).x(), area.left());
        const qreal right = std::min(toPixels(band.end, 0).x(), area.right());
        if (i > 0 && band.begin > view().from) {
            const qreal between = (toPixels(bands[i - 1].end, 0).x() + left) / 2;
            painter.setPen(QPen(theme().border, 1, Qt::DotLine));
            painter.drawLine(QPointF(between, area.top()), QPointF(between, area.bottom()));
        }
        // A name that does not fit is left out: the read-out tells it.
        const qreal width = metrics.horizontalAdvance(band.label);
        const qreal begin = std::max((left + right - width) / 2, free);
        if (width > right - left || begin + width > std::min(right + gap, last))
            continue;
        painter.setPen(theme().mutedText);
        painter.drawText(QPointF(begin, metrics.ascent() + gapSmall), band.label);
        free = begin + width + gap;
    }
}

void TimePlot::paintMarkers(QPainter& painter) const
{
    const QRectF area = plotArea();
    const qreal size = markerSize * strokes();
    painter.setClipRect(area.adjusted(-size, -size, size, size));
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const TargetLook look = m_looks(m_data.series[i].targetId, theme());
        const bool hollow = m_data.series[i].part == SeriesPart::System;
        painter.setPen(hollow ? QPen(look.color, 1) : QPen(Qt::NoPen));
        painter.setBrush(hollow ? theme().card : look.color);
        for (const QList<QPointF>& piece : m_lines[i].points) {
            const qreal width = toPixels(piece.last().x(), 0).x() - toPixels(piece.first().x(), 0).x();
            const bool single = piece.size() == 1;
            if (!single && width / static_cast<qreal>(piece.size() - 1) < markerDistance * strokes())
                continue;
            for (const QPointF& point : piece)
                drawMarker(painter, look.marker, toPixels(point.x(), point.y()), size);
        }
    }
    painter.setClipping(false);
}

void TimePlot::paintPoint(QPainter& painter) const
{
    if (!m_point.isValid())
        return;
    const QRectF area = plotArea();
    const QPointF at = toPixels(m_point.x, m_point.value);
    const TargetLook look = m_looks(m_data.series[static_cast<std::size_t>(m_point.series)].targetId, theme());
    painter.setPen(QPen(theme().mutedText, 1, Qt::DotLine));
    painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().card, 1.5));
    painter.setBrush(look.color);
    drawMarker(painter, look.marker, at, markerSize + 4);
    paintReadOut(painter, at, pointLines());
}

} // namespace bv
