#pragma once

#include "base/result.h"
#include "guest/guest.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>

namespace bv {

/// A file of the host that the guest was made from.
struct GuestInput
{
    QString path;
    qint64 size = 0;     ///< bytes
    qint64 modified = 0; ///< ms since the epoch
    QByteArray sha256;   ///< hex
};

/// A file of the built guest.
struct GuestOutput
{
    QString name; ///< in the guest's folder
    qint64 size = 0;
    QByteArray sha256;
};

/// manifest.json in the guest's folder: what it was made from, and what was made.
struct GuestManifest
{
    QString recipe;                  ///< sum over the program's own part: scripts and rules
    GuestFiles guest;                ///< paths are not stored but derived from the folder
    QMap<QString, QString> programs; ///< name in the guest → path on the host
    QMap<QString, QString> versions; ///< name in the guest → what it says of itself
    QList<GuestInput> inputs;
    QList<GuestOutput> outputs;
};

/// Folders inside the cache.
QString guestFolder(const GuestBuildOptions& options);
QString kernelFolder(const GuestBuildOptions& options);
QString agentFolder(const GuestBuildOptions& options);
/// The programs of a guest of another architecture than this machine's.
QString partsFolder(const GuestBuildOptions& options);

/// Fills in the paths of the files of a guest.
void setGuestPaths(GuestFiles& guest, const QString& folder);

/// Io, NoSpace. Any thread.
Result<> writeManifest(const GuestManifest& manifest, const QString& folder);

/// NotFound when there is none or it cannot be understood. Any thread.
Result<GuestManifest> readManifest(const QString& folder);

} // namespace bv
