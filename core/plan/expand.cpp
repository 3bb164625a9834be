#include "plan/expand.h"

#include "plan/parameters.h"
#include "plan/start_up.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>
#include <algorithm>
#include <limits>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ExpandPlan)
};

/// One combination of values of a suite.
struct Combination
{
    sysbench::Test test;
    QJsonObject params;
};

qint64 saturatingProduct(qint64 a, qint64 b)
{
    qint64 product = 0;
    return qMulOverflow(a, b, &product) ? std::numeric_limits<qint64>::max() : product;
}

qint64 saturatingSum(qint64 a, qint64 b)
{
    qint64 sum = 0;
    return qAddOverflow(a, b, &sum) ? std::numeric_limits<qint64>::max() : sum;
}

int repeatsOf(const Plan& plan)
{
    return std::max(0, plan.adaptive ? plan.adaptive->maxRepeats : plan.repeats);
}

qint64 combinationCount(const Suite& suite)
{
    qint64 count = 1;
    for (const SuiteParameter& parameter : suite.parameters)
        count = saturatingProduct(count, parameter.values.size());
    return count;
}

/// The combinations of one suite, the first parameter varying slowest.
QList<QJsonObject> combinationsOf(const Suite& suite)
{
    QList<QJsonObject> combinations{{}};
    for (const SuiteParameter& parameter : suite.parameters) {
        QList<QJsonObject> extended;
        extended.reserve(combinations.size() * parameter.values.size());
        for (const QJsonObject& params : std::as_const(combinations)) {
            for (const QJsonValue value : parameter.values) {
                QJsonObject more = params;
                more.insert(parameter.name, value);
                extended << more;
            }
        }
        combinations.swap(extended);
    }
    return combinations;
}

QList<Combination> combinationsOf(const Plan& plan)
{
    QList<Combination> combinations;
    QSet<QString> seen;
    for (const Suite& suite : plan.suites) {
        const QList<QJsonObject> ofSuite = combinationsOf(suite);
        for (const QJsonObject& given : ofSuite) {
            Combination combination{suite.test, withEssentialDefaults(suite.test, given)};
            const QString key = comparisonKey(combination.test, combination.params);
            if (seen.contains(key))
                continue;
            seen.insert(key);
            combinations << combination;
        }
    }
    return combinations;
}

Error unusable(const QString& message)
{
    return {Error::Code::BadInput, message};
}

/// An unset Error where the plan can be expanded.
Error structuralError(const Plan& plan)
{
    if (plan.targets.isEmpty())
        return unusable(Text::tr("The plan has no targets. Add a container, a VM or the host."));
    if (plan.suites.isEmpty())
        return unusable(Text::tr("The plan has no suites. Add a test, such as cpu."));
    for (const Suite& suite : plan.suites) {
        for (const SuiteParameter& parameter : suite.parameters) {
            if (parameter.values.isEmpty()) {
                return unusable(Text::tr("%1: \"%2\" has no value. Give one, or leave it out.")
                                    .arg(sysbench::testName(suite.test), parameter.name));
            }
        }
    }
    const qint64 count = countRuns(plan);
    if (count > runLimit) {
        const QString many =
            count == std::numeric_limits<qint64>::max() ? Text::tr("far too many") : QString::number(count);
        return unusable(Text::tr("The plan comes to %1 runs; at most %2 are possible. Vary fewer values, or use fewer "
                                 "repeats or targets.")
                            .arg(many)
                            .arg(runLimit));
    }
    return {};
}

/// Those targets, in their order, that the combination can be run on.
QStringList targetsFor(const Combination& combination, const QStringList& ids, const Plan& plan,
                       const MachineLimits& limits)
{
    if (combination.test != sysbench::Test::Boot)
        return ids;
    QStringList able;
    for (const TargetSettings& target : plan.targets) {
        if (ids.contains(target.id) && canBeStarted(target, combination.params, limits))
            able << target.id;
    }
    return able;
}

/// Appends the warm-ups and the repeats of one combination, each going round the targets.
void appendCell(QList<PlannedRun>& runs, const Plan& plan, const Combination& combination, const QStringList& targets,
                int group)
{
    const auto round = [&](int repeat, bool discarded) {
        for (const QString& target : targets) {
            runs << PlannedRun{
                static_cast<int>(runs.size()), target, combination.test, combination.params, repeat, discarded, group};
        }
    };
    for (int repeat = 1; repeat <= plan.warmup; ++repeat)
        round(repeat, true);
    for (int repeat = 1; repeat <= repeatsOf(plan); ++repeat)
        round(repeat, false);
}

