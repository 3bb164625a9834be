#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace bv {

/// A key that stands twice in one object of a JSON text.
struct RepeatedKey
{
    QString key;
    qsizetype offset = 0; ///< of the second, in bytes
};

/// The first of them; nothing where there is none. Qt's parser keeps the last value in silence. `json` must be valid.
std::optional<RepeatedKey> repeatedKey(const QByteArray& json);

} // namespace bv
