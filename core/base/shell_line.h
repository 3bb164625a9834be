#pragma once

#include <QStringList>

namespace bv {

/// The argv as a line for a POSIX shell, quoted where needed.
QString shellLine(const QStringList& argv);

} // namespace bv
