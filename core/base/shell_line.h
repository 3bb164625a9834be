#pragma once

#include "base/result.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace bv {

/// The argv as a line for a POSIX shell, quoted where needed.
QString shellLine(const QStringList& argv);

struct ShellWord
{
    QString text;
    bool isReplaced = false; ///< a shell would have put something else there: $VAR, $(…), `…`, %VAR%, ~
    bool operator==(const ShellWord&) const = default;
};

/// One command of a text for a shell.
struct ShellCommand
{
    QList<ShellWord> words;
    QStringList redirections; ///< "> log", "2>&1": not among the words
    QStringList texts() const;
    bool operator==(const ShellCommand&) const = default;
};

/// The commands of a text that somebody typed or copied for a POSIX shell, or for cmd or PowerShell where it looks like
/// that ("^" or "`" at the end of a line, "C:\", ".exe"): quotes, continued lines and comments are understood; nothing
/// is run or replaced. A line that begins with '-' belongs to the one before: text copied from a document has lost its
/// backslashes. BadInput where a quotation does not end. Pure.
Result<QList<ShellCommand>> splitShellText(const QString& text);

} // namespace bv
