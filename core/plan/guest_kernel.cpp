#include "plan/guest_kernel.h"

using namespace Qt::StringLiterals;

namespace bv {

QString guestKernelCommandLine(const QString& arch, bool watched)
{
    const bool arm = arch == "aarch64"_L1;
    // panic=-1: a kernel that panics restarts at once, and QEMU, which may not restart (-no-reboot), ends and says so.
    const QString rest = arm ? u"panic=-1"_s : u"panic=-1 tsc=reliable clocksource=tsc"_s;
    // Level 6 leaves out most of what it says, the early console has the first of it said at once. Such a start takes
    // as long as a quiet one, within the differences from start to start.
    const QString early = arm ? u"earlycon=pl011,0x9000000"_s : u"earlyprintk=ttyS0,115200"_s;
    return (arm ? u"console=ttyAMA0 "_s : u"console=ttyS0 "_s) +
           (watched ? u"loglevel=6 "_s + early : QString(u"quiet"_s)) + u' ' + rest;
}

} // namespace bv
