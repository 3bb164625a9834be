#pragma once

#include <QList>
#include <optional>

namespace bv {

// The Student-t interval of a mean. It stands here and not in analysis because adaptive repeats need it, and plan does
// not know analysis.

/// The value t with P(T <= t) = p for Student's t with `degreesOfFreedom` (any positive number, Welch's fractions too).
/// Nothing unless 0 < p < 1 and the degrees are positive and finite.
std::optional<double> studentTQuantile(double p, double degreesOfFreedom);

/// Half-width of the two-sided confidence interval of a mean: t(1 - (1 - level) / 2, n - 1) * sd / sqrt(n), with sd the
/// sample deviation (n - 1). In the unit of sd. Nothing for n < 2 or a level outside (0, 1).
/// Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2 "Confidence limits for the mean".
std::optional<double> meanCiHalfWidth(qsizetype n, double sd, double level);
/// The same from the values themselves. Nothing for fewer than 2 values or where one is not finite.
std::optional<double> meanCiHalfWidth(const QList<double>& values, double level = 0.95);

/// The mean and the sum of squared deviations from it (two passes with correction: Chan, Golub, LeVeque 1983), so that
/// values with a large common part lose no digits.
struct Moments
{
    double mean = 0;
    double squaredDeviations = 0;
};
/// Nothing for an empty list or where one value, or the result, is not finite.
std::optional<Moments> momentsOf(const QList<double>& values);

} // namespace bv
