#pragma once

#include "base/result.h"
#include "plan/plan.h"
#include "target/qemu/accelerator_probe.h"

#include <QStringList>

namespace bv {

/// Whether it depends on KVM under which accelerator a target runs: only a VM of this machine's architecture can.
bool needsKvmAnswer(const TargetSettings& target);

/// Decides what of a VM's settings depends on this machine: the accelerator "auto" becomes "kvm" or "tcg", for another
/// architecture always "tcg", and the CPU "max" of an emulated aarch64 gets a pointer authentication that is quick to
/// emulate. Gives notes for the user; that KVM is or is not used is not among them, since it holds for all targets.
/// BadInput where another architecture is to run under an accelerator, NotReady where KVM does not work, with the
/// reason. `kvm` is only read where needsKvmAnswer(). Any thread.
Result<QStringList> decideMachine(TargetSettings& target, const KvmAnswer& kvm);

} // namespace bv
