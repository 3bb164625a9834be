#pragma once

#include "sysbench/parsed_run.h"

#include <array>
#include <optional>

namespace bv::sysbench {

/// Adds, marked derived, what follows from the figures printed and was not printed itself:
/// - events/s = events / total time (all but cpu since 1.0.11 and version 1.1);
/// - fileio reads/s, writes/s, fsyncs/s = `counts` / total time, and MiB/s read and written = `amounts` / total time
/// (0.4, 0.5);
/// - fileio requests/s = reads/s + writes/s, without fsyncs as in 0.4's own "Requests/sec executed";
/// - fileio transfer = MiB/s read + MiB/s written.
/// `counts`: reads, writes, fsyncs of the run; `amounts`: MiB read and written in the run. Pure.
void addDerived(ParsedRun& run, const std::optional<std::array<double, 3>>& counts,
                const std::optional<std::array<double, 2>>& amounts);

/// For a run that failed: its report is worth nothing without events, and a zero in it means "did not happen".
void dropEmptyFigures(Metrics& metrics);

} // namespace bv::sysbench
