#include "analysis/scaling.h"

#include "analysis/comparison.h"
#include "analysis/question_texts.h"
#include "base/figures.h"
#include "plan/mean_interval.h"
#include "plan/parameters.h"

#include <QHash>
#include <QMap>
#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using Text = QuestionText;

enum class Factor : quint8 { Cpus, Memory, Threads };

/// Cells that differ in the factor only, by its value.
struct Ladder
{
    QString name; ///< of the targets, for people
    QString test; ///< for people
    QMap<double, const Cell*> steps;
    std::optional<double> cpus; ///< of the target, where it is one; absent where they are not limited or not known
};

/// The target without its number of CPUs, or without its memory, and without its names.
TargetSettings without(TargetSettings target, Factor factor)
{
    target.id.clear();
    target.label.clear();
    if (factor == Factor::Cpus) {
        target.docker.cpus = 1;
        target.qemu.smp = 1;
        target.qemu.topology = {};
    } else {
        target.docker.memoryMib = 0;
        target.qemu.memoryMib = 0;
    }
    return target;
}

/// The words that both labels have: "Docker 1 GiB" of "Docker 2 CPU 1 GiB" and "Docker 4 CPU 1 GiB".
QString commonWords(const QString& first, const QString& second)
{
    const QStringList a = first.split(u' ');
    const QStringList b = second.split(u' ');
    if (a.size() != b.size())
        return Text::tr("%1 and %2").arg(first, second);
    QStringList kept;
    for (qsizetype i = 0; i < a.size(); ++i) {
        const bool isUnitOfDropped =
            i > 0 && a[i - 1] != b[i - 1] && (a[i] == "CPU"_L1 || a[i] == "GiB"_L1 || a[i] == "MiB"_L1);
        if (a[i] == b[i] && !isUnitOfDropped)
            kept << a[i];
    }
    return kept.isEmpty() ? Text::tr("%1 and %2").arg(first, second) : kept.join(u' ');
}

/// Targets that are alike but for the factor, each group in the order of the plan.
QList<QList<const TargetSettings*>> groupsOf(const Plan& plan, Factor factor)
{
    QList<QList<const TargetSettings*>> groups;
    QList<TargetSettings> likes; // of each group
    for (const TargetSettings& target : plan.targets) {
        if (factor == Factor::Cpus ? !targetCpus(target) : !targetMemoryMib(target))
            continue;
        const TargetSettings like = without(target, factor);
        const qsizetype group = likes.indexOf(like);
        if (group >= 0) {
            groups[group] << &target;
        } else {
            likes << like;
            groups << QList<const TargetSettings*>{&target};
        }
    }
    groups.removeIf([](const QList<const TargetSettings*>& one) { return one.size() < 2; });
    return groups;
}

using CellsByTarget = QHash<QString, QList<const Cell*>>;

QList<Ladder> acrossTargets(const Session& session, const CellsByTarget& cells, Factor factor)
{
    QList<Ladder> ladders;
    for (const auto& group : groupsOf(session.plan, factor)) {
        QHash<QString, Ladder> byKey;
        QStringList keys;
        for (const TargetSettings* target : group) {
            const double size = factor == Factor::Cpus ? *targetCpus(*target) : *targetMemoryMib(*target);
            for (const Cell* cell : cells.value(target->id)) {
                if (cell->kind == sysbench::Test::Boot)
                    continue;
                if (!byKey.contains(cell->comparisonKey))
                    keys << cell->comparisonKey;
                Ladder& ladder = byKey[cell->comparisonKey];
                ladder.test = cell->test;
                ladder.steps.insert(size, cell);
            }
        }
        for (const QString& key : std::as_const(keys)) {
            Ladder ladder = byKey[key];
            if (ladder.steps.size() < 2)
                continue;
            ladder.name = commonWords(ladder.steps.first()->target, ladder.steps.last()->target);
            ladders << ladder;
        }
    }
    return ladders;
}

/// What tells the cells of each test apart, but for the threads.
QHash<sysbench::Test, QStringList> varyingBesidesThreads(const QList<Cell>& cells)
{
    QHash<sysbench::Test, QList<QJsonObject>> params;
    QString key;
    for (const Cell& cell : cells) {
        if (cell.comparisonKey != key) // cells with the same key stand together
            params[cell.kind] << cell.params;
        key = cell.comparisonKey;
    }
    QHash<sysbench::Test, QStringList> varying;
    for (auto it = params.cbegin(); it != params.cend(); ++it) {
        varying[it.key()] = varyingParameters(it.key(), it.value());
        varying[it.key()].removeAll(u"threads"_s);
    }
    return varying;
}

