#pragma once

#include "base/paths.h"
#include "base/result.h"
#include "run/leftovers.h"
#include "target/target.h"

#include <chrono>

namespace bv {

/// What Benchvisor works with: folders and programs.
struct EngineSettings
{
    SessionFolders folders;
    QString dataDir;  ///< the session store
    QString cacheDir; ///< the built-in guest, the accelerator's answer
    Tools tools;
    std::chrono::milliseconds grace{60000};          ///< a run may take this much longer than planned
    std::chrono::milliseconds bootDeadline{0};       ///< for a guest to answer; 0: by guest and accelerator
    std::chrono::milliseconds storePatience{120000}; ///< another program may keep the store busy for so long
    QString kvmDevice = QStringLiteral("/dev/kvm");

    QString storeFile() const { return dataDir + QStringLiteral("/sessions.sqlite"); }
    QString guestDir() const { return cacheDir + QStringLiteral("/guest"); }
    QString imageMemoryFile() const { return cacheDir + QStringLiteral("/images.json"); }
    QString acceleratorFile() const { return cacheDir + QStringLiteral("/accelerator.json"); }
};

/// From the user's folders and the settings file `<config>/benchvisor.ini`: [tools] docker, qemu, qemu_aarch64,
/// qemu_img, sysbench, ssh (names or absolute paths), [run] grace_s, boot_s, [paths] kvm_device, work_dir. Without a
/// docker in PATH, podman is used. BadInput for a settings file that cannot be read or has an unknown key.
Result<EngineSettings> loadEngineSettings(const Paths& paths);

/// Makes the folders a session needs, the runtime folder for this user alone. Io, NoSpace or NotReady.
Result<> makeFolders(const EngineSettings& settings);

} // namespace bv
