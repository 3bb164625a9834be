#include "plan/not_yet.h"

#include <QCoreApplication>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(NotYetSupported)
};

} // namespace

QList<PlanProblem> notYetSupported(const Plan& plan)
{
    QList<PlanProblem> problems;
    const auto refuse = [&problems](const QString& where, const QString& message) {
        problems << PlanProblem{PlanProblem::Severity::Error, where, message};
    };
    for (qsizetype i = 0; i < plan.targets.size(); ++i) {
        const TargetSettings& target = plan.targets.at(i);
        if (target.kind != TargetKind::Qemu)
            continue;
        const QString where = u"targets[%1]."_s.arg(i);
        const QemuSettings& qemu = target.qemu;
        if (qemu.guest == "disk"_L1 || qemu.guest == "iso"_L1) {
            refuse(where + u"guest"_s,
                   Text::tr("This version runs only the built-in guest; guests from a disk or an ISO "
                            "come in a later one. Use \"builtin\"."));
        }
        if (qemu.arch == "aarch64"_L1) {
            refuse(where + u"arch"_s,
                   Text::tr("This version runs only x86_64 guests; aarch64 comes in a later one. Use "
                            "\"x86_64\"."));
        }
        if (qemu.channel == "ssh"_L1) {
            refuse(where + u"channel"_s,
                   Text::tr("This version talks to the guest through its agent only; ssh comes in a "
                            "later one. Use \"agent\"."));
        }
        if (!qemu.firmware.isEmpty()) {
            refuse(where + u"firmware"_s,
                   Text::tr("This version starts the built-in guest without an EFI image; firmware "
                            "comes in a later one. Leave it empty."));
        }
        if (!qemu.iso.isEmpty()) {
            refuse(where + u"iso"_s,
                   Text::tr("This version runs only the built-in guest, which needs no ISO; ISO images come "
                            "in a later one. Leave it empty."));
        }
    }
    for (qsizetype i = 0; i < plan.suites.size(); ++i) {
        if (plan.suites.at(i).test == sysbench::Test::Boot) {
            refuse(
                u"suites[%1].test"_s.arg(i),
                Text::tr("This version does not measure start-up times; the boot test comes in a later one. Remove the "
                         "suite."));
        }
    }
    return problems;
}

} // namespace bv
