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
    if (qemu.accel == "hvf"_L1 || qemu.accel == "whpx"_L1)
        problems.error(where + u"accel"_s, Text::tr("This version runs on Linux only, where QEMU has no %1. Use "
                                                    "\"auto\".")
                                               .arg(qemu.accel));
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
