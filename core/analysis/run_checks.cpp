#include "analysis/run_checks.h"

#include "analysis/run_words.h"
#include "base/figures.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using sysbench::Metric;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::RunChecks)
};

/// What is wrong with one run.
struct Doubt
{
    double badness = 0; ///< of several runs that with the largest is told
    QString claim;      ///< what stands after "Repeat 3 of … on …: ", without a full stop
};
using Doubted = std::optional<Doubt>;

Doubted impossibleValue(const RunRecord& run)
{
    for (std::size_t i = 0; i < sysbench::metricCount; ++i) {
        const auto metric = static_cast<Metric>(i);
        const auto value = run.metrics.value(metric);
        if (value && (*value < 0 || !std::isfinite(*value)))
            return Doubt{2,
                         Text::tr("%1 is %2, which cannot be").arg(sysbench::metricName(metric), figureText(*value))};
    }
    const Metric headline = sysbench::headlineMetric(run.test);
    if (run.metrics.value(headline) == 0.0)
        return Doubt{1, Text::tr("nothing was done, %1, in a run that ended well").arg(figureWithUnit(0, headline))};
    return std::nullopt;
}

Doubted latencyOrder(const RunRecord& run)
{
    constexpr double classWidth = 0.02;
    const auto least = run.metrics.value(Metric::LatMinMs);
    const auto mean = run.metrics.value(Metric::LatAvgMs);
    const auto most = run.metrics.value(Metric::LatMaxMs);
    const auto p95 = run.metrics.value(Metric::LatP95Ms);
    const auto exceeds = [](const std::optional<double>& low, const std::optional<double>& high, double tolerance) {
        return low && high && *low * (1 - tolerance) - roundingOf(*low) > *high + roundingOf(*high);
    };
    const auto claim = [](const QString& text, double low, double high) {
        return Doubt{high > 0 ? low / high : low, text.arg(figureText(low), figureText(high))};
    };
    if (exceeds(least, mean, 0))
        return claim(Text::tr("the minimum latency, %1 ms, is above the average, %2 ms"), *least, *mean);
    if (exceeds(mean, most, 0))
        return claim(Text::tr("the average latency, %1 ms, is above the maximum, %2 ms"), *mean, *most);
    if (exceeds(least, most, 0))
        return claim(Text::tr("the minimum latency, %1 ms, is above the maximum, %2 ms"), *least, *most);
    if (exceeds(p95, most, classWidth))
        return claim(Text::tr("the 95th percentile of the latency, %1 ms, is above the maximum, %2 ms"), *p95, *most);
    if (exceeds(least, p95, classWidth))
        return claim(Text::tr("the minimum latency, %1 ms, is above the 95th percentile, %2 ms"), *least, *p95);
    return std::nullopt;
}

/// fsyncs per request, at most: one of every file after so many requests that write, or one after each.
/// https://github.com/akopytov/sysbench, src/tests/fileio/sb_fileio.c: defaults 128 files, 100 requests.
double fsyncsPerRequest(const RunRecord& run)
{
    const QString mode = run.params["file_test_mode"_L1].toString();
    if (mode == "seqrd"_L1 || mode == "rndrd"_L1)
        return 0;
    const QJsonValue all = run.params["file_fsync_all"_L1];
    if (all.toBool() || all.toString() == "on"_L1)
        return 1;
    constexpr double files = 128;
    constexpr double requests = 100;
    const double frequency = run.params["file_fsync_freq"_L1].toDouble(requests);
    return frequency > 0 ? run.params["file_num"_L1].toDouble(files) / frequency : 0;
}

/// Of fileio where only requests are counted. The events whose latency is told are these and the fsyncs between them,
/// so the threads are kept busy by at least the requests and at most both.
Doubted littlesLawOfRequests(const RunRecord& run, double latency, int threads)
{
    const auto rate = run.metrics.value(Metric::RequestsPerSec);
    if (run.test != Test::Fileio || !rate || !(*rate > 0))
        return std::nullopt;
    constexpr double msPerS = 1000;
    constexpr double most = 1.05;
    constexpr double least = 0.25;
    const double fsyncs = fsyncsPerRequest(run);
    const double busy = *rate * latency / msPerS;
    const double rounding = *rate * roundingOf(latency) / msPerS;
    const double above = (busy - rounding) / threads;
    const double below = (busy + rounding) * (1 + fsyncs) / threads;
    const QString figures = Text::tr("%1 requests/s of %2 ms").arg(figureText(*rate), figureText(latency));
    if (above > most)
        return Doubt{above, Text::tr("%1 keep %2 threads busy, but the run had only %n thread(s)", nullptr, threads)
                                .arg(figures, figureText(busy))};
    if (below >= least)
        return std::nullopt;
    const QString all =
        fsyncs > 0 ? Text::tr("%1, with up to %2 fsyncs for each,").arg(figures, figureText(fsyncs)) : figures;
    return Doubt{1 / below,
                 Text::tr("%1 keep at most %2 of %n thread(s) busy, which have nothing else to do", nullptr, threads)
                     .arg(all, figureText(below * threads))};
}

