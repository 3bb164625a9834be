#pragma once

#include <QJsonObject>
#include <QLatin1StringView>
#include <QList>
#include <QString>
#include <array>
#include <optional>

namespace bv::sysbench {

/// What sysbench can measure here. `Boot` is the start-up suite (no sysbench involved); Unknown is "not recognised".
enum class Test : quint8 { Unknown, Cpu, Fileio, Memory, Threads, Mutex, Boot };

/// "cpu", "fileio", …; "unknown" for Unknown.
QLatin1StringView testName(Test test);
/// The inverse of testName; Unknown for anything else.
Test testFromName(QStringView name);

/// Every figure a run can yield. The order is the column order of CSV files and tables.
enum class Metric : quint8 {
    EventsPerSec,
    TotalEvents,
    TotalTimeS,
    LatMinMs,
    LatAvgMs,
    LatMaxMs,
    LatP95Ms,
    LatSumMs,
    ThreadEventsAvg,
    ThreadEventsStddev,
    ThreadTimeAvgS,
    ThreadTimeStddevS,
    ReadsPerSec,
    WritesPerSec,
    FsyncsPerSec,
    RequestsPerSec,
    ReadMibPerSec,
    WrittenMibPerSec,
    TransferMibPerSec,
    MibPerSec,
    OpsPerSec,
    BootMs,
    BootQemuMs,     ///< of a VM: from the start of QEMU until it answers its control socket, when the VM has power
    BootFirmwareMs, ///< until the guest's kernel first writes to the console
    BootKernelMs,   ///< until the guest's first process does
    BootUserlandMs, ///< until the guest's channel answers
    BootCreateMs,   ///< of a container: until the engine has made it
    BootStartMs,    ///< until the first output of its command
};
inline constexpr std::size_t metricCount = static_cast<std::size_t>(Metric::BootStartMs) + 1;

/// The name in JSON and CSV, e.g. "events_per_sec".
QLatin1StringView metricName(Metric metric);
/// The inverse of metricName; nothing for an unknown name.
std::optional<Metric> metricFromName(QStringView name);
/// The unit for people, e.g. "events/s", "MiB/s" (2^20 bytes), "ms".
QLatin1StringView metricUnit(Metric metric);
/// The figure by which a test is judged: events/s for cpu and threads, MiB/s for fileio (transfer) and memory. Where
/// the work is given and the time is measured, the time: total_time_s for mutex (sysbench prints no rate; one made from
/// the time would pretend that there were events to count), boot_ms for boot.
Metric headlineMetric(Test test);
/// The phases of a start, in their order, which together are boot_ms; a run has those of its kind of target, and of
/// these the ones that could be observed.
const QList<Metric>& startPhases();
/// True for times: less of them is better. All other headline figures are rates.
bool lowerIsBetter(Metric metric);

/// The figures of one run. A value that sysbench did not print is absent, never 0. A value that was computed from
/// others instead of printed (events/s of sysbench 0.4) is marked derived.
class Metrics
{
public:
    std::optional<double> value(Metric metric) const { return m_values[index(metric)]; }
    bool isDerived(Metric metric) const { return (m_derived >> index(metric) & 1U) != 0; }
    void set(Metric metric, double value) { m_values[index(metric)] = value; }
    void setDerived(Metric metric, double value)
    {
        set(metric, value);
        m_derived |= 1U << index(metric);
    }
    bool isEmpty() const;
    /// {"events_per_sec": 1.5, …}; derived names, if any, in the array "derived".
    QJsonObject toJson() const;
    /// Unknown names and non-numbers are ignored (a newer version may know more).
    static Metrics fromJson(const QJsonObject& json);
    bool operator==(const Metrics&) const = default;

private:
    static std::size_t index(Metric metric) { return static_cast<std::size_t>(metric); }
    std::array<std::optional<double>, metricCount> m_values{};
    quint32 m_derived = 0;
};

/// One line of `--report-interval`. Times in seconds since the start of the run; absent where not printed.
struct Interval
{
    double timeS = 0;
    std::optional<int> threads;
    std::optional<double> eventsPerSec;
    std::optional<double> latP95Ms;
    std::optional<double> readMibPerSec;
    std::optional<double> writtenMibPerSec;
    std::optional<double> fsyncsPerSec;
    std::optional<double> opsPerSec;
    std::optional<double> mibPerSec;

    /// Keys: t_s threads eps lat_p95_ms read_mib_per_sec written_mib_per_sec fsyncs_per_sec ops_per_sec mib_per_sec.
    QJsonObject toJson() const;
    static Interval fromJson(const QJsonObject& json);
    bool operator==(const Interval&) const = default;
};

} // namespace bv::sysbench
