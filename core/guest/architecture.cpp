#include "guest/architecture.h"

#include <QStringList>
#include <QSysInfo>
#include <elf.h>

using namespace Qt::StringLiterals;

namespace bv {

std::optional<GuestArchitecture> guestArchitecture(const QString& name)
{
    if (name == "x86_64"_L1)
        return GuestArchitecture{name, u"amd64"_s, EM_X86_64, u"x86_64-linux-gnu"_s, {}, u"linux-image-cloud-amd64"_s};
    if (name == "aarch64"_L1)
        return GuestArchitecture{name,
                                 u"arm64"_s,
                                 EM_AARCH64,
                                 u"aarch64-linux-gnu"_s,
                                 u"usr/lib/ld-linux-aarch64.so.1"_s,
                                 u"linux-image-cloud-arm64"_s};
    return {};
}

QStringList guestArchitectureNames()
{
    return {u"x86_64"_s, u"aarch64"_s};
}

QString nativeArchitecture()
{
    const QString name = QSysInfo::currentCpuArchitecture();
    return name == "arm64"_L1 ? u"aarch64"_s : name;
}

} // namespace bv
