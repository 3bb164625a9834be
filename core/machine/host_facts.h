#pragma once

#include "plan/machine_limits.h"

#include <QJsonObject>
#include <QString>
#include <optional>

namespace bv {

/// What a reader must know of the machine: hostname, os, kernel, machine, cpu_model, cpus, memory_mib, governor, turbo
/// (whether the CPU may exceed its nominal clock), on_battery, hypervisor (true when this machine is itself a VM),
/// product, load_1min; with a folder, which need not be there yet, also work_file_system and work_free_mib of where it
/// is. A fact that is not known is absent. A few small reads.
QJsonObject hostFacts(const QString& workFolder = {});

/// Whether the machine runs on a battery, by the kernel's folder of power supplies (Documentation/ABI/testing/
/// sysfs-class-power): one of the machine itself is discharging. Nothing where there is no battery.
std::optional<bool> onBattery(const QString& folder = QStringLiteral("/sys/class/power_supply"));

/// Whether turbo is on, by the kernel's folder of CPUs: intel_pstate/no_turbo or cpufreq/boost. Nothing where neither
/// is there.
std::optional<bool> turboIsOn(const QString& folder = QStringLiteral("/sys/devices/system/cpu"));

/// CPUs this process may use and RAM of the machine.
MachineLimits machineLimits();

} // namespace bv
