#pragma once

#include <QString>

namespace bv {

/// Where the marks of an axis stand: multiples of `step`, which is 1, 2 or 5 times a power of ten.
struct Ticks
{
    double step = 1;
    int decimals = 0; ///< digits behind the point that the labels need

    QString text(double value) const;
};

/// Ticks at most `most` (at least 2) of which fit into `span`. A span that is not positive counts as 1.
Ticks ticksFor(double span, int most);
/// The first tick that is not below `value`.
double roundedUp(double value, const Ticks& ticks);

} // namespace bv
