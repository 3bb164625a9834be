#include "analysis/result_rows.h"

#include "plan/parameters.h"
#include "plan/start_up.h"

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

/// Beside a start with a size of its own: without that of the target, which was not started.
QString labelOf(const Session& session, const TargetSettings& target, const RunRecord& sample)
{
    const bool isSized = sample.params.contains("smp"_L1) || sample.params.contains("memory_mib"_L1);
    if (sample.test != sysbench::Test::Boot || !isSized)
        return labelOf(session, target.id);
    TargetSettings measured = target;
    for (const QJsonValue& one : session.targets) { // "auto" is no name for what was measured
        if (one["id"_L1].toString() == target.id)
            measured.qemu.accel = one["accel"_L1].toString(target.qemu.accel);
    }
    return startLabel(measured, sample.params);
}

struct Cell
{
    QList<double> values;
    int failed = 0;
};

/// The repeats by comparison key and target, and the keys in the order of the plan.
struct Cells
{
    QStringList keys;
    QHash<QString, QHash<QString, Cell>> byKey;
    QHash<QString, const RunRecord*> samples; ///< a run of each key
    QHash<sysbench::Test, QList<QJsonObject>> paramsByTest;
};

Cells collect(const Session& session)
{
    Cells cells;
    QList<const RunRecord*> ordered = attemptsThatCount(session);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const RunRecord* a, const RunRecord* b) { return a->plannedIndex < b->plannedIndex; });
    for (const RunRecord* run : std::as_const(ordered)) {
        if (run->discarded || run->status == RunStatus::Cancelled)
            continue;
        const QString key = comparisonKey(run->test, run->params);
        if (!cells.byKey.contains(key)) {
            cells.keys << key;
            cells.paramsByTest[run->test] << run->params;
            cells.samples.insert(key, run);
        }
        Cell& cell = cells.byKey[key][run->target];
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
        const RunRecord& sample = *cells.samples.value(key);
        for (const TargetSettings& target : session.plan.targets) {
            const QString error = targetError(session, target.id);
            if (!targets.contains(target.id) && error.isEmpty())
                continue;
            const Cell cell = targets.value(target.id);
            ResultRow row;
            row.comparisonKey = key;
            row.test = describeParams(sample.test, sample.params,
                                      varyingParameters(sample.test, cells.paramsByTest[sample.test]));
            row.targetId = target.id;
            row.target = labelOf(session, target, sample);
            row.metric = sysbench::headlineMetric(sample.test);
            row.values = cell.values;
            row.summary = summarize(cell.values);
            row.failed = cell.failed;
            row.targetError = error;
            if (!reference.isEmpty() && !cell.values.isEmpty())
                row.ratio = ratioOfMeans(cell.values, reference);
            rows << row;
        }
    }
    return rows;
}

} // namespace bv::analysis
