#pragma once

#include <QList>
#include <optional>

namespace bv::analysis {

// Do two independent samples differ, and by how much? None of these cares for the order of the values. All give nothing
// where a sample is too small or holds a value that is not finite. Swapping the samples changes signs, never a p.

/// Welch's t test of the means of two samples whose spread may differ.
struct WelchTest
{
    double t = 0; ///< (mean1 - mean2) / sqrt(sd1²/n1 + sd2²/n2)
    double degreesOfFreedom = 0;
    double p = 1; ///< two-sided
    bool operator==(const WelchTest&) const = default;
};

/// Nothing where a sample has fewer than 2 values, nor where neither has a spread beyond what rounding makes: then t is
/// not defined. Sources: Welch, Biometrika 34 (1947) 28–35; degrees: Satterthwaite, Biometrics Bulletin 2 (1946)
/// 110–114, eq. 17.
std::optional<WelchTest> welchTest(const QList<double>& first, const QList<double>& second);

/// The rank test of Mann and Whitney (Wilcoxon's rank sum test).
struct MannWhitneyTest
{
    enum class Method : quint8 {
        Exact,       ///< all arrangements were counted
        Permutation, ///< there are ties; all arrangements of the midranks were counted
        Normal,      ///< normal approximation, corrected for ties and continuity
    };
    double u = 0; ///< pairs in which the value of the first sample is the greater; equal ones count half
    double p = 1; ///< two-sided: U at least as far from n1·n2/2
    Method method = Method::Exact;
    bool operator==(const MannWhitneyTest&) const = default;
};

/// Nothing for an empty sample. Exact up to 50 values in all, with ties up to 30.
/// Sources: exact distribution: Mann and Whitney, Annals of Mathematical Statistics 18 (1947) 50–60, whose recursion
/// has the Gaussian binomial coefficients as generating function; with ties: the conditional distribution of the
/// midranks, Lehmann, Nonparametrics (1975) section 1.4; approximation: Hollander and Wolfe, Nonparametric Statistical
/// Methods (2nd ed. 1999) section 4.1, eq. 4.13, with a continuity correction of ½.
std::optional<MannWhitneyTest> mannWhitneyTest(const QList<double>& first, const QList<double>& second);

/// The p values of a family of tests, adjusted so that the chance of one or more false findings in it stays below the
/// level to which each is compared; in the order given. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70.
QList<double> holmAdjusted(const QList<double>& p);

/// The difference of the means in pooled standard deviations, corrected for small samples: positive where the first
/// mean is the greater. Nothing where a sample has fewer than 2 values or neither has a spread. Source: Hedges, Journal
/// of Educational Statistics 6 (1981) 107–128, with the exact factor Γ(m/2) / (√(m/2) Γ((m-1)/2)), m = n1 + n2 - 2.
std::optional<double> hedgesG(const QList<double>& first, const QList<double>& second);

/// How often a value of the first sample is greater than one of the second, less how often it is smaller, over all
/// pairs: 1 where every one is greater, -1 where every one is smaller. Nothing for an empty sample. Source: Cliff,
/// Psychological Bulletin 114 (1993) 494–509. It is 2A - 1, A being the measure of Vargha and Delaney, Journal of
/// Educational and Behavioral Statistics 25 (2000) 101–132.
std::optional<double> cliffsDelta(const QList<double>& first, const QList<double>& second);

} // namespace bv::analysis
