#pragma once

#include "sysbench/metrics.h"
#include "sysbench/version.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace bv::sysbench {

// Command lines, as argv without the program. `params` holds validated options under the names of the catalogue (see
// optionsOf()), one value each; unknown names are ignored. Options that `version` does not know are left out. Each
// option stands at most once, in the order of the catalogue. Pure; any thread.

/// Of the command that measures: {"cpu", "--threads=1", "--time=10", "--cpu-max-prime=20000", "--report-interval=1",
/// "run"}. Every option in `params` is written, also where its value is sysbench's default. Added where `params` does
/// not have them: threads, time (but for mutex, which ends with its work), report-interval and memory-total-size, with
/// the defaults of the catalogue. Empty for a test without sysbench (boot).
QStringList runArguments(Test test, const QJsonObject& params, const Version& version = version10);

/// What `params` have and `version` does not know, as it would be written: {"--warmup-time"}. What runArguments() would
/// leave out is measured otherwise than asked for, so whoever runs it refuses.
QStringList optionsUnknownTo(const Version& version, Test test, const QJsonObject& params);

/// Of the command that makes the files of fileio, which only their number and size decide; empty for other tests.
QStringList prepareArguments(Test test, const QJsonObject& params);

/// Of the command that removes them; empty for other tests.
QStringList cleanupArguments(Test test, const QJsonObject& params);

/// The same text for the same files: runs of fileio with the same key can follow one `prepare`. "128x2147483648":
/// number of files and size of all of them in bytes.
QString fileSetKey(const QJsonObject& params);

/// Does a run leave files that no run of another mode can use? seqwr makes them anew, and only as long as it gets in
/// its time; sysbench refuses files that are too short, but for seqwr itself.
bool spoilsFileSet(const QJsonObject& params);

/// Bytes on the disk after `prepare`; sysbench makes all files equally long, so that a remainder falls away.
qint64 fileSetBytes(const QJsonObject& params);

} // namespace bv::sysbench
