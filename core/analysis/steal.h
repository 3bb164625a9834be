#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// What the host of this machine took from it during runs (steal): one finding of kind Throttling for the session,
/// where that was at least 5 per cent of one core on average over a run. It names how many runs, and the worst. Pure.
QList<Finding> stealFindings(const QList<Cell>& cells);

} // namespace bv::analysis
