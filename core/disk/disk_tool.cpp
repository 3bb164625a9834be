#include "disk/disk_tool.h"

#include "disk/disk_files.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <memory>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Disk)
};

constexpr std::chrono::milliseconds askTimeout{120'000};
constexpr std::chrono::hours copyTimeout{24};
constexpr int mostTries = 6;
constexpr qint64 tables = 4 * 1024 * 1024; ///< bytes: what a disk takes that holds nothing
constexpr int checkUnsupported = 63;       ///< exit status of qemu-img check

bool isPreallocated(const NewDisk& disk)
{
    return disk.preallocation == "falloc"_L1 || disk.preallocation == "full"_L1;
}

Result<> checkWishes(const NewDisk& disk)
{
    if (QFileInfo::exists(disk.path) || QFileInfo(disk.path).isSymLink())
        return Error(Error::Code::BadInput,
                     Text::tr("%1 exists already. Choose another name, or delete it first.").arg(disk.path));
    if (!QStringList{u"raw"_s, u"qcow2"_s, u"luks"_s}.contains(disk.format))
        return Error(Error::Code::BadInput,
                     Text::tr("\"%1\" is no format that disks are made in. Use raw or qcow2.").arg(disk.format));
    if (disk.preallocation == "metadata"_L1 && disk.imageFormat() != "qcow2"_L1)
        return Error(Error::Code::BadInput,
                     Text::tr("A raw disk has no metadata to preallocate. Use off, falloc or full."));
    if (!disk.base.isEmpty() && (disk.imageFormat() != "qcow2"_L1 || disk.preallocation != "off"_L1))
        return Error(Error::Code::BadInput,
                     Text::tr("An overlay on a base is a qcow2 disk without preallocation. Use format qcow2 and "
                              "preallocation off."));
    if (disk.isEncrypted())
        return checkSecretFile(disk.keyFile);
    return Unit();
}

/// By its name, or by the end of a partition table or boot sector.
bool looksLikeRawDisk(const QString& path)
{
    const QString suffix = QFileInfo(path).suffix();
    QFile file(path);
    return suffix == "raw"_L1 || suffix == "img"_L1 ||
           (file.open(QIODevice::ReadOnly) && file.read(512).endsWith("\x55\xaa"));
}

QString missingBase(const QString& path)
{
    return Text::tr("The disk %1 is an overlay, and its base cannot be opened. Put the base back where it was.")
        .arg(path);
}

/// What a program that was killed left there.
Result<> clearPart(const QString& part)
{
    if (!QFileInfo::exists(part))
        return Unit();
    if (isDiskInUse(part))
        return Error(Error::Code::Locked, Text::tr("The disk is being made by another program: %1").arg(part));
    if (!QFile::remove(part))
        return Error(Error::Code::Io, Text::tr("%1 is in the way and cannot be removed.").arg(part));
    return Unit();
}

} // namespace

QString partPathOf(const QString& path)
{
    const QFileInfo info(path);
    return info.absolutePath() + "/."_L1 + info.fileName() + ".part"_L1;
}

Task<ProcessOutcome> DiskTool::runPatiently(QStringList argv, OutputHandler onOutput, std::stop_token stop) const
{
    ProcessSpec spec(argv.first(), argv.mid(1));
    spec.timeout = copyTimeout;
    spec.environment << std::pair(u"LC_ALL"_s, u"C"_s);
    ProcessOutcome outcome = co_await runProcess(spec, stop, onOutput);
    for (int tries = 1; tries < mostTries && wasTooBusy(outcome); ++tries)
        outcome = co_await runProcess(spec, stop, onOutput);
    co_return outcome;
}

/// Its format and, where none is given, its size.
Async<> DiskTool::resolveBase(NewDisk* disk, std::stop_token stop) const
{
    const auto base = co_await info(disk->base, false, stop);
    if (!base)
        co_return base.error();
    if (!base->encryption.isEmpty())
        co_return Error(Error::Code::BadInput, Text::tr("The base %1 is encrypted, and an overlay on it would not "
                                                        "be. Convert it to a disk without encryption first.")
                                                   .arg(disk->base));
    if (disk->baseFormat.isEmpty())
        disk->baseFormat = base->format;
    if (disk->bytes > 0 && disk->bytes < base->virtualBytes)
        co_return Error(
            Error::Code::BadInput,
            Text::tr("The base %1 is larger (%2) than the overlay (%3). Give it at least that size, or none.")
                .arg(disk->base, diskSizeText(base->virtualBytes), diskSizeText(disk->bytes)));
    disk->base = QFileInfo(disk->base).absoluteFilePath();
    co_return Unit();
}

