#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

/// What differs between guests of different architectures.
struct GuestArchitecture
{
    QString name;           ///< as QEMU, the plan and `uname -m` call it
    QString debian;         ///< as Debian's packages call it
    quint16 elfMachine = 0; ///< e_machine of elf(5)
    QString libraryFolder;  ///< below /usr/lib; the loader searches it without a cache
    QString loaderLink;     ///< where programs look for the loader, if not in /lib64; relative to the root
    QString cloudKernel;    ///< Debian's package of the kernel for virtual machines
};

/// Nothing for an architecture that this program builds no guest for. Pure.
std::optional<GuestArchitecture> guestArchitecture(const QString& name);

/// "x86_64" and "aarch64". Pure.
QStringList guestArchitectureNames();

/// Of this machine, under the plan's name for it: its guest is made from the machine's own programs, and only it can
/// run under KVM. Any thread.
QString nativeArchitecture();

} // namespace bv
