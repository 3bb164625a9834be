#include "sysbench/catalogue.h"

#include <limits>

namespace bv::sysbench {

namespace {

constexpr QStringView units = u"KMGT";

} // namespace

std::optional<qint64> parseSize(QStringView text)
{
    constexpr qint64 largest = std::numeric_limits<qint64>::max();
    qint64 value = 0;
    qsizetype at = 0;
    for (; at < text.size() && text[at] >= u'0' && text[at] <= u'9'; ++at) {
        const qint64 digit = text[at].unicode() - u'0';
        if (value > (largest - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    if (at == 0 || text.size() - at > 1)
        return std::nullopt;
    if (at == text.size())
        return value;
    const qsizetype unit = units.indexOf(text[at].toUpper());
    if (unit < 0)
        return std::nullopt;
    for (qsizetype i = 0; i <= unit; ++i) {
        if (value > largest / 1024)
            return std::nullopt;
        value *= 1024;
    }
    return value;
}

QString formatSize(qint64 bytes)
{
    qsizetype unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    QString text = QString::number(bytes);
    if (unit > 0)
        text += units[unit - 1];
    return text;
}

} // namespace bv::sysbench
