#include "analysis/load_checks.h"

#include "analysis/run_checks.h"
#include "analysis/run_words.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <QMap>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::LoadChecks)
};

struct Load
{
    double limit = 0;
    double rate = 0; ///< median, events/s
    const Cell* cell = nullptr;
};

bool isIndependent(const Load& light, const Load& heavy)
{
    constexpr double clearlyHeavier = 1.5;
    constexpr double asFast = 0.9;
    return heavy.limit >= clearlyHeavier * light.limit && heavy.rate > asFast * light.rate;
}

Finding findingAbout(const Load& light, const Load& heavy)
{
    const Cell& cell = *light.cell;
    Finding finding = noteAbout(FindingKind::Implausible, cell, cell.runs + heavy.cell->runs);
    finding.comparisonKey.clear();
    finding.sentence =
        Text::tr("cpu on %1 is as fast with more to do: %2 events/s at a prime limit of %3, %4 events/s at "
                 "%5, although an event then is %6 times the work.")
            .arg(cell.target, figureText(light.rate), QString::number(light.limit, 'f', 0), figureText(heavy.rate),
                 QString::number(heavy.limit, 'f', 0),
                 ratioText(divisionsPerEvent(heavy.limit) / divisionsPerEvent(light.limit)));
    finding.cause =
        Text::tr("A sysbench of which the compiler removed the loop that is to be measured, or one that did "
                 "not get the prime limit; or something slowed down the runs with the smaller limit.");
    finding.check =
        Text::tr("Look whether the raw output names both limits, and measure with the same build of sysbench "
                 "as in the other targets.");
    return finding;
}

} // namespace

QList<Finding> loadFindings(const QList<Cell>& cells)
{
    QMap<QString, QList<Load>> groups;
    QStringList order;
    for (const Cell& cell : cells) {
        const auto summary = cell.kind == sysbench::Test::Cpu ? summarize(cell.values) : std::nullopt;
        const double limit = cell.params["cpu_max_prime"_L1].toDouble();
        if (!summary || !(limit >= 3) || !(summary->median > 0))
            continue;
        QJsonObject others = cell.params;
        others.remove(u"cpu_max_prime"_s);
        const QString key = cellKey(cell.kind, others, cell.targetId);
        if (!groups.contains(key))
            order << key;
        groups[key] << Load{limit, summary->median, &cell};
    }
    QList<Finding> findings;
    for (const QString& key : std::as_const(order)) {
        QList<Load>& loads = groups[key];
        std::sort(loads.begin(), loads.end(), [](const Load& a, const Load& b) { return a.limit < b.limit; });
        const Load* light = nullptr;
        const Load* heavy = nullptr;
        for (qsizetype i = 0; i < loads.size(); ++i) {
            // From the far end: the first pair that is found has the most work between.
            for (qsizetype k = loads.size() - 1; k > i; --k) {
                if (!isIndependent(loads[i], loads[k]))
                    continue;
                if (!light || loads[k].limit / loads[i].limit > heavy->limit / light->limit) {
                    light = &loads[i];
                    heavy = &loads[k];
                }
                break;
            }
        }
        if (light)
            findings << findingAbout(*light, *heavy);
    }
    return findings;
}

} // namespace bv::analysis
