#include "plan/presets.h"

#include "base/suggest.h"
#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/target_id.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Presets)
};

constexpr int leastMemoryMib = 256; // enough for the built-in guest and sysbench

/// The size of an arrangement, the same for a container and a VM.
struct Size
{
    int cpus = 2;
    int memoryMib = 1024;
    bool operator==(const Size&) const = default;
};

Size fitted(Size size, const MachineLimits& limits)
{
    if (limits.logicalCpus > 0)
        size.cpus = std::min(size.cpus, limits.logicalCpus);
    const auto memory = memoryForTargets(limits);
    while (memory && size.memoryMib > *memory && size.memoryMib > leastMemoryMib)
        size.memoryMib /= 2;
    return size;
}

/// The sizes as the machine allows them, each once.
QList<Size> fitted(const QList<Size>& sizes, const MachineLimits& limits)
{
    QList<Size> result;
    for (const Size& size : sizes) {
        const Size fits = fitted(size, limits);
        if (!result.contains(fits))
            result << fits;
    }
    return result;
}

TargetSettings makeTarget(TargetKind kind, const Size& size)
{
    TargetSettings target;
    target.kind = kind;
    if (kind == TargetKind::Docker) {
        target.docker.cpus = size.cpus;
        target.docker.memoryMib = size.memoryMib;
    } else if (kind == TargetKind::Qemu) {
        target.qemu.smp = size.cpus;
        target.qemu.memoryMib = size.memoryMib;
    }
    return target;
}

QStringList idsOf(const QList<TargetSettings>& targets)
{
    QStringList ids;
    for (const TargetSettings& target : targets)
        ids << target.id;
    return ids;
}

void addTarget(Plan& plan, TargetSettings target)
{
    target.id = makeTargetId(target, idsOf(plan.targets));
    plan.targets << target;
}

Suite makeSuite(Test test, const QList<SuiteParameter>& parameters)
{
    return normalized(Suite{test, parameters});
}

/// The two suites of the report. 16 threads for files and 1 for the CPU are the report's own figures.
QList<Suite> reportSuites(const QJsonArray& primes, const QJsonArray& cpuThreads, const QString& fileSet, int seconds)
{
    return {makeSuite(Test::Cpu, {{u"cpu_max_prime"_s, primes}, {u"threads"_s, cpuThreads}, {u"time_s"_s, {seconds}}}),
            makeSuite(Test::Fileio, {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s, u"seqrewr"_s}},
                                     {u"file_total_size"_s, {fileSet}},
                                     {u"threads"_s, {16}},
                                     {u"time_s"_s, {seconds}}})};
}

/// Two targets of 2 CPUs and 1 GiB each, or of less where both would not fit into memory together.
void addPair(Plan& plan, const MachineLimits& limits)
{
    Size size = fitted(Size{}, limits);
    const auto memory = memoryForTargets(limits);
    while (memory && 2 * size.memoryMib > *memory && size.memoryMib > leastMemoryMib)
        size.memoryMib /= 2;
    addTarget(plan, makeTarget(TargetKind::Docker, size));
    addTarget(plan, makeTarget(TargetKind::Qemu, size));
}

Plan quick(const MachineLimits& limits)
{
    Plan plan;
    addPair(plan, limits);
    plan.suites = reportSuites({20000}, {1}, u"256M"_s, 4);
    plan.repeats = 3;
    return plan;
}

Plan report(const MachineLimits& limits)
{
    Plan plan;
    addPair(plan, limits);
    plan.suites = reportSuites({20000, 50000, 90000}, {1}, u"1G"_s, 10);
    return plan;
}

Plan scenarios(const MachineLimits& limits)
{
    Plan plan;
    const bool large = limits.logicalCpus == 0 || limits.logicalCpus >= 4;
    const bool single = limits.logicalCpus == 1;
    const QList<Size> wanted = large    ? QList<Size>{{1, 512}, {2, 1024}, {4, 1024}}
                               : single ? QList<Size>{{1, 256}, {1, 512}, {1, 1024}}
                                        : QList<Size>{{1, 512}, {2, 512}, {2, 1024}};
    const QList<Size> sizes = fitted(wanted, limits);
    for (const TargetKind kind : {TargetKind::Docker, TargetKind::Qemu}) {
        for (const Size& size : sizes)
            addTarget(plan, makeTarget(kind, size));
    }
    // One thread cannot show what more CPUs are good for.
    const int mostCpus = sizes.last().cpus;
    plan.suites = reportSuites({20000}, mostCpus > 1 ? QJsonArray{1, mostCpus} : QJsonArray{1}, u"1G"_s, 10);
    return plan;
}

