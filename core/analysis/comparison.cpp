#include "analysis/comparison.h"

#include "analysis/pairs.h"
#include "base/figures.h"
#include "plan/mean_interval.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using Verdict = Comparison::Verdict;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Comparison)
};

constexpr double significance = 0.05;
constexpr qsizetype mostInPairs = 4;
/// Below this ratio a difference is said in per cent: "1.04 times" hides what "4.2 %" tells.
constexpr double percentBelow = 1.1;

Comparison comparisonOf(const Cell& first, const Cell& second)
{
    Comparison comparison;
    comparison.first = first;
    comparison.second = second;
    comparison.firstMean = momentsOf(first.values).value_or(Moments()).mean;
    comparison.secondMean = momentsOf(second.values).value_or(Moments()).mean;
    comparison.ratio = ratioOfMeans(first.values, second.values);
    comparison.welch = welchTest(first.values, second.values);
    comparison.mannWhitney = mannWhitneyTest(first.values, second.values);
    comparison.hedgesG = hedgesG(first.values, second.values);
    comparison.cliffsDelta = cliffsDelta(first.values, second.values);
    return comparison;
}

/// The p that counts, not adjusted yet.
std::optional<double> ownP(const Comparison& comparison)
{
    if (comparison.first.values.size() < 2 || comparison.second.values.size() < 2)
        return std::nullopt;
    if (comparison.welch)
        return comparison.welch->p;
    return comparison.mannWhitney ? std::optional(comparison.mannWhitney->p) : std::nullopt;
}

void adjust(QList<Comparison>& all)
{
    QList<double> family;
    for (const Comparison& comparison : std::as_const(all)) {
        if (const auto p = ownP(comparison))
            family << *p;
    }
    const QList<double> adjusted = holmAdjusted(family);
    qsizetype next = 0;
    for (Comparison& comparison : all) {
        if (ownP(comparison))
            comparison.adjustedP = adjusted[next++];
    }
}

Verdict verdictOf(const Comparison& comparison)
{
    if (!comparison.adjustedP)
        return Verdict::TooFew;
    const bool isHigher = comparison.firstMean > comparison.secondMean;
    bool isShown = *comparison.adjustedP < significance && comparison.firstMean != comparison.secondMean;
    const auto& ratio = comparison.ratio;
    if (ratio && ratio->low && ratio->high)
        isShown = isShown && (isHigher ? *ratio->low > 1 : *ratio->high < 1);
    if (!isShown)
        return Verdict::NoDifferenceShown;
    return isHigher ? Verdict::Higher : Verdict::Lower;
}

/// What the pairs of a session are made by.
struct Targets
{
    QHash<QString, const TargetSettings*> byId;
    QHash<QString, QStringList> partners; ///< of a container its virtual machines, and the other way round
};

Targets targetsOf(const Plan& plan)
{
    Targets targets;
    for (const TargetSettings& target : plan.targets)
        targets.byId.insert(target.id, &target);
    for (const TargetPair& pair : pairsOf(plan)) {
        // No more of each, lest hundreds of equal targets become a family of ten thousands.
        if (QStringList& vms = targets.partners[pair.container]; vms.size() < mostInPairs)
            vms << pair.vm;
        if (QStringList& containers = targets.partners[pair.vm]; containers.size() < mostInPairs)
            containers << pair.container;
    }
    return targets;
}

/// Of one test and set of parameters, which many targets have: containers and virtual machines that belong together,
/// and each target against the first of its kind. Places, the smaller one first.
QList<std::pair<qsizetype, qsizetype>> chosenPairs(const QList<Cell>& cells, const Targets& targets)
{
    QHash<QString, qsizetype> places;
    QHash<TargetKind, qsizetype> firsts;
    for (qsizetype i = 0; i < cells.size(); ++i)
        places.insert(cells[i].targetId, i);
    QList<std::pair<qsizetype, qsizetype>> chosen;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        const QString& id = cells[i].targetId;
        const TargetKind kind = targets.byId[id]->kind;
        if (!firsts.contains(kind))
            firsts.insert(kind, i);
        else
            chosen << std::pair(firsts[kind], i);
        for (const QString& partner : targets.partners.value(id)) {
            const qsizetype other = places.value(partner, -1);
            if (other >= 0)
                chosen << std::pair(std::min(other, i), std::max(other, i));
        }
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    return chosen;
}

void addPairs(QList<std::pair<Cell, Cell>>& all, const QList<Cell>& cells, const Targets& targets)
{
    if (cells.size() > mostInPairs) {
        for (const auto& [first, second] : chosenPairs(cells, targets))
            all << std::pair(cells[first], cells[second]);
        return;
    }
    for (qsizetype first = 0; first < cells.size(); ++first) {
        for (qsizetype second = first + 1; second < cells.size(); ++second)
            all << std::pair(cells[first], cells[second]);
    }
}

