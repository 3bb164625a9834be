#include "analysis/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bv::analysis {

namespace {

double medianOf(QList<double> values)
{
    std::sort(values.begin(), values.end());
    const qsizetype middle = values.size() / 2;
    if (values.size() % 2 == 1)
        return values[middle];
    return std::midpoint(values[middle - 1], values[middle]);
}

/// The relative variance of a sample's mean, sd² / (n m²).
double relativeVariance(const Summary& summary)
{
    const double relative = *summary.sd / summary.mean;
    return relative * relative / summary.n;
}

} // namespace

std::optional<double> Summary::coefficientOfVariation() const
{
    if (!sd || mean == 0)
        return std::nullopt;
    return *sd / std::abs(mean);
}

std::optional<Summary> summarize(const QList<double>& values)
{
    const auto moments = momentsOf(values);
    if (!moments)
        return std::nullopt;
    const auto [lowest, highest] = std::minmax_element(values.cbegin(), values.cend());
    Summary summary;
    summary.n = static_cast<int>(values.size());
    summary.mean = moments->mean;
    summary.min = *lowest;
    summary.max = *highest;
    summary.median = medianOf(values);
    if (summary.n > 1) {
        summary.sd = std::sqrt(moments->squaredDeviations / (summary.n - 1));
        summary.ciHalfWidth = meanCiHalfWidth(summary.n, *summary.sd, 0.95);
    }
    return summary;
}

std::optional<RatioEstimate> ratioOfMeans(const QList<double>& numerator, const QList<double>& denominator,
                                          double level)
{
    const auto top = summarize(numerator);
    const auto bottom = summarize(denominator);
    if (!top || !bottom || !(top->mean > 0) || !(bottom->mean > 0))
        return std::nullopt;
    RatioEstimate estimate;
    estimate.ratio = top->mean / bottom->mean;
    if (!top->sd || !bottom->sd || !(level > 0 && level < 1))
        return estimate;
    const double v1 = relativeVariance(*top);
    const double v2 = relativeVariance(*bottom);
    if (v1 + v2 == 0) {
        estimate.low = estimate.high = estimate.ratio;
        return estimate;
    }
    // Divided by the sum first, so that tiny variances do not vanish when squared.
    const double share1 = v1 / (v1 + v2);
    const double share2 = v2 / (v1 + v2);
    const double degrees = 1 / (share1 * share1 / (top->n - 1) + share2 * share2 / (bottom->n - 1));
    const auto t = studentTQuantile(0.5 + level / 2, degrees);
    if (!t)
        return estimate;
    const double factor = std::exp(*t * std::sqrt(v1 + v2));
    estimate.low = estimate.ratio / factor;
    estimate.high = estimate.ratio * factor;
    estimate.degreesOfFreedom = degrees;
    return estimate;
}

} // namespace bv::analysis
