#pragma once

#include "base/result.h"
#include "plan/plan.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace bv {

/// What a VM boots from: a pair for QEMU's flash (code, which is only read, and variables), or one image for -bios.
/// All empty: QEMU's own (SeaBIOS on a PC).
struct FirmwareFiles
{
    QString code;
    QString codeFormat = QStringLiteral("raw"); ///< "raw" or "qcow2"
    QString vars; ///< the template; a VM gets a copy of its own. Empty: the code does without
    QString varsFormat = QStringLiteral("raw");
    QString bios;
    QString description; ///< for the record: of the descriptor, or the path
    bool isEmpty() const { return code.isEmpty() && bios.isEmpty(); }
    bool operator==(const FirmwareFiles&) const = default;
};

/// Where firmware may be installed. Folders of descriptors come in QEMU's order: a file hides those of the same name in
/// the folders before it, and an empty one only hides (docs/interop/firmware.json of QEMU).
struct FirmwarePlaces
{
    QString root;                  ///< put before every path; for tests. Empty: the real one
    QStringList descriptorFolders; ///< "/usr/share/qemu/firmware", …
    QStringList qemuFolders;       ///< QEMU's own data, with its edk2-…-code.fd: "/usr/share/qemu", …

    /// Those of this machine: share folders of Linux distributions and Homebrew, that beside the QEMU program (its
    /// absolute path, if known), /etc and the user's configuration. Reads the environment.
    static FirmwarePlaces ofThisMachine(const QString& qemuProgram = {});
};

/// EFI firmware for an architecture ("x86_64", "aarch64") and a machine ("q35", "virt,highmem=off"): by QEMU's
/// descriptors, else from the places where Debian, Fedora, Arch, openSUSE, Homebrew and QEMU itself put it. Images that
/// need SMM, that start signed systems only or that are made for confidential VMs are left out. NotFound with the
/// package to install. Small reads; any thread.
Result<FirmwareFiles> findFirmware(const FirmwarePlaces& places, const QString& arch, const QString& machine);

/// The firmware a VM's settings ask for. Nothing given: none for the built-in guest, and for others what the machine
/// needs (EFI on aarch64, QEMU's SeaBIOS on x86_64). An image that is given is looked at: NotFound; BadInput for one of
/// another architecture, one that is packed, no firmware, or of a size that QEMU refuses, with what to do. A name
/// without folder is looked for in QEMU's own folders as well, as QEMU does. Any thread.
Result<FirmwareFiles> resolveFirmware(const QemuSettings& settings, const FirmwarePlaces& places);

/// What a file is that was given as firmware.
struct FirmwareImage
{
    enum class Kind : quint8 {
        Unknown, ///< nothing known against it: some other firmware
        Code,    ///< EFI code without variables
        Full,    ///< EFI code and variables in one
        Vars,    ///< EFI variables alone
        Qcow2,   ///< a disk image of QEMU's, in which firmware may be
        Packed,  ///< gzip, xz, zstd, zip or 7z
        Iso,     ///< a CD image
        Program, ///< an EFI program or another executable
        Blank,   ///< nothing but zeros or ones: flash before it was written
    };
    Kind kind = Kind::Unknown;
    QString arch; ///< "x86_64", "i386", "aarch64", "arm", "riscv64"; empty: not to be seen
    qint64 size = 0;
    bool operator==(const FirmwareImage&) const = default;
};

/// Looks into the beginning and the volumes of an image. EFI code tells its architecture by the machine type of the
/// first program that lies in it uncompressed (PI specification 1.7, volume 3: firmware volumes and files; PE/COFF).
FirmwareImage inspectFirmware(const QByteArray& content);
/// Reads at most the first 16 MiB. NotFound, BadInput (a folder), Io.
Result<FirmwareImage> inspectFirmwareFile(const QString& path);

/// Whether a VM with this firmware writes variables, and so needs a copy of its own. Pure.
bool needsFirmwareVariables(const FirmwareFiles& firmware, const QString& arch);

/// Makes a VM's own copy of the variables, mode 0600, where there is none yet; for an aarch64 firmware without a
/// template an empty one of 64 MiB (sparse), which EFI fills. NoSpace, Io, NotFound.
Result<> copyFirmwareVariables(const FirmwareFiles& firmware, const QString& copy);

} // namespace bv
