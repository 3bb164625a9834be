#include "analysis/fairness_ground.h"

#include "analysis/cells.h"
#include "plan/expand.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <QSet>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

std::optional<double> positive(const QJsonValue& value)
{
    const double number = value.toDouble();
    return number > 0 ? std::optional(number) : std::nullopt;
}

/// By the settings, and for the host by the machine.
Side sideOf(const TargetSettings& target, const QJsonObject& host)
{
    Side side;
    side.settings = target;
    side.name = targetLabel(target);
    side.arch = architectureOf(host);
    side.cpus = targetCpus(target);
    if (const auto memory = targetMemoryMib(target))
        side.memoryMib = *memory;
    if (target.kind == TargetKind::Host) {
        side.cpus = positive(host["cpus"_L1]);
        side.memoryMib = positive(host["memory_mib"_L1]);
    }
    if (target.kind != TargetKind::Qemu)
        return side;
    const bool isForeign = !side.arch.isEmpty() && side.arch != target.qemu.arch;
    side.arch = target.qemu.arch;
    side.accel = target.qemu.accel;
    if (side.accel == "auto"_L1 && isForeign)
        side.accel = u"tcg"_s;
    else if (side.accel == "auto"_L1 && host["kvm"_L1].isBool())
        side.accel = host["kvm"_L1].toBool() ? u"kvm"_s : u"tcg"_s;
    return side;
}

/// A VM has the memory of its setting, of which its kernel keeps some; a container that of its limit, where there is
/// one to be seen.
std::optional<double> memorySeen(const TargetSettings& target, const QJsonObject& inside)
{
    const auto all = positive(inside["memory_mib"_L1]);
    if (target.kind == TargetKind::Docker) {
        const auto limit = positive(inside["limit_memory_mib"_L1]);
        return limit ? limit : all;
    }
    constexpr double leastShare = 0.7; // 217 of 256 MiB were seen
    const int set = target.qemu.memoryMib;
    if (target.kind == TargetKind::Qemu && all && *all <= set && *all >= leastShare * set)
        return set;
    return all;
}

void lookInside(Side& side, const QJsonObject& provenance)
{
    const QJsonObject inside = provenance["inside"_L1].toObject();
    side.isSeen = !inside.isEmpty();
    const auto quota = positive(inside["limit_cpus"_L1]);
    const auto cpus = quota ? quota : positive(inside["nproc"_L1]);
    if (cpus)
        side.cpus = cpus;
    if (const auto memory = memorySeen(side.settings, inside))
        side.memoryMib = memory;
    side.accel = provenance["accel"_L1].toString(side.accel);
    side.arch = inside["machine"_L1].toString(provenance["arch"_L1].toString(side.arch));
    side.os = inside["os"_L1].toString();
    side.kernel = inside["kernel"_L1].toString();
    side.version = provenance["sysbench"_L1]["version"_L1].toString();
    const QString build = provenance["sysbench"_L1]["sha256"_L1].toString();
    if (!build.isEmpty())
        side.builds << build;
    side.product = provenance["engine"_L1]["product"_L1].toString();
    side.engineOs = provenance["engine"_L1]["os"_L1].toString();
    side.hostDisk = provenance["host_disk"_L1].toString();
}

Side sideOf(const Session& session, const TargetSettings& target)
{
    Side side = sideOf(target, session.host);
    QJsonObject stored;
    for (const QJsonValue& one : session.targets) {
        if (one["id"_L1].toString() == target.id)
            stored = one.toObject();
    }
    side.name = stored["label"_L1].toString(side.name);
    const QJsonObject provenance = stored["provenance"_L1].toObject();
    side.isSet = target.kind == TargetKind::Host || stored.contains("cpus"_L1) || stored.contains("smp"_L1);
    side.areFilesSet = side.isSet || provenance.contains("storage"_L1) || provenance.contains("disk_cache"_L1);
    if (!side.isSet) {
        side.cpus.reset();
        side.memoryMib.reset();
        side.arch.clear();
    }
    side.accel = stored["accel"_L1].toString(side.accel);
    lookInside(side, provenance);
    return side;
}

} // namespace

QString architectureOf(const QJsonObject& host)
{
    const QString machine = host["machine"_L1].toString();
    return machine == "arm64"_L1 ? u"aarch64"_s : machine;
}

bool Load::reads() const
{
    const QString mode = params["file_test_mode"_L1].toString();
    return test == Test::Fileio && (mode.endsWith("rd"_L1) || mode == "rndrw"_L1);
}

