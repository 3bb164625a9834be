#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

namespace bv {

/// Writes the file whole or not at all (a temporary file beside it takes its place); an existing file is replaced.
/// A pipe or a device is written into instead, and waited for.
/// Errors: NoSpace for a full disk, BadInput for a folder, Io otherwise; whatever was there before is untouched then.
Result<> saveFile(const QString& path, const QByteArray& content);

/// Whether saveFile() could write there now, as far as can be told without content; nothing is changed. Its errors.
Result<> checkSavable(const QString& path);

} // namespace bv
