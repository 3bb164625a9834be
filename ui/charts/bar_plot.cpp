#include "charts/bar_plot.h"

#include "base/figures.h"
#include "charts/ticks.h"
#include "models/chart_numbers_model.h"
#include "style/metrics.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSeries>
#include <QtCharts/QBarSet>
#include <QtCharts/QValueAxis>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(BarPlot)
};

constexpr double groupWidth = 0.8; // of the room of a group
constexpr double widestBar = 64;   // pixels
constexpr double markerSize = 6;
constexpr int fillAlpha = 70;
// Places in a bar, as parts of its width: the runs at the left, so that the whisker hides none of them.
constexpr double dotsAt = 0.36;
constexpr double whiskerAt = 0.76;

} // namespace

BarPlot::BarPlot(LookSource looks)
    : m_looks(std::move(looks))
    , m_x(new QBarCategoryAxis)
    , m_y(new QValueAxis)
    , m_series(new QBarSeries)
{
    chart()->addAxis(m_x, Qt::AlignBottom);
    chart()->addAxis(m_y, Qt::AlignLeft);
    chart()->addSeries(m_series);
    m_series->attachAxis(m_x);
    m_series->attachAxis(m_y);
    m_x->setGridLineVisible(false);
    m_x->setLabelsVisible(false); // they would be cut where they are long; paintLabels() wraps them
    applyTheme();
}

BarPlot::~BarPlot() = default;

void BarPlot::setData(const BarData& data)
{
    m_data = data;
    m_group = m_place = -1;
    makeBars();
    update();
}

QList<qsizetype> BarPlot::shownTargets() const
{
    QList<qsizetype> shown;
    if (m_data.groups.isEmpty())
        return shown;
    const QList<Bar>& bars = m_data.groups.first().bars;
    for (qsizetype i = 0; i < bars.size(); ++i) {
        if (!m_hidden.contains(bars[i].targetId))
            shown << i;
    }
    return shown;
}

void BarPlot::makeBars()
{
    m_series->clear();
    m_x->clear();
    const QList<qsizetype> shown = shownTargets();
    for (const qsizetype target : shown) {
        const Bar& first = m_data.groups.first().bars.at(target);
        auto* bars = new QBarSet(first.name);
        for (const BarGroup& group : std::as_const(m_data.groups))
            bars->append(group.bars.at(target).values.isEmpty() ? 0 : group.bars.at(target).mean);
        m_series->append(bars);
    }
    for (qsizetype i = 0; i < m_data.groups.size(); ++i)
        m_x->append(QString::number(i)); // must differ, which labels need not
    applyTheme();
}

void BarPlot::applyTheme()
{
    styleAxis(m_y, true);
    m_x->setLinePen(QPen(theme().border, 1));
    const QList<QBarSet*> sets = m_series->barSets();
    const QList<qsizetype> shown = shownTargets();
    for (qsizetype i = 0; i < sets.size(); ++i) {
        const TargetLook look = m_looks(m_data.groups.first().bars.at(shown[i]).targetId, theme());
        QColor fill = look.color;
        fill.setAlpha(fillAlpha);
        sets[i]->setBrush(fill);
        sets[i]->setPen(look.pen(1.4 * strokes()));
    }
}

qreal BarPlot::labelHeight(qreal width) const
{
    const QFontMetricsF metrics(captionFont());
    qreal height = metrics.height();
    for (const BarGroup& group : m_data.groups)
        height = std::max(height, metrics
                                      .boundingRect(QRectF(0, 0, std::max(width, 20.0), 1000),
                                                    Qt::AlignHCenter | Qt::TextWordWrap, group.label)
                                      .height());
    return height;
}

