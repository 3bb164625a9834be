#include "target/qemu/firmware.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Kind = FirmwareImage::Kind;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::FirmwareImage)
};

/// Reads numbers out of an image; beyond its end there is 0.
class Bytes
{
public:
    explicit Bytes(const QByteArray& content)
        : m_content(content)
    {
    }
    qint64 size() const { return m_content.size(); }
    quint8 u8(qint64 at) const { return static_cast<quint8>(number(at, 1)); }
    quint16 u16(qint64 at) const { return static_cast<quint16>(number(at, 2)); }
    quint32 u24(qint64 at) const { return static_cast<quint32>(number(at, 3)); }
    quint32 u32(qint64 at) const { return static_cast<quint32>(number(at, 4)); }
    quint64 u64(qint64 at) const { return number(at, 8); }
    bool has(qint64 at, const QByteArray& bytes) const { return at >= 0 && m_content.mid(at, bytes.size()) == bytes; }
    qint64 find(const QByteArray& bytes, qint64 from) const { return m_content.indexOf(bytes, from); }

private:
    quint64 number(qint64 at, int count) const
    {
        quint64 value = 0;
        if (at < 0 || at + count > m_content.size())
            return 0;
        for (int i = count - 1; i >= 0; --i)
            value = value << 8 | static_cast<quint8>(m_content.at(at + i));
        return value;
    }
    const QByteArray& m_content;
};

/// By the machine types of PE/COFF.
QString archOfMachine(quint16 machine)
{
    switch (machine) {
    case 0x8664:
        return u"x86_64"_s;
    case 0x014c:
        return u"i386"_s;
    case 0xaa64:
        return u"aarch64"_s;
    case 0x01c0:
    case 0x01c2:
    case 0x01c4:
        return u"arm"_s;
    case 0x5064:
        return u"riscv64"_s;
    default:
        return {};
    }
}

/// Of a program that begins at `at`, as PE ("MZ" first, or not) or as TE, the shortened form of firmware.
QString archOfProgram(const Bytes& bytes, qint64 at)
{
    if (bytes.has(at, "VZ"))
        return archOfMachine(bytes.u16(at + 2));
    const qint64 header = bytes.has(at, "MZ") ? at + bytes.u32(at + 0x3c) : at;
    return bytes.has(header, QByteArray("PE\0\0", 4)) ? archOfMachine(bytes.u16(header + 4)) : QString();
}

qint64 aligned(qint64 offset, qint64 to)
{
    return (offset + to - 1) / to * to;
}

/// The architecture of the first program in a file of a volume; its sections lie between `at` and `end`.
QString archOfSections(const Bytes& bytes, qint64 at, qint64 end)
{
    constexpr quint8 pe32 = 0x10;
    constexpr quint8 te = 0x12;
    while (at + 4 < end) {
        const quint32 size = bytes.u24(at);
        const quint8 type = bytes.u8(at + 3);
        if (size < 4)
            return {};
        if (type == pe32 || type == te) {
            const QString arch = archOfProgram(bytes, at + 4);
            if (!arch.isEmpty())
                return arch;
        }
        at = aligned(at + size, 4);
    }
    return {};
}

struct Volume
{
    qint64 begin = 0;
    qint64 end = 0;
    qint64 files = 0; ///< where its first file begins
    bool isVariables = false;
};

/// The volume whose signature stands at `signature`; nothing if it only looks like one.
std::optional<Volume> volumeAt(const Bytes& bytes, qint64 signature)
{
    static const QByteArray variables = QByteArray::fromHex("8d2bf1ff96768b4ca9852747075b4f50"); // NV data
    constexpr qint64 signatureOffset = 40;
    Volume volume;
    volume.begin = signature - signatureOffset;
    if (volume.begin < 0)
        return std::nullopt;
    const quint16 headerSize = bytes.u16(volume.begin + 48);
    const quint64 size = bytes.u64(volume.begin + 32);
    if (headerSize < 56 || headerSize > 4096 || size < headerSize ||
        size > static_cast<quint64>(bytes.size() - volume.begin))
        return std::nullopt;
    quint16 sum = 0;
    for (qint64 i = 0; i < headerSize; i += 2)
        sum = static_cast<quint16>(sum + bytes.u16(volume.begin + i));
    if (sum != 0)
        return std::nullopt;
    volume.end = volume.begin + static_cast<qint64>(size);
    volume.isVariables = bytes.has(volume.begin + 16, variables);
    const quint16 extended = bytes.u16(volume.begin + 52);
    volume.files = volume.begin + headerSize;
    if (extended != 0)
        volume.files = volume.begin + extended + bytes.u32(volume.begin + extended + 16);
    volume.files = volume.begin + aligned(volume.files - volume.begin, 8);
    return volume;
}

