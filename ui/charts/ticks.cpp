#include "charts/ticks.h"

#include <algorithm>
#include <cmath>

namespace bv {

QString Ticks::text(double value) const
{
    return QString::number(value, 'f', decimals);
}

Ticks ticksFor(double span, int most)
{
    if (!(span > 0) || !std::isfinite(span))
        span = 1;
    const double least = span / std::max(most, 2);
    int exponent = static_cast<int>(std::floor(std::log10(least)));
    double step = std::pow(10.0, exponent);
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * std::pow(10.0, exponent) >= least * (1 - 1e-9)) {
            step = factor * std::pow(10.0, exponent);
            exponent += factor == 10.0 ? 1 : 0;
            break;
        }
    }
    return {step, std::max(0, -exponent)};
}

double roundedUp(double value, const Ticks& ticks)
{
    return std::ceil(value / ticks.step - 1e-9) * ticks.step;
}

} // namespace bv
