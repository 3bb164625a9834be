#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <optional>

namespace bv::analysis {

/// Did the slow repeats of a cell get less CPU time than the others (then something took it: other work, a limit,
/// steal), or did they do less with as much (then the CPU was slower: clock, heat)? By the CPU use of container or VM
/// seen from the host, the mean over a run after its first sample. `slow`: places in the cell. Nothing unless the
/// cell's test works on the CPU alone, both groups have such samples, and the answer is clear: CPU time below 90 per
/// cent, or 95 to 105 per cent, of the others'. Pure.
std::optional<Finding> cpuShareOf(const Cell& cell, const QList<qsizetype>& slow);

} // namespace bv::analysis
