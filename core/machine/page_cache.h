#pragma once

#include <QString>
#include <QStringList>

namespace bv {

/// Writes a file back and drops it from this machine's page cache (POSIX_FADV_DONTNEED over the whole file; needs no
/// root), then counts the pages that are still resident (mincore). Empty when less than 1 % is left, else one sentence
/// why not. Blocks while it writes: call it on the pool.
QString dropFileFromPageCache(const QString& path);

/// The same for many: files, and folders with all files below them (links are not followed). The sentence says how many
/// files stayed, and of the first one why.
QString dropFilesFromPageCache(const QStringList& paths);

/// The share of a file that is in the page cache, 0…1; negative when it cannot be told.
double residentShare(const QString& path);

} // namespace bv
