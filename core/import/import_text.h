#pragma once

#include "base/result.h"
#include "import/arrangement_guess.h"
#include "session/run_record.h"

#include <QByteArray>
#include <QMap>
#include <QStringList>
#include <stop_token>

namespace bv {

/// Where something was taken from that a row of figures does not say itself.
enum class GuessSource : quint8 {
    Path,  ///< names of the file and its folders
    Text,  ///< a title, prompt or command beside the figures
    Order, ///< what an earlier run of the same file said
};
/// "path", "text", "order".
QLatin1StringView guessSourceName(GuessSource source);

/// A run that somebody else measured, as a file tells it. What it does not tell is absent or empty.
struct ImportedRun
{
    Arrangement arrangement;
    QString targetName; ///< as the file names the target; else made of the arrangement; empty where nothing tells it
    /// test, params, status, metrics, intervals, started, output and error; no id, target and plannedIndex, and
    /// repeat 1.
    RunRecord record;
    std::optional<int> repeat; ///< as the file says it
    QString version;           ///< of sysbench, as it printed it
    bool isSuperseded = false; ///< our own table says that it was tried again later
    /// Of "target", "cpus", "memory_mib", "disk_format", "accel", "test", "repeat" and parameters, those that were
    /// guessed; what stands in the row of figures itself is not among them.
    QMap<QString, GuessSource> guessed;
};

struct ImportedFile
{
    QList<ImportedRun> runs;
    QStringList warnings; ///< what was not understood, for people; at most a few dozen
};

/// The most runs of one import.
inline constexpr qsizetype importedRunLimit = 100'000;

/// Reads a file of results: what sysbench 0.4 to 1.1 printed (see sysbench/parser.h: any number of runs, interleaved
/// with anything, filtered), our own table of runs (export/csv.h, rawCsv()), or a table like it, whose columns may have
/// other names and order and be parted by ',', ';' or tabs, with decimal commas. `path` is what guesses are made from,
/// and how the file is named in messages. Errors: BadInput for a file of another kind, with what can be read;
/// Cancelled. Pure.
Result<ImportedFile> importText(const QString& path, const QByteArray& bytes, const std::stop_token& stop = {});

} // namespace bv
