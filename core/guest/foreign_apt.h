#pragma once

#include "guest/architecture.h"
#include "guest/packages.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// The private part of apt's configuration: it sees packages of one architecture only, takes no notice of what is
/// installed, and calls none of the machine's hooks. All else (sources, keys, proxies, logins, pins) stays the
/// machine's. Read by `apt-get -c`, after the machine's own. Pure.
QByteArray foreignAptConfiguration(const QString& debianArch);

/// One index of packages, as `apt-get indextargets` tells of it.
struct PackageIndex
{
    QString arch;       ///< Debian's name, or "all"
    QString sourceFile; ///< which of the machine's files names the source
    QString site;       ///< "http://deb.debian.org/debian/ bookworm"
};

/// The `--format` that parseIndexTargets() reads.
QString indexTargetsFormat();

/// Pure.
QList<PackageIndex> parseIndexTargets(const QByteArray& output);

/// Makes apt see the packages of another architecture: with lists, cache and status of its own, in `folder`, from the
/// machine's package sources, and fetches the lists. Needs no root and changes nothing outside of `folder`. The answer
/// is `tools` with the options for it. NotReady when the machine has no sources, they offer nothing for the
/// architecture or cannot be reached; NoSpace, Io, Cancelled. Engine thread.
Async<AptTools> openForeignApt(AptTools tools, GuestArchitecture arch, QString folder, std::stop_token stop);

/// The packages named and all that they depend on. NotReady when the sources have not all of them. Engine thread.
Async<QStringList> resolvePackages(AptTools tools, GuestArchitecture arch, QStringList names, std::stop_token stop);

} // namespace bv
