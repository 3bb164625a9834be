#include "charts/time_plot.h"

#include "charts/ticks.h"
#include "models/chart_numbers_model.h"
#include "models/text.h"
#include "style/metrics.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(TimePlot)
};

constexpr double shortestView = 0.5;  // seconds
constexpr double joinBelowPixels = 2; // a narrower gap is not seen, and costs a line of its own
constexpr double nearEnough = 40;     // pixels from the pointer to the point it is about

/// The unit of the time axis, by the length of what is shown.
double timeUnitFor(double span)
{
    constexpr double minute = 60;
    constexpr double hour = 3600;
    if (span > 3 * hour)
        return hour;
    return span > 20 * minute ? minute : 1;
}

} // namespace

TimePlot::TimePlot(LookSource looks)
    : m_looks(std::move(looks))
    , m_x(new QValueAxis)
    , m_y(new QValueAxis)
{
    chart()->addAxis(m_x, Qt::AlignBottom);
    chart()->addAxis(m_y, Qt::AlignLeft);
    applyTheme();
}

TimePlot::~TimePlot() = default;

void TimePlot::setData(const ChartData& data)
{
    const bool sameLines = data.series.size() == m_data.series.size() && data.kind == m_data.kind;
    m_data = data;
    m_point = {};
    if (!sameLines) {
        for (const Line& line : m_lines) {
            for (QLineSeries* piece : line.pieces) {
                chart()->removeSeries(piece);
                delete piece;
            }
        }
        m_lines.clear();
        m_lines.resize(m_data.series.size());
        m_hidden.assign(m_data.series.size(), false);
        m_zoomed.reset();
    }
    update();
}

TimePlot::View TimePlot::view() const
{
    if (m_zoomed)
        return *m_zoomed;
    return {0, std::max(m_data.length(), m_data.slotLength())};
}

void TimePlot::setView(View view)
{
    const double length = std::max(m_data.length(), m_data.slotLength());
    const double span = std::max(view.span(), std::min(shortestView, length));
    if (!(span < length) || !std::isfinite(view.from)) {
        showAll();
        return;
    }
    const double from = std::clamp(view.from, 0.0, length - span);
    m_zoomed = View{from, from + span};
    update();
}

void TimePlot::showAll()
{
    m_zoomed.reset();
    update();
}

void TimePlot::zoom(double factor, double position)
{
    const double at = std::clamp(toSeconds(position), view().from, view().to);
    const double share = (at - view().from) / view().span();
    const double span = std::max(view().span() * factor, shortestView);
    setView({at - share * span, at + (1 - share) * span});
}

void TimePlot::pan(double pixels)
{
    if (!m_zoomed)
        return;
    const double seconds = pixels * view().span() / std::max(1.0, plotArea().width());
    setView({m_zoomed->from + seconds, m_zoomed->to + seconds});
}

void TimePlot::update()
{
    layOut();
    drawLines();
    repaintOver();
}

/// Axes and the place of the plot. Done here and not by the chart's own layout, so that the plot does not jump about as
/// labels grow, and so that an export needs no event loop.
void TimePlot::layOut()
{
    const QSizeF size = chart()->size();
    const QFontMetricsF metrics(captionFont());
    const qreal line = metrics.height();
    const qreal top = line + gap + gapSmall;
    const qreal bottom = 2 * line + gap + gapSmall;
    const qreal height = std::max(size.height() - top - bottom, 10.0);

    const View shown = view();
    const auto range = m_data.range(shown.from, shown.to, m_hidden);
    double highest = range ? range->second : 0;
    if (m_data.kind == ChartKind::DiskUse || m_data.kind == ChartKind::CpuUse)
        highest = std::max(highest, 100.0);
    const bool isShare = m_data.kind == ChartKind::DiskUse; // of the time: there is no more than all of it
    const int most = std::clamp(static_cast<int>(height / (line * 2.2)), 2, 8);
    const Ticks ticks = ticksFor(highest > 0 ? highest * 1.04 : 1, most);
    m_top = isShare ? highest : std::max(roundedUp(highest * 1.02, ticks), ticks.step);
    m_yFormat = u"%."_s + QString::number(ticks.decimals) + u"f"_s;
    const qreal left = metrics.horizontalAdvance(ticks.text(m_top)) + gapLarge + gap;
    const QRectF area(left, top, std::max(size.width() - left - gapLarge - gap, 10.0), height);
    if (chart()->plotArea() != area)
        chart()->setPlotArea(area);

    m_timeUnit = timeUnitFor(shown.span());
    const double span = shown.span() / m_timeUnit;
    const double labelWidth = metrics.horizontalAdvance(u"00000.0"_s) + gapLarge;
    const Ticks xTicks = ticksFor(span, std::max(2, static_cast<int>(area.width() / labelWidth)));
    m_x->setLabelFormat(u"%."_s + QString::number(xTicks.decimals) + u"f"_s);
    m_x->setTickAnchor(0);
    // The interval is changed at a moment when the old and the new range have few ticks of it.
    const auto setAxis = [](QValueAxis* axis, double from, double to, double step) {
        if (step > axis->tickInterval())
            axis->setTickInterval(step);
        if (axis->min() != from || axis->max() != to)
            axis->setRange(from, to);
        if (axis->tickInterval() != step)
            axis->setTickInterval(step);
    };
    setAxis(m_x, shown.from / m_timeUnit, shown.to / m_timeUnit, xTicks.step);
    m_y->setLabelFormat(m_yFormat);
    m_y->setTickAnchor(0);
    setAxis(m_y, 0, m_top, ticks.step);
    for (QValueAxis* axis : {m_x, m_y}) {
        if (axis->labelsVisible() == isEmpty()) // figures without data would look like data
            axis->setLabelsVisible(!isEmpty());
    }
}

