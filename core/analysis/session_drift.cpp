#include "analysis/session_drift.h"

#include "analysis/kendall.h"
#include "analysis/level_shift.h"
#include "analysis/run_words.h"
#include "analysis/summary.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::SessionDrift)
};

constexpr qsizetype fewestRepeats = 3;
constexpr qsizetype fewestCells = 2;
constexpr double alpha = 0.005;

/// Logarithms of speeds; empty where a value has none.
QList<double> logSpeeds(const Cell& cell)
{
    QList<double> speeds;
    for (const double value : cell.values) {
        if (!(value > 0))
            return {};
        speeds << (sysbench::lowerIsBetter(cell.metric) ? -std::log(value) : std::log(value));
    }
    return speeds;
}

std::optional<Finding> driftOf(const QList<const Cell*>& cells)
{
    QList<QList<double>> series;
    QList<double> steps; ///< from the first to the last repeat
    Finding finding;
    finding.kind = FindingKind::Unstable;
    for (const Cell* cell : cells) {
        const QList<double> speeds = logSpeeds(*cell);
        if (speeds.size() < fewestRepeats)
            continue;
        series << speeds;
        steps << static_cast<double>(speeds.size() - 1);
        for (const RunRecord* run : cell->runs)
            finding.runs << run->id;
    }
    if (series.size() < fewestCells)
        return std::nullopt;
    const auto trend = orderTrend(series);
    if (!trend || !(trend->p < alpha))
        return std::nullopt;
    const double change = std::expm1(trend->slopePerStep * summarize(steps)->median);
    if (std::abs(change) < negligibleChange)
        return std::nullopt;
    finding.targets << cells.first()->targetId;
    const QString sentence =
        change < 0 ? Text::tr("%1 became slower while the session went on: by %2 from the first repeat to the last "
                              "(%3 runs of %4 cells; Kendall's tau %5 within the cells, %6).")
                   : Text::tr("%1 became faster while the session went on: by %2 from the first repeat to the last "
                              "(%3 runs of %4 cells; Kendall's tau %5 within the cells, %6).");
    finding.sentence =
        sentence.arg(cells.first()->target, percentText(std::abs(change)), QString::number(trend->values),
                     QString::number(trend->series), QString::number(trend->tau, 'f', 2), pText(trend->p));
    finding.cause = Text::tr("The machine warmed up, filled up or got other work, or the target did.");
    finding.check =
        Text::tr("Measure with the targets interleaved and a rest between the runs (cooldown): a drift of the "
                 "machine then meets all targets alike, one of the target stays with it.");
    return finding;
}

} // namespace

QList<Finding> driftFindings(const QList<Cell>& cells)
{
    QStringList targets;
    for (const Cell& cell : cells) {
        if (!targets.contains(cell.targetId))
            targets << cell.targetId;
    }
    QList<Finding> findings;
    for (const QString& target : std::as_const(targets)) {
        QList<const Cell*> own;
        for (const Cell& cell : cells) {
            if (cell.targetId == target && !cell.runs.isEmpty())
                own << &cell;
        }
        if (const auto finding = own.isEmpty() ? std::nullopt : driftOf(own))
            findings << *finding;
    }
    return findings;
}

} // namespace bv::analysis
