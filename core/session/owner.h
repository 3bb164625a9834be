#pragma once

#include <QString>

namespace bv {

/// Names this process so that it cannot be mistaken for a later one with the same number:
/// "<pid>:<start time in clock ticks since boot>:<boot id>" (proc(5): /proc/self/stat field 22,
/// /proc/sys/kernel/random/boot_id). Any thread. The same for the whole life of a process; a forked child has its own.
QString ownerToken();

/// Whether the process that made the token still runs on this machine. False for an empty or broken token and for a
/// zombie, which does nothing any more. Any thread.
bool isOwnerAlive(const QString& token);

} // namespace bv
