#pragma once

#include "analysis/fairness.h"

#include <QStringList>

namespace bv::cli {

/// What makes the plan unequal on this machine, a line for each note, gravest first, and, where --fair would mend some
/// of it, a line that says so. Empty where nothing does.
QStringList fairnessLines(const Plan& plan, const QJsonObject& host);

/// What --fair has changed, a line for each mend.
QStringList mendLines(const QList<analysis::FairnessNote>& applied);

} // namespace bv::cli
