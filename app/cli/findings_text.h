#pragma once

#include "analysis/finding.h"

#include <QList>
#include <QString>

namespace bv::cli {

/// The findings for a terminal, under headings: the questions with their answers, the comparisons, what makes figures
/// doubtful. At most 100 columns wide, and without characters that a terminal would take for a command. Ends with a
/// newline.
QString findingsText(const QList<analysis::Finding>& findings);

/// Words in lines of at most 100 columns, the first indented by `first` and all others by `indent` blanks;
/// printable() all of them. Ends with a newline.
QString wrappedText(const QString& text, int first, int indent);

} // namespace bv::cli
