#include "plan/validate.h"

#include "plan/expand.h"
#include "plan/json_reader.h"
#include "plan/not_yet.h"
#include "plan/parameters.h"
#include "plan/start_up.h"
#include "plan/validate_target.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidatePlan)
};

constexpr int mostRepeats = 10'000;
constexpr qsizetype mostValues = 1000; // of one parameter
constexpr double longestCooldownS = 3600;
constexpr double longestRunS = 24 * 3600;
constexpr qint64 mib = 1024 * 1024;

QString sizeText(qint64 bytes)
{
    return sysbench::formatSize(bytes);
}

void validateTargets(const Plan& plan, const MachineLimits& limits, PlanProblems& problems)
{
    if (plan.targets.isEmpty())
        problems.error(u"targets"_s, Text::tr("The plan has no targets. Add a container, a VM or the host."));
    QHash<QString, qsizetype> owner;
    for (qsizetype i = 0; i < plan.targets.size(); ++i) {
        const TargetSettings& target = plan.targets.at(i);
        const QString where = u"targets[%1]"_s.arg(i);
        if (owner.contains(target.id)) {
            problems.error(where + u".id"_s,
                           Text::tr("The id \"%1\" is that of targets[%2] already. Give each target an id of its own.")
                               .arg(target.id)
                               .arg(owner.value(target.id)));
        } else {
            owner.insert(target.id, i);
        }
        validateTarget(target, where, limits, problems);
    }
}

/// What the plan itself asks of a value, beyond what sysbench takes; empty if it is in order.
QString planRule(const QString& name, const QJsonValue& value)
{
    const double number = value.toDouble(std::nan(""));
    const bool whole = value.isDouble() && std::trunc(number) == number;
    if (name == "threads"_L1 && !(whole && number >= 1))
        return Text::tr("found %1; sysbench needs at least 1 thread. Give a whole number from 1.")
            .arg(describeJson(value));
    if (name == "time_s"_L1 && !(whole && number >= 1)) {
        return Text::tr("found %1; a run needs at least 1 second. Give whole seconds from 1, such as 10.")
            .arg(describeJson(value));
    }
    if (name == "time_s"_L1 && number > longestRunS)
        return Text::tr("%1 s is longer than a day. Give less.").arg(QString::number(number, 'f', 0));
    return {};
}

/// The values of one parameter, each judged by the plan and by sysbench's catalogue.
void validateValues(const Suite& suite, const SuiteParameter& parameter, const QString& where, PlanProblems& problems)
{
    if (parameter.values.isEmpty())
        problems.error(where, Text::tr("It has no value. Give one, or leave it out."));
    if (parameter.values.size() > mostValues) {
        problems.error(
            where, Text::tr("%1 values are too many. Give at most %2.").arg(parameter.values.size()).arg(mostValues));
        return;
    }
    const sysbench::OptionInfo* option = sysbench::findOption(suite.test, parameter.name);
    QJsonArray seen;
    for (qsizetype i = 0; i < parameter.values.size(); ++i) {
        const QString place = parameter.values.size() > 1 ? u"%1[%2]"_s.arg(where).arg(i) : where;
        const QJsonValue value = parameter.values.at(i);
        const QString complaint =
            suite.test == Test::Boot ? startRule(parameter.name, value) : planRule(parameter.name, value);
        if (!complaint.isEmpty()) {
            problems.error(place, complaint);
            continue;
        }
        if (option) {
            if (const auto valid = sysbench::validateOption(*option, value); !valid)
                problems.error(place, valid.error().message);
        }
        const QJsonValue normal = normalizedValue(suite.test, parameter.name, value);
        if (seen.contains(normal))
            problems.warning(place, Text::tr("It is listed twice and run once. Remove one."));
        seen << normal;
    }
}

/// The values a parameter takes in a suite: those given, else sysbench's default, else none.
QJsonArray valuesOf(const Suite& suite, const QString& name)
{
    for (const SuiteParameter& parameter : suite.parameters) {
        if (parameter.name == name)
            return parameter.values;
    }
    const QJsonValue standard = withEssentialDefaults(suite.test, {}).value(name);
    return standard.isUndefined() ? QJsonArray() : QJsonArray{standard};
}

/// The smallest and the largest size in bytes that a parameter takes in a suite; nothing where it takes none.
std::optional<std::pair<qint64, qint64>> sizeRange(const Suite& suite, const QString& name)
{
    std::optional<std::pair<qint64, qint64>> range;
    const QJsonArray sizes = valuesOf(suite, name);
    for (const QJsonValue value : sizes) {
        const auto bytes = sizeInBytes(value);
        if (!bytes || *bytes <= 0)
            continue;
        if (!range)
            range = {*bytes, *bytes};
        range->first = std::min(range->first, *bytes);
        range->second = std::max(range->second, *bytes);
    }
    return range;
}

