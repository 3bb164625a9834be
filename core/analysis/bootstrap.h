#pragma once

#include <QList>
#include <optional>

namespace bv::analysis {

// Intervals by the bootstrap: BCa (bias-corrected and accelerated), Efron and Tibshirani, An Introduction to the
// Bootstrap (1993), chapter 14. Nothing here depends on chance: the same values give the same interval.

/// A BCa interval, in the unit of the estimate.
struct BcaInterval
{
    double low = 0;
    double high = 0;
    double bias = 0;         ///< z0, eq. 14.14; replicates equal to the estimate count half
    double acceleration = 0; ///< a, eq. 14.15
    bool operator==(const BcaInterval&) const = default;
};

/// The interval from the replicates of an estimate in bootstrap samples. `z` is the normal quantile of its upper end:
/// 1.645 for 90 %, 1.96 for 95 %. Nothing where an end lies beyond the replicates, or these say nothing of the bias.
std::optional<BcaInterval> bcaInterval(QList<double> replicates, double estimate, double acceleration, double z);

/// a from the estimates with one value left out each; 0 where all are equal.
double jackknifeAcceleration(const QList<double>& estimates);

/// The interval of the mean. The order of the values does not matter. A bootstrap sample spreads by √((n-1)/n) less
/// than one of the population, and its normal quantiles know nothing of an estimated deviation; with 10 values that
/// costs some 4 of 95 per cent of coverage. So z is √(n/(n-1)) · t(n-1), the expanded percentiles of Hesterberg, The
/// American Statistician 69 (2015) 371–386, section 5.2. Nothing for fewer than 10 values, one that is not finite,
/// values without spread, or where bcaInterval() gives nothing, as with one value far out.
std::optional<BcaInterval> bcaMeanInterval(const QList<double>& values, double level = 0.95, int resamples = 2000);

} // namespace bv::analysis
