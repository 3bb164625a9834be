#pragma once

#include "plan/mean_interval.h"

#include <QList>
#include <QString>
#include <optional>

namespace bv::analysis {

/// Where an interval of a mean comes from: bcaMeanInterval() for 10 values or more where it gives one, Student's t
/// otherwise.
enum class IntervalMethod : quint8 { StudentT, Bca };

/// "Student t", "BCa bootstrap": for people.
QString intervalMethodName(IntervalMethod method);

/// What a list of repeats comes to, in the unit of the values.
struct Summary
{
    int n = 0;
    double mean = 0;
    std::optional<double> sd; ///< sample deviation (n - 1); absent for n = 1
    double min = 0;
    double max = 0;
    double median = 0; ///< the mean of the two middle values where n is even
    /// The 95 % confidence interval of the mean, by `ciMethod`; its ends need not be equally far from the mean. Absent
    /// for n = 1, and where all values are equal: how far others would be is not known.
    std::optional<double> ciLow;
    std::optional<double> ciHigh;
    IntervalMethod ciMethod = IntervalMethod::StudentT;
    /// Student's t whatever `ciMethod`, for "mean ± …" where there is room for one figure only; absent as these.
    std::optional<double> ciHalfWidth;

    /// Coefficient of variation, sd / |mean|; absent without sd or for a mean of 0.
    std::optional<double> coefficientOfVariation() const;
    bool operator==(const Summary&) const = default;
};

/// The summary of the values in any order; nothing for an empty list or where one value is not finite (that is a fault
/// of the reader, and must not become a figure).
std::optional<Summary> summarize(const QList<double>& values);

} // namespace bv::analysis
