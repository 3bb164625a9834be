#include "target/qemu/firmware.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::FirmwareVariables)
};

constexpr qint64 mib = 1024 * 1024;
constexpr qint64 emptyFlash = 64 * mib; ///< what machine virt of aarch64 has

Error cannotWrite(const QFile& file)
{
    if (file.error() == QFile::ResourceError || file.error() == QFile::WriteError)
        return {Error::Code::NoSpace,
                Text::tr("The firmware's variables cannot be written to %1: %2. Is the disk full?")
                    .arg(file.fileName(), file.errorString())};
    return {Error::Code::Io,
            Text::tr("The firmware's variables cannot be written to %1: %2").arg(file.fileName(), file.errorString())};
}

/// Copies what is not zero and leaves the rest out: templates of 64 MiB hold next to nothing.
Result<> copySparsely(QFile& from, QFile& to)
{
    while (!from.atEnd()) {
        const QByteArray piece = from.read(mib);
        if (piece.isEmpty())
            return Error(
                Error::Code::Io,
                Text::tr("The firmware's variables %1 cannot be read: %2").arg(from.fileName(), from.errorString()));
        const bool blank = piece.count('\0') == piece.size();
        if (blank ? !to.seek(to.pos() + piece.size()) : to.write(piece) != piece.size())
            return cannotWrite(to);
    }
    return to.resize(from.size()) && to.flush() ? Result<>(Unit()) : Result<>(cannotWrite(to));
}

} // namespace

bool needsFirmwareVariables(const FirmwareFiles& firmware, const QString& arch)
{
    return !firmware.vars.isEmpty() || (!firmware.code.isEmpty() && arch == "aarch64"_L1);
}

Result<> copyFirmwareVariables(const FirmwareFiles& firmware, const QString& copy)
{
    if (QFileInfo::exists(copy))
        return Unit();
    const QString partial = copy + u".partial"_s;
    QFile to(partial);
    if (!to.open(QIODevice::WriteOnly | QIODevice::Truncate) ||
        !to.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return Error(Error::Code::Io,
                     Text::tr("The firmware's variables cannot be written to %1: %2").arg(copy, to.errorString()));
    Result<> copied = Unit();
    if (firmware.vars.isEmpty()) {
        if (!to.resize(emptyFlash))
            copied = cannotWrite(to);
    } else {
        QFile from(firmware.vars);
        if (from.open(QIODevice::ReadOnly))
            copied = copySparsely(from, to);
        else
            copied = Error(
                Error::Code::NotFound,
                Text::tr("The firmware's variables %1 cannot be read: %2").arg(firmware.vars, from.errorString()));
    }
    to.close();
    if (copied && !QFile::rename(partial, copy))
        copied = cannotWrite(to);
    if (!copied)
        QFile::remove(partial);
    return copied;
}

} // namespace bv
