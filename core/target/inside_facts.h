#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace bv {

/// The argv of a POSIX shell script that tells what a command sees inside a target: CPUs, memory, limits, kernel, clock
/// source and the sysbench build. `sysbench` is a name or a path.
QStringList insideFactsCommand(const QString& sysbench);

/// Reads its output: {"nproc", "memory_mib", "limit_memory_mib", "limit_cpus", "kernel", "machine", "clocksource",
/// "os", "sysbench": {"version", "path", "sha256"}}. A figure that was not told is absent. NotReady when there is no
/// sysbench; `where` names the target for that sentence, `advice` says what to do then.
Result<QJsonObject> parseInsideFacts(const QByteArray& output, const QString& where, const QString& advice = {});

/// The argv of a shell script that kills all processes of a container but its first one and itself (by /proc, needs no
/// pkill): whatever runs there was started by a command that is given up. Exit status 3, and nothing is killed, where
/// the first process is not the one that Benchvisor starts containers with.
QStringList killAllCommand();

/// The argv of a script that writes the file set in its working folder back to disk and drops it from the page cache
/// (coreutils: `dd of=F oflag=nocache conv=notrunc,fdatasync count=0`, POSIX_FADV_DONTNEED on the whole file). Exit
/// status 0: all dropped; it prints why not otherwise.
QStringList dropFilesCommand();

/// The argv of a script that prints the free space of its working folder in KiB.
QStringList freeSpaceCommand();

} // namespace bv
