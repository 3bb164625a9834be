#include "run/machine_decision.h"

#include "guest/architecture.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::MachineDecision)
};

bool isForeign(const TargetSettings& target)
{
    return target.kind == TargetKind::Qemu && target.qemu.arch != nativeArchitecture();
}

} // namespace

bool needsKvmAnswer(const TargetSettings& target)
{
    const QString& accel = target.qemu.accel;
    return target.kind == TargetKind::Qemu && !isForeign(target) && (accel == "auto"_L1 || accel == "kvm"_L1);
}

Result<QStringList> decideMachine(TargetSettings& target, const KvmAnswer& kvm)
{
    QStringList notes;
    if (target.kind != TargetKind::Qemu)
        return notes;
    QemuSettings& qemu = target.qemu;
    if (isForeign(target)) {
        if (qemu.accel != "auto"_L1 && qemu.accel != "tcg"_L1) {
            return Error(Error::Code::BadInput,
                         Text::tr("%1: accel %2 runs only guests of this machine's own architecture (%3), and %4 has "
                                  "to be emulated. Choose tcg or auto.")
                             .arg(target.id, qemu.accel, nativeArchitecture(), qemu.arch));
        }
        qemu.accel = u"tcg"_s;
        notes << Text::tr("%1: this machine is of %2, so QEMU emulates %3 (TCG). Its figures tell nothing of a real "
                          "%3 machine.")
                     .arg(target.id, nativeArchitecture(), qemu.arch);
    } else if (qemu.accel == "kvm"_L1 && !kvm.usable) {
        return Error(Error::Code::NotReady,
                     Text::tr("%1: accel kvm cannot be used. %2 Choose tcg (software emulation) or auto.")
                         .arg(target.id, kvm.reason));
    } else if (qemu.accel == "auto"_L1) {
        qemu.accel = kvm.usable ? u"kvm"_s : u"tcg"_s;
    }
    if (qemu.arch == "aarch64"_L1 && qemu.accel == "tcg"_L1 && qemu.cpu == "max"_L1) {
        qemu.cpu = u"max,pauth-impdef=on"_s;
        notes << Text::tr("%1: the CPU max is taken with pauth-impdef=on. Its pointer authentication, as the "
                          "architecture defines it, is emulated so slowly that booting takes three times as long.")
                     .arg(target.id);
    }
    return notes;
}

} // namespace bv
