#include "charts/legend.h"

#include "charts/chart_view.h"
#include "style/metrics.h"
#include "widgets/flow_layout.h"

#include <QPainter>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// With the type, so that they are seen from as far.
int sampleWidth(const QFontMetrics& metrics)
{
    return std::max(28, metrics.height() * 3 / 2);
}
int markerSize(const QFontMetrics& metrics)
{
    return std::max(8, metrics.height() * 2 / 5);
}

} // namespace

LegendButton::LegendButton(QWidget* parent)
    : QCheckBox(parent)
{
    setChecked(true);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void LegendButton::setEntry(const LegendEntry& entry)
{
    m_entry = entry;
    setText(QString(entry.name).replace(u'&', u"&&"_s));
    setAccessibleName(tr("%1 in the chart").arg(entry.name));
    setToolTip(entry.shown ? tr("Hide %1").arg(entry.name) : tr("Show %1").arg(entry.name));
    setChecked(entry.shown);
    updateGeometry();
    update();
}

QSize LegendButton::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {gapSmall + sampleWidth(metrics) + gapSmall + metrics.horizontalAdvance(m_entry.name) + gapSmall + 2,
            metrics.height() + gapSmall};
}

void LegendButton::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(Qt::NoPen));
        painter.setBrush(underMouse() ? theme.grid : QColor(Qt::transparent));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }
    const int sample = sampleWidth(fontMetrics());
    const int marker = markerSize(fontMetrics());
    const qreal middle = height() / 2.0;
    const QColor color = isChecked() ? m_entry.look.color : theme.border;
    QPen pen = m_entry.look.pen((m_entry.thin ? 1 : 1.8) * marker / 8);
    pen.setColor(color);
    painter.setPen(pen);
    painter.drawLine(QPointF(gapSmall, middle), QPointF(gapSmall + sample, middle));
    const bool hollow = m_entry.thin || !isChecked();
    painter.setPen(hollow ? QPen(color, 1) : QPen(Qt::NoPen));
    painter.setBrush(hollow ? theme.card : color);
    drawMarker(painter, m_entry.look.marker, {gapSmall + sample / 2.0, middle}, marker);
    QFont textFont = font();
    textFont.setStrikeOut(!isChecked());
    painter.setFont(textFont);
    painter.setPen(isChecked() ? theme.text : theme.mutedText);
    painter.drawText(rect().adjusted(2 * gapSmall + sample, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_entry.name);
}

Legend::Legend(ChartView& view, QWidget* parent)
    : QWidget(parent)
    , m_view(view)
{
    setObjectName(u"legend"_s);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    new FlowLayout(this);
    connect(&view, &ChartView::plotChanged, this, &Legend::refresh);
    refresh();
}

void Legend::refresh()
{
    const QList<LegendEntry> entries = m_view.plot().legend();
    while (m_buttons.size() > entries.size())
        delete m_buttons.takeLast();
    while (m_buttons.size() < entries.size()) {
        auto* button = new LegendButton(this);
        const qsizetype place = m_buttons.size();
        connect(button, &QCheckBox::clicked, this, [this, place](bool shown) {
            m_view.plot().setShown(place, shown);
            emit m_view.plotChanged();
        });
        layout()->addWidget(button);
        button->show();
        m_buttons << button;
    }
    for (qsizetype i = 0; i < entries.size(); ++i) {
        m_buttons[i]->setObjectName(u"legend-"_s + entries[i].targetId + (entries[i].thin ? u"-2"_s : QString()));
        m_buttons[i]->setEntry(entries[i]);
    }
}

} // namespace bv
