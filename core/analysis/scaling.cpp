#include "analysis/scaling.h"

#include "analysis/question_texts.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "plan/parameters.h"

#include <QMap>
#include <algorithm>

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
    for (const TargetSettings& target : plan.targets) {
        if (factor == Factor::Cpus ? !targetCpus(target) : !targetMemoryMib(target))
            continue;
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const QList<const TargetSettings*>& one) {
            return without(*one.first(), factor) == without(target, factor);
        });
        if (group == groups.end())
            groups << QList<const TargetSettings*>{&target};
        else
            *group << &target;
    }
    groups.removeIf([](const QList<const TargetSettings*>& one) { return one.size() < 2; });
    return groups;
}

QList<Ladder> acrossTargets(const Session& session, const QList<Cell>& cells, Factor factor)
{
    QList<Ladder> ladders;
    for (const auto& group : groupsOf(session.plan, factor)) {
        QMap<QString, Ladder> byKey;
        QStringList keys;
        for (const Cell& cell : cells) {
            const auto target = std::find_if(group.begin(), group.end(),
                                             [&](const TargetSettings* one) { return one->id == cell.targetId; });
            if (target == group.end() || cell.values.isEmpty() || cell.kind == sysbench::Test::Boot)
                continue;
            if (!keys.contains(cell.comparisonKey))
                keys << cell.comparisonKey;
            Ladder& ladder = byKey[cell.comparisonKey];
            ladder.test = cell.test;
            const double size = factor == Factor::Cpus ? *targetCpus(**target) : *targetMemoryMib(**target);
            ladder.steps.insert(size, &cell);
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

QList<Ladder> acrossThreads(const QList<Cell>& cells)
{
    QMap<QString, Ladder> byKey;
    QStringList keys;
    for (const Cell& cell : cells) {
        if (cell.values.isEmpty() || !cell.params.contains("threads"_L1))
            continue;
        QJsonObject others = cell.params;
        others.remove(u"threads"_s);
        const QString key = cell.targetId + u'\n' + comparisonKey(cell.kind, others);
        if (!keys.contains(key))
            keys << key;
        Ladder& ladder = byKey[key];
        ladder.name = cell.target;
        ladder.test = describeParams(cell.kind, others, {});
        ladder.steps.insert(cell.params["threads"_L1].toDouble(), &cell);
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
    return Text::tr("with %1 instead of %2 threads").arg(most, fewest);
}

QString statementOf(const Ladder& ladder, Factor factor)
{
    const QString claim = factor == Factor::Cpus     ? Text::tr("%1 is faster in %2 with more CPUs.")
                          : factor == Factor::Memory ? Text::tr("%1 is faster in %2 with more memory.")
                                                     : Text::tr("%1 is faster in %2 with more threads.");
    return claim.arg(ladder.name, ladder.test);
}

/// What else a reader must know, to make sense of it.
QString remarkOn(const Ladder& ladder, Factor factor, double ratio)
{
    const double factorRatio = ladder.steps.lastKey() / ladder.steps.firstKey();
    if (factor == Factor::Memory)
        return {};
    QString remark = u' ' + Text::tr("That is %1 % of what %2 times as many could give.")
                                .arg(qRound(ratio / factorRatio * 100))
                                .arg(QString::number(factorRatio, 'g', 3));
    const double threads = ladder.steps.last()->params["threads"_L1].toDouble(1);
    if (factor == Factor::Cpus && threads < ladder.steps.lastKey())
        remark = u' ' + Text::tr("The test ran %n thread(s): no more CPUs than that can be used.", nullptr,
                                 static_cast<int>(threads));
    return remark;
}

Finding findingOf(const Ladder& ladder, Factor factor)
{
    const Cell& fewest = *ladder.steps.first();
    const Cell& most = *ladder.steps.last();
    const bool isTime = sysbench::lowerIsBetter(most.metric);
    Finding finding = question(FindingKind::Scaling, statementOf(ladder, factor), {});
    addEvidence(&finding, ladder.steps.values());
    const auto ratio = isTime ? ratioOfMeans(fewest.values, most.values) : ratioOfMeans(most.values, fewest.values);
    QStringList figures;
    for (auto it = ladder.steps.begin(); it != ladder.steps.end(); ++it) {
        const auto summary = summarize((*it)->values);
        figures << Text::tr("%1 with %2").arg(summary ? figureText(summary->mean) : u"–"_s, QString::number(it.key()));
    }
    if (ratio && ratio->low && ratio->high)
        finding.answer = *ratio->low > 1    ? FindingAnswer::Yes
                         : *ratio->high < 1 ? FindingAnswer::No
                                            : FindingAnswer::NotShown;
    finding.sentence =
        Text::tr("%1, %2: %3 it is %4 times as fast (%5 %6).")
            .arg(ladder.name, ladder.test, sizesOf(ladder, factor), ratio ? withInterval(*ratio) : u"–"_s,
                 figures.join(u", "_s), sysbench::metricUnit(most.metric));
    if (ratio)
        finding.sentence += remarkOn(ladder, factor, ratio->ratio);
    if (finding.answer == FindingAnswer::NotMeasured)
        finding.sentence += u' ' + Text::tr("For an interval each must be measured at least twice.");
    return finding;
}

} // namespace

QList<Finding> scalingFindings(const Session& session, const QList<Cell>& cells)
{
    QList<Finding> findings;
    const auto add = [&findings](const QList<Ladder>& ladders, Factor factor) {
        for (const Ladder& ladder : ladders)
            findings << findingOf(ladder, factor);
    };
    add(acrossTargets(session, cells, Factor::Cpus), Factor::Cpus);
    add(acrossTargets(session, cells, Factor::Memory), Factor::Memory);
    add(acrossThreads(cells), Factor::Threads);
    return findings;
}

} // namespace bv::analysis
