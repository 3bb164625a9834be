#include "analysis/plausibility.h"

#include "analysis/cached_reads.h"
#include "analysis/load_checks.h"
#include "analysis/run_checks.h"
#include "analysis/transfer_checks.h"

namespace bv::analysis {

QList<Finding> plausibilityFindings(const Session& session)
{
    const QList<Cell> cells = cellsOf(session);
    QList<Finding> findings;
    for (const Cell& cell : cells)
        findings << runCheckFindings(cell) << clearTransferFindings(cell) << cachedReadFindings(session, cell);
    return findings << loadFindings(cells) << slightTransferFindings(cells);
}

} // namespace bv::analysis
