#pragma once

#include <charconv>
#include <string_view>

/// Reading text byte by byte, without locale and without allocation. Internal to the sysbench parser.
namespace bv::sysbench::bytes {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

inline std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// A number as it stood in the text. `decimals` counts the digits after the point: sysbench prints each figure with a
/// fixed number of them, so that a figure that was cut off can be told from a whole one.
struct Number
{
    double value = 0;
    int decimals = 0;
};

/// Reads a line from the left. Every function either reads what it is named after and returns true, or leaves the
/// position alone and returns false.
class Cursor
{
public:
    explicit Cursor(std::string_view text)
        : m_rest(text)
    {
    }

    std::string_view rest() const { return m_rest; }
    bool atEnd() const { return m_rest.empty(); }

    Cursor& blanks()
    {
        while (!m_rest.empty() && isBlank(m_rest.front()))
            m_rest.remove_prefix(1);
        return *this;
    }

    bool literal(std::string_view text)
    {
        if (!m_rest.starts_with(text))
            return false;
        m_rest.remove_prefix(text.size());
        return true;
    }

    /// Digits with an optional point and digits; no sign, exponent, "nan", "inf" or comma. At most 10^18.
    bool number(Number& out)
    {
        if (m_rest.empty() || !isDigit(m_rest.front()))
            return false;
        const char* const begin = m_rest.data();
        const char* const end = begin + m_rest.size();
        double value = 0;
        const auto [stop, error] = std::from_chars(begin, end, value, std::chars_format::fixed);
        if (error != std::errc() || value > 1e18)
            return false;
        int decimals = 0;
        for (const char* p = stop; p != begin && p[-1] != '.'; --p)
            ++decimals;
        const bool hasPoint = decimals < stop - begin;
        out = {value, hasPoint ? decimals : 0};
        m_rest.remove_prefix(static_cast<std::size_t>(stop - begin));
        return true;
    }

    /// Like number(), but a figure printed with decimals: "61" and "61." are the torn beginning of one.
    bool decimal(Number& out)
    {
        const std::string_view before = m_rest;
        if (number(out) && out.decimals > 0)
            return true;
        m_rest = before;
        return false;
    }

    /// Like number(), but without a point.
    bool integer(double& out)
    {
        const std::string_view before = m_rest;
        Number number_;
        if (number(number_) && before[before.size() - m_rest.size() - 1] != '.' && number_.decimals == 0) {
            out = number_.value;
            return true;
        }
        m_rest = before;
        return false;
    }

    /// True where a figure may end: not in the middle of a word or of another figure ("10,5", "1.2.3").
    bool atBoundary() const
    {
        if (m_rest.empty())
            return true;
        const char c = m_rest.front();
        if (isLetter(c) || isDigit(c) || c == '%')
            return false;
        return !((c == '.' || c == ',') && m_rest.size() > 1 && isDigit(m_rest[1]));
    }

private:
    std::string_view m_rest;
};

} // namespace bv::sysbench::bytes
