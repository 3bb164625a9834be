#include "analysis/level_shift.h"

#include "analysis/summary.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace bv::analysis {

namespace {

/// No benchmark repeats better; what looks so is rounding.
constexpr double leastSpread = 0.0025;
constexpr qsizetype fewestOnLevel = 2;

bool areFinite(const QList<double>& values)
{
    return std::all_of(values.cbegin(), values.cend(), [](double value) { return std::isfinite(value); });
}

bool arePositive(const QList<double>& values)
{
    return std::all_of(values.cbegin(), values.cend(), [](double value) { return value > 0; });
}

QList<double> logarithms(const QList<double>& values)
{
    QList<double> logs;
    logs.reserve(values.size());
    for (const double value : values)
        logs << std::log(value);
    return logs;
}

bool isNegligible(double from, double to)
{
    const double larger = std::max(std::abs(from), std::abs(to));
    return std::abs(to - from) < negligibleChange * larger;
}

/// Sums over the values from the left, of deviations from their mean, so that no digits are lost.
class Sums
{
public:
    explicit Sums(const QList<double>& values)
        : m_mean(std::accumulate(values.cbegin(), values.cend(), 0.0) / static_cast<double>(values.size()))
    {
        m_sums.reserve(values.size() + 1);
        m_sums << 0;
        for (const double value : values) {
            m_sums << m_sums.last() + (value - m_mean);
            m_squares += (value - m_mean) * (value - m_mean);
        }
    }
    qsizetype size() const { return m_sums.size() - 1; }
    double meanBefore(qsizetype at) const { return m_mean + m_sums[at] / static_cast<double>(at); }
    double meanAfter(qsizetype at) const
    {
        return m_mean + (m_sums.last() - m_sums[at]) / static_cast<double>(size() - at);
    }
    double mean() const { return m_mean; }
    double squares() const { return m_squares; }
    /// Sum of squares between the parts that `at` makes.
    double between(qsizetype at) const
    {
        const double difference = meanAfter(at) - meanBefore(at);
        return difference * difference * static_cast<double>(at) * static_cast<double>(size() - at) /
               static_cast<double>(size());
    }
    double within(qsizetype at) const { return std::max(0.0, m_squares - between(at)); }
    qsizetype clearest() const
    {
        qsizetype best = fewestOnLevel;
        for (qsizetype at = fewestOnLevel; at <= size() - fewestOnLevel; ++at)
            best = between(at) > between(best) ? at : best;
        return best;
    }

private:
    double m_mean;
    double m_squares = 0;
    QList<double> m_sums;
};

std::optional<SplitTest> testAt(const Sums& sums, qsizetype at, double least)
{
    const auto n = static_cast<double>(sums.size());
    const auto first = static_cast<double>(at);
    const double degrees = n - 2;
    const double sd = std::max(least, std::sqrt(sums.within(at) / degrees));
    if (!(sd > 0))
        return std::nullopt;
    SplitTest test{sums.meanBefore(at), sums.meanAfter(at), 0, 1};
    test.t = (test.after - test.before) / (sd * std::sqrt(1 / first + 1 / (n - first)));
    test.p = 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(test.t)));
    return test;
}

/// The least squares' line over the places of the values.
struct Line
{
    double first = 0; ///< at the first value
    double last = 0;
    double squaresBeside = 0;
    double p = 1; ///< of its slope, two-sided, n - 2 degrees of freedom
};

Line lineThrough(const QList<double>& values, const Sums& sums, double least)
{
    const double middle = static_cast<double>(values.size() - 1) / 2;
    double xx = 0;
    double xy = 0;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double x = static_cast<double>(i) - middle;
        xx += x * x;
        xy += x * (values[i] - sums.mean());
    }
    const double slope = xy / xx;
    const auto degrees = static_cast<double>(values.size() - 2);
    Line line{sums.mean() - middle * slope, sums.mean() + middle * slope, 0, 1};
    line.squaresBeside = std::max(0.0, sums.squares() - slope * xy);
    const double sd = std::max(least, std::sqrt(line.squaresBeside / degrees));
    const double t = std::abs(slope) * std::sqrt(xx) / sd;
    line.p = 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), t));
    return line;
}

struct Critical
{
    qsizetype n;
    double value;
};

/// That of the largest n that is tabulated and not above; the table falls.
template<std::size_t Size>
double lookUp(const std::array<Critical, Size>& table, qsizetype n)
{
    double value = table.front().value;
    for (const Critical& row : table) {
        if (row.n <= n)
            value = row.value;
    }
    return value;
}

} // namespace

std::optional<SplitTest> splitTest(const QList<double>& values, qsizetype at, double least)
{
    if (at < fewestOnLevel || values.size() - at < fewestOnLevel || !areFinite(values))
        return std::nullopt;
    return testAt(Sums(values), at, least);
}

