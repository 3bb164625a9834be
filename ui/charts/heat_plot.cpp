#include "charts/heat_plot.h"

#include "base/figures.h"
#include "models/grid_numbers_model.h"
#include "style/metrics.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(HeatPlot)
};

/// Between the card and blue, by `share` of the highest figure.
QColor shadeOf(double share, const Theme& theme)
{
    const QColor full = theme.dark ? QColor(0x7c, 0xc4, 0xf5) : QColor(0x08, 0x45, 0x7e);
    const auto mix = [share](int from, int to) { return qRound(from + (to - from) * (0.06 + 0.94 * share)); };
    return {mix(theme.card.red(), full.red()), mix(theme.card.green(), full.green()),
            mix(theme.card.blue(), full.blue())};
}

/// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(const QColor& color)
{
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

} // namespace

HeatPlot::HeatPlot(HeatData data)
    : m_data(std::move(data))
{
}

QString HeatPlot::summary() const
{
    QStringList sentences;
    for (const HeatPanel& panel : m_data.panels) {
        QStringList fields;
        for (qsizetype row = 0; row < panel.cells.size(); ++row) {
            for (qsizetype column = 0; column < panel.cells[row].size(); ++column) {
                if (const auto& value = panel.cells[row][column])
                    fields << Text::tr("%1 and %2: %3")
                                  .arg(m_data.columns[column], m_data.rows[row], figureText(value->mean));
            }
        }
        sentences << Text::tr("%1, %2: %3.").arg(panel.name, m_data.unit, fields.join(u", "_s));
    }
    return sentences.join(u' ');
}

QString HeatPlot::note() const
{
    return m_data.lowerIsBetter ? Text::tr("Fields: mean of the repeats; the stronger the colour, the higher the "
                                           "figure; less is better")
                                : Text::tr("Fields: mean of the repeats; the stronger the colour, the higher the "
                                           "figure; more is better");
}

QAbstractTableModel* HeatPlot::makeNumbers(QObject* parent) const
{
    GridNumbersModel::Rows rows;
    for (const HeatPanel& panel : m_data.panels) {
        for (qsizetype row = 0; row < panel.cells.size(); ++row) {
            for (qsizetype column = 0; column < panel.cells[row].size(); ++column) {
                if (const auto& value = panel.cells[row][column])
                    rows << GridNumbersModel::Row{panel.name, u"%1, %2"_s.arg(m_data.columns[column], m_data.rows[row]),
                                                  *value};
            }
        }
    }
    return new GridNumbersModel(Text::tr("Size"), m_data.unit, rows, parent);
}

std::unique_ptr<Plot> HeatPlot::copy() const
{
    return std::make_unique<HeatPlot>(m_data);
}

double HeatPlot::highest() const
{
    double highest = 0;
    for (const HeatPanel& panel : m_data.panels) {
        for (const auto& row : panel.cells) {
            for (const auto& value : row)
                highest = std::max(highest, value ? value->mean : 0);
        }
    }
    return highest;
}

void HeatPlot::paintOver(QPainter& painter)
{
    if (m_data.panels.isEmpty())
        return;
    // As many panels beside each other as keep their fields about twice as wide as high.
    const auto count = static_cast<int>(m_data.panels.size());
    const int across = count <= 3 ? count : (count + 1) / 2;
    const int down = (count + across - 1) / across;
    const QSizeF size = chart()->size();
    const QSizeF room((size.width() - gapLarge * (across - 1)) / across,
                      (size.height() - gapLarge * (down - 1)) / down);
    const double top = highest();
    for (int i = 0; i < count; ++i)
        paintPanel(
            painter,
            QRectF(QPointF((room.width() + gapLarge) * (i % across), (room.height() + gapLarge) * (i / across)), room),
            m_data.panels[i], top);
}

void HeatPlot::paintPanel(QPainter& painter, const QRectF& room, const HeatPanel& panel, double top) const
{
    const QFontMetricsF metrics(captionFont());
    QFont strong = captionFont();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme().text);
    painter.drawText(QRectF(room.topLeft(), QSizeF(room.width(), metrics.height())), Qt::AlignLeft,
                     QFontMetricsF(strong).elidedText(panel.name, Qt::ElideRight, room.width()));
    painter.setFont(captionFont());
    qreal left = 0;
    for (const QString& row : m_data.rows)
        left = std::max(left, metrics.horizontalAdvance(row));
    const QRectF area = room.adjusted(left + gap, metrics.height() + gap, 0, -metrics.height() - gapSmall);
    const QSizeF field(area.width() / static_cast<qreal>(m_data.columns.size()),
                       area.height() / static_cast<qreal>(m_data.rows.size()));
    const auto rectOf = [&](qsizetype row, qsizetype column) {
        return QRectF(area.left() + field.width() * static_cast<qreal>(column),
                      area.bottom() - field.height() * static_cast<qreal>(row + 1), field.width(), field.height());
    };
    for (qsizetype row = 0; row < m_data.rows.size(); ++row) {
        painter.setPen(theme().mutedText);
        const QRectF first = rectOf(row, 0);
        painter.drawText(QRectF(room.left(), first.top(), left, field.height()), Qt::AlignRight | Qt::AlignVCenter,
                         m_data.rows[row]);
        for (qsizetype column = 0; column < m_data.columns.size(); ++column)
            paintField(painter, rectOf(row, column), panel.cells[row][column], top);
    }
    painter.setPen(theme().mutedText);
    for (qsizetype column = 0; column < m_data.columns.size(); ++column)
        painter.drawText(QRectF(rectOf(0, column).left(), area.bottom() + gapSmall, field.width(), metrics.height()),
                         Qt::AlignHCenter, m_data.columns[column]);
}

void HeatPlot::paintField(QPainter& painter, const QRectF& rect, const std::optional<GridValue>& value,
                          double top) const
{
    const QRectF inner = rect.adjusted(1, 1, -1, -1);
    if (!value) { // not measured: no colour, and not a low figure
        painter.setPen(QPen(theme().border, 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(inner);
        painter.setPen(theme().mutedText);
        painter.drawText(inner, Qt::AlignCenter, u"–"_s);
        return;
    }
    const QColor fill = shadeOf(top > 0 ? std::clamp(value->mean / top, 0.0, 1.0) : 0, theme());
    painter.fillRect(inner, fill);
    const double light = luminance(fill);
    painter.setPen((light + 0.05) * (light + 0.05) > 0.05 * 1.05 ? Qt::black : Qt::white); // what has more contrast
    painter.drawText(inner, Qt::AlignCenter, figureText(value->mean));
}

} // namespace bv
