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

} // namespace bv::analysis