std::optional<Shift> shiftOf(const QList<double>& values, double alpha)
{
    if (values.size() < 2 * fewestOnLevel || !areFinite(values))
        return std::nullopt;
    const bool logs = arePositive(values);
    const QList<double> scaled = logs ? logarithms(values) : values;
    const Sums sums(scaled);
    const double scale = logs ? 1 : std::abs(sums.mean());
    const double least = leastSpread * scale;
    const qsizetype at = sums.clearest();
    const auto test = testAt(sums, at, least);
    if (!test)
        return std::nullopt;
    const Line line = lineThrough(scaled, sums, least);
    Shift shift;
    shift.at = at;
    shift.isSteady = line.squaresBeside < sums.within(at);
    shift.before = shift.isSteady ? line.first : test->before;
    shift.after = shift.isSteady ? line.last : test->after;
    if (logs) {
        shift.before = std::exp(shift.before);
        shift.after = std::exp(shift.after);
    }
    const auto looks = static_cast<double>(values.size() - 2 * fewestOnLevel + 2); // every place, and the line
    shift.p = std::min(1.0, (shift.isSteady ? line.p : test->p) * looks);
    if (!(shift.p < alpha) || isNegligible(shift.before, shift.after))
        return std::nullopt;
    return shift;
}

double grubbsP(const QList<double>& values, qsizetype at, double least)
{
    if (values.size() < 3 || at < 0 || at >= values.size())
        return 1;
    QList<double> others = values;
    others.removeAt(at);
    const auto summary = summarize(others);
    if (!summary || !std::isfinite(values[at]))
        return 1;
    const double sd = std::max(least, *summary->sd);
    const double t = std::abs(values[at] - summary->mean) / (sd * std::sqrt(1 + 1.0 / summary->n));
    if (!std::isfinite(t))
        return 1;
    const boost::math::students_t student(summary->n - 1);
    const double p = 2 * boost::math::cdf(boost::math::complement(student, t));
    return std::min(1.0, p * static_cast<double>(values.size()));
}

std::optional<Outliers> outliersOf(const QList<double>& values)
{
    constexpr qsizetype fewest = 4;
    constexpr qsizetype enoughForMedians = 10;
    constexpr double ofNormal = 1.4826; // makes the median deviation of a normal distribution its sigma
    constexpr double farSigmas = 10;
    constexpr double grubbsAlpha = 0.005;
    const auto summary = summarize(values);
    if (!summary || values.size() < fewest)
        return std::nullopt;
    QList<double> deviations;
    deviations.reserve(values.size());
    for (const double value : values)
        deviations << std::abs(value - summary->median);
    const double least = leastSpread * std::abs(summary->median);
    const auto farthest = std::max_element(deviations.cbegin(), deviations.cend());
    Outliers outliers;
    outliers.median = summary->median;
    if (values.size() < enoughForMedians) {
        const qsizetype at = farthest - deviations.cbegin();
        outliers.p = grubbsP(values, at, least);
        if (!(outliers.p < grubbsAlpha) || isNegligible(outliers.median, values[at]))
            return std::nullopt;
        outliers.at << at;
        return outliers;
    }
    const auto spread = summarize(deviations);
    if (!spread)
        return std::nullopt;
    const double sigma = std::max(ofNormal * spread->median, least);
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (deviations[i] > farSigmas * sigma && !isNegligible(outliers.median, values[i]))
            outliers.at << i;
    }
    if (outliers.at.isEmpty())
        return std::nullopt;
    outliers.sigmas = *farthest / sigma;
    return outliers;
}

std::optional<TwoLevels> twoLevelsOf(const QList<double>& values)
{
    static constexpr std::array<Critical, 8> table{
        {{6, 98}, {7, 48}, {8, 34}, {9, 23}, {10, 18.5}, {12, 12.9}, {15, 9.2}, {17, 9}}};
    if (values.size() < table.front().n || !areFinite(values) || !arePositive(values))
        return std::nullopt;
    QList<qsizetype> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&values](qsizetype a, qsizetype b) { return values[a] < values[b]; });
    QList<double> logs;
    for (const qsizetype i : std::as_const(order))
        logs << std::log(values[i]);
    const Sums sums(logs);
    const qsizetype at = sums.clearest();
    const auto degrees = static_cast<double>(values.size() - 2);
    const double within = std::max(sums.within(at), leastSpread * leastSpread * degrees);
    TwoLevels levels{std::exp(sums.meanBefore(at)), std::exp(sums.meanAfter(at)), order.first(at)};
    if (sums.between(at) < lookUp(table, values.size()) * within || isNegligible(levels.low, levels.high))
        return std::nullopt;
    std::sort(levels.lower.begin(), levels.lower.end());
    return levels;
}

} // namespace bv::analysis
