#include "guest/archive.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <memory>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr qsizetype PieceBytes = 256 * 1024;

struct FreeWriter
{
    void operator()(archive* a) const { archive_write_free(a); }
};
struct FreeReader
{
    void operator()(archive* a) const { archive_read_free(a); }
};
struct FreeEntry
{
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using Writer = std::unique_ptr<archive, FreeWriter>;
using Reader = std::unique_ptr<archive, FreeReader>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

Error cancelled()
{
    return Error(Error::Code::Cancelled, Text::tr("Building the guest was cancelled."));
}

Error writeError(const QString& path, int number, const QString& why)
{
    const bool full = number == ENOSPC || number == EDQUOT;
    if (full)
        return Error(Error::Code::NoSpace, Text::tr("No space left to write %1. Free about 300 MiB there.").arg(path),
                     why);
    return Error(Error::Code::Io, Text::tr("Cannot write %1: %2.").arg(path, why), why);
}

Error writeError(const QString& path, archive* a)
{
    return writeError(path, archive_errno(a), QString::fromUtf8(archive_error_string(a)));
}

Error readError(const QString& path, const QString& why)
{
    return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(path, why), why);
}

unsigned fileType(TreeEntry::Kind kind)
{
    switch (kind) {
    case TreeEntry::Kind::Directory:
        return AE_IFDIR;
    case TreeEntry::Kind::File:
        return AE_IFREG;
    case TreeEntry::Kind::Symlink:
        return AE_IFLNK;
    case TreeEntry::Kind::CharDevice:
        return AE_IFCHR;
    }
    return AE_IFREG;
}

Entry header(const QString& path, const TreeEntry& from, qint64 inode)
{
    Entry entry(archive_entry_new());
    const bool isFile = from.kind == TreeEntry::Kind::File;
    const bool isDirectory = from.kind == TreeEntry::Kind::Directory;
    archive_entry_set_pathname(entry.get(), path.toUtf8().constData());
    archive_entry_set_filetype(entry.get(), fileType(from.kind));
    archive_entry_set_perm(entry.get(), from.mode);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_mtime(entry.get(), 0, 0);
    archive_entry_set_ino64(entry.get(), inode);
    archive_entry_set_nlink(entry.get(), isDirectory ? 2 : 1);
    archive_entry_set_size(entry.get(), isFile ? from.size : 0);
    if (from.kind == TreeEntry::Kind::Symlink)
        archive_entry_set_symlink(entry.get(), from.content.constData());
    if (from.kind == TreeEntry::Kind::CharDevice) {
        archive_entry_set_rdevmajor(entry.get(), from.major);
        archive_entry_set_rdevminor(entry.get(), from.minor);
    }
    return entry;
}

/// Copies a source into the entry that was begun.
Result<> packSource(archive* writer, const QString& target, const TreeEntry& entry, const std::stop_token& stop)
{
    QFile file(entry.source);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return readError(entry.source, file.errorString());
    QByteArray piece(PieceBytes, Qt::Uninitialized);
    qint64 total = 0;
    for (;;) {
        if (stop.stop_requested())
            return cancelled();
        const qint64 got = file.read(piece.data(), piece.size());
        if (got < 0)
            return readError(entry.source, file.errorString());
        if (got == 0)
            break;
        total += got;
        if (total <= entry.size && archive_write_data(writer, piece.constData(), static_cast<size_t>(got)) < 0)
            return writeError(target, writer);
    }
    if (total != entry.size)
        return readError(entry.source, Text::tr("it changed while the guest was built; try again"));
    return Unit();
}

