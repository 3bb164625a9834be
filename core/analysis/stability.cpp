#include "analysis/stability.h"

#include "analysis/cpu_share.h"
#include "analysis/level_shift.h"
#include "analysis/run_trends.h"
#include "analysis/run_words.h"
#include "analysis/session_drift.h"
#include "analysis/steal.h"
#include "analysis/summary.h"
#include "base/figures.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Stability)
};

/// Of a step, for one cell.
constexpr double shiftAlpha = 0.005;
/// From there on pyperf says that a benchmark may be unstable.
constexpr double highVariation = 0.10;

QList<qsizetype> placesFrom(qsizetype first, qsizetype end)
{
    QList<qsizetype> places;
    for (qsizetype i = first; i < end; ++i)
        places << i;
    return places;
}

/// What was found about a cell, and the places of the repeats that are slow by it.
struct Verdict
{
    Finding finding;
    QList<qsizetype> slow;
};

QList<const RunRecord*> runsAt(const Cell& cell, const QList<qsizetype>& places)
{
    QList<const RunRecord*> runs;
    for (const qsizetype place : places)
        runs << cell.runs[place];
    return runs;
}

/// The change came while a run was on: its slowest event took as long as those that came after the step.
QString withinRun(const Cell& cell, const Shift& shift)
{
    const RunRecord& last = *cell.runs[shift.at - 1];
    const RunRecord& next = *cell.runs[shift.at];
    const auto lastMax = last.metrics.value(sysbench::Metric::LatMaxMs);
    const auto lastAvg = last.metrics.value(sysbench::Metric::LatAvgMs);
    const auto nextAvg = next.metrics.value(sysbench::Metric::LatAvgMs);
    constexpr double clearly = 1.5;
    if (!lastMax || !lastAvg || !nextAvg || *nextAvg < clearly * *lastAvg || *lastMax < *nextAvg)
        return {};
    for (qsizetype i = 0; i + 1 < shift.at; ++i) { // long events there as well tell nothing
        if (cell.runs[i]->metrics.value(sysbench::Metric::LatMaxMs).value_or(*nextAvg) >= *nextAvg)
            return {};
    }
    return Text::tr(" It may have begun in repeat %1, whose slowest event took %2 against %3 on average.")
        .arg(QString::number(last.repeat), figureWithUnit(*lastMax, sysbench::Metric::LatMaxMs),
             figureWithUnit(*lastAvg, sysbench::Metric::LatAvgMs));
}

Verdict shifted(const Cell& cell, const Shift& shift)
{
    const QList<qsizetype> before = placesFrom(0, shift.at);
    const QList<qsizetype> after = placesFrom(shift.at, cell.runs.size());
    const bool slowAfter = (shift.after < shift.before) != sysbench::lowerIsBetter(cell.metric);
    Verdict verdict{noteAbout(FindingKind::Unstable, cell, cell.runs), slowAfter ? after : before};
    Finding& finding = verdict.finding;
    const QString ratio = ratioText(shift.after / shift.before);
    if (shift.isSteady) {
        const auto [low, high] = std::minmax_element(cell.values.cbegin(), cell.values.cend());
        const QString sentence = shift.after < shift.before
                                     ? Text::tr("%1 falls from repeat to repeat: %2 in the first, %3 in the last (%4 "
                                                "repeats, %5–%6; straight line, corrected, %7).")
                                     : Text::tr("%1 rises from repeat to repeat: %2 in the first, %3 in the last (%4 "
                                                "repeats, %5–%6; straight line, corrected, %7).");
        finding.sentence =
            sentence.arg(cellName(cell), figureWithUnit(cell.values.first(), cell.metric),
                         figureWithUnit(cell.values.last(), cell.metric), QString::number(cell.values.size()),
                         figureText(*low), figureText(*high), pText(shift.p));
        finding.cause = Text::tr("Something changes steadily: heat, memory or disk filling up, a cache warming.");
        finding.check = Text::tr("Measure more repeats, with a rest between them (cooldown) and a warm-up before: a "
                                 "change by heat shrinks, one by a cache ends.");
        return verdict;
    }
    finding.sentence =
        Text::tr("%1 has two levels, one after the other: %2 in repeats %3, %4 in repeats %5, %6 times "
                 "as much (t test of the clearest step, corrected, %7).")
            .arg(cellName(cell), figureWithUnit(shift.before, cell.metric), repeatList(cell, before),
                 figureWithUnit(shift.after, cell.metric), repeatList(cell, after), ratio, pText(shift.p)) +
        withinRun(cell, shift);
    finding.cause =
        Text::tr("Something changed between them and stayed: another program or VM took part of the machine, "
                 "its clock fell from heat or saving power, or a limit set in. A mean over both levels "
                 "describes neither.");
    finding.check = Text::tr("Measure these repeats again, interleaved with the other targets and with nothing else "
                             "running: a step that does not come back was not the target's own.");
    return verdict;
}

