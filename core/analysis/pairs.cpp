#include "analysis/pairs.h"

namespace bv::analysis {

QList<TargetPair> pairsOf(const Plan& plan)
{
    QList<TargetPair> pairs;
    for (const TargetSettings& vm : plan.targets) {
        if (vm.kind != TargetKind::Qemu)
            continue;
        const qsizetype before = pairs.size();
        QString first;
        for (const TargetSettings& container : plan.targets) {
            if (container.kind != TargetKind::Docker)
                continue;
            if (first.isEmpty())
                first = container.id;
            if (targetCpus(container) == targetCpus(vm) && targetMemoryMib(container) == targetMemoryMib(vm))
                pairs << TargetPair{container.id, vm.id, true};
        }
        if (pairs.size() == before && !first.isEmpty())
            pairs << TargetPair{first, vm.id, false};
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
