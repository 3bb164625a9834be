#pragma once

#include "plan/plan.h"

#include <QString>
#include <QStringList>

namespace bv {

/// What a VM is started with, beside its settings.
struct QemuRuntime
{
    QString program;
    QString accel; ///< "tcg" or "kvm": decided, no longer "auto"
    QString kernel;
    QString initrd;
    QString diskPath;  ///< empty: no disk
    QString socketDir; ///< holds qmp, qga, out0, st0 and console
};

/// The exact argv, program first. The guest gets no network. It can be pasted into a shell: then QEMU makes the sockets
/// and the guest boots, without Benchvisor. Source of the choices: QEMU 7.2 manual page; hpet=off and tsc because
/// guests were seen to hang while they calibrated HPET or PIT under load, and because sysbench reads the clock around
/// each event.
QStringList qemuArgv(const QemuSettings& settings, const QemuRuntime& runtime);

/// The argv that makes a disk: `qemu-img create -f FORMAT PATH SIZE`.
QStringList qemuImgCreateArgv(const QString& qemuImg, const DiskSettings& disk, const QString& path);

/// The kernel's command line for the built-in guest.
QString guestKernelCommandLine(const QString& arch);

} // namespace bv
