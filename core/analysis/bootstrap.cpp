#include "analysis/bootstrap.h"

#include "plan/mean_interval.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace bv::analysis {

namespace {

constexpr qsizetype fewestValues = 10;
constexpr double rounding = 1e-12; ///< of values in standard deviations

/// SplitMix64: Steele, Lea and Flood, OOPSLA 2014, 453–472.
class Random
{
public:
    quint64 next()
    {
        m_state += 0x9e3779b97f4a7c15U;
        quint64 z = m_state;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

private:
    quint64 m_state = 1993; ///< always the same: an interval must not change when a session is opened again
};

/// The means of samples drawn from `values` with replacement.
QList<double> resampledMeans(const std::vector<double>& values, int resamples)
{
    Random random;
    const quint64 n = values.size();
    QList<double> means(resamples);
    for (double& mean : means) {
        double sum = 0;
        for (quint64 i = 0; i + 1 < n; i += 2) { // a number of 64 bits draws two of them
            const quint64 drawn = random.next();
            sum += values[((drawn >> 32U) * n) >> 32U] + values[((drawn & 0xffffffffU) * n) >> 32U];
        }
        if (n % 2 == 1)
            sum += values[((random.next() >> 32U) * n) >> 32U];
        mean = sum / static_cast<double>(n);
        if (std::abs(mean) < rounding) // the estimate itself, in another order
            mean = 0;
    }
    return means;
}

/// The share of the replicates below the estimate as a normal quantile; not finite where all are on one side.
double biasOf(const QList<double>& replicates, double estimate)
{
    double below = 0;
    for (const double replicate : replicates)
        below += replicate < estimate ? 1 : replicate == estimate ? 0.5 : 0;
    const double share = below / static_cast<double>(replicates.size());
    if (!(share > 0 && share < 1))
        return std::numeric_limits<double>::infinity();
    return boost::math::quantile(boost::math::normal(), share);
}

/// The percentile, between the two replicates next to it. Nothing beyond the first and the last.
std::optional<double> percentile(QList<double>& replicates, double share)
{
    const double place = share * static_cast<double>(replicates.size() + 1);
    if (!(place >= 1 && place < static_cast<double>(replicates.size())))
        return std::nullopt;
    const auto whole = static_cast<qsizetype>(place);
    const auto at = replicates.begin() + (whole - 1);
    std::nth_element(replicates.begin(), at, replicates.end());
    const double next = *std::min_element(at + 1, replicates.end());
    return *at + (place - static_cast<double>(whole)) * (next - *at);
}

/// Eq. 14.10; nothing where the acceleration turns it round.
std::optional<double> correctedShare(double bias, double acceleration, double z)
{
    const double denominator = 1 - acceleration * (bias + z);
    if (!(denominator > 0))
        return std::nullopt;
    return boost::math::cdf(boost::math::normal(), bias + (bias + z) / denominator);
}

/// The skewness that both kinds of acceleration are: Σd³ / (6 (Σd²)^1.5).
double accelerationOf(const std::vector<double>& deviations)
{
    double squares = 0;
    double cubes = 0;
    for (const double d : deviations) {
        squares += d * d;
        cubes += d * d * d;
    }
    return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

} // namespace

std::optional<BcaInterval> bcaInterval(QList<double> replicates, double estimate, double acceleration, double z)
{
    const bool isFinite =
        std::all_of(replicates.cbegin(), replicates.cend(), [](double r) { return std::isfinite(r); });
    if (replicates.size() < 2 || !isFinite || !std::isfinite(estimate) || !std::isfinite(acceleration) || !(z > 0))
        return std::nullopt;
    BcaInterval interval;
    interval.bias = biasOf(replicates, estimate);
    interval.acceleration = acceleration;
    if (!std::isfinite(interval.bias))
        return std::nullopt;
    const auto lowShare = correctedShare(interval.bias, acceleration, -z);
    const auto highShare = correctedShare(interval.bias, acceleration, z);
    if (!lowShare || !highShare)
        return std::nullopt;
    const auto low = percentile(replicates, *lowShare);
    const auto high = percentile(replicates, *highShare);
    if (!low || !high)
        return std::nullopt;
    interval.low = *low;
    interval.high = *high;
    return interval;
}

double jackknifeAcceleration(const QList<double>& estimates)
{
    const auto moments = momentsOf(estimates);
    if (!moments)
        return 0;
    std::vector<double> deviations;
    for (const double estimate : estimates)
        deviations.push_back(moments->mean - estimate);
    return accelerationOf(deviations);
}

std::optional<BcaInterval> bcaMeanInterval(const QList<double>& values, double level, int resamples)
{
    const auto moments = momentsOf(values);
    if (!moments || values.size() < fewestValues || !(level > 0 && level < 1))
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    const double sd = std::sqrt(moments->squaredDeviations / (n - 1));
    if (!(sd > rounding * std::abs(moments->mean)))
        return std::nullopt;
    // Sorted and in standard deviations, so that neither the order nor the unit changes what is drawn.
    std::vector<double> standardized;
    for (const double value : values)
        standardized.push_back((value - moments->mean) / sd);
    std::sort(standardized.begin(), standardized.end());
    const auto t = studentTQuantile(0.5 + level / 2, n - 1);
    if (!t)
        return std::nullopt;
    // The mean without x differs from the mean by -(x - mean) / (n - 1): the jackknife in closed form.
    auto interval = bcaInterval(resampledMeans(standardized, resamples), 0, accelerationOf(standardized),
                                *t * std::sqrt(n / (n - 1)));
    if (interval) {
        interval->low = moments->mean + sd * interval->low;
        interval->high = moments->mean + sd * interval->high;
    }
    return interval;
}

} // namespace bv::analysis
