#include "disk/disk_files.h"

#include "disk/disk_image.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QtEndian>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Disk)
};

constexpr qint64 fatMagic = 0x4d44;
constexpr qint64 fatLimit = 0xffffffff; ///< bytes of a file on FAT

class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }

private:
    int m_fd;
};

QByteArray beginOf(const QString& path, qint64 bytes)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(bytes) : QByteArray();
}

/// The names of files in a "json:{…}" name, wherever they stand in it.
QStringList namesIn(const QJsonValue& value)
{
    QStringList names;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it->isString() && (it.key() == "filename"_L1 || it.key().endsWith(".filename"_L1)))
            names << it->toString();
        else
            names << namesIn(*it);
    }
    return names;
}

/// What a qcow2 disk is an overlay of, as it stands there. The header is big-endian: magic, version, where the name
/// stands, its length (docs/interop/qcow2.txt of QEMU).
QStringList basesNamedIn(const QString& path)
{
    const QByteArray head = beginOf(path, 64 * 1024);
    if (head.size() < 24 || !head.startsWith("QFI\xfb"))
        return {};
    const auto offset = qFromBigEndian<quint64>(head.constData() + 8);
    const auto length = qFromBigEndian<quint32>(head.constData() + 16);
    if (offset == 0 || length == 0 || length > 1023 || offset + length > static_cast<quint64>(head.size()))
        return {};
    QString name = QFile::decodeName(head.mid(static_cast<qsizetype>(offset), static_cast<qsizetype>(length)));
    if (name.startsWith("json:"_L1))
        return namesIn(QJsonDocument::fromJson(name.mid(5).toUtf8()).object());
    if (name.startsWith("file:"_L1))
        name = name.mid(5);
    return {name};
}

