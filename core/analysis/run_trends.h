#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <optional>

namespace bv::analysis {

/// How a run went, by its intervals: means over the first and the last third.
struct RunTrend
{
    double first = 0;
    double last = 0;
    double p = 1; ///< of shiftOf() over the intervals; 1 where the thirds differ by less than 15 per cent
    bool operator==(const RunTrend&) const = default;
};
/// Of the interval's headline rate (events/s, MiB/s read and written, operations/s), from 6 intervals on. Intervals
/// that end within the first second are left out: threads start, caches fill. Nothing where there are too few.
std::optional<RunTrend> trendOf(const RunRecord& run);

/// Trends within the runs of one cell:
/// - one for the cell, where the ratio of last to first third differs from 1 in all repeats alike: one-sample t test of
///   its logarithm, p < 0.005, at least 3 repeats, and a geometric mean of at least 5 per cent;
/// - else one for each run that changed by at least 15 per cent, p < 0.001 and < 0.05 / `runsOfSession` (so that among
///   many runs chance does not find one).
QList<Finding> runTrendFindings(const Cell& cell, qsizetype runsOfSession);

} // namespace bv::analysis
