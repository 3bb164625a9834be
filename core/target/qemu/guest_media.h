#pragma once

#include "async/task.h"
#include "plan/plan.h"
#include "plan/problem.h"

#include <QByteArray>
#include <QString>
#include <stop_token>

namespace bv {

/// What a file is, by its first bytes.
enum class MediaFormat : quint8 {
    Raw,     ///< none of the others, with a partition table or a boot sector
    Data,    ///< none of the others, and nothing that a firmware would start
    Qcow2,   ///< QEMU's own
    Luks,    ///< encrypted, also a qcow2 disk
    Foreign, ///< a disk of another program: VMDK, VDI, VHDX
    Iso,     ///< ISO 9660
    Packed,  ///< gzip, xz, zstd, bzip2, zip or 7z
};

/// By the first `mediaHeadSize` bytes of a file, or all of a shorter one.
MediaFormat mediaFormatOf(const QByteArray& head);
constexpr qint64 mediaHeadSize = 0x8000 + 0x800; ///< up to the first volume descriptor of ISO 9660

/// What is wrong with the files that a guest of the user's boots from (disk.path, disk.base, iso): missing, a folder,
/// not readable, of another format than the settings say, too small. `where` is the target's place in the plan. Nothing
/// for the built-in guest. Small reads; any thread.
QList<PlanProblem> inspectGuestMedia(const QemuSettings& settings, const QString& where);

/// The disk that the guest boots from: disk.path, or disk.base where that is not there. Small reads; any thread.
struct BootDisk
{
    QString path;
    QString format; ///< "raw" or "qcow2"
};
BootDisk bootDiskOf(const QemuSettings& settings);

/// Asks qemu-img about a disk: Locked when another program writes to it, BadInput when it is damaged, too small, or the
/// disk below it is missing. Engine thread.
Async<> checkBootDisk(QString qemuImg, BootDisk disk, std::stop_token stop);

/// Makes the qcow2 file `overlay`, which takes what a VM writes, so that the disk itself is only read.
Async<> makeOverlay(QString qemuImg, BootDisk disk, QString overlay, std::stop_token stop);

} // namespace bv