/// Whether the file system of the folder takes a file of that size: asked by a file without a name.
bool takesFileOf(const QString& folder, qint64 size)
{
    struct statfs kind = {};
    if (::statfs(QFile::encodeName(folder).constData(), &kind) == 0 && kind.f_type == fatMagic)
        return size <= fatLimit; // where a longer file is filled with zeros at once
    const Descriptor probe(::open(QFile::encodeName(folder).constData(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    return !probe.isOpen() || ::ftruncate(probe.number(), size) == 0 || errno != EFBIG;
}

} // namespace

Result<QString> sniffDiskFormat(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(QFileInfo::exists(path) ? Error::Code::Io : Error::Code::NotFound,
                     Text::tr("The disk %1 cannot be read: %2").arg(path, file.errorString()));
    const QByteArray head = file.read(512);
    if (head.startsWith("QFI\xfb"))
        return u"qcow2"_s;
    if (head.startsWith("LUKS\xba\xbe"))
        return u"luks"_s;
    if (head.startsWith("KDMV") || head.startsWith("# Disk DescriptorFile"))
        return u"vmdk"_s;
    if (head.startsWith("vhdxfile"))
        return u"vhdx"_s;
    return head.mid(64, 4) == "\x7f\x10\xda\xbe" ? u"vdi"_s : u"raw"_s;
}

bool isDiskEncrypted(const QString& path)
{
    if (path.isEmpty()) // a scratch disk
        return false;
    const QByteArray head = beginOf(path, 36);
    if (head.startsWith("LUKS\xba\xbe"))
        return true;
    constexpr qsizetype method = 32; // where a qcow2 header says how it is encrypted
    return head.startsWith("QFI\xfb") && head.size() == method + 4 &&
           qFromBigEndian<quint32>(head.constData() + method) != 0;
}

bool isDiskInUse(const QString& path)
{
    const Descriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.isOpen())
        return false;
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 100;
    lock.l_len = 200;
    return ::fcntl(file.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

QStringList basesOf(const QString& path)
{
    const QDir folder = QFileInfo(path).absoluteDir();
    QStringList bases;
    const QStringList names = basesNamedIn(path);
    for (const QString& name : names)
        bases << folder.absoluteFilePath(name);
    return bases;
}

QStringList overlaysOf(const QString& path)
{
    const QFileInfo base(path);
    const QString wanted = base.canonicalFilePath();
    QStringList overlays;
    QDirIterator it(base.absolutePath(), QDir::Files | QDir::Hidden | QDir::Readable);
    while (it.hasNext()) {
        const QString candidate = it.next();
        const QStringList names = basesNamedIn(candidate);
        for (const QString& name : names) {
            if (QFileInfo(base.absoluteDir(), name).canonicalFilePath() == wanted && !overlays.contains(candidate))
                overlays << candidate;
        }
    }
    overlays.sort();
    return overlays;
}

Result<> checkRoomForDisk(const QString& path, qint64 size, qint64 needed)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QFileInfo(folder).isDir())
        return Error(Error::Code::NotFound, Text::tr("There is no folder %1. Make it first.").arg(folder));
    if (!takesFileOf(folder, size))
        return Error(Error::Code::BadInput,
                     Text::tr("The file system of %1 takes no file of %2. Make the disk smaller, or put it on another "
                              "file system.")
                         .arg(folder, diskSizeText(size)));
    struct statvfs room = {};
    if (::statvfs(QFile::encodeName(folder).constData(), &room) != 0)
        return Unit();
    const auto free = static_cast<qint64>(room.f_bavail * room.f_frsize);
    if (needed > free)
        return Error(Error::Code::NoSpace,
                     Text::tr("%1 are needed in %2, where %3 are free. Free some space, or choose another folder.")
                         .arg(diskSizeText(needed), folder, diskSizeText(free)));
    return Unit();
}

Result<> makeSecretFile(const QString& path)
{
    QByteArray bytes(32, Qt::Uninitialized);
    quint32 words[8];
    QRandomGenerator::system()->fillRange(words);
    std::copy_n(reinterpret_cast<const char*>(words), bytes.size(), bytes.data());
    const QByteArray digits = bytes.toHex();
    const Descriptor file(
        ::open(QFile::encodeName(path).constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600));
    const bool written = file.isOpen() &&
                         ::write(file.number(), digits.constData(), static_cast<size_t>(digits.size())) ==
                             static_cast<ssize_t>(digits.size()) &&
                         ::fsync(file.number()) == 0;
    if (written)
        return Unit();
    const int number = errno;
    if (file.isOpen())
        ::unlink(QFile::encodeName(path).constData());
    return Error(number == ENOSPC || number == EDQUOT ? Error::Code::NoSpace : Error::Code::Io,
                 Text::tr("The file for the passphrase, %1, could not be made: %2").arg(path, qt_error_string(number)));
}

Result<> checkSecretFile(const QString& path)
{
    const QFileInfo info(path);
    if (!info.isFile())
        return Error(Error::Code::NotFound,
                     Text::tr("There is no file %1 with the passphrase of the disk. Name the right one.").arg(path));
    if (!info.isReadable())
        return Error(Error::Code::BadInput, Text::tr("The file %1 with the passphrase cannot be read. Its owner and "
                                                     "mode must let you: chmod 600")
                                                .arg(path));
    if ((info.permissions() & (QFile::ReadGroup | QFile::ReadOther)) != 0)
        return Error(Error::Code::BadInput,
                     Text::tr("Others can read the passphrase in %1. Make it yours alone: chmod 600 %1").arg(path));
    if (info.size() == 0)
        return Error(Error::Code::BadInput, Text::tr("The file %1 holds no passphrase; it is empty.").arg(path));
    return Unit();
}

Result<> renameWithoutReplacing(const QString& from, const QString& to)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    if (::renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) == 0)
        return Unit();
    const int number = errno;
    // File systems that know no such renaming; the look and the renaming are then two steps.
    if (number == EINVAL && !QFileInfo::exists(to) && ::rename(source.constData(), target.constData()) == 0)
        return Unit();
    if (number == EEXIST || QFileInfo::exists(to))
        return Error(Error::Code::BadInput,
                     Text::tr("%1 exists already. Choose another name, or delete it first.").arg(to));
    return Error(Error::Code::Io, Text::tr("%1 could not be named %2: %3").arg(from, to, qt_error_string(number)));
}

} // namespace bv