Verdict onTwoLevels(const Cell& cell, const TwoLevels& levels)
{
    QList<qsizetype> upper = placesFrom(0, cell.runs.size());
    upper.removeIf([&levels](qsizetype place) { return levels.lower.contains(place); });
    Verdict verdict{noteAbout(FindingKind::Unstable, cell, cell.runs),
                    sysbench::lowerIsBetter(cell.metric) ? upper : levels.lower};
    verdict.finding.sentence =
        Text::tr("%1 goes to and fro between two levels: %2 in repeats %3, %4 in repeats %5, with little between "
                 "(%6 repeats).")
            .arg(cellName(cell), figureWithUnit(levels.low, cell.metric), repeatList(cell, levels.lower),
                 figureWithUnit(levels.high, cell.metric), repeatList(cell, upper), QString::number(cell.runs.size()));
    verdict.finding.cause = Text::tr("The runs probably met two different conditions: fast and slow cores, one or two "
                                     "threads of a core, a cache that held the data or did not, a turbo that came and "
                                     "went. A mean describes neither.");
    verdict.finding.check = Text::tr("Fix what may differ (cores by cpuset, a warm-up, the page cache dropped) and "
                                     "measure again: one of the levels should vanish.");
    return verdict;
}

Verdict farOff(const Cell& cell, const Outliers& outliers)
{
    constexpr qsizetype mostFigures = 6;
    Verdict verdict{noteAbout(FindingKind::Unstable, cell, runsAt(cell, outliers.at)), {}};
    QStringList figures;
    bool slow = true;
    for (const qsizetype place : outliers.at) {
        const double value = cell.values[place];
        if (figures.size() < mostFigures)
            figures << figureText(value);
        if ((value < outliers.median) != sysbench::lowerIsBetter(cell.metric))
            verdict.slow << place;
        else
            slow = false;
    }
    if (figures.size() < outliers.at.size())
        figures << u"…"_s;
    const QString method = outliers.sigmas > 0 ? Text::tr("up to %1 robust standard deviations; told from 10 on")
                                                     .arg(QString::number(outliers.sigmas, 'f', 0))
                                               : Text::tr("Grubbs' test, %1").arg(pText(outliers.p));
    const QString sentence = outliers.at.size() == 1
                                 ? Text::tr("Repeat %1 of %2 is far from the others: %3 %4, where the median of %5 is "
                                            "%6 (%7).")
                                 : Text::tr("Repeats %1 of %2 are far from the others: %3 %4, where the median of %5 "
                                            "is %6 (%7).");
    verdict.finding.sentence = sentence.arg(repeatList(cell, outliers.at), cellName(cell), figures.join(u", "_s),
                                            QString(sysbench::metricUnit(cell.metric)),
                                            QString::number(cell.runs.size()), figureText(outliers.median), method);
    if (outliers.at.size() == 1 && outliers.at.first() == 0 && slow) {
        verdict.finding.cause = Text::tr("It was the first: caches may have been cold, the clock still low.");
        verdict.finding.check = Text::tr("Measure again with a warm-up run (warmup 1), which is kept but does not "
                                         "count: the first repeat should then be like the others.");
    } else {
        verdict.finding.cause =
            Text::tr("Something disturbed it, or speeded it up: other work on the machine, a cache.");
        verdict.finding.check = Text::tr("Measure more repeats with nothing else running. It counts in every figure "
                                         "here: leave it out only for a reason other than its value.");
    }
    return verdict;
}

/// The place of the value that is farther from the median than any other; nothing where two are about as far.
std::optional<qsizetype> farthestFrom(double median, const QList<double>& values)
{
    constexpr qsizetype fewest = 3; // of two both are as far
    constexpr double clearly = 1.1;
    if (values.size() < fewest)
        return std::nullopt;
    qsizetype farthest = 0;
    double most = -1;
    double next = -1;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double distance = std::abs(values[i] - median);
        if (distance > most) {
            next = std::exchange(most, distance);
            farthest = i;
        } else {
            next = std::max(next, distance);
        }
    }
    return most > clearly * next ? std::optional(farthest) : std::nullopt;
}