Plan grid(const MachineLimits& limits)
{
    Plan plan;
    const QList<Size> sizes = fitted(QList<Size>{{1, 512}, {1, 1024}, {2, 512}, {2, 1024}}, limits);
    for (const Size& size : sizes)
        addTarget(plan, makeTarget(TargetKind::Docker, size));
    for (const QString& format : {u"raw"_s, u"qcow2"_s}) {
        for (const Size& size : sizes) {
            TargetSettings target = makeTarget(TargetKind::Qemu, size);
            target.qemu.disk.format = format;
            addTarget(plan, target);
        }
    }
    const QJsonArray threads{sizes.last().cpus};
    const QJsonArray seconds{10};
    plan.suites = {
        makeSuite(Test::Cpu, {{u"cpu_max_prime"_s, {20000, 50000}}, {u"threads"_s, threads}, {u"time_s"_s, seconds}}),
        makeSuite(Test::Memory,
                  {{u"memory_oper"_s, {u"read"_s, u"write"_s}}, {u"threads"_s, threads}, {u"time_s"_s, seconds}}),
        makeSuite(Test::Fileio, {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}},
                                 {u"file_total_size"_s, {u"1G"_s}},
                                 {u"threads"_s, {16}},
                                 {u"time_s"_s, seconds}})};
    return plan;
}

/// How long a VM and a container take to start, against CPUs and memory.
Plan startup(const MachineLimits& limits)
{
    Plan plan;
    addPair(plan, limits);
    const QList<Size> sizes = fitted(QList<Size>{{1, 512}, {2, 512}, {4, 2048}}, limits);
    QJsonArray cpus;
    QJsonArray memory;
    for (const Size& size : sizes) {
        if (!cpus.contains(size.cpus))
            cpus << size.cpus;
        if (!memory.contains(size.memoryMib))
            memory << size.memoryMib;
    }
    plan.suites = {makeSuite(Test::Boot, {{u"smp"_s, cpus}, {u"memory_mib"_s, memory}})};
    plan.repeats = 3;
    return plan;
}

struct PresetInfo
{
    QLatin1StringView name;
    Plan (*make)(const MachineLimits&);
};

constexpr PresetInfo presets[]{{"quick"_L1, quick},
                               {"report"_L1, report},
                               {"scenarios"_L1, scenarios},
                               {"grid"_L1, grid},
                               {"startup"_L1, startup}};

/// The size that a target added to the plan should have to be comparable.
Size sizeLike(const Plan& plan, const MachineLimits& limits)
{
    for (const TargetSettings& target : plan.targets) {
        const auto cpus = targetCpus(target);
        const auto memory = targetMemoryMib(target);
        if (cpus && memory)
            return {std::max(1, qRound(*cpus)), *memory};
    }
    return fitted(Size{}, limits);
}

} // namespace

QStringList presetNames()
{
    QStringList names;
    for (const PresetInfo& info : presets)
        names << info.name;
    return names;
}

Result<Plan> preset(const QString& name, const MachineLimits& limits)
{
    for (const PresetInfo& info : presets) {
        if (name != info.name)
            continue;
        Plan plan = info.make(limits);
        plan.name = name;
        return plan;
    }
    const QString sentence =
        Text::tr("There is no preset \"%1\"; there are %2.").arg(name, presetNames().join(u", "_s));
    return Error(Error::Code::BadInput, withSuggestion(sentence, name, presetNames()));
}

Plan withTargets(Plan plan, const QList<TargetKind>& kinds, const MachineLimits& limits)
{
    const QList<TargetSettings> all = plan.targets;
    const Size size = sizeLike(plan, limits);
    QList<TargetKind> done;
    plan.targets.clear();
    for (const TargetKind kind : kinds) {
        if (done.contains(kind))
            continue;
        done << kind;
        const qsizetype before = plan.targets.size();
        for (const TargetSettings& target : all) {
            if (target.kind == kind)
                plan.targets << target;
        }
        if (plan.targets.size() > before)
            continue;
        TargetSettings added = makeTarget(kind, size);
        added.id = makeTargetId(added, idsOf(all)); // also those that are still to come
        plan.targets << added;
    }
    return plan;
}

Plan withRepeats(Plan plan, int repeats)
{
    plan.repeats = repeats;
    plan.adaptive.reset();
    return plan;
}

Plan withTime(Plan plan, int seconds)
{
    for (Suite& suite : plan.suites) {
        if (suite.test == Test::Boot || suite.test == Test::Mutex) // their work decides
            continue;
        suite.parameters.removeIf([](const SuiteParameter& parameter) { return parameter.name == "time_s"_L1; });
        suite.parameters << SuiteParameter{u"time_s"_s, {seconds}};
        suite = normalized(suite);
    }
    return plan;
}

} // namespace bv
