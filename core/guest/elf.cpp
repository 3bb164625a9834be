#include "guest/elf.h"

#include <QCoreApplication>
#include <QFile>
#include <QList>
#include <cstring>
#include <elf.h>
#include <optional>
#include <utility>

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

QString stringAt(QByteArrayView strings, quint64 offset)
{
    if (offset >= static_cast<quint64>(strings.size()))
        return {};
    const QByteArrayView rest = strings.sliced(static_cast<qsizetype>(offset));
    const qsizetype end = rest.indexOf('\0');
    return QString::fromUtf8(end < 0 ? rest : rest.first(end));
}

/// The bytes that a segment puts at an address of memory.
std::optional<QByteArrayView> bytesAtAddress(QByteArrayView image, const Elf64_Ehdr& header, quint64 address,
                                             quint64 length)
{
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        const auto segment = headerAt<Elf64_Phdr>(image, header.e_phoff + quint64(i) * header.e_phentsize);
        if (!segment)
            return {};
        if (segment->p_type == PT_LOAD && address >= segment->p_vaddr && address - segment->p_vaddr < segment->p_filesz)
            return bytesAt(image, segment->p_offset + (address - segment->p_vaddr), length);
    }
    return {};
}

/// False when the dynamic section is damaged.
bool readDynamic(QByteArrayView image, const Elf64_Ehdr& header, const Elf64_Phdr& segment, ElfProgram& program)
{
    quint64 address = 0;
    quint64 size = 0;
    QList<quint64> needed;
    QList<quint64> paths;
    for (quint64 at = 0; at < segment.p_filesz; at += sizeof(Elf64_Dyn)) {
        const auto entry = headerAt<Elf64_Dyn>(image, segment.p_offset + at);
        if (!entry)
            return false;
        if (entry->d_tag == DT_NULL)
            break;
        if (entry->d_tag == DT_STRTAB)
            address = entry->d_un.d_ptr;
        else if (entry->d_tag == DT_STRSZ)
            size = entry->d_un.d_val;
        else if (entry->d_tag == DT_NEEDED)
            needed << entry->d_un.d_val;
        else if (entry->d_tag == DT_RPATH || entry->d_tag == DT_RUNPATH)
            paths << entry->d_un.d_val;
    }
    if (needed.isEmpty())
        return true;
    const auto strings = bytesAtAddress(image, header, address, size);
    if (!strings)
        return false;
    for (const quint64 offset : std::as_const(needed))
        program.needed << stringAt(*strings, offset);
    for (const quint64 offset : std::as_const(paths))
        program.runPaths += stringAt(*strings, offset).split(u':', Qt::SkipEmptyParts);
    return !program.needed.contains(QString());
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
        if (segment->p_type == PT_DYNAMIC) {
            program.isDynamic = true;
            if (!readDynamic(image, *header, *segment, program))
                return Error(Error::Code::BadInput, Text::tr("%1 is damaged.").arg(path));
        }
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
