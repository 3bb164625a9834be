#pragma once

#include "async/task.h"

#include <chrono>
#include <stop_token>

namespace bv {

/// Waits on the event loop of the calling thread. True when the time is over, false when stop was requested before.
Task<bool> sleepFor(std::chrono::milliseconds duration, std::stop_token stop);

} // namespace bv
