#pragma once

#include "analysis/cells.h"
#include "analysis/difference.h"
#include "analysis/finding.h"
#include "analysis/ratio.h"

#include <QList>
#include <QString>
#include <optional>
#include <utility>

namespace bv::analysis {

/// Two targets in one test with one set of parameters, by the test's headline figure.
struct Comparison
{
    /// About the first target's figure, whether high figures are good or not.
    enum class Verdict : quint8 { Higher, Lower, NoDifferenceShown, TooFew };

    Cell first; ///< the one that comes first in the plan; test, parameters and metric are those of both
    Cell second;
    double firstMean = 0; ///< in the unit of the metric
    double secondMean = 0;
    std::optional<RatioEstimate> ratio; ///< first / second, ratioOfMeans(); absent where a mean is not positive
    std::optional<WelchTest> welch;     ///< absent for fewer than 2 repeats, and where neither side has a spread
    std::optional<MannWhitneyTest> mannWhitney;
    /// Holm's adjustment, over all comparisons of the session, of Welch's p, or of Mann and Whitney's where both sides
    /// have 2 repeats or more but no spread. Absent for fewer.
    std::optional<double> adjustedP;
    std::optional<double> hedgesG;
    std::optional<double> cliffsDelta;
    Verdict verdict = Verdict::TooFew;
    /// A sentence, where the plan's limits of a container and a virtual machine are known and not the same.
    QString unequalLimits;
};

/// For each test and set of parameters every pair of targets that have figures, in the order of the plan. Where more
/// than 4 targets have, the pairs of a container and a virtual machine that pairsOf() gives, and each target against
/// the first one of its own kind; so no family is filled with pairs that nobody asks for. Pure.
///
/// The verdict. TooFew: a side has fewer than 2 repeats. Higher or Lower: `adjustedP` is below 0.05 and the 95 %
/// interval of the ratio, where there is one, lies on the same side of 1. NoDifferenceShown: all else; it does not say
/// that there is none. So with targets that are equal the chance that a session has one false difference or more is at
/// most 5 %, however many tests it has; tests/bench/bench_calibration.cpp shows it. Where means are equal but spreads
/// very unequal (1 to 6) that chance is 9 % with 3 repeats and 7 % with 5, as is known of Welch's test.
QList<Comparison> comparisons(const Session& session);

/// Each first cell with its second, which have one test and set of parameters, as one family for Holm. The verdict as
/// above. Pairs of which a cell has no figure are left out.
QList<Comparison> comparisonsOf(const QList<std::pair<Cell, Cell>>& pairs);

/// The geometric mean of how many times as fast the first target is as the second, over comparisons whose first and
/// second target are the same ones throughout: of rates the ratio first / second, of times second / first, so that
/// tests with unlike units may be put together. The interval, see ratioOfStrata(), is about these tests and not about
/// tests in general. Nothing where there is no comparison, or one has no ratio.
std::optional<RatioEstimate> overallSpeed(const QList<Comparison>& comparisons, double level = 0.95);

/// One or two sentences with their figures, for people: "Docker 2 CPU 1 GiB is 3.64 times as fast as QEMU tcg 2 CPU 1
/// GiB in cpu 20000: 1374 against 377.4 events/s (95 % CI of the ratio 3.60–3.68, Welch t, p < 0.001 after Holm, n = 5
/// and 5)." The target with the higher figure is named first.
QString sentenceFor(const Comparison& comparison);

/// "95 % CI of the ratio 3.60–3.68", with as many digits as tell the ends from 1; empty where there is no interval.
QString intervalText(const RatioEstimate& ratio);

/// "Welch t, p < 0.001 after Holm over 6": the test that gave `adjustedP`, which must be there, and the
/// number of comparisons it was adjusted for; without that number where it is 0. Where the interval of the ratio
/// excludes 1 and yet no difference is shown it begins with "interval for this comparison alone".
QString testText(const Comparison& comparison, qsizetype family = 0);

/// The comparison as a finding of kind Comparison: its sentence, all its runs, both targets. Answer: Yes for a
/// difference, NotShown, or NotMeasured where there are too few repeats.
Finding findingFor(const Comparison& comparison);

} // namespace bv::analysis
