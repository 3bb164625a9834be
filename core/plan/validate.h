#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "plan/problem.h"

namespace bv {

/// Everything about the plan that cannot be run on this machine (errors) or would measure something else than it seems
/// (warnings), in the order of the plan: targets, suites, the rest; notYetSupported() included. What depends on a limit
/// that is not known is left out. An empty list: the plan can be run.
QList<PlanProblem> validatePlan(const Plan& plan, const MachineLimits& limits);

/// True if one of them is an error.
bool hasErrors(const QList<PlanProblem>& problems);

/// BadInput if validatePlan() finds errors: the first as message ("targets[1].smp: …"), the other errors, one a line,
/// as detail. Warnings do not count.
Result<> checkPlan(const Plan& plan, const MachineLimits& limits);

} // namespace bv
