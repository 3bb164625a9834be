#include "analysis/ratio.h"

#include "plan/mean_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bv::analysis {

namespace {

/// What one sample contributes.
struct Part
{
    double mean = 0;
    double variance = 0; ///< of the mean, relative to it: sd² / (n m²); 0 for one value, and for equal ones
    qsizetype n = 0;
};

std::optional<Part> partOf(const QList<double>& sample)
{
    const auto moments = momentsOf(sample);
    if (!moments || !(moments->mean > 0))
        return std::nullopt;
    Part part{moments->mean, 0, sample.size()};
    if (part.n > 1) {
        const auto n = static_cast<double>(part.n);
        const double relative = std::sqrt(moments->squaredDeviations / (n - 1)) / part.mean;
        // Equal values differ from their mean by what rounding makes.
        if (relative > 10 * std::numeric_limits<double>::epsilon())
            part.variance = relative * relative / n;
    }
    return part;
}

bool isUsable(double ratio)
{
    return std::isfinite(ratio) && ratio > 0;
}

/// The ratio with its interval, where there is one; `count` ratios went into it.
std::optional<RatioEstimate> estimateOf(double ratio, const std::vector<Part>& parts, double count, double level)
{
    if (!isUsable(ratio))
        return std::nullopt;
    RatioEstimate estimate;
    estimate.ratio = ratio;
    const bool isSpread = std::all_of(parts.cbegin(), parts.cend(), [](const Part& part) { return part.variance > 0; });
    if (!isSpread || !(level > 0 && level < 1))
        return estimate;
    double variance = 0;
    for (const Part& part : parts)
        variance += part.variance;
    double inverse = 0;
    for (const Part& part : parts) {
        // Divided by the sum first, so that tiny variances do not vanish when squared.
        const double share = part.variance / variance;
        inverse += share * share / static_cast<double>(part.n - 1);
    }
    const auto t = studentTQuantile(0.5 + level / 2, 1 / inverse);
    if (!t)
        return estimate;
    const double factor = std::exp(*t * std::sqrt(variance) / count);
    if (!isUsable(ratio / factor) || !isUsable(ratio * factor))
        return estimate;
    estimate.low = ratio / factor;
    estimate.high = ratio * factor;
    estimate.degreesOfFreedom = 1 / inverse;
    return estimate;
}

} // namespace

std::optional<RatioEstimate> ratioOfMeans(const QList<double>& numerator, const QList<double>& denominator,
                                          double level)
{
    const auto top = partOf(numerator);
    const auto bottom = partOf(denominator);
    if (!top || !bottom)
        return std::nullopt;
    return estimateOf(top->mean / bottom->mean, {*top, *bottom}, 1, level);
}

std::optional<RatioEstimate> ratioOfStrata(const QList<std::pair<QList<double>, QList<double>>>& pairs, double level)
{
    std::vector<Part> parts;
    double logSum = 0;
    for (const auto& [numerator, denominator] : pairs) {
        const auto top = partOf(numerator);
        const auto bottom = partOf(denominator);
        if (!top || !bottom)
            return std::nullopt;
        logSum += std::log(top->mean) - std::log(bottom->mean);
        parts.push_back(*top);
        parts.push_back(*bottom);
    }
    if (parts.empty())
        return std::nullopt;
    const auto count = static_cast<double>(pairs.size());
    return estimateOf(std::exp(logSum / count), parts, count, level);
}

} // namespace bv::analysis
