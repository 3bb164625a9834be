#include "plan/adaptive.h"

#include "plan/mean_interval.h"

#include <algorithm>
#include <cmath>

namespace bv {

bool hasConverged(const QList<double>& values, const AdaptiveRepeats& rule)
{
    constexpr double level = 0.95;
    if (values.size() < std::max(2, rule.minRepeats))
        return false;
    const auto moments = momentsOf(values);
    const auto halfWidth = meanCiHalfWidth(values, level);
    if (!moments || !halfWidth || moments->mean == 0)
        return false;
    return *halfWidth <= rule.halfWidthPct / 100 * std::abs(moments->mean);
}

} // namespace bv
