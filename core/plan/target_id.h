#pragma once

#include "plan/plan.h"

namespace bv {

/// True for 1 to 64 letters (a–z, A–Z), digits, '.', '_' and '-', the first a letter or digit: safe as the name of a
/// file, a container and a volume.
bool isValidTargetId(QStringView id);

/// An id made from the settings: "host", "docker-2c-1g", "docker-1.5c-512m-layer", "qemu-2c-1g",
/// "qemu-kvm-2c-1g-qcow2", "qemu-aarch64-iso-4c-2g"; what is as by default (volume, raw; tcg and auto; x86_64, the
/// built-in guest) is not in it. Where the id is among
/// `taken`, "-2", "-3" … is added.
QString makeTargetId(const TargetSettings& target, const QStringList& taken);

} // namespace bv
