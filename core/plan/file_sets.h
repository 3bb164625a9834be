#pragma once

#include "plan/plan.h"

namespace bv {

/// What the file sets of a target need, in bytes. 0 without fileio.
struct FileSetNeed
{
    qint64 atOnce = 0; ///< the most that is there at one moment
    qint64 inTurn = 0; ///< of all sets together, as if none were ever removed
    bool operator==(const FileSetNeed&) const = default;
};

/// The need of one target for its runs, given in the order of execution: a set is there from the first of the runs that
/// use it to the last. The groups of a plan stand for themselves.
FileSetNeed fileSetNeed(const QList<PlannedRun>& runs, const QString& targetId);

} // namespace bv
