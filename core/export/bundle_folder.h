#pragma once

#include "base/result.h"
#include "export/bundle.h"

namespace bv {

/// Writes a bundle into a folder, which is made where it is missing. An earlier bundle in it is replaced: its files are
/// overwritten or removed, files of others stay. All is written before anything takes its place. Gives the id of the
/// session whose bundle was replaced; empty for a new one.
/// Errors: BadInput for a folder with something else in it and for what is no folder; NoSpace; Io. A folder that was
/// made is removed again then. Any thread; waits for the disk.
Result<QString> saveBundle(const QString& folder, const QList<BundleFile>& files);

} // namespace bv
