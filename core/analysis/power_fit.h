#pragma once

#include <QList>
#include <optional>
#include <utility>

namespace bv::analysis {

/// y = c · x^exponent, fitted to positive figures.
struct PowerFit
{
    double exponent = 0;
    std::optional<double> low; ///< 95 % interval of the exponent; absent together with high for fewer than 3 points
    std::optional<double> high;
    qsizetype points = 0;
    bool operator==(const PowerFit&) const = default;
};

/// The straight line through (ln x, ln y) by least squares, its slope with Student's interval of n - 2 degrees. Nothing
/// where fewer than two different x are there, or a figure is not positive and finite.
/// Source: NIST/SEMATECH e-Handbook of Statistical Methods, 4.1.4.1 and 4.4.3 (linear least squares; intervals of
/// parameters); Draper and Smith, Applied Regression Analysis (3rd ed. 1998), eq. 1.4.5.
std::optional<PowerFit> fitPower(const QList<std::pair<double, double>>& points, double level = 0.95);

} // namespace bv::analysis
