#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

namespace bv::analysis {

/// Reads of fileio that cannot have come from the disk, one finding of kind Implausible per cell:
/// - the disk of this machine was busy less than 5 per cent of the time (mean over the runs' samples after the first
///   second) while at least 50 MiB/s were read;
/// - else the file set fits into the memory that can cache it, and the median rate is at least 2 GiB/s (in order) or
///   1 GiB/s (at random), more than most disks give to requests of 16 KiB one by one; not with flag "direct";
/// - else, where set or memory is unknown, 8 GiB/s.
/// Memory: that of the target; of the machine for the host, and for a VM whose disk this machine caches as well. Files
/// on tmpfs are meant to be in memory: nothing. Pure.
QList<Finding> cachedReadFindings(const Session& session, const Cell& cell);

} // namespace bv::analysis
