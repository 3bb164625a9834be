#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace bv {

// What a guest of the user's is told to do: shell scripts that need nothing but a Linux, as root or as somebody who may
// use sudo without a password.

/// Serial number of the scratch disk, by which the guest finds it.
constexpr QLatin1StringView scratchSerial{"benchvisor"};

/// Finds the scratch disk, formats it where it is empty and mounts it, for the user who runs this, at /bench. Exit
/// status 3: no such disk; 4: no root; 5: it holds something else than ext4; else: it failed, and says why.
QStringList mountScratchCommand();

/// Makes a folder for file sets on the guest's own disk and prints it, and the type of its file system, in two lines.
/// Folders that are kept in memory come last.
QStringList makeFolderCommand();

/// Drops the page cache of the guest. Exit status 4: no root.
QStringList dropCachesCommand();

/// Whether there is a sysbench; exit status 0 or 1.
QStringList hasSysbenchCommand();
/// Installs it by the guest's own package manager. Exit status 4: no root; 6: no package manager that is known; 7: the
/// package manager failed.
QStringList installSysbenchCommand();
/// The sentence for a failure of it.
QString installFailure(int exitCode, const QByteArray& output);

} // namespace bv
