#include "analysis/power_fit.h"

#include "plan/mean_interval.h"

#include <cmath>

namespace bv::analysis {

std::optional<PowerFit> fitPower(const QList<std::pair<double, double>>& points, double level)
{
    QList<double> xs;
    QList<double> ys;
    for (const auto& [x, y] : points) {
        if (!(x > 0) || !(y > 0) || !std::isfinite(x) || !std::isfinite(y))
            return std::nullopt;
        xs << std::log(x);
        ys << std::log(y);
    }
    const auto xMoments = momentsOf(xs);
    const auto yMoments = momentsOf(ys);
    // Rounding leaves a trace of spread where all x are the same.
    if (!xMoments || !yMoments || !(xMoments->squaredDeviations > 1e-20 * static_cast<double>(xs.size())))
        return std::nullopt;
    double products = 0;
    for (qsizetype i = 0; i < xs.size(); ++i)
        products += (xs[i] - xMoments->mean) * (ys[i] - yMoments->mean);
    PowerFit fit;
    fit.points = points.size();
    fit.exponent = products / xMoments->squaredDeviations;
    if (points.size() < 3)
        return fit;
    double residuals = 0;
    for (qsizetype i = 0; i < xs.size(); ++i) {
        const double off = ys[i] - yMoments->mean - fit.exponent * (xs[i] - xMoments->mean);
        residuals += off * off;
    }
    const auto degrees = static_cast<double>(points.size() - 2);
    const auto t = studentTQuantile(0.5 + level / 2, degrees);
    if (!t)
        return fit;
    const double half = *t * std::sqrt(residuals / degrees / xMoments->squaredDeviations);
    fit.low = fit.exponent - half;
    fit.high = fit.exponent + half;
    return fit;
}

} // namespace bv::analysis
