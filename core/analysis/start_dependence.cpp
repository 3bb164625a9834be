#include "analysis/start_dependence.h"

#include "analysis/result_rows.h"
#include "base/figures.h"
#include "plan/start_up.h"

#include <QCoreApplication>
#include <QMap>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using Answer = StartDependence::Answer;
using Pair = std::pair<QList<double>, QList<double>>;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::StartDependence)
};

/// A difference below that is none that anybody would buy memory for.
constexpr double negligible = 1.05;

/// Start-up times of one target in one state of the cache, by the value of the factor and that of the other one.
using Times = QMap<double, QMap<double, QList<double>>>;

Times timesOf(const Session& session, const TargetSettings& target, bool cold, StartFactor factor)
{
    Times times;
    for (const RunRecord* run : attemptsThatCount(session)) {
        const auto value = run->metrics.value(sysbench::Metric::BootMs);
        const bool isCold = run->params["cache"_L1].toString() == "cold"_L1;
        if (run->test != sysbench::Test::Boot || run->target != target.id || run->discarded || isCold != cold ||
            run->status != RunStatus::Ok || !value)
            continue;
        const double cpus = run->params["smp"_L1].toDouble(targetCpus(target).value_or(0));
        const double memory = run->params["memory_mib"_L1].toDouble(targetMemoryMib(target).value_or(0));
        if (factor == StartFactor::Cpus)
            times[cpus][memory] << *value;
        else
            times[memory][cpus] << *value;
    }
    return times;
}

/// What the start-up tests set in the place of the target's own; only the names count.
QJsonObject setByTests(const Session& session)
{
    QJsonObject params;
    for (const RunRecord& run : session.runs) {
        for (const QString& name : {u"smp"_s, u"memory_mib"_s}) {
            if (run.test == sysbench::Test::Boot && run.params.contains(name))
                params.insert(name, run.params[name]);
        }
    }
    return params;
}

/// Where both values of the factor were measured with the same of the other one.
QList<Pair> pairsOf(const Times& times, double numerator, double denominator)
{
    QList<Pair> pairs;
    const auto top = times.value(numerator);
    const auto bottom = times.value(denominator);
    for (auto it = top.cbegin(); it != top.cend(); ++it) {
        if (bottom.contains(it.key()))
            pairs << Pair(it.value(), bottom.value(it.key()));
    }
    return pairs;
}

/// Nothing where the steps cannot be told.
std::optional<bool> isMonotone(const Times& times, double ratio)
{
    constexpr qsizetype fewestValues = 3;
    if (times.size() < fewestValues)
        return std::nullopt;
    for (auto it = std::next(times.cbegin()); it != times.cend(); ++it) {
        const auto step = ratioOfStrata(pairsOf(times, it.key(), std::prev(it).key()));
        if (!step)
            return std::nullopt;
        if ((step->ratio < 1) != (ratio < 1))
            return false;
    }
    return true;
}

Answer answerOf(const RatioEstimate& ratio)
{
    if (!ratio.low || !ratio.high)
        return Answer::NotShown;
    if (*ratio.high < 1)
        return Answer::Shorter;
    if (*ratio.low > 1)
        return Answer::Longer;
    return *ratio.low > 1 / negligible && *ratio.high < negligible ? Answer::None : Answer::NotShown;
}

std::optional<StartDependence> dependenceOf(const Times& times)
{
    if (times.size() < 2)
        return std::nullopt;
    StartDependence dependence;
    dependence.least = times.firstKey();
    dependence.most = times.lastKey();
    const QList<Pair> pairs = pairsOf(times, dependence.most, dependence.least);
    const auto ratio = ratioOfStrata(pairs);
    if (!ratio)
        return std::nullopt;
    dependence.ratio = *ratio;
    dependence.pairs = static_cast<int>(pairs.size());
    qsizetype fewest = pairs.first().first.size();
    for (const auto& [top, bottom] : pairs) {
        fewest = std::min({fewest, top.size(), bottom.size()});
        dependence.figures += static_cast<int>(top.size() + bottom.size());
    }
    dependence.fewest = static_cast<int>(fewest);
    dependence.answer = answerOf(*ratio);
    dependence.monotone = isMonotone(times, ratio->ratio);
    return dependence;
}

QString verdict(const StartDependence& dependence)
{
    const bool cpus = dependence.factor == StartFactor::Cpus;
    switch (dependence.answer) {
    case Answer::Shorter:
        return cpus ? Text::tr("more CPUs make the start shorter") : Text::tr("more memory makes the start shorter");
    case Answer::Longer:
        return cpus ? Text::tr("more CPUs make the start longer") : Text::tr("more memory makes the start longer");
    case Answer::None:
        return cpus ? Text::tr("the number of CPUs makes no difference of 5 % to the start")
                    : Text::tr("the memory makes no difference of 5 % to the start");
    case Answer::NotShown:
        break;
    }
    return cpus ? Text::tr("that the start depends on the number of CPUs is not shown")
                : Text::tr("that the start depends on the memory is not shown");
}

} // namespace

QList<StartDependence> startDependences(const Session& session)
{
    QList<StartDependence> dependences;
    const QJsonObject params = setByTests(session);
    for (const TargetSettings& target : session.plan.targets) {
        for (const bool cold : {false, true}) {
            for (const StartFactor factor : {StartFactor::Cpus, StartFactor::Memory}) {
                auto dependence = dependenceOf(timesOf(session, target, cold, factor));
                if (!dependence)
                    continue;
                dependence->targetId = target.id;
                dependence->target = startLabel(target, params);
                dependence->cold = cold;
                dependence->factor = factor;
                dependences << *dependence;
            }
        }
    }
    return dependences;
}

QString sentenceFor(const StartDependence& dependence)
{
    const bool cpus = dependence.factor == StartFactor::Cpus;
    const QString most = QString::number(dependence.most);
    const QString least = QString::number(dependence.least);
    const QString name = dependence.cold ? Text::tr("%1, cold").arg(dependence.target) : dependence.target;
    const RatioEstimate& ratio = dependence.ratio;
    const QString sizes = cpus ? Text::tr("with %1 instead of %2").arg(most, least)
                               : Text::tr("with %1 instead of %2 MiB").arg(most, least);
    QString figures = Text::tr("%1 it takes %2 times as long").arg(sizes, ratioText(ratio.ratio));
    if (ratio.low && ratio.high)
        figures += Text::tr(" (95 % CI %1–%2, %3 runs)")
                       .arg(ratioText(*ratio.low), ratioText(*ratio.high))
                       .arg(dependence.figures);
    else if (dependence.fewest > 1)
        figures += Text::tr(" (no interval: equal times do not tell how far others would spread)");
    else
        figures += Text::tr(" (for an interval each start must be measured at least twice)");
    if (dependence.monotone)
        figures += *dependence.monotone ? Text::tr("; every step between goes the same way")
                                        : Text::tr("; not every step between goes the same way");
    return Text::tr("%1: %2: %3.").arg(name, verdict(dependence), figures);
}

} // namespace bv::analysis
