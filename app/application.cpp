#include "application.h"

#include "cli/cli.h"
#include "signal_watcher.h"

#include "base/paths.h"
#include "import/reference_session.h"
#include "install/vm_service.h"
#include "machine/host_facts.h"
#include "main_window.h"
#include "models/log_model.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "run/disk_service.h"
#include "run/engine.h"
#include "run/image_service.h"
#include "run/qemu_service.h"
#include "services.h"
#include "session/session_library.h"
#include "style/appearance.h"
#include "system/environment_monitor.h"
#include "window_settings.h"

#include <QApplication>
#include <QTimer>
#include <cstdio>

namespace bv {

int runWindow(const QString& file)
{
    const Paths paths = Paths::fromEnvironment();
    const auto settings = loadEngineSettings(paths);
    if (!settings) {
        std::fprintf(stderr, "%s\n", qPrintable(settings.error().message));
        return cli::Usage;
    }
    Appearance appearance;
    PlanDocument plan(machineLimits());
    SessionModel session;
    LogModel log;
    WindowSettings windowSettings(paths);
    windowSettings.restorePlan(plan);
    appearance.setScheme(static_cast<Appearance::Scheme>(windowSettings.number(QStringLiteral("appearance"), 0)));
    SessionLibrary library(settings->storeFile());
    library.setShipped(referenceSessionId, referenceSession);
    Engine engine(*settings); // ends before what it reports to
    log.follow(engine);
    EnvironmentMonitor environment(engine);
    ImageService images(engine);
    QemuService qemu(engine);
    DiskService disks(engine);
    VmService vms(engine);
    const Services services{engine, library, environment, images, qemu, disks, vms, plan, session, log, appearance};
    MainWindow window(services, windowSettings);
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::caught, &window, &MainWindow::closeWithoutAsking);
    window.show();
    // After the first frame: nobody waits for it to see the window.
    QTimer::singleShot(0, &window, [&environment] { environment.check(); });
    if (!file.isEmpty())
        window.openFile(file);
    return QApplication::exec();
}

} // namespace bv
