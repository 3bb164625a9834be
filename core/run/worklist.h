#pragma once

#include "plan/adaptive.h"
#include "plan/expand.h"
#include "session/session.h"

#include <QHash>
#include <QSet>
#include <optional>

namespace bv {

/// The runs of a session in their order, and which of them are still to be done. A value; any thread.
class Worklist
{
public:
    Worklist() = default;
    /// Those of the session's plan; the ones that have an ok record are done. BadInput when the plan cannot be
    /// expanded, or a record is of none of its runs.
    static Result<Worklist> of(const Session& session);

    /// In order; a run's index is its place here.
    const QList<PlannedRun>& all() const { return m_all; }
    const QList<PlannedRun>& left() const { return m_left; }
    QList<PlannedRun> leftOf(int group) const;
    /// 0 without any run.
    int groups() const { return m_all.isEmpty() ? 0 : m_all.last().group + 1; }

    /// False where repeats are adaptive and those kept are enough.
    bool isNeeded(const PlannedRun& run) const;
    /// Is any run that is left of this target, in this group, needed?
    bool needsTarget(const QString& targetId, int group) const;
    /// The same, for runs of anything but its start-up: it has to be up for them.
    bool needsTargetUp(const QString& targetId, int group) const;
    /// The same, for runs that use the file set of `run`.
    bool needsFilesOf(const PlannedRun& run) const;

    /// A target has started; what it has run before warmed up another machine.
    void coolDown(const QString& targetId);
    /// The warm-up that is due before `run`: of its cell, and not yet tried since its target's start. None before one
    /// that is a warm-up itself.
    std::optional<PlannedRun> warmUpBefore(const PlannedRun& run) const;
    /// What is left, with the warm-ups that are due again.
    QList<PlannedRun> toDo() const;

    /// It was tried or is not needed, and is left no more. False where it was not left: a warm-up that was due again.
    bool remove(const PlannedRun& run);
    /// What it measured counts for adaptive repeats, when it is ok.
    void keep(const RunRecord& record);

private:
    QList<PlannedRun> m_all;
    QList<PlannedRun> m_left;
    std::optional<AdaptiveRepeats> m_adaptive;
    QHash<QString, QList<double>> m_values; ///< headline figures by cell
    QList<QList<int>> m_warmUps;       ///< for each run of all() the indexes of those of its cell; empty without any
    QHash<QString, QSet<int>> m_tried; ///< warm-ups since the start of the target, by its id
};

} // namespace bv
