#pragma once

#include "run/engine_settings.h"

#include <QJsonObject>

namespace bv {

/// hostFacts() with what depends on the user's settings: "work_file_system" and "work_free_mib" of the folder that
/// scratch disks are made in, and "kvm" (bool), whether KVM can be used here, where that is known without booting
/// anything. A few small reads; any thread.
QJsonObject measuringHost(const EngineSettings& settings);

} // namespace bv
