#pragma once

#include "plan/expand.h"
#include "session/session.h"

namespace bv {

// What a session that is resumed is held to. Any thread.

/// Its plan with the accelerators it began with: half its repeats under another one would be no repeats.
Plan withMeasuredAccelerators(const Session& session);

/// Is this a record of one of the planned runs?
bool isRecordOf(const RunRecord& record, const QList<PlannedRun>& runs);

/// The machine as it was when the session began: groups and the runs that are
/// left out, and with them the indexes of runs, depend on its memory and CPUs.
MachineLimits limitsOf(const Session& session);

} // namespace bv
