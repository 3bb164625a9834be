#pragma once

#include "async/task.h"
#include "guest/architecture.h"
#include "guest/packages.h"
#include "guest/programs.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// The programs of a guest of another architecture, copied out of its packages into a folder of the cache.
struct ForeignParts
{
    QString busybox;
    QStringList applets;
    QList<GuestProgram> programs; ///< versions are those of the packages
    QString mke2fsConf;           ///< empty: none
};

/// Name of a program of the guest → the package that has it.
using ProgramPackages = QMap<QString, QString>;

/// Copies the programs, and all they load, out of unpacked packages below `root` into the new `folder`, and writes
/// parts.json there. `versions`: package → version. NotReady when a program or library is missing or is not for the
/// architecture; Io, NoSpace, Cancelled. Any thread; slow.
Result<ForeignParts> collectForeignParts(QString root, ProgramPackages programs, QMap<QString, QString> versions,
                                         GuestArchitecture arch, QString folder, std::stop_token stop);

/// What collectForeignParts() left in a folder. NotFound when there is nothing, or an older program's. Any thread.
Result<ForeignParts> readForeignParts(const QString& folder);

/// Where collectForeignParts() puts a program. Pure.
QString foreignProgram(const QString& folder, const QString& name);

/// Downloads the packages of these programs and all that they depend on, into `workDir`, which must exist, and copies
/// what is needed into the new `folder`. Errors as of the functions above. Engine thread.
Async<ForeignParts> fetchForeignParts(AptTools apt, ProgramPackages programs, GuestArchitecture arch, QString workDir,
                                      QString folder, std::stop_token stop);

} // namespace bv
