#include "models/value_list.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::ValueType;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ValueList)
};

QStringList piecesOf(const QString& text)
{
    static const QRegularExpression parting(u"[,;\\s]+"_s);
    return text.split(parting, Qt::SkipEmptyParts);
}

/// Nothing where the piece is no value of the type.
std::optional<QJsonValue> valueOf(const QString& piece, ValueType type)
{
    bool ok = false;
    const qlonglong whole = piece.toLongLong(&ok);
    if (ok)
        return QJsonValue(static_cast<qint64>(whole));
    if (type == ValueType::Number || type == ValueType::Integer) {
        // A fraction where a whole number belongs is a number all the same; the plan's check tells what is wrong.
        const double number = piece.toDouble(&ok);
        if (ok && std::isfinite(number))
            return QJsonValue(number);
        return std::nullopt;
    }
    if (type == ValueType::Size && !sysbench::parseSize(piece))
        return std::nullopt;
    if (type == ValueType::Flag) {
        if (piece != "on"_L1 && piece != "off"_L1)
            return std::nullopt;
        return QJsonValue(piece == "on"_L1);
    }
    return QJsonValue(piece);
}

} // namespace

QJsonArray parseValues(const QString& text, const sysbench::OptionInfo* option)
{
    QJsonArray values;
    const QStringList pieces = piecesOf(text);
    for (const QString& piece : pieces)
        values << valueOf(piece, option ? option->type : ValueType::Number).value_or(QJsonValue(piece));
    return values;
}

QString valueText(const QJsonValue& value)
{
    if (value.isBool())
        return value.toBool() ? u"on"_s : u"off"_s;
    if (value.isDouble()) {
        constexpr int exact = 15;
        return QString::number(value.toDouble(), 'g', exact);
    }
    return value.toString();
}

QString valuesText(const QJsonArray& values)
{
    QStringList pieces;
    for (const QJsonValue value : values)
        pieces << valueText(value);
    return pieces.join(u", "_s);
}

QString complaintOfTyping(const QString& text, const sysbench::OptionInfo& option)
{
    const QStringList pieces = piecesOf(text);
    for (const QString& piece : pieces) {
        if (valueOf(piece, option.type))
            continue;
        const QString shown = piece.left(40);
        if (option.type == ValueType::Size)
            return Text::tr("“%1” is not a size. Write a whole number with K, M, G or T behind it, such as 512M or 1G.")
                .arg(shown);
        return Text::tr("“%1” is not a number. Write numbers with commas between them, such as 1, 2, 4.").arg(shown);
    }
    return {};
}

std::optional<QList<double>> parseNumbers(const QString& text)
{
    QList<double> numbers;
    const QStringList pieces = piecesOf(text);
    for (const QString& piece : pieces) {
        bool ok = false;
        const double number = piece.toDouble(&ok);
        if (!ok || !std::isfinite(number))
            return std::nullopt;
        if (!numbers.contains(number))
            numbers << number;
    }
    return numbers;
}

} // namespace bv