/// The names of targets; of many the first.
QString listed(const QStringList& names)
{
    constexpr qsizetype most = 4;
    if (names.size() <= most + 1)
        return names.join(u", "_s);
    return Text::tr("%1 and %2 more").arg(names.first(most).join(u", "_s), QString::number(names.size() - most));
}

bool bypassesCache(const Suite& suite)
{
    const QJsonArray flags = valuesOf(suite, u"file_extra_flags"_s);
    return !flags.isEmpty() && std::all_of(flags.cbegin(), flags.cend(), [](const QJsonValue& value) {
        return value.toString().contains("direct"_L1);
    });
}

bool reads(const QJsonValue& mode)
{
    return mode.toString().endsWith("rd"_L1) || mode.toString() == "rndrw"_L1;
}

/// MiB; of the host all that there is, 0 where it is not known.
qint64 memoryOf(const TargetSettings& target, const MachineLimits& limits)
{
    return target.kind == TargetKind::Host ? limits.memoryMib : targetMemoryMib(target).value_or(0);
}

/// A file set that fits into memory measures a cache.
void warnOfCachedFiles(const Plan& plan, const Suite& suite, qint64 smallest, const QString& where,
                       const MachineLimits& limits, PlanProblems& problems)
{
    if (bypassesCache(suite))
        return;
    QStringList cached;
    for (const TargetSettings& target : plan.targets) {
        const qint64 memoryMib = memoryOf(target, limits);
        if (smallest / mib < memoryMib)
            cached << targetLabel(target);
    }
    if (cached.isEmpty())
        return;
    const QString message =
        Text::tr("%1 of files fit into the memory of %2, so reading measures a cache and not a disk, also "
                 "where the cache is dropped before the run. Use more than the memory, or "
                 "direct I/O (file_extra_flags direct).")
            .arg(sizeText(smallest), listed(cached));
    const QJsonArray modes = valuesOf(suite, u"file_test_mode"_s);
    if (std::any_of(modes.cbegin(), modes.cend(), reads))
        problems.unequal(where, message);
    else
        problems.warning(where, message);
}

/// QEMU's cache of a disk is this machine's memory, and O_DIRECT in the guest does not reach past it.
void warnOfSecondCache(const Plan& plan, const Suite& suite, qint64 smallest, const QString& where,
                       const MachineLimits& limits, PlanProblems& problems)
{
    const QJsonArray modes = valuesOf(suite, u"file_test_mode"_s);
    if (smallest / mib >= limits.memoryMib || std::none_of(modes.cbegin(), modes.cend(), reads))
        return;
    QStringList cached;
    for (const TargetSettings& target : plan.targets) {
        if (hasSecondCache(target))
            cached << targetLabel(target);
    }
    if (cached.isEmpty())
        return;
    problems.unequal(where,
                     Text::tr("%1 of files fit into this machine's memory, which is a second cache of the disk of %2, "
                              "also with direct I/O (file_extra_flags direct): what was read once is read from there. "
                              "Use a disk with cache none.")
                         .arg(sizeText(smallest), cached.join(u", "_s)));
}

/// The largest file set must fit where it is put.
void requireRoomForFiles(const Plan& plan, qint64 largest, const QString& where, PlanProblems& problems)
{
    constexpr double usable = 0.95; // what a file system leaves for files
    constexpr double mibPerGib = 1024;
    const auto largestMib = static_cast<double>(largest) / mib;
    for (const TargetSettings& target : plan.targets) {
        // A disk that is there already has the size it has; one without size is refused elsewhere.
        const DiskSettings& disk = target.qemu.disk;
        const bool sizeKnown =
            target.kind == TargetKind::Qemu && disk.path.isEmpty() && disk.base.isEmpty() && disk.sizeGib > 0;
        if (sizeKnown && largestMib > usable * disk.sizeGib * mibPerGib) {
            problems.error(
                where, Text::tr("%1 of files do not fit the disk of %2 (%3 GiB). Use smaller files or a larger disk.")
                           .arg(sizeText(largest), targetLabel(target), QString::number(disk.sizeGib)));
        } else if (target.kind == TargetKind::Docker && target.docker.storage == "tmpfs"_L1 &&
                   largestMib > usable * target.docker.memoryMib) {
            problems.error(
                where, Text::tr("%1 of files on tmpfs do not fit the memory of %2 (%3 MiB). Use smaller files, more "
                                "memory, or another storage.")
                           .arg(sizeText(largest), targetLabel(target), QString::number(target.docker.memoryMib)));
        }
    }
}

