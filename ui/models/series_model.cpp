#include "models/series_model.h"

#include "models/text.h"

namespace bv {

void SeriesModel::setIntervals(const QList<sysbench::Interval>& intervals)
{
    using sysbench::Interval;
    const auto figure = [&intervals](std::optional<double> Interval::*member) {
        return [intervals, member](int row) { return intervals.at(row).*member; };
    };
    setColumns(static_cast<int>(intervals.size()),
               {{tr("Time (s)"), [intervals](int row) { return std::optional(intervals.at(row).timeS); }},
                {tr("events/s"), figure(&Interval::eventsPerSec)},
                {tr("read MiB/s"), figure(&Interval::readMibPerSec)},
                {tr("written MiB/s"), figure(&Interval::writtenMibPerSec)},
                {tr("MiB/s"), figure(&Interval::mibPerSec)},
                {tr("ops/s"), figure(&Interval::opsPerSec)},
                {tr("fsyncs/s"), figure(&Interval::fsyncsPerSec)},
                {tr("95th pct (ms)"), figure(&Interval::latP95Ms)},
                {tr("Threads"), [intervals](int row) {
                     const auto threads = intervals.at(row).threads;
                     return threads ? std::optional<double>(*threads) : std::nullopt;
                 }}});
}

void SeriesModel::setSamples(const QList<UtilizationSample>& samples)
{
    const auto figure = [&samples](std::optional<double> UtilizationSample::*member) {
        return [samples, member](int row) { return samples.at(row).*member; };
    };
    setColumns(static_cast<int>(samples.size()),
               {{tr("Time (s)"), [samples](int row) { return std::optional(samples.at(row).timeS); }},
                {tr("CPU user (% of one core)"), figure(&UtilizationSample::userPct)},
                {tr("CPU system (% of one core)"), figure(&UtilizationSample::systemPct)},
                {tr("CPU (% of one core)"), figure(&UtilizationSample::cpuPct)},
                {tr("Disk busy (% of the time)"), figure(&UtilizationSample::diskUtilPct)},
                {tr("Guest user (% of one core)"), figure(&UtilizationSample::guestUserPct)},
                {tr("Guest system (% of one core)"), figure(&UtilizationSample::guestSystemPct)},
                {tr("Guest disk (% of the time)"), figure(&UtilizationSample::guestDiskUtilPct)}});
}

void SeriesModel::setColumns(int rows, const QList<Column>& columns)
{
    beginResetModel();
    m_rows = rows;
    m_columns.clear();
    for (const Column& column : columns) {
        bool used = false;
        for (int row = 0; row < rows && !used; ++row)
            used = column.value(row).has_value();
        if (used)
            m_columns << column;
    }
    endResetModel();
}

int SeriesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int SeriesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant SeriesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return headerData(index.column(), Qt::Horizontal, role);
    if (role != Qt::DisplayRole && role != ExactRole)
        return {};
    const auto value = m_columns.at(index.column()).value(index.row());
    if (role == ExactRole)
        return value ? QVariant(*value) : QVariant();
    if (value && index.column() == 0) // a time is no measured figure
        return QString::number(*value, 'g', 6);
    return value ? readingText(*value) : absentText();
}

QVariant SeriesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    if (role == Qt::DisplayRole)
        return m_columns.at(section).title;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | Qt::AlignRight);
    return {};
}

} // namespace bv
