#include "run/measuring_host.h"

#include "machine/host_facts.h"
#include "run/readiness.h"

using namespace Qt::StringLiterals;

namespace bv {

QJsonObject measuringHost(const EngineSettings& settings)
{
    QJsonObject host = hostFacts(settings.folders.workDir);
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    const auto guest = builtGuest(guestOptions(settings));
    if (guest)
        probe.guest = *guest;
    if (const auto kvm = knownKvmAnswer(probe))
        host.insert(u"kvm"_s, kvm->usable);
    return host;
}

} // namespace bv
