#pragma once

#include "sysbench/metrics.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <optional>

namespace bv::sysbench {

/// One sysbench run as its output tells it. What the output does not tell is absent (or Unknown, or empty), never 0.
struct ParsedRun
{
    /// Unknown where neither the output nor a command line before it says it: from 0.5 on the reports of threads and
    /// mutex look the same.
    Test test = Test::Unknown;
    QString version; ///< as printed: "1.0.20", "1.1.0-df89d34"; empty if the header is missing
    std::optional<int> threads;
    QString mode; ///< fileio: "rndwr", "seqrd", …; else empty
    /// What the run says about its load, under the names of the catalogue: cpu_max_prime, file_num, file_total_size,
    /// file_block_size, memory_block_size, memory_total_size, memory_oper, memory_scope, thread_yields,
    /// percentile. Sizes are bytes as numbers; sysbench rounds them to five digits.
    QJsonObject parameters;
    bool complete = false; ///< the report is there to its last line, and there was no error
    QString error;         ///< what stood after "FATAL:", one line each; empty if nothing failed
    Metrics metrics;       ///< lat_p95_ms only where the percentile printed is the 95th
    QList<Interval> intervals;

    bool operator==(const ParsedRun&) const = default;
};

/// {"test","version","threads","mode","complete","error","metrics":{…},"intervals":[…]}, the keys of `parse --json`
/// without "file". All keys are always there: version, threads and mode are null where unknown, error is "" where there
/// was none; inside metrics and intervals absent values have no key.
QJsonObject toJson(const ParsedRun& run);

} // namespace bv::sysbench
