#include "sysbench/version.h"

#include <array>

namespace bv::sysbench {

namespace {

using namespace Qt::StringLiterals;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// Reads "1.0.20" at the start of `text`; at least major and minor number, each below a million.
std::optional<Version> versionAt(QStringView text)
{
    std::array<int, 3> parts{};
    qsizetype at = 0;
    std::size_t count = 0;
    while (count < parts.size()) {
        if (count > 0) {
            if (at >= text.size() || text[at] != u'.')
                break;
            ++at;
        }
        const qsizetype first = at;
        while (at < text.size() && isDigit(text[at]) && at - first < 6) {
            parts[count] = parts[count] * 10 + (text[at].unicode() - u'0');
            ++at;
        }
        if (at == first || (at < text.size() && isDigit(text[at])))
            break;
        ++count;
    }
    if (count < 2)
        return std::nullopt;
    return Version{parts[0], parts[1], parts[2]};
}

} // namespace

std::optional<Version> parseVersion(QStringView text)
{
    const QStringView trimmed = text.trimmed();
    if (!trimmed.isEmpty() && isDigit(trimmed.front()))
        return versionAt(trimmed);
    const QLatin1StringView name = "sysbench "_L1;
    for (qsizetype at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        if (const auto version = versionAt(text.mid(at + name.size()).trimmed()))
            return version;
    }
    return std::nullopt;
}

QString formatVersion(const Version& version)
{
    return u"%1.%2.%3"_s.arg(version.majorNumber).arg(version.minorNumber).arg(version.patchNumber);
}

} // namespace bv::sysbench
