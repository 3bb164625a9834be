// The window, in a real session with real QEMU and Docker: time to the first frame, gaps between heartbeats of the
// event loop, CPU of the GUI thread while a run is on, memory at the end. bench_window [PRESET] [SECONDS] [REPEATS]
// (quick 4 3). Needs a display or QT_QPA_PLATFORM=offscreen, and the guest.

#include "bench_support.h"
#include "install/vm_service.h"
#include "machine/host_facts.h"
#include "main_window.h"
#include "models/log_model.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "plan/presets.h"
#include "run/disk_service.h"
#include "run/engine.h"
#include "run/image_service.h"
#include "run/qemu_service.h"
#include "services.h"
#include "session/session_library.h"
#include "session_flow.h"
#include "system/environment_monitor.h"
#include "window_settings.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// Beats every 4 ms on the GUI's thread and keeps how much later than that each beat came.
class Heartbeat : public QObject
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_gaps << static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
            m_clock.start();
        });
        m_clock.start();
        m_timer.start(4);
    }
    void print(const char* what)
    {
        std::sort(m_gaps.begin(), m_gaps.end());
        const auto at = [this](double share) {
            return m_gaps.value(static_cast<qsizetype>(share * static_cast<double>(m_gaps.size() - 1)));
        };
        std::printf("%-44s median %.1f ms, 95th percentile %.1f ms, 99.9th %.1f ms, longest %.1f ms (n %d)\n", what,
                    at(0.5), at(0.95), at(0.999), at(1), static_cast<int>(m_gaps.size()));
        m_gaps.clear();
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    QList<double> m_gaps; ///< ms from beat to beat
};

double threadCpuS()
{
    rusage usage = {};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double memoryMib(const QByteArray& key)
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith(key))
            return line.simplified().split(' ').value(1).toDouble() / 1024;
    }
    return 0;
}

Plan planOf(const QStringList& arguments)
{
    const auto plan = preset(arguments.value(1, u"quick"_s), machineLimits());
    if (!plan)
        qFatal("%s", qPrintable(plan.error().message));
    return withRepeats(withTime(*plan, arguments.value(2, u"4"_s).toInt()), arguments.value(3, u"3"_s).toInt());
}

} // namespace

int main(int argc, char** argv)
{
    QElapsedTimer clock;
    clock.start();
    QApplication application(argc, argv);
    const double appMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    const EngineSettings settings = bench::settings();
    const QTemporaryDir state;
    Paths paths;
    paths.state = state.path();
    Appearance appearance;
    PlanDocument plan(machineLimits());
    SessionModel session;
    LogModel log;
    WindowSettings windowSettings(paths);
    SessionLibrary library(settings.storeFile());
    Engine engine(settings);
    log.follow(engine);
    EnvironmentMonitor environment(engine);
    ImageService images(engine);
    QemuService qemu(engine);
    DiskService disks(engine);
    VmService vms(engine);
    const Services services{engine, library, environment, images, qemu, disks, vms, plan, session, log, appearance};
    plan.setPlan(planOf(QApplication::arguments()));
    MainWindow window(services, windowSettings);
    window.show();
    application.processEvents(); // the first frame
    std::printf("start to the first painted window: %.0f ms (QApplication %.0f ms)\n",
                static_cast<double>(clock.nsecsElapsed()) / 1e6, appMs);
    std::printf("memory with the first window: %.1f MiB\n", memoryMib("VmRSS:"));
    std::fflush(stdout);

    Heartbeat heart;
    double cpuAtRun = 0;
    QElapsedTimer runClock;
    QList<double> shares;
    QObject::connect(&engine, &Engine::runStarted, &window, [&] {
        cpuAtRun = threadCpuS();
        runClock.start();
    });
    QObject::connect(&engine, &Engine::runFinished, &window, [&] {
        shares << (threadCpuS() - cpuAtRun) / (static_cast<double>(runClock.elapsed()) / 1000) * 100;
    });
    QObject::connect(&window.flow(), &SessionFlow::ended, &window, [&](const SessionOutcome& outcome) {
        std::printf("session: %d runs ok, %d failed\n", outcome.okRuns, outcome.failedRuns);
        heart.print("gaps between heartbeats in a session");
        bench::print("CPU of the GUI thread during a run, with beat", shares, "% of a core");
        QTimer::singleShot(1000, &window, [&] {
            std::printf("memory after the session: %.1f MiB (peak %.1f)\n", memoryMib("VmRSS:"), memoryMib("VmHWM:"));
            QApplication::quit();
        });
    });
    QTimer::singleShot(0, &window, [&] { window.flow().run(); });
    return QApplication::exec();
}
