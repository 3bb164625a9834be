#include "analysis/result_rows.h"

#include "plan/parameters.h"

#include <QHash>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

QString labelOf(const Session& session, const QString& targetId)
{
    for (const QJsonValue& target : session.targets) {
        const QString label = target["label"_L1].toString();
        if (target["id"_L1].toString() == targetId && !label.isEmpty())
            return label;
    }
    for (const TargetSettings& target : session.plan.targets) {
        if (target.id == targetId)
            return targetLabel(target);
    }
    return targetId;
}

struct Cell
{
    const RunRecord* sample = nullptr;
    QList<double> values;
    int failed = 0;
};

/// The repeats by comparison key and target, and the keys in the order of the plan.
struct Cells
{
    QStringList keys;
    QHash<QString, QHash<QString, Cell>> byKey;
    QHash<sysbench::Test, QList<QJsonObject>> paramsByTest;
};

Cells collect(const Session& session)
{
    Cells cells;
    QList<const RunRecord*> ordered;
    // Of a planned run that was tried again the last attempt counts; runs without a plan all count.
    QHash<int, const RunRecord*> last;
    for (const RunRecord& run : session.runs) {
        if (run.plannedIndex >= 0)
            last.insert(run.plannedIndex, &run);
    }
    for (const RunRecord& run : session.runs) {
        if (run.plannedIndex < 0 || last.value(run.plannedIndex) == &run)
            ordered << &run;
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const RunRecord* a, const RunRecord* b) { return a->plannedIndex < b->plannedIndex; });
    for (const RunRecord* run : std::as_const(ordered)) {
        if (run->discarded || run->status == RunStatus::Cancelled)
            continue;
        const QString key = comparisonKey(run->test, run->params);
        if (!cells.byKey.contains(key)) {
            cells.keys << key;
            cells.paramsByTest[run->test] << run->params;
        }
        Cell& cell = cells.byKey[key][run->target];
        cell.sample = run;
        const auto value = run->metrics.value(sysbench::headlineMetric(run->test));
        if (run->status == RunStatus::Ok && value)
            cell.values << *value;
        else
            ++cell.failed;
    }
    return cells;
}

} // namespace

QList<ResultRow> resultRows(const Session& session)
{
    const Cells cells = collect(session);
    QList<ResultRow> rows;
    for (const QString& key : cells.keys) {
        const auto& targets = cells.byKey[key];
        // Always the plan's first target; without its figure there is no ratio.
        const QList<double> reference =
            session.plan.targets.isEmpty() ? QList<double>() : targets.value(session.plan.targets.first().id).values;
        for (const TargetSettings& target : session.plan.targets) {
            if (!targets.contains(target.id))
                continue;
            const Cell& cell = targets[target.id];
            ResultRow row;
            row.comparisonKey = key;
            row.test = describeParams(cell.sample->test, cell.sample->params,
                                      varyingParameters(cell.sample->test, cells.paramsByTest[cell.sample->test]));
            row.targetId = target.id;
            row.target = labelOf(session, target.id);
            row.metric = sysbench::headlineMetric(cell.sample->test);
            row.values = cell.values;
            row.summary = summarize(cell.values);
            row.failed = cell.failed;
            if (!reference.isEmpty() && !cell.values.isEmpty())
                row.ratio = ratioOfMeans(cell.values, reference);
            rows << row;
        }
    }
    return rows;
}

} // namespace bv::analysis
