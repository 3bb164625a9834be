#include "plan/start_up.h"

#include "plan/json_reader.h"
#include "plan/validate_target.h"

#include <QCoreApplication>
#include <QSet>
#include <algorithm>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(StartUp)
};

constexpr double mostOfAnything = 1e9; // beyond that it is no int

QJsonArray valuesOf(const Suite& suite, const QString& name)
{
    const auto found = std::find_if(suite.parameters.cbegin(), suite.parameters.cend(),
                                    [&name](const SuiteParameter& parameter) { return parameter.name == name; });
    return found == suite.parameters.cend() ? QJsonArray() : found->values;
}

/// The suite's sizes, each once for the part that it gives.
QList<QJsonObject> sizesOf(const Suite& suite)
{
    QList<QJsonObject> sizes;
    for (const QString& name : {u"smp"_s, u"memory_mib"_s}) {
        const QJsonArray values = valuesOf(suite, name);
        for (const QJsonValue value : values) {
            if (startRule(name, value).isEmpty())
                sizes << QJsonObject{{name, value}};
        }
    }
    return sizes;
}

/// Adds what validateTarget() says of this part of the target, with its name before it.
void judgeSize(const TargetSettings& target, const QJsonObject& size, const QString& where, const MachineLimits& limits,
               PlanProblems& problems)
{
    const QString name = size.constBegin().key();
    const QString field = name == "smp"_L1 && target.kind == TargetKind::Docker ? u"t.cpus"_s : u"t."_s + name;
    PlanProblems found;
    validateTarget(startedAs(target, size), u"t"_s, limits, found);
    for (const PlanProblem& problem : found.list()) {
        if (problem.where != field)
            continue;
        const QString message = targetLabel(target) + u": "_s + problem.message;
        if (problem.severity == PlanProblem::Severity::Error)
            problems.error(where + u'.' + name, message);
        else
            problems.warning(where + u'.' + name, message);
    }
}

/// Sizes that are given make targets alike that differ in nothing else.
void warnOfEqualTargets(const Plan& plan, const Suite& suite, const QString& where, PlanProblems& problems)
{
    const QJsonObject size{{u"smp"_s, valuesOf(suite, u"smp"_s).first()},
                           {u"memory_mib"_s, valuesOf(suite, u"memory_mib"_s).first()}};
    QList<TargetSettings> seen;
    for (const TargetSettings& target : plan.targets) {
        if (target.kind == TargetKind::Host)
            continue;
        TargetSettings started = startedAs(target, size);
        started.id.clear();
        started.label.clear();
        if (seen.contains(started))
            problems.warning(where, Text::tr("%1 differs from a target before it only in CPUs and memory, which this "
                                             "test sets itself: it measures the same twice. Leave one of them out.")
                                        .arg(targetLabel(target)));
        seen << started;
    }
}

/// QEMU takes what is named last: an extra argument would give every start of a sweep the same size.
void judgeExtraArgs(const Plan& plan, const Suite& suite, const QString& where, PlanProblems& problems)
{
    for (const TargetSettings& target : plan.targets) {
        if (target.kind != TargetKind::Qemu)
            continue;
        for (const auto& [name, option] : {std::pair(u"smp"_s, u"-smp"_s), std::pair(u"memory_mib"_s, u"-m"_s)}) {
            const QStringList& args = target.qemu.extraArgs;
            if (valuesOf(suite, name).isEmpty() || (!args.contains(option) && !args.contains(u'-' + option)))
                continue;
            problems.error(where + u'.' + name,
                           Text::tr("%1: its extra arguments hold %2, which would give every start the same size. "
                                    "Remove it there, or \"%3\" here.")
                               .arg(targetLabel(target), option, name));
        }
    }
}

sysbench::OptionInfo number(QLatin1StringView name, qint64 minimum, qint64 maximum, const char* explanation)
{
    sysbench::OptionInfo option;
    option.name = name;
    option.minimum = minimum;
    option.maximum = maximum;
    option.explanationSource = explanation;
    return option;
}

} // namespace

const QList<sysbench::OptionInfo>& startOptions()
{
    static const QList<sysbench::OptionInfo> options = [] {
        QList<sysbench::OptionInfo> all{
            number("smp"_L1, 1, 255,
                   QT_TRANSLATE_NOOP("bv::sysbench::Catalogue", "CPUs to start with; empty: those of each target.")),
            number("memory_mib"_L1, 1, 1 << 24,
                   QT_TRANSLATE_NOOP("bv::sysbench::Catalogue",
                                     "MiB of memory to start with; empty: that of each target.")),
            number("cache"_L1, 0, 0,
                   QT_TRANSLATE_NOOP("bv::sysbench::Catalogue",
                                     "warm: what is read was read by the start before; cold: it is dropped from this "
                                     "machine's page cache."))};
        all.last().type = sysbench::ValueType::Choice;
        all.last().choices = {"warm"_L1, "cold"_L1};
        all.last().defaultValue = startCaches().first();
        return all;
    }();
    return options;
}

QStringList startCaches()
{
    return {u"warm"_s, u"cold"_s};
}