void TimePlot::drawLines()
{
    const View shown = view();
    const double width = std::max(1.0, plotArea().width());
    const auto shownLines = std::max<qsizetype>(1, static_cast<qsizetype>(m_lines.size()) -
                                                       std::count(m_hidden.cbegin(), m_hidden.cend(), true));
    DecimationView decimation;
    decimation.from = shown.from;
    decimation.to = shown.to;
    decimation.buckets =
        std::clamp(static_cast<int>(width / 2), 20, std::max(40, pointBudget / (2 * static_cast<int>(shownLines))));
    decimation.joinBelow = joinBelowPixels * shown.span() / width;
    m_drawnPoints = 0;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        Line& line = m_lines[i];
        line.points = isShown(i) ? decimated(m_data.series[i], decimation) : QList<QList<QPointF>>();
        while (line.pieces.size() < static_cast<std::size_t>(line.points.size())) {
            auto* piece = new QLineSeries;
            line.pieces.push_back(piece);
            chart()->addSeries(piece);
            piece->attachAxis(m_x);
            piece->attachAxis(m_y);
            styleLine(i);
        }
        for (std::size_t p = 0; p < line.pieces.size(); ++p) {
            QList<QPointF> points = line.points.value(static_cast<qsizetype>(p));
            m_drawnPoints += static_cast<int>(points.size());
            for (QPointF& point : points)
                point.rx() /= m_timeUnit;
            QLineSeries* piece = line.pieces[p];
            if (piece->points() != points)
                piece->replace(points);
        }
    }
}

void TimePlot::styleLine(std::size_t line)
{
    const ChartSeries& series = m_data.series[line];
    const QPen pen = m_looks(series.targetId, theme()).pen((series.part == SeriesPart::System ? 1 : 1.8) * strokes());
    for (QLineSeries* piece : m_lines[line].pieces) {
        if (piece->pen() != pen)
            piece->setPen(pen);
    }
}

void TimePlot::applyTheme()
{
    styleAxis(m_x, false);
    styleAxis(m_y, true);
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        styleLine(i);
}

/// CPU whose parts are not known has a line of its own, which is there only where it is needed.
bool TimePlot::isListed(const ChartSeries& series) const
{
    if (m_data.kind != ChartKind::CpuUse)
        return true;
    if (series.part == SeriesPart::Whole)
        return series.pointCount > 0;
    return series.pointCount > 0 || m_data.isEmpty();
}

QList<LegendEntry> TimePlot::legend() const
{
    QList<LegendEntry> entries;
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        const ChartSeries& series = m_data.series[i];
        if (isListed(series))
            entries << LegendEntry{series.targetId, series.name, m_looks(series.targetId, theme()),
                                   series.part == SeriesPart::System, isShown(i)};
    }
    return entries;
}

void TimePlot::setShown(qsizetype entry, bool shown)
{
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        if (!isListed(m_data.series[i]) || entry-- != 0)
            continue;
        m_hidden[i] = !shown;
        m_point = {};
        update();
        return;
    }
}

QAbstractTableModel* TimePlot::makeNumbers(QObject* parent) const
{
    return new ChartNumbersModel(m_data, parent);
}

std::unique_ptr<Plot> TimePlot::copy() const
{
    auto plot = std::make_unique<TimePlot>(m_looks);
    plot->setData(m_data);
    plot->m_hidden = m_hidden;
    plot->m_zoomed = m_zoomed;
    return plot;
}

