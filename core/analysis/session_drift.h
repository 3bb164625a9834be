#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// Does a target get slower or faster while the session goes on? One finding for each target of which the later repeats
/// of its cells are slower, or faster, than the earlier ones: orderTrend() over the logarithms of its cells' values, of
/// at least two cells with at least 3 repeats, p < 0.005, and at least 5 per cent from the first to the last repeat.
/// Values are compared within their cell only, so that neither the order of the tests nor their loads count; a time
/// counts as its inverse. `cells`: repeats in the order of time. Pure.
QList<Finding> driftFindings(const QList<Cell>& cells);

} // namespace bv::analysis
