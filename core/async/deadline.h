#pragma once

#include <QDeadlineTimer>
#include <algorithm>
#include <chrono>

namespace bv {

/// What a deadline leaves for the next of several waits; at least 1 ms, because 0 stands for no timeout.
inline std::chrono::milliseconds timeLeft(const QDeadlineTimer& timer)
{
    return std::chrono::milliseconds(std::max<qint64>(1, timer.remainingTime()));
}

} // namespace bv
