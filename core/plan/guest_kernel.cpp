#include "plan/guest_kernel.h"

using namespace Qt::StringLiterals;

namespace bv {

QString guestKernelCommandLine(const QString& arch)
{
    // panic=-1: a kernel that panics restarts at once, and QEMU, which may not restart (-no-reboot), ends and says so.
    return arch == "aarch64"_L1 ? u"console=ttyAMA0 quiet panic=-1"_s
                                : u"console=ttyS0 quiet panic=-1 tsc=reliable clocksource=tsc"_s;
}

} // namespace bv