Async<DiskImage> DiskTool::create(NewDisk disk, std::stop_token stop) const
{
    if (const Result<> fine = checkWishes(disk); !fine)
        co_return fine.error();
    if (!disk.base.isEmpty()) {
        const auto resolved = co_await resolveBase(&disk, stop);
        if (!resolved)
            co_return resolved.error();
    } else if (disk.bytes <= 0) {
        co_return Error(Error::Code::BadInput, Text::tr("A disk needs a size, such as 4G."));
    }
    const bool whole = isPreallocated(disk);
    const qint64 fileSize = disk.imageFormat() == "qcow2"_L1 && !whole ? tables : disk.bytes + tables;
    if (const Result<> room = checkRoomForDisk(disk.path, fileSize, whole ? disk.bytes + tables : tables); !room)
        co_return room.error();
    const QString path = disk.path;
    disk.path = partPathOf(path);
    if (const Result<> cleared = clearPart(disk.path); !cleared)
        co_return cleared.error();
    const OutputHandler none;
    const QStringList argv = qemuImgCreateArgv(m_qemuImg, disk);
    const ProcessOutcome outcome = co_await runPatiently(argv, none, stop);
    Result<> done = outcome.ok() ? renameWithoutReplacing(disk.path, path)
                                 : qemuImgError(outcome, Text::tr("The disk %1 could not be created").arg(path), path);
    if (!done) {
        QFile::remove(disk.path);
        co_return done.error();
    }
    co_return co_await info(path, false, stop);
}

Async<DiskImage> DiskTool::info(QString path, bool sharing, std::stop_token stop) const
{
    if (!QFileInfo(path).isFile())
        co_return Error(Error::Code::NotFound, Text::tr("There is no disk %1.").arg(path));
    QStringList words{u"info"_s, u"--output=json"_s, u"--backing-chain"_s};
    if (sharing)
        words << u"-U"_s;
    ProcessSpec spec(m_qemuImg, words << QFileInfo(path).absoluteFilePath());
    spec.timeout = askTimeout;
    spec.environment << std::pair(u"LC_ALL"_s, u"C"_s);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.ok())
        co_return parseDiskInfo(outcome.output);
    Error error = qemuImgError(outcome, Text::tr("The disk %1 cannot be read").arg(path), path);
    if (error.code == Error::Code::NotFound && outcome.kind == ProcessOutcome::Kind::Exited) // the disk is there
        error.message = missingBase(path);
    co_return error;
}

Async<DiskCheck> DiskTool::check(QString path, QString keyFile, DiskRepair repair, std::stop_token stop) const
{
    const auto format = sniffDiskFormat(path);
    if (!format)
        co_return format.error();
    DiskCheck none;
    none.isSupported = false;
    if (*format == "raw"_L1 || *format == "luks"_L1)
        co_return none;
    if (!keyFile.isEmpty()) {
        if (const Result<> secret = checkSecretFile(keyFile); !secret)
            co_return secret.error();
    }
    QStringList words{u"check"_s, u"--output=json"_s};
    if (repair != DiskRepair::Nothing)
        words << u"-r"_s << (repair == DiskRepair::All ? u"all"_s : u"leaks"_s);
    words << qemuImgSourceWords(QFileInfo(path).absoluteFilePath(), *format, keyFile);
    ProcessSpec spec(m_qemuImg, words);
    spec.timeout = copyTimeout;
    spec.environment << std::pair(u"LC_ALL"_s, u"C"_s);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind == ProcessOutcome::Kind::Exited && outcome.exitCode == checkUnsupported)
        co_return none;
    const bool ended = outcome.kind == ProcessOutcome::Kind::Exited && outcome.output.contains("check-errors");
    if (!ended)
        co_return qemuImgError(outcome, Text::tr("The disk %1 could not be checked").arg(path), path);
    co_return parseDiskCheck(outcome.output);
}

/// What the copy will take; qemu-img knows what of the source holds data.
Async<> DiskTool::checkRoomToConvert(DiskConversion conversion, DiskImage source, std::stop_token stop) const
{
    qint64 needed = source.virtualBytes;
    const bool whole = isPreallocated(conversion.target);
    if (!whole) {
        const QStringList from = qemuImgSourceWords(conversion.source, source.format, conversion.sourceKey);
        ProcessSpec spec(m_qemuImg, QStringList{u"measure"_s, u"--output=json"_s, u"-O"_s, u"qcow2"_s} + from);
        spec.timeout = copyTimeout;
        spec.environment << std::pair(u"LC_ALL"_s, u"C"_s);
        const ProcessOutcome outcome = co_await runProcess(spec, stop);
        if (!outcome.ok())
            co_return qemuImgError(outcome, Text::tr("The disk %1 cannot be read").arg(conversion.source),
                                   conversion.source);
        needed = QJsonDocument::fromJson(outcome.output)["required"_L1].toInteger(needed);
    }
    const bool isSmall = conversion.target.imageFormat() == "qcow2"_L1 && !whole;
    const qint64 fileSize = isSmall ? needed : source.virtualBytes;
    co_return checkRoomForDisk(conversion.target.path, fileSize + tables, needed + tables);
}

