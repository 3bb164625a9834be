#pragma once

#include "plan/plan.h"
#include "plan/problem.h"

#include <QList>

namespace bv {

/// What a plan may say but this version cannot do, each an error: guests from a disk or an ISO, aarch64, hvf and whpx,
/// ssh, firmware, encrypted disks and overlays. This is the only place where they are refused; whoever
/// adds one removes it here.
QList<PlanProblem> notYetSupported(const Plan& plan);

} // namespace bv
