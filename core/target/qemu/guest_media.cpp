#include "target/qemu/guest_media.h"

#include "process/process.h"
#include "target/qemu/command_line.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::GuestMedia)
};

constexpr qint64 leastDiskBytes = 1024 * 1024; ///< no system fits in less
constexpr std::chrono::milliseconds infoTimeout{30000};
constexpr std::chrono::milliseconds checkTimeout{300000};

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

/// What qemu-img refuses, in words.
Error explained(const ProcessOutcome& outcome, const QString& path)
{
    const QString said = QString::fromUtf8(outcome.errorOutput).trimmed();
    if (outcome.kind != ProcessOutcome::Kind::Exited)
        return outcome.toError(Text::tr("The disk %1 could not be looked at").arg(path));
    if (said.contains("lock"_L1))
        return Error(Error::Code::Locked,
                     Text::tr("The disk %1 is in use by another virtual machine. Shut that down first, or work on a "
                              "copy.")
                         .arg(path),
                     said);
    if (said.contains("backing file"_L1))
        return Error(Error::Code::NotFound,
                     Text::tr("The disk %1 is an overlay of another one, which is not there: %2").arg(path, said),
                     said);
    return Error(Error::Code::BadInput, Text::tr("The disk %1 cannot be used: %2").arg(path, said.section(u'\n', -1)),
                 said);
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
    ProcessSpec info(qemuImg, {u"info"_s, u"--output=json"_s, u"-f"_s, disk.format, disk.path});
    info.timeout = infoTimeout;
    const ProcessOutcome told = co_await runProcess(info, stop);
    if (!told.ok())
        co_return explained(told, disk.path);
    const QJsonObject json = QJsonDocument::fromJson(told.output).object();
    if (json["virtual-size"_L1].toInteger() < leastDiskBytes)
        co_return Error(Error::Code::BadInput,
                        Text::tr("The disk %1 is too small for a system (%n byte(s)). Name another one.", nullptr,
                                 json["virtual-size"_L1].toInt())
                            .arg(disk.path));
    if (disk.format != "qcow2"_L1)
        co_return Unit();
    ProcessSpec check(qemuImg, {u"check"_s, u"-q"_s, u"-f"_s, disk.format, disk.path});
    check.timeout = checkTimeout;
    const ProcessOutcome checked = co_await runProcess(check, stop);
    constexpr int leaksOnly = 3; // space is lost, no data
    if (checked.ok() || (checked.kind == ProcessOutcome::Kind::Exited && checked.exitCode == leaksOnly))
        co_return Unit();
    constexpr int damaged = 2;
    if (checked.kind == ProcessOutcome::Kind::Exited && checked.exitCode == damaged)
        co_return Error(Error::Code::BadInput,
                        Text::tr("The disk %1 is damaged. Copy the file, and then try to repair it: qemu-img check -r "
                                 "all %1")
                            .arg(disk.path),
                        QString::fromUtf8(checked.output + checked.errorOutput));
    co_return explained(checked, disk.path);
}

Async<> makeOverlay(QString qemuImg, BootDisk disk, QString overlay, std::stop_token stop)
{
    DiskSettings settings;
    settings.format = u"qcow2"_s;
    settings.base = QFileInfo(disk.path).absoluteFilePath();
    settings.baseFormat = disk.format;
    QFile::remove(overlay); // of a start before
    const QStringList argv = qemuImgCreateArgv(qemuImg, settings, overlay);
    ProcessSpec spec(argv.first(), argv.mid(1));
    spec.timeout = infoTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return outcome.toError(Text::tr("An overlay on the disk %1 could not be made").arg(disk.path));
    co_return Unit();
}

} // namespace bv
