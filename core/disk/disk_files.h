#pragma once

#include "base/result.h"

#include <QString>
#include <QStringList>

namespace bv {

// What the files of disks say without qemu-img. Any thread; each reads a few blocks at most.

/// Of the first bytes of a file: "qcow2", "luks", "vmdk", "vdi", "vhdx", else "raw". NotFound or Io.
Result<QString> sniffDiskFormat(const QString& path);

/// Whether a passphrase is needed to read it: "luks", or a qcow2 disk whose header says so. Not where it cannot be
/// read.
bool isDiskEncrypted(const QString& path);

/// Whether a QEMU or qemu-img has the file open, by the locks that these hold (on bytes 100 to 300, see QEMU's
/// block/file-posix.c); also one that only reads it.
bool isDiskInUse(const QString& path);

/// The files that a qcow2 disk names as its base, as they are seen from its folder; of a chain the first only.
QStringList basesOf(const QString& path);

/// The qcow2 disks in the folder of `path` that are overlays of it.
QStringList overlaysOf(const QString& path);

/// Refuses, before anything is written, a file of `size` bytes beside `path` of which `needed` are written at once:
/// NoSpace where they do not fit, BadInput where the file system takes no files so large, NotFound without the folder.
Result<> checkRoomForDisk(const QString& path, qint64 size, qint64 needed);

/// A file, mode 0600, of 64 random hexadecimal digits and nothing else. Replaces none. Io, NoSpace.
Result<> makeSecretFile(const QString& path);
/// That a passphrase can be read from there, and by nobody else: NotFound, or BadInput with the mend.
Result<> checkSecretFile(const QString& path);

/// Gives a file its name where none has it yet; else BadInput, and the file stays.
Result<> renameWithoutReplacing(const QString& from, const QString& to);

} // namespace bv
