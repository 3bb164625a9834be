#include "analysis/findings.h"

#include "analysis/comparison.h"
#include "analysis/fairness.h"
#include "analysis/questions.h"
#include "analysis/stability.h"

namespace bv::analysis {

QList<Finding> findingsOf(const Session& session)
{
    const QList<Cell> cells = cellsOf(session);
    QList<Finding> findings;
    findings << startUpQuestion(session) << cpuRateQuestion(session, cells) << primeLimitQuestion(session, cells)
             << ratioHoldsQuestion(session, cells) << transferQuestion(session, cells)
             << overallQuestion(session, cells);
    const QList<Comparison> all = comparisons(session);
    for (const Comparison& comparison : all)
        findings << findingFor(comparison);
    findings << stabilityFindings(session) << fairnessFindings(session);
    return findings;
}

} // namespace bv::analysis
