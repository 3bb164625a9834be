#include "plan/parameters.h"

#include "plan/start_up.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QSet>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Parameters)
};

/// What a record must hold of each test.
QStringList essentialNames(Test test)
{
    switch (test) {
    case Test::Cpu:
        return {u"cpu_max_prime"_s, u"threads"_s, u"time_s"_s};
    case Test::Fileio:
        return {u"file_test_mode"_s,  u"file_total_size"_s, u"file_num"_s,
                u"file_block_size"_s, u"threads"_s,         u"time_s"_s};
    case Test::Memory:
        return {u"memory_oper"_s,        u"memory_block_size"_s, u"memory_total_size"_s,
                u"memory_access_mode"_s, u"threads"_s,           u"time_s"_s};
    case Test::Threads:
        return {u"thread_yields"_s, u"thread_locks"_s, u"threads"_s, u"time_s"_s};
    case Test::Mutex:
        return {u"mutex_num"_s, u"mutex_locks"_s, u"mutex_loops"_s, u"threads"_s}; // its work decides, not the time
    case Test::Boot:
        return {u"cache"_s};
    case Test::Unknown:
        break;
    }
    return {};
}

/// Canonical order: by rank, then by name.
std::tuple<int, QString> orderOf(const QString& name)
{
    const int rank = name == "file_total_size"_L1 ? 0 : name == "file_num"_L1 ? 1 : 2;
    return {rank, name};
}

bool comesBefore(const QString& a, const QString& b)
{
    return orderOf(a) < orderOf(b);
}

QString valueText(const QJsonValue& value)
{
    if (value.isBool())
        return value.toBool() ? u"on"_s : u"off"_s;
    return value.isString() ? value.toString() : QString::number(value.toDouble(), 'g', 15);
}

/// A size in its shortest form, or the value as it stands.
QString sizeText(const QJsonValue& value)
{
    const auto bytes = sizeInBytes(value);
    return bytes ? sysbench::formatSize(*bytes) : valueText(value);
}

QString describeOne(const QString& name, const QJsonValue& value)
{
    if (name == "threads"_L1) {
        const int count = value.toInt();
        return count == 1 ? Text::tr("1 thread") : Text::tr("%1 threads").arg(count);
    }
    if (name == "time_s"_L1)
        return Text::tr("%1 s").arg(valueText(value));
    if (name == "file_total_size"_L1)
        return sizeText(value);
    if (name == "file_num"_L1)
        return Text::tr("%1 files").arg(valueText(value));
    if (name == "file_block_size"_L1 || name == "memory_block_size"_L1)
        return Text::tr("%1 blocks").arg(sizeText(value));
    if (name == "smp"_L1)
        return Text::tr("%1 CPU").arg(valueText(value));
    if (name == "memory_mib"_L1)
        return Text::tr("%1 MiB").arg(valueText(value));
    QString shortName = name;
    for (const QLatin1StringView prefix : {"file_"_L1, "memory_"_L1, "cpu_"_L1, "thread_"_L1, "mutex_"_L1}) {
        if (shortName.startsWith(prefix)) {
            shortName.remove(0, prefix.size());
            break;
        }
    }
    return shortName + u'=' + valueText(value);
}

} // namespace

QString mainParameter(sysbench::Test test)
{
    switch (test) {
    case Test::Cpu:
        return u"cpu_max_prime"_s;
    case Test::Fileio:
        return u"file_test_mode"_s;
    case Test::Memory:
        return u"memory_oper"_s;
    case Test::Boot:
        return u"cache"_s;
    default:
        return {};
    }
}

QStringList parameterNames(Test test)
{
    if (test == Test::Boot)
        return {u"cache"_s, u"memory_mib"_s, u"smp"_s};
    return sysbench::optionNames(test);
}

QJsonValue normalizedValue(Test test, const QString& name, const QJsonValue& value)
{
    const sysbench::OptionInfo* option = sysbench::findOption(test, name);
    if (option && option->type == sysbench::ValueType::Size) {
        const auto bytes = sizeInBytes(value);
        return bytes ? QJsonValue(sysbench::formatSize(*bytes)) : value;
    }
    constexpr double exact = 9007199254740992.0; // 2^53: up to here every whole number has a double of its own
    const double number = value.toDouble(0.5);
    if (!value.isDouble() || std::trunc(number) != number || std::abs(number) > exact)
        return value;
    return static_cast<qint64>(number);
}

