#include "plan/not_yet.h"

#include <QCoreApplication>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(NotYetSupported)
};

void refuseInVm(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    if (qemu.guest == "disk"_L1 || qemu.guest == "iso"_L1)
        problems.error(where + u"guest"_s,
                       Text::tr("This version runs only the built-in guest; guests from a disk or an "
                                "ISO come in a later one. Use \"builtin\"."));
    if (qemu.accel == "hvf"_L1 || qemu.accel == "whpx"_L1)
        problems.error(where + u"accel"_s, Text::tr("This version runs on Linux only, where QEMU has no %1. Use "
                                                    "\"auto\".")
                                               .arg(qemu.accel));
    if (qemu.channel == "ssh"_L1 && qemu.guest != "builtin"_L1)
        problems.error(where + u"channel"_s,
                       Text::tr("This version talks to the guest through its agent only; ssh comes "
                                "in a later one. Use \"agent\"."));
    if (qemu.disk.format == "luks"_L1)
        problems.error(where + u"disk.format"_s, Text::tr("This version makes no encrypted disks; they come in a later "
                                                          "one. Use \"raw\" or \"qcow2\"."));
    if (!qemu.disk.base.isEmpty())
        problems.error(where + u"disk.base"_s,
                       Text::tr("This version makes no overlays; they come in a later one. Leave "
                                "it empty."));
}

} // namespace

QList<PlanProblem> notYetSupported(const Plan& plan)
{
    PlanProblems problems;
    for (qsizetype i = 0; i < plan.targets.size(); ++i) {
        const TargetSettings& target = plan.targets.at(i);
        if (target.kind == TargetKind::Qemu)
            refuseInVm(target.qemu, u"targets[%1]."_s.arg(i), problems);
    }
    return problems.list();
}

} // namespace bv
