#pragma once

#include <QString>

namespace bv {

/// The kernel's command line for the built-in guest; by it its command is known again when somebody pastes one.
QString guestKernelCommandLine(const QString& arch, bool watched = false);

} // namespace bv
