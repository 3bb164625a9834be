#include "cli/findings_text.h"

#include "cli/console.h"
#include "cli/session_argument.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

using analysis::Finding;
using analysis::FindingAnswer;
using analysis::FindingKind;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Findings)
};

constexpr int indentation = 4;

QString answerText(FindingAnswer answer)
{
    switch (answer) {
    case FindingAnswer::Yes:
        return Text::tr("Yes.");
    case FindingAnswer::No:
        return Text::tr("No.");
    case FindingAnswer::NotShown:
        return Text::tr("Not shown.");
    case FindingAnswer::NotMeasured:
        return Text::tr("Not measured.");
    case FindingAnswer::Note:
        break;
    }
    return {};
}

bool isQuestion(const Finding& finding)
{
    return finding.kind <= FindingKind::Overall;
}

bool isComparison(const Finding& finding)
{
    return finding.kind == FindingKind::Comparison;
}

bool isScaling(const Finding& finding)
{
    return finding.kind == FindingKind::Scaling;
}

bool isDoubt(const Finding& finding)
{
    return !isQuestion(finding) && !isComparison(finding) && !isScaling(finding);
}

QString bodyOf(const Finding& finding)
{
    const bool isMend = finding.kind == FindingKind::Unfair;
    QString text;
    if (!finding.cause.isEmpty())
        text += wrappedText(Text::tr("Perhaps: %1").arg(finding.cause), indentation, indentation);
    if (!finding.check.isEmpty())
        text += wrappedText((isMend ? Text::tr("Mend: %1") : Text::tr("To test: %1")).arg(finding.check), indentation,
                            indentation);
    return text;
}

template<class Predicate>
QString part(const QList<Finding>& findings, const QString& heading, Predicate belongs)
{
    QString text;
    for (const Finding& finding : findings) {
        if (!belongs(finding))
            continue;
        if (isQuestion(finding)) {
            text += wrappedText(finding.statement + u' ' + answerText(finding.answer), 2, indentation);
            text += wrappedText(finding.sentence, indentation, indentation);
        } else {
            text += wrappedText(finding.sentence, 2, indentation);
        }
        text += bodyOf(finding);
    }
    return text.isEmpty() ? text : u'\n' + heading + u'\n' + text;
}

} // namespace

QString findingsText(const QList<Finding>& findings)
{
    return part(findings, Text::tr("Questions"), isQuestion) +
           part(findings, Text::tr("Comparisons (p values by Welch's t, Holm over all of them)"), isComparison) +
           part(findings, Text::tr("Scaling"), isScaling) +
           part(findings, Text::tr("What makes figures doubtful"), isDoubt);
}

} // namespace bv::cli
