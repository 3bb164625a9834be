#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

/// A disk image as qemu-img describes it.
struct DiskImage
{
    struct Base
    {
        QString path;
        QString format;
        bool operator==(const Base&) const = default;
    };
    QString path;
    QString format; ///< "raw", "qcow2", "luks", or another one that qemu-img knows
    qint64 virtualBytes = 0;
    qint64 actualBytes = 0;
    QString encryption; ///< "luks", "aes" (broken, old), or empty
    QList<Base> chain;  ///< what it is an overlay of, nearest first
    QStringList snapshots;
    bool dirty = false;   ///< not closed properly; QEMU mends it when it opens the disk
    bool corrupt = false; ///< QEMU found it damaged and refuses to write to it
    bool operator==(const DiskImage&) const = default;
};

/// From `qemu-img info --output=json --backing-chain`. Protocol when it is something else.
Result<DiskImage> parseDiskInfo(const QByteArray& json);

/// Keys: path format virtual_bytes actual_bytes encryption chain snapshots dirty corrupt.
QJsonObject toJson(const DiskImage& image);

/// What `qemu-img check` found.
struct DiskCheck
{
    bool isSupported = true; ///< false: the format has nothing to check (raw, LUKS)
    int corruptions = 0;     ///< clusters that are wrong: data is lost or will be
    int leaks = 0;           ///< clusters that nobody uses: space is wasted, nothing is lost
    int errors = 0;          ///< of the check itself: what could not be read
    int corruptionsFixed = 0;
    int leaksFixed = 0;

    bool isSound() const { return corruptions == 0 && leaks == 0 && errors == 0; }
    bool operator==(const DiskCheck&) const = default;
};

/// From `qemu-img check --output=json`. Protocol when it is something else.
Result<DiskCheck> parseDiskCheck(const QByteArray& json);
/// Sentences for people: what was found, what it means, what to do; `path` is the disk's.
QStringList describeCheck(const DiskCheck& check, const QString& path);
QJsonObject toJson(const DiskCheck& check);

/// The newest "(12.34/100%)" of what `qemu-img -p` printed, as 0…1.
std::optional<double> lastProgress(const QByteArray& printed);

/// "4G", "512 MiB", "1.5T", "1048576": bytes, in powers of 1024; a multiple of 512 is asked for by nobody, so it is
/// rounded up to one. BadInput with the way to write it.
Result<qint64> parseDiskSize(const QString& text);
/// "4 GiB", "1.5 MiB", "512 bytes".
QString diskSizeText(qint64 bytes);

} // namespace bv
