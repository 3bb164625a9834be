#pragma once

#include <QList>
#include <optional>
#include <utility>

namespace bv::analysis {

/// The ratio of two means, numerator / denominator, with its confidence interval.
struct RatioEstimate
{
    double ratio = 1;
    std::optional<double> low; ///< absent together with high where a side has fewer than 2 values, or no spread
    std::optional<double> high;
    std::optional<double> degreesOfFreedom; ///< Welch–Satterthwaite; absent without an interval
    bool operator==(const RatioEstimate&) const = default;
};

/// Ratio of the means of two independent samples of positive figures, which may differ in size and spread. Method: the
/// interval is formed for the logarithm of the ratio (delta method), ln(m1/m2) ± t * sqrt(v1 + v2) with v = sd²/(n·m²),
/// and taken back by exp; t has the Welch–Satterthwaite degrees (v1+v2)² / (v1²/(n1-1) + v2²/(n2-1)). The interval
/// therefore is the same whichever sample is the numerator (inverted). Nothing is known of how
/// far equal values would spread, so a sample without spread gives no interval. Nothing at all where a sample is empty,
/// holds a value that is not finite, or has a mean that is not positive, or the ratio is beyond what a number holds.
/// Sources: variance of the log response ratio: Hedges, Gurevitch and Curtis, Ecology 80 (1999) 1150–1156, eq. 1;
/// degrees: Satterthwaite, Biometrics Bulletin 2 (1946) 110–114, Welch, Biometrika 34 (1947) 28–35.
std::optional<RatioEstimate> ratioOfMeans(const QList<double>& numerator, const QList<double>& denominator,
                                          double level = 0.95);

/// The geometric mean of independent ratios of means (numerator, denominator), each of positive figures. Method: the
/// mean of the logarithms ln(m1/m2), with the variance Σ(v1 + v2) / k², v = sd² / (n·m²), and Welch–Satterthwaite
/// degrees over all samples; for k = 1 it is ratioOfMeans(), whose sources hold. Nothing where there is no pair or a
/// sample is of no use; no interval where a sample has no spread.
std::optional<RatioEstimate> ratioOfStrata(const QList<std::pair<QList<double>, QList<double>>>& pairs,
                                           double level = 0.95);

} // namespace bv::analysis
