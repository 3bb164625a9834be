#include "target/qemu/guest_media.h"

#include "base/shell_line.h"
#include "disk/disk_tool.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::GuestMedia)
};

constexpr qint64 leastDiskBytes = 1024 * 1024; ///< no system fits in less

/// The file can be read; otherwise the sentence is there.
std::optional<QByteArray> readHead(const QString& path, const QString& where, const QString& what,
                                   PlanProblems& problems)
{
    const QFileInfo file(path);
    if (!file.exists()) {
        problems.error(where, Text::tr("There is no file %1. Give the path of %2.").arg(path, what));
        return std::nullopt;
    }
    if (file.isDir()) {
        problems.error(where, Text::tr("%1 is a folder. Give the path of %2.").arg(path, what));
        return std::nullopt;
    }
    QFile content(path);
    if (!content.open(QIODevice::ReadOnly)) {
        problems.error(where, Text::tr("%1 cannot be read: %2. Change its permissions, or name another file.")
                                  .arg(path, content.errorString()));
        return std::nullopt;
    }
    return content.read(mediaHeadSize);
}

QString formatAdvice(const QString& path, const QString& format, MediaFormat found)
{
    switch (found) {
    case MediaFormat::Packed:
        return Text::tr("%1 is packed. Unpack it first.").arg(path);
    case MediaFormat::Foreign:
        return Text::tr("%1 is a disk of another program. Convert it: qemu-img convert -O qcow2 %1 NEW.qcow2")
            .arg(path);
    case MediaFormat::Iso:
        return Text::tr("%1 is an ISO, not a disk. Set guest to \"iso\" and name it there.").arg(path);
    case MediaFormat::Luks:
        return Text::tr("%1 is encrypted. A guest cannot be booted from it, because what it writes would be kept in "
                        "the clear meanwhile; make a copy without encryption: qemu-img convert.")
            .arg(path);
    case MediaFormat::Qcow2:
        return format == "qcow2"_L1
                   ? QString()
                   : Text::tr("%1 is a qcow2 disk, not a %2 one. Set the format to \"qcow2\".").arg(path, format);
    case MediaFormat::Raw:
        return format == "raw"_L1 ? QString()
                                  : Text::tr("%1 is no %2 disk, but looks like a raw one. Set the format to \"raw\".")
                                        .arg(path, format);
    case MediaFormat::Data:
        return format == "raw"_L1
                   ? Text::tr(
                         "%1 holds nothing to boot from: it has no partition table and no boot sector. Name a disk "
                         "with a system on it.")
                         .arg(path)
                   : Text::tr("%1 is no %2 disk. Name the disk that the guest boots from.").arg(path, format);
    }
    return {};
}

void inspectDisk(const QString& path, const QString& format, const QString& where, PlanProblems& problems)
{
    const auto head = readHead(path, where, Text::tr("the disk"), problems);
    if (!head)
        return;
    const MediaFormat found = mediaFormatOf(*head);
    const qint64 size = QFileInfo(path).size();
    if (found != MediaFormat::Qcow2 && found != MediaFormat::Luks && QFileInfo(path).isFile() &&
        size < leastDiskBytes) {
        problems.error(where, Text::tr("%1 is too small for a disk with a system (%n byte(s)). Name another one.",
                                       nullptr, static_cast<int>(size))
                                  .arg(path));
        return;
    }
    const QString advice = formatAdvice(path, format, found);
    if (!advice.isEmpty())
        problems.error(where, advice);
}

void inspectIso(const QString& path, const QString& where, PlanProblems& problems)
{
    const auto head = readHead(path, where, Text::tr("the ISO"), problems);
    if (!head)
        return;
    switch (mediaFormatOf(*head)) {
    case MediaFormat::Iso:
        return;
    case MediaFormat::Packed:
        problems.error(where, Text::tr("%1 is packed. Unpack it first.").arg(path));
        return;
    case MediaFormat::Qcow2:
    case MediaFormat::Luks:
    case MediaFormat::Foreign:
    case MediaFormat::Raw:
        problems.error(where,
                       Text::tr("%1 is a disk, not an ISO. Set guest to \"disk\" and name it as disk.path.").arg(path));
        return;
    case MediaFormat::Data:
        break;
    }
    problems.error(where,
                   Text::tr("%1 is no ISO: it holds no ISO 9660 file system. Was it downloaded completely?").arg(path));
}

} // namespace