Doubted littlesLaw(const RunRecord& run)
{
    const auto rate = run.metrics.value(Metric::EventsPerSec);
    const auto latency = run.metrics.value(Metric::LatAvgMs);
    const auto threads = threadsOf(run);
    const bool closed = run.params["rate"_L1].toDouble() == 0 && run.params["file_io_mode"_L1].toString() != "async"_L1;
    if (!latency || !threads || !closed || !(*latency >= 0) || run.test == Test::Mutex)
        return std::nullopt;
    if (!rate)
        return littlesLawOfRequests(run, *latency, *threads);
    if (!(*rate > 0))
        return std::nullopt;
    constexpr double msPerS = 1000;
    constexpr double most = 1.05;
    constexpr double leastOfCpu = 0.8;
    const double busy = *rate * *latency / msPerS;
    const double rounding = *rate * roundingOf(*latency) / msPerS;
    const double above = (busy - rounding) / *threads;
    const double below = (busy + rounding) / *threads;
    const QString figures = Text::tr("%1 events/s of %2 ms keep %3 threads busy")
                                .arg(figureText(*rate), figureText(*latency), figureText(busy));
    if (above > most)
        return Doubt{above, Text::tr("%1, but the run had only %n thread(s)", nullptr, *threads).arg(figures)};
    if (run.test == Test::Cpu && below < leastOfCpu)
        return Doubt{1 / below,
                     Text::tr("%1 of %n thread(s), which have nothing else to do", nullptr, *threads).arg(figures)};
    return std::nullopt;
}

Doubted eventsOverTime(const RunRecord& run)
{
    const auto rate = run.metrics.value(Metric::EventsPerSec);
    const auto events = run.metrics.value(Metric::TotalEvents);
    const auto seconds = run.metrics.value(Metric::TotalTimeS);
    const bool warmedUp = run.params["warmup_time"_L1].toDouble() > 0; // which of them it is part of differs by version
    if (!rate || !events || !seconds || warmedUp || run.metrics.isDerived(Metric::EventsPerSec) || !(*rate > 0) ||
        !(*events > 0))
        return std::nullopt;
    constexpr double tolerance = 0.05;
    const double expected = *rate * *seconds;
    const double unfinished = threadsOf(run).value_or(1); // events that were on when the time was up
    const double slack = tolerance * std::max(*events, expected) + roundingOf(*rate) * *seconds + unfinished;
    if (std::abs(*events - expected) <= slack)
        return std::nullopt;
    return Doubt{std::abs(std::log(*events / expected)),
                 Text::tr("%1 events/s in %2 s are %3 events, not the %4 beside it")
                     .arg(figureText(*rate), figureText(*seconds), figureText(expected), figureText(*events))};
}

/// Whether the time, and nothing else, ends the run.
bool endsByTime(const RunRecord& run)
{
    if (run.params["events"_L1].toDouble() > 0)
        return false;
    if (run.test == Test::Memory)
        return sizeInBytes(run.params["memory_total_size"_L1]).value_or(1) == 0;
    return run.test == Test::Cpu || run.test == Test::Threads ||
           (run.test == Test::Fileio && run.params["file_test_mode"_L1].toString() != "seqwr"_L1);
}

Doubted givenTime(const RunRecord& run)
{
    const auto seconds = run.metrics.value(Metric::TotalTimeS);
    const double planned = run.params["time_s"_L1].toDouble();
    if (!seconds || !(planned > 0) || run.test == Test::Mutex || run.test == Test::Boot)
        return std::nullopt;
    const double warmUp = run.params["warmup_time"_L1].toDouble();
    const double lastEvent = run.metrics.value(Metric::LatMaxMs).value_or(0) / 1000;
    const QString claim =
        Text::tr("it took %1 s, although the time given was %2 s").arg(figureText(*seconds), figureText(planned));
    const bool tooLong = *seconds > 1.1 * planned + warmUp + lastEvent + 1;
    const bool tooShort = endsByTime(run) && *seconds < 0.9 * planned - 0.1;
    if (tooLong || tooShort)
        return Doubt{std::abs(std::log(*seconds / planned)), claim};
    return std::nullopt;
}

Doubted clockInside(const RunRecord& run)
{
    const auto seconds = run.metrics.value(Metric::TotalTimeS);
    if (!seconds || !(run.durationS > 0) || *seconds <= 1.02 * run.durationS + 0.1)
        return std::nullopt;
    return Doubt{*seconds / run.durationS, Text::tr("sysbench measured %1 s, but its command took %2 s in all")
                                               .arg(figureText(*seconds), figureText(run.durationS))};
}