void validateFiles(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                   PlanProblems& problems)
{
    const QJsonArray modes = valuesOf(suite, u"file_test_mode"_s);
    if (modes.isEmpty()) {
        problems.error(where, Text::tr("fileio needs \"file_test_mode\". Give at least one of \"seqwr\", \"seqrewr\", "
                                       "\"seqrd\", \"rndrd\", \"rndwr\" and \"rndrw\"."));
    }
    const auto totals = sizeRange(suite, u"file_total_size"_s);
    const auto blocks = sizeRange(suite, u"file_block_size"_s);
    const auto files = sizeRange(suite, u"file_num"_s);
    const QString place = where + u".file_total_size"_s;
    if (totals && blocks && files && totals->first / files->second < blocks->second) {
        problems.error(place,
                       Text::tr("%1 in %2 files leaves less than one block of %3 for a file. Use fewer files, smaller "
                                "blocks or a larger set.")
                           .arg(sizeText(totals->first))
                           .arg(files->second)
                           .arg(sizeText(blocks->second)));
    }
    if (totals) {
        requireRoomForFiles(plan, totals->second, place, problems);
        warnOfCachedFiles(plan, suite, totals->first, place, limits, problems);
        warnOfSecondCache(plan, suite, totals->first, place, limits, problems);
    }
}

/// More threads than CPUs take turns; that is no fault of the target.
void warnOfCrowdedThreads(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                          PlanProblems& problems)
{
    double most = 0;
    const QJsonArray counts = valuesOf(suite, u"threads"_s);
    for (const QJsonValue value : counts)
        most = std::max(most, value.toDouble());
    QStringList crowded;
    for (const TargetSettings& target : plan.targets) {
        const double cpus = targetCpus(target).value_or(target.kind == TargetKind::Host ? limits.logicalCpus : 0);
        if (cpus > 0 && most > cpus)
            crowded << targetLabel(target);
    }
    if (most <= 1 && !crowded.isEmpty()) {
        problems.unequal(where + u".threads"_s,
                         Text::tr("One thread would use more CPU than %1 may: it is made to wait, "
                                  "and latencies show that.")
                             .arg(listed(crowded)));
    } else if (!crowded.isEmpty()) {
        problems.unequal(where + u".threads"_s,
                         Text::tr("%1 threads are more than the CPUs of %2: they take turns, and latencies "
                                  "grow without more work being done.")
                             .arg(QString::number(most, 'f', 0), listed(crowded)));
    }
}

/// A memory block of about the target's memory measures swapping, or the run is killed.
void warnOfLargeBlocks(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                       PlanProblems& problems)
{
    const auto blocks = sizeRange(suite, u"memory_block_size"_s);
    const qint64 largest = blocks ? blocks->second : 0;
    QStringList tight;
    for (const TargetSettings& target : plan.targets) {
        const qint64 memoryMib = memoryOf(target, limits);
        if (memoryMib > 0 && largest / mib > memoryMib / 2)
            tight << targetLabel(target);
    }
    if (!tight.isEmpty()) {
        problems.warning(
            where + u".memory_block_size"_s,
            Text::tr("A block of %1 is more than half of the memory of %2: the run may be killed, or measure "
                     "swapping. Use smaller blocks.")
                .arg(sizeText(largest), listed(tight)));
    }
}

void validateSuite(const Plan& plan, const Suite& suite, const QString& where, const MachineLimits& limits,
                   PlanProblems& problems)
{
    if (suite.test == Test::Unknown) {
        problems.error(where + u".test"_s, Text::tr("The suite has no test. Choose one, such as cpu."));
        return;
    }
    const QStringList known = parameterNames(suite.test);
    QStringList seen;
    for (const SuiteParameter& parameter : suite.parameters) {
        const QString place = where + u'.' + parameter.name;
        if (!known.contains(parameter.name))
            problems.error(place,
                           Text::tr("The %1 test has no such setting. Remove it.").arg(sysbench::testName(suite.test)));
        else if (seen.contains(parameter.name))
            problems.error(place, Text::tr("The suite has it twice. Put all its values into one list."));
        else
            validateValues(suite, parameter, place, problems);
        seen << parameter.name;
    }
    if (suite.test == Test::Boot)
        validateStartUp(plan, suite, where, limits, problems);
    if (suite.test == Test::Fileio)
        validateFiles(plan, suite, where, limits, problems);
    const bool hasTime = std::any_of(suite.parameters.cbegin(), suite.parameters.cend(),
                                     [](const SuiteParameter& parameter) { return parameter.name == "time_s"_L1; });
    if (suite.test == Test::Mutex && hasTime)
        problems.warning(where + u".time_s"_s,
                         Text::tr("mutex ends when its work is done, whatever the time. Remove it; mutex_locks decides "
                                  "how long a run takes."));
    if (suite.test == Test::Memory)
        warnOfLargeBlocks(plan, suite, where, limits, problems);
    // The threads of fileio wait for the disk, those of threads and mutex for each other, on purpose.
    if (suite.test == Test::Cpu || suite.test == Test::Memory)
        warnOfCrowdedThreads(plan, suite, where, limits, problems);
}

