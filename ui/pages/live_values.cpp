#include "pages/live_values.h"

#include "base/figures.h"
#include "charts/legend.h"
#include "charts/time_chart.h"
#include "models/chart_set.h"
#include "models/session_model.h"
#include "models/text.h"
#include "style/metrics.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

int groupOf(const ChartData& chart, const ChartSegment& segment)
{
    return chart.slotList[static_cast<std::size_t>(segment.slot)].group;
}

/// The latest value of a series, where it is of the group's runs.
std::optional<double> latestOf(const ChartData& chart, const ChartSeries& series, int group)
{
    if (series.segments.empty() || series.segments.back().column.isEmpty() ||
        groupOf(chart, series.segments.back()) != group)
        return std::nullopt;
    const SampleColumn& column = series.segments.back().column;
    return column.valueAt(column.size() - 1);
}

/// Mean of all values of a series in the group's runs.
std::optional<double> meanOf(const ChartData& chart, const ChartSeries& series, int group)
{
    double sum = 0;
    qsizetype count = 0;
    for (const ChartSegment& segment : series.segments) {
        if (groupOf(chart, segment) != group)
            continue;
        sum += segment.column.sum();
        count += segment.column.size();
    }
    return count > 0 ? std::optional<double>(sum / static_cast<double>(count)) : std::nullopt;
}

QLabel* figureLabel(QWidget* parent)
{
    auto* label = new QLabel(u"–"_s, parent);
    label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setMinimumWidth(label->fontMetrics().horizontalAdvance(u"00000.0"_s)); // the column does not jump about
    return label;
}

constexpr int firstLine = 2; // of the grid, below the titles

bool isTest(ChartKind kind)
{
    return kind != ChartKind::CpuUse && kind != ChartKind::DiskUse;
}

} // namespace

LiveValues::LiveValues(const ChartSet& charts, TimeChart& chart, QWidget* parent)
    : QScrollArea(parent)
    , m_charts(charts)
    , m_chart(chart)
    , m_content(new QWidget(this))
    , m_grid(new QGridLayout(m_content))
    , m_group(new QLabel(m_content))
    , m_title(new QLabel(m_content))
    , m_nowTitle(new QLabel(tr("now"), m_content))
    , m_meanTitle(new QLabel(tr("mean"), m_content))
    , m_sentence(new QLabel(m_content))
{
    setObjectName(u"liveValues"_s);
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded); // for a name that is wider than its room
    setFocusPolicy(Qt::NoFocus);
    viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);
    setWidget(m_content);
    m_content->setAutoFillBackground(false); // setWidget() sets it
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Ignored);
    m_grid->setContentsMargins(0, 0, gapSmall, 0);
    m_grid->setHorizontalSpacing(gap);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(0, 1);
    m_group->setObjectName(u"liveGroup"_s);
    m_group->setAccessibleName(tr("What the values are of"));
    m_group->setWordWrap(true);
    m_grid->addWidget(m_group, 0, 0, 1, 3);
    m_grid->addWidget(m_title, 1, 0);
    m_grid->addWidget(m_nowTitle, 1, 1, Qt::AlignRight);
    m_grid->addWidget(m_meanTitle, 1, 2, Qt::AlignRight);
    for (QLabel* title : {m_title, m_nowTitle, m_meanTitle})
        title->setFont(fontAt(TextStep::Caption, font()));
    m_sentence->setObjectName(u"liveSentence"_s);
    m_sentence->setAccessibleName(tr("Comparison"));
    m_sentence->setWordWrap(true);
    m_sentence->setContentsMargins(0, gapSmall, 0, 0);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    connect(&chart, &ChartView::plotChanged, this, &LiveValues::refresh);
    connect(&charts.session(), &SessionModel::liveChanged, this, &LiveValues::refresh);
    recolour();
    refresh();
}

QSize LiveValues::sizeHint() const
{
    return {m_grid->minimumSize().width() + verticalScrollBar()->sizeHint().width(), 100};
}

QSize LiveValues::minimumSizeHint() const
{
    return {sizeHint().width(), 40};
}

QString LiveValues::sentence() const
{
    return m_sentence->text().remove(u'\u2060').replace(u'\u00a0', u' ');
}

void LiveValues::refresh()
{
    refreshRows();
    refreshSentences();
    m_grid->invalidate();
    updateGeometry();
}

void LiveValues::setRowCount(qsizetype count)
{
    while (m_rows.size() > count) {
        const Row row = m_rows.takeLast();
        delete row.button;
        delete row.now;
        delete row.mean;
    }
    while (m_rows.size() < count) {
        const auto place = m_rows.size();
        const Row row{new LegendButton(m_content), figureLabel(m_content), figureLabel(m_content)};
        connect(row.button, &QCheckBox::clicked, this, [this, place](bool shown) {
            m_chart.plot().setShown(place, shown);
            emit m_chart.plotChanged();
        });
        for (QWidget* widget :
             {static_cast<QWidget*>(row.button), static_cast<QWidget*>(row.now), static_cast<QWidget*>(row.mean)})
            widget->show(); // a layout does not reckon with what is not shown yet
        m_rows << row;
    }
}

