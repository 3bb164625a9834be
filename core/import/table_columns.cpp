#include "import/table_columns.h"

#include "plan/parameters.h"

#include <QHash>
#include <QRegularExpression>

namespace bv::importing {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Metric;
using sysbench::Test;
using Role = TableColumn::Role;

/// "Transfer rate [MiB/s]" → "transfer_rate_mib_per_sec", "95th %-ile (ms)" → "95th_ile_ms".
QString plainName(const QString& title)
{
    static const QRegularExpression perSecond(uR"(\s*(/|\bper\b)\s*s(ec(ond)?s?)?\b)"_s);
    static const QRegularExpression between(uR"([^a-z0-9]+)"_s);
    QString name = title.left(200).toLower();
    name.replace(u'_', u' ');
    name.replace(perSecond, u" per_sec"_s);
    name.replace(between, u"_"_s);
    while (name.startsWith(u'_'))
        name.remove(0, 1);
    while (name.endsWith(u'_'))
        name.chop(1);
    return name;
}

const QHash<QString, Role>& roles()
{
    static const QHash<QString, Role> table{
        {u"target"_s, Role::Target},      {u"platform"_s, Role::Target},     {u"technology"_s, Role::Target},
        {u"environment"_s, Role::Target}, {u"env"_s, Role::Target},          {u"virtualization"_s, Role::Target},
        {u"arrangement"_s, Role::Target}, {u"test"_s, Role::Test},           {u"benchmark"_s, Role::Test},
        {u"repeat"_s, Role::Repeat},      {u"repetition"_s, Role::Repeat},   {u"rep"_s, Role::Repeat},
        {u"run"_s, Role::Repeat},         {u"iteration"_s, Role::Repeat},    {u"iter"_s, Role::Repeat},
        {u"trial"_s, Role::Repeat},       {u"version"_s, Role::Version},     {u"sysbench_version"_s, Role::Version},
        {u"cpus"_s, Role::Cpus},          {u"vcpus"_s, Role::Cpus},          {u"smp"_s, Role::Cpus},
        {u"cores"_s, Role::Cpus},         {u"memory_mib"_s, Role::Memory},   {u"ram_mib"_s, Role::Memory},
        {u"accel"_s, Role::Accel},        {u"accelerator"_s, Role::Accel},   {u"disk_format"_s, Role::DiskFormat},
        {u"format"_s, Role::DiskFormat},  {u"started"_s, Role::Started},     {u"status"_s, Role::Status},
        {u"error"_s, Role::Error},        {u"discarded"_s, Role::Discarded}, {u"superseded"_s, Role::Superseded},
        {u"id"_s, Role::Ignored},         {u"session"_s, Role::Ignored},     {u"fairness"_s, Role::Ignored},
        {u"created"_s, Role::Ignored},    {u"app_version"_s, Role::Ignored}, {u"ci_method"_s, Role::Ignored},
    };
    return table;
}

const QHash<QString, QString>& parameterNamesOfPeople()
{
    static const QHash<QString, QString> table{
        {u"prime"_s, u"cpu_max_prime"_s},
        {u"primes"_s, u"cpu_max_prime"_s},
        {u"max_prime"_s, u"cpu_max_prime"_s},
        {u"prime_limit"_s, u"cpu_max_prime"_s},
        {u"mode"_s, u"file_test_mode"_s},
        {u"test_mode"_s, u"file_test_mode"_s},
        {u"file_mode"_s, u"file_test_mode"_s},
        {u"fileio_mode"_s, u"file_test_mode"_s},
        {u"thread"_s, u"threads"_s},
        {u"num_threads"_s, u"threads"_s},
        {u"number_of_threads"_s, u"threads"_s},
        {u"time_limit_s"_s, u"time_s"_s},
        {u"file_size"_s, u"file_total_size"_s},
        {u"total_file_size"_s, u"file_total_size"_s},
        {u"file_blocksize"_s, u"file_block_size"_s},
        {u"operation"_s, u"memory_oper"_s},
    };
    return table;
}

const QHash<QString, Metric>& metricNamesOfPeople()
{
    static const QHash<QString, Metric> table{
        {u"eps"_s, Metric::EventsPerSec},
        {u"event_per_sec"_s, Metric::EventsPerSec},
        {u"cpu_speed_events_per_sec"_s, Metric::EventsPerSec},
        {u"events"_s, Metric::TotalEvents},
        {u"number_of_events"_s, Metric::TotalEvents},
        {u"total_number_of_events"_s, Metric::TotalEvents},
        {u"total_time"_s, Metric::TotalTimeS},
        {u"total_time_sec"_s, Metric::TotalTimeS},
        {u"95th"_s, Metric::LatP95Ms},
        {u"events_stddev"_s, Metric::ThreadEventsStddev},
        {u"events_std"_s, Metric::ThreadEventsStddev},
        {u"stddev"_s, Metric::ThreadEventsStddev},
        {u"std"_s, Metric::ThreadEventsStddev},
        {u"std_dev"_s, Metric::ThreadEventsStddev},
        {u"threads_fairness_events_stddev"_s, Metric::ThreadEventsStddev},
        {u"events_avg"_s, Metric::ThreadEventsAvg},
        {u"iops"_s, Metric::RequestsPerSec},
        {u"request_per_sec"_s, Metric::RequestsPerSec},
        {u"requests"_s, Metric::RequestsPerSec},
        {u"transfer_rate_mib_per_sec"_s, Metric::TransferMibPerSec},
        {u"throughput_mib_per_sec"_s, Metric::TransferMibPerSec},
        {u"transferred_mib_per_sec"_s, Metric::TransferMibPerSec},
        {u"write_mib_per_sec"_s, Metric::WrittenMibPerSec},
        {u"operations_per_sec"_s, Metric::OpsPerSec},
        {u"boot_time_ms"_s, Metric::BootMs},
    };
    return table;
}

/// "min", "lat_min_ms", "latency_avg", "max latency (ms)", "95th percentile".
std::optional<Metric> latencyOf(const QString& name)
{
    static const QRegularExpression unit(uR"(_?ms$)"_s);
    static const QRegularExpression word(uR"(^(lat|latency)_|_(lat|latency)$)"_s);
    static const QHash<QString, Metric> table{
        {u"min"_s, Metric::LatMinMs},           {u"minimum"_s, Metric::LatMinMs},
        {u"avg"_s, Metric::LatAvgMs},           {u"average"_s, Metric::LatAvgMs},
        {u"max"_s, Metric::LatMaxMs},           {u"maximum"_s, Metric::LatMaxMs},
        {u"p95"_s, Metric::LatP95Ms},           {u"95"_s, Metric::LatP95Ms},
        {u"95th"_s, Metric::LatP95Ms},          {u"95th_percentile"_s, Metric::LatP95Ms},
        {u"95_percentile"_s, Metric::LatP95Ms}, {u"percentile_95"_s, Metric::LatP95Ms},
        {u"sum"_s, Metric::LatSumMs},
    };
    QString short_ = name;
    short_.remove(unit).remove(word).remove(word);
    const auto found = table.constFind(short_);
    return found == table.cend() ? std::nullopt : std::optional(*found);
}

bool isParameter(const QString& name)
{
    for (const Test test : {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex, Test::Boot}) {
        if (parameterNames(test).contains(name))
            return true;
    }
    return false;
}

std::optional<Metric> metricOf(const QString& name)
{
    if (const auto metric = sysbench::metricFromName(name))
        return metric;
    const auto found = metricNamesOfPeople().constFind(name);
    return found == metricNamesOfPeople().cend() ? latencyOf(name) : std::optional(*found);
}

} // namespace

TableColumn columnOf(const QString& title)
{
    TableColumn column;
    column.title = title.left(100);
    const QString own = title.trimmed();
    if (own.startsWith("param_"_L1) && isParameter(own.sliced(6))) {
        column.role = Role::Parameter;
        column.parameter = own.sliced(6);
        return column;
    }
    const QString name = plainName(title);
    if (name.isEmpty()) {
        column.role = Role::Ignored; // the row numbers of a spreadsheet
    } else if (const auto metric = metricOf(name)) {
        column.role = Role::Metric;
        column.metric = *metric;
    } else if (roles().contains(name)) {
        column.role = roles().value(name);
    } else if (parameterNamesOfPeople().contains(name)) {
        column.role = Role::Parameter;
        column.parameter = parameterNamesOfPeople().value(name);
    } else if (isParameter(name)) {
        column.role = Role::Parameter;
        column.parameter = name;
    }
    return column;
}

bool isSummaryHeader(const QStringList& titles)
{
    return titles.contains("metric"_L1) && titles.contains("mean"_L1) && titles.contains("ci_low"_L1);
}

} // namespace bv::importing