/// Of a container and a virtual machine. A start has a size of its own.
QString unequalLimitsOf(const Comparison& comparison, const Targets& targets)
{
    const TargetSettings& first = *targets.byId[comparison.first.targetId];
    const TargetSettings& second = *targets.byId[comparison.second.targetId];
    if (first.kind == second.kind || comparison.first.kind == sysbench::Test::Boot)
        return {};
    QStringList unequal;
    const auto cpus = std::pair(targetCpus(first), targetCpus(second));
    if (cpus.first && cpus.second && *cpus.first != *cpus.second)
        unequal << Text::tr("%1 against %2 CPU").arg(*cpus.first).arg(*cpus.second);
    const auto memory = std::pair(targetMemoryMib(first), targetMemoryMib(second));
    if (memory.first && memory.second && *memory.first != *memory.second)
        unequal << Text::tr("%1 against %2 MiB of memory").arg(*memory.first).arg(*memory.second);
    if (unequal.isEmpty())
        return {};
    return Text::tr("The plan gave %1 and %2 unlike limits: %3.")
        .arg(comparison.first.target, comparison.second.target, unequal.join(u", "_s));
}

/// A comparison told from the side with the higher figure.
struct Telling
{
    QString higher;
    QString lower;
    QString test;
    QString figures;                    ///< "1374 against 377.4 events/s"
    std::optional<RatioEstimate> ratio; ///< of the higher to the lower
    bool isTime = false;
};

Telling tellingOf(const Comparison& comparison)
{
    const bool swapped = comparison.firstMean < comparison.secondMean;
    const Cell& higher = swapped ? comparison.second : comparison.first;
    const Cell& lower = swapped ? comparison.first : comparison.second;
    Telling telling;
    telling.higher = higher.target;
    telling.lower = lower.target;
    telling.test = comparison.first.test;
    telling.figures = Text::tr("%1 against %2 %3")
                          .arg(figureText(std::max(comparison.firstMean, comparison.secondMean)),
                               figureText(std::min(comparison.firstMean, comparison.secondMean)),
                               sysbench::metricUnit(comparison.first.metric));
    telling.ratio = swapped ? ratioOfMeans(higher.values, lower.values) : comparison.ratio;
    telling.isTime = sysbench::lowerIsBetter(comparison.first.metric);
    return telling;
}

QString percentText(double ratio)
{
    return QString::number((ratio - 1) * 100, 'f', std::abs(ratio - 1) < 0.00995 ? 2 : 1);
}

/// "Docker is 3.64 times as fast as QEMU in cpu 20000"
QString claimOf(const Telling& telling)
{
    if (!telling.ratio)
        return (telling.isTime ? Text::tr("%1 takes longer than %2 in %3") : Text::tr("%1 is faster than %2 in %3"))
            .arg(telling.higher, telling.lower, telling.test);
    const double ratio = telling.ratio->ratio;
    if (ratio < percentBelow)
        return (telling.isTime ? Text::tr("%1 takes %2 % longer than %3 in %4")
                               : Text::tr("%1 is %2 % faster than %3 in %4"))
            .arg(telling.higher, percentText(ratio), telling.lower, telling.test);
    return (telling.isTime ? Text::tr("%1 takes %2 times as long as %3 in %4")
                           : Text::tr("%1 is %2 times as fast as %3 in %4"))
        .arg(telling.higher, ratioText(ratio), telling.lower, telling.test);
}

/// "95 % CI of the ratio 3.60–3.68, Welch t, p < 0.001 after Holm, n = 5 and 5"
QString evidenceOf(const Comparison& comparison, const Telling& telling)
{
    QStringList parts;
    const QString interval = telling.ratio ? intervalText(*telling.ratio) : QString();
    if (!interval.isEmpty())
        parts << interval;
    else if (telling.ratio && comparison.welch)
        parts << Text::tr("no interval, one side has no spread");
    const bool swapped = comparison.firstMean < comparison.secondMean;
    parts << testText(comparison);
    parts << Text::tr("n = %1 and %2")
                 .arg((swapped ? comparison.second : comparison.first).values.size())
                 .arg((swapped ? comparison.first : comparison.second).values.size());
    return parts.join(u", "_s);
}

} // namespace

