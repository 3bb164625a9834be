#pragma once

#include "base/error.h"
#include "plan/estimate.h"
#include "session/session.h"

#include <QStringList>

namespace bv {

/// Where a session stands, for progress bars.
struct SessionProgress
{
    int done = 0;  ///< runs that have ended, or need not be run
    int total = 0; ///< with adaptive repeats: at most
    TimeRange remaining;
};

/// What became of a session.
struct SessionOutcome
{
    QString sessionId; ///< empty when nothing was run: then nothing is stored
    SessionState state = SessionState::Failed;
    Error error; ///< why nothing was run, or why it ended early; Unset otherwise
    int okRuns = 0;
    int failedRuns = 0;
    QStringList notRun; ///< for each target that gave up: a sentence with the number of runs and the reason
};

} // namespace bv
