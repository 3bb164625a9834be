#pragma once

#include "base/result.h"
#include "guest/architecture.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace bv {

// Programs of unpacked packages of another architecture, which cannot be asked anything because they do not run here.

/// The file that a path means below a folder that is taken for the root: links, absolute ones too, lead nowhere else.
/// Empty when there is none. Any thread.
QString fileBelow(const QString& root, const QString& path);

/// A program by its name, in the folders for programs below the root; empty when there is none. Any thread.
QString programBelow(const QString& root, const QString& name);

/// File name → file of every library that a program needs, directly or not, and its loader, as the loader would find
/// them below the root. NotReady when the program or a library is not for the architecture or one is missing. Any
/// thread.
Result<QMap<QString, QString>> librariesBelow(const QString& root, const QString& program,
                                              const GuestArchitecture& arch);

/// The applets of a static busybox, read from the table of their names in the program, as `busybox --list` would print
/// them. NotReady when it is not static, not for the architecture, or has no such table. Any thread.
Result<QStringList> appletsInside(const QString& busybox, const GuestArchitecture& arch);

} // namespace bv
