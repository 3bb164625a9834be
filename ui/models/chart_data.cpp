#include "models/chart_data.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ChartData)
};

} // namespace

bool ChartData::isEmpty() const
{
    return pointCount() == 0;
}

qsizetype ChartData::pointCount() const
{
    qsizetype count = 0;
    for (const ChartSeries& one : series)
        count += one.pointCount;
    return count;
}

double ChartData::length() const
{
    double end = 0;
    for (const ChartSeries& one : series) {
        if (!one.segments.empty())
            end = std::max(end, one.segments.back().end());
    }
    if (time == ChartTime::Measured) {
        for (const ChartSlot& slot : slotList)
            end = slot.inUse ? std::max(end, slot.begin + slot.length) : end;
    }
    return end;
}

double ChartData::slotLength() const
{
    double length = 0;
    for (const ChartSlot& slot : slotList)
        length = std::max(length, slot.length);
    return length > 0 ? length : 10;
}

QList<ChartBand> ChartData::bands() const
{
    QList<ChartBand> bands;
    if (time != ChartTime::Measured)
        return bands;
    int group = -1;
    for (const ChartSlot& slot : slotList) {
        if (!slot.inUse)
            continue;
        if (slot.group != group)
            bands << ChartBand{slot.label, slot.begin, slot.begin};
        group = slot.group;
        bands.last().end = slot.begin + slot.length;
    }
    return bands;
}

ChartData::Point ChartData::nearest(qsizetype place, double x) const
{
    const auto& segments = series.at(static_cast<std::size_t>(place)).segments;
    const auto after = std::upper_bound(segments.cbegin(), segments.cend(), x,
                                        [](double at, const ChartSegment& segment) { return at < segment.begin(); });
    Point best;
    double distance = std::numeric_limits<double>::infinity();
    const auto consider = [&](auto segment) {
        if (segment->column.isEmpty())
            return;
        const qsizetype at = segment->column.firstNotBefore(x - segment->offset);
        for (const qsizetype index : {at - 1, at}) {
            if (index < 0 || index >= segment->column.size())
                continue;
            const double seconds = segment->column.secondsAt(index);
            const double away = std::abs(segment->offset + seconds - x);
            if (away < distance) {
                distance = away;
                best = {place,   segment - segments.cbegin(),   index, segment->offset + seconds,
                        seconds, segment->column.valueAt(index)};
            }
        }
    };
    if (after != segments.cbegin())
        consider(after - 1);
    if (after != segments.cend())
        consider(after);
    return best;
}

std::optional<std::pair<double, double>> ChartData::range(double from, double to, const std::vector<bool>& hidden) const
{
    std::optional<std::pair<double, double>> found;
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (i < hidden.size() && hidden[i])
            continue;
        for (const ChartSegment& segment : series[i].segments) {
            if (segment.column.isEmpty() || segment.end() < from || segment.begin() > to)
                continue;
            const SampleColumn& column = segment.column;
            const qsizetype begin = segment.begin() < from ? column.firstNotBefore(from - segment.offset) : 0;
            const qsizetype end = segment.end() > to ? column.firstNotBefore(to - segment.offset) : column.size();
            if (begin >= end)
                continue;
            const SampleColumn::Extremes extremes = column.extremes(begin, end);
            const double low = column.valueAt(extremes.lowest);
            const double high = column.valueAt(extremes.highest);
            found =
                found ? std::pair(std::min(found->first, low), std::max(found->second, high)) : std::pair(low, high);
        }
    }
    return found;
}

QString chartTitle(const ChartData& chart)
{
    switch (chart.kind) {
    case ChartKind::Cpu:
        return Text::tr("CPU");
    case ChartKind::Fileio:
        return Text::tr("File I/O, read and written");
    case ChartKind::Memory:
        return Text::tr("Memory");
    case ChartKind::Threads:
        return Text::tr("Threads");
    case ChartKind::CpuUse:
        return chart.view == UseView::Guest ? Text::tr("CPU use inside the VM") : Text::tr("CPU use");
    case ChartKind::DiskUse:
        return chart.view == UseView::Guest ? Text::tr("Disk use inside the VM") : Text::tr("Disk use");
    }
    return {};
}

QString chartUnit(ChartKind kind)
{
    switch (kind) {
    case ChartKind::Cpu:
    case ChartKind::Threads:
        return u"events/s"_s;
    case ChartKind::Fileio:
    case ChartKind::Memory:
        return u"MiB/s"_s;
    case ChartKind::CpuUse:
        return Text::tr("% of one core");
    case ChartKind::DiskUse:
        return Text::tr("% of the time");
    }
    return {};
}

QString chartStem(ChartKind kind)
{
    switch (kind) {
    case ChartKind::Cpu:
        return u"cpu-events"_s;
    case ChartKind::Fileio:
        return u"fileio-mib"_s;
    case ChartKind::Memory:
        return u"memory-mib"_s;
    case ChartKind::Threads:
        return u"threads-events"_s;
    case ChartKind::CpuUse:
        return u"cpu-use"_s;
    case ChartKind::DiskUse:
        return u"disk-use"_s;
    }
    return {};
}

std::optional<double> chartValue(ChartKind kind, const sysbench::Interval& interval)
{
    switch (kind) {
    case ChartKind::Cpu:
    case ChartKind::Threads:
        return interval.eventsPerSec;
    case ChartKind::Fileio:
        if (!interval.readMibPerSec && !interval.writtenMibPerSec)
            return std::nullopt;
        return interval.readMibPerSec.value_or(0) + interval.writtenMibPerSec.value_or(0);
    case ChartKind::Memory:
        return interval.mibPerSec;
    case ChartKind::CpuUse:
    case ChartKind::DiskUse:
        break;
    }
    return std::nullopt;
}

std::optional<ChartKind> chartKindOf(sysbench::Test test)
{
    switch (test) {
    case sysbench::Test::Cpu:
        return ChartKind::Cpu;
    case sysbench::Test::Fileio:
        return ChartKind::Fileio;
    case sysbench::Test::Memory:
        return ChartKind::Memory;
    case sysbench::Test::Threads:
        return ChartKind::Threads;
    default:
        return std::nullopt;
    }
}

} // namespace bv
