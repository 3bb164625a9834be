#pragma once

#include <QByteArray>
#include <QList>
#include <cstring>
#include <elf.h>

namespace bv {

/// A program or library of nothing but its headers, 64-bit little-endian.
struct ElfFile
{
    quint16 machine = EM_AARCH64;
    QByteArray interpreter; ///< empty: none
    QList<QByteArray> needed;
    QByteArray runPath;
    QByteArray payload; ///< behind all else

    QByteArray bytes() const;
};

template<class T>
QByteArray rawBytes(const T& value)
{
    return QByteArray(reinterpret_cast<const char*>(&value), sizeof value);
}

inline QByteArray ElfFile::bytes() const
{
    constexpr Elf64_Addr base = 0x10000; // addresses are not offsets
    constexpr quint64 head = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
    QByteArray strings(1, '\0');
    QByteArray dynamic;
    const auto entry = [&dynamic](Elf64_Sxword tag, quint64 value) {
        Elf64_Dyn made{};
        made.d_tag = tag;
        made.d_un.d_val = value;
        dynamic += rawBytes(made);
    };
    const auto text = [&strings](const QByteArray& word) {
        const auto at = static_cast<quint64>(strings.size());
        strings += word + '\0';
        return at;
    };
    for (const QByteArray& name : needed)
        entry(DT_NEEDED, text(name));
    if (!runPath.isEmpty())
        entry(DT_RUNPATH, text(runPath));
    const quint64 interpreterAt = head;
    const quint64 stringsAt = interpreterAt + quint64(interpreter.size()) + 1;
    entry(DT_STRTAB, base + stringsAt);
    entry(DT_STRSZ, quint64(strings.size()));
    entry(DT_NULL, 0);
    const quint64 dynamicAt = stringsAt + quint64(strings.size());

    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_machine = machine;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 3;
    Elf64_Phdr load{};
    load.p_type = PT_LOAD;
    load.p_vaddr = base;
    load.p_filesz = dynamicAt + quint64(dynamic.size());
    Elf64_Phdr dynamicPart{};
    dynamicPart.p_type = needed.isEmpty() && interpreter.isEmpty() ? PT_NULL : PT_DYNAMIC;
    dynamicPart.p_offset = dynamicAt;
    dynamicPart.p_filesz = quint64(dynamic.size());
    Elf64_Phdr interpreterPart{};
    interpreterPart.p_type = interpreter.isEmpty() ? PT_NULL : PT_INTERP;
    interpreterPart.p_offset = interpreterAt;
    interpreterPart.p_filesz = quint64(interpreter.size()) + 1;
    return rawBytes(header) + rawBytes(load) + rawBytes(dynamicPart) + rawBytes(interpreterPart) + interpreter + '\0' +
           strings + dynamic + payload;
}

/// An arm64 kernel of nothing but the marks by which it is known.
inline QByteArray arm64Image(const QByteArray& release = "6.1.0-9-fake")
{
    QByteArray image(0x400, '\0');
    image.replace(0, 2, "MZ");
    image.replace(0x38, 4, "ARM\x64");
    return image + "Linux version %s (format)" + QByteArray(1, '\0') + "Linux version " + release + " (me) #1 SMP\n";
}

/// An x86 kernel of nothing but its header.
inline QByteArray bzImage(const QByteArray& release = "6.1.0-9-fake")
{
    QByteArray image(0x400, '\0');
    image.replace(0x202, 4, "HdrS");
    image[0x20e] = char(0x00);
    image[0x20f] = char(0x01); // 0x100 behind 0x200
    return image.replace(0x300, release.size() + 12, release + " (me) #1 SMP");
}

} // namespace bv
