#include "analysis/difference.h"

#include "plan/mean_interval.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace bv::analysis {

namespace {

constexpr qsizetype mostExact = 50;         ///< values in all; every count stays a whole number of a double
constexpr qsizetype mostExactWithTies = 30; ///< its effort grows with the fourth power

bool isUsable(const QList<double>& sample, qsizetype fewest)
{
    return sample.size() >= fewest &&
           std::all_of(sample.cbegin(), sample.cend(), [](double value) { return std::isfinite(value); });
}

/// Whether a standard error is no more than rounding makes of equal values.
bool isRounding(double standardError, const Moments& first, const Moments& second)
{
    const double largest = std::max(std::abs(first.mean), std::abs(second.mean));
    return standardError <= 10 * std::numeric_limits<double>::epsilon() * largest;
}

double twoSided(double tail)
{
    return std::min(1.0, 2 * tail);
}

/// Ranks of all values in one order, doubled so that midranks are whole: those of the first sample come first.
struct Ranks
{
    std::vector<int> doubled;
    double ties = 0; ///< Σ (t³ - t) over the groups of equal values
};

Ranks ranksOf(const QList<double>& first, const QList<double>& second)
{
    const QList<double> all = first + second;
    std::vector<qsizetype> order(static_cast<std::size_t>(all.size()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&all](qsizetype a, qsizetype b) { return all[a] < all[b]; });
    Ranks ranks;
    ranks.doubled.resize(order.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && all[order[end]] == all[order[begin]])
            ++end;
        const auto tied = static_cast<double>(end - begin);
        ranks.ties += tied * tied * tied - tied;
        for (std::size_t i = begin; i < end; ++i)
            ranks.doubled[static_cast<std::size_t>(order[i])] = static_cast<int>(begin + end + 1);
        begin = end;
    }
    return ranks;
}

/// U of the first sample, doubled.
int doubledU(const Ranks& ranks, qsizetype n1)
{
    const int rankSum = std::accumulate(ranks.doubled.cbegin(), ranks.doubled.cbegin() + n1, 0);
    return rankSum - static_cast<int>(n1 * (n1 + 1));
}

/// The number of arrangements of n1 and n2 values with U = 0, 1, …, n1·n2: the coefficients of the product of
/// (1 - x^(n2+i)) / (1 - x^i) for i = 1 … n1. Each partial product is a polynomial with whole coefficients.
std::vector<double> arrangements(int n1, int n2)
{
    const std::size_t size = static_cast<std::size_t>(n1) * static_cast<std::size_t>(n2) + 1;
    std::vector<double> counts(size, 0.0);
    counts[0] = 1;
    for (int i = 1; i <= n1; ++i) {
        const auto up = static_cast<std::size_t>(n2 + i);
        for (std::size_t u = size; u-- > up;)
            counts[u] -= counts[u - up];
        const auto down = static_cast<std::size_t>(i);
        for (std::size_t u = down; u < size; ++u)
            counts[u] += counts[u - down];
    }
    return counts;
}

/// The share of arrangements without ties in which U is at least as far from its expectation as this one.
double exactP(int doubled, int n1, int n2)
{
    const std::vector<double> counts = arrangements(std::min(n1, n2), std::max(n1, n2));
    const int low = std::min(doubled, 2 * n1 * n2 - doubled) / 2; // the distribution is symmetrical
    const double all = std::accumulate(counts.cbegin(), counts.cend(), 0.0);
    return twoSided(std::accumulate(counts.cbegin(), counts.cbegin() + low + 1, 0.0) / all);
}

/// The same over all choices of n1 of these ranks.
double permutationP(const Ranks& ranks, int doubled, int n1, int n2)
{
    const int most = std::accumulate(ranks.doubled.cbegin(), ranks.doubled.cend(), 0);
    const auto width = static_cast<std::size_t>(most) + 1;
    // ways[k * width + s]: choices of k ranks whose doubled sum is s
    std::vector<double> ways(static_cast<std::size_t>(n1 + 1) * width, 0.0);
    ways[0] = 1;
    for (const int rank : ranks.doubled) {
        const auto step = static_cast<std::size_t>(rank);
        for (auto k = static_cast<std::size_t>(n1); k > 0; --k) {
            double* with = &ways[k * width + step];
            const double* without = &ways[(k - 1) * width];
            for (std::size_t sum = 0; sum < width - step; ++sum)
                with[sum] += without[sum];
        }
    }
    const int distance = std::abs(doubled - n1 * n2);
    double all = 0;
    double far = 0;
    for (int sum = 0; sum <= most; ++sum) {
        const double count = ways[static_cast<std::size_t>(n1) * width + static_cast<std::size_t>(sum)];
        all += count;
        if (std::abs(sum - n1 * (n1 + 1) - n1 * n2) >= distance)
            far += count;
    }
    return far / all;
}

