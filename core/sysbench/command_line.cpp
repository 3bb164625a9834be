#include "sysbench/command_line.h"

#include "sysbench/catalogue.h"

#include <QLocale>

namespace bv::sysbench {

namespace {

using namespace Qt::StringLiterals;

/// Options that are written even where the plan does not have them.
bool isAlwaysWritten(Test test, QLatin1StringView name)
{
    return name == "threads"_L1 || (name == "time_s"_L1 && test != Test::Mutex) || name == "report_interval"_L1 ||
           name == "memory_total_size"_L1;
}

QString valueText(const QJsonValue& value)
{
    if (value.isBool())
        return value.toBool() ? u"on"_s : u"off"_s;
    if (value.isString())
        return value.toString();
    return QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
}

QString integerText(const QJsonValue& value)
{
    return QString::number(value.toInteger());
}

QString argument(const OptionInfo& option, const QJsonValue& value)
{
    const bool isWhole = option.type == ValueType::Integer || option.type == ValueType::Size;
    return option.argumentName() + u'=' + (isWhole && value.isDouble() ? integerText(value) : valueText(value));
}

QJsonValue valueOrDefault(const QJsonObject& params, const OptionInfo& option)
{
    const QJsonValue value = params.value(option.name);
    return value.isUndefined() ? option.defaultValue : value;
}

const OptionInfo& fileioOption(QLatin1StringView name)
{
    return *findOption(Test::Fileio, QString(name));
}

QStringList fileSetArguments(const QJsonObject& params, const QString& command)
{
    QStringList arguments{testName(Test::Fileio)};
    for (const QLatin1StringView name : {"file_num"_L1, "file_total_size"_L1}) {
        const OptionInfo& option = fileioOption(name);
        arguments.append(argument(option, valueOrDefault(params, option)));
    }
    arguments.append(command);
    return arguments;
}

qint64 fileNumber(const QJsonObject& params)
{
    return valueOrDefault(params, fileioOption("file_num"_L1)).toInteger();
}

qint64 totalBytes(const QJsonObject& params)
{
    const QJsonValue value = valueOrDefault(params, fileioOption("file_total_size"_L1));
    return value.isString() ? parseSize(value.toString()).value_or(0) : value.toInteger();
}

} // namespace

QStringList runArguments(Test test, const QJsonObject& params, const Version& version)
{
    const QList<OptionInfo>& options = optionsOf(test);
    if (options.isEmpty())
        return {};
    QStringList arguments{testName(test)};
    QString reportInterval;
    for (const OptionInfo& option : options) {
        const bool isGiven = params.contains(option.name) || isAlwaysWritten(test, option.name);
        if (!isGiven || option.since > version)
            continue;
        const QString text = argument(option, valueOrDefault(params, option));
        // What is measured reads best before how it is reported.
        if (option.name == "report_interval"_L1)
            reportInterval = text;
        else
            arguments.append(text);
    }
    return arguments << reportInterval << u"run"_s;
}

QStringList optionsUnknownTo(const Version& version, Test test, const QJsonObject& params)
{
    QStringList unknown;
    for (const OptionInfo& option : optionsOf(test)) {
        if (option.since > version && params.contains(option.name))
            unknown << option.argumentName();
    }
    return unknown;
}

QStringList prepareArguments(Test test, const QJsonObject& params)
{
    return test == Test::Fileio ? fileSetArguments(params, u"prepare"_s) : QStringList();
}

QStringList cleanupArguments(Test test, const QJsonObject& params)
{
    return test == Test::Fileio ? fileSetArguments(params, u"cleanup"_s) : QStringList();
}

QString fileSetKey(const QJsonObject& params)
{
    return u"%1x%2"_s.arg(fileNumber(params)).arg(totalBytes(params));
}

bool spoilsFileSet(const QJsonObject& params)
{
    return params["file_test_mode"_L1].toString() == "seqwr"_L1;
}

qint64 fileSetBytes(const QJsonObject& params)
{
    const qint64 files = fileNumber(params);
    return files > 0 ? totalBytes(params) / files * files : 0;
}

} // namespace bv::sysbench