Suite normalized(Suite suite)
{
    for (SuiteParameter& parameter : suite.parameters) {
        for (qsizetype i = 0; i < parameter.values.size(); ++i)
            parameter.values.replace(i, normalizedValue(suite.test, parameter.name, parameter.values.at(i)));
    }
    std::stable_sort(suite.parameters.begin(), suite.parameters.end(),
                     [](const SuiteParameter& a, const SuiteParameter& b) { return comesBefore(a.name, b.name); });
    return suite;
}

Plan normalized(Plan plan)
{
    for (Suite& suite : plan.suites)
        suite = normalized(suite);
    return plan;
}

QJsonObject withEssentialDefaults(Test test, QJsonObject params)
{
    for (const QString& name : essentialNames(test)) {
        if (params.contains(name))
            continue;
        if (test == Test::Boot)
            params.insert(name, startCaches().first());
        const sysbench::OptionInfo* option = sysbench::findOption(test, name);
        if (option && !option->defaultValue.isNull() && !option->defaultValue.isUndefined())
            params.insert(name, normalizedValue(test, name, option->defaultValue));
    }
    return params;
}

double plannedSeconds(Test test, const QJsonObject& params)
{
    if (test == Test::Mutex || test == Test::Boot)
        return 0;
    return std::max(0.0, params.value("time_s"_L1).toDouble()) +
           std::max(0.0, params.value("warmup_time"_L1).toDouble());
}

std::optional<qint64> sizeInBytes(const QJsonValue& value)
{
    if (value.isString())
        return sysbench::parseSize(value.toString());
    constexpr double exact = 9007199254740992.0; // 2^53
    const double number = value.toDouble(-1);
    if (!value.isDouble() || number < 0 || number > exact)
        return std::nullopt;
    return static_cast<qint64>(number);
}

QString comparisonKey(Test test, const QJsonObject& params)
{
    // Sorted keys and compact form make the text the same for the same parameters.
    QJsonObject normal = params;
    for (const sysbench::OptionInfo& option : sysbench::optionsOf(test)) {
        const auto found =
            option.type == sysbench::ValueType::Size ? normal.find(option.name) : normal.end(); // older records
        if (found != normal.end())
            *found = normalizedValue(test, option.name, *found);
    }
    return sysbench::testName(test) + QString::fromUtf8(QJsonDocument(normal).toJson(QJsonDocument::Compact));
}

QString comparisonKey(const PlannedRun& run)
{
    return comparisonKey(run.test, run.params);
}

QString cellKey(Test test, const QJsonObject& params, const QString& targetId)
{
    return targetId + u' ' + comparisonKey(test, params);
}

QString cellKey(const PlannedRun& run)
{
    return cellKey(run.test, run.params, run.targetId);
}

QStringList varyingParameters(Test test, const QList<QJsonObject>& params)
{
    QSet<QString> names;
    for (const QJsonObject& one : params) {
        const QStringList keys = one.keys();
        names.unite(QSet<QString>(keys.cbegin(), keys.cend()));
    }
    QStringList varying;
    for (const QString& name : std::as_const(names)) {
        // A missing option and one that is given differ as well.
        const bool differs = std::any_of(params.cbegin(), params.cend(), [&](const QJsonObject& one) {
            return one.value(name) != params.first().value(name);
        });
        if (differs && name != mainParameter(test))
            varying << name;
    }
    std::sort(varying.begin(), varying.end(), comesBefore);
    return varying;
}

QString describeParams(Test test, const QJsonObject& params, const QStringList& varying)
{
    QString text = sysbench::testName(test);
    const QString main = mainParameter(test);
    if (!main.isEmpty() && params.contains(main))
        text += u' ' + valueText(params.value(main));
    QStringList named = varying;
    for (const QString& name : {u"memory_mib"_s, u"smp"_s}) { // of a start: no target tells it
        if (test == Test::Boot && !named.contains(name))
            named << name;
    }
    if (test == Test::Boot)
        std::sort(named.begin(), named.end(), comesBefore);
    for (const QString& name : std::as_const(named)) {
        if (name != main && params.contains(name))
            text += u", "_s + describeOne(name, params.value(name));
    }
    return text;
}

} // namespace bv
