#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "plan/problem.h"

namespace bv {

/// The part of validateTarget() about a VM.
void validateQemu(const QemuSettings& qemu, const QString& where, const MachineLimits& limits, PlanProblems& problems);

/// Its disk; `where` ends in ".disk".
void validateDisk(const QemuSettings& qemu, const QString& where, PlanProblems& problems);

/// Its extra arguments: those that would take the VM out of Benchvisor's hands are errors, those that say again what a
/// setting or Benchvisor itself says are warnings. `where` ends in ".extra_args".
void validateExtraArgs(const QemuSettings& qemu, const QString& where, PlanProblems& problems);

/// Why an option of QEMU would take the VM out of Benchvisor's hands, as the end of a sentence ("QEMU would go on
/// without it"); empty for all others.
QString whyOutOfControl(const QString& option);

} // namespace bv
