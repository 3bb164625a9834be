#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// Figures of a session that cannot be true, or cannot mean what they seem to: all of kind Implausible. Cell by cell,
/// in the order of cellsOf(): runCheckFindings(), clearTransferFindings(), cachedReadFindings(). Then those about
/// several cells: loadFindings(), slightTransferFindings(). Only repeats that count are looked at. Pure; 10,000 runs
/// take well below 0.5 s.
QList<Finding> plausibilityFindings(const Session& session);

} // namespace bv::analysis
