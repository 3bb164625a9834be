#include "disk/qemu_img.h"

#include "base/shell_line.h"

#include <QCoreApplication>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Disk)
};

/// QEMU's options split at commas; a comma in a value is written twice.
QString escaped(QString value)
{
    return value.replace(u',', u",,"_s);
}

QStringList secretWords(const QString& id, const QString& file)
{
    return {u"--object"_s, u"secret,id=%1,file=%2"_s.arg(id, escaped(file))};
}

QStringList targetOptions(const NewDisk& disk, const QString& secretId)
{
    QStringList options;
    if (disk.isEncrypted()) {
        const QString prefix = disk.imageFormat() == "luks"_L1 ? QString() : u"encrypt."_s;
        if (!prefix.isEmpty())
            options << u"encrypt.format=luks"_s;
        options << prefix + u"key-secret="_s + secretId;
        if (disk.guessMs > 0)
            options << prefix + u"iter-time=%1"_s.arg(disk.guessMs);
    }
    if (disk.preallocation != "off"_L1)
        options << u"preallocation="_s + disk.preallocation;
    return options;
}

Error notThere(const ProcessOutcome& outcome)
{
    return Error(Error::Code::NotFound,
                 Text::tr("qemu-img is not installed. Install it: sudo apt install %1").arg(u"qemu-utils"_s),
                 outcome.message);
}

struct Saying
{
    const char* words; ///< of qemu-img
    Error::Code code;
    const char* sentence;
};

const std::array sayings{
    Saying{"Failed to get", Error::Code::Locked,
           QT_TR_NOOP("The disk %1 is in use by a running VM or another program. Shut that down first.")},
    Saying{"No space left", Error::Code::NoSpace,
           QT_TR_NOOP("There was no space left for the disk %1. Free some space there, or choose another folder.")},
    Saying{"Disk quota exceeded", Error::Code::NoSpace,
           QT_TR_NOOP("Your quota leaves no space for the disk %1. Free some space, or choose another folder.")},
    Saying{"File too large", Error::Code::BadInput,
           QT_TR_NOOP("The file system takes no file as large as the disk %1. Make it smaller, or choose another "
                      "folder.")},
    Saying{"Invalid password", Error::Code::BadInput,
           QT_TR_NOOP("The passphrase does not open the disk %1. Name the file with the right one; a line break at its "
                      "end is part of it.")},
    Saying{"key-secret' is required", Error::Code::BadInput,
           QT_TR_NOOP("The disk %1 is encrypted. Name the file that holds its passphrase.")},
    Saying{"Could not open backing file", Error::Code::NotFound,
           QT_TR_NOOP("The disk %1 is an overlay, and its base cannot be opened. Put the base back where it was.")},
    Saying{"Permission denied", Error::Code::NotReady,
           QT_TR_NOOP("The disk %1 cannot be opened: permission denied. Its owner and mode must let you.")},
    Saying{"Read-only file system", Error::Code::NotReady,
           QT_TR_NOOP("The disk %1 lies on a file system that is mounted read-only.")},
    Saying{"No such file", Error::Code::NotFound, QT_TR_NOOP("There is no disk %1.")},
    Saying{"Image is corrupt", Error::Code::BadInput,
           QT_TR_NOOP("The disk %1 is marked as damaged. Copy the file, then try: benchvisor disk check --repair all "
                      "%2")},
};

/// %2 is the path as a word for a shell.
QString sentenceOf(const Saying& saying, const QString& path)
{
    const QString sentence = Text::tr(saying.sentence);
    return sentence.contains("%2"_L1) ? sentence.arg(path, shellLine({path})) : sentence.arg(path);
}

} // namespace

QStringList qemuImgCreateArgv(const QString& qemuImg, const NewDisk& disk)
{
    QStringList argv{qemuImg, u"create"_s, u"-q"_s};
    const QString id = u"key0"_s;
    if (disk.isEncrypted())
        argv << secretWords(id, disk.keyFile);
    argv << u"-f"_s << disk.imageFormat();
    if (!disk.base.isEmpty())
        argv << u"-b"_s << disk.base << u"-F"_s << disk.baseFormat;
    const QStringList options = targetOptions(disk, id);
    if (!options.isEmpty())
        argv << u"-o"_s << options.join(u',');
    argv << disk.path;
    if (disk.bytes > 0)
        argv << QString::number(disk.bytes);
    return argv;
}

QStringList qemuImgSourceWords(const QString& path, const QString& format, const QString& keyFile)
{
    if (keyFile.isEmpty())
        return {u"-f"_s, format, path};
    const QString key = format == "luks"_L1 ? u"key-secret=from"_s : u"encrypt.key-secret=from"_s;
    return secretWords(u"from"_s, keyFile)
           << u"--image-opts"_s << u"driver=%1,%2,file.driver=file,file.filename=%3"_s.arg(format, key, escaped(path));
}

QStringList qemuImgConvertArgv(const QString& qemuImg, const QString& source, const QString& sourceFormat,
                               const QString& sourceKey, const NewDisk& target)
{
    QStringList argv{qemuImg, u"convert"_s, u"-p"_s};
    const QString id = u"to"_s;
    if (target.isEncrypted())
        argv << secretWords(id, target.keyFile);
    argv << u"-O"_s << target.imageFormat();
    const QStringList options = targetOptions(target, id);
    if (!options.isEmpty())
        argv << u"-o"_s << options.join(u',');
    return argv << qemuImgSourceWords(source, sourceFormat, sourceKey) << target.path;
}

bool wasTooBusy(const ProcessOutcome& outcome)
{
    return !outcome.ok() && outcome.errorOutput.contains("accurate CPU usage");
}

Error qemuImgError(const ProcessOutcome& outcome, const QString& what, const QString& path)
{
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        return notThere(outcome);
    if (outcome.kind != ProcessOutcome::Kind::Exited)
        return outcome.toError(what);
    for (const Saying& saying : sayings) {
        if (outcome.errorOutput.contains(saying.words))
            return Error(saying.code, sentenceOf(saying, path),
                         QString::fromUtf8(outcome.errorOutput.right(2000)).trimmed());
    }
    return outcome.toError(what);
}

} // namespace bv