QList<Ladder> acrossThreads(const Session& session, const QList<Cell>& cells)
{
    QHash<QString, std::optional<double>> cpus;
    for (const TargetSettings& target : session.plan.targets)
        cpus.insert(target.id, targetCpus(target));
    const auto varying = varyingBesidesThreads(cells);
    QHash<QString, Ladder> byKey;
    QStringList keys;
    for (const Cell& cell : cells) {
        const double threads = cell.params["threads"_L1].toDouble();
        if (!momentsOf(cell.values) || !(threads >= 1))
            continue;
        QJsonObject others = cell.params;
        others.remove(u"threads"_s);
        const QString key = cell.targetId + u'\n' + comparisonKey(cell.kind, others);
        if (!byKey.contains(key))
            keys << key;
        Ladder& ladder = byKey[key];
        ladder.name = cell.target;
        ladder.test = describeParams(cell.kind, others, varying.value(cell.kind));
        ladder.cpus = cpus.value(cell.targetId);
        ladder.steps.insert(threads, &cell);
    }
    QList<Ladder> ladders;
    for (const QString& key : std::as_const(keys)) {
        if (byKey[key].steps.size() > 1)
            ladders << byKey[key];
    }
    return ladders;
}

QString sizesOf(const Ladder& ladder, Factor factor)
{
    const QString most = QString::number(ladder.steps.lastKey());
    const QString fewest = QString::number(ladder.steps.firstKey());
    switch (factor) {
    case Factor::Cpus:
        return Text::tr("with %1 instead of %2 CPU").arg(most, fewest);
    case Factor::Memory:
        return Text::tr("with %1 instead of %2 MiB of memory").arg(most, fewest);
    case Factor::Threads:
        break;
    }
    return Text::tr("with %1 threads instead of %2").arg(most, fewest);
}

QString statementOf(const Ladder& ladder, Factor factor)
{
    const QString claim = factor == Factor::Cpus     ? Text::tr("%1 is faster in %2 with more CPUs.")
                          : factor == Factor::Memory ? Text::tr("%1 is faster in %2 with more memory.")
                                                     : Text::tr("%1 is faster in %2 with more threads.");
    return claim.arg(ladder.name, ladder.test);
}

/// Each thread does the whole work, so that with more of them more is done.
bool growsWithThreads(const Ladder& ladder, Factor factor)
{
    return factor == Factor::Threads && ladder.steps.first()->kind == sysbench::Test::Mutex;
}

/// The cell at one step, with figures that can be compared along the ladder.
Cell stepOf(const Ladder& ladder, Factor factor, double size)
{
    Cell cell = *ladder.steps[size];
    if (growsWithThreads(ladder, factor)) {
        for (double& value : cell.values)
            value /= size;
    }
    return cell;
}

/// How many times as fast the first is.
std::optional<RatioEstimate> speedOf(const Cell& first, const Cell& second)
{
    return sysbench::lowerIsBetter(first.metric) ? ratioOfMeans(second.values, first.values)
                                                 : ratioOfMeans(first.values, second.values);
}

/// What else a reader must know, to make sense of it. Only of tests that compute: others wait for more than CPUs.
QString remarkOn(const Ladder& ladder, Factor factor, double speed)
{
    const Cell& most = *ladder.steps.last();
    const bool computes =
        most.kind == sysbench::Test::Cpu || most.kind == sysbench::Test::Memory || most.kind == sysbench::Test::Mutex;
    std::optional<double> bound = ladder.cpus; // of what can be used of the factor
    if (factor == Factor::Cpus)
        bound = most.params.contains("threads"_L1) ? std::optional(most.params["threads"_L1].toDouble()) : std::nullopt;
    if (factor == Factor::Memory || !computes || !bound || !(*bound > 0))
        return {};
    const double possible = std::min(ladder.steps.lastKey(), *bound) / std::min(ladder.steps.firstKey(), *bound);
    const QString percent = QString::number(qRound(speed / possible * 100));
    const QString times = QString::number(possible, 'g', 3);
    if (ladder.steps.lastKey() <= *bound)
        return u' ' + Text::tr("That is %1 % of what %2 times as many could give.").arg(percent, times);
    if (factor == Factor::Cpus) {
        return u' ' + (possible > 1 ? Text::tr("That is %1 % of the %2 times that its %3 threads could give.")
                                          .arg(percent, times, QString::number(*bound))
                                    : Text::tr("The test ran %n thread(s): no more CPUs than that can be used.",
                                               nullptr, static_cast<int>(*bound)));
    }
    return u' ' + (possible > 1 ? Text::tr("That is %1 % of the %2 times that its %3 CPU could give.")
                                      .arg(percent, times, QString::number(*bound))
                                : Text::tr("It may use %1 CPU: more threads cannot compute at the same time.")
                                      .arg(QString::number(*bound)));
}