double normalP(double u, double ties, double n1, double n2)
{
    const double n = n1 + n2;
    const double variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
    if (!(variance > 0)) // all values are equal
        return 1;
    const double distance = std::max(0.0, std::abs(u - n1 * n2 / 2) - 0.5);
    return twoSided(boost::math::cdf(boost::math::complement(boost::math::normal(), distance / std::sqrt(variance))));
}

} // namespace

std::optional<WelchTest> welchTest(const QList<double>& first, const QList<double>& second)
{
    const auto moments1 = momentsOf(first);
    const auto moments2 = momentsOf(second);
    if (!moments1 || !moments2 || first.size() < 2 || second.size() < 2)
        return std::nullopt;
    const auto n1 = static_cast<double>(first.size());
    const auto n2 = static_cast<double>(second.size());
    const double v1 = moments1->squaredDeviations / (n1 - 1) / n1;
    const double v2 = moments2->squaredDeviations / (n2 - 1) / n2;
    const double standardError = std::sqrt(v1 + v2);
    if (!std::isfinite(standardError) || isRounding(standardError, *moments1, *moments2))
        return std::nullopt;
    // Divided by the sum first, so that tiny variances do not vanish when squared.
    const double share1 = v1 / (v1 + v2);
    const double share2 = v2 / (v1 + v2);
    WelchTest test;
    test.t = (moments1->mean - moments2->mean) / standardError;
    test.degreesOfFreedom = 1 / (share1 * share1 / (n1 - 1) + share2 * share2 / (n2 - 1));
    const boost::math::students_t distribution(test.degreesOfFreedom);
    test.p = twoSided(boost::math::cdf(boost::math::complement(distribution, std::abs(test.t))));
    return test;
}

std::optional<MannWhitneyTest> mannWhitneyTest(const QList<double>& first, const QList<double>& second)
{
    if (!isUsable(first, 1) || !isUsable(second, 1))
        return std::nullopt;
    const Ranks ranks = ranksOf(first, second);
    const qsizetype count = first.size() + second.size();
    MannWhitneyTest test;
    if (count > (ranks.ties > 0 ? mostExactWithTies : mostExact)) {
        // The sum of ranks in floating point: large samples would overflow a whole number.
        const double rankSum = std::accumulate(ranks.doubled.cbegin(), ranks.doubled.cbegin() + first.size(), 0.0) / 2;
        const auto n1 = static_cast<double>(first.size());
        test.u = rankSum - n1 * (n1 + 1) / 2;
        test.p = normalP(test.u, ranks.ties, n1, static_cast<double>(second.size()));
        test.method = MannWhitneyTest::Method::Normal;
        return test;
    }
    const auto n1 = static_cast<int>(first.size());
    const auto n2 = static_cast<int>(second.size());
    const int doubled = doubledU(ranks, n1);
    test.u = doubled / 2.0;
    const bool isTied = ranks.ties > 0;
    test.method = isTied ? MannWhitneyTest::Method::Permutation : MannWhitneyTest::Method::Exact;
    test.p = isTied ? permutationP(ranks, doubled, n1, n2) : exactP(doubled, n1, n2);
    return test;
}

QList<double> holmAdjusted(const QList<double>& p)
{
    std::vector<qsizetype> order(static_cast<std::size_t>(p.size()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&p](qsizetype a, qsizetype b) { return p[a] < p[b]; });
    QList<double> adjusted(p.size());
    double highest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        highest = std::max(highest, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
        adjusted[order[i]] = highest;
    }
    return adjusted;
}

std::optional<double> hedgesG(const QList<double>& first, const QList<double>& second)
{
    const auto moments1 = momentsOf(first);
    const auto moments2 = momentsOf(second);
    if (!moments1 || !moments2 || first.size() < 2 || second.size() < 2)
        return std::nullopt;
    const auto degrees = static_cast<double>(first.size() + second.size() - 2);
    const double pooled = std::sqrt((moments1->squaredDeviations + moments2->squaredDeviations) / degrees);
    if (!std::isfinite(pooled) || isRounding(pooled, *moments1, *moments2))
        return std::nullopt;
    const double correction = 1 / (std::sqrt(degrees / 2) * boost::math::tgamma_delta_ratio((degrees - 1) / 2, 0.5));
    return correction * (moments1->mean - moments2->mean) / pooled;
}

std::optional<double> cliffsDelta(const QList<double>& first, const QList<double>& second)
{
    if (!isUsable(first, 1) || !isUsable(second, 1))
        return std::nullopt;
    QList<double> sorted = second;
    std::sort(sorted.begin(), sorted.end());
    qsizetype balance = 0;
    for (const double value : first) {
        const auto [lower, upper] = std::equal_range(sorted.cbegin(), sorted.cend(), value);
        balance += (lower - sorted.cbegin()) - (sorted.cend() - upper);
    }
    return static_cast<double>(balance) / static_cast<double>(first.size()) / static_cast<double>(second.size());
}

} // namespace bv::analysis
