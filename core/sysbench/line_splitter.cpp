#include "sysbench/line_splitter.h"

#include "sysbench/bytes.h"

#include <algorithm>

namespace bv::sysbench {

namespace {

constexpr char escape = '\x1b';

bool isControl(char c)
{
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
}

bool isIn(char c, char first, char last)
{
    return c >= first && c <= last;
}

/// The length of the terminal escape sequence at the start of `text` (ECMA-48: CSI, OSC and the two-byte ones). An
/// operating-system command that does not end in this line counts as its two first bytes only.
std::size_t escapeLength(std::string_view text)
{
    if (text.size() < 2)
        return 1;
    std::size_t at = 2;
    if (text[1] == '[') {
        while (at < text.size() && isIn(text[at], 0x20, 0x3f))
            ++at;
        return at < text.size() && isIn(text[at], 0x40, 0x7e) ? at + 1 : at;
    }
    if (text[1] == ']') {
        for (; at < text.size(); ++at) {
            if (text[at] == '\a')
                return at + 1;
            if (text[at] == escape)
                return at + 1 < text.size() && text[at + 1] == '\\' ? at + 2 : at;
        }
        return 2;
    }
    at = 1;
    while (at < text.size() && isIn(text[at], 0x20, 0x2f))
        ++at;
    return std::min(at + 1, text.size());
}

} // namespace

void LineSplitter::keep(std::string_view piece)
{
    if (m_tooLong || m_partial.size() + piece.size() > maximumLine) {
        m_tooLong = true;
        m_partial.clear();
    } else {
        m_partial.append(piece);
    }
}

std::string_view LineSplitter::cleaned(std::string_view line)
{
    if (std::none_of(line.begin(), line.end(), isControl))
        return bytes::trimmed(line);
    // NUL first: in UTF-16 text it stands between the bytes of an escape sequence.
    m_cleaned.assign(line);
    std::erase(m_cleaned, '\0');
    std::size_t to = 0;
    for (std::size_t at = 0; at < m_cleaned.size();) {
        if (m_cleaned[at] == escape) {
            at += escapeLength(std::string_view(m_cleaned).substr(at));
            continue;
        }
        if (!isControl(m_cleaned[at]))
            m_cleaned[to++] = m_cleaned[at];
        ++at;
    }
    m_cleaned.resize(to);
    return bytes::trimmed(m_cleaned);
}

} // namespace bv::sysbench