std::optional<Finding> widelySpread(const Cell& cell)
{
    const auto summary = summarize(cell.values);
    const auto variation = summary ? summary->coefficientOfVariation() : std::nullopt;
    if (!variation || *variation < highVariation)
        return std::nullopt;
    Finding finding = noteAbout(FindingKind::Unstable, cell, cell.runs);
    const QString spread =
        Text::tr("%1 varies by %2 (standard deviation over mean, %3 repeats, %4–%5 %6)")
            .arg(cellName(cell), percentText(*variation), QString::number(summary->n), figureText(summary->min),
                 figureText(summary->max), QString(sysbench::metricUnit(cell.metric)));
    const auto farthest = farthestFrom(summary->median, cell.values);
    finding.sentence = farthest ? Text::tr("%1; farthest from the median is repeat %2.")
                                      .arg(spread, QString::number(cell.runs[*farthest]->repeat))
                                : spread + u'.';
    finding.cause = cell.kind == sysbench::Test::Fileio
                        ? Text::tr("Disks and page caches differ from run to run: what was cached, when the machine "
                                   "wrote back, who else used the disk.")
                        : Text::tr("The runs did not meet the same conditions: other work, changing clock, migrating "
                                   "between cores.");
    finding.check =
        Text::tr("Measure longer runs and more repeats, with nothing else running; differences smaller than "
                 "this spread cannot be shown by so few.");
    return finding;
}

QList<Finding> findingsAbout(const Cell& cell)
{
    std::optional<Verdict> verdict;
    if (const auto shift = shiftOf(cell.values, shiftAlpha))
        verdict = shifted(cell, *shift);
    else if (const auto levels = twoLevelsOf(cell.values))
        verdict = onTwoLevels(cell, *levels);
    else if (const auto outliers = outliersOf(cell.values))
        verdict = farOff(cell, *outliers);
    QList<Finding> findings;
    if (verdict) {
        findings << verdict->finding;
        if (const auto share = cpuShareOf(cell, verdict->slow))
            findings << *share;
    } else if (const auto spread = widelySpread(cell)) {
        findings << *spread;
    }
    return findings;
}

/// The cell with its repeats in the order in which they were run, where that is known.
Cell inOrderOfTime(Cell cell)
{
    const bool known =
        std::all_of(cell.runs.cbegin(), cell.runs.cend(), [](const RunRecord* run) { return run->started.isValid(); });
    if (!known)
        return cell;
    std::stable_sort(cell.runs.begin(), cell.runs.end(),
                     [](const RunRecord* a, const RunRecord* b) { return a->started < b->started; });
    for (qsizetype i = 0; i < cell.runs.size(); ++i)
        cell.values[i] = cell.runs[i]->metrics.value(cell.metric).value_or(0);
    return cell;
}

QList<Finding> singleRepeats(const QList<Cell>& cells)
{
    const auto measured =
        std::count_if(cells.cbegin(), cells.cend(), [](const Cell& cell) { return !cell.runs.isEmpty(); });
    QList<const Cell*> single;
    for (const Cell& cell : cells) {
        if (cell.runs.size() == 1)
            single << &cell;
    }
    if (single.isEmpty())
        return {};
    Finding finding;
    finding.kind = FindingKind::Unstable;
    for (const Cell* cell : std::as_const(single)) {
        finding.runs << cell->runs.first()->id;
        if (!finding.targets.contains(cell->targetId))
            finding.targets << cell->targetId;
    }
    if (single.size() == 1) {
        finding.comparisonKey = single.first()->comparisonKey;
        finding.sentence = Text::tr("%1 has one repeat only.").arg(cellName(*single.first()));
    } else {
        finding.sentence = Text::tr("%1 of %2 combinations of test and target have one repeat only.")
                               .arg(QString::number(single.size()), QString::number(measured));
    }
    finding.cause = Text::tr("One run cannot tell its own spread: how far another one would be away is unknown.");
    finding.check = Text::tr("Measure at least 5 repeats.");
    return {finding};
}

} // namespace

QList<Finding> stabilityFindings(const Session& session)
{
    QList<Cell> cells;
    qsizetype runs = 0;
    for (const Cell& cell : cellsOf(session)) {
        cells << inOrderOfTime(cell);
        runs += cell.runs.size();
    }
    QList<Finding> findings;
    for (const Cell& cell : std::as_const(cells))
        findings << findingsAbout(cell) << runTrendFindings(cell, runs);
    return findings << driftFindings(cells) << stealFindings(cells) << singleRepeats(cells);
}

} // namespace bv::analysis
