#pragma once

#include "base/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>
#include <optional>

namespace bv {

/// Takes typed values out of a JSON object and remembers the first that is missing or of the wrong type, as
/// "metrics: expected an object, found a text ("x")". Keys that are not asked for are ignored: evidence of a newer
/// minor version stays readable (plans, which people write, are read by the stricter plan/json_reader.h).
class JsonFields
{
public:
    explicit JsonFields(const QJsonObject& object)
        : m_object(object)
    {
    }

    enum class Need { Required, Optional };

    // Each gives an empty value where the key is missing, or null and not required.
    QString text(const QString& key, Need need = Need::Optional);
    double number(const QString& key, Need need = Need::Optional);
    std::optional<int> integer(const QString& key, Need need = Need::Optional);
    bool boolean(const QString& key);
    QJsonObject object(const QString& key, Need need = Need::Optional);
    QJsonArray array(const QString& key, Need need = Need::Optional);
    QStringList texts(const QString& key);
    /// An array that holds objects only.
    QList<QJsonObject> objects(const QString& key);
    /// Complains of a value that has the right type and yet cannot be.
    void refuse(const QString& key, const QString& expected);
    /// Complains of something within the value of a key.
    void refuse(const QString& place, const QString& expected, const QJsonValue& found);

    /// Ok, or BadInput with the first complaint as its message.
    Result<> result() const;

private:
    /// The value, if it is there and `isType` says so; otherwise undefined, with a complaint where one is due.
    QJsonValue take(const QString& key, Need need, bool (QJsonValue::*isType)() const, const QString& expected);
    void complain(const QString& place, const QString& expected, const QJsonValue& found);

    QJsonObject m_object;
    QString m_complaint;
};

/// The value without numbers that JSON has no word for (NaN, infinity): left out of objects, null in arrays.
QJsonValue finiteOnly(const QJsonValue& value);
QJsonObject finiteOnly(const QJsonObject& object);

} // namespace bv
