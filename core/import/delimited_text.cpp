#include "import/delimited_text.h"

#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <cmath>

namespace bv::importing {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestRow = 1024 * 1024;
constexpr qsizetype mostFields = 1000;

QByteArrayView firstLine(QByteArrayView text)
{
    qsizetype end = 0;
    while (end < text.size() && text[end] != '\n' && text[end] != '\r')
        ++end;
    return text.first(end);
}

char separatorOf(QByteArrayView line)
{
    std::array<qsizetype, 3> counts{};
    constexpr std::array<char, 3> candidates{'\t', ';', ','};
    bool isQuoted = false;
    for (const char c : line) {
        isQuoted = isQuoted != (c == '"');
        for (std::size_t i = 0; i < candidates.size(); ++i)
            counts[i] += !isQuoted && c == candidates[i] ? 1 : 0;
    }
    const auto most = std::max_element(counts.begin(), counts.end());
    return *most == 0 ? ',' : candidates[static_cast<std::size_t>(most - counts.begin())];
}

} // namespace

DelimitedText::DelimitedText(QByteArrayView text)
    : m_text(text)
{
    while (!atEnd() && (m_text[m_at] == '\n' || m_text[m_at] == '\r'))
        ++m_at;
    const QByteArrayView line = firstLine(m_text.sliced(m_at));
    constexpr qsizetype declared = 5;
    if (line.size() == declared && line.startsWith("sep=")) {
        m_separator = line[declared - 1];
        m_at += declared;
    } else {
        m_separator = separatorOf(line);
    }
}

QStringList DelimitedText::nextRow()
{
    while (!atEnd()) {
        const QStringList fields = row();
        if (std::any_of(fields.cbegin(), fields.cend(), [](const QString& field) { return !field.isEmpty(); }))
            return fields;
    }
    return {};
}

QStringList DelimitedText::row()
{
    QStringList fields;
    QByteArray field;
    bool isQuoted = false;
    const qsizetype begin = m_at;
    const auto end = [&] {
        fields << QString::fromUtf8(field).trimmed();
        field.clear();
    };
    while (!atEnd()) {
        const char c = m_text[m_at++];
        const bool isTooLong = m_at - begin > longestRow || fields.size() >= mostFields;
        if (isQuoted && !isTooLong) {
            if (c != '"')
                field += c;
            else if (!atEnd() && m_text[m_at] == '"')
                field += m_text[m_at++];
            else
                isQuoted = false;
        } else if (c == '"' && field.trimmed().isEmpty()) {
            field.clear();
            isQuoted = true;
        } else if (c == m_separator && !isTooLong) {
            end();
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && !atEnd() && m_text[m_at] == '\n')
                ++m_at;
            break;
        } else if (!isTooLong) {
            field += c;
        }
    }
    end();
    return fields;
}

std::optional<double> numberFromField(const QString& field, bool decimalCommas)
{
    static const QRegularExpression plain(uR"(^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$)"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    QString text = field;
    text.remove(u' ').remove(QChar(QChar::Nbsp)).remove(QChar(0x202F)).remove(u'\'');
    const qsizetype comma = text.lastIndexOf(u',');
    const qsizetype point = text.lastIndexOf(u'.');
    if (comma >= 0 && point >= 0) {
        text.remove(comma > point ? u'.' : u','); // the later one is the decimal sign
        text.replace(u',', u'.');
    } else if (comma >= 0) {
        // "1,294" where commas part the fields: thousands or decimals, nobody knows.
        constexpr qsizetype groupOfThousands = 4;
        if (text.count(u',') != 1 || (!decimalCommas && text.size() - comma == groupOfThousands))
            return std::nullopt;
        text.replace(u',', u'.');
    }
    if (!plain.match(text).hasMatch())
        return std::nullopt;
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    return isNumber && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

} // namespace bv::importing
