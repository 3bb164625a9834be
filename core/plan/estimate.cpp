#include "plan/estimate.h"

#include "plan/parameters.h"
#include "sysbench/command_line.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Estimate)
};

constexpr double bytesPerMib = 1024 * 1024;

/// The median, or the fallback for an empty list.
double medianOr(QList<double> values, double fallback)
{
    if (values.isEmpty())
        return fallback;
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Keeps the list short: the median of the latest tells more than that of all.
void remember(QList<double>& values, double value)
{
    constexpr qsizetype most = 25;
    values << value;
    if (values.size() > most)
        values.removeFirst();
}

double fileSetMib(const PlannedRun& run)
{
    return static_cast<double>(sysbench::fileSetBytes(run.params)) / bytesPerMib;
}

QString preparedKey(const PlannedRun& run)
{
    return run.targetId + u' ' + sysbench::fileSetKey(run.params);
}

bool spoils(const PlannedRun& run)
{
    return run.test == Test::Fileio && sysbench::spoilsFileSet(run.params);
}

/// The file set of a run that follows those that made `prepared` and `spoiled` of the sets.
bool needsPrepare(const PlannedRun& run, const QSet<QString>& prepared, const QSet<QString>& spoiled)
{
    const QString key = preparedKey(run);
    return run.test == Test::Fileio && (!prepared.contains(key) || (spoiled.contains(key) && !spoils(run)));
}

} // namespace

Estimate::Estimate(const Plan& plan, bool kvmUsable, const CostModel& costs)
    : m_adaptive(plan.adaptive)
    , m_cooldownS(std::max(0.0, plan.cooldownS))
    , m_dropPageCache(plan.dropPageCache)
    , m_kvmUsable(kvmUsable)
    , m_costs(costs)
{
    for (const TargetSettings& target : plan.targets)
        m_targets.insert(target.id, target);
}

void Estimate::observe(const PlannedRun& run, double wallSeconds)
{
    if (!std::isfinite(wallSeconds) || wallSeconds < 0)
        return;
    remember(m_overheads[overheadKey(run)], wallSeconds - plannedSeconds(run.test, run.params));
    m_started.insert(run.targetId);
    if (run.test == Test::Fileio)
        m_prepared.insert(preparedKey(run));
    if (spoils(run))
        m_spoiled.insert(preparedKey(run));
}

void Estimate::observeStart(const QString& targetId, double wallSeconds)
{
    if (!std::isfinite(wallSeconds) || wallSeconds < 0)
        return;
    remember(m_starts[classKey(targetOf(targetId))], wallSeconds);
    m_started.insert(targetId);
}

void Estimate::observePrepare(const PlannedRun& run, double wallSeconds)
{
    const double mib = fileSetMib(run);
    if (!std::isfinite(wallSeconds) || wallSeconds < 0 || run.test != Test::Fileio)
        return;
    if (mib > 0)
        remember(m_prepares[classKey(targetOf(run.targetId))], wallSeconds / mib);
    m_prepared.insert(preparedKey(run));
    m_spoiled.remove(preparedKey(run));
}

TimeRange Estimate::remaining(const QList<PlannedRun>& left) const
{
    const double most = secondsFor(left, std::numeric_limits<int>::max());
    return {m_adaptive ? secondsFor(left, m_adaptive->minRepeats) : most, most};
}

double Estimate::secondsFor(const QList<PlannedRun>& left, int repeatLimit) const
{
    QSet<QString> started = m_started;
    QSet<QString> toStop;
    QSet<QString> prepared = m_prepared;
    QSet<QString> spoiled = m_spoiled;
    double seconds = 0;
    int counted = 0;
    for (const PlannedRun& run : left) {
        if (!run.discarded && run.repeat > repeatLimit)
            continue;
        const TargetSettings target = targetOf(run.targetId);
        if (!started.contains(run.targetId)) {
            started.insert(run.targetId);
            seconds += startSeconds(target);
        }
        if (!toStop.contains(run.targetId)) {
            toStop.insert(run.targetId);
            seconds += stopSeconds(target);
        }
        if (needsPrepare(run, prepared, spoiled)) {
            prepared.insert(preparedKey(run));
            spoiled.remove(preparedKey(run));
            seconds += prepareSeconds(target, run);
        }
        if (spoils(run))
            spoiled.insert(preparedKey(run));
        seconds += runSeconds(run);
        ++counted;
    }
    return seconds + m_cooldownS * std::max(0, counted - 1);
}

