#pragma once

#include "base/shell_line.h"
#include "plan/paste.h"

#include <optional>

namespace bv {

// What the readers of pasted commands share.

/// `program` without folder and ".exe"; `arguments` what follows it.
Result<PastedTarget> pasteQemu(const QString& program, const QList<ShellWord>& arguments);
Result<PastedTarget> pasteContainer(const QString& program, const QList<ShellWord>& arguments);

/// A number with a unit, as QEMU and Docker write sizes ("2G", "1.5g", "2048", "512MB"), in MiB, rounded up; `unit` is
/// that of a number alone ('m' or 'b'). Nothing for anything else.
std::optional<int> sizeInMib(const QString& text, char unit);

} // namespace bv