TargetSettings startedAs(TargetSettings target, const QJsonObject& params)
{
    const int cpus = params.value("smp"_L1).toInt();
    const int memoryMib = params.value("memory_mib"_L1).toInt();
    if (cpus > 0) {
        target.docker.cpus = cpus;
        if (target.qemu.smp != cpus)
            target.qemu.topology = {};
        target.qemu.smp = cpus;
    }
    if (memoryMib > 0) {
        target.docker.memoryMib = memoryMib;
        target.qemu.memoryMib = memoryMib;
    }
    return target;
}

QString startLabel(const TargetSettings& target, const QJsonObject& params)
{
    QJsonObject other; // what changes with the size is the size; these are nobody's
    if (params.contains("smp"_L1))
        other.insert(u"smp"_s, 10007);
    if (params.contains("memory_mib"_L1))
        other.insert(u"memory_mib"_s, 1000003);
    TargetSettings shown = target;
    if (params.contains("smp"_L1))
        shown.qemu.topology = {};
    const QStringList words = targetLabel(shown).split(u' ');
    const QStringList otherWords = targetLabel(startedAs(shown, other)).split(u' ');
    QStringList kept;
    bool wasSize = false;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString& word = words.at(i);
        const bool isUnit = word == "CPU"_L1 || word == "GiB"_L1 || word == "MiB"_L1;
        const bool isSize = word != otherWords.value(i);
        if (!isSize && !(wasSize && isUnit))
            kept << word;
        wasSize = isSize;
    }
    return kept.join(u' ');
}

bool canBeStarted(const TargetSettings& target, const QJsonObject& params, const MachineLimits& limits)
{
    switch (target.kind) {
    case TargetKind::Host:
        return false;
    case TargetKind::Docker:
        return limits.logicalCpus <= 0 || params.value("smp"_L1).toInt() <= limits.logicalCpus;
    case TargetKind::Qemu:
        break;
    }
    return true;
}

QString startRule(const QString& name, const QJsonValue& value)
{
    const double number = value.toDouble(std::nan(""));
    const bool whole = value.isDouble() && std::trunc(number) == number && number >= 1 && number < mostOfAnything;
    if (name == "smp"_L1 && !whole)
        return Text::tr("found %1; a target needs at least 1 CPU. Give a whole number from 1.")
            .arg(describeJson(value));
    if (name == "memory_mib"_L1 && !whole)
        return Text::tr("found %1; give MiB of memory as a whole number, such as 512.").arg(describeJson(value));
    if (name == "cache"_L1 && !startCaches().contains(value.toString()))
        return Text::tr("found %1. Use %2.").arg(describeJson(value), anyOf(startCaches()));
    return {};
}

void validateStartUp(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                     PlanProblems& problems)
{
    const auto isHost = [](const TargetSettings& target) { return target.kind == TargetKind::Host; };
    if (!plan.targets.isEmpty() && std::all_of(plan.targets.cbegin(), plan.targets.cend(), isHost)) {
        problems.error(where + u".test"_s,
                       Text::tr("The host runs already and has no start-up to measure. Add a container or a VM."));
        return;
    }
    if (std::any_of(plan.targets.cbegin(), plan.targets.cend(), isHost))
        problems.warning(where + u".test"_s,
                         Text::tr("The host runs already and has no start-up to measure: it is left "
                                  "out of this test."));
    const QList<QJsonObject> sizes = sizesOf(suite);
    for (const QJsonObject& size : sizes) {
        for (const TargetSettings& target : plan.targets) {
            if (isHost(target))
                continue;
            if (canBeStarted(target, size, limits))
                judgeSize(target, size, where, limits, problems);
            else
                problems.warning(where + u".smp"_s,
                                 Text::tr("%1 cannot have %2 CPUs on this machine, which has %3: those runs are left "
                                          "out.")
                                     .arg(targetLabel(target))
                                     .arg(size.value("smp"_L1).toInt())
                                     .arg(limits.logicalCpus));
        }
    }
    judgeExtraArgs(plan, suite, where, problems);
    if (!valuesOf(suite, u"smp"_s).isEmpty() && !valuesOf(suite, u"memory_mib"_s).isEmpty())
        warnOfEqualTargets(plan, suite, where, problems);
}

qint64 largestStartMib(const Plan& plan)
{
    qint64 largest = 0;
    for (const Suite& suite : plan.suites) {
        if (suite.test != Test::Boot)
            continue;
        const QJsonArray sizes = valuesOf(suite, u"memory_mib"_s);
        for (const QJsonValue size : sizes)
            largest = std::max(largest, size.toInteger());
        for (const TargetSettings& target : plan.targets) {
            if (sizes.isEmpty())
                largest = std::max(largest, qint64{targetMemoryMib(target).value_or(0)});
        }
    }
    return largest;
}

bool startsOnly(const Plan& plan)
{
    return !plan.suites.isEmpty() && std::all_of(plan.suites.cbegin(), plan.suites.cend(),
                                                 [](const Suite& suite) { return suite.test == Test::Boot; });
}

} // namespace bv
