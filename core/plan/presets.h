#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"

namespace bv {

/// "quick", "report", "scenarios", "grid", "startup".
QStringList presetNames();

/// The preset of that name. CPU counts and memory are lowered where the machine has less, always equally for containers
/// and VMs; arrangements that become the same by that are given once. The container comes first: ratios are to the
/// first target. Accelerators are "auto".
/// - quick: Docker and QEMU; cpu 20000, fileio rndwr, seqrd, seqrewr with 16 threads on 256 MiB; 3 repeats of 4 s (24
/// runs).
/// - report: Docker and QEMU; cpu 20000, 50000, 90000 with 1 thread; fileio rndwr, seqrd, seqrewr with 16 threads on 1
/// GiB;
///   5 repeats of 10 s (60 runs).
/// - scenarios: three containers and three VMs of growing size; cpu with 1 and with as many threads as the largest has
///   CPUs, fileio as in report; 5 repeats of 10 s.
/// - grid: Docker {1, 2} CPU × {512, 1024} MiB, QEMU the same × {raw, qcow2}; cpu, memory (read, write) and fileio
/// (rndwr,
///   seqrd); 5 repeats of 10 s.
/// - startup: Docker and QEMU; boot of {1, 2, 4} CPU × {512, 2048} MiB, as far as the machine has them; 3 repeats.
/// Error: BadInput for an unknown name, with the nearest right one.
Result<Plan> preset(const QString& name, const MachineLimits& limits);

/// The plan with targets of these kinds only, in the order of `kinds` (and, within a kind, of the plan). For a kind
/// that the plan lacks, one is added, with the CPUs and memory of the plan's first target that has limits, else 2 CPUs
/// and 1 GiB, lowered to what the machine has.
Plan withTargets(Plan plan, const QList<TargetKind>& kinds, const MachineLimits& limits = {});
/// The plan with so many repeats of each run; no longer adaptive.
Plan withRepeats(Plan plan, int repeats);
/// The plan with runs of so many seconds, in every suite but boot.
Plan withTime(Plan plan, int seconds);

} // namespace bv
