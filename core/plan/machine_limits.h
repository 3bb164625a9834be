#pragma once

#include <QtGlobal>

namespace bv {

/// What the machine has, as far as a plan must know. 0 is "not known": what depends on it is not checked.
struct MachineLimits
{
    int logicalCpus = 0;
    qint64 memoryMib = 0; ///< MiB of RAM
    bool operator==(const MachineLimits&) const = default;
};

} // namespace bv
