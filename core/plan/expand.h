#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"

namespace bv {

/// The most runs a plan may come to, warm-ups included.
inline constexpr qint64 runLimit = 100'000;

/// MiB of RAM that the targets of one group may have together: the machine's less a reserve for its own work (a tenth,
/// at least 512 MiB). Nothing where the machine's memory is not known.
std::optional<qint64> memoryForTargets(const MachineLimits& limits);

/// The targets (ids, in the plan's order) that are up at the same time. Interleaved: as many as fit into memory
/// together, in the fewest groups that keep the order, beside the largest that a start-up test starts; the host target
/// needs none, and where nothing but start-ups is measured no target does. A target that does not fit even
/// alone stands alone. Blocked: each target alone. No empty groups.
QList<QStringList> targetGroups(const Plan& plan, const MachineLimits& limits);

/// Why and in which groups an interleaved plan runs, one sentence for people; empty where one group holds all, and for
/// blocked plans.
QString describeGroups(const Plan& plan, const MachineLimits& limits);

/// How many runs expandPlan() would give on such a machine; saturates at the largest qint64. With adaptive repeats: the
/// most there can be.
qint64 countRuns(const Plan& plan, const MachineLimits& limits = {});

/// Every run of the plan, in the order of execution; `index` counts from 0. Deterministic: it depends on the plan
/// (after normalized(), so also for a plan that was stored) and on the groups, hence on limits.memoryMib, and on
/// nothing else but, for the start-up test, limits.logicalCpus (see canBeStarted()).
///
/// A cell is a combination of a suite's values (the first parameter varies slowest) on one target; a combination listed
/// twice counts once. Group by group; interleaved: for each combination the warm-ups, then the repeats, each going
/// round the group's targets (A B A B …); blocked: the same for each target alone. With adaptive repeats there are
/// maxRepeats rounds, and the runner leaves out what hasConverged(). `params` hold one value each, essential defaults
/// filled in.
///
/// Errors (BadInput): no targets, no suites, a parameter without values, more than runLimit runs. The values themselves
/// are judged by validatePlan().
Result<QList<PlannedRun>> expandPlan(const Plan& plan, const MachineLimits& limits);

} // namespace bv
