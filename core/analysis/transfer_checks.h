#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <optional>

namespace bv::analysis {

/// MiB/s against requests/s × block size of a run of fileio. sysbench counts both at the same requests and divides by
/// the same time, so that they agree to the last digit. fsyncs transfer nothing and are not counted: reads/s and
/// writes/s are taken where they are there, requests/s otherwise.
struct TransferCheck
{
    double requestsPerSec = 0;
    double blockBytes = 0;
    double computed = 0;  ///< MiB/s of the requests
    double stated = 0;    ///< MiB/s
    double deviation = 0; ///< larger / smaller - 1
    bool operator==(const TransferCheck&) const = default;
};
/// Of a run where they differ by more than 2 per cent and what rounding explains; figures that were noted by hand have
/// few digits. A block is file_block_size, or 16 KiB. Nothing where requests are merged.
std::optional<TransferCheck> transferCheck(const RunRecord& run);

/// From there on a deviation is told for itself; below, all of the session are told in one sentence.
inline constexpr double clearDeviation = 0.10;

/// The runs of the cell with a clear deviation, one finding of kind Implausible with the figures of the worst.
QList<Finding> clearTransferFindings(const Cell& cell);
/// All others that deviate, in one finding; nothing where there is none.
QList<Finding> slightTransferFindings(const QList<Cell>& cells);

} // namespace bv::analysis
