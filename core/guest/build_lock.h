#pragma once

#include "base/result.h"

#include <QString>

namespace bv {

/// Holds the lock of a folder while it lives (flock(2)): the kernel gives it back even when the program is killed.
class BuildLock
{
public:
    BuildLock() = default;
    BuildLock(BuildLock&& other) noexcept;
    BuildLock& operator=(BuildLock&& other) noexcept;
    BuildLock(const BuildLock&) = delete;
    BuildLock& operator=(const BuildLock&) = delete;
    ~BuildLock();

    /// Takes the lock, never waits: false when somebody else holds it. The folder must exist. Io, NoSpace.
    Result<bool> tryTake(const QString& folder);

private:
    int m_fd = -1;
};

} // namespace bv
