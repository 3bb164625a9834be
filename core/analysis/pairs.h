#pragma once

#include "analysis/cells.h"

#include <QHash>
#include <QList>
#include <utility>

namespace bv::analysis {

/// A container and a virtual machine that are put against each other.
struct TargetPair
{
    /// CPUs and memory that both may use, by their settings.
    enum class Limits : quint8 { Equal, Unequal, Unknown };
    QString container; ///< TargetSettings::id
    QString vm;
    Limits limits = Limits::Unknown;
    bool operator==(const TargetPair&) const = default;
};

/// Each VM of the plan with the containers, 3 at most, that have its CPUs and memory; a VM without such a container
/// with the first container of the plan. In the order of the plan. Pure.
QList<TargetPair> pairsOf(const Plan& plan);

/// The cells that have figures, by key and target. They must live longer.
class CellIndex
{
public:
    explicit CellIndex(const QList<Cell>& cells);
    /// Nothing where it was not measured, or without a figure.
    const Cell* find(const QString& comparisonKey, const QString& targetId) const
    {
        return m_cells.value({comparisonKey, targetId});
    }

private:
    QHash<std::pair<QString, QString>, const Cell*> m_cells;
};

/// The cell in another metric: the runs that have it, with its figures.
Cell inMetric(Cell cell, sysbench::Metric metric);

/// The keys of the cells, each once, in their order.
QStringList keysOf(const QList<Cell>& cells, sysbench::Test test);

} // namespace bv::analysis