void LiveValues::placeRows()
{
    int line = firstLine;
    for (const Row& row : std::as_const(m_rows)) {
        for (QWidget* widget :
             {static_cast<QWidget*>(row.button), static_cast<QWidget*>(row.now), static_cast<QWidget*>(row.mean)})
            m_grid->removeWidget(widget);
        m_grid->addWidget(row.button, line, 0, 1, m_stacked ? 3 : 1, Qt::AlignLeft);
        line += m_stacked ? 1 : 0;
        m_grid->addWidget(row.now, line, 1);
        m_grid->addWidget(row.mean, line, 2);
        ++line;
    }
    m_grid->removeWidget(m_sentence);
    m_grid->addWidget(m_sentence, line, 0, 1, 3);
    for (int i = 0; i < m_grid->rowCount(); ++i)
        m_grid->setRowStretch(i, 0);
    m_grid->setRowStretch(line + 1, 1);
}

int LiveValues::widthSideBySide() const
{
    int name = m_title->sizeHint().width();
    int figures = 0;
    for (const Row& row : m_rows) {
        name = std::max(name, row.button->sizeHint().width());
        int both = row.mean->sizeHint().width() + gap;
        if (!row.now->isHidden())
            both += row.now->sizeHint().width() + gap;
        figures = std::max(figures, both);
    }
    return name + figures + gapSmall + verticalScrollBar()->sizeHint().width();
}

void LiveValues::setStacked(bool stacked)
{
    if (std::exchange(m_stacked, stacked) == stacked)
        return;
    placeRows();
    updateGeometry();
}

void LiveValues::refreshRows()
{
    const TimePlot& plot = m_chart.timePlot();
    const ChartKind kind = plot.data().kind;
    const QList<LegendEntry> entries = plot.legend();
    const int group = m_charts.currentGroup(kind);
    m_title->setText(plot.unit());
    m_group->setText(group >= 0 ? m_charts.groups().group(group).label : QString());
    m_group->setVisible(group >= 0);
    const bool moved = m_rows.size() != entries.size();
    setRowCount(entries.size());
    const QList<TargetFigures> figures = group >= 0 && isTest(kind)
                                             ? figuresOf(m_charts.session(), m_charts.groups().group(group))
                                             : QList<TargetFigures>();
    const bool isLive = m_charts.session().isLive() || m_charts.session().isRecorded(); // nothing is "now" afterwards
    m_nowTitle->setVisible(isLive);
    for (qsizetype i = 0; i < entries.size(); ++i) {
        m_rows[i].button->setObjectName(u"legend-"_s + entries[i].targetId + (entries[i].thin ? u"-2"_s : QString()));
        m_rows[i].button->setEntry(entries[i]);
        m_rows[i].now->setVisible(isLive);
        refreshFigures(m_rows[i], entries[i], group, figures);
    }
    if (moved)
        placeRows();
}

/// Both figures are of the runs of one group: the same test with the same parameters.
void LiveValues::refreshFigures(const Row& row, const LegendEntry& entry, int group,
                                const QList<TargetFigures>& figures)
{
    const ChartData& values = m_chart.timePlot().data();
    const auto series = std::find_if(values.series.cbegin(), values.series.cend(), [&](const ChartSeries& one) {
        return one.targetId == entry.targetId && one.name == entry.name; // the name tells the part of the target
    });
    const bool known = series != values.series.cend() && group >= 0;
    const auto now = known ? latestOf(values, *series, group) : std::nullopt;
    std::optional<double> mean;
    QString tip;
    if (isTest(values.kind)) {
        tip = tr("Mean of the finished runs; none has finished yet");
        for (const TargetFigures& one : figures) {
            if (one.targetId == entry.targetId) {
                mean = one.mean;
                tip = tr("Mean of the finished runs, n = %1").arg(one.values.size());
            }
        }
    } else if (known) {
        mean = meanOf(values, *series, group);
        tip = tr("Mean of the samples so far");
    }
    row.now->setText(now ? readingText(*now) : u"–"_s);
    row.now->setObjectName(u"now-"_s + row.button->objectName().mid(7));
    row.now->setAccessibleName(tr("%1 now").arg(entry.name));
    row.mean->setText(mean ? figureText(*mean) : u"–"_s);
    row.mean->setObjectName(u"mean-"_s + row.button->objectName().mid(7));
    row.mean->setToolTip(tip);
    row.mean->setAccessibleName(tr("%1 mean").arg(entry.name));
}

void LiveValues::refreshSentences()
{
    const ChartKind kind = m_chart.timePlot().data().kind;
    QStringList lines;
    const int current = isTest(kind) ? m_charts.currentGroup(kind) : -1;
    // The latest of this test that has something to say: while a first repeat is on, that is the one before.
    for (int group = current; group >= 0 && lines.isEmpty(); --group) {
        const RunGroup& runs = m_charts.groups().group(group);
        if (chartKindOf(runs.test) != kind)
            continue;
        const QStringList sentences = comparisonSentences(m_charts.session(), runs);
        if (!sentences.isEmpty())
            lines << runs.label + u':' << sentences;
    }
    // No line ends within an interval.
    m_sentence->setText(lines.join(u'\n').replace(u'–', u"\u2060–\u2060"_s).replace(u" %"_s, u"\u00a0%"_s));
    m_sentence->setVisible(!lines.isEmpty());
}

void LiveValues::recolour()
{
    QPalette muted;
    muted.setColor(QPalette::WindowText, Appearance::themeFor(palette()).mutedText);
    for (QLabel* title : {m_title, m_nowTitle, m_meanTitle})
        title->setPalette(muted);
}

void LiveValues::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

} // namespace bv
