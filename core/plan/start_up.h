#pragma once

#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "plan/problem.h"
#include "sysbench/catalogue.h"

namespace bv {

// The start-up test (boot): its parameters are smp, memory_mib (each the target's own where it is not given) and cache
// ("warm", or "cold": what a start reads is dropped from this machine's page cache before).

/// The parameters, in the order in which people set them, as a form shows them. Without a default: the target's own.
const QList<sysbench::OptionInfo>& startOptions();

/// The values of cache, the default first.
QStringList startCaches();

/// The target as a run with these parameters starts it: with their CPUs and memory. Sockets, cores and threads of a VM
/// are left to QEMU where they do not give that number of CPUs.
TargetSettings startedAs(TargetSettings target, const QJsonObject& params);

/// What people see of the target beside a run with these parameters: its label, or that without what they set in its
/// place, "Docker 128 MiB" where they hold smp, "QEMU tcg qcow2" where they hold memory_mib, too.
QString startLabel(const TargetSettings& target, const QJsonObject& params);

/// Can this be run? Not on the host, which has no start-up, nor in a container with more CPUs than the machine, which
/// the engines refuse; what is not known of the machine refuses nothing. Such runs are left out of the plan.
bool canBeStarted(const TargetSettings& target, const QJsonObject& params, const MachineLimits& limits);

/// What a value of a parameter must be; empty if it is in order.
QString startRule(const QString& name, const QJsonValue& value);

/// What is wrong with a suite of it beyond its single values: sizes that a target cannot have, runs that are left out,
/// targets that the sizes make equal.
void validateStartUp(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                     PlanProblems& problems);

/// MiB of the largest target that a start-up test of the plan starts; 0 without one.
qint64 largestStartMib(const Plan& plan);

/// Does the plan measure nothing but start-ups? Then no two of its targets are ever up at the same time.
bool startsOnly(const Plan& plan);

} // namespace bv
