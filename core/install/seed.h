#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

namespace bv {

// Files for installers, by libarchive. Any thread; reading an ISO takes a moment.

using SeedFiles = QMap<QString, QByteArray>; ///< content by name

/// A new ISO 9660 image (with Rock Ridge and Joliet names), mode 0600, that holds the files at its root. NoCloud wants
/// the volume "cidata". Io, NoSpace.
Result<> writeSeedIso(const QString& path, const QString& volume, const SeedFiles& files);

/// A copy of an initrd with further files in its root; the kernel unpacks the archives of an initrd one after the
/// other. Io, NoSpace.
Result<> extendInitrd(const QString& initrd, const SeedFiles& files, const QString& target);

/// What an ISO says of itself.
struct IsoFacts
{
    enum class Kind : quint8 { Debian, Ubuntu, Other };
    Kind kind = Kind::Other;
    QString volume; ///< "Debian 12.5.0 amd64 n"
    QString info;   ///< .disk/info, one line; may be empty
    QString arch;   ///< "x86_64" or "aarch64"; empty where it is not known
    QString kernel; ///< path in the ISO
    QString initrd;
    bool operator==(const IsoFacts&) const = default;
    bool isUnattended() const { return kind != Kind::Other; }
};

/// NotFound, or BadInput for what is no ISO 9660 image.
Result<IsoFacts> lookAtIso(const QString& path);

/// Writes one file of an ISO to the new file `target`. NotFound when the ISO has none of that name, Io, NoSpace.
Result<> extractFromIso(const QString& iso, const QString& name, const QString& target);

} // namespace bv
