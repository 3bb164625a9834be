#pragma once

#include "plan/mean_interval.h"

#include <QList>
#include <optional>

namespace bv::analysis {

/// What a list of repeats comes to, in the unit of the values.
struct Summary
{
    int n = 0;
    double mean = 0;
    std::optional<double> sd; ///< sample deviation (n - 1); absent for n = 1
    double min = 0;
    double max = 0;
    double median = 0;                 ///< the mean of the two middle values where n is even
    std::optional<double> ciHalfWidth; ///< of the mean, 95 %, Student t; absent for n = 1

    /// Coefficient of variation, sd / |mean|; absent without sd or for a mean of 0.
    std::optional<double> coefficientOfVariation() const;
    bool operator==(const Summary&) const = default;
};

/// The summary of the values in any order; nothing for an empty list or where one value is not finite (that is a fault
/// of the reader, and must not become a figure).
std::optional<Summary> summarize(const QList<double>& values);

/// The ratio of two means, numerator / denominator, with its confidence interval.
struct RatioEstimate
{
    double ratio = 1;
    std::optional<double> low; ///< absent together with high where a side has fewer than 2 values
    std::optional<double> high;
    std::optional<double> degreesOfFreedom; ///< Welch–Satterthwaite; absent where there is no spread at all
    bool operator==(const RatioEstimate&) const = default;
};

/// Ratio of the means of two independent samples of positive figures, which may differ in size and spread. Method: the
/// interval is formed for the logarithm of the ratio (delta method), ln(m1/m2) ± t * sqrt(v1 + v2) with v = sd²/(n·m²),
/// and taken back by exp; t has the Welch–Satterthwaite degrees (v1+v2)² / (v1²/(n1-1) + v2²/(n2-1)). The interval
/// therefore is the same whichever sample is the numerator (inverted). Samples without any spread give an interval of
/// no width. Nothing where a sample is empty, holds a value that is not finite, or has a mean that is not positive.
/// Sources: variance of the log response ratio: Hedges, Gurevitch and Curtis, Ecology 80 (1999) 1150–1156, eq. 1;
/// degrees: Satterthwaite, Biometrics Bulletin 2 (1946) 110–114, Welch, Biometrika 34 (1947) 28–35.
std::optional<RatioEstimate> ratioOfMeans(const QList<double>& numerator, const QList<double>& denominator,
                                          double level = 0.95);

} // namespace bv::analysis
