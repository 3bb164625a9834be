#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// What makes the repeats of a session doubtful although each may be true. First cell by cell, in the order of
/// cellsOf():
/// - Unstable: at most one per cell, the first that is there of: a step or a steady change in the order of time
///   (shiftOf(), p < 0.005, from 4 repeats on), two levels (twoLevelsOf(), from 6), repeats far from the others
///   (outliersOf(), from 4), a standard deviation of 10 per cent of the mean or more (pyperf's limit, from 2);
/// - Throttling: whether the slow repeats of a cpu, memory, threads or mutex cell had less CPU time than the others, or
///   did less with it; where the first of the above was found and CPU use was sampled;
/// - Trend: see runTrendFindings().
/// Then the drift of each target over the session, driftFindings(), what this machine's host took, stealFindings(), and
/// one note on all cells with a single repeat.
/// Outliers are flagged only: they count in every figure. Pure; 10,000 runs of 60 intervals take well below 0.5 s.
QList<Finding> stabilityFindings(const Session& session);

} // namespace bv::analysis
