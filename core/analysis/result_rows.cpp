#include "analysis/result_rows.h"

namespace bv::analysis {

QList<ResultRow> resultRows(const Session& session)
{
    QList<ResultRow> rows;
    // Always the plan's first target; without its figure there is no ratio.
    const QString reference = session.plan.targets.isEmpty() ? QString() : session.plan.targets.first().id;
    QString key;
    QList<double> ofReference;
    for (const Cell& cell : cellsOf(session)) {
        if (cell.comparisonKey != key || rows.isEmpty()) {
            key = cell.comparisonKey;
            ofReference = cell.targetId == reference ? cell.values : QList<double>();
        }
        ResultRow row;
        static_cast<Cell&>(row) = cell;
        row.summary = summarize(cell.values);
        if (!ofReference.isEmpty() && !cell.values.isEmpty())
            row.ratio = ratioOfMeans(cell.values, ofReference);
        if (row.ratio && cell.targetId == reference) // to itself: no chance is in that
            row.ratio = RatioEstimate();
        rows << row;
    }
    return rows;
}

} // namespace bv::analysis