MediaFormat mediaFormatOf(const QByteArray& head)
{
    constexpr qsizetype method = 32; // where a qcow2 header says how it is encrypted
    if (head.startsWith("QFI\xfb"))
        return head.mid(method, 4).count('\0') == head.mid(method, 4).size() ? MediaFormat::Qcow2 : MediaFormat::Luks;
    if (head.startsWith("LUKS\xba\xbe"))
        return MediaFormat::Luks;
    if (head.startsWith("KDMV") || head.startsWith("# Disk DescriptorFile") || head.startsWith("vhdxfile") ||
        head.startsWith("conectix") || head.mid(0x40, 4) == QByteArray("\x7f\x10\xda\xbe", 4))
        return MediaFormat::Foreign;
    for (const QByteArray& magic :
         {QByteArray("\x1f\x8b"),
          QByteArray("\xfd"
                     "7zXZ"),
          QByteArray("\x28\xb5\x2f\xfd"), QByteArray("BZh"), QByteArray("PK\x03\x04"), QByteArray("7z\xbc\xaf")}) {
        if (head.startsWith(magic))
            return MediaFormat::Packed;
    }
    if (head.mid(0x8001, 5) == "CD001")
        return MediaFormat::Iso;
    return head.mid(510, 2) == QByteArray("\x55\xaa", 2) ? MediaFormat::Raw : MediaFormat::Data;
}

QList<PlanProblem> inspectGuestMedia(const QemuSettings& settings, const QString& where)
{
    PlanProblems problems;
    if (settings.guest == "builtin"_L1)
        return problems.list();
    const DiskSettings& disk = settings.disk;
    if (settings.guest == "disk"_L1 && QFile::exists(disk.path))
        inspectDisk(disk.path, disk.format, where + u".disk.path"_s, problems);
    else if (settings.guest == "disk"_L1 && !disk.base.isEmpty())
        inspectDisk(disk.base, bootDiskOf(settings).format, where + u".disk.base"_s, problems);
    else if (settings.guest == "disk"_L1)
        inspectDisk(disk.path, disk.format, where + u".disk.path"_s, problems);
    else if (!disk.path.isEmpty()) // beside an ISO: of any content
        (void)readHead(disk.path, where + u".disk.path"_s, Text::tr("the disk"), problems);
    if (!settings.iso.isEmpty())
        inspectIso(settings.iso, where + u".iso"_s, problems);
    return problems.list();
}

BootDisk bootDiskOf(const QemuSettings& settings)
{
    const DiskSettings& disk = settings.disk;
    if (disk.base.isEmpty() || QFile::exists(disk.path))
        return {disk.path, disk.format};
    if (!disk.baseFormat.isEmpty())
        return {disk.base, disk.baseFormat};
    QFile base(disk.base);
    const bool qcow2 = base.open(QIODevice::ReadOnly) && mediaFormatOf(base.read(mediaHeadSize)) == MediaFormat::Qcow2;
    return {disk.base, qcow2 ? u"qcow2"_s : u"raw"_s};
}

Async<> checkBootDisk(QString qemuImg, BootDisk disk, std::stop_token stop)
{
    const DiskTool tool(qemuImg);
    const auto image = co_await tool.info(disk.path, false, stop);
    if (!image)
        co_return image.error();
    if (image->format != disk.format)
        co_return Error(Error::Code::BadInput,
                        Text::tr("The disk %1 is %2, not %3. Set its format to \"%2\", or name another disk.")
                            .arg(disk.path, image->format, disk.format));
    if (image->virtualBytes < leastDiskBytes)
        co_return Error(Error::Code::BadInput,
                        Text::tr("The disk %1 is too small for a system (%n byte(s)). Name another one.", nullptr,
                                 static_cast<int>(image->virtualBytes))
                            .arg(disk.path));
    if (disk.format != "qcow2"_L1)
        co_return Unit();
    const QString noKey;
    const auto check = co_await tool.check(disk.path, noKey, DiskRepair::Nothing, stop);
    if (!check)
        co_return check.error();
    if (check->corruptions == 0 && check->errors == 0) // leaks lose space, no data
        co_return Unit();
    co_return Error(
        Error::Code::BadInput,
        Text::tr("The disk %1 is damaged. Copy the file, and then try to repair it: %2")
            .arg(disk.path, shellLine({u"benchvisor"_s, u"disk"_s, u"check"_s, u"--repair"_s, u"all"_s, disk.path})));
}

Async<> makeOverlay(QString qemuImg, BootDisk disk, QString overlay, std::stop_token stop)
{
    QFile::remove(overlay); // of a start before
    NewDisk wish(overlay);
    wish.base = disk.path;
    wish.baseFormat = disk.format;
    const DiskTool tool(qemuImg);
    const auto made = co_await tool.create(wish, stop);
    co_return made ? Result<>(Unit()) : Result<>(made.error());
}

} // namespace bv
