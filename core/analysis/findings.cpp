#include "analysis/findings.h"

#include "analysis/comparison.h"
#include "analysis/fairness.h"
#include "analysis/plausibility.h"
#include "analysis/questions.h"
#include "analysis/scaling.h"
#include "analysis/stability.h"

namespace bv::analysis {

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
    return findings;
}

} // namespace bv::analysis