void BarPlot::update()
{
    const QSizeF size = chart()->size();
    const QFontMetricsF metrics(captionFont());
    const qreal top = metrics.height() + gap + gapSmall;
    const auto groups = static_cast<double>(std::max<qsizetype>(1, m_data.groups.size()));
    const double highest = m_data.highest();
    qreal bottom = metrics.height() + gap;
    Ticks ticks;
    qreal left = 0;
    // Twice, for the height depends on the labels and those on the width.
    for (int pass = 0; pass < 2; ++pass) {
        const int most = std::clamp(static_cast<int>((size.height() - top - bottom) / (metrics.height() * 2.2)), 2, 8);
        ticks = ticksFor(highest > 0 ? highest * 1.12 : 1, most);
        m_top = std::max(roundedUp(highest * 1.1, ticks), ticks.step); // room for the figure above the bar
        left = metrics.horizontalAdvance(ticks.text(m_top)) + gapLarge + gap;
        bottom = labelHeight((size.width() - left - gapLarge) / groups - gap) + gap + gapSmall;
    }
    const QRectF area(left, top, std::max(size.width() - left - gapLarge, 10.0),
                      std::max(size.height() - top - bottom, 10.0));
    if (chart()->plotArea() != area)
        chart()->setPlotArea(area);
    m_y->setLabelFormat(u"%."_s + QString::number(ticks.decimals) + u"f"_s);
    m_y->setTickAnchor(0);
    if (ticks.step > m_y->tickInterval())
        m_y->setTickInterval(ticks.step);
    m_y->setRange(0, m_top);
    m_y->setTickInterval(ticks.step);
    const double room = area.width() / groups * groupWidth;
    const auto bars = static_cast<double>(std::max<qsizetype>(1, m_series->count()));
    m_series->setBarWidth(groupWidth * std::min(1.0, bars * widestBar * strokes() / std::max(1.0, room)));
    repaintOver();
}

QList<LegendEntry> BarPlot::legend() const
{
    QList<LegendEntry> entries;
    if (m_data.groups.isEmpty())
        return entries;
    const QList<Bar>& bars = m_data.groups.first().bars;
    for (qsizetype i = 0; i < bars.size(); ++i)
        entries << LegendEntry{bars[i].targetId, bars[i].name, m_looks(bars[i].targetId, theme()), false,
                               !m_hidden.contains(bars[i].targetId)};
    return entries;
}

void BarPlot::setShown(qsizetype entry, bool shown)
{
    if (m_data.groups.isEmpty() || entry < 0 || entry >= m_data.groups.first().bars.size())
        return;
    const QString& id = m_data.groups.first().bars[entry].targetId;
    if (shown)
        m_hidden.remove(id);
    else
        m_hidden.insert(id);
    m_group = m_place = -1;
    makeBars();
    update();
}

void BarPlot::showAll()
{
    if (m_hidden.isEmpty())
        return;
    m_hidden.clear();
    m_group = m_place = -1;
    makeBars();
    update();
}

QAbstractTableModel* BarPlot::makeNumbers(QObject* parent) const
{
    return new BarNumbersModel(m_data, parent);
}

std::unique_ptr<Plot> BarPlot::copy() const
{
    auto plot = std::make_unique<BarPlot>(m_looks);
    plot->setData(m_data);
    plot->m_hidden = m_hidden;
    plot->makeBars();
    return plot;
}

QString BarPlot::summary() const
{
    QStringList sentences;
    for (const BarGroup& group : m_data.groups) {
        QStringList figures;
        for (const Bar& bar : group.bars) {
            if (!bar.values.isEmpty())
                figures << Text::tr("%1 %2 %3").arg(bar.name, figureText(bar.mean), m_data.unit);
        }
        sentences << Text::tr("%1: %2.").arg(group.label, figures.join(u", "_s));
    }
    return sentences.isEmpty() ? Text::tr("No results yet.") : sentences.join(u' ');
}

QString BarPlot::note() const
{
    qsizetype least = 0;
    qsizetype most = 0;
    bool whiskers = false;
    const QList<qsizetype> shown = shownTargets();
    for (const BarGroup& group : m_data.groups) {
        for (const qsizetype target : shown) {
            const Bar& bar = group.bars.at(target);
            if (bar.values.isEmpty())
                continue;
            least = least == 0 ? bar.values.size() : std::min(least, bar.values.size());
            most = std::max(most, bar.values.size());
            whiskers = whiskers || bar.ciLow;
        }
    }
    if (most == 0)
        return {};
    const QString count = least == most ? QString::number(most) : u"%1–%2"_s.arg(least).arg(most);
    const QString bars =
        m_data.hasParts() ? Text::tr("Bars: mean, in the phases of a start from below") : Text::tr("Bars: mean");
    return whiskers ? Text::tr("%1; whiskers: 95 % CI; dots: runs; n = %2").arg(bars, count)
                    : Text::tr("%1; dots: runs; n = %2").arg(bars, count);
}

