#pragma once

#include "import/import_text.h"
#include "session/session.h"

#include <functional>

namespace bv {

/// A run as it would be imported. All of it may be corrected before it is stored.
struct ImportRow
{
    QString file;   ///< as it was named, or its path below the folder that was
    int number = 1; ///< of the run in its file
    ImportedRun run;
    bool isIncluded = true; ///< at first: all but those that were tried again later
};

struct ImportWarning
{
    QString file;
    QString text;
    bool isRefused = false; ///< nothing was taken from the file
    bool isNamed = false;   ///< it was named itself, not found in a folder
};

struct ImportPreview
{
    QList<ImportRow> rows;
    QList<ImportWarning> warnings;
};

/// How far the reading has come. Called on the thread that reads.
using ImportProgress = std::function<void(int filesDone, int files, const QString& file)>;

// What is read at most, so that a wrong folder does no harm.
inline constexpr qint64 importedFileBytes = 64LL * 1024 * 1024;
inline constexpr qint64 importedBytes = 512LL * 1024 * 1024; ///< of all files
inline constexpr int importedFiles = 5000;
inline constexpr int importedFolderDepth = 16;

/// Reads files, and folders with what is below them, in the order of their names (run2 before run10). Only regular
/// files are opened, never devices, pipes or what is below /proc, /sys and /dev; links to folders are not followed, nor
/// are hidden files of a folder read. What cannot be used becomes a warning. Errors: Cancelled; BadInput where nothing
/// at all could be read, or more than the limits. May take seconds: for a thread of a pool.
Result<ImportPreview> readImport(const QStringList& paths, const std::stop_token& stop = {},
                                 const ImportProgress& progress = {});

/// What has to be said before the row can be stored, a sentence: which target, which test. Empty where nothing is
/// missing, and for a row that is not included.
QString missingOf(const ImportRow& row);
/// What keeps included runs of one test from being compared, a sentence for each parameter that some of them tell and
/// others do not: "cpu: 5 of 10 runs do not tell threads. …". As long as nobody says it, these stand apart in tables.
QStringList apartNotes(const ImportPreview& preview);
/// Makes the run one of the arrangement, as when a user corrects it; `name`, an id, is what the target is called.
void setArrangement(ImportRow& row, const Arrangement& arrangement, const QString& name);

/// The session of the included rows, finished and marked as imported. Its plan has the targets (unknown settings are 0
/// or empty, see plan.h) and the combinations of parameters that were found; repeats of a cell keep their numbers where
/// these differ, else they are counted in the order of the rows. Errors: BadInput where nothing is included, something
/// is missing (missingOf()), or two rows of a target contradict each other. Pure.
Result<Session> sessionOf(const ImportPreview& preview, const QString& name, const QDateTime& now);

} // namespace bv
