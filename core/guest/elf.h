#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace bv {

/// What the guest needs to know of a program. ELF as in elf(5); 64-bit little-endian only.
struct ElfProgram
{
    quint16 machine = 0;    ///< e_machine: 62 is x86_64
    QString interpreter;    ///< the dynamic loader it asks for; empty in a static program
    bool isDynamic = false; ///< has a dynamic section (a static-pie has one, too, but no interpreter)
    QStringList needed;     ///< names of the libraries it asks for, in its order
    QStringList runPaths;   ///< where it says they may be, beside the usual folders; may hold $ORIGIN
};

/// Reads the headers of a program or library. Io when it cannot be read, BadInput when it is no such ELF file. Any
/// thread.
Result<ElfProgram> readElfProgram(const QString& path);

/// The names in `depends=` of a kernel module (an uncompressed ELF image), as written by the kernel's modpost into the
/// section .modinfo. BadInput when the image is broken. Any thread.
Result<QStringList> moduleDependencies(const QByteArray& image);

} // namespace bv
