#include "models/figure_columns.h"

#include <QCoreApplication>

namespace bv {

namespace {

using sysbench::Metric;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::FigureColumns)
};

QList<FigureColumn> makeColumns()
{
    const QString latency = Text::tr("Time one event took: %1 of one run.");
    const QString phase = Text::tr("Part of a start: %1.");
    return {
        {{Metric::EventsPerSec}, Text::tr("events/s"), Text::tr("Events per second, over all threads."), true},
        {{Metric::TransferMibPerSec, Metric::MibPerSec},
         Text::tr("MiB/s"),
         Text::tr("MiB (2^20 bytes) transferred per second; reads and writes together."),
         true},
        {{Metric::OpsPerSec}, Text::tr("ops/s"), Text::tr("Memory operations per second."), true},
        {{Metric::BootMs}, Text::tr("start-up\n(ms)"), Text::tr("From the start until a command could be run."), true},
        {{Metric::BootQemuMs}, Text::tr("QEMU\n(ms)"), phase.arg(Text::tr("QEMU's own start")), false},
        {{Metric::BootFirmwareMs}, Text::tr("firmware\n(ms)"), phase.arg(Text::tr("the firmware")), false},
        {{Metric::BootKernelMs}, Text::tr("kernel\n(ms)"), phase.arg(Text::tr("the guest's kernel")), false},
        {{Metric::BootUserlandMs},
         Text::tr("userland\n(ms)"),
         phase.arg(Text::tr("the guest's programs, until its agent answers")),
         false},
        {{Metric::BootCreateMs}, Text::tr("create\n(ms)"), phase.arg(Text::tr("making the container")), false},
        {{Metric::BootStartMs},
         Text::tr("start\n(ms)"),
         phase.arg(Text::tr("starting the container, until its first output")),
         false},
        {{Metric::LatAvgMs}, Text::tr("avg\n(ms)"), latency.arg(Text::tr("the mean")), true},
        {{Metric::LatP95Ms},
         Text::tr("95th pct\n(ms)"),
         Text::tr("95 of 100 events took no longer than this, in one run."),
         true},
        {{Metric::LatMinMs}, Text::tr("min\n(ms)"), latency.arg(Text::tr("the shortest")), true},
        {{Metric::LatMaxMs}, Text::tr("max\n(ms)"), latency.arg(Text::tr("the longest")), true},
        {{Metric::RequestsPerSec}, Text::tr("requests\n/s"), Text::tr("Reads, writes and fsyncs per second."), true},
        {{Metric::ReadsPerSec}, Text::tr("reads\n/s"), Text::tr("Read requests per second."), true},
        {{Metric::WritesPerSec}, Text::tr("writes\n/s"), Text::tr("Write requests per second."), true},
        {{Metric::FsyncsPerSec}, Text::tr("fsyncs\n/s"), Text::tr("Calls of fsync per second."), true},
        {{Metric::ThreadEventsStddev},
         Text::tr("thread\nstddev"),
         Text::tr(
             "How evenly sysbench's threads shared the events of one run (\"threads fairness\", events). It is not "
             "the deviation between repeats; that is the row \"sd\"."),
         true},
        {{Metric::ThreadTimeStddevS},
         Text::tr("thread\nstddev (s)"),
         Text::tr("How evenly sysbench's threads shared the time of one run (\"threads fairness\", execution time)."),
         false},
        {{Metric::ReadMibPerSec}, Text::tr("read\nMiB/s"), Text::tr("MiB read per second."), false},
        {{Metric::WrittenMibPerSec}, Text::tr("written\nMiB/s"), Text::tr("MiB written per second."), false},
        {{Metric::TotalEvents}, Text::tr("events"), Text::tr("Number of events in one run."), false},
        {{Metric::TotalTimeS},
         Text::tr("total\n(s)"),
         Text::tr("Seconds of one run. In a test of fixed time it says nothing about speed."),
         false},
        {{Metric::LatSumMs}, Text::tr("latency\nsum (ms)"), Text::tr("Latencies of all events of one run."), false},
        {{Metric::ThreadEventsAvg}, Text::tr("events\n/thread"), Text::tr("Events of one thread, on average."), false},
        {{Metric::ThreadTimeAvgS}, Text::tr("time/thread\n(s)"), Text::tr("Seconds of one thread, on average."), false},
    };
}

} // namespace

const QList<FigureColumn>& figureColumns()
{
    static const QList<FigureColumn> columns = makeColumns();
    return columns;
}

std::optional<Figure> figureOf(const sysbench::Metrics& metrics, const FigureColumn& column)
{
    for (const Metric metric : column.metrics) {
        if (const auto value = metrics.value(metric))
            return Figure{*value, metrics.isDerived(metric)};
    }
    return std::nullopt;
}

QString metricTitle(Metric metric)
{
    switch (metric) {
    case Metric::EventsPerSec:
        return Text::tr("Events");
    case Metric::TotalEvents:
        return Text::tr("Events in all");
    case Metric::TotalTimeS:
        return Text::tr("Total time");
    case Metric::LatMinMs:
        return Text::tr("Latency, shortest");
    case Metric::LatAvgMs:
        return Text::tr("Latency, mean");
    case Metric::LatMaxMs:
        return Text::tr("Latency, longest");
    case Metric::LatP95Ms:
        return Text::tr("Latency, 95th percentile");
    case Metric::LatSumMs:
        return Text::tr("Latency, sum");
    case Metric::ThreadEventsAvg:
        return Text::tr("Events per thread, mean");
    case Metric::ThreadEventsStddev:
        return Text::tr("Events per thread, stddev");
    case Metric::ThreadTimeAvgS:
        return Text::tr("Time per thread, mean");
    case Metric::ThreadTimeStddevS:
        return Text::tr("Time per thread, stddev");
    case Metric::ReadsPerSec:
        return Text::tr("Reads");
    case Metric::WritesPerSec:
        return Text::tr("Writes");
    case Metric::FsyncsPerSec:
        return Text::tr("Fsyncs");
    case Metric::RequestsPerSec:
        return Text::tr("Requests");
    case Metric::ReadMibPerSec:
        return Text::tr("Read");
    case Metric::WrittenMibPerSec:
        return Text::tr("Written");
    case Metric::TransferMibPerSec:
        return Text::tr("Transferred");
    case Metric::MibPerSec:
        return Text::tr("Throughput");
    case Metric::OpsPerSec:
        return Text::tr("Operations");
    case Metric::BootMs:
        return Text::tr("Start-up");
    case Metric::BootQemuMs:
        return Text::tr("Start-up, QEMU");
    case Metric::BootFirmwareMs:
        return Text::tr("Start-up, firmware");
    case Metric::BootKernelMs:
        return Text::tr("Start-up, kernel");
    case Metric::BootUserlandMs:
        return Text::tr("Start-up, userland");
    case Metric::BootCreateMs:
        return Text::tr("Start-up, create");
    case Metric::BootStartMs:
        return Text::tr("Start-up, start");
    }
    return {};
}

} // namespace bv