QRectF BarPlot::barRect(qsizetype group, qsizetype shownPlace, double value) const
{
    const QRectF area = plotArea();
    const double room = area.width() / static_cast<double>(std::max<qsizetype>(1, m_data.groups.size()));
    const double all = room * m_series->barWidth();
    const double width = all / static_cast<double>(std::max<qsizetype>(1, m_series->count()));
    const double left =
        area.left() + room * (static_cast<double>(group) + 0.5) - all / 2 + width * static_cast<double>(shownPlace);
    const double height = value / m_top * area.height();
    return {left, area.bottom() - height, width, height};
}

bool BarPlot::pointAt(const QPointF& position)
{
    const auto group = m_group;
    const auto place = m_place;
    m_group = m_place = -1;
    const QList<qsizetype> shown = shownTargets();
    for (qsizetype g = 0; g < m_data.groups.size() && m_group < 0; ++g) {
        for (qsizetype p = 0; p < shown.size(); ++p) {
            const QRectF column = barRect(g, p, m_top);
            if (column.contains(position) && !m_data.groups[g].bars[shown[p]].values.isEmpty()) {
                m_group = g;
                m_place = p;
            }
        }
    }
    if (group != m_group || place != m_place)
        repaintOver();
    return m_group >= 0;
}

void BarPlot::stepPoint(int steps)
{
    const QList<qsizetype> shown = shownTargets();
    const qsizetype count = m_data.groups.size() * shown.size();
    qsizetype at = m_group < 0 ? (steps > 0 ? -1 : count) : m_group * shown.size() + m_place;
    for (at += steps; at >= 0 && at<count; at += steps> 0 ? 1 : -1) {
        if (m_data.groups[at / shown.size()].bars[shown[at % shown.size()]].values.isEmpty())
            continue;
        m_group = at / shown.size();
        m_place = at % shown.size();
        repaintOver();
        return;
    }
}

void BarPlot::clearPoint()
{
    if (m_group >= 0) {
        m_group = m_place = -1;
        repaintOver();
    }
}

QString BarPlot::pointText() const
{
    return pointLines().join(u", "_s);
}

QStringList BarPlot::pointLines() const
{
    if (m_group < 0)
        return {};
    const Bar& bar = m_data.groups[m_group].bars[shownTargets().value(m_place)];
    QStringList lines{Text::tr("%1: %2 %3").arg(bar.name, figureText(bar.mean), m_data.unit)};
    if (bar.ciLow && bar.ciHigh)
        lines << Text::tr("95 % CI %1–%2, n = %3")
                     .arg(figureText(*bar.ciLow), figureText(*bar.ciHigh))
                     .arg(bar.values.size());
    else
        lines << Text::tr("one run");
    for (const BarPart& part : bar.parts)
        lines << Text::tr("%1: %2 %3").arg(part.name, figureText(part.mean), m_data.unit);
    lines << m_data.groups[m_group].label;
    return lines;
}

