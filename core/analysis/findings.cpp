#include "analysis/findings.h"

#include "analysis/comparison.h"
#include "analysis/fairness.h"
#include "analysis/plausibility.h"
#include "analysis/questions.h"
#include "analysis/scaling.h"
#include "analysis/stability.h"

#include <QCoreApplication>
#include <QSet>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Findings)
};

/// Says of answers and comparisons how many of their runs are doubted.
void nameDoubts(QList<Finding>* findings)
{
    QSet<QString> doubted;
    for (const Finding& finding : std::as_const(*findings)) {
        if (finding.kind == FindingKind::Implausible || finding.kind == FindingKind::Unstable)
            doubted.unite(QSet<QString>(finding.runs.begin(), finding.runs.end()));
    }
    for (Finding& finding : *findings) {
        if (finding.kind > FindingKind::Comparison)
            continue;
        const auto count = std::count_if(finding.runs.begin(), finding.runs.end(),
                                         [&doubted](const QString& run) { return doubted.contains(run); });
        if (count > 0)
            finding.sentence +=
                u' ' +
                Text::tr("Doubtful runs: %1 of %2; see what is noted of them.").arg(count).arg(finding.runs.size());
    }
}

} // namespace

QList<Finding> findingsOf(const Session& session)
{
    const QList<Cell> cells = cellsOf(session);
    QList<Finding> findings;
    findings << startUpQuestion(session) << cpuRateQuestion(session, cells) << primeLimitQuestion(session, cells)
             << ratioHoldsQuestion(session, cells) << transferQuestion(session, cells)
             << overallQuestion(session, cells);
    findings << scalingFindings(session, cells);
    const QList<Comparison> all = comparisons(session);
    for (const Comparison& comparison : all)
        findings << findingFor(comparison);
    findings << plausibilityFindings(session) << stabilityFindings(session) << fairnessFindings(session);
    nameDoubts(&findings);
    return findings;
}

} // namespace bv::analysis
