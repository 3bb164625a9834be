#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <bit>
#include <cmath>

namespace bv::sysbench {

namespace {

using namespace Qt::StringLiterals;

struct Validation
{
    Q_DECLARE_TR_FUNCTIONS(bv::sysbench::Validation)
};

Result<> ok()
{
    return Unit{};
}

Error bad(const QString& message)
{
    return Error(Error::Code::BadInput, message);
}

/// Numbers above 2^53 are not exact in JSON; no range here is near that but for sizes, which are written as text then.
Result<> validateNumber(const OptionInfo& option, const QJsonValue& value)
{
    const bool isInteger = option.type == ValueType::Integer;
    const double number = value.toDouble(std::nan(""));
    if (!value.isDouble() || !std::isfinite(number) || (isInteger && number != std::floor(number))) {
        return bad(isInteger ? Validation::tr("%1 must be a whole number, without quotes.").arg(option.name)
                             : Validation::tr("%1 must be a number, without quotes.").arg(option.name));
    }
    if (number < static_cast<double>(option.minimum) || number > static_cast<double>(option.maximum)) {
        return bad(Validation::tr("%1 must be from %2 to %3; it is %4.")
                       .arg(option.name)
                       .arg(option.minimum)
                       .arg(option.maximum)
                       .arg(number, 0, 'g', 15));
    }
    return ok();
}

std::optional<qint64> sizeOf(const QJsonValue& value)
{
    if (value.isString())
        return parseSize(value.toString());
    const double number = value.toDouble(-1);
    constexpr double exactMaximum = 9007199254740992.0; // 2^53
    if (number < 0 || number > exactMaximum || number != std::floor(number))
        return std::nullopt;
    return static_cast<qint64>(number);
}

Result<> validateSize(const OptionInfo& option, const QJsonValue& value)
{
    const std::optional<qint64> bytes = sizeOf(value);
    if (!bytes) {
        return bad(Validation::tr("%1 must be a size in whole bytes or with K, M, G or T behind a whole number, "
                                  "for example \"1G\" or \"512M\".")
                       .arg(option.name));
    }
    if (*bytes < option.minimum || *bytes > option.maximum) {
        return bad(Validation::tr("%1 must be from %2 to %3; it is %4.")
                       .arg(option.name, formatSize(option.minimum), formatSize(option.maximum), formatSize(*bytes)));
    }
    if (option.powerOfTwo && !std::has_single_bit(static_cast<quint64>(*bytes))) {
        const qint64 lower = static_cast<qint64>(std::bit_floor(static_cast<quint64>(*bytes)));
        return bad(Validation::tr("%1 must be a power of two; write \"%2\" or \"%3\" instead of \"%4\".")
                       .arg(option.name, formatSize(lower), formatSize(lower * 2), formatSize(*bytes)));
    }
    return ok();
}

Result<> validateChoice(const OptionInfo& option, const QJsonValue& value)
{
    QStringList choices;
    for (const QLatin1StringView choice : option.choices) {
        if (value.isString() && value.toString() == choice)
            return ok();
        choices.append(u"\"%1\""_s.arg(choice));
    }
    return bad(Validation::tr("%1 must be one of %2.").arg(option.name, choices.join(u", "_s)));
}

Result<> validateFileSet(const QJsonObject& params)
{
    const auto bytesOf = [&params](QLatin1StringView name) {
        const QJsonValue fallback = findOption(Test::Fileio, QString(name))->defaultValue;
        return sizeOf(params.contains(name) ? params.value(name) : fallback).value_or(0);
    };
    const qint64 files = bytesOf("file_num"_L1);
    const qint64 total = bytesOf("file_total_size"_L1);
    const qint64 block = bytesOf("file_block_size"_L1);
    if (files > 0 && total / files >= block)
        return ok();
    return bad(Validation::tr("file_total_size %1 in %2 files leaves less than one block of %3 for a file; use fewer "
                              "files or a larger set.")
                   .arg(formatSize(total))
                   .arg(files)
                   .arg(formatSize(block)));
}

} // namespace

Result<> validateOption(const OptionInfo& option, const QJsonValue& value)
{
    switch (option.type) {
    case ValueType::Integer:
    case ValueType::Number:
        return validateNumber(option, value);
    case ValueType::Size:
        return validateSize(option, value);
    case ValueType::Choice:
        return validateChoice(option, value);
    case ValueType::Flag:
        break;
    }
    if (value.isBool())
        return ok();
    return bad(Validation::tr("%1 must be true or false, without quotes.").arg(option.name));
}

Result<> validateParameters(Test test, const QJsonObject& params)
{
    for (auto it = params.begin(); it != params.end(); ++it) {
        const OptionInfo* option = findOption(test, it.key());
        if (!option) {
            return bad(Validation::tr("%1 is no option of %2; use one of %3.")
                           .arg(it.key(), testName(test), optionNames(test).join(u", "_s)));
        }
        if (Result<> result = validateOption(*option, it.value()); !result)
            return result;
    }
    for (const OptionInfo& option : optionsOf(test)) {
        if (option.required && !params.contains(option.name))
            return bad(Validation::tr("%1 needs %2; add it.").arg(testName(test), option.name));
    }
    return test == Test::Fileio ? validateFileSet(params) : ok();
}

} // namespace bv::sysbench
