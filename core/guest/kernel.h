#pragma once

#include "base/result.h"
#include "guest/architecture.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

struct KernelModule
{
    QString name;             ///< with '_', as in /proc/modules
    QString file;             ///< the uncompressed module
    QStringList dependencies; ///< names of other modules of the list
};

/// The guest's kernel, unpacked into a folder of the cache.
struct GuestKernel
{
    QString image;               ///< for -kernel: a bzImage, for aarch64 an Image
    QString release;             ///< as `uname -r` prints it
    QString package;             ///< name and version of the package, or the file it was copied from
    QList<KernelModule> modules; ///< in the order in which they can be loaded
};

/// Copies image and the modules that the guest needs into the new `folder`, uncompressed, and writes kernel.json there.
/// `modulesDir` is a lib/modules/RELEASE; empty: everything is built in. NotFound when a needed driver is neither a
/// module nor built in; Io, NoSpace, BadInput, Cancelled. Any thread; slow.
Result<GuestKernel> collectKernel(QString image, QString modulesDir, QString package, GuestArchitecture arch,
                                  QString folder, std::stop_token stop);

/// What collectKernel() left in a folder. NotFound when there is nothing, or an older program's. Any thread.
Result<GuestKernel> readKernel(const QString& folder);

} // namespace bv