/// Whether a step between goes against the answer, or against another step, by intervals that each hold by themselves.
bool isContrary(const Ladder& ladder, Factor factor, FindingAnswer answer)
{
    bool rises = answer == FindingAnswer::Yes;
    bool falls = answer == FindingAnswer::No;
    for (auto it = std::next(ladder.steps.begin()); it != ladder.steps.end(); ++it) {
        const auto step = speedOf(stepOf(ladder, factor, it.key()), stepOf(ladder, factor, std::prev(it).key()));
        rises = rises || (step && step->low && *step->low > 1);
        falls = falls || (step && step->high && *step->high < 1);
    }
    return rises && falls;
}

FindingAnswer answerOf(const Comparison& comparison)
{
    switch (comparison.verdict) {
    case Comparison::Verdict::Higher:
    case Comparison::Verdict::Lower:
        break;
    case Comparison::Verdict::NoDifferenceShown:
        return FindingAnswer::NotShown;
    case Comparison::Verdict::TooFew:
        return FindingAnswer::NotMeasured;
    }
    const bool isFaster =
        (comparison.verdict == Comparison::Verdict::Higher) != sysbench::lowerIsBetter(comparison.first.metric);
    return isFaster ? FindingAnswer::Yes : FindingAnswer::No;
}

/// "events/s: 1000 with 1, 3600 with 4"
QString figuresOf(const Ladder& ladder)
{
    QStringList figures;
    for (auto it = ladder.steps.begin(); it != ladder.steps.end(); ++it) {
        const auto moments = momentsOf((*it)->values);
        figures << Text::tr("%1 with %2").arg(moments ? figureText(moments->mean) : u"–"_s, QString::number(it.key()));
    }
    return Text::tr("%1: %2").arg(sysbench::metricUnit(ladder.steps.first()->metric), figures.join(u", "_s));
}

/// `comparison`: the most against the fewest; one of `family`.
Finding findingOf(const Ladder& ladder, Factor factor, const Comparison& comparison, qsizetype family)
{
    Finding finding = question(FindingKind::Scaling, statementOf(ladder, factor), {});
    addEvidence(&finding, ladder.steps.values());
    finding.answer = answerOf(comparison);
    const bool contrary = isContrary(ladder, factor, finding.answer);
    if (contrary && finding.answer != FindingAnswer::NotMeasured)
        finding.answer = FindingAnswer::NotShown;
    const auto speed = speedOf(comparison.first, comparison.second);
    const QString claim = growsWithThreads(ladder, factor) ? Text::tr("%1, %2: %3 it does %4 times as much per second")
                                                           : Text::tr("%1, %2: %3 it is %4 times as fast");
    QStringList test;
    if (speed && speed->low)
        test << intervalText(*speed);
    if (comparison.adjustedP)
        test << testText(comparison, family);
    QString evidence = figuresOf(ladder);
    if (!test.isEmpty())
        evidence += u"; "_s + test.join(u", "_s);
    finding.sentence =
        Text::tr("%1 (%2).")
            .arg(claim.arg(ladder.name, ladder.test, sizesOf(ladder, factor), speed ? ratioText(speed->ratio) : u"–"_s),
                 evidence);
    if (growsWithThreads(ladder, factor))
        finding.sentence += u' ' + Text::tr("Each thread does the whole work.");
    if (contrary)
        finding.sentence += u' ' + Text::tr("Not every step between goes the same way.");
    else if (speed)
        finding.sentence += remarkOn(ladder, factor, speed->ratio);
    if (finding.answer == FindingAnswer::NotMeasured)
        finding.sentence += u' ' + Text::tr("For an interval each must be measured at least twice.");
    return finding;
}

} // namespace

QList<Finding> scalingFindings(const Session& session, const QList<Cell>& cells)
{
    CellsByTarget byTarget;
    for (const Cell& cell : cells) {
        if (momentsOf(cell.values))
            byTarget[cell.targetId] << &cell;
    }
    QList<std::pair<Ladder, Factor>> all;
    for (const Factor factor : {Factor::Cpus, Factor::Memory}) {
        for (const Ladder& ladder : acrossTargets(session, byTarget, factor))
            all << std::pair(ladder, factor);
    }
    for (const Ladder& ladder : acrossThreads(session, cells))
        all << std::pair(ladder, Factor::Threads);
    QList<std::pair<Cell, Cell>> ends;
    for (const auto& [ladder, factor] : std::as_const(all))
        ends << std::pair(stepOf(ladder, factor, ladder.steps.lastKey()),
                          stepOf(ladder, factor, ladder.steps.firstKey()));
    const QList<Comparison> compared = comparisonsOf(ends);
    const auto family = std::count_if(compared.begin(), compared.end(),
                                      [](const Comparison& one) { return one.adjustedP.has_value(); });
    QList<Finding> findings;
    for (qsizetype i = 0; i < compared.size(); ++i)
        findings << findingOf(all[i].first, all[i].second, compared[i], family);
    return findings;
}

} // namespace bv::analysis
