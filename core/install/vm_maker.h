#pragma once

#include "install/install_machine.h"
#include "install/seed.h"
#include "install/vm_store.h"
#include "target/target.h"

namespace bv {

/// A VM to be made. Either an ISO or an image of a disk with cloud-init. A constructor on purpose (GCC 12, see
/// async/task.h).
struct VmWish
{
    QString name;
    QString iso;
    QString cloudImage;
    QString disk;     ///< where to; empty: disk.qcow2 in the VM's folder
    qint64 bytes = 0; ///< of the disk; 0: as large as the image
    QString user = QStringLiteral("bench");
    QString arch;     ///< of an image; empty: this machine's. An ISO says it itself
    QString firmware; ///< as in a plan; empty: what the architecture needs
    QString accel;    ///< decided: "tcg" or "kvm"
    int smp = 2;
    int memoryMib = 2048;
    bool byHand = false; ///< of an ISO: somebody installs it on the VM's screen
    /// Where that screen is: a window of QEMU's, VNC on a socket whose name is told, or the same shown by the caller.
    enum class Screen : quint8 { Window, Socket, Caller };
    Screen screen = Screen::Window;
    std::chrono::milliseconds patience{15 * 60 * 1000}; ///< the guest may say nothing for so long

    explicit VmWish(QString n)
        : name(std::move(n))
    {
    }
};

/// Where it is made, and by what.
struct VmPlaces
{
    Tools tools;
    QString dataDir;    ///< see VmStore
    QString runtimeDir; ///< for its sockets; exists
};

/// Makes the VM: key, disk, answers, installation without anybody's help, first boot by ssh. On the way it is stored,
/// so that one that was cut off after its installation goes on there; one that was cut off before, cancelled or not, is
/// made anew (an installation cannot be continued), and nothing of it stays. The ISO is not attached to what is stored.
/// Errors: BadInput, NotFound, NoSpace, Locked (the same VM is being made), NotReady (see InstallMachine::watch()),
/// Cancelled. Engine thread.
Async<StoredVm> makeVm(VmWish wish, VmPlaces places, InstallProgress progress, std::stop_token stop);

/// Where the VM has its sockets while it is made; its screen is "vnc" in there. Pure.
QString vmSocketDir(const QString& runtimeDir, const QString& name);

/// The kernel's command line for an installer. Pure.
QString installerCommandLine(const IsoFacts& facts);

} // namespace bv
