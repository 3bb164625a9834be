#include "plan/validate_values.h"

#include "base/suggest.h"
#include "plan/expand.h"
#include "plan/json_reader.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

} // namespace

bool hasControlCharacter(const QString& text)
{
    return std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

void refuseControlCharacters(const QString& value, const QString& where, PlanProblems& problems)
{
    if (hasControlCharacter(value))
        problems.error(where, Text::tr("It holds a line break or another control character. Remove it."));
}

bool requireOneOf(const QString& value, const QStringList& names, const QString& where, PlanProblems& problems)
{
    if (names.contains(value))
        return true;
    const QString sentence = Text::tr("\"%1\" is not possible. Use %2.").arg(value.left(40), anyOf(names));
    problems.error(where, withSuggestion(sentence, value, names));
    return false;
}

void requireText(const QString& value, const QString& where, PlanProblems& problems)
{
    if (value.trimmed().isEmpty())
        problems.error(where, Text::tr("It is empty. Give a value, or leave the setting out to have the default."));
    else
        refuseControlCharacters(value, where, problems);
}

void validateMemory(int memoryMib, int least, const QString& where, const MachineLimits& limits, PlanProblems& problems)
{
    if (memoryMib < least) {
        problems.error(where,
                       Text::tr("%1 MiB of memory is too little. Give at least %2 MiB.").arg(memoryMib).arg(least));
        return;
    }
    if (limits.memoryMib <= 0)
        return;
    if (memoryMib > limits.memoryMib) {
        problems.error(where, Text::tr("%1 MiB is more memory than this machine has (%2 MiB). Give less.")
                                  .arg(memoryMib)
                                  .arg(limits.memoryMib));
    } else if (memoryMib > *memoryForTargets(limits)) {
        problems.warning(where,
                         Text::tr("%1 MiB leaves this machine, which has %2 MiB, too little for itself. It may swap, "
                                  "and then swapping is measured. Give less.")
                             .arg(memoryMib)
                             .arg(limits.memoryMib));
    }
}

} // namespace bv
