#pragma once

#include "disk/qemu_img.h"
#include "plan/guest_kernel.h"
#include "plan/plan.h"
#include "target/qemu/firmware.h"

#include <QString>
#include <QStringList>

namespace bv {

/// What a VM is started with, beside its settings.
struct QemuRuntime
{
    QString program;
    QString accel;  ///< decided, no longer "auto"
    QString kernel; ///< of the built-in guest; empty for a guest that boots by itself
    QString initrd;
    QString diskPath;       ///< empty: no disk
    QString socketDir;      ///< holds qmp, qga, out0, st0, vnc and console
    FirmwareFiles firmware; ///< resolved, see resolveFirmware(); `vars` is the VM's private copy. Empty: QEMU's own
    QString seedIso;        ///< answers for an installer or cloud-init; empty: none
    QString diskKey;        ///< path of the passphrase of a "luks" disk; empty: the settings' key_file
    bool watched = false;   ///< the built-in guest's kernel says on the console that it runs; for the time of a start
    int sshPort = 0;        ///< on 127.0.0.1 of this machine, for channel ssh; 0: none
    bool scratch = false;   ///< the disk is an empty one beside an ISO; the guest finds it by its serial number
    bool ordered = false;   ///< the firmware is told to start what the guest is to boot from, and not to look for it
    bool hearsBios = false; ///< what SeaBIOS says is written to the file `firmware` of socketDir
};

/// An option of QEMU with its value, and why it is there.
struct QemuArgument
{
    enum class Owner : quint8 {
        Setting, ///< a setting of the target
        Control, ///< how Benchvisor steers and hears the VM
        Outside, ///< in place of the controls, where the command is run without Benchvisor
        Extra,   ///< an extra argument of the user
    };
    QStringList words;
    Owner owner = Owner::Setting;
    QString purpose; ///< of a control, for people
};

/// Every argument in its order, those of Owner::Outside, too. Source of the choices: QEMU 7.2 manual page; hpet=off
/// and tsc because guests were seen to hang while they calibrated HPET or PIT under load, and because sysbench reads
/// the clock around each event.
QList<QemuArgument> qemuArguments(const QemuSettings& settings, const QemuRuntime& runtime);

/// The exact argv, program first: all but Owner::Outside. It can be pasted into a shell: then QEMU makes the sockets
/// and the guest boots, without Benchvisor. Without a network setting the guest has none.
QStringList qemuArgv(const QemuSettings& settings, const QemuRuntime& runtime);

/// The same machine as somebody would start it by hand: all but Owner::Control.
QStringList qemuArgvWithoutControl(const QemuSettings& settings, const QemuRuntime& runtime);
/// The runtime of such a command: files as the settings name them, QEMU's usual name, tcg where nothing is decided.
QemuRuntime handRuntime(const QemuSettings& settings);

/// The disk as it is made at `path`. An overlay gets the size of its base.
NewDisk newDisk(const DiskSettings& disk, const QString& path);
/// The argv that makes it. The format of a base must be known; a "luks" disk needs its key_file, and a qcow2
/// disk with one is encrypted, too. Of such disks qemu-img 7.2 sometimes says "Unable to get accurate CPU usage", see
/// wasTooBusy().
QStringList qemuImgCreateArgv(const QString& qemuImg, const DiskSettings& disk, const QString& path);

} // namespace bv
