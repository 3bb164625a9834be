#include "session/run_record.h"

#include "session/json_fields.h"

#include <QCoreApplication>
#include <array>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(RunRecord)
};

constexpr std::array<QLatin1StringView, 4> statusNames{"ok"_L1, "failed"_L1, "timeout"_L1, "cancelled"_L1};

struct SampleField
{
    QLatin1StringView name;
    std::optional<double> UtilizationSample::*member;
};

constexpr std::array<SampleField, 8> sampleFields{{
    {"user_pct"_L1, &UtilizationSample::userPct},
    {"system_pct"_L1, &UtilizationSample::systemPct},
    {"cpu_pct"_L1, &UtilizationSample::cpuPct},
    {"disk_util_pct"_L1, &UtilizationSample::diskUtilPct},
    {"guest_user_pct"_L1, &UtilizationSample::guestUserPct},
    {"guest_system_pct"_L1, &UtilizationSample::guestSystemPct},
    {"guest_disk_util_pct"_L1, &UtilizationSample::guestDiskUtilPct},
    {"steal_pct"_L1, &UtilizationSample::stealPct},
}};

template<class T>
QJsonArray toArray(const QList<T>& values)
{
    QJsonArray array;
    for (const T& value : values)
        array.append(finiteOnly(value.toJson()));
    return array;
}

/// Figures must be numbers: a text in their place would silently be no figure at all.
void checkMetrics(const QJsonObject& metrics, JsonFields& json)
{
    for (std::size_t i = 0; i < sysbench::metricCount; ++i) {
        const QString name = sysbench::metricName(static_cast<sysbench::Metric>(i));
        const QJsonValue value = metrics.value(name);
        if (!value.isUndefined() && !value.isNull() && !value.isDouble())
            json.refuse(u"metrics."_s + name, Text::tr("a number"), value);
    }
}

QDateTime timeFrom(JsonFields& json, const QString& key)
{
    const QString text = json.text(key);
    if (text.isEmpty())
        return {};
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        json.refuse(key, Text::tr("a time such as \"2026-11-23T05:42:10.000Z\""));
    return time.toUTC();
}

} // namespace

QLatin1StringView runStatusName(RunStatus status)
{
    return statusNames[static_cast<std::size_t>(status)];
}

std::optional<RunStatus> runStatusFromName(QStringView name)
{
    for (std::size_t i = 0; i < statusNames.size(); ++i) {
        if (name == statusNames[i])
            return static_cast<RunStatus>(i);
    }
    return std::nullopt;
}

QJsonObject UtilizationSample::toJson() const
{
    QJsonObject json{{"t_s"_L1, timeS}};
    for (const SampleField& field : sampleFields) {
        if (this->*field.member)
            json.insert(field.name, *(this->*field.member));
    }
    return json;
}

UtilizationSample UtilizationSample::fromJson(const QJsonObject& json)
{
    UtilizationSample sample;
    sample.timeS = json.value("t_s"_L1).toDouble();
    for (const SampleField& field : sampleFields) {
        const QJsonValue value = json.value(field.name);
        if (value.isDouble())
            sample.*field.member = value.toDouble();
    }
    return sample;
}

QString limitedOutput(const QString& output, qsizetype limit)
{
    if (output.size() <= limit)
        return output;
    // The longest the sentence can get is known only with its number in it; 80 characters are room enough.
    constexpr qsizetype noticeRoom = 80;
    qsizetype headEnd = qMax<qsizetype>(0, limit - noticeRoom) / 2;
    qsizetype tailBegin = output.size() - headEnd;
    if (headEnd > 0 && output[headEnd - 1].isHighSurrogate())
        --headEnd;
    if (tailBegin < output.size() && output[tailBegin].isLowSurrogate())
        ++tailBegin;
    const QString notice = Text::tr("\n… %1 characters left out …\n").arg(tailBegin - headEnd);
    return output.left(headEnd) + notice.left(noticeRoom) + output.mid(tailBegin);
}

QJsonObject RunRecord::toJson() const
{
    const QJsonValue startedText =
        started.isValid() ? QJsonValue(started.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue(QJsonValue::Null);
    QJsonObject json{
        {"id"_L1, id},
        {"planned_index"_L1, plannedIndex},
        {"target"_L1, target},
        {"test"_L1, sysbench::testName(test)},
        {"params"_L1, params},
        {"repeat"_L1, repeat},
        {"discarded"_L1, discarded},
        {"status"_L1, runStatusName(status)},
        {"started"_L1, startedText},
        {"duration_s"_L1, durationS},
        {"exit_code"_L1, exitCode ? QJsonValue(*exitCode) : QJsonValue(QJsonValue::Null)},
        {"command"_L1, QJsonArray::fromStringList(command)},
        {"metrics"_L1, metrics.toJson()},
        {"notes"_L1, QJsonArray::fromStringList(notes)},
        {"sysbench_sha256"_L1, sysbenchSha256},
        {"error"_L1, error},
    };
    json = finiteOnly(json);
    json.insert("intervals"_L1, toArray(intervals));
    json.insert("utilization"_L1, toArray(utilization));
    json.insert("output"_L1, limitedOutput(output));
    return json;
}

Result<RunRecord> RunRecord::fromJson(const QJsonObject& object)
{
    using Need = JsonFields::Need;
    JsonFields json(object);
    RunRecord run;
    run.id = json.text(u"id"_s, Need::Required);
    run.plannedIndex = json.integer(u"planned_index"_s).value_or(-1);
    run.target = json.text(u"target"_s, Need::Required);
    const QString test = json.text(u"test"_s, Need::Required);
    run.test = sysbench::testFromName(test);
    if (run.test == sysbench::Test::Unknown && test != sysbench::testName(run.test))
        json.refuse(u"test"_s, Text::tr("cpu, fileio, memory, threads, mutex or boot"));
    run.params = json.object(u"params"_s);
    run.repeat = json.integer(u"repeat"_s).value_or(1);
    run.discarded = json.boolean(u"discarded"_s);
    const auto status = runStatusFromName(json.text(u"status"_s, Need::Required));
    if (!status)
        json.refuse(u"status"_s, Text::tr("ok, failed, timeout or cancelled"));
    run.status = status.value_or(RunStatus::Failed);
    run.started = timeFrom(json, u"started"_s);
    run.durationS = json.number(u"duration_s"_s);
    run.exitCode = json.integer(u"exit_code"_s);
    run.command = json.texts(u"command"_s);
    const QJsonObject metrics = json.object(u"metrics"_s, Need::Required);
    checkMetrics(metrics, json);
    run.metrics = sysbench::Metrics::fromJson(metrics);
    const auto intervals = json.objects(u"intervals"_s);
    for (const QJsonObject& interval : intervals)
        run.intervals.append(sysbench::Interval::fromJson(interval));
    const auto samples = json.objects(u"utilization"_s);
    for (const QJsonObject& sample : samples)
        run.utilization.append(UtilizationSample::fromJson(sample));
    run.sysbenchSha256 = json.text(u"sysbench_sha256"_s);
    run.notes = json.texts(u"notes"_s);
    run.output = json.text(u"output"_s);
    run.error = json.text(u"error"_s);
    if (const auto read = json.result(); !read)
        return read.error();
    return run;
}

} // namespace bv
