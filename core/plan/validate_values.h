#pragma once

#include "plan/machine_limits.h"
#include "plan/problem.h"

#include <QString>
#include <QStringList>

namespace bv {

// What the settings of all kinds of targets are checked by. `where` is the place of the setting in the plan.

bool hasControlCharacter(const QString& text);

/// Complains where the text holds control characters.
void refuseControlCharacters(const QString& value, const QString& where, PlanProblems& problems);
/// Complains where the value is none of the names; gives whether it is one.
bool requireOneOf(const QString& value, const QStringList& names, const QString& where, PlanProblems& problems);
/// Complains where the text is empty or holds control characters.
void requireText(const QString& value, const QString& where, PlanProblems& problems);
/// Complains of less than `least` MiB, or of more than the machine has or can spare.
void validateMemory(int memoryMib, int least, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems);

} // namespace bv
