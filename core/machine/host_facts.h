#pragma once

#include "plan/machine_limits.h"

#include <QJsonObject>

namespace bv {

/// What a reader must know of the machine: hostname, os, kernel, machine, cpu_model, cpus, memory_mib, governor,
/// hypervisor (true when this machine is itself a VM), product, load_1min. A fact that is not known is absent. A few
/// small reads.
QJsonObject hostFacts();

/// CPUs this process may use and RAM of the machine.
MachineLimits machineLimits();

} // namespace bv
