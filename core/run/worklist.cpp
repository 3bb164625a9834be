#include "run/worklist.h"

#include "plan/parameters.h"
#include "run/resumption.h"
#include "sysbench/command_line.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Worklist)
};

/// For each run the indexes of the warm-ups of its cell. Nothing where the plan has none.
QList<QList<int>> warmUpsOf(const QList<PlannedRun>& runs)
{
    if (std::none_of(runs.cbegin(), runs.cend(), [](const PlannedRun& run) { return run.discarded; }))
        return {};
    QHash<QString, QList<int>> byCell;
    for (const PlannedRun& run : runs) {
        if (run.discarded)
            byCell[cellKey(run)] << run.index;
    }
    QList<QList<int>> warmUps;
    for (const PlannedRun& run : runs)
        warmUps << (run.discarded ? QList<int>() : byCell.value(cellKey(run)));
    return warmUps;
}

} // namespace

Result<Worklist> Worklist::of(const Session& session)
{
    const auto runs = expandPlan(session.plan, limitsOf(session));
    if (!runs)
        return runs.error();
    Worklist work;
    work.m_all = *runs;
    work.m_warmUps = warmUpsOf(*runs);
    work.m_adaptive = session.plan.adaptive;
    QSet<int> done;
    for (const RunRecord& record : session.runs) {
        if (!isRecordOf(record, *runs))
            return Error(
                Error::Code::BadInput,
                Text::tr("The session cannot be resumed: its run %1 is none of its plan's, as this version reads it.")
                    .arg(record.id));
        if (record.status == RunStatus::Ok)
            done.insert(record.plannedIndex);
        work.keep(record);
    }
    std::copy_if(runs->cbegin(), runs->cend(), std::back_inserter(work.m_left),
                 [&done](const PlannedRun& run) { return !done.contains(run.index); });
    return work;
}

QList<PlannedRun> Worklist::leftOf(int group) const
{
    QList<PlannedRun> runs;
    std::copy_if(m_left.cbegin(), m_left.cend(), std::back_inserter(runs),
                 [group](const PlannedRun& run) { return run.group == group; });
    return runs;
}

bool Worklist::isNeeded(const PlannedRun& run) const
{
    return run.discarded || !m_adaptive || !hasConverged(m_values.value(cellKey(run)), *m_adaptive);
}

bool Worklist::needsTarget(const QString& targetId, int group) const
{
    return std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& left) {
        return left.targetId == targetId && left.group == group && isNeeded(left);
    });
}

bool Worklist::needsTargetUp(const QString& targetId, int group) const
{
    return std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& left) {
        return left.targetId == targetId && left.group == group && left.test != sysbench::Test::Boot && isNeeded(left);
    });
}

bool Worklist::needsFilesOf(const PlannedRun& run) const
{
    const QString key = sysbench::fileSetKey(run.params);
    return std::any_of(m_left.cbegin(), m_left.cend(), [&](const PlannedRun& left) {
        return left.targetId == run.targetId && left.group == run.group && left.test == run.test &&
               sysbench::fileSetKey(left.params) == key && isNeeded(left);
    });
}

void Worklist::coolDown(const QString& targetId)
{
    m_tried.remove(targetId);
}

std::optional<PlannedRun> Worklist::warmUpBefore(const PlannedRun& run) const
{
    const QList<int> warmUps = m_warmUps.value(run.index);
    const QSet<int> tried = m_tried.value(run.targetId);
    for (const int index : warmUps) {
        if (!tried.contains(index))
            return m_all.at(index);
    }
    return std::nullopt;
}

QList<PlannedRun> Worklist::toDo() const
{
    if (m_warmUps.isEmpty())
        return m_left;
    QSet<int> seen;
    for (const QSet<int>& tried : m_tried)
        seen.unite(tried);
    QList<PlannedRun> runs;
    for (const PlannedRun& run : m_left) {
        const QList<int>& warmUps = m_warmUps.at(run.index);
        for (const int index : warmUps) {
            if (!seen.contains(index))
                runs << m_all.at(index);
            seen.insert(index);
        }
        if (run.discarded)
            seen.insert(run.index);
        runs << run;
    }
    return runs;
}

bool Worklist::remove(const PlannedRun& run)
{
    if (run.discarded)
        m_tried[run.targetId].insert(run.index);
    const int index = run.index; // `run` may be one of those that are left
    return m_left.removeIf([index](const PlannedRun& left) { return left.index == index; }) > 0;
}

void Worklist::keep(const RunRecord& record)
{
    const auto value = record.metrics.value(sysbench::headlineMetric(record.test));
    if (record.status == RunStatus::Ok && !record.discarded && value)
        m_values[cellKey(record.test, record.params, record.target)] << *value;
}

} // namespace bv