Doubted tooFastForAnyCpu(const RunRecord& run)
{
    constexpr double mostPerThread = 1e10;
    constexpr int manyThreads = 64; // where nobody says how many there were
    const auto rate = run.metrics.value(Metric::EventsPerSec);
    const double limit = run.params["cpu_max_prime"_L1].toDouble();
    const double divisions = rate.value_or(0) * divisionsPerEvent(limit);
    const int threads = threadsOf(run).value_or(manyThreads);
    if (run.test != Test::Cpu || !(divisions > mostPerThread * threads))
        return std::nullopt;
    return Doubt{divisions, Text::tr("%1 events/s at a prime limit of %2 would be %3 divisions a second")
                                .arg(figureText(*rate), QString::number(limit, 'f', 0), figureText(divisions))};
}

/// One check with what could explain what it finds.
struct Check
{
    Doubted (*find)(const RunRecord& run);
    const char* cause; ///< untranslated
    const char* next;
};

#define BV_TEXT(text) QT_TRANSLATE_NOOP("bv::analysis::RunChecks", text)
constexpr std::array checks{
    Check{impossibleValue, BV_TEXT("The figure was misread or mistyped, or sysbench itself failed."),
          BV_TEXT("Look at the raw output of the run, and measure it again.")},
    Check{latencyOrder, BV_TEXT("Figures of two runs, or of two columns, were mixed up."),
          BV_TEXT("Look the latencies up in the raw output of the run.")},
    Check{
        littlesLaw,
        BV_TEXT("Each thread works on one event at a time. Rate and latency may be of different runs, the number of "
                "threads may have been another one, or the clock inside the target does not run evenly."),
        BV_TEXT("Look up threads, rate and latency in the raw output, and compare sysbench's time with a clock outside "
                "the target.")},
    Check{eventsOverTime,
          BV_TEXT("The three figures are not of one run, or not of one time: with --report-checkpoints sysbench counts "
                  "events from the last checkpoint on. Or the clock jumped."),
          BV_TEXT("Look them up in the raw output of the run.")},
    Check{
        givenTime,
        BV_TEXT("The run was held up (a disk that had to catch up at its end, a target that stood still), ended early, "
                "or the clock inside the target jumped."),
        BV_TEXT("Compare rates, never totals, and measure it again with the time taken outside the target as well.")},
    Check{
        clockInside,
        BV_TEXT("The clock inside the target runs faster than that of this machine: all its rates are too low by that "
                "factor."),
        BV_TEXT("Compare date inside and outside over a minute.")},
    Check{tooFastForAnyCpu,
          BV_TEXT("A sysbench of which the compiler removed the loop that is to be measured: known of some builds for "
                  "ARM. Its figure tells nothing about the CPU."),
          BV_TEXT(
              "Measure with twice the prime limit: a true rate falls to some 0.4 of it. Use the same build of sysbench "
              "in all targets.")},
};
#undef BV_TEXT

std::optional<Finding> findingOf(const Cell& cell, const Check& check)
{
    QList<const RunRecord*> runs;
    QList<qsizetype> others;
    qsizetype worstPlace = -1;
    Doubt worst;
    for (qsizetype i = 0; i < cell.runs.size(); ++i) {
        const Doubted doubt = check.find(*cell.runs[i]);
        if (!doubt)
            continue;
        runs << cell.runs[i];
        others << i;
        if (worstPlace < 0 || doubt->badness > worst.badness) {
            worst = *doubt;
            worstPlace = i;
        }
    }
    if (runs.isEmpty())
        return std::nullopt;
    others.removeOne(worstPlace);
    Finding finding = noteAbout(FindingKind::Implausible, cell, runs);
    finding.sentence = Text::tr("%1: %2.").arg(runName(cell, *cell.runs[worstPlace]), worst.claim);
    if (others.size() == 1)
        finding.sentence += Text::tr(" The same goes for repeat %1.").arg(repeatList(cell, others));
    else if (!others.isEmpty())
        finding.sentence += Text::tr(" The same goes for repeats %1.").arg(repeatList(cell, others));
    finding.cause = Text::tr(check.cause);
    finding.check = Text::tr(check.next);
    return finding;
}

} // namespace

std::optional<int> threadsOf(const RunRecord& run)
{
    const int given = run.params["threads"_L1].toInt();
    if (given > 0)
        return given;
    if (!run.intervals.isEmpty() && run.intervals.first().threads.value_or(0) > 0)
        return run.intervals.first().threads;
    return std::nullopt;
}

double roundingOf(double value)
{
    constexpr double digits = 1e-9;    // of what binary fractions are off
    constexpr double fewestUnits = 20; // who rounds keeps two digits
    for (const double unit : {1.0, 0.1}) {
        const double units = value / unit;
        if (std::abs(units) >= fewestUnits &&
            std::abs(units - std::round(units)) <= digits * std::max(1.0, std::abs(units)))
            return unit / 2;
    }
    return 0.005;
}

double divisionsPerEvent(double limit)
{
    constexpr double least = 3;
    return limit < least ? 0 : 2.0 / 3 * std::pow(limit, 1.5) / std::log(limit);
}

QList<Finding> runCheckFindings(const Cell& cell)
{
    QList<Finding> findings;
    for (const Check& check : checks) {
        if (const auto finding = findingOf(cell, check))
            findings << *finding;
    }
    return findings;
}

} // namespace bv::analysis
