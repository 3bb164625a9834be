#include "plan/json_keys.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QList>
#include <QSet>
#include <algorithm>

namespace bv {

namespace {

/// An object or a list that is open at some place of the text.
struct Open
{
    bool isObject = false;
    bool expectsKey = false;
    QSet<QString> keys;
};

/// Behind the text that begins at the quotation mark `at`.
qsizetype endOfText(const QByteArray& json, qsizetype at)
{
    for (++at; at < json.size() && json.at(at) != '"'; ++at) {
        if (json.at(at) == '\\')
            ++at;
    }
    return at + 1;
}

/// What a text stands for, quotation marks, escapes and all.
QString decoded(const QByteArray& text)
{
    return QJsonDocument::fromJson('[' + text + ']').array().first().toString();
}

} // namespace

std::optional<RepeatedKey> repeatedKey(const QByteArray& json)
{
    QList<Open> open{Open()}; // what stands outside of everything, so that there is always a last one
    for (qsizetype at = 0; at < json.size(); ++at) {
        const char c = json.at(at);
        Open& inner = open.last();
        if (c == '{' || c == '[') {
            open << Open{c == '{', c == '{', {}};
        } else if ((c == '}' || c == ']') && open.size() > 1) {
            open.removeLast();
        } else if (c == ',') {
            inner.expectsKey = inner.isObject;
        } else if (c == '"') {
            const qsizetype end = endOfText(json, at);
            if (inner.expectsKey) {
                const QString key = decoded(json.sliced(at, std::min(end, json.size()) - at));
                if (inner.keys.contains(key))
                    return RepeatedKey{key, at};
                inner.keys.insert(key);
                inner.expectsKey = false;
            }
            at = end - 1;
        }
    }
    return std::nullopt;
}

} // namespace bv
