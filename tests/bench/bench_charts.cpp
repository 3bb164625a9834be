#include "bench_support.h"
#include "charts/chart_export.h"
#include "charts/chart_frame.h"
#include "charts/time_chart.h"
#include "models/chart_set.h"
#include "pages/live_page.h"
#include "support/chart_session.h"
#include "support/fake_services.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double memoryMib()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

void printTimes(const char* what, QList<double> ms)
{
    std::sort(ms.begin(), ms.end());
    std::printf("%-58s median %6.2f ms, p95 %6.2f ms, worst %6.2f ms\n", what, ms[ms.size() / 2],
                ms[ms.size() * 95 / 100], ms.last());
}

double msOf(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

Plan cpuPlan(int primes, int repeats, int seconds)
{
    Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, repeats, seconds);
    QJsonArray values;
    for (int i = 1; i <= primes; ++i)
        values << 10'000 * i;
    plan.suites = {{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, values}, {u"time_s"_s, {seconds}}}}};
    return plan;
}

/// New data of three lines and the frame that shows it, in a view of 900 x 500.
void redrawCost(int points)
{
    const Plan plan = [points] {
        Plan one = cpuPlan(1, 1, points);
        one.targets << sample::chartTarget(u"host"_s);
        return one;
    }();
    SessionModel model;
    model.show(std::make_shared<Session>(sample::chartSession(plan, points, points)));
    ChartSet charts(model);
    TimeChart chart([&model](const QString& id, const Theme& theme) { return targetLook(model, id, theme); });
    chart.resize(900, 500);
    chart.show();
    QApplication::processEvents();
    QList<double> ms;
    ChartData data = charts.chart(0);
    for (int i = 0; i < 40; ++i) {
        for (ChartSeries& series : data.series)
            series.segments.front().column.append(points + i, 500);
        QElapsedTimer timer;
        timer.start();
        chart.setData(data);
        chart.viewport()->repaint();
        ms << msOf(timer);
    }
    const QByteArray what = "redraw, 3 lines of " + QByteArray::number(points) + " points (" +
                            QByteArray::number(chart.timePlot().drawnPoints()) + " drawn)";
    printTimes(what.constData(), ms);
}

/// A session of `runs` runs with 1,000 intervals and as many samples of use each, from the store to the first frame.
void openMillion(FakeServices& s, LivePage& page, bool withOutput)
{
    Session session = sample::chartSession(cpuPlan(10, 50, 1000), 1000, 1000);
    if (withOutput) {
        for (RunRecord& run : session.runs) {
            for (const sysbench::Interval& interval : std::as_const(run.intervals))
                run.output +=
                    u"[ %1s ] thds: 1 eps: %2 lat (ms,95%): 1.30\n"_s.arg(interval.timeS).arg(*interval.eventsPerSec);
        }
    }
    session.id = withOutput ? u"million-output"_s : u"million"_s;
    QElapsedTimer timer;
    timer.start();
    s.library.add(std::make_shared<Session>(session)).waitForFinished();
    std::printf("stored in %.0f ms\n", msOf(timer));
    const QString id = std::exchange(session, {}).id;
    const double before = memoryMib();
    timer.start();
    auto loaded = s.library.load(id);
    loaded.waitForFinished();
    const auto result = loaded.result();
    const double load = msOf(timer);
    if (!result) {
        std::printf("cannot be loaded: %s\n", qPrintable(result.error().message));
        return;
    }
    timer.start();
    s.session.show(*result);
    const double show = msOf(timer);
    timer.start();
    QApplication::processEvents();
    page.repaint();
    std::printf("open 1,000,000 intervals%s: %.0f ms (load off the GUI thread %.0f ms, model and charts %.0f ms, first "
                "frame %.0f ms), memory +%.0f MiB\n",
                withOutput ? " with raw output" : "", load + show + msOf(timer), load, show, msOf(timer),
                memoryMib() - before);
}

void panFrames(LivePage& page)
{
    auto* chart = static_cast<TimeChart*>(page.frames().first()->view());
    QWidget* target = chart->viewport();
    for (const double share : {0.5, 0.1, 0.01}) {
        chart->showAll();
        const double length = chart->timePlot().view().to;
        chart->timePlot().setView({length * 0.3, length * (0.3 + share)});
        target->repaint();
        QList<double> byHand;
        QList<double> byKey;
        QTest::mousePress(target, Qt::LeftButton, {}, {400, 60});
        for (int i = 0; i < 100; ++i) {
            QElapsedTimer timer;
            timer.start();
            QTest::mouseMove(target, {400 - 3 * (i % 60), 60});
            target->repaint();
            byHand << msOf(timer);
        }
        QTest::mouseRelease(target, Qt::LeftButton);
        for (int i = 0; i < 60; ++i) {
            QElapsedTimer timer;
            timer.start();
            QTest::keyClick(chart, i % 2 == 0 ? Qt::Key_Right : Qt::Key_Left);
            target->repaint();
            byKey << msOf(timer);
        }
        const QByteArray view = QByteArray::number(share * 100) + " % in view, " +
                                QByteArray::number(chart->timePlot().drawnPoints()) + " points drawn";
        printTimes(("pan by hand, " + view).constData(), byHand);
        printTimes(("pan by key, " + view).constData(), byKey);
    }
    chart->showAll();
    QList<double> zooms;
    for (int i = 0; i < 60; ++i) {
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(chart, i % 20 < 10 ? Qt::Key_Plus : Qt::Key_Minus);
        target->repaint();
        zooms << msOf(timer);
    }
    printTimes("zoom by key", zooms);
}

/// What the window's thread does for ten seconds of a session that reports once a second.
void liveCpu(FakeServices& s)
{
    const Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s});
    const Session session = sample::chartSession(plan);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    s.session.follow(s.engine, plan);
    emit s.engine.sessionStarted(session.id, runs);
    for (int i = 0; i < 40; ++i)
        emit s.engine.runFinished(session.runs.at(i));
    emit s.engine.runStarted(runs.at(40));
    QApplication::processEvents();
    int second = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        const RunRecord& run = session.runs.at(40);
        emit s.engine.intervalArrived(40, run.intervals.at(second));
        emit s.engine.utilizationSampled(40, run.utilization.at(second));
        SessionProgress progress;
        progress.done = 40;
        progress.total = 60;
        progress.remaining = {100.0 - second, 100.0 - second};
        emit s.engine.progressChanged(progress);
        ++second;
    });
    timer.start(1000);
    const double before = threadCpuMs();
    QTest::qWait(10'200);
    std::printf("live page at 1 Hz: %.2f %% of a core over 10 s (%d intervals)\n", (threadCpuMs() - before) / 102,
                second);
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    for (const int points : {60, 300, 3000})
        redrawCost(points);
    FakeServices s;
    LivePage page(s.services);
    page.resize(1000, 700);
    page.show();
    std::printf("memory at start: %.0f MiB\n", memoryMib());
    s.session.show(std::make_shared<Session>(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}))));
    QApplication::processEvents();
    std::printf("memory with a session of 60 runs: %.0f MiB\n", memoryMib());
    QElapsedTimer timer;
    timer.start();
    chartImage(page.frames().first()->view()->plot(), {});
    std::printf("export of a chart, 1800 x 1000 pixels: %.0f ms\n", msOf(timer));
    liveCpu(s);
    openMillion(s, page, false);
    panFrames(page);
    openMillion(s, page, true);
    return 0;
}
