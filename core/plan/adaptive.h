#pragma once

#include "plan/plan.h"

namespace bv {

/// True when a cell needs no further repeats: `values` are the headline figures of its finished repeats (no warm-ups,
/// no failed runs), there are at least rule.minRepeats (never fewer than 2) of them, and the half-width of the 95 %
/// Student-t interval of their mean is at most rule.halfWidthPct per cent of the mean's amount. False where a value is
/// not finite or the mean is 0. The cap rule.maxRepeats is not its business: the expanded plan ends there.
bool hasConverged(const QList<double>& values, const AdaptiveRepeats& rule);

} // namespace bv
