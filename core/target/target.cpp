#include "target/target.h"

#include "target/docker/docker_target.h"
#include "target/host/host_target.h"
#include "target/qemu/qemu_target.h"

namespace bv {

std::unique_ptr<Target> makeTarget(const TargetSettings& settings, const TargetContext& context)
{
    switch (settings.kind) {
    case TargetKind::Host:
        return std::make_unique<HostTarget>(settings, context);
    case TargetKind::Docker:
        return std::make_unique<DockerTarget>(settings, context);
    case TargetKind::Qemu:
        return std::make_unique<QemuTarget>(settings, context);
    }
    Q_UNREACHABLE();
}

} // namespace bv
