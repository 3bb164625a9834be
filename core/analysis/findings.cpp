#include "analysis/findings.h"

#include "analysis/comparison.h"
#include "analysis/stability.h"

namespace bv::analysis {

QList<Finding> findingsOf(const Session& session)
{
    QList<Finding> findings;
    const QList<Comparison> all = comparisons(session);
    for (const Comparison& comparison : all)
        findings << findingFor(comparison);
    findings << stabilityFindings(session);
    return findings;
}

} // namespace bv::analysis