void BarPlot::paintOver(QPainter& painter)
{
    painter.setFont(captionFont());
    painter.setPen(theme().mutedText);
    const QFontMetricsF metrics(captionFont());
    painter.drawText(QPointF(gap, metrics.ascent() + gapSmall), unit());
    paintLabels(painter);
    const QList<qsizetype> shown = shownTargets();
    for (qsizetype g = 0; g < m_data.groups.size(); ++g) {
        for (qsizetype p = 0; p < shown.size(); ++p) {
            const Bar& bar = m_data.groups[g].bars[shown[p]];
            if (!bar.values.isEmpty())
                paintBar(painter, g, p, bar);
        }
    }
    if (m_group >= 0) {
        const Bar& bar = m_data.groups[m_group].bars[shown.value(m_place)];
        const QRectF rect = barRect(m_group, m_place, bar.mean);
        painter.setPen(QPen(theme().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect);
        paintReadOut(painter, {rect.center().x(), rect.top()}, pointLines());
    }
}

void BarPlot::paintBar(QPainter& painter, qsizetype group, qsizetype shownPlace, const Bar& bar) const
{
    const TargetLook look = m_looks(bar.targetId, theme());
    const QRectF rect = barRect(group, shownPlace, bar.mean);
    const auto yOf = [this](double value) { return plotArea().bottom() - value / m_top * plotArea().height(); };
    painter.setRenderHint(QPainter::Antialiasing);
    paintParts(painter, rect, bar);
    // The runs side by side, so that equal ones are told apart.
    const auto count = static_cast<double>(bar.values.size());
    const double dot = markerSize * strokes();
    const double spread = std::min(rect.width() * 0.4, count * dot);
    painter.setPen(QPen(theme().card, 1));
    painter.setBrush(look.color);
    for (qsizetype i = 0; i < bar.values.size(); ++i) {
        const double x = rect.left() + rect.width() * dotsAt +
                         (count > 1 ? (static_cast<double>(i) / (count - 1) - 0.5) * spread : 0);
        drawMarker(painter, look.marker, {x, yOf(bar.values[i])}, dot);
    }
    qreal top = rect.top();
    for (const double value : bar.values)
        top = std::min(top, yOf(value) - dot / 2);
    if (bar.ciLow && bar.ciHigh) {
        const double x = rect.left() + rect.width() * whiskerAt;
        const double half = std::min(rect.width() * 0.12, 6.0 * strokes());
        const double low = yOf(std::max(0.0, *bar.ciLow));
        const double high = yOf(*bar.ciHigh);
        painter.setPen(QPen(theme().text, 1.4 * strokes()));
        painter.drawLine(QPointF(x, low), QPointF(x, high));
        painter.drawLine(QPointF(x - half, low), QPointF(x + half, low));
        painter.drawLine(QPointF(x - half, high), QPointF(x + half, high));
        top = std::min(top, high);
    }
    // The figure, where it has room; the read-out tells it anyway.
    const QFontMetricsF metrics(captionFont());
    const QString figure = figureText(bar.mean);
    const qreal width = metrics.horizontalAdvance(figure);
    if (width + gapSmall <= rect.width()) { // beside the next one's
        painter.setPen(theme().text);
        painter.drawText(QPointF(rect.center().x() - width / 2, top - gapSmall), figure);
    }
}

void BarPlot::paintParts(QPainter& painter, const QRectF& rect, const Bar& bar) const
{
    const QFontMetricsF metrics(captionFont());
    const TargetLook look = m_looks(bar.targetId, theme());
    qreal bottom = rect.bottom();
    for (qsizetype i = 0; i < bar.parts.size(); ++i) {
        const BarPart& part = bar.parts[i];
        const qreal height = part.mean / m_top * plotArea().height();
        const QRectF piece(rect.left(), bottom - height, rect.width(), height);
        QColor fill = look.color;
        fill.setAlpha(i % 2 == 0 ? 0 : fillAlpha);
        painter.fillRect(piece, fill);
        painter.setPen(QPen(look.color, 1));
        if (i + 1 < bar.parts.size())
            painter.drawLine(piece.topLeft(), piece.topRight());
        const qreal room = rect.width() * 0.9;
        if (metrics.height() <= height && metrics.horizontalAdvance(part.name) <= room) {
            painter.setPen(theme().mutedText);
            painter.drawText(piece, Qt::AlignCenter, part.name);
        }
        bottom -= height;
    }
}

void BarPlot::paintLabels(QPainter& painter) const
{
    const QRectF area = plotArea();
    const double room = area.width() / static_cast<double>(std::max<qsizetype>(1, m_data.groups.size()));
    for (qsizetype g = 0; g < m_data.groups.size(); ++g) {
        const QRectF rect(area.left() + room * static_cast<double>(g) + gapSmall, area.bottom() + gapSmall, room - gap,
                          chart()->size().height() - area.bottom());
        painter.drawText(rect, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_data.groups[g].label);
    }
}

} // namespace bv
