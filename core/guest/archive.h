#pragma once

#include "base/result.h"
#include "guest/file_tree.h"

#include <QString>
#include <stop_token>

namespace bv {

enum class ArchiveFormat {
    Initramfs, ///< cpio "newc", uncompressed, the whole tree: what the kernel unpacks as its first file system
    ImageTar,  ///< ustar without what is the VM's only: what `docker import` reads
};

/// Writes the archive to a new file, in pieces. Entries sorted by path, owner 0:0, times 0, inodes counted from 1:
/// equal trees give equal bytes. Io when a source cannot be read or changed since it was hashed, NoSpace when the disk
/// is full, Cancelled on stop; a file begun stays behind then. Any thread; slow.
Result<> packTree(HashedTree tree, QString path, ArchiveFormat format, std::stop_token stop);

/// Writes `source`, decompressed if its name ends in .gz, .xz or .zst and else as it is, to the new file `target`, in
/// pieces. Io, NoSpace, Cancelled as above. Any thread; slow.
Result<> unpackFile(const QString& source, const QString& target, std::stop_token stop);

enum class Compression { None, Gzip, Xz, Zstd };

/// As unpackFile(), for `length` bytes of `source` from `offset` on.
Result<> unpackPart(const QString& source, qint64 offset, qint64 length, Compression compression, const QString& target,
                    std::stop_token stop);

} // namespace bv