QStringList allTargets(const Plan& plan)
{
    QStringList ids;
    for (const TargetSettings& target : plan.targets)
        ids << target.id;
    return ids;
}

QString gibText(qint64 mib)
{
    constexpr double mibPerGib = 1024;
    return QString::number(static_cast<double>(mib) / mibPerGib, 'f', 1);
}

} // namespace

std::optional<qint64> memoryForTargets(const MachineLimits& limits)
{
    constexpr qint64 leastReserveMib = 512;
    if (limits.memoryMib <= 0)
        return std::nullopt;
    return std::max<qint64>(0, limits.memoryMib - std::max(leastReserveMib, limits.memoryMib / 10));
}

QList<QStringList> targetGroups(const Plan& plan, const MachineLimits& limits)
{
    const qint64 memory = memoryForTargets(limits).value_or(std::numeric_limits<qint64>::max());
    const bool oneByOne = startsOnly(plan);
    const qint64 budget = std::max<qint64>(0, memory - largestStartMib(plan));
    QList<QStringList> groups;
    qint64 used = 0;
    for (const TargetSettings& target : plan.targets) {
        const qint64 needed = oneByOne ? 0 : std::max(0, targetMemoryMib(target).value_or(0));
        const bool fits = needed == 0 || saturatingSum(used, needed) <= budget;
        if (groups.isEmpty() || !fits || plan.order == RunOrder::Blocked) {
            groups << QStringList();
            used = 0;
        }
        groups.last() << target.id;
        used = saturatingSum(used, needed);
    }
    return groups;
}

QString describeGroups(const Plan& plan, const MachineLimits& limits)
{
    const QList<QStringList> groups = targetGroups(plan, limits);
    if (plan.order == RunOrder::Blocked || groups.size() < 2)
        return {};
    QHash<QString, QString> labels;
    qint64 needed = 0;
    for (const TargetSettings& target : plan.targets) {
        labels.insert(target.id, targetLabel(target));
        needed += targetMemoryMib(target).value_or(0);
    }
    QStringList listed;
    for (const QStringList& group : groups) {
        QStringList names;
        for (const QString& id : group)
            names << labels.value(id);
        listed << names.join(u", "_s);
    }
    return Text::tr(
               "The targets need %1 GiB of memory together, %2 GiB can be given: they run in %3 groups, one after the "
               "other (%4). Only targets of one group take turns; between groups the machine may drift.")
        .arg(gibText(needed), gibText(memoryForTargets(limits).value_or(0)), QString::number(groups.size()),
             listed.join(Text::tr("; then ")));
}

qint64 countRuns(const Plan& plan, const MachineLimits& limits)
{
    const QStringList ids = allTargets(plan);
    qint64 combinations = 0;
    for (const Suite& suite : plan.suites)
        combinations = saturatingSum(combinations, combinationCount(suite));
    qint64 cells = saturatingProduct(combinations, ids.size());
    if (combinations <= runLimit) { // few enough to look for those listed twice
        cells = 0;
        const QList<Combination> each = combinationsOf(normalized(plan));
        for (const Combination& combination : each)
            cells += targetsFor(combination, ids, plan, limits).size();
    }
    return saturatingProduct(cells, qint64{repeatsOf(plan)} + std::max(0, plan.warmup));
}

Result<QList<PlannedRun>> expandPlan(const Plan& plan, const MachineLimits& limits)
{
    const Plan ordered = normalized(plan);
    if (const Error error = structuralError(ordered); error.code != Error::Code::Unset)
        return error;
    const QList<Combination> combinations = combinationsOf(ordered);
    const QList<QStringList> groups = targetGroups(ordered, limits);
    QList<PlannedRun> runs;
    for (qsizetype group = 0; group < groups.size(); ++group) {
        for (const Combination& combination : combinations)
            appendCell(runs, ordered, combination, targetsFor(combination, groups.at(group), ordered, limits),
                       static_cast<int>(group));
    }
    return runs;
}

} // namespace bv
