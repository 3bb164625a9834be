#include "export/command_sheet.h"

#include "export/commands.h"
#include "plan/expand.h"
#include "run/readiness.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::CommandSheet)
};

/// Gives the note where nothing is known of KVM.
QString decideAccelerators(Plan& plan, const EngineSettings& settings, const GuestFiles& guest)
{
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.guest = guest;
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    const auto kvm = knownKvmAnswer(probe);
    bool undecided = false;
    for (TargetSettings& target : plan.targets) {
        if (target.kind != TargetKind::Qemu || target.qemu.accel != "auto"_L1)
            continue;
        undecided = true;
        target.qemu.accel = kvm && kvm->usable ? u"kvm"_s : u"tcg"_s;
    }
    return undecided && !kvm
               ? Text::tr("Whether KVM works was not tried yet (benchvisor doctor does): tcg is shown for auto.")
               : QString();
}

} // namespace

Result<CommandSheet> commandSheet(Plan plan, const EngineSettings& settings, const MachineLimits& limits,
                                  const QString& targetId)
{
    const auto runs = expandPlan(plan, limits);
    if (!runs)
        return runs.error();
    CommandPlaces places;
    places.tools = settings.tools;
    places.folder = QFileInfo(settings.folders.workDir).path(); // beside what is swept up
    places.dropPageCache = plan.dropPageCache;
    const auto guest = builtGuest(guestOptions(settings));
    if (guest)
        places.guest = *guest;
    else if (planNeedsGuest(plan))
        return guest.error();
    CommandSheet sheet;
    sheet.note = decideAccelerators(plan, settings, places.guest);
    if (targetId.isEmpty()) {
        sheet.lines = planCommands(plan, *runs, places);
        return sheet;
    }
    const auto target = std::find_if(plan.targets.cbegin(), plan.targets.cend(),
                                     [&targetId](const TargetSettings& one) { return one.id == targetId; });
    if (target == plan.targets.cend())
        return Error(Error::Code::NotFound, Text::tr("The plan has no target %1.").arg(targetId));
    sheet.lines = targetCommands(*target, *runs, places);
    return sheet;
}

} // namespace bv
