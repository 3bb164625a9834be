#include "analysis/kendall.h"

#include "analysis/summary.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bv::analysis {

namespace {

constexpr qsizetype mostPairsCounted = 600;
constexpr qsizetype longestWithAllSlopes = 200;

qint64 kendallS(const QList<double>& values)
{
    qint64 s = 0;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double value = values[i];
        qint64 rising = 0;
        for (qsizetype k = i + 1; k < values.size(); ++k)
            rising += (values[k] > value ? 1 : 0) - (values[k] < value ? 1 : 0);
        s += rising;
    }
    return s;
}

struct Variance
{
    double value = 0;
    bool hasTies = false;
};

/// Kendall (1975), 4.4: n(n-1)(2n+5)/18 less the same of each group of equal values.
Variance varianceOfS(QList<double> values)
{
    const auto term = [](qsizetype count) {
        const auto n = static_cast<double>(count);
        return n * (n - 1) * (2 * n + 5) / 18;
    };
    std::sort(values.begin(), values.end());
    Variance variance{term(values.size()), false};
    for (auto it = values.cbegin(); it != values.cend();) {
        const auto end = std::upper_bound(it, values.cend(), *it);
        variance.value -= term(end - it);
        variance.hasTies = variance.hasTies || end - it > 1;
        it = end;
    }
    return variance;
}

void addSlopes(const QList<double>& values, QList<double>& slopes)
{
    const qsizetype n = values.size();
    if (n > longestWithAllSlopes) {
        const qsizetype half = (n + 1) / 2;
        for (qsizetype i = 0; i + half < n; ++i)
            slopes << (values[i + half] - values[i]) / static_cast<double>(half);
        return;
    }
    for (qsizetype i = 0; i < n; ++i) {
        for (qsizetype k = i + 1; k < n; ++k)
            slopes << (values[k] - values[i]) / static_cast<double>(k - i);
    }
}

/// The probability of each number of falling pairs when all orders are equally likely. Adding one value to i others
/// adds 0 to i falling pairs (Kendall 1975, 5.2); series add up.
std::vector<double> distributionOf(const QList<qsizetype>& sizes)
{
    std::vector<double> chances{1};
    for (const qsizetype size : sizes) {
        for (qsizetype i = 1; i < size; ++i) {
            std::vector<double> next(chances.size() + static_cast<std::size_t>(i), 0);
            for (std::size_t k = 0; k < chances.size(); ++k) {
                for (std::size_t more = 0; more <= static_cast<std::size_t>(i); ++more)
                    next[k + more] += chances[k] / static_cast<double>(i + 1);
            }
            chances = std::move(next);
        }
    }
    return chances;
}

double exactP(const QList<qsizetype>& sizes, qsizetype pairs, qint64 s)
{
    const std::vector<double> chances = distributionOf(sizes);
    const qint64 fewest = (pairs - std::abs(s)) / 2; // falling pairs of the rarer direction
    double tail = 0;
    for (qint64 falling = 0; falling <= fewest; ++falling)
        tail += chances[static_cast<std::size_t>(falling)];
    return std::min(1.0, 2 * tail);
}

double normalP(qint64 s, double variance)
{
    if (s == 0 || !(variance > 0))
        return 1;
    const double z = (static_cast<double>(std::abs(s)) - 1) / std::sqrt(variance);
    return std::erfc(z / std::sqrt(2.0));
}

} // namespace

std::optional<OrderTrend> orderTrend(const QList<QList<double>>& series)
{
    OrderTrend trend;
    QList<qsizetype> sizes;
    QList<double> slopes;
    qsizetype pairs = 0;
    double variance = 0;
    bool hasTies = false;
    for (const QList<double>& values : series) {
        if (!std::all_of(values.cbegin(), values.cend(), [](double value) { return std::isfinite(value); }))
            return std::nullopt;
        if (values.size() < 2)
            continue;
        ++trend.series;
        trend.values += static_cast<int>(values.size());
        trend.s += kendallS(values);
        const Variance one = varianceOfS(values);
        variance += one.value;
        hasTies = hasTies || one.hasTies;
        addSlopes(values, slopes);
        sizes << values.size();
        pairs += values.size() * (values.size() - 1) / 2;
    }
    const auto slope = summarize(slopes);
    if (!slope)
        return std::nullopt;
    trend.tau = static_cast<double>(trend.s) / static_cast<double>(pairs);
    trend.slopePerStep = slope->median;
    trend.isExact = !hasTies && pairs <= mostPairsCounted;
    trend.p = trend.isExact ? exactP(sizes, pairs, trend.s) : normalP(trend.s, variance);
    return trend;
}

} // namespace bv::analysis
