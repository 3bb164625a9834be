#pragma once

#include "sysbench/metrics.h"

#include <array>
#include <string_view>

namespace bv::sysbench {

/// What one line of output says. Which fields are filled depends on `kind`; views point into the line.
struct Fact
{
    enum class Kind : quint8 {
        None,
        Header,       ///< text: version
        Command,      ///< a typed "sysbench …"; test, text: the value of --file-test-mode
        RunStart,     ///< "Running the test with following options:"
        PrepareStart, ///< the `prepare` command began to write
        Checkpoint,   ///< what follows is a report of --report-checkpoints, not the last one
        Section,      ///< section
        Value,        ///< metric, values[0]
        Pair,         ///< metric, values[0] and secondMetric, values[1]
        IntervalLine, ///< interval
        Threads,      ///< values[0]
        Percentile,   ///< values[0]: rank, values[1]: ms
        Mode,         ///< text: value of --file-test-mode
        Evidence,     ///< only `test`
        Parameter,    ///< name; values[0], or text if not empty
        Counts,       ///< fileio of 0.4 and 0.5: numbers of reads, writes and others
        Amounts,      ///< fileio of 0.4 and 0.5: MiB read, MiB written, MiB/s
        Rates,        ///< fileio of 1.1: metric (per second), and for read and write secondMetric (MiB/s)
        Fatal,        ///< text: after "FATAL: "
        Warning,      ///< text: after "WARNING: "
        BadOption,    ///< text: the whole line
        OtherTest,    ///< the output of a test this program does not know (SQL)
    };
    enum class Section : quint8 { General, Latency, OldLatency, Fairness, CpuSpeed, FileOperations, Throughput };

    Kind kind = Kind::None;
    Test test = Test::Unknown; ///< the test that alone prints such a line; Unknown: more than one does
    bool strong = false;       ///< so peculiar to sysbench that it may begin a run by itself ("min:" may not)
    Section section{};         ///< see Kind
    Metric metric{};           ///< see Kind
    Metric secondMetric{};     ///< see Kind
    std::array<double, 3> values{};
    std::string_view name;
    std::string_view text;
    Interval interval;
};

/// Reads one line (without its end) of the output of sysbench 0.4 to 1.1. The line may stand behind quoting, line
/// numbers, time stamps, a file name with a colon, or a log prefix that ends in "| " or "]: ". `whole` says that the
/// line's end was seen; without it only figures are believed that cannot go on, because sysbench prints them with a
/// fixed number of decimals. Source of the formats: the printf calls in sysbench's sysbench.c, sb_logger.c and tests/,
/// in branches 0.4 and 0.5, tags 1.0.0 to 1.0.20 and master; of 0.4.12 also published output, which differs ("Test
/// execution summary:"). Pure.
Fact readLine(std::string_view line, bool whole);

/// Reads a line of --report-interval: kind IntervalLine or Checkpoint, or None. As readLine().
Fact readIntervalLine(std::string_view line, bool whole);

/// Reads a typed command line or the header line anywhere in `line`: kind Command or Header, or None.
Fact readCommandLine(std::string_view line);

} // namespace bv::sysbench
