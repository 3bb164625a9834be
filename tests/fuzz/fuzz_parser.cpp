#include "sysbench/parser.h"

#include <cmath>
#include <cstdlib>

using namespace bv::sysbench;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// Feeds `input` in pieces whose lengths come from `seed`.
QList<ParsedRun> parseInPieces(QByteArrayView input, quint32 seed, qsizetype& intervalCount)
{
    OutputParser parser;
    parser.setIntervalHandler([&intervalCount](const Interval&) { ++intervalCount; });
    QList<ParsedRun> runs;
    while (!input.isEmpty()) {
        seed = seed * 1664525U + 1013904223U;
        const qsizetype length = std::min<qsizetype>(input.size(), seed >> 26);
        parser.feed(input.first(length));
        runs += parser.takeRuns();
        input = input.sliced(length);
    }
    parser.finish();
    return runs + parser.takeRuns();
}

void checkRun(const ParsedRun& run)
{
    for (std::size_t i = 0; i < metricCount; ++i) {
        const auto value = run.metrics.value(static_cast<Metric>(i));
        require(!value || (std::isfinite(*value) && *value >= 0));
    }
    for (const Interval& interval : run.intervals)
        require(std::isfinite(interval.timeS) && Interval::fromJson(interval.toJson()) == interval);
    require(run.error.isEmpty() || !run.complete);
    require(!run.threads || *run.threads > 0);
    require(Metrics::fromJson(run.metrics.toJson()) == run.metrics);
    require(toJson(run).size() == 8);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const quint8* data, std::size_t size)
{
    const QByteArrayView input(data, static_cast<qsizetype>(size));
    const QList<ParsedRun> runs = parseOutput(input);
    qsizetype intervals = 0;
    for (const ParsedRun& run : runs) {
        checkRun(run);
        intervals += run.intervals.size();
    }
    for (quint32 seed = 0; seed < 3; ++seed) {
        qsizetype reported = 0;
        require(parseInPieces(input, seed * 7919U + static_cast<quint32>(size), reported) == runs);
        require(reported >= intervals);
    }
    return 0;
}
