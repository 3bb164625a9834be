#include "models/grid_data.h"

#include "analysis/cells.h"
#include "analysis/summary.h"
#include "plan/parameters.h"
#include "plan/start_up.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(GridData)
};

enum class Axis : quint8 { Cpus, Memory, Threads };

/// A cell of the session with its place in the grid.
struct Place
{
    sysbench::Test kind = sysbench::Test::Unknown;
    QString testKey; ///< test and parameters but for the axes
    QString test;
    QString targetId;
    TargetSettings target; ///< as it was measured
    double cpus = 0;
    double memory = 0; ///< MiB
    double threads = 0;
    GridValue value;

    double at(Axis axis) const { return axis == Axis::Cpus ? cpus : axis == Axis::Memory ? memory : threads; }
};

/// The settings that are left when the axes are taken away: equal for arrangements that may stand in one line.
TargetSettings without(TargetSettings target, bool cpus, bool memory)
{
    target.id.clear();
    target.label.clear();
    if (cpus) {
        target.docker.cpus = 1;
        target.qemu.smp = 1;
        target.qemu.topology = {};
    }
    if (memory) {
        target.docker.memoryMib = 1;
        target.qemu.memoryMib = 1;
    }
    return target;
}

/// The label without these sizes.
QString nameWithout(TargetSettings target, bool cpus, bool memory)
{
    target.label.clear();
    QJsonObject sizes;
    if (cpus)
        sizes.insert(u"smp"_s, 1);
    if (memory)
        sizes.insert(u"memory_mib"_s, 1);
    return startLabel(target, sizes);
}

QList<Place> placesOf(const Session& session)
{
    const QStringList axes{u"smp"_s, u"memory_mib"_s, u"threads"_s};
    QList<Place> places;
    const QList<analysis::Cell> cells = analysis::cellsOf(session);
    QHash<sysbench::Test, QList<QJsonObject>> params;
    for (const analysis::Cell& cell : cells)
        params[cell.kind] << cell.params;
    for (const analysis::Cell& cell : cells) {
        const auto summary = analysis::summarize(cell.values);
        const auto target = std::find_if(session.plan.targets.cbegin(), session.plan.targets.cend(),
                                         [&cell](const TargetSettings& one) { return one.id == cell.targetId; });
        if (!summary || target == session.plan.targets.cend())
            continue;
        Place place;
        place.kind = cell.kind;
        place.targetId = cell.targetId;
        place.target = cell.kind == sysbench::Test::Boot ? startedAs(*target, cell.params) : *target;
        place.cpus = targetCpus(place.target).value_or(0);
        place.memory = targetMemoryMib(place.target).value_or(0);
        place.threads = cell.params["threads"_L1].toDouble();
        place.value = {summary->mean, summary->ciLow, summary->ciHigh, summary->n};
        QJsonObject rest = cell.params;
        QStringList varying = varyingParameters(cell.kind, params.value(cell.kind));
        for (const QString& axis : axes) {
            rest.remove(axis);
            varying.removeAll(axis);
        }
        place.testKey = comparisonKey(cell.kind, rest);
        place.test = describeParams(cell.kind, rest, varying);
        places << place;
    }
    return places;
}

QStringList testKeysOf(const QList<Place>& places)
{
    QStringList keys;
    for (const Place& place : places) {
        if (!keys.contains(place.testKey))
            keys << place.testKey;
    }
    return keys;
}

/// What places have in common when they differ in `axis` alone.
struct Line
{
    TargetSettings rest;
    double threads = 0; ///< 0: the axis
    ScalingSeries series;
};

void addPoint(QList<Line>& lines, const Place& place, Axis axis, bool manyThreads)
{
    const double x = place.at(axis);
    if (!(x > 0))
        return;
    const TargetSettings rest = without(place.target, axis == Axis::Cpus, axis == Axis::Memory);
    const double threads = axis == Axis::Threads ? 0 : place.threads;
    auto line = std::find_if(lines.begin(), lines.end(),
                             [&](const Line& one) { return one.rest == rest && one.threads == threads; });
    if (line == lines.end()) {
        ScalingSeries series;
        series.targetId = place.targetId;
        series.name = axis == Axis::Threads ? targetLabel(place.target)
                                            : nameWithout(place.target, axis == Axis::Cpus, axis == Axis::Memory);
        if (manyThreads && threads > 0)
            series.name += u", "_s + Text::tr("%n thread(s)", nullptr, static_cast<int>(threads));
        lines.append({rest, threads, series});
        line = lines.end() - 1;
    }
    const bool known = std::any_of(line->series.points.cbegin(), line->series.points.cend(),
                                   [x](const auto& point) { return point.first == x; });
    if (!known)
        line->series.points.append({x, place.value});
}

QString axisName(Axis axis)
{
    switch (axis) {
    case Axis::Cpus:
        return Text::tr("CPUs");
    case Axis::Memory:
        return Text::tr("Memory, MiB");
    case Axis::Threads:
        break;
    }
    return Text::tr("Threads");
}

