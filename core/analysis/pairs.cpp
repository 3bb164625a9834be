#include "analysis/pairs.h"

namespace bv::analysis {

namespace {

constexpr qsizetype mostPerVm = 3;

TargetPair::Limits limitsOf(const TargetSettings& a, const TargetSettings& b)
{
    using Limits = TargetPair::Limits;
    const auto differ = [](const auto& x, const auto& y) { return x && y && *x != *y; };
    if (differ(targetCpus(a), targetCpus(b)) || differ(targetMemoryMib(a), targetMemoryMib(b)))
        return Limits::Unequal;
    const bool known = targetCpus(a) && targetCpus(b) && targetMemoryMib(a) && targetMemoryMib(b);
    return known ? Limits::Equal : Limits::Unknown;
}

} // namespace

QList<TargetPair> pairsOf(const Plan& plan)
{
    QList<TargetPair> pairs;
    for (const TargetSettings& vm : plan.targets) {
        if (vm.kind != TargetKind::Qemu)
            continue;
        const qsizetype before = pairs.size();
        const TargetSettings* first = nullptr;
        for (const TargetSettings& container : plan.targets) {
            if (container.kind != TargetKind::Docker)
                continue;
            if (!first)
                first = &container;
            if (limitsOf(container, vm) == TargetPair::Limits::Equal && pairs.size() < before + mostPerVm)
                pairs << TargetPair{container.id, vm.id, TargetPair::Limits::Equal};
        }
        if (pairs.size() == before && first)
            pairs << TargetPair{first->id, vm.id, limitsOf(*first, vm)};
    }
    return pairs;
}

CellIndex::CellIndex(const QList<Cell>& cells)
{
    for (const Cell& cell : cells) {
        if (!cell.values.isEmpty())
            m_cells.insert({cell.comparisonKey, cell.targetId}, &cell);
    }
}

Cell inMetric(Cell cell, sysbench::Metric metric)
{
    const QList<const RunRecord*> runs = std::exchange(cell.runs, {});
    cell.values.clear();
    cell.metric = metric;
    for (const RunRecord* run : runs) {
        if (const auto value = run->metrics.value(metric)) {
            cell.runs << run;
            cell.values << *value;
        }
    }
    return cell;
}

QStringList keysOf(const QList<Cell>& cells, sysbench::Test test)
{
    QStringList keys;
    for (const Cell& cell : cells) {
        // Cells with the same key stand together.
        if (cell.kind == test && (keys.isEmpty() || keys.last() != cell.comparisonKey))
            keys << cell.comparisonKey;
    }
    return keys;
}

} // namespace bv::analysis
