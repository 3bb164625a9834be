#pragma once

#include "async/task.h"
#include "process/process.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// The programs of apt; nothing is installed by them here, and no root is needed.
struct AptTools
{
    QString aptGet;
    QString aptCache;
    QString dpkgDeb;
    QStringList options; ///< of every call of apt-get and apt-cache; see openForeignApt()

    AptTools() = default;
    AptTools(QString get, QString cache, QString deb)
        : aptGet(std::move(get))
        , aptCache(std::move(cache))
        , dpkgDeb(std::move(deb))
    {
    }
    bool areThere() const { return !aptGet.isEmpty() && !aptCache.isEmpty() && !dpkgDeb.isEmpty(); }
};

/// Package → what it depends on, of the output of `apt-cache depends`; virtual packages are left out. Pure.
QHash<QString, QStringList> parseDepends(const QByteArray& output);

/// The packages that hold the newest kernel for virtual machines of this distribution and its modules: what
/// `cloudPackage` (linux-image-cloud-amd64, Debian) or linux-image-virtual (Ubuntu) depends on. NotReady when apt's
/// lists do not name one. Engine thread.
Async<QStringList> findKernelPackages(AptTools tools, QString cloudPackage, std::stop_token stop);

/// The packages that `apt-get --simulate install` would install, of its output. Pure.
QStringList parseSimulation(const QByteArray& output);

/// What the user can do about a failed call of apt. Pure.
Error packageError(const ProcessOutcome& outcome, const QString& what);

/// A call of one of apt's programs, with the options of these tools.
ProcessSpec aptSpec(const AptTools& tools, const QString& program, const QStringList& arguments);

/// Downloads packages into an existing folder; gives the paths of the .deb files. NotReady without network or with
/// outdated lists, NoSpace, Cancelled. Engine thread.
Async<QStringList> downloadPackages(AptTools tools, QStringList names, QString folder, std::stop_token stop);

/// Unpacks the files of .deb packages into a folder. Engine thread.
Async<> unpackPackages(AptTools tools, QStringList debs, QString folder, std::stop_token stop);

/// "linux-image-6.1.0-56-cloud-amd64 6.1.192-2" of the name of a .deb file. Pure.
QString packageOfFile(const QString& deb);

} // namespace bv
