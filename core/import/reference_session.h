#pragma once

#include "session/session.h"

namespace bv {

/// The id of referenceSession(); no session of a user has it.
inline constexpr QLatin1StringView referenceSessionId{"published-report-2023"};
/// What the command line takes for it as well.
inline constexpr QLatin1StringView referenceSessionName{"reference"};

/// The 60 runs of the published report, measured by somebody else on an Apple-silicon laptop: QEMU 7.2 with tcg, and
/// Docker Desktop. It ships with the program and is never stored. Only what the report says is in it: no outputs,
/// intervals and times of day, no limits of the container, no versions of sysbench. `created` is the first moment of
/// the year, since no day is known. Any thread.
Session referenceSession();

} // namespace bv
