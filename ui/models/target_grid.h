#pragma once

#include "plan/plan.h"

namespace bv {

/// What Vary varies. An empty list keeps the setting as it is; those of another kind do not count.
struct TargetGrid
{
    QList<double> cpus; ///< whole numbers for a VM
    QList<int> memoryMib;
    QStringList storages;     ///< of a container
    QStringList formats;      ///< of a VM's disk
    QStringList caches;       ///< of a VM's disk
    QStringList accelerators; ///< of a VM
};

/// The most arrangements a grid may have.
inline constexpr qsizetype gridLimit = 500;

/// How many targets makeGrid() gives.
qsizetype gridSize(const TargetSettings& base, const TargetGrid& grid);
/// Every combination, CPUs varying slowest; without ids. What the name made from the settings does not tell (cache,
/// storage) goes into the label where it varies, other labels are dropped. Empty beyond gridLimit.
QList<TargetSettings> makeGrid(const TargetSettings& base, const TargetGrid& grid);

/// Whether the two are the same but for id and label.
bool sameArrangement(TargetSettings one, const TargetSettings& other);

} // namespace bv
