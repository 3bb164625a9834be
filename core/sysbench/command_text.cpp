#include "sysbench/bytes.h"
#include "sysbench/line_facts.h"

#include <algorithm>

namespace bv::sysbench {

namespace {

constexpr std::string_view programName = "sysbench";

bool isVersionByte(char c)
{
    return bytes::isLetter(c) || bytes::isDigit(c) || c == '.' || c == '-' || c == '+' || c == '~' || c == '_';
}

/// `text` stands behind "sysbench ". The header ends in " (using …)" since 1.0, in ":  multi-threaded …" before.
std::string_view headerVersion(std::string_view text)
{
    if (text.empty() || !bytes::isDigit(text.front()))
        return {};
    const auto end = std::find_if_not(text.begin(), text.end(), isVersionByte);
    const std::string_view version = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const std::string_view after = text.substr(version.size());
    const bool isHeader = after.starts_with(" (using") || after.starts_with(": ");
    constexpr std::size_t longest = 40;
    return isHeader && version.size() <= longest ? version : std::string_view();
}

std::string_view takeWord(std::string_view& text)
{
    text = bytes::trimmed(text);
    const std::size_t length = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, length);
    text.remove_prefix(length);
    return word;
}

Test testNamed(std::string_view name)
{
    return testFromName(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())));
}

Fact readArguments(std::string_view text)
{
    Fact fact;
    bool looksTyped = false;
    constexpr int maximumWords = 64;
    for (int i = 0; i < maximumWords; ++i) {
        std::string_view word = takeWord(text);
        if (word.empty())
            break;
        if (word == "run" || word == "prepare" || word == "cleanup") {
            looksTyped = true;
            if (word != "run")
                fact.name = word;
        } else if (word.starts_with("--")) {
            looksTyped = true;
            if (word.starts_with("--test="))
                fact.test = testNamed(word.substr(7));
            else if (word.starts_with("--file-test-mode="))
                fact.text = word.substr(17);
        } else if (fact.test == Test::Unknown) {
            fact.test = testNamed(word);
        }
    }
    if (fact.test == Test::Boot) // a word of this program, not a test of sysbench
        fact.test = Test::Unknown;
    if (looksTyped)
        fact.kind = Fact::Kind::Command;
    return fact;
}

} // namespace

Fact readCommandLine(std::string_view line)
{
    for (std::size_t at = line.find(programName); at != std::string_view::npos; at = line.find(programName, at + 1)) {
        const std::string_view after = line.substr(at + programName.size());
        if (after.empty() || !bytes::isBlank(after.front()))
            continue;
        Fact fact;
        fact.text = headerVersion(after.substr(1));
        if (!fact.text.empty()) {
            fact.kind = Fact::Kind::Header;
            return fact;
        }
        fact = readArguments(after);
        if (fact.kind != Fact::Kind::None)
            return fact;
    }
    return {};
}

} // namespace bv::sysbench
