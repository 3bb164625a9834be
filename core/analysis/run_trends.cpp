#include "analysis/run_trends.h"

#include "analysis/level_shift.h"
#include "analysis/run_words.h"
#include "analysis/summary.h"
#include "base/figures.h"

#include <QCoreApplication>
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::RunTrends)
};

constexpr qsizetype fewestIntervals = 6;
constexpr double cellAlpha = 0.005;
constexpr double runAlpha = 0.001;
constexpr double ofSession = 0.05;
/// Of a single run; ten seconds go up and down more than the mean of repeats does.
constexpr double clearChange = 0.15;

struct Rates
{
    QList<double> values;
    sysbench::Metric metric = sysbench::Metric::EventsPerSec;
};

Rates ratesOf(const RunRecord& run)
{
    using sysbench::Metric;
    Rates rates;
    rates.values.reserve(run.intervals.size());
    for (const sysbench::Interval& interval : run.intervals) {
        if (interval.timeS <= 1.0)
            continue;
        if (interval.readMibPerSec || interval.writtenMibPerSec) {
            rates.values << interval.readMibPerSec.value_or(0) + interval.writtenMibPerSec.value_or(0);
            rates.metric = Metric::TransferMibPerSec;
        } else if (interval.mibPerSec) {
            rates.values << *interval.mibPerSec;
            rates.metric = Metric::MibPerSec;
        } else if (interval.opsPerSec) {
            rates.values << *interval.opsPerSec;
            rates.metric = Metric::OpsPerSec;
        } else if (interval.eventsPerSec) {
            rates.values << *interval.eventsPerSec;
        }
    }
    return rates;
}

double meanOf(QList<double>::const_iterator begin, QList<double>::const_iterator end)
{
    return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

std::optional<RunTrend> trendOf(const QList<double>& rates)
{
    if (rates.size() < fewestIntervals)
        return std::nullopt;
    const qsizetype third = rates.size() / 3;
    RunTrend trend;
    trend.first = meanOf(rates.cbegin(), rates.cbegin() + third);
    trend.last = meanOf(rates.cend() - third, rates.cend());
    if (!std::isfinite(trend.first) || !std::isfinite(trend.last))
        return std::nullopt;
    const bool isClear = std::abs(trend.last - trend.first) >= clearChange * std::max(trend.first, trend.last);
    if (const auto shift = isClear ? shiftOf(rates, runAlpha) : std::nullopt)
        trend.p = shift->p;
    return trend;
}

std::optional<Finding> trendOfCell(const Cell& cell, const QList<RunTrend>& trends, sysbench::Metric metric)
{
    constexpr int fewestRepeats = 3;
    QList<double> logs;
    double first = 0;
    double last = 0;
    for (const RunTrend& trend : trends) {
        if (!(trend.first > 0) || !(trend.last > 0))
            return std::nullopt;
        logs << std::log(trend.last / trend.first);
        first += trend.first / static_cast<double>(trends.size());
        last += trend.last / static_cast<double>(trends.size());
    }
    const auto summary = summarize(logs);
    if (!summary || summary->n < fewestRepeats || std::abs(summary->mean) < negligibleChange)
        return std::nullopt;
    constexpr double leastSpread = 0.0025; // as in shiftOf()
    const double t = std::abs(summary->mean) / (std::max(*summary->sd, leastSpread) / std::sqrt(summary->n));
    const double p = 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(summary->n - 1), t));
    if (!(p < cellAlpha))
        return std::nullopt;
    Finding finding = noteAbout(FindingKind::Trend, cell, cell.runs);
    const QString sentence =
        summary->mean < 0 ? Text::tr("The runs of %1 slow down while they last: from %2 in the first third of their "
                                     "seconds to %3 in the last, %4 less (means of %5 repeats, t test, %6).")
                          : Text::tr("The runs of %1 speed up while they last: from %2 in the first third of their "
                                     "seconds to %3 in the last, %4 more (means of %5 repeats, t test, %6).");
    finding.sentence =
        sentence.arg(cellName(cell), figureWithUnit(first, metric), figureWithUnit(last, metric),
                     percentText(std::abs(std::expm1(summary->mean))), QString::number(summary->n), pText(p));
    if (cell.kind == sysbench::Test::Fileio)
        finding.cause = summary->mean < 0
                            ? Text::tr("Writes may first fill a cache (page cache, cache of the disk) and "
                                       "then wait for the disk.")
                            : Text::tr("A cache may be filling, which later requests are served from.");
    else
        finding.cause = summary->mean < 0 ? Text::tr("A clock that falls from its turbo, or a share that is used up.")
                                          : Text::tr("An emulator that still translates, or a clock that still rises.");
    finding.check =
        Text::tr("Measure with a time several times as long: the mean then goes towards the last third, and "
                 "how long the run was decides the figure.");
    return finding;
}

Finding trendOfRun(const Cell& cell, const RunRecord& run, const RunTrend& trend, sysbench::Metric metric)
{
    Finding finding = noteAbout(FindingKind::Trend, cell, {&run});
    finding.sentence =
        Text::tr("%1 changed while it was on: %2 in the first third of its seconds, %3 in the last (t test "
                 "of the clearest step, corrected, %4).")
            .arg(runName(cell, run), figureWithUnit(trend.first, metric), figureWithUnit(trend.last, metric),
                 pText(trend.p));
    finding.cause = Text::tr("Something began or ended meanwhile: other work, heat, a cache that was full.");
    finding.check = Text::tr("Look at its curve and CPU use by the second, and measure it again: a change of its own "
                             "comes back at the same second.");
    return finding;
}

} // namespace

std::optional<RunTrend> trendOf(const RunRecord& run)
{
    return trendOf(ratesOf(run).values);
}

QList<Finding> runTrendFindings(const Cell& cell, qsizetype runsOfSession)
{
    QList<RunTrend> trends;
    QList<const RunRecord*> runs;
    sysbench::Metric metric = cell.metric;
    for (const RunRecord* run : cell.runs) {
        const Rates rates = ratesOf(*run);
        if (const auto trend = trendOf(rates.values)) {
            trends << *trend;
            runs << run;
            metric = rates.metric;
        }
    }
    if (trends.isEmpty())
        return {};
    if (const auto finding = trendOfCell(cell, trends, metric))
        return {*finding};
    const double alpha = std::min(runAlpha, ofSession / static_cast<double>(std::max<qsizetype>(1, runsOfSession)));
    QList<Finding> findings;
    for (qsizetype i = 0; i < trends.size(); ++i) {
        if (trends[i].p < alpha)
            findings << trendOfRun(cell, *runs[i], trends[i], metric);
    }
    return findings;
}

} // namespace bv::analysis