Async<DiskImage> DiskTool::convert(DiskConversion conversion, DiskProgress progress, std::stop_token stop) const
{
    const QString path = conversion.target.path;
    conversion.source = QFileInfo(conversion.source).absoluteFilePath();
    conversion.target.base.clear();
    conversion.target.bytes = 0;
    if (const Result<> fine = checkWishes(conversion.target); !fine)
        co_return fine.error();
    const auto source = co_await info(conversion.source, false, stop);
    if (!source)
        co_return source.error();
    if (source->encryption.isEmpty())
        conversion.sourceKey.clear();
    else if (const Result<> secret = checkSecretFile(conversion.sourceKey); !secret)
        co_return conversion.sourceKey.isEmpty()
            ? Error(
                  Error::Code::BadInput,
                  Text::tr("The disk %1 is encrypted. Name the file that holds its passphrase.").arg(conversion.source))
            : secret.error();
    const auto room = co_await checkRoomToConvert(conversion, *source, stop);
    if (!room)
        co_return room.error();
    conversion.target.path = partPathOf(path);
    if (const Result<> cleared = clearPart(conversion.target.path); !cleared)
        co_return cleared.error();
    const auto printed = std::make_shared<QByteArray>();
    const OutputHandler listen = [printed, progress](const QByteArray& chunk) {
        *printed = (*printed + chunk).right(100);
        if (const auto fraction = lastProgress(*printed); fraction && progress)
            progress(*fraction);
    };
    const QStringList argv =
        qemuImgConvertArgv(m_qemuImg, conversion.source, source->format, conversion.sourceKey, conversion.target);
    const ProcessOutcome outcome = co_await runPatiently(argv, listen, stop);
    Result<> done = outcome.ok() ? renameWithoutReplacing(conversion.target.path, path)
                                 : qemuImgError(outcome, Text::tr("The disk %1 could not be made").arg(path), path);
    if (!done) {
        QFile::remove(conversion.target.path);
        co_return done.error();
    }
    co_return co_await info(path, false, stop);
}

Async<> DiskTool::grow(QString path, qint64 bytes, std::stop_token stop) const
{
    const auto image = co_await info(path, false, stop);
    if (!image)
        co_return image.error();
    if (bytes < image->virtualBytes)
        co_return Error(Error::Code::BadInput, Text::tr("The disk is larger (%1) than it is to be (%2). Ask for more.")
                                                   .arg(diskSizeText(image->virtualBytes), diskSizeText(bytes)));
    ProcessSpec spec(m_qemuImg, {u"resize"_s, u"-q"_s, u"-f"_s, image->format, QFileInfo(path).absoluteFilePath(),
                                 QString::number(bytes)});
    spec.timeout = askTimeout;
    spec.environment << std::pair(u"LC_ALL"_s, u"C"_s);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return qemuImgError(outcome, Text::tr("The disk %1 cannot be made larger").arg(path), path);
    co_return Unit();
}

Result<> DiskTool::remove(const QString& path, bool isRaw) const
{
    const QFileInfo info(path);
    if (info.isSymLink())
        return Error(Error::Code::BadInput, Text::tr("%1 is a link. Name the disk that it leads to.").arg(path));
    if (!info.exists())
        return Error(Error::Code::NotFound, Text::tr("There is no disk %1.").arg(path));
    const auto format = info.isFile() ? sniffDiskFormat(path) : Result<QString>(u"raw"_s);
    if (!format)
        return format.error();
    if (!info.isFile() || (*format == "raw"_L1 && (info.size() == 0 || info.size() % 512 != 0)))
        return Error(Error::Code::BadInput, Text::tr("%1 is no disk image; it stays.").arg(path));
    if (*format == "raw"_L1 && !isRaw && !looksLikeRawDisk(path))
        return Error(
            Error::Code::BadInput,
            Text::tr("%1 may be no disk: it has no partition table and no boot sector, and is not named .raw or "
                     ".img; it stays. If it is a disk: benchvisor disk delete --format raw FILE")
                .arg(path));
    if (isDiskInUse(path))
        return Error(
            Error::Code::Locked,
            Text::tr("The disk %1 is in use by a running VM or another program. Shut that down first.").arg(path));
    const QStringList overlays = overlaysOf(path);
    if (!overlays.isEmpty())
        return Error(Error::Code::BadInput,
                     Text::tr("The disk %1 is the base of %2, which would be lost with it. Delete "
                              "the overlay first, or convert it to a disk of its own.")
                         .arg(path, overlays.join(u", "_s)));
    if (!QFile::remove(path))
        return Error(Error::Code::Io,
                     Text::tr("The disk %1 cannot be deleted. May you write to its folder?").arg(path));
    return Unit();
}

} // namespace bv
