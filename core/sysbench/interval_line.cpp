#include "sysbench/bytes.h"
#include "sysbench/line_facts.h"

namespace bv::sysbench {

namespace {

using bytes::Cursor;
using bytes::Number;

/// "[ 10s ]" of 1.0, "[  10s]" of 0.4 and 0.5.
bool readStamp(Cursor& line, double& seconds)
{
    Number number;
    if (!line.literal("[") || !line.blanks().number(number) || !line.literal("s") || !line.blanks().literal("]"))
        return false;
    seconds = number.value;
    line.blanks();
    return true;
}

/// The percentile at the end: "lat (ms,95%): 0.35" and "latency (ms,95%): 0.004" of 1.0, "response time: 0.004ms (95%)"
/// of 0.5. `decimals`: how many this kind of line has. False if it is torn.
bool readLatency(Cursor& line, std::string_view label, int decimals, bool whole, Interval& out)
{
    Number latency;
    double rank = 0;
    if (line.literal(label)) {
        if (!line.integer(rank) || !line.literal("%):") || !line.blanks().decimal(latency) || !line.atBoundary())
            return whole;
        if (!whole && latency.decimals != decimals)
            return false;
    } else if (line.literal("response time:")) {
        if (!line.blanks().decimal(latency) || !line.literal("ms") || !line.blanks().literal("(") ||
            !line.integer(rank) || !line.literal("%)"))
            return whole;
    } else {
        return whole;
    }
    if (rank == 95)
        out.latP95Ms = latency.value;
    return true;
}

/// "thds: 2 eps: 6134.28 lat (ms,95%): 0.35": cpu, threads and mutex.
bool readEvents(Cursor& line, bool whole, Interval& out)
{
    double threads = 0;
    Number rate;
    if (!line.literal("thds:") || !line.blanks().integer(threads) || threads > 1e6)
        return false;
    if (!line.blanks().literal("eps:") || !line.blanks().decimal(rate) || !line.atBoundary())
        return false;
    out.threads = static_cast<int>(threads);
    out.eventsPerSec = rate.value;
    return readLatency(line.blanks(), "lat (ms,", 2, whole, out);
}

bool readMebibytes(Cursor& line, std::string_view label, double& out)
{
    Number rate;
    if (!line.blanks().literal(label) || !line.blanks().decimal(rate))
        return false;
    line.blanks();
    // "MB" of 0.4 and 0.5 is 2^20 bytes as well.
    if (!line.literal("MiB/s") && !line.literal("MB/s"))
        return false;
    out = rate.value;
    return true;
}

/// "reads: 1230.27 MiB/s writes: 820.18 MiB/s fsyncs: 5246.17/s latency (ms,95%): 0.004": fileio.
bool readFileio(Cursor& line, bool whole, Interval& out)
{
    double read = 0;
    double written = 0;
    Number fsyncs;
    if (!readMebibytes(line, "reads:", read) || !readMebibytes(line, "writes:", written))
        return false;
    if (!line.blanks().literal("fsyncs:") || !line.blanks().decimal(fsyncs) || !line.literal("/s"))
        return false;
    out.readMibPerSec = read;
    out.writtenMibPerSec = written;
    out.fsyncsPerSec = fsyncs.value;
    return readLatency(line.blanks(), "latency (ms,", 3, whole, out);
}

/// "4165.96 MiB/sec", in 0.4 and 0.5 "4165.96 MB/sec,": memory.
bool readMemory(Cursor& line, Interval& out)
{
    Number rate;
    if (!line.decimal(rate))
        return false;
    line.blanks();
    if (!line.literal("MiB/sec") && !line.literal("MB/sec"))
        return false;
    out.mibPerSec = rate.value;
    return true;
}

Fact factAt(std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    if (!readStamp(line, fact.interval.timeS))
        return fact;
    const std::string_view rest = line.rest();
    bool found = false;
    if (rest.starts_with("thds:")) {
        found = readEvents(line, whole, fact.interval);
    } else if (rest.starts_with("reads:")) {
        fact.test = Test::Fileio;
        found = readFileio(line, whole, fact.interval);
    } else if (rest.starts_with("Checkpoint report:")) {
        fact.kind = Fact::Kind::Checkpoint;
        return fact;
    } else {
        fact.test = Test::Memory;
        found = readMemory(line, fact.interval);
    }
    if (found)
        fact.kind = Fact::Kind::IntervalLine;
    return fact;
}

} // namespace

Fact readIntervalLine(std::string_view line, bool whole)
{
    constexpr int maximumBrackets = 4; // time stamps of a log stand in brackets as well
    std::size_t at = line.find('[');
    for (int i = 0; i < maximumBrackets && at != std::string_view::npos; ++i) {
        Fact fact = factAt(line.substr(at), whole);
        if (fact.kind != Fact::Kind::None)
            return fact;
        at = line.find('[', at + 1);
    }
    return {};
}

} // namespace bv::sysbench
