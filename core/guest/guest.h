#pragma once

#include "async/task.h"
#include "guest/architecture.h"

#include <QString>
#include <functional>
#include <stop_token>

namespace bv {

/// The built-in guest, ready to be started. One file tree, packed twice, so that VM and container run the same
/// programs.
struct GuestFiles
{
    QString folder;
    QString kernel;          ///< for -kernel: a bzImage, for aarch64 an Image
    QString initrd;          ///< the tree with /init and kernel modules, for -initrd
    QString imageTar;        ///< the tree without them, for `docker import`
    QString digest;          ///< SHA-256 of the tree, hex: equal input, equal digest
    QString sysbenchVersion; ///< "1.0.20"
    QString sysbenchSha256;  ///< of the program, hex
    QString kernelRelease;   ///< as `uname -r` prints it
    QString kernelPackage;   ///< name and version, or the file that was given
    QString arch;            ///< "x86_64" or "aarch64"
};

/// Where the guest is built and from what. An empty program is looked up in PATH and the administrator's folders.
struct GuestBuildOptions
{
    QString cacheDir;                    ///< made if missing; nothing else may be kept in it
    QString arch = nativeArchitecture(); ///< another than this machine's: from packages, not from the programs below
    QString sysbench;
    QString busybox; ///< a static one
    QString qemuGa;  ///< when there is none, its package is downloaded
    QString mke2fs;
    QString dd; ///< of GNU coreutils
    QString aptGet;
    QString aptCache;
    QString dpkgDeb;
    QString kernelImage; ///< a bzImage to take instead of the distribution's kernel for virtual machines
    QString modulesDir;  ///< its lib/modules/RELEASE; empty: /lib/modules/RELEASE if that is there
    bool force = false;  ///< build although nothing changed, and ask apt for newer packages; without network: as it is
};

/// The guest that was built last. Reads the manifest and checks that its files are there; quick, any thread. NotFound
/// when there is none, with what to run.
Result<GuestFiles> builtGuest(const GuestBuildOptions& options);

/// Whether a build would give the same guest: the program's own scripts, the paths of the programs and size and time
/// (when these differ: the sum) of every input are as they were. A newer kernel package alone is no change, so that
/// results stay comparable; `force` fetches it. Never fails for a guest that is not there or damaged: that is false.
/// Any thread, quick.
Result<bool> guestUpToDate(const GuestBuildOptions& options);

/// Whether this machine has what a build takes; whether the network is there shows in the build only. NotReady with
/// what to install. Any thread, quick.
Result<> guestCanBeBuilt(const GuestBuildOptions& options);

/// Told, on the thread of the build, which step is being done and how much of the whole was done before it, 0 to 1.
using GuestProgress = std::function<void(const QString& step, double fraction)>;

/// Gives the guest, built anew if an input changed. Needs no root and installs nothing. Waits while another process
/// builds. NotReady: a program, the kernel package or the network is missing, message says what to install or do;
/// BadInput: an architecture or kernel that cannot be used; NoSpace; Io; Cancelled. What was there before stays unless
/// it succeeds. Call it on a thread with an event loop that lives as long as the program (the engine's).
Async<GuestFiles> buildGuest(GuestBuildOptions options, GuestProgress progress, std::stop_token stop);

/// Removes the guest of this architecture and everything downloaded for it. Locked while a build is going on. Any
/// thread.
Result<> removeGuest(const GuestBuildOptions& options);

} // namespace bv
