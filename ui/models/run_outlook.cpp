#include "models/run_outlook.h"

#include "run/readiness.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using State = EnvironmentItem::State;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::RunOutlook)
};

bool usesGuest(const TargetSettings& target)
{
    return target.kind == TargetKind::Qemu ||
           (target.kind == TargetKind::Docker && target.docker.image == "builtin"_L1);
}

/// Of another architecture than this machine: its QEMU and its guest are others, too.
bool isForeign(const TargetSettings& target)
{
    return guestArchitectureOf(target) != nativeArchitecture();
}

bool asksForKvm(const TargetSettings& target)
{
    return target.kind == TargetKind::Qemu && target.qemu.accel == "kvm"_L1;
}

/// Whether the target cannot run without what the check calls so.
bool needs(const TargetSettings& target, const QString& id)
{
    if (id == "folders"_L1 || id == "store"_L1)
        return true;
    if (id == "qemu-foreign"_L1)
        return isForeign(target);
    if (id == "qemu"_L1)
        return target.kind == TargetKind::Qemu && !isForeign(target);
    if (id == "qemu-img"_L1)
        return target.kind == TargetKind::Qemu;
    if (id == "container-engine"_L1)
        return target.kind == TargetKind::Docker;
    if (id == "sysbench"_L1)
        return target.kind == TargetKind::Host;
    if (id == "guest"_L1)
        return usesGuest(target) && !isForeign(target);
    return id == "kvm"_L1 && asksForKvm(target) && !isForeign(target);
}

/// A mend begins with what is wrong: "qemu-img is not installed. Install it: …".
QString firstSentence(const QString& text)
{
    const qsizetype end = text.indexOf(". "_L1);
    return end < 0 ? text : text.left(end + 1);
}

QString reasonOf(const EnvironmentItem& item)
{
    if (item.id == "kvm"_L1)
        return Text::tr("KVM cannot be used: %1").arg(firstSentence(item.detail));
    return firstSentence(item.bars.isEmpty() ? item.mend : item.bars);
}

bool stands(const EnvironmentItem& item)
{
    return item.state == State::Missing || !item.bars.isEmpty() || (item.id == "kvm"_L1 && item.state != State::Ok);
}

/// What keeps the same targets from running is told together.
void add(QList<RunObstacle>* obstacles, const RunObstacle& obstacle)
{
    for (RunObstacle& known : *obstacles) {
        if (known.targets == obstacle.targets) {
            known.reason += u'\n' + obstacle.reason;
            return;
        }
    }
    *obstacles << obstacle;
}

} // namespace

QStringList RunOutlook::barred() const
{
    QStringList ids;
    for (const RunObstacle& obstacle : obstacles)
        ids << obstacle.targets;
    ids.removeDuplicates();
    return ids;
}

RunOutlook runOutlook(const Plan& plan, const QList<EnvironmentItem>& items)
{
    RunOutlook outlook;
    for (const EnvironmentItem& item : items) {
        QStringList ids;
        for (const TargetSettings& target : plan.targets) {
            if (needs(target, item.id))
                ids << target.id;
        }
        if (ids.isEmpty())
            continue;
        if (stands(item))
            add(&outlook.obstacles, {reasonOf(item), ids});
        else if (item.id == "guest"_L1 && item.state == State::Warning)
            outlook.steps << Text::tr("Run first builds the guest, the small Linux that VMs and containers share, from "
                                      "programs of this machine and a kernel package that is downloaded. That is done "
                                      "once.");
        else if (item.id == "qemu-foreign"_L1 && !item.mend.isEmpty())
            outlook.steps << Text::tr("Run first builds the guest for VMs of another architecture than this machine's, "
                                      "from packages that are downloaded. That is done once.");
    }
    return outlook;
}

} // namespace bv