double Estimate::runSeconds(const PlannedRun& run) const
{
    const double overhead = medianOr(m_overheads.value(overheadKey(run)), assumedOverhead(targetOf(run.targetId), run));
    return std::max(0.0, plannedSeconds(run.test, run.params) + overhead);
}

double Estimate::assumedOverhead(const TargetSettings& target, const PlannedRun& run) const
{
    double seconds = 0;
    switch (target.kind) {
    case TargetKind::Host:
        seconds = m_costs.hostRunS;
        break;
    case TargetKind::Docker:
        seconds = m_costs.dockerRunS;
        break;
    case TargetKind::Qemu:
        seconds = m_costs.qemuRunS;
        break;
    }
    if (run.test == Test::Fileio && m_dropPageCache)
        seconds += m_costs.pageCacheDropS;
    if (run.test == Test::Mutex)
        seconds += m_costs.fixedWorkS;
    if (run.test == Test::Boot)
        seconds += startSeconds(target) + stopSeconds(target);
    return seconds;
}

double Estimate::startSeconds(const TargetSettings& target) const
{
    double assumed = 0;
    if (target.kind == TargetKind::Docker)
        assumed = m_costs.containerStartS;
    else if (target.kind == TargetKind::Qemu)
        assumed = usesKvm(target) ? m_costs.vmBootKvmS : m_costs.vmBootTcgS;
    return medianOr(m_starts.value(classKey(target)), assumed);
}

double Estimate::stopSeconds(const TargetSettings& target) const
{
    switch (target.kind) {
    case TargetKind::Host:
        return 0;
    case TargetKind::Docker:
        return m_costs.containerStopS;
    case TargetKind::Qemu:
        return m_costs.vmStopS;
    }
    return 0;
}

double Estimate::prepareSeconds(const TargetSettings& target, const PlannedRun& run) const
{
    double mibPerS = m_costs.hostPrepareMibPerS;
    if (target.kind == TargetKind::Docker)
        mibPerS = m_costs.dockerPrepareMibPerS;
    else if (target.kind == TargetKind::Qemu)
        mibPerS = usesKvm(target) ? m_costs.qemuKvmPrepareMibPerS : m_costs.qemuTcgPrepareMibPerS;
    return fileSetMib(run) * medianOr(m_prepares.value(classKey(target)), 1 / mibPerS);
}

bool Estimate::usesKvm(const TargetSettings& target) const
{
    return target.qemu.accel == "kvm"_L1 || (target.qemu.accel == "auto"_L1 && m_kvmUsable);
}

QString Estimate::classKey(const TargetSettings& target) const
{
    const QString kind = targetKindName(target.kind);
    if (target.kind != TargetKind::Qemu)
        return kind;
    return kind + (usesKvm(target) ? "-kvm"_L1 : "-tcg"_L1);
}

QString Estimate::overheadKey(const PlannedRun& run) const
{
    return classKey(targetOf(run.targetId)) + u' ' + sysbench::testName(run.test);
}

TargetSettings Estimate::targetOf(const QString& id) const
{
    return m_targets.value(id);
}

QString formatDuration(double seconds)
{
    constexpr double longest = 1e12; // beyond that nobody waits; and it fits a qint64
    if (!(seconds > 0))
        return Text::tr("0 s");
    if (seconds < 1)
        return Text::tr("less than 1 s");
    const qint64 whole = qRound64(std::min(seconds, longest));
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    constexpr qint64 day = 24 * hour;
    if (whole < minute)
        return Text::tr("%1 s").arg(whole);
    const auto pair = [](qint64 big, const QString& bigText, qint64 small, const QString& smallText) {
        return small == 0 ? bigText.arg(big) : bigText.arg(big) + u' ' + smallText.arg(small);
    };
    if (whole < hour)
        return pair(whole / minute, Text::tr("%1 min"), whole % minute, Text::tr("%1 s"));
    const qint64 minutes = (whole + minute / 2) / minute;
    if (minutes < day / minute)
        return pair(minutes / 60, Text::tr("%1 h"), minutes % 60, Text::tr("%1 min"));
    const qint64 hours = (whole + hour / 2) / hour;
    return pair(hours / 24, Text::tr("%1 d"), hours % 24, Text::tr("%1 h"));
}

QString formatDuration(const TimeRange& range)
{
    const QString least = formatDuration(range.minS);
    const QString most = formatDuration(range.maxS);
    return least == most ? Text::tr("about %1").arg(most) : Text::tr("%1 to %2").arg(least, most);
}

} // namespace bv