QList<Comparison> comparisons(const Session& session)
{
    const Targets targets = targetsOf(session.plan);
    QList<std::pair<Cell, Cell>> all;
    QList<Cell> cells; // of one test and set of parameters, with figures
    QString key;
    for (const Cell& cell : cellsOf(session)) {
        if (cell.comparisonKey != key) {
            addPairs(all, cells, targets);
            cells.clear();
            key = cell.comparisonKey;
        }
        if (momentsOf(cell.values))
            cells << cell;
    }
    addPairs(all, cells, targets);
    QList<Comparison> compared = comparisonsOf(all);
    for (Comparison& comparison : compared)
        comparison.unequalLimits = unequalLimitsOf(comparison, targets);
    return compared;
}

QList<Comparison> comparisonsOf(const QList<std::pair<Cell, Cell>>& pairs)
{
    QList<Comparison> all;
    for (const auto& [first, second] : pairs) {
        if (momentsOf(first.values) && momentsOf(second.values))
            all << comparisonOf(first, second);
    }
    adjust(all);
    for (Comparison& comparison : all)
        comparison.verdict = verdictOf(comparison);
    return all;
}

std::optional<RatioEstimate> overallSpeed(const QList<Comparison>& comparisons, double level)
{
    QList<std::pair<QList<double>, QList<double>>> pairs;
    for (const Comparison& comparison : comparisons) {
        if (sysbench::lowerIsBetter(comparison.first.metric))
            pairs << std::pair(comparison.second.values, comparison.first.values);
        else
            pairs << std::pair(comparison.first.values, comparison.second.values);
    }
    return ratioOfStrata(pairs, level);
}

QString sentenceFor(const Comparison& comparison)
{
    const Telling telling = tellingOf(comparison);
    const QString limits = comparison.unequalLimits.isEmpty() ? QString() : u' ' + comparison.unequalLimits;
    switch (comparison.verdict) {
    case Verdict::Higher:
    case Verdict::Lower:
        return Text::tr("%1: %2 (%3).").arg(claimOf(telling), telling.figures, evidenceOf(comparison, telling)) +
               limits;
    case Verdict::NoDifferenceShown:
        return Text::tr("No difference shown between %1 and %2 in %3: %4 (%5).")
                   .arg(telling.higher, telling.lower, telling.test, telling.figures, evidenceOf(comparison, telling)) +
               limits;
    case Verdict::TooFew:
        break;
    }
    return Text::tr("Whether %1 and %2 differ in %3 cannot be told: %4; each must be measured at least twice.")
               .arg(telling.higher, telling.lower, telling.test, telling.figures) +
           limits;
}

QString intervalText(const RatioEstimate& ratio)
{
    if (!ratio.low || !ratio.high)
        return {};
    // As many digits as tell the ends from 1.
    const double furthest = std::max(std::abs(*ratio.low - 1), std::abs(*ratio.high - 1));
    const int digits = furthest < 0.01 ? 4 : furthest < 0.1 ? 3 : 2;
    const auto text = [digits](double value) {
        return digits == 2 ? ratioText(value) : QString::number(value, 'f', digits);
    };
    return Text::tr("95 % CI of the ratio %1–%2").arg(text(*ratio.low), text(*ratio.high));
}

QString testText(const Comparison& comparison, qsizetype family)
{
    const auto& ratio = comparison.ratio;
    const bool excludesOne = ratio && ratio->low && ratio->high && (*ratio->low > 1 || *ratio->high < 1);
    QStringList parts;
    if (comparison.verdict == Verdict::NoDifferenceShown && excludesOne)
        parts << Text::tr("interval for this comparison alone");
    parts << (comparison.welch ? Text::tr("Welch t") : Text::tr("no spread, Mann–Whitney U"));
    const QString p = pValueText(*comparison.adjustedP);
    parts << (family > 0 ? Text::tr("%1 after Holm over %2").arg(p).arg(family) : Text::tr("%1 after Holm").arg(p));
    return parts.join(u", "_s);
}

Finding findingFor(const Comparison& comparison)
{
    Finding finding;
    finding.kind = FindingKind::Comparison;
    switch (comparison.verdict) {
    case Verdict::Higher:
    case Verdict::Lower:
        finding.answer = FindingAnswer::Yes;
        break;
    case Verdict::NoDifferenceShown:
        finding.answer = FindingAnswer::NotShown;
        break;
    case Verdict::TooFew:
        finding.answer = FindingAnswer::NotMeasured;
        break;
    }
    finding.statement = Text::tr("%1 and %2 differ in %3.")
                            .arg(comparison.first.target, comparison.second.target, comparison.first.test);
    finding.sentence = sentenceFor(comparison);
    for (const Cell* cell : {&comparison.first, &comparison.second}) {
        for (const RunRecord* run : cell->runs)
            finding.runs << run->id;
        finding.targets << cell->targetId;
    }
    finding.comparisonKey = comparison.first.comparisonKey;
    return finding;
}

} // namespace bv::analysis
