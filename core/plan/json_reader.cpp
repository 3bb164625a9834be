#include "plan/json_reader.h"

#include "base/suggest.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <cmath>
#include <limits>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(JsonReader)
};

QString shortened(const QString& text)
{
    constexpr qsizetype longest = 40;
    return text.size() > longest ? text.left(longest) + u'…' : text;
}

} // namespace

QString describeJson(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return value.toBool() ? u"true"_s : u"false"_s;
    case QJsonValue::Double:
        return Text::tr("the number %1").arg(QString::number(value.toDouble(), 'g', 15));
    case QJsonValue::String:
        return Text::tr("a text (\"%1\")").arg(shortened(value.toString()));
    case QJsonValue::Array:
        return Text::tr("a list");
    case QJsonValue::Object:
        return Text::tr("an object");
    case QJsonValue::Undefined:
        break;
    }
    return Text::tr("nothing");
}

QString anyOf(const QStringList& names)
{
    QStringList quoted;
    for (const QString& name : names)
        quoted << u'"' + name + u'"';
    if (quoted.size() < 2)
        return quoted.join(QString());
    const QString last = quoted.takeLast();
    return Text::tr("%1 or %2").arg(quoted.join(u", "_s), last);
}

JsonReader::JsonReader(QJsonObject object, QString where, QStringList& complaints)
    : m_object(std::move(object))
    , m_where(std::move(where))
    , m_complaints(complaints)
{
}

QString JsonReader::text(const QString& key, const QString& fallback)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isString()) {
        complainOfType(key, Text::tr("a text"));
        return fallback;
    }
    return value.toString();
}

int JsonReader::integer(const QString& key, int fallback)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return fallback;
    const double number = value.toDouble(0.5);
    if (!value.isDouble() || std::trunc(number) != number) {
        complainOfType(key, Text::tr("a whole number"));
        return fallback;
    }
    if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
        complainOfType(key, Text::tr("a whole number of a sensible size"));
        return fallback;
    }
    return static_cast<int>(number);
}

double JsonReader::number(const QString& key, double fallback)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isDouble() || !std::isfinite(value.toDouble())) {
        complainOfType(key, Text::tr("a number"));
        return fallback;
    }
    return value.toDouble();
}

bool JsonReader::flag(const QString& key, bool fallback)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isBool())
        complainOfType(key, Text::tr("true or false"));
    return value.toBool(fallback);
}

QStringList JsonReader::textList(const QString& key)
{
    QStringList texts;
    const QJsonArray values = list(key).value_or(QJsonArray());
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QJsonValue value = values.at(i);
        if (value.isString())
            texts << value.toString();
        else
            complain(u"%1[%2]"_s.arg(key).arg(i), Text::tr("expected a text, found %1.").arg(describeJson(value)));
    }
    return texts;
}

qsizetype JsonReader::choice(const QString& key, const QStringList& names, qsizetype fallback)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isString()) {
        complainOfType(key, anyOf(names));
        return fallback;
    }
    const qsizetype index = names.indexOf(value.toString());
    if (index >= 0)
        return index;
    if (!isFull()) {
        const QString sentence = Text::tr("expected %1, found \"%2\".").arg(anyOf(names), shortened(value.toString()));
        complain(key, withSuggestion(sentence, value.toString(), names));
    }
    return fallback;
}

std::optional<QJsonObject> JsonReader::object(const QString& key)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined() || value.isNull())
        return std::nullopt;
    if (!value.isObject()) {
        complainOfType(key, Text::tr("an object {…}"));
        return std::nullopt;
    }
    return value.toObject();
}

std::optional<QJsonArray> JsonReader::list(const QString& key)
{
    const QJsonValue value = m_object.value(key);
    if (value.isUndefined())
        return std::nullopt;
    if (!value.isArray()) {
        complainOfType(key, Text::tr("a list […]"));
        return std::nullopt;
    }
    return value.toArray();
}

void JsonReader::refuseOtherKeys(const QStringList& known, const std::function<QString(const QString&)>& explain)
{
    for (auto it = m_object.constBegin(); it != m_object.constEnd() && !isFull(); ++it) {
        if (known.contains(it.key()))
            continue;
        const QString explanation = explain ? explain(it.key()) : QString();
        if (explanation.isEmpty())
            m_complaints << unknownKeyMessage(m_where, it.key(), known);
        else
            complain({}, explanation);
    }
}

void JsonReader::complain(const QString& key, const QString& sentence)
{
    if (isFull())
        return;
    const QString at = place(key);
    m_complaints << (at.isEmpty() ? sentence : at + u": "_s + sentence);
}

QString JsonReader::place(const QString& key) const
{
    if (m_where.isEmpty() || key.isEmpty())
        return m_where + key;
    return m_where + u'.' + key;
}

void JsonReader::complainOfType(const QString& key, const QString& expected)
{
    complain(key, Text::tr("expected %1, found %2.").arg(expected, describeJson(m_object.value(key))));
}

} // namespace bv
