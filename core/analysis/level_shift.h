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
    QList<qsizetype> at; ///< never empty; below 10 values one
    double p = 1;        ///< of Grubbs' test; below 10 values
    double sigmas = 0;   ///< how far the farthest is from the median; from 10 values on
    bool operator==(const Outliers&) const = default;
};
/// From 10 values on, those more than 10 sigmas from the median, sigma being 1.4826 times the median absolute
/// deviation: 14.8 deviations, as in hyperfine. Of fewer values the median deviation says little (three of five that
/// lie close together by chance make outliers of the rest: 1 list of 30), so the farthest from the median is judged by
/// grubbsP(), below 0.005. Never more than half of the values, nor what is negligible; sigma is at least 0.25 per cent
/// of the median. About 1 in 200 lists of normal values has an outlier by that, or fewer. Needs 4 values. Sources:
/// Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993); hyperfine, src/outlier_detection.rs.
std::optional<Outliers> outliersOf(const QList<double>& values);
/// Two-sided p of one value against all others, times their number: t with n - 2 degrees of freedom of
/// (x - mean) / (sd sqrt(1 + 1 / (n - 1))), mean and sd those of the others; sd is taken as at least `least`. It is
/// below alpha where G of Grubbs is above its critical value of the two-sided test. 1 where it says nothing. Source:
/// Grubbs, Technometrics 11 (1969) 1–21; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.1.
double grubbsP(const QList<double>& values, qsizetype at, double least = 0);

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
/// (simulated), and at least 9, which is a distance of 6 sigmas of two equal groups and seldom in uniform or
/// exponential values. Of the logarithms. Source: the statistic of Engelman and Hartigan, JASA 64 (1969) 1647–1648,
/// whose critical values end at n = 50 with less than one in 100.
std::optional<TwoLevels> twoLevelsOf(const QList<double>& values);

} // namespace bv::analysis