bool Load::isDirect() const
{
    return params["file_extra_flags"_L1].toString().contains("direct"_L1);
}

qint64 Load::fileBytes() const
{
    return test == Test::Fileio ? sizeInBytes(params["file_total_size"_L1]).value_or(0) : 0;
}

int Load::threads() const
{
    return test == Test::Boot ? 0 : params["threads"_L1].toInt();
}

bool Ground::has(Test test) const
{
    return std::any_of(loads.cbegin(), loads.cend(), [test](const Load& load) { return load.test == test; });
}

bool Ground::isForeign() const
{
    return session && sessionOrigin(*session) != SessionOrigin::Measured;
}

int Ground::mostThreads() const
{
    int most = 0;
    for (const Load& load : loads)
        most = std::max(most, load.threads());
    return most;
}

bool Ground::matters(QLatin1StringView setting) const
{
    return std::any_of(loads.cbegin(), loads.cend(), [setting](const Load& load) {
        return load.test != Test::Boot || !load.params.contains(setting);
    });
}

Ground groundOf(const Plan& plan, const QJsonObject& host)
{
    Ground ground;
    ground.plan = plan;
    ground.host = host;
    for (const TargetSettings& target : plan.targets)
        ground.sides << sideOf(target, host);
    // The combinations are the same on every target.
    Plan once = plan;
    once.repeats = 1;
    once.adaptive.reset();
    once.warmup = 0;
    TargetSettings any;
    any.kind = TargetKind::Qemu; // has a start-up, too
    once.targets = {any};
    const auto runs = expandPlan(once, MachineLimits());
    if (!runs)
        return ground;
    for (const PlannedRun& run : *runs)
        ground.loads << Load{run.test, run.params};
    return ground;
}

Ground groundOf(const Session& session)
{
    Ground ground;
    ground.plan = session.plan;
    ground.host = session.host;
    ground.session = &session;
    QSet<QString> keys;
    QSet<QString> measured;
    QHash<QString, QStringList> builds;
    const QList<Cell> cells = cellsOf(session);
    for (const Cell& cell : cells) {
        const int repeats = static_cast<int>(cell.values.size());
        if (repeats > 0) {
            measured.insert(cell.targetId);
            ground.fewestRepeats = ground.fewestRepeats == 0 ? repeats : std::min(ground.fewestRepeats, repeats);
        }
        if (!keys.contains(cell.comparisonKey)) {
            keys.insert(cell.comparisonKey);
            ground.loads << Load{cell.kind, cell.params};
        }
        for (const RunRecord* run : cell.runs) {
            QStringList& seen = builds[cell.targetId];
            if (!run->sysbenchSha256.isEmpty() && !seen.contains(run->sysbenchSha256))
                seen << run->sysbenchSha256;
        }
    }
    for (const TargetSettings& target : session.plan.targets) {
        if (!measured.contains(target.id))
            continue;
        Side side = sideOf(session, target);
        if (builds.contains(target.id) && !builds[target.id].isEmpty())
            side.builds = builds[target.id];
        ground.sides << side;
    }
    return ground;
}

QList<const Side*> ofKind(const Ground& ground, TargetKind kind)
{
    QList<const Side*> sides;
    for (const Side& side : ground.sides) {
        if (side.settings.kind == kind)
            sides << &side;
    }
    return sides;
}

QString listed(const QStringList& names)
{
    constexpr qsizetype most = 4;
    if (names.size() > most + 1)
        return Text::tr("%1 and %2 more").arg(names.first(most).join(u", "_s), QString::number(names.size() - most));
    if (names.size() < 2)
        return names.join(QString());
    return Text::tr("%1 and %2").arg(names.first(names.size() - 1).join(u", "_s), names.last());
}

QString namesOf(const QList<const Side*>& sides)
{
    QStringList names;
    for (const Side* side : sides)
        names << side->name;
    return listed(names);
}

QStringList idsOf(const QList<const Side*>& sides)
{
    QStringList ids;
    for (const Side* side : sides)
        ids << side->settings.id;
    return ids;
}

QString mibText(double mib)
{
    constexpr double mibPerGib = 1024;
    if (mib >= mibPerGib)
        return Text::tr("%1 GiB").arg(QString::number(std::round(mib / mibPerGib * 10) / 10));
    return Text::tr("%1 MiB").arg(QString::number(std::round(mib)));
}

QString cpuText(double cpus)
{
    return cpus == 1 ? Text::tr("1 CPU") : Text::tr("%1 CPUs").arg(QString::number(cpus));
}

} // namespace bv::analysis::fairness
