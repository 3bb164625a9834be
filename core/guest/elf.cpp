#include "guest/elf.h"

#include <QCoreApplication>
#include <QFile>
#include <cstring>
#include <elf.h>
#include <optional>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

/// A header at an offset that may lie; nothing when it does.
template<class Header>
std::optional<Header> headerAt(QByteArrayView image, quint64 offset)
{
    const auto size = static_cast<quint64>(image.size());
    if (offset > size || size - offset < sizeof(Header))
        return {};
    Header header;
    std::memcpy(&header, image.data() + offset, sizeof header);
    return header;
}

std::optional<QByteArrayView> bytesAt(QByteArrayView image, quint64 offset, quint64 length)
{
    const auto size = static_cast<quint64>(image.size());
    if (offset > size || size - offset < length)
        return {};
    return image.sliced(static_cast<qsizetype>(offset), static_cast<qsizetype>(length));
}

std::optional<Elf64_Ehdr> elfHeader(QByteArrayView image)
{
    const auto header = headerAt<Elf64_Ehdr>(image, 0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB)
        return {};
    return header;
}

std::optional<Elf64_Shdr> sectionHeader(QByteArrayView image, const Elf64_Ehdr& header, unsigned index)
{
    return headerAt<Elf64_Shdr>(image, header.e_shoff + quint64(index) * header.e_shentsize);
}

std::optional<QByteArrayView> section(QByteArrayView image, const Elf64_Ehdr& header, QByteArrayView name)
{
    const auto nameTable = sectionHeader(image, header, header.e_shstrndx);
    const auto names = nameTable ? bytesAt(image, nameTable->sh_offset, nameTable->sh_size) : std::nullopt;
    for (unsigned i = 0; names && i < header.e_shnum; ++i) {
        const auto candidate = sectionHeader(image, header, i);
        if (!candidate || candidate->sh_name >= static_cast<quint64>(names->size()))
            return {};
        const QByteArrayView rest = names->sliced(candidate->sh_name);
        if (rest.size() > name.size() && rest.startsWith(name) && rest[name.size()] == '\0')
            return bytesAt(image, candidate->sh_offset, candidate->sh_size);
    }
    return {};
}

} // namespace

Result<ElfProgram> readElfProgram(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(path, file.errorString()));
    const uchar* data = file.size() > 0 ? file.map(0, file.size()) : nullptr;
    const QByteArrayView image(data, data ? file.size() : 0);
    const auto header = elfHeader(image);
    if (!header)
        return Error(Error::Code::BadInput, Text::tr("%1 is not a 64-bit program for this guest.").arg(path));
    ElfProgram program;
    program.machine = header->e_machine;
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        const auto segment = headerAt<Elf64_Phdr>(image, header->e_phoff + quint64(i) * header->e_phentsize);
        if (!segment)
            return Error(Error::Code::BadInput, Text::tr("%1 is damaged.").arg(path));
        program.isDynamic = program.isDynamic || segment->p_type == PT_DYNAMIC;
        if (segment->p_type != PT_INTERP)
            continue;
        const auto name = bytesAt(image, segment->p_offset, segment->p_filesz);
        if (!name)
            return Error(Error::Code::BadInput, Text::tr("%1 is damaged.").arg(path));
        const qsizetype end = name->indexOf('\0');
        program.interpreter = QString::fromUtf8(end < 0 ? *name : name->first(end));
    }
    return program;
}

Result<QStringList> moduleDependencies(const QByteArray& image)
{
    const auto header = elfHeader(image);
    const auto info = header ? section(image, *header, ".modinfo") : std::nullopt;
    if (!info)
        return Error(Error::Code::BadInput, Text::tr("A kernel module is damaged: it has no .modinfo section."));
    const QList<QByteArray> fields = info->toByteArray().split('\0');
    for (const QByteArray& field : fields) {
        if (field.startsWith("depends="))
            return QString::fromUtf8(field.mid(8)).split(u',', Qt::SkipEmptyParts);
    }
    return QStringList();
}

} // namespace bv
