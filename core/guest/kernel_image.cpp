#include "guest/kernel_image.h"

#include "guest/archive.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr qsizetype HeadBytes = 0x210; ///< all headers below are within these

Error noKernel(const QString& image, const GuestArchitecture& arch)
{
    const QString format = arch.name == "x86_64"_L1 ? u"bzImage"_s : u"Image"_s;
    return Error(Error::Code::BadInput,
                 Text::tr("%1 is not a Linux kernel for %2 (%3).").arg(image, arch.name, format));
}

Result<QByteArray> headOf(const QString& image)
{
    QFile file(image);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("Cannot read the kernel %1: %2.").arg(image, file.errorString()));
    return file.read(HeadBytes);
}

bool isArm64Image(const QByteArray& head)
{
    return head.mid(0x38, 4) == "ARM\x64";
}

/// A release as it stands before the first blank; nothing when it cannot be one.
QString releaseIn(const QByteArray& text)
{
    const QByteArray release = text.left(text.indexOf(' '));
    const bool possible = !release.isEmpty() && !release.contains('\0') && !release.contains('/');
    return possible ? QString::fromUtf8(release) : QString();
}

QString releaseOfBzImage(QFile& file, const QByteArray& head)
{
    // "HdrS" stands at 0x202; at 0x20e stands where, counted from 0x200, the text "RELEASE (builder) #1 SMP …" begins.
    if (head.size() < HeadBytes || head.mid(0x202, 4) != "HdrS")
        return {};
    const auto offset = qFromLittleEndian<quint16>(head.constData() + 0x20e);
    return file.seek(0x200 + offset) ? releaseIn(file.read(200)) : QString();
}

QString releaseOfArm64Image(QFile& file, const QByteArray& head)
{
    const uchar* data = isArm64Image(head) ? file.map(0, file.size()) : nullptr;
    const QByteArrayView image(data, data ? file.size() : 0);
    const QByteArrayView words("Linux version ");
    for (qsizetype at = image.indexOf(words); at >= 0; at = image.indexOf(words, at + 1)) {
        const QByteArrayView rest = image.sliced(at + words.size());
        if (!rest.isEmpty() && rest[0] >= '0' && rest[0] <= '9') // else it is a format for printing
            return releaseIn(rest.first(std::min(rest.size(), qsizetype(200))).toByteArray());
    }
    return {};
}

} // namespace

Result<> unpackKernelImage(const QString& source, const QString& target, const GuestArchitecture& arch,
                           std::stop_token stop)
{
    if (arch.name == "x86_64"_L1)
        return unpackFile(source, target, stop);
    const Result<QByteArray> head = headOf(source);
    if (!head)
        return head.error();
    const qint64 size = QFileInfo(source).size();
    if (isArm64Image(*head))
        return unpackPart(source, 0, size, Compression::None, target, stop);
    if (head->startsWith("\x1f\x8b"))
        return unpackPart(source, 0, size, Compression::Gzip, target, stop);
    // linux/drivers/firmware/efi/libstub/zboot-header.S: "MZ", at 4 "zimg", at 8 offset and length of the payload, at
    // 0x18 how it is compressed
    if (head->size() < HeadBytes || head->mid(4, 4) != "zimg")
        return noKernel(source, arch);
    const auto offset = qFromLittleEndian<quint32>(head->constData() + 8);
    const auto length = qFromLittleEndian<quint32>(head->constData() + 12);
    const QByteArray type = head->mid(0x18, 4);
    const bool known = type == "gzip" || type == "zstd";
    if (!known || qint64(offset) + length > size || length == 0)
        return noKernel(source, arch);
    return unpackPart(source, offset, length, type == "gzip" ? Compression::Gzip : Compression::Zstd, target, stop);
}

Result<QString> kernelRelease(const QString& image, const GuestArchitecture& arch)
{
    const Result<QByteArray> head = headOf(image);
    if (!head)
        return head.error();
    QFile file(image);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("Cannot read the kernel %1: %2.").arg(image, file.errorString()));
    const QString release = arch.name == "x86_64"_L1 ? releaseOfBzImage(file, *head) : releaseOfArm64Image(file, *head);
    if (release.isEmpty())
        return noKernel(image, arch);
    return release;
}

} // namespace bv
