#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "plan/problem.h"

namespace bv {

/// The part of validatePlan() about one target; `where` is its place, "targets[1]". Ids used twice are not its
/// business.
void validateTarget(const TargetSettings& target, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems);

} // namespace bv
