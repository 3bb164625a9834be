#include "models/chart_numbers_model.h"

#include "base/figures.h"
#include "models/text.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace bv {

ChartNumbersModel::ChartNumbersModel(ChartData chart, QObject* parent)
    : QAbstractTableModel(parent)
    , m_chart(std::move(chart))
{
    qsizetype end = 0;
    for (const ChartSeries& series : m_chart.series) {
        for (const ChartSegment& segment : series.segments) {
            end += segment.column.size();
            m_blocks.push_back({end, &series, &segment});
        }
    }
}

int ChartNumbersModel::rowCount(const QModelIndex& parent) const
{
    const qsizetype rows = parent.isValid() || m_blocks.empty() ? 0 : m_blocks.back().end;
    return static_cast<int>(std::min<qsizetype>(rows, std::numeric_limits<int>::max()));
}

int ChartNumbersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ChartNumbersModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole && index.column() >= Repeat)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const auto block = std::upper_bound(m_blocks.cbegin(), m_blocks.cend(), qsizetype{index.row()},
                                        [](qsizetype row, const Block& one) { return row < one.end; });
    const SampleColumn& column = block->segment->column;
    const qsizetype at = index.row() - (block->end - column.size());
    const ChartSlot& slot = m_chart.slotList.at(static_cast<std::size_t>(block->segment->slot));
    switch (index.column()) {
    case Series:
        return block->series->name;
    case Test:
        return slot.label;
    case Repeat:
        return slot.repeat;
    case Time:
        return QString::number(column.secondsAt(at), 'f', 1);
    case Value:
        return readingText(column.valueAt(at));
    default:
        return {};
    }
}

QVariant ChartNumbersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Series:
        return tr("Target");
    case Test:
        return tr("Test");
    case Repeat:
        return tr("Repeat");
    case Time:
        return tr("Time in s");
    case Value:
        return tr("Value in %1").arg(chartUnit(m_chart.kind));
    default:
        return {};
    }
}

BarNumbersModel::BarNumbersModel(BarData bars, QObject* parent)
    : QAbstractTableModel(parent)
    , m_bars(std::move(bars))
{
    for (qsizetype group = 0; group < m_bars.groups.size(); ++group) {
        for (qsizetype bar = 0; bar < m_bars.groups[group].bars.size(); ++bar)
            m_rows << std::pair(group, bar);
    }
}

int BarNumbersModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BarNumbersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BarNumbersModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole && index.column() >= Count)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const auto [group, place] = m_rows.at(index.row());
    const Bar& bar = m_bars.groups.at(group).bars.at(place);
    QStringList values;
    switch (index.column()) {
    case Test:
        return m_bars.groups.at(group).label;
    case Target:
        return bar.name;
    case Count:
        return static_cast<int>(bar.values.size());
    case Mean:
        return bar.values.isEmpty() ? u"–"_s : figureText(bar.mean);
    case Low:
        return bar.ciLow ? figureText(*bar.ciLow) : u"–"_s;
    case High:
        return bar.ciHigh ? figureText(*bar.ciHigh) : u"–"_s;
    case Values:
        for (const double value : bar.values)
            values << readingText(value);
        return values.join(u"; "_s);
    default:
        return {};
    }
}

QVariant BarNumbersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Test:
        return tr("Test");
    case Target:
        return tr("Target");
    case Count:
        return tr("n");
    case Mean:
        return tr("Mean in %1").arg(m_bars.unit);
    case Low:
        return tr("95 % CI from");
    case High:
        return tr("95 % CI to");
    case Values:
        return tr("Single runs");
    default:
        return {};
    }
}

} // namespace bv
