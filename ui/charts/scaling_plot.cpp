#include "charts/scaling_plot.h"

#include "base/figures.h"
#include "charts/ticks.h"
#include "models/grid_numbers_model.h"
#include "style/metrics.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ScalingPlot)
};

constexpr qreal spread = 7; // between series at one place, so that no whisker hides another

} // namespace

ScalingPlot::ScalingPlot(LookSource looks, ScalingData data)
    : m_looks(std::move(looks))
    , m_data(std::move(data))
{
    for (const ScalingSeries& series : std::as_const(m_data.series)) {
        for (const auto& [x, value] : series.points) {
            if (!m_values.contains(x))
                m_values << x;
        }
    }
    std::sort(m_values.begin(), m_values.end());
}

QString ScalingPlot::summary() const
{
    QStringList sentences;
    for (const ScalingSeries& series : m_data.series) {
        QStringList points;
        for (const auto& [x, value] : series.points)
            points << Text::tr("%1: %2").arg(x).arg(figureText(value.mean));
        sentences << Text::tr("%1, %2 by %3: %4.").arg(series.name, m_data.unit, m_data.axis, points.join(u", "_s));
    }
    return sentences.join(u' ');
}

QString ScalingPlot::note() const
{
    int least = 0;
    int most = 0;
    for (const ScalingSeries& series : m_data.series) {
        for (const auto& [x, value] : series.points) {
            least = least == 0 ? value.n : std::min(least, value.n);
            most = std::max(most, value.n);
        }
    }
    const QString runs = least == most ? QString::number(most) : u"%1–%2"_s.arg(least).arg(most);
    return Text::tr("Marks: mean; whiskers: 95 % CI; n = %1").arg(runs);
}

QList<LegendEntry> ScalingPlot::legend() const
{
    QList<LegendEntry> entries;
    for (const ScalingSeries& series : m_data.series)
        entries << LegendEntry{series.targetId, series.name, m_looks(series.targetId, theme()), false, true};
    return entries;
}

QAbstractTableModel* ScalingPlot::makeNumbers(QObject* parent) const
{
    GridNumbersModel::Rows rows;
    for (const ScalingSeries& series : m_data.series) {
        for (const auto& [x, value] : series.points)
            rows << GridNumbersModel::Row{series.name, QString::number(x), value};
    }
    return new GridNumbersModel(m_data.axis, m_data.unit, rows, parent);
}

std::unique_ptr<Plot> ScalingPlot::copy() const
{
    return std::make_unique<ScalingPlot>(m_looks, m_data);
}

double ScalingPlot::highest() const
{
    double highest = 0;
    for (const ScalingSeries& series : m_data.series) {
        for (const auto& [x, value] : series.points)
            highest = std::max(highest, value.ciHigh.value_or(value.mean));
    }
    return highest;
}

void ScalingPlot::paintOver(QPainter& painter)
{
    const QSizeF size = chart()->size();
    const QFontMetricsF metrics(captionFont());
    const double most = highest();
    const Ticks ticks = ticksFor(most > 0 ? most * 1.05 : 1,
                                 std::clamp(static_cast<int>(size.height() / metrics.height() / 2.5), 2, 8));
    const double top = std::max(roundedUp(most * 1.02, ticks), ticks.step);
    const qreal left = metrics.horizontalAdvance(ticks.text(top)) + gapLarge;
    const QRectF area(left, metrics.height() + gap, std::max(size.width() - left - gapLarge, 10.0),
                      std::max(size.height() - 3 * metrics.height() - 3 * gap, 10.0));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(captionFont());
    painter.setPen(theme().mutedText);
    painter.drawText(QPointF(0, metrics.ascent()), m_data.unit);
    for (double tick = 0; tick <= top + ticks.step / 2; tick += ticks.step) {
        const qreal y = area.bottom() - area.height() * tick / top;
        painter.setPen(QPen(tick == 0 ? theme().border : theme().grid, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(theme().mutedText);
        painter.drawText(QRectF(0, y - metrics.height() / 2, left - gap, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, ticks.text(tick));
    }
    const qreal room = area.width() / static_cast<qreal>(std::max<qsizetype>(m_values.size(), 1));
    for (qsizetype i = 0; i < m_values.size(); ++i)
        painter.drawText(
            QRectF(area.left() + room * static_cast<qreal>(i), area.bottom() + gapSmall, room, metrics.height()),
            Qt::AlignHCenter, QString::number(m_values[i]));
    painter.drawText(QRectF(area.left(), area.bottom() + metrics.height() + gap, area.width(), metrics.height()),
                     Qt::AlignHCenter, m_data.axis);
    for (qsizetype i = 0; i < m_data.series.size(); ++i)
        paintSeries(painter, area, top, i);
}

void ScalingPlot::paintSeries(QPainter& painter, const QRectF& area, double top, qsizetype place) const
{
    const ScalingSeries& series = m_data.series[place];
    const TargetLook look = m_looks(series.targetId, theme());
    const qreal room = area.width() / static_cast<qreal>(m_values.size());
    const qreal shift = std::clamp(room / 2 / static_cast<qreal>(m_data.series.size()), 0.0, spread) *
                        (static_cast<qreal>(place) - static_cast<qreal>(m_data.series.size() - 1) / 2);
    const auto yOf = [&](double value) { return area.bottom() - area.height() * value / top; };
    QPolygonF line;
    for (const auto& [x, value] : series.points)
        line << QPointF(area.left() + room * (static_cast<qreal>(m_values.indexOf(x)) + 0.5) + shift, yOf(value.mean));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(look.pen());
    painter.drawPolyline(line);
    for (qsizetype i = 0; i < line.size(); ++i) {
        const GridValue& value = series.points[i].second;
        if (value.ciLow && value.ciHigh) {
            painter.setPen(QPen(theme().text, 1.2));
            const qreal low = yOf(std::max(*value.ciLow, 0.0));
            const qreal high = yOf(*value.ciHigh);
            painter.drawLine(QPointF(line[i].x(), low), QPointF(line[i].x(), high));
            for (const qreal end : {low, high})
                painter.drawLine(QPointF(line[i].x() - 3, end), QPointF(line[i].x() + 3, end));
        }
        painter.setPen(QPen(theme().card, 1));
        painter.setBrush(look.color);
        drawMarker(painter, look.marker, line[i], 8);
        painter.setBrush(Qt::NoBrush);
    }
}

} // namespace bv