QString titleOf(const QString& test, Axis axis)
{
    switch (axis) {
    case Axis::Cpus:
        return Text::tr("%1 by CPUs").arg(test);
    case Axis::Memory:
        return Text::tr("%1 by memory").arg(test);
    case Axis::Threads:
        break;
    }
    return Text::tr("%1 by threads").arg(test);
}

/// "cpu-20000-by-cpus", of what is safe in file names.
QString stemOf(const QString& test, const QString& end)
{
    QString stem;
    for (const QChar c : test) {
        const bool keeps = c.unicode() < 128 && c.isLetterOrNumber();
        if (keeps)
            stem += c.toLower();
        else if (!stem.endsWith(u'-'))
            stem += u'-';
    }
    while (stem.endsWith(u'-'))
        stem.chop(1);
    return stem + u'-' + end;
}

ScalingData scalingOf(const QList<Place>& places, const QString& testKey, Axis axis)
{
    QList<double> threads;
    for (const Place& place : places) {
        if (place.testKey == testKey && !threads.contains(place.threads))
            threads << place.threads;
    }
    ScalingData data;
    QList<Line> lines;
    for (const Place& place : places) {
        if (place.testKey != testKey)
            continue;
        addPoint(lines, place, axis, threads.size() > 1);
        data.title = titleOf(place.test, axis);
        data.unit = QString(sysbench::metricUnit(sysbench::headlineMetric(place.kind)));
        data.axis = axisName(axis);
        data.stem = stemOf(place.test, axis == Axis::Cpus     ? u"by-cpus"_s
                                       : axis == Axis::Memory ? u"by-memory"_s
                                                              : u"by-threads"_s);
    }
    for (Line& line : lines) {
        if (line.series.points.size() < 2)
            continue;
        std::sort(line.series.points.begin(), line.series.points.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        data.series << line.series;
    }
    return data;
}

/// The panels of one test with one number of threads.
HeatData heatOf(const QList<const Place*>& places)
{
    HeatData data;
    const Place& first = *places.first();
    const sysbench::Metric metric = sysbench::headlineMetric(first.kind);
    data.title = Text::tr("%1 over CPUs and memory").arg(first.test);
    data.unit = QString(sysbench::metricUnit(metric));
    data.stem = stemOf(first.test, u"grid"_s);
    data.lowerIsBetter = sysbench::lowerIsBetter(metric);
    QList<double> cpus;
    QList<double> memory;
    for (const Place* place : places) {
        if (!cpus.contains(place->cpus))
            cpus << place->cpus;
        if (!memory.contains(place->memory))
            memory << place->memory;
    }
    std::sort(cpus.begin(), cpus.end());
    std::sort(memory.begin(), memory.end());
    for (const double count : std::as_const(cpus))
        data.columns << Text::tr("%1 CPU").arg(count);
    for (const double size : std::as_const(memory))
        data.rows << Text::tr("%1 MiB").arg(size);
    QList<TargetSettings> kinds;
    for (const Place* place : places) {
        const TargetSettings rest = without(place->target, true, true);
        qsizetype panel = kinds.indexOf(rest);
        if (panel < 0) {
            kinds << rest;
            const QList<std::optional<GridValue>> row(cpus.size());
            data.panels << HeatPanel{place->targetId, nameWithout(place->target, true, true),
                                     QList<QList<std::optional<GridValue>>>(memory.size(), row)};
            panel = kinds.size() - 1;
        }
        data.panels[panel].cells[memory.indexOf(place->memory)][cpus.indexOf(place->cpus)] = place->value;
    }
    if (cpus.size() < 2 || memory.size() < 2)
        data.panels.clear();
    return data;
}

} // namespace

QList<ScalingData> scalingData(const Session& session)
{
    QList<ScalingData> all;
    const QList<Place> places = placesOf(session);
    const QStringList keys = testKeysOf(places);
    for (const QString& key : keys) {
        for (const Axis axis : {Axis::Cpus, Axis::Memory, Axis::Threads}) {
            const ScalingData data = scalingOf(places, key, axis);
            if (!data.series.isEmpty())
                all << data;
        }
    }
    return all;
}

QList<HeatData> heatData(const Session& session)
{
    QList<HeatData> all;
    const QList<Place> places = placesOf(session);
    const QStringList keys = testKeysOf(places);
    for (const QString& key : keys) {
        QList<double> threads;
        for (const Place& place : places) {
            if (place.testKey == key && !threads.contains(place.threads))
                threads << place.threads;
        }
        for (const double count : std::as_const(threads)) {
            QList<const Place*> part;
            for (const Place& place : places) {
                if (place.testKey == key && place.threads == count && place.cpus > 0 && place.memory > 0)
                    part << &place;
            }
            if (part.isEmpty())
                continue;
            HeatData data = heatOf(part);
            if (threads.size() > 1) {
                data.title += u", "_s + Text::tr("%n thread(s)", nullptr, static_cast<int>(count));
                data.stem += u"-%1-threads"_s.arg(count);
            }
            if (!data.panels.isEmpty())
                all << data;
        }
    }
    return all;
}

} // namespace bv
