#include "analysis/cells.h"

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

struct Repeats
{
    QList<const RunRecord*> runs;
    QList<double> values;
    int failed = 0;
};

/// The repeats by comparison key and target, and the keys in the order of the plan.
struct Collection
{
    QStringList keys;
    QHash<QString, QHash<QString, Repeats>> byKey;
    QHash<QString, const RunRecord*> samples; ///< a run of each key
    QHash<sysbench::Test, QList<QJsonObject>> paramsByTest;
};

Collection collect(const Session& session)
{
    Collection cells;
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
        Repeats& cell = cells.byKey[key][run->target];
        const auto value = run->metrics.value(sysbench::headlineMetric(run->test));
        if (run->status == RunStatus::Ok && value) {
            cell.runs << run;
            cell.values << *value;
        } else {
            ++cell.failed;
        }
    }
    return cells;
}

} // namespace

QList<Cell> cellsOf(const Session& session)
{
    const Collection collection = collect(session);
    QHash<sysbench::Test, QStringList> varying;
    for (auto it = collection.paramsByTest.cbegin(); it != collection.paramsByTest.cend(); ++it)
        varying.insert(it.key(), varyingParameters(it.key(), it.value()));
    QList<Cell> cells;
    for (const QString& key : collection.keys) {
        const auto& targets = collection.byKey[key];
        const RunRecord& sample = *collection.samples.value(key);
        const QString test = describeParams(sample.test, sample.params, varying.value(sample.test));
        for (const TargetSettings& target : session.plan.targets) {
            const QString error = targetError(session, target.id);
            if (!targets.contains(target.id) && error.isEmpty())
                continue;
            const Repeats repeats = targets.value(target.id);
            Cell cell;
            cell.comparisonKey = key;
            cell.kind = sample.test;
            cell.params = repeats.runs.isEmpty() ? sample.params : repeats.runs.first()->params;
            cell.test = test;
            cell.targetId = target.id;
            cell.target = labelOf(session, target, sample);
            cell.metric = sysbench::headlineMetric(sample.test);
            cell.runs = repeats.runs;
            cell.values = repeats.values;
            cell.failed = repeats.failed;
            cell.targetError = error;
            cells << cell;
        }
    }
    return cells;
}

} // namespace bv::analysis
