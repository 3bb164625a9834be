#include "sysbench/metrics.h"

#include <QJsonArray>

namespace bv::sysbench {

namespace {

using namespace Qt::StringLiterals;

struct MetricInfo
{
    QLatin1StringView name;
    QLatin1StringView unit;
};

constexpr std::array<QLatin1StringView, 7> testNames{"unknown"_L1, "cpu"_L1,   "fileio"_L1, "memory"_L1,
                                                     "threads"_L1, "mutex"_L1, "boot"_L1};

constexpr std::array<MetricInfo, metricCount> metricInfos{{
    {"events_per_sec"_L1, "events/s"_L1},
    {"total_events"_L1, "events"_L1},
    {"total_time_s"_L1, "s"_L1},
    {"lat_min_ms"_L1, "ms"_L1},
    {"lat_avg_ms"_L1, "ms"_L1},
    {"lat_max_ms"_L1, "ms"_L1},
    {"lat_p95_ms"_L1, "ms"_L1},
    {"lat_sum_ms"_L1, "ms"_L1},
    {"thread_events_avg"_L1, "events"_L1},
    {"thread_events_stddev"_L1, "events"_L1},
    {"thread_time_avg_s"_L1, "s"_L1},
    {"thread_time_stddev_s"_L1, "s"_L1},
    {"reads_per_sec"_L1, "reads/s"_L1},
    {"writes_per_sec"_L1, "writes/s"_L1},
    {"fsyncs_per_sec"_L1, "fsyncs/s"_L1},
    {"requests_per_sec"_L1, "requests/s"_L1},
    {"read_mib_per_sec"_L1, "MiB/s"_L1},
    {"written_mib_per_sec"_L1, "MiB/s"_L1},
    {"transfer_mib_per_sec"_L1, "MiB/s"_L1},
    {"mib_per_sec"_L1, "MiB/s"_L1},
    {"ops_per_sec"_L1, "ops/s"_L1},
    {"boot_ms"_L1, "ms"_L1},
    {"boot_qemu_ms"_L1, "ms"_L1},
    {"boot_firmware_ms"_L1, "ms"_L1},
    {"boot_kernel_ms"_L1, "ms"_L1},
    {"boot_userland_ms"_L1, "ms"_L1},
    {"boot_create_ms"_L1, "ms"_L1},
    {"boot_start_ms"_L1, "ms"_L1},
}};

struct IntervalField
{
    QLatin1StringView name;
    std::optional<double> Interval::*member;
};

constexpr std::array<IntervalField, 7> intervalFields{{
    {"eps"_L1, &Interval::eventsPerSec},
    {"lat_p95_ms"_L1, &Interval::latP95Ms},
    {"read_mib_per_sec"_L1, &Interval::readMibPerSec},
    {"written_mib_per_sec"_L1, &Interval::writtenMibPerSec},
    {"fsyncs_per_sec"_L1, &Interval::fsyncsPerSec},
    {"ops_per_sec"_L1, &Interval::opsPerSec},
    {"mib_per_sec"_L1, &Interval::mibPerSec},
}};

} // namespace

QLatin1StringView testName(Test test)
{
    return testNames[static_cast<std::size_t>(test)];
}

Test testFromName(QStringView name)
{
    for (std::size_t i = 1; i < testNames.size(); ++i) {
        if (name == testNames[i])
            return static_cast<Test>(i);
    }
    return Test::Unknown;
}

QLatin1StringView metricName(Metric metric)
{
    return metricInfos[static_cast<std::size_t>(metric)].name;
}

std::optional<Metric> metricFromName(QStringView name)
{
    for (std::size_t i = 0; i < metricCount; ++i) {
        if (name == metricInfos[i].name)
            return static_cast<Metric>(i);
    }
    return std::nullopt;
}

QLatin1StringView metricUnit(Metric metric)
{
    return metricInfos[static_cast<std::size_t>(metric)].unit;
}

Metric headlineMetric(Test test)
{
    switch (test) {
    case Test::Fileio:
        return Metric::TransferMibPerSec;
    case Test::Memory:
        return Metric::MibPerSec;
    case Test::Mutex:
        return Metric::TotalTimeS;
    case Test::Boot:
        return Metric::BootMs;
    default:
        return Metric::EventsPerSec;
    }
}

const QList<Metric>& startPhases()
{
    static const QList<Metric> phases{Metric::BootQemuMs,     Metric::BootFirmwareMs, Metric::BootKernelMs,
                                      Metric::BootUserlandMs, Metric::BootCreateMs,   Metric::BootStartMs};
    return phases;
}

bool lowerIsBetter(Metric metric)
{
    switch (metric) {
    case Metric::TotalTimeS:
    case Metric::LatMinMs:
    case Metric::LatAvgMs:
    case Metric::LatMaxMs:
    case Metric::LatP95Ms:
    case Metric::LatSumMs:
    case Metric::ThreadTimeAvgS:
    case Metric::BootMs:
    case Metric::BootQemuMs:
    case Metric::BootFirmwareMs:
    case Metric::BootKernelMs:
    case Metric::BootUserlandMs:
    case Metric::BootCreateMs:
    case Metric::BootStartMs:
        return true;
    default:
        return false;
    }
}

bool Metrics::isEmpty() const
{
    for (const auto& value : m_values) {
        if (value)
            return false;
    }
    return true;
}

QJsonObject Metrics::toJson() const
{
    QJsonObject json;
    QJsonArray derived;
    for (std::size_t i = 0; i < metricCount; ++i) {
        if (!m_values[i])
            continue;
        json.insert(metricInfos[i].name, *m_values[i]);
        if (isDerived(static_cast<Metric>(i)))
            derived.append(metricInfos[i].name);
    }
    if (!derived.isEmpty())
        json.insert("derived"_L1, derived);
    return json;
}

Metrics Metrics::fromJson(const QJsonObject& json)
{
    Metrics metrics;
    for (std::size_t i = 0; i < metricCount; ++i) {
        const QJsonValue value = json.value(metricInfos[i].name);
        if (value.isDouble())
            metrics.set(static_cast<Metric>(i), value.toDouble());
    }
    const QJsonArray derived = json.value("derived"_L1).toArray();
    for (const QJsonValue& name : derived) {
        const auto metric = metricFromName(name.toString());
        if (metric && metrics.value(*metric))
            metrics.setDerived(*metric, *metrics.value(*metric));
    }
    return metrics;
}

QJsonObject Interval::toJson() const
{
    QJsonObject json{{"t_s"_L1, timeS}};
    if (threads)
        json.insert("threads"_L1, *threads);
    for (const IntervalField& field : intervalFields) {
        if (this->*field.member)
            json.insert(field.name, *(this->*field.member));
    }
    return json;
}

Interval Interval::fromJson(const QJsonObject& json)
{
    Interval interval;
    interval.timeS = json.value("t_s"_L1).toDouble();
    if (json.contains("threads"_L1))
        interval.threads = json.value("threads"_L1).toInt();
    for (const IntervalField& field : intervalFields) {
        const QJsonValue value = json.value(field.name);
        if (value.isDouble())
            interval.*field.member = value.toDouble();
    }
    return interval;
}

} // namespace bv::sysbench
