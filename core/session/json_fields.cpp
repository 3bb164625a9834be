#include "session/json_fields.h"

#include "plan/json_reader.h"

#include <QCoreApplication>
#include <cmath>
#include <limits>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(JsonFields)
};

QString placeIn(const QString& key, qsizetype index)
{
    return u"%1[%2]"_s.arg(key).arg(index);
}

} // namespace

QString JsonFields::text(const QString& key, Need need)
{
    return take(key, need, &QJsonValue::isString, Text::tr("a text")).toString();
}

double JsonFields::number(const QString& key, Need need)
{
    return take(key, need, &QJsonValue::isDouble, Text::tr("a number")).toDouble();
}

std::optional<int> JsonFields::integer(const QString& key, Need need)
{
    const QJsonValue value = take(key, need, &QJsonValue::isDouble, Text::tr("a whole number"));
    if (!value.isDouble())
        return std::nullopt;
    const double number = value.toDouble();
    if (number != std::floor(number) || std::abs(number) > std::numeric_limits<int>::max()) {
        complain(key, Text::tr("a whole number"), value);
        return std::nullopt;
    }
    return static_cast<int>(number);
}

bool JsonFields::boolean(const QString& key)
{
    return take(key, Need::Optional, &QJsonValue::isBool, Text::tr("true or false")).toBool();
}

QJsonObject JsonFields::object(const QString& key, Need need)
{
    return take(key, need, &QJsonValue::isObject, Text::tr("an object")).toObject();
}

QJsonArray JsonFields::array(const QString& key, Need need)
{
    return take(key, need, &QJsonValue::isArray, Text::tr("a list")).toArray();
}

QStringList JsonFields::texts(const QString& key)
{
    QStringList list;
    const QJsonArray values = array(key);
    for (const QJsonValue& value : values) {
        if (!value.isString())
            complain(placeIn(key, list.size()), Text::tr("a text"), value);
        list.append(value.toString());
    }
    return list;
}

QList<QJsonObject> JsonFields::objects(const QString& key)
{
    QList<QJsonObject> list;
    const QJsonArray values = array(key);
    list.reserve(values.size());
    for (const QJsonValue& value : values) {
        if (!value.isObject())
            complain(placeIn(key, list.size()), Text::tr("an object"), value);
        list.append(value.toObject());
    }
    return list;
}

void JsonFields::refuse(const QString& key, const QString& expected)
{
    complain(key, expected, m_object.value(key));
}

void JsonFields::refuse(const QString& place, const QString& expected, const QJsonValue& found)
{
    complain(place, expected, found);
}

Result<> JsonFields::result() const
{
    if (m_complaint.isEmpty())
        return Unit();
    return Error(Error::Code::BadInput, m_complaint);
}

QJsonValue JsonFields::take(const QString& key, Need need, bool (QJsonValue::*isType)() const, const QString& expected)
{
    const QJsonValue value = m_object.value(key);
    if ((value.*isType)())
        return value;
    if (need == Need::Required || !(value.isUndefined() || value.isNull()))
        complain(key, expected, value);
    return QJsonValue(QJsonValue::Undefined);
}

void JsonFields::complain(const QString& place, const QString& expected, const QJsonValue& found)
{
    if (!m_complaint.isEmpty())
        return;
    if (found.isUndefined())
        m_complaint = Text::tr("%1: is missing").arg(place);
    else
        m_complaint = Text::tr("%1: expected %2, found %3").arg(place, expected, describeJson(found));
}

QJsonValue finiteOnly(const QJsonValue& value)
{
    if (value.isDouble() && !std::isfinite(value.toDouble()))
        return QJsonValue(QJsonValue::Null);
    if (value.isObject())
        return finiteOnly(value.toObject());
    if (!value.isArray())
        return value;
    QJsonArray finite;
    const QJsonArray values = value.toArray();
    for (const QJsonValue& element : values)
        finite.append(finiteOnly(element));
    return finite;
}

QJsonObject finiteOnly(const QJsonObject& object)
{
    QJsonObject finite;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonValue value = it.value();
        if (!value.isDouble() || std::isfinite(value.toDouble()))
            finite.insert(it.key(), finiteOnly(value));
    }
    return finite;
}

} // namespace bv
