#include "models/chart_set.h"

#include "models/session_model.h"
#include "plan/parameters.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

// Seconds between slots as a part of the slot before: repeats stand apart, other parameters further.
constexpr double gapOfRepeat = 0.1;
constexpr double gapOfGroup = 0.3;

bool isUse(ChartKind kind)
{
    return kind == ChartKind::CpuUse || kind == ChartKind::DiskUse;
}

std::optional<double> sampleValue(ChartKind kind, UseView view, SeriesPart part, const UtilizationSample& sample)
{
    const bool guest = view == UseView::Guest;
    if (kind == ChartKind::DiskUse)
        return guest ? sample.guestDiskUtilPct : sample.diskUtilPct;
    switch (part) {
    case SeriesPart::User:
        return guest ? sample.guestUserPct : sample.userPct;
    case SeriesPart::System:
        return guest ? sample.guestSystemPct : sample.systemPct;
    case SeriesPart::Whole: // only where user and system cannot be told apart
        return guest || sample.userPct ? std::nullopt : sample.cpuPct;
    }
    return std::nullopt;
}

} // namespace

ChartSet::ChartSet(const SessionModel& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &SessionModel::reset, this, &ChartSet::rebuild);
    connect(&session, &SessionModel::runChanged, this, &ChartSet::runChanged);
    connect(&session, &SessionModel::intervalAdded, this, [this](qsizetype run) { take(run, false); });
    connect(&session, &SessionModel::utilizationAdded, this, [this](qsizetype run) { take(run, true); });
    rebuild();
}

int ChartSet::placeOf(ChartKind kind) const
{
    const auto found = std::find_if(m_charts.cbegin(), m_charts.cend(),
                                    [kind](const Chart& chart) { return chart.data.kind == kind; });
    return found == m_charts.cend() ? -1 : static_cast<int>(found - m_charts.cbegin());
}

void ChartSet::setTime(ChartTime time)
{
    if (std::exchange(m_time, time) != time)
        rebuild();
}

void ChartSet::setUse(bool on)
{
    if (std::exchange(m_hasUse, on) != on)
        rebuild();
}

void ChartSet::setUseView(UseView view)
{
    if (std::exchange(m_useView, view) != view && m_hasUse)
        rebuild();
}

int ChartSet::currentGroup(ChartKind kind) const
{
    const int place = placeOf(kind);
    if (place < 0)
        return -1;
    const Chart& chart = m_charts[static_cast<std::size_t>(place)];
    const qsizetype running = m_session.runningNumber();
    if (running >= 0 && chart.slotOf.value(running, -1) >= 0)
        return m_groups.groupOf(running);
    if (chart.lastRun >= 0)
        return m_groups.groupOf(chart.lastRun);
    for (qsizetype run = 0; run < chart.slotOf.size(); ++run) {
        if (chart.slotOf[run] >= 0)
            return m_groups.groupOf(run);
    }
    return -1;
}

void ChartSet::rebuild()
{
    m_groups = RunGroups(m_session);
    m_charts.clear();
    for (const RunGroup& group : m_groups.groups()) {
        const auto kind = chartKindOf(group.test);
        if (kind && placeOf(*kind) < 0)
            addChart(*kind);
    }
    if (m_hasUse && !m_groups.groups().empty()) {
        addChart(ChartKind::CpuUse);
        addChart(ChartKind::DiskUse);
    }
    emit rebuilt();
}

void ChartSet::addChart(ChartKind kind)
{
    Chart& chart = m_charts.emplace_back();
    chart.data.kind = kind;
    chart.data.time = m_time;
    chart.data.view = m_useView;
    const QList<SeriesPart> parts = kind == ChartKind::CpuUse
                                        ? QList<SeriesPart>{SeriesPart::User, SeriesPart::System, SeriesPart::Whole}
                                        : QList<SeriesPart>{SeriesPart::Whole};
    for (const TargetSettings& target : m_session.targets()) {
        if (isUse(kind) && m_useView == UseView::Guest && target.kind != TargetKind::Qemu)
            continue;
        const QString name = m_session.targetName(target.id);
        for (const SeriesPart part : parts) {
            const QString full = part == SeriesPart::User     ? tr("%1, user").arg(name)
                                 : part == SeriesPart::System ? tr("%1, system").arg(name)
                                                              : name;
            chart.data.series.push_back({target.id, full, part, {}, 0});
        }
    }
    QHash<QString, int> slotOfKey;
    chart.slotOf.fill(-1, m_session.runCount());
    for (qsizetype number = 0; number < m_session.runCount(); ++number) {
        const PlannedRun& run = m_session.run(number);
        if (run.discarded || (!isUse(kind) && chartKindOf(run.test) != kind))
            continue;
        const int group = m_groups.groupOf(number);
        const QString key = u"%1/%2"_s.arg(group).arg(run.repeat);
        auto slot = slotOfKey.constFind(key);
        if (slot == slotOfKey.cend()) {
            const double planned = plannedSeconds(run.test, run.params);
            slot = slotOfKey.insert(key, static_cast<int>(chart.data.slotList.size()));
            chart.data.slotList.push_back({m_groups.group(group).label, group, run.repeat, planned, planned, 0, false});
        }
        chart.slotOf[number] = *slot;
    }
    for (qsizetype run = 0; run < m_session.runCount(); ++run)
        fill(&chart, run);
    place(&chart, 0);
}

/// Takes over all values of a run. The slots are placed afterwards.
void ChartSet::fill(Chart* chart, qsizetype run)
{
    if (chart->slotOf.value(run, -1) < 0)
        return;
    if (isUse(chart->data.kind)) {
        for (const UtilizationSample& sample : m_session.utilization(run))
            add(chart, run, nullptr, &sample);
    } else {
        for (const sysbench::Interval& interval : m_session.intervals(run))
            add(chart, run, &interval, nullptr);
    }
}

