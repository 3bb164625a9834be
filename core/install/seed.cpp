#include "install/seed.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

struct FreeArchive
{
    void operator()(archive* a) const { archive_free(a); }
};
struct FreeEntry
{
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

constexpr qint64 volumePlace = 16 * 2048; ///< of the primary volume descriptor, ECMA-119
constexpr qsizetype alignment = 4;        ///< of archives in an initrd

Error writeFailed(const QString& path, int number, const QString& why)
{
    const bool full = number == ENOSPC || number == EDQUOT;
    return Error(full ? Error::Code::NoSpace : Error::Code::Io,
                 full ? Text::tr("No space left to write %1. Free some space there.").arg(path)
                      : Text::tr("%1 cannot be written: %2").arg(path, why),
                 why);
}

Error readFailed(const QString& path, const QString& why)
{
    return Error(Error::Code::Io, Text::tr("%1 cannot be read: %2").arg(path, why), why);
}

QString wordsOf(archive* a)
{
    return QString::fromUtf8(archive_error_string(a));
}

bool writeFiles(archive* writer, const SeedFiles& files)
{
    for (auto it = files.begin(); it != files.end(); ++it) {
        const Entry entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), it.key().toUtf8().constData());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        archive_entry_set_mtime(entry.get(), 0, 0);
        archive_entry_set_nlink(entry.get(), 1);
        archive_entry_set_size(entry.get(), it->size());
        if (archive_write_header(writer, entry.get()) != ARCHIVE_OK ||
            archive_write_data(writer, it->constData(), static_cast<size_t>(it->size())) != it->size())
            return false;
    }
    return archive_write_close(writer) == ARCHIVE_OK;
}