QString TimePlot::summary() const
{
    if (isEmpty())
        return Text::tr("No values yet.");
    QStringList sentences;
    for (const ChartSeries& series : m_data.series) {
        if (series.pointCount == 0)
            continue;
        // No mean: it would be one of unlike tests.
        double lowest = std::numeric_limits<double>::infinity();
        double highest = -lowest;
        for (const ChartSegment& segment : series.segments) {
            const SampleColumn::Extremes found = segment.column.extremes(0, segment.column.size());
            lowest = std::min(lowest, segment.column.valueAt(found.lowest));
            highest = std::max(highest, segment.column.valueAt(found.highest));
        }
        const SampleColumn& last = series.segments.back().column;
        sentences << Text::tr("%1: from %2 to %3, last %4 %5 (n = %6).")
                         .arg(series.name, readingText(lowest), readingText(highest),
                              readingText(last.valueAt(last.size() - 1)), unit())
                         .arg(series.pointCount);
    }
    return sentences.join(u' ');
}

QPointF TimePlot::toPixels(double x, double y) const
{
    const QRectF area = plotArea();
    const View shown = view();
    return {area.left() + (x - shown.from) / shown.span() * area.width(), area.bottom() - y / m_top * area.height()};
}

double TimePlot::toSeconds(double pixel) const
{
    const QRectF area = plotArea();
    return view().from + (pixel - area.left()) / std::max(1.0, area.width()) * view().span();
}

bool TimePlot::pointAt(const QPointF& position)
{
    ChartData::Point best;
    double distance = nearEnough;
    if (plotArea().adjusted(-gap, -gap, gap, gap).contains(position)) {
        for (std::size_t i = 0; i < m_data.series.size(); ++i) {
            if (!isShown(i))
                continue;
            const ChartData::Point point = m_data.nearest(static_cast<qsizetype>(i), toSeconds(position.x()));
            if (!point.isValid())
                continue;
            const QPointF away = toPixels(point.x, point.value) - position;
            const double apart = std::hypot(away.x(), away.y());
            if (apart < distance) {
                distance = apart;
                best = point;
            }
        }
    }
    const bool changed =
        best.series != m_point.series || best.segment != m_point.segment || best.index != m_point.index;
    m_point = best;
    if (changed)
        repaintOver();
    return m_point.isValid();
}

void TimePlot::stepPoint(int steps)
{
    if (!m_point.isValid()) {
        for (std::size_t i = 0; i < m_data.series.size() && !m_point.isValid(); ++i) {
            if (isShown(i))
                m_point = m_data.nearest(static_cast<qsizetype>(i), view().to);
        }
    } else {
        const auto& segments = m_data.series[static_cast<std::size_t>(m_point.series)].segments;
        const auto columnOf = [&segments](qsizetype place) -> const SampleColumn& {
            return segments[static_cast<std::size_t>(place)].column;
        };
        qsizetype segment = m_point.segment;
        qsizetype index = m_point.index + steps;
        while (index < 0 && segment > 0)
            index += columnOf(--segment).size();
        while (index >= columnOf(segment).size() && segment + 1 < static_cast<qsizetype>(segments.size()))
            index -= columnOf(segment++).size();
        index = std::clamp<qsizetype>(index, 0, std::max<qsizetype>(0, columnOf(segment).size() - 1));
        const ChartSegment& at = segments[static_cast<std::size_t>(segment)];
        if (!at.column.isEmpty())
            m_point = {m_point.series,
                       segment,
                       index,
                       at.offset + at.column.secondsAt(index),
                       at.column.secondsAt(index),
                       at.column.valueAt(index)};
    }
    if (m_point.isValid() && m_zoomed && (m_point.x < m_zoomed->from || m_point.x > m_zoomed->to)) {
        const double half = m_zoomed->span() / 2;
        const ChartData::Point point = m_point;
        setView({point.x - half, point.x + half});
    }
    repaintOver();
}

void TimePlot::clearPoint()
{
    if (m_point.isValid()) {
        m_point = {};
        repaintOver();
    }
}

QString TimePlot::pointText() const
{
    return pointLines().join(u", "_s);
}

QStringList TimePlot::pointLines() const
{
    if (!m_point.isValid())
        return {};
    const ChartSeries& series = m_data.series[static_cast<std::size_t>(m_point.series)];
    const ChartSegment& segment = series.segments[static_cast<std::size_t>(m_point.segment)];
    const ChartSlot& slot = m_data.slotList[static_cast<std::size_t>(segment.slot)];
    return {Text::tr("%1: %2 %3").arg(series.name, readingText(m_point.value), unit()),
            Text::tr("%1, repeat %2, at %3 s")
                .arg(slot.label)
                .arg(slot.repeat)
                .arg(QString::number(m_point.seconds, 'f', 1))};
}

} // namespace bv
