#include "plan/mean_interval.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace bv {

std::optional<double> studentTQuantile(double p, double degreesOfFreedom)
{
    if (!(p > 0 && p < 1) || !(degreesOfFreedom > 0) || !std::isfinite(degreesOfFreedom))
        return std::nullopt;
    return boost::math::quantile(boost::math::students_t(degreesOfFreedom), p);
}

std::optional<double> meanCiHalfWidth(qsizetype n, double sd, double level)
{
    if (n < 2 || !(level > 0 && level < 1) || !(sd >= 0))
        return std::nullopt;
    const auto t = studentTQuantile(0.5 + level / 2, static_cast<double>(n - 1));
    if (!t)
        return std::nullopt;
    return *t * sd / std::sqrt(static_cast<double>(n));
}

std::optional<double> meanCiHalfWidth(const QList<double>& values, double level)
{
    const auto moments = momentsOf(values);
    if (!moments || values.size() < 2)
        return std::nullopt;
    const double sd = std::sqrt(moments->squaredDeviations / static_cast<double>(values.size() - 1));
    return meanCiHalfWidth(values.size(), sd, level);
}

std::optional<Moments> momentsOf(const QList<double>& values)
{
    if (values.isEmpty())
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values)
        sum += value;
    const double firstMean = sum / n;
    double residue = 0;
    double squares = 0;
    for (const double value : values) {
        residue += value - firstMean;
        squares += (value - firstMean) * (value - firstMean);
    }
    Moments moments{firstMean + residue / n, std::max(0.0, squares - residue * residue / n)};
    if (!std::isfinite(moments.mean) || !std::isfinite(moments.squaredDeviations))
        return std::nullopt;
    return moments;
}

} // namespace bv
