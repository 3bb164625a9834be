#pragma once

#include "plan/plan.h"
#include "system/environment_check.h"

#include <QStringList>

namespace bv {

/// What is missing, and whom it keeps from running.
struct RunObstacle
{
    QString reason;      ///< a sentence in each line; what to do about it is said by the environment check
    QStringList targets; ///< ids, in the plan's order
};

/// What pressing Run would come to.
struct RunOutlook
{
    QList<RunObstacle> obstacles; ///< with any of them Run measures nothing
    QStringList steps;            ///< sentences: what is done before the first run, beside what every session needs

    /// The ids of targets that something is missing for.
    QStringList barred() const;
};

/// As far as the plan and the last environment check tell; an empty outlook before the first check. Pure.
RunOutlook runOutlook(const Plan& plan, const QList<EnvironmentItem>& items);

} // namespace bv
