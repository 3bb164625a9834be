#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <optional>

namespace bv {

/// Reads the keys of one JSON object and says what is wrong with them: every complaint begins with its place
/// ("targets[1].disk.size_gib: expected a number, found a text ("4")"). A value that is wrong is replaced by the
/// fallback, so that reading goes on and all complaints are found in one go.
class JsonReader
{
public:
    /// `where` is the place of the object ("targets[1].disk"), empty for the outermost. Complaints go to `complaints`,
    /// which must outlive the reader; after complaintLimit of them no more are added.
    JsonReader(QJsonObject object, QString where, QStringList& complaints);

    bool has(const QString& key) const { return m_object.contains(key); }
    bool isObject(const QString& key) const { return m_object.value(key).isObject(); }
    QString text(const QString& key, const QString& fallback = {});
    /// Whole numbers that fit an int only.
    int integer(const QString& key, int fallback);
    double number(const QString& key, double fallback);
    bool flag(const QString& key, bool fallback);
    QStringList textList(const QString& key);
    /// The index in `names` of the text; `fallback` where the key is missing or (after a complaint) unknown.
    qsizetype choice(const QString& key, const QStringList& names, qsizetype fallback);
    /// Nothing where the key is missing, null, or (after a complaint) not an object.
    std::optional<QJsonObject> object(const QString& key);
    /// Nothing where the key is missing or (after a complaint) not a list.
    std::optional<QJsonArray> list(const QString& key);

    /// Complains of every key that is not among `known`. `explain` may give the whole sentence for a key (without its
    /// place); where it gives an empty one, the sentence is "unknown key" with the nearest of `known`.
    void refuseOtherKeys(const QStringList& known, const std::function<QString(const QString&)>& explain = {});
    /// Adds a complaint about the key (or, for an empty key, about the object).
    void complain(const QString& key, const QString& sentence);
    bool isFull() const { return m_complaints.size() >= complaintLimit; }

    static constexpr qsizetype complaintLimit = 20;

private:
    QString place(const QString& key) const;
    void complainOfType(const QString& key, const QString& expected);

    QJsonObject m_object;
    QString m_where;
    QStringList& m_complaints;
};

/// What a value is, for people: `a text ("two")`, "the number 1.5", "true", "a list", "an object", "null".
QString describeJson(const QJsonValue& value);

/// "a", "a" or "b"; "a", "b" or "c" (each in quotation marks).
QString anyOf(const QStringList& names);

} // namespace bv