/// Writes what the reader gives to a new file; without a reader an empty one.
Result<> copyContent(archive* reader, const QString& source, const QString& target, const std::stop_token& stop)
{
    QFile file(target);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered))
        return writeError(target, errno, file.errorString());
    QByteArray piece(PieceBytes, Qt::Uninitialized);
    while (reader) {
        if (stop.stop_requested())
            return cancelled();
        const auto got = archive_read_data(reader, piece.data(), static_cast<size_t>(piece.size()));
        if (got < 0)
            return readError(source, QString::fromUtf8(archive_error_string(reader)));
        if (got == 0)
            break;
        if (file.write(piece.constData(), got) != got)
            return writeError(target, errno, file.errorString());
    }
    return Unit();
}

} // namespace

Result<> packTree(HashedTree tree, QString path, ArchiveFormat format, std::stop_token stop)
{
    const bool forVm = format == ArchiveFormat::Initramfs;
    Writer writer(archive_write_new());
    if (forVm)
        archive_write_set_format_cpio_newc(writer.get());
    else
        archive_write_set_format_ustar(writer.get());
    archive_write_add_filter_none(writer.get());
    archive_write_set_bytes_in_last_block(writer.get(), 1);
    if (archive_write_open_filename(writer.get(), QFile::encodeName(path).constData()) != ARCHIVE_OK)
        return writeError(path, writer.get());
    qint64 inode = 0;
    for (const auto& [name, entry] : tree.tree.entries()) {
        ++inode;
        if (entry.vmOnly && !forVm)
            continue;
        const Entry head = header(name, entry, inode);
        if (archive_write_header(writer.get(), head.get()) != ARCHIVE_OK)
            return writeError(path, writer.get());
        if (entry.kind != TreeEntry::Kind::File)
            continue;
        if (!entry.source.isEmpty()) {
            if (const Result<> packed = packSource(writer.get(), path, entry, stop); !packed)
                return packed;
        } else if (archive_write_data(writer.get(), entry.content.constData(), static_cast<size_t>(entry.size)) < 0) {
            return writeError(path, writer.get());
        }
    }
    if (archive_write_close(writer.get()) != ARCHIVE_OK)
        return writeError(path, writer.get());
    return Unit();
}

Result<> unpackFile(const QString& source, const QString& target, std::stop_token stop)
{
    Compression compression = Compression::None;
    if (source.endsWith(".gz"_L1))
        compression = Compression::Gzip;
    else if (source.endsWith(".xz"_L1))
        compression = Compression::Xz;
    else if (source.endsWith(".zst"_L1))
        compression = Compression::Zstd;
    return unpackPart(source, 0, QFileInfo(source).size(), compression, target, stop);
}

Result<> unpackPart(const QString& source, qint64 offset, qint64 length, Compression compression, const QString& target,
                    std::stop_token stop)
{
    QFile from(source);
    if (!from.open(QIODevice::ReadOnly))
        return readError(source, from.errorString());
    const uchar* data = length > 0 ? from.map(offset, length) : nullptr;
    if (length > 0 && !data)
        return readError(source, from.errorString());
    Reader reader(archive_read_new());
    archive_read_support_format_raw(reader.get());
    archive_read_support_format_empty(reader.get());
    switch (compression) {
    case Compression::None:
        archive_read_support_filter_none(reader.get());
        break;
    case Compression::Gzip:
        archive_read_support_filter_gzip(reader.get());
        break;
    case Compression::Xz:
        archive_read_support_filter_xz(reader.get());
        break;
    case Compression::Zstd:
        archive_read_support_filter_zstd(reader.get());
        break;
    }
    const auto failed = [&] { return readError(source, QString::fromUtf8(archive_error_string(reader.get()))); };
    if (archive_read_open_memory(reader.get(), data, static_cast<size_t>(length)) != ARCHIVE_OK)
        return failed();
    archive_entry* entry = nullptr;
    const int begun = archive_read_next_header(reader.get(), &entry);
    if (begun != ARCHIVE_OK && begun != ARCHIVE_EOF)
        return failed();
    return begun == ARCHIVE_EOF ? copyContent(nullptr, source, target, stop)
                                : copyContent(reader.get(), source, target, stop);
}

} // namespace bv
