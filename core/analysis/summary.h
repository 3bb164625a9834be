#pragma once

#include "plan/mean_interval.h"

#include <QList>
#include <optional>

namespace bv::analysis {

/// What a list of repeats comes to, in the unit of the values.
struct Summary
{
    int n = 0;
    double mean = 0;
    std::optional<double> sd; ///< sample deviation (n - 1); absent for n = 1
    double min = 0;
    double max = 0;
    double median = 0;                 ///< the mean of the two middle values where n is even
    std::optional<double> ciHalfWidth; ///< of the mean, 95 %, Student t; absent for n = 1

    /// Coefficient of variation, sd / |mean|; absent without sd or for a mean of 0.
    std::optional<double> coefficientOfVariation() const;
    bool operator==(const Summary&) const = default;
};

/// The summary of the values in any order; nothing for an empty list or where one value is not finite (that is a fault
/// of the reader, and must not become a figure).
std::optional<Summary> summarize(const QList<double>& values);

} // namespace bv::analysis
