#pragma once

#include "base/error.h"
#include "process/process.h"

#include <QString>
#include <QStringList>

namespace bv {

/// Of a passphrase that is random, see NewDisk::guessMs.
constexpr int randomKeyGuessMs = 10;

/// A disk to be made. A constructor on purpose (GCC 12, see async/task.h).
struct NewDisk
{
    QString path;
    QString format = QStringLiteral("qcow2");      ///< "raw" or "qcow2"; "luks" is raw and encrypted
    bool encrypted = false;                        ///< by LUKS: a raw disk becomes "luks", a qcow2 one stays one
    QString keyFile;                               ///< of an encrypted one: holds the passphrase and nothing else
    qint64 bytes = 0;                              ///< 0: as large as its base
    QString preallocation = QStringLiteral("off"); ///< "off", "metadata", "falloc" or "full"
    QString base;                                  ///< the disk is an overlay of this one
    QString baseFormat;                            ///< empty: found out from the file
    /// Milliseconds that a guess of the passphrase is made to take; 0: as qemu-img decides, 2000. A random passphrase
    /// needs none of it.
    int guessMs = 0;

    NewDisk() = default;
    explicit NewDisk(QString p)
        : path(std::move(p))
    {
    }
    bool isEncrypted() const { return encrypted || format == u"luks"; }
    /// What qemu-img calls it: "raw", "qcow2" or "luks".
    QString imageFormat() const { return encrypted && format == u"raw" ? QStringLiteral("luks") : format; }
};

/// `qemu-img create …`, program first; the passphrase is named by its file only. It writes to `disk.path`.
QStringList qemuImgCreateArgv(const QString& qemuImg, const NewDisk& disk);
/// `qemu-img convert -p …` of a source of that format; either key may be empty.
QStringList qemuImgConvertArgv(const QString& qemuImg, const QString& source, const QString& sourceFormat,
                               const QString& sourceKey, const NewDisk& target);
/// The words that open a disk for reading, "-f FORMAT FILE" or, with a key, "--object … --image-opts …".
QStringList qemuImgSourceWords(const QString& path, const QString& format, const QString& keyFile);

/// qemu-img measures how fast the machine derives keys, and gives up where it got no CPU while it did so: worth another
/// try.
bool wasTooBusy(const ProcessOutcome& outcome);

/// Its failure in a sentence: the disk in use, full, no such passphrase, no base, damaged, … `what` begins the
/// sentence where nothing better is known; `path` is the disk's.
Error qemuImgError(const ProcessOutcome& outcome, const QString& what, const QString& path);

} // namespace bv
