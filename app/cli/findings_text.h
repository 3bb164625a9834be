#pragma once

#include "analysis/finding.h"

#include <QList>
#include <QString>

namespace bv::cli {

/// The findings for a terminal, under headings: the questions with their answers, the comparisons, the scaling, what
/// makes figures doubtful. At most 100 columns wide, and without characters that a terminal would take for a command.
/// Ends with a newline.
QString findingsText(const QList<analysis::Finding>& findings);

} // namespace bv::cli
