#include "target/target.h"

#include "target/docker/docker_target.h"
#include "target/host/host_target.h"
#include "target/qemu/qemu_target.h"

#include <QCoreApplication>

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Target)
};

} // namespace

Async<> Target::start(bool cold, std::stop_token stop)
{
    Q_UNUSED(cold)
    Q_UNUSED(stop)
    co_return Error(Error::Code::BadInput,
                    Text::tr("The host runs already: it has no start-up that could be measured."));
}

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
