#pragma once

#include <QList>
#include <optional>

namespace bv::analysis {

/// Do values rise or fall in their order, over several series that are not comparable with each other?
struct OrderTrend
{
    int series = 0; ///< of at least 2 values
    int values = 0;
    qint64 s = 0;            ///< pairs within a series that rise, less those that fall
    double tau = 0;          ///< s / pairs, -1 to 1
    double p = 1;            ///< two-sided
    bool isExact = false;    ///< p counts all orders; otherwise the normal approximation
    double slopePerStep = 0; ///< median of the slopes of the pairs, per place in the series
    bool operator==(const OrderTrend&) const = default;
};

/// Kendall's test with the order of each series, summed over the series (seasonal Kendall test), and Theil–Sen's slope.
/// Exact where there are no ties and at most 600 pairs; otherwise normal, with the variance corrected for ties and the
/// continuity correction. In a series of more than 200 values the slope is the median over pairs half a series apart
/// (Theil's incomplete method). Nothing where no series has 2 values, or one is not finite. Pure; n² for a series.
/// Sources: Hirsch, Slack and Smith, Water Resources Research 18 (1982) 107–121; Kendall, Rank Correlation Methods
/// (1975), chapters 1, 4 and 5; Theil, Proc. Kon. Ned. Akad. Wetensch. 53 (1950); Sen, JASA 63 (1968) 1379–1389.
std::optional<OrderTrend> orderTrend(const QList<QList<double>>& series);

} // namespace bv::analysis
