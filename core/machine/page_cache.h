#pragma once

#include <QString>

namespace bv {

/// Writes a file back and drops it from this machine's page cache (POSIX_FADV_DONTNEED over the whole file; needs no
/// root), then counts the pages that are still resident (mincore). Empty when less than 1 % is left, else one sentence
/// why not. Blocks while it writes: call it on the pool.
QString dropFileFromPageCache(const QString& path);

/// The share of a file that is in the page cache, 0…1; negative when it cannot be told.
double residentShare(const QString& path);

} // namespace bv
