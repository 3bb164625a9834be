#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// Rates of cpu that do not depend on the load, one finding of kind Implausible for each target and set of the other
/// parameters: of two prime limits, one at least half as large again as the other, the larger one has more than 90 per
/// cent of the smaller one's rate (medians), while its events hold at least 1.7 times the work, see
/// divisionsPerEvent(). The pair with the largest ratio of work is told. Pure.
QList<Finding> loadFindings(const QList<Cell>& cells);

} // namespace bv::analysis