void ChartSet::add(Chart* chart, qsizetype run, const sysbench::Interval* interval, const UtilizationSample* sample)
{
    if (interval) {
        if (const auto value = chartValue(chart->data.kind, *interval))
            append(chart, run, SeriesPart::Whole, interval->timeS, *value);
        return;
    }
    for (const SeriesPart part : {SeriesPart::Whole, SeriesPart::User, SeriesPart::System}) {
        if (const auto value = sampleValue(chart->data.kind, chart->data.view, part, *sample))
            append(chart, run, part, sample->timeS, *value);
    }
}

void ChartSet::append(Chart* chart, qsizetype run, SeriesPart part, double seconds, double value)
{
    if (!std::isfinite(value) || !std::isfinite(seconds))
        return;
    const QString& target = m_session.run(run).targetId;
    for (ChartSeries& series : chart->data.series) {
        if (series.part != part || series.targetId != target)
            continue;
        ChartSegment& segment = segmentOf(chart, &series, run);
        segment.column.append(seconds, value);
        ++series.pointCount;
        chart->lastRun = run;
        ChartSlot& slot = chart->data.slotList[static_cast<std::size_t>(segment.slot)];
        slot.length = std::max(slot.length, seconds);
        slot.inUse = true;
        return;
    }
}

/// The run's place in the series; made where it has none. Runs come in order nearly always.
ChartSegment& ChartSet::segmentOf(Chart* chart, ChartSeries* series, qsizetype run)
{
    auto& segments = series->segments;
    if (!segments.empty() && segments.back().run == run)
        return segments.back();
    const bool byClock = m_time == ChartTime::Clock;
    ChartSegment segment;
    segment.run = run;
    segment.slot = chart->slotOf[run];
    segment.offset = byClock ? clockOffset(run) : chart->data.slotList[static_cast<std::size_t>(segment.slot)].begin;
    const auto [first, last] = std::equal_range(segments.begin(), segments.end(), segment,
                                                [byClock](const ChartSegment& a, const ChartSegment& b) {
                                                    return byClock ? a.offset < b.offset : a.slot < b.slot;
                                                });
    const auto found = std::find_if(first, last, [run](const ChartSegment& one) { return one.run == run; });
    return found != last ? *found : *segments.insert(last, segment);
}

/// Lays the slots out from `fromSlot` on, and the runs in them.
void ChartSet::place(Chart* chart, int fromSlot)
{
    if (m_time == ChartTime::Clock)
        return;
    auto& slotList = chart->data.slotList;
    const ChartSlot* before = nullptr;
    for (int i = fromSlot - 1; i >= 0 && !before; --i)
        before = slotList[static_cast<std::size_t>(i)].inUse ? &slotList[static_cast<std::size_t>(i)] : nullptr;
    for (std::size_t i = static_cast<std::size_t>(fromSlot); i < slotList.size(); ++i) {
        ChartSlot& slot = slotList[i];
        const double gap = before ? before->length * (before->group == slot.group ? gapOfRepeat : gapOfGroup) : 0;
        slot.begin = before ? before->begin + before->length + gap : 0;
        if (slot.inUse)
            before = &slot;
    }
    for (ChartSeries& series : chart->data.series) {
        for (auto segment = series.segments.rbegin(); segment != series.segments.rend() && segment->slot >= fromSlot;
             ++segment)
            segment->offset = slotList[static_cast<std::size_t>(segment->slot)].begin;
    }
}

void ChartSet::clearRun(Chart* chart, qsizetype run)
{
    for (ChartSeries& series : chart->data.series) {
        std::erase_if(series.segments, [&](const ChartSegment& segment) {
            if (segment.run != run)
                return false;
            series.pointCount -= segment.column.size();
            return true;
        });
    }
}

void ChartSet::take(qsizetype run, bool utilization)
{
    for (std::size_t i = 0; i < m_charts.size(); ++i) {
        Chart& chart = m_charts[i];
        const int slot = chart.slotOf.value(run, -1);
        if (slot < 0 || isUse(chart.data.kind) != utilization)
            continue;
        const ChartSlot before = chart.data.slotList[static_cast<std::size_t>(slot)];
        if (utilization)
            add(&chart, run, nullptr, &m_session.utilization(run).last());
        else
            add(&chart, run, &m_session.intervals(run).last(), nullptr);
        const ChartSlot& after = chart.data.slotList[static_cast<std::size_t>(slot)];
        if (after.inUse != before.inUse || after.length != before.length)
            place(&chart, slot);
        emit changed(static_cast<int>(i));
    }
}

void ChartSet::runChanged(qsizetype run)
{
    if (m_groups.runCount() != m_session.runCount()) {
        rebuild(); // a run that belongs to no plan
        return;
    }
    for (std::size_t i = 0; i < m_charts.size(); ++i) {
        Chart& chart = m_charts[i];
        const int slot = chart.slotOf.value(run, -1);
        if (slot < 0)
            continue;
        // The record holds what arrived one by one, and is the last word; a new attempt replaces the old one.
        clearRun(&chart, run);
        fill(&chart, run);
        place(&chart, slot);
        emit changed(static_cast<int>(i));
    }
}

double ChartSet::clockOffset(qsizetype run) const
{
    const QDateTime begun = m_session.startedAt(run);
    const QDateTime origin = m_session.session().created;
    if (!begun.isValid() || !origin.isValid())
        return 0;
    return static_cast<double>(origin.msecsTo(begun)) / 1000;
}

} // namespace bv