QString archOfVolume(const Bytes& bytes, const Volume& volume)
{
    constexpr qint64 shortHeader = 24;
    constexpr qint64 longHeader = 32;
    constexpr quint8 firstProgram = 0x03; // SEC
    constexpr quint8 lastProgram = 0x09;  // APPLICATION
    qint64 at = volume.files;
    while (at + shortHeader < volume.end) {
        const bool large = (bytes.u8(at + 19) & 0x01) != 0;
        const qint64 header = large ? longHeader : shortHeader;
        const quint64 size = large ? bytes.u64(at + shortHeader) : bytes.u24(at + 20);
        // Free space is all ones, which is no size that fits.
        if (size < static_cast<quint64>(header) || size > static_cast<quint64>(volume.end - at))
            return {};
        const quint8 type = bytes.u8(at + 18);
        const qint64 end = at + static_cast<qint64>(size);
        if (type >= firstProgram && type <= lastProgram) {
            const QString arch = archOfSections(bytes, at + header, end);
            if (!arch.isEmpty())
                return arch;
        }
        at = volume.begin + aligned(end - volume.begin, 8);
    }
    return {};
}

/// Code, variables or both, by the volumes.
void lookAtVolumes(const Bytes& bytes, FirmwareImage& image)
{
    bool code = false;
    bool variables = false;
    qint64 from = 0;
    while ((from = bytes.find("_FVH", from)) >= 0) {
        const auto volume = volumeAt(bytes, from);
        if (!volume) {
            from += 4;
            continue;
        }
        (volume->isVariables ? variables : code) = true;
        if (!volume->isVariables && image.arch.isEmpty())
            image.arch = archOfVolume(bytes, *volume);
        from = std::max(volume->end, from + 4);
    }
    if (code)
        image.kind = variables ? Kind::Full : Kind::Code;
    else if (variables)
        image.kind = Kind::Vars;
}

Kind kindByBeginning(const Bytes& bytes)
{
    static const std::array<std::pair<QByteArray, Kind>, 9> beginnings{
        {{QByteArray::fromHex("1f8b"), Kind::Packed},         // gzip
         {QByteArray::fromHex("fd377a585a00"), Kind::Packed}, // xz
         {QByteArray::fromHex("28b52ffd"), Kind::Packed},     // zstd
         {QByteArray("PK\3\4"), Kind::Packed},                // zip
         {QByteArray::fromHex("377abcaf271c"), Kind::Packed}, // 7z
         {QByteArray::fromHex("514649fb"), Kind::Qcow2},
         {QByteArray("\177ELF"), Kind::Program},
         {QByteArray("MZ"), Kind::Program},
         {QByteArray("#!"), Kind::Program}}};
    for (const auto& [beginning, kind] : beginnings) {
        if (bytes.has(0, beginning))
            return kind;
    }
    return bytes.has(0x8001, "CD001") ? Kind::Iso : Kind::Unknown;
}

} // namespace

FirmwareImage inspectFirmware(const QByteArray& content)
{
    FirmwareImage image;
    image.size = content.size();
    const Bytes bytes(content);
    image.kind = kindByBeginning(bytes);
    if (image.kind == Kind::Program)
        image.arch = archOfProgram(bytes, 0);
    if (image.kind != Kind::Unknown || content.isEmpty())
        return image;
    const char first = content.front();
    if ((first == '\0' || first == '\xff') && content.count(first) == content.size()) {
        image.kind = Kind::Blank;
        return image;
    }
    lookAtVolumes(bytes, image);
    // A PC starts 16 bytes before the end; a BIOS jumps away from there.
    constexpr quint8 farJump = 0xea;
    constexpr qint64 startVector = 16;
    if (image.kind == Kind::Unknown && bytes.size() >= 65536 && bytes.u8(bytes.size() - startVector) == farJump)
        image.arch = u"i386"_s;
    return image;
}

Result<FirmwareImage> inspectFirmwareFile(const QString& path)
{
    constexpr qint64 most = 16 * 1024 * 1024; // the images of aarch64 are padded to 64 MiB, their code is at the front
    const QFileInfo info(path);
    if (!info.exists())
        return Error(
            Error::Code::NotFound,
            Text::tr("The firmware %1 is not there. Choose another file, or \"uefi\" to have one found.").arg(path));
    if (info.isDir())
        return Error(Error::Code::BadInput, Text::tr("%1 is a folder. Choose a firmware image in it.").arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("The firmware %1 cannot be read: %2").arg(path, file.errorString()));
    FirmwareImage image = inspectFirmware(file.read(most));
    if (info.size() > most && image.kind == Kind::Unknown)
        image.arch.clear(); // its end was not seen
    image.size = info.size();
    return image;
}

} // namespace bv