/// A new file that only this user can read.
int openPrivate(const QString& path)
{
    return ::open(QFile::encodeName(path).constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/// Calls `use` with the reader and every entry of the ISO, until it gives false.
template<class Use>
Result<> readIso(const QString& path, Use use)
{
    const Archive reader(archive_read_new());
    archive_read_support_format_iso9660(reader.get());
    if (archive_read_open_filename(reader.get(), QFile::encodeName(path).constData(), 64 * 1024) != ARCHIVE_OK)
        return Error(Error::Code::BadInput, Text::tr("%1 is no ISO image, or is cut off. Download it again.").arg(path),
                     wordsOf(reader.get()));
    archive_entry* entry = nullptr;
    for (;;) {
        const int got = archive_read_next_header(reader.get(), &entry);
        if (got == ARCHIVE_EOF)
            return Unit();
        if (got < ARCHIVE_WARN)
            return Error(Error::Code::BadInput,
                         Text::tr("%1 is no ISO image, or is cut off. Download it again.").arg(path),
                         wordsOf(reader.get()));
        if (!use(reader.get(), entry))
            return Unit();
    }
}

QByteArray contentOf(archive* reader, qsizetype most)
{
    QByteArray content(most, Qt::Uninitialized);
    const auto got = archive_read_data(reader, content.data(), static_cast<size_t>(most));
    content.resize(std::max<qsizetype>(0, got));
    return content;
}

struct Installer
{
    IsoFacts::Kind kind;
    const char* arch;
    const char* kernel;
    const char* initrd;
};

constexpr Installer installers[]{
    {IsoFacts::Kind::Debian, "x86_64", "install.amd/vmlinuz", "install.amd/initrd.gz"},
    {IsoFacts::Kind::Debian, "aarch64", "install.a64/vmlinuz", "install.a64/initrd.gz"},
    {IsoFacts::Kind::Ubuntu, "", "casper/vmlinuz", "casper/initrd"},
};

QString archIn(const QString& info)
{
    if (info.contains("arm64"_L1))
        return u"aarch64"_s;
    return info.contains("amd64"_L1) ? u"x86_64"_s : QString();
}

} // namespace

Result<> writeSeedIso(const QString& path, const QString& volume, const SeedFiles& files)
{
    const int fd = openPrivate(path);
    if (fd < 0)
        return writeFailed(path, errno, qt_error_string(errno));
    Result<> done = Unit();
    {
        const Archive writer(archive_write_new());
        archive_write_set_format_iso9660(writer.get());
        archive_write_add_filter_none(writer.get());
        archive_write_set_option(writer.get(), "iso9660", "volume-id", volume.toUtf8().constData());
        if (archive_write_open_fd(writer.get(), fd) != ARCHIVE_OK || !writeFiles(writer.get(), files))
            done = writeFailed(path, archive_errno(writer.get()), wordsOf(writer.get()));
    }
    ::close(fd);
    if (!done)
        QFile::remove(path);
    return done;
}

Result<> extendInitrd(const QString& initrd, const SeedFiles& files, const QString& target)
{
    QFile from(initrd);
    if (!from.open(QIODevice::ReadOnly))
        return readFailed(initrd, from.errorString());
    size_t room = 64 * 1024;
    for (const QByteArray& content : files)
        room += static_cast<size_t>(content.size()) + 4096;
    QByteArray packed(static_cast<qsizetype>(room), '\0');
    size_t used = 0;
    {
        const Archive writer(archive_write_new());
        archive_write_set_format_cpio_newc(writer.get());
        archive_write_add_filter_none(writer.get());
        if (archive_write_open_memory(writer.get(), packed.data(), room, &used) != ARCHIVE_OK ||
            !writeFiles(writer.get(), files))
            return writeFailed(target, archive_errno(writer.get()), wordsOf(writer.get()));
    }
    packed.truncate(static_cast<qsizetype>(used));
    const int fd = openPrivate(target);
    QFile to;
    if (fd < 0 || !to.open(fd, QIODevice::WriteOnly, QFile::AutoCloseHandle))
        return writeFailed(target, errno, qt_error_string(errno));
    bool written = true;
    while (written && !from.atEnd()) {
        const QByteArray piece = from.read(1 << 20);
        written = !piece.isEmpty() && to.write(piece) == piece.size();
    }
    const QByteArray padding((alignment - from.size() % alignment) % alignment, '\0');
    written = written && to.write(padding + packed) == padding.size() + packed.size() && to.flush();
    if (written)
        return Unit();
    const QString why = to.errorString();
    const int number = errno;
    to.close();
    QFile::remove(target);
    return writeFailed(target, number, why);
}

Result<IsoFacts> lookAtIso(const QString& path)
{
    QFile file(path);
    if (!file.exists())
        return Error(Error::Code::NotFound, Text::tr("There is no file %1.").arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return readFailed(path, file.errorString());
    file.seek(volumePlace);
    const QByteArray descriptor = file.read(2048);
    if (descriptor.mid(1, 5) != "CD001")
        return Error(Error::Code::BadInput, Text::tr("%1 is no ISO image. Name the file of an installer.").arg(path));
    IsoFacts facts;
    facts.volume = QString::fromLatin1(descriptor.mid(40, 32)).trimmed();
    QStringList names;
    const auto take = [&](archive* reader, archive_entry* entry) {
        const QString name = QString::fromUtf8(archive_entry_pathname(entry));
        if (name == ".disk/info"_L1)
            facts.info = QString::fromUtf8(contentOf(reader, 1000)).section(u'\n', 0, 0).trimmed();
        for (const Installer& installer : installers) {
            if (name == QLatin1StringView(installer.kernel) || name == QLatin1StringView(installer.initrd))
                names << name;
        }
        return true;
    };
    if (const Result<> read = readIso(path, take); !read)
        return read.error();
    const QString said = facts.info + u' ' + facts.volume;
    for (const Installer& installer : installers) {
        const QString kernel = QString::fromLatin1(installer.kernel);
        const QString initrd = QString::fromLatin1(installer.initrd);
        // Ubuntu's desktop image has a kernel in the same place; its older installer takes no answers.
        const bool fits =
            installer.kind == IsoFacts::Kind::Debian ? said.contains("Debian"_L1) : said.contains("Ubuntu-Server"_L1);
        if (!fits || !names.contains(kernel) || !names.contains(initrd))
            continue;
        facts.kind = installer.kind;
        facts.kernel = kernel;
        facts.initrd = initrd;
        facts.arch = *installer.arch ? QString::fromLatin1(installer.arch) : archIn(said);
        break;
    }
    if (facts.arch.isEmpty())
        facts.arch = archIn(said);
    return facts;
}

Result<> extractFromIso(const QString& iso, const QString& name, const QString& target)
{
    Result<> done = Error(Error::Code::NotFound, Text::tr("The ISO %1 has no %2. Is it an installer?").arg(iso, name));
    const auto take = [&](archive* reader, archive_entry* entry) {
        if (QString::fromUtf8(archive_entry_pathname(entry)) != name)
            return true;
        const int fd = openPrivate(target);
        if (fd < 0) {
            done = writeFailed(target, errno, qt_error_string(errno));
            return false;
        }
        if (archive_read_data_into_fd(reader, fd) == ARCHIVE_OK)
            done = Unit();
        else
            done = writeFailed(target, archive_errno(reader), wordsOf(reader));
        ::close(fd);
        if (!done)
            QFile::remove(target);
        return false;
    };
    const Result<> read = readIso(iso, take);
    return read ? done : read;
}

} // namespace bv
