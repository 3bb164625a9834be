#include "analysis/summary.h"

#include "analysis/bootstrap.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Summary)
};

double medianOf(QList<double> values)
{
    std::sort(values.begin(), values.end());
    const qsizetype middle = values.size() / 2;
    if (values.size() % 2 == 1)
        return values[middle];
    return std::midpoint(values[middle - 1], values[middle]);
}

} // namespace

QString intervalMethodName(IntervalMethod method)
{
    return method == IntervalMethod::Bca ? Text::tr("BCa bootstrap") : Text::tr("Student t");
}

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
        // Equal values, often coarse ones, do not make a mean certain.
        if (summary.min == summary.max)
            return summary;
        summary.ciHalfWidth = meanCiHalfWidth(summary.n, *summary.sd, 0.95);
        if (const auto interval = bcaMeanInterval(values)) {
            summary.ciLow = interval->low;
            summary.ciHigh = interval->high;
            summary.ciMethod = IntervalMethod::Bca;
        } else if (summary.ciHalfWidth) {
            summary.ciLow = summary.mean - *summary.ciHalfWidth;
            summary.ciHigh = summary.mean + *summary.ciHalfWidth;
        }
    }
    return summary;
}

} // namespace bv::analysis
