#pragma once

#include "async/task.h"
#include "disk/disk_image.h"
#include "disk/qemu_img.h"

#include <functional>
#include <stop_token>

namespace bv {

/// How much is done, 0…1.
using DiskProgress = std::function<void(double fraction)>;

/// A disk to be copied into another format. A constructor on purpose (GCC 12, see async/task.h).
struct DiskConversion
{
    QString source;
    QString sourceKey; ///< file with the passphrase of the source; empty where it is not encrypted
    NewDisk target;    ///< size and base are not looked at

    DiskConversion(QString from, NewDisk to)
        : source(std::move(from))
        , target(std::move(to))
    {
    }
};

enum class DiskRepair : quint8 { Nothing, Leaks, All };

/// Disk images, by qemu-img. Files are written under another name first (".NAME.part") and get theirs when they are
/// complete; what a killed program left under that name is replaced. Every function: engine thread; stop cancels it,
/// and nothing half-made stays. Errors that several have: NotFound (no such disk, folder or qemu-img), Locked (in use),
/// NoSpace, BadInput, Cancelled.
class DiskTool
{
public:
    explicit DiskTool(QString qemuImg)
        : m_qemuImg(std::move(qemuImg))
    {
    }

    /// Makes a disk where nothing is yet.
    Async<DiskImage> create(NewDisk disk, std::stop_token stop) const;
    /// Also of a disk in use, where `sharing` says so; a damaged one is described, not refused.
    Async<DiskImage> info(QString path, bool sharing, std::stop_token stop) const;
    /// Looks through the tables of the format, and mends them where it is asked to.
    Async<DiskCheck> check(QString path, QString keyFile, DiskRepair repair, std::stop_token stop) const;
    /// A copy with all that the disk shows (of an overlay: with its base's content).
    Async<DiskImage> convert(DiskConversion conversion, DiskProgress progress, std::stop_token stop) const;
    /// Makes the disk larger; the guest finds the room. BadInput when it is larger already.
    Async<> grow(QString path, qint64 bytes, std::stop_token stop) const;
    /// Deletes the file. Refuses what is no disk, what is in use, and what an overlay in the same folder needs; also a
    /// file that only could be a raw disk, by neither name nor first block, unless `isRaw` says that it is one.
    Result<> remove(const QString& path, bool isRaw = false) const;

private:
    Async<> resolveBase(NewDisk* disk, std::stop_token stop) const;
    Task<ProcessOutcome> runPatiently(QStringList argv, OutputHandler onOutput, std::stop_token stop) const;
    Async<> checkRoomToConvert(DiskConversion conversion, DiskImage source, std::stop_token stop) const;

    QString m_qemuImg;
};

/// The path under which a disk is being made.
QString partPathOf(const QString& path);

} // namespace bv