void validateAdaptive(const AdaptiveRepeats& adaptive, PlanProblems& problems)
{
    if (!(adaptive.halfWidthPct > 0 && adaptive.halfWidthPct < 100)) {
        problems.error(
            u"adaptive.half_width_pct"_s,
            Text::tr("It must be more than 0 and less than 100 per cent of the mean. Give a value such as 2.5."));
    }
    if (adaptive.minRepeats < 2) {
        problems.error(u"adaptive.min_repeats"_s,
                       Text::tr("An interval needs at least 2 repeats. Give 2 or more, such as 5."));
    }
    if (adaptive.maxRepeats < adaptive.minRepeats) {
        problems.error(u"adaptive.max_repeats"_s,
                       Text::tr("At most %1 repeats are fewer than the least, %2. Give at least %2.")
                           .arg(adaptive.maxRepeats)
                           .arg(adaptive.minRepeats));
    } else if (adaptive.maxRepeats > mostRepeats) {
        problems.error(u"adaptive.max_repeats"_s,
                       Text::tr("%1 repeats are too many. Give at most %2.").arg(adaptive.maxRepeats).arg(mostRepeats));
    }
}

void validateRepeats(const Plan& plan, PlanProblems& problems)
{
    if (plan.repeats < 1) {
        problems.error(u"repeats"_s, Text::tr("Each run must be done at least once. Give 1 or more, such as 5."));
    } else if (plan.repeats > mostRepeats) {
        problems.error(u"repeats"_s,
                       Text::tr("%1 repeats are too many. Give at most %2.").arg(plan.repeats).arg(mostRepeats));
    } else if (plan.repeats == 1 && !plan.adaptive) {
        problems.unequal(u"repeats"_s,
                         Text::tr("One run shows no spread, so no difference can be told from chance. Give at "
                                  "least 3, better 5."));
    }
    if (plan.adaptive)
        validateAdaptive(*plan.adaptive, problems);
    if (plan.warmup < 0)
        problems.error(u"warmup"_s, Text::tr("There cannot be fewer than 0 warm-up runs. Give 0 or more."));
    else if (plan.warmup > mostRepeats)
        problems.error(u"warmup"_s,
                       Text::tr("%1 warm-up runs are too many. Give at most %2.").arg(plan.warmup).arg(mostRepeats));
    if (!(plan.cooldownS >= 0))
        problems.error(u"cooldown_s"_s, Text::tr("A rest cannot be shorter than 0 s. Give 0 or more."));
    else if (plan.cooldownS > longestCooldownS)
        problems.error(u"cooldown_s"_s, Text::tr("%1 s between two runs are more than an hour. Give less.")
                                            .arg(QString::number(plan.cooldownS, 'f', 0)));
}

} // namespace

QList<PlanProblem> validatePlan(const Plan& plan, const MachineLimits& limits)
{
    PlanProblems problems;
    validateTargets(plan, limits, problems);
    if (plan.suites.isEmpty())
        problems.error(u"suites"_s, Text::tr("The plan has no suites. Add a test, such as cpu."));
    for (qsizetype i = 0; i < plan.suites.size(); ++i)
        validateSuite(plan, plan.suites.at(i), u"suites[%1]"_s.arg(i), limits, problems);
    validateRepeats(plan, problems);
    problems.append(notYetSupported(plan));
    if (const qint64 runs = countRuns(plan); runs > runLimit) {
        problems.error(u"suites"_s,
                       Text::tr("The plan comes to more than %1 runs. Vary fewer values, or use fewer repeats or "
                                "targets.")
                           .arg(runLimit));
    }
    return problems.list();
}

bool hasErrors(const QList<PlanProblem>& problems)
{
    return std::any_of(problems.cbegin(), problems.cend(),
                       [](const PlanProblem& problem) { return problem.severity == PlanProblem::Severity::Error; });
}

Result<> checkPlan(const Plan& plan, const MachineLimits& limits)
{
    const QList<PlanProblem> problems = validatePlan(plan, limits);
    QStringList lines;
    for (const PlanProblem& problem : problems) {
        if (problem.severity == PlanProblem::Severity::Error)
            lines << problem.where + u": "_s + problem.message;
    }
    if (lines.isEmpty())
        return Unit{};
    const QString first = lines.takeFirst();
    return Error(Error::Code::BadInput, first, lines.join(u'\n'));
}

} // namespace bv
