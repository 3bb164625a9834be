#pragma once

#include "analysis/finding.h"
#include "session/session.h"

#include <QList>

namespace bv::analysis {

/// Everything that the session's evidence says, in the order in which it is told: the questions of the report
/// (start-up, events/s, prime limit, ratio as the load rises, transfer, overall), scaling, each comparison, then what
/// makes figures doubtful (implausible, unstable, trends, throttling, unfair). The six questions are always there, "not
/// measured" where the session cannot tell. The same words in window, command line and report. Pure.
QList<Finding> findingsOf(const Session& session);

} // namespace bv::analysis
