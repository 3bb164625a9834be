#pragma once

#include <QList>
#include <optional>

namespace bv::analysis {

// What is odd about a list of repeats, told so that a handful of them is enough and that noise is seldom called odd:
// bench_stability prints how often. Relative sizes count, not units. Every function gives nothing for values that are
// not finite.

/// A difference below that is not told as odd, however clear it is: an outlier of that size moves the mean of five
/// repeats by 1 per cent.
inline constexpr double negligibleChange = 0.05;

/// Two-sample t test with common variance of values[0, at) against values[at, n).
struct SplitTest
{
    double before = 0; ///< mean
    double after = 0;
    double t = 0; ///< of after - before; the spread is taken as at least `least`
    double p = 1; ///< two-sided, n - 2 degrees of freedom
};
/// Nothing unless both parts have at least 2 values and there is a spread, or `least` is positive.
std::optional<SplitTest> splitTest(const QList<double>& values, qsizetype at, double least = 0);

/// Values that stay on one level and then on another, or that go from one to the other steadily.
struct Shift
{
    qsizetype at = 0;  ///< the first value of the second level
    double before = 0; ///< means, geometric ones where all values are positive; of a steady change the ends of the line
    double after = 0;
    double p = 1;          ///< corrected for having looked at every place
    bool isSteady = false; ///< a straight line fits better than the clearest step
    bool operator==(const Shift&) const = default;
};
/// The clearest step of the values in their order, or the line through them where it fits better, if its p is below
/// `alpha` and it is not negligible; needs 4 values, 2 on each side. The largest |t| of splitTest() over all places, or
/// the t of the line's slope, of the logarithms where all values are positive, with p times the number of looks
/// (Bonferroni). A spread below 0.25 per cent counts as that: no benchmark repeats better.
/// Source: the statistic of Worsley, JASA 74 (1979) 365–367, whose critical values the bound replaces.
std::optional<Shift> shiftOf(const QList<double>& values, double alpha);

/// Values far from the others.
struct Outliers
{
    double median = 0;
    double sigma = 0;     ///< 1.4826 times the median absolute deviation, at least 0.25 per cent of the median
    double threshold = 0; ///< in sigmas
    QList<qsizetype> at;  ///< never empty
    bool operator==(const Outliers&) const = default;
};
/// |x - median| / sigma beyond outlierThreshold() and beyond the negligible; less than half of at least 3 values.
/// Source: the modified z of Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), with thresholds of our
/// own.
std::optional<Outliers> outliersOf(const QList<double>& values);
/// How many sigmas an outlier is away at least, so that 1 in 200 lists of n normal values has one (simulated, 300,000
/// lists for each n). A fixed one, 3.5 of Iglewicz and Hoaglin or 10 of hyperfine (14.8 / 1.4826), would call 1 list of
/// five values in 5, or 1 in 30. It is 5 from n = 50 on.
double outlierThreshold(qsizetype n);

/// Values on two levels in any order.
struct TwoLevels
{
    double low = 0; ///< means; geometric ones
    double high = 0;
    QList<qsizetype> lower; ///< indices of the values on the lower level, rising
    bool operator==(const TwoLevels&) const = default;
};
/// The best division of at least 6 positive values in two groups of at least 2, if it is not negligible and clear: the
/// sum of squares between the groups is a multiple of that within, which 1 of 1000 lists of n normal values has
/// (simulated), and at least 9, which is a distance of 6 sigmas of two equal groups; no division of a uniform or
/// exponential distribution has that. Of the logarithms. Source: the statistic of Engelman and Hartigan, JASA 64 (1969)
/// 1647–1648, whose critical values end at n = 50 with less than one in 100.
std::optional<TwoLevels> twoLevelsOf(const QList<double>& values);

} // namespace bv::analysis
