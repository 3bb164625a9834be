#pragma once

#include "install/vm_service.h"
#include "machine/host_facts.h"
#include "models/log_model.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "run/disk_service.h"
#include "run/image_service.h"
#include "run/qemu_service.h"
#include "services.h"
#include "session/session_library.h"
#include "style/appearance.h"
#include "support/fake_machine.h"
#include "system/environment_monitor.h"

namespace bv {

/// Everything a window works with, on a machine of fakes with folders of its own; fresh for each test. The plan is a
/// short one of a container and a VM. Needs a QApplication.
class FakeServices
{
public:
    FakeServices()
        : plan({4, 8192})
    {
        plan.setPlan(fakePlan({u"docker"_s, u"qemu"_s}));
    }

    /// The session that is measured by `plan.enabledPlan()`; SessionModel follows it. False when it did not end.
    bool measure(int seconds = 60)
    {
        session.follow(engine, plan.enabledPlan());
        QEventLoop loop;
        bool ended = false;
        QObject::connect(&engine, &Engine::finished, &loop, [&] {
            ended = true;
            loop.quit();
        });
        QTimer::singleShot(std::chrono::seconds(seconds), &loop, &QEventLoop::quit);
        engine.start(plan.enabledPlan());
        loop.exec();
        return ended;
    }

    FakeMachine machine;
    PlanDocument plan;
    SessionModel session;
    LogModel log;
    Appearance appearance;
    SessionLibrary library{machine.settings.storeFile()};
    Engine engine{machine.settings};
    EnvironmentMonitor environment{engine};
    ImageService images{engine};
    QemuService qemu{engine};
    DiskService disks{engine};
    VmService vms{engine};
    Services services{engine, library, environment, images, qemu, disks, vms, plan, session, log, appearance};
};

} // namespace bv
