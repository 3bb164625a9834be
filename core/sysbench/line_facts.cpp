#include "sysbench/line_facts.h"

#include "sysbench/bytes.h"
#include "sysbench/line_rules.h"

#include <algorithm>
#include <optional>

namespace bv::sysbench {

namespace {

using bytes::Cursor;
using bytes::Number;
using Kind = Fact::Kind;
using namespace rules;

/// "16MiB" of 1.0, "16Mb" and "16M" of 0.4: 2^10 units in every version. In bytes.
bool readSize(Cursor& line, double& bytesOut)
{
    constexpr std::string_view units = "KMGT";
    Number number;
    if (!line.number(number))
        return false;
    double factor = 1;
    const std::string_view rest = line.rest();
    const std::size_t unit = rest.empty() ? std::string_view::npos : units.find(rest.front());
    if (unit != std::string_view::npos) {
        line.literal(rest.substr(0, 1));
        for (std::size_t i = 0; i <= unit; ++i)
            factor *= 1024;
    }
    line.literal("i");
    if (!line.literal("B"))
        line.literal("b");
    bytesOut = number.value * factor;
    return true;
}

bool isWholeFigure(const Number& number, int decimals, bool hasSuffix, const Cursor& line, bool whole)
{
    if (whole)
        return line.atBoundary();
    return hasSuffix || (decimals > 0 && number.decimals == decimals);
}

Fact readValue(const ValueRule& rule, std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    Number number;
    line.literal(rule.key);
    if (rule.decimals == 0 ? !line.blanks().integer(number.value) : !line.blanks().decimal(number))
        return fact;
    const bool hasSuffix = !rule.suffix.empty() && line.literal(rule.suffix);
    if ((rule.suffixNeeded && !hasSuffix) || !isWholeFigure(number, rule.decimals, hasSuffix, line, whole))
        return fact;
    fact.kind = Kind::Value;
    fact.test = rule.test;
    fact.strong = rule.strong;
    fact.metric = rule.metric;
    fact.values[0] = number.value * rule.scale;
    return fact;
}

/// "events (avg/stddev):           6144.5000/13.50"
Fact readFairness(std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    if (line.literal("events (avg/stddev):")) {
        fact.metric = Metric::ThreadEventsAvg;
        fact.secondMetric = Metric::ThreadEventsStddev;
    } else if (line.literal("execution time (avg/stddev):")) {
        fact.metric = Metric::ThreadTimeAvgS;
        fact.secondMetric = Metric::ThreadTimeStddevS;
    } else {
        return fact;
    }
    Number average;
    Number deviation;
    if (!line.blanks().decimal(average) || !line.literal("/") || !line.blanks().decimal(deviation) ||
        !isWholeFigure(deviation, 2, false, line, whole))
        return fact;
    fact.kind = Kind::Pair;
    fact.strong = true;
    fact.values = {average.value, deviation.value};
    return fact;
}

/// fileio of 0.4 and 0.5, "6000 reads, 4000 writes, 12800 Other = 22800 Total" ("Read", "Write" in 0.4.12), or memory
/// before 1.0.11, "104857600 (1705383.32 ops/sec)"; also "Total operations: 809 (404.18 per second)" of memory since.
Fact readOperations(std::string_view text)
{
    Fact fact;
    Cursor line(text);
    double count = 0;
    if ((!line.literal("Operations performed:") && !line.literal("Total operations:")) || !line.blanks().integer(count))
        return fact;
    fact.strong = true;
    if (line.blanks().literal("(")) {
        Number rate;
        if (!line.blanks().decimal(rate) || (!line.blanks().literal("ops/sec)") && !line.literal("per second)")))
            return fact;
        fact.kind = Kind::Value;
        fact.test = Test::Memory;
        fact.metric = Metric::OpsPerSec;
        fact.values[0] = rate.value;
        return fact;
    }
    double writes = 0;
    double others = 0;
    if ((!line.literal("reads,") && !line.literal("Read,")) || !line.blanks().integer(writes))
        return fact;
    if ((!line.blanks().literal("writes,") && !line.literal("Write,")) || !line.blanks().integer(others))
        return fact;
    if (!line.blanks().literal("Other"))
        return fact;
    fact.kind = Kind::Counts;
    fact.test = Test::Fileio;
    fact.metric = Metric::RequestsPerSec; // a run that has it already is over
    fact.values = {count, writes, others};
    return fact;
}

/// fileio of 0.4 and 0.5: "Read 93.75Mb  Written 62.5Mb  Total transferred 156.25Mb  (15.2Mb/sec)". "Mb" is 2^20 bytes.
Fact readAmounts(std::string_view text)
{
    constexpr double mebibyte = 1024.0 * 1024.0;
    Fact fact;
    Cursor line(text);
    double read = 0;
    double written = 0;
    double total = 0;
    double rate = 0;
    if (!line.literal("Read ") || !readSize(line.blanks(), read) || !line.blanks().literal("Written ") ||
        !readSize(line.blanks(), written) || !line.blanks().literal("Total transferred ") ||
        !readSize(line.blanks(), total) || !line.blanks().literal("(") || !readSize(line, rate) ||
        !line.literal("/sec)"))
        return fact;
    fact.kind = Kind::Amounts;
    fact.test = Test::Fileio;
    fact.strong = true;
    fact.values = {read / mebibyte, written / mebibyte, rate / mebibyte};
    return fact;
}

/// fileio of 1.1: "read:  IOPS=77938.15 1217.78 MiB/s (1276.93 MB/s)" and "fsync: IOPS=5198.91".
Fact readIops(std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    const bool isFsync = line.literal("fsync:");
    const bool isRead = !isFsync && line.literal("read:");
    if (!isFsync && !isRead && !line.literal("write:"))
        return fact;
    Number perSecond;
    Number mebibytes;
    if (!line.blanks().literal("IOPS=") || !line.decimal(perSecond))
        return fact;
    if (isFsync ? !isWholeFigure(perSecond, 2, false, line, whole)
                : !line.blanks().decimal(mebibytes) || !line.blanks().literal("MiB/s"))
        return fact;
    fact.kind = Kind::Rates;
    fact.test = Test::Fileio;
    fact.strong = true;
    fact.metric = isFsync ? Metric::FsyncsPerSec : isRead ? Metric::ReadsPerSec : Metric::WritesPerSec;
    fact.secondMetric = isRead ? Metric::ReadMibPerSec : Metric::WrittenMibPerSec;
    fact.values = {perSecond.value, mebibytes.value};
    return fact;
}

Fact readParameter(const ParameterRule& rule, std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    line.literal(rule.key);
    line.blanks();
    bool found = whole;
    if (rule.type == ParameterType::Word) {
        fact.text = line.rest();
        found = found && (fact.text == "read" || fact.text == "write" || fact.text == "none" || fact.text == "global" ||
                          fact.text == "local");
    } else if (rule.type == ParameterType::Size) {
        found = found && readSize(line, fact.values[0]) && line.atBoundary();
    } else {
        found = found && line.integer(fact.values[0]) && line.atBoundary();
    }
    if (!found)
        return {};
    fact.kind = Kind::Parameter;
    fact.test = rule.test;
    fact.name = rule.name;
    fact.strong = rule.strong;
    return fact;
}

/// "95th percentile: 0.35" (the number stands before the first letter), "approx.  95 percentile: 2.72ms", and
/// "percentile stats: disabled", which says nothing.
Fact readPercentile(std::string_view before, std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    if (line.literal("th percentile:")) {
        const auto digits = std::find_if_not(before.rbegin(), before.rend(), bytes::isDigit);
        Cursor rank(before.substr(static_cast<std::size_t>(before.rend() - digits)));
        if (!rank.integer(fact.values[0]))
            return fact;
    } else if (!line.literal("approx.") || !line.blanks().integer(fact.values[0]) ||
               !line.blanks().literal("percentile:")) {
        return fact;
    }
    Number latency;
    if (!line.blanks().decimal(latency) || !isWholeFigure(latency, 2, line.literal("ms"), line, whole))
        return fact;
    fact.kind = Kind::Percentile;
    fact.values[1] = latency.value;
    return fact;
}

/// The figure that ends where the first word begins: "974.50 Requests/sec executed", "4 files, …".
std::optional<Number> figureBefore(std::string_view before)
{
    before = bytes::trimmed(before);
    const auto begin =
        std::find_if_not(before.rbegin(), before.rend(), [](char c) { return bytes::isDigit(c) || c == '.'; });
    Cursor line(before.substr(static_cast<std::size_t>(before.rend() - begin)));
    Number number;
    if (!line.number(number) || !line.atEnd())
        return std::nullopt;
    return number;
}

Fact figureFact(Test test, Metric metric, double value)
{
    Fact fact;
    fact.kind = Kind::Value;
    fact.test = test;
    fact.strong = true;
    fact.metric = metric;
    fact.values[0] = value;
    return fact;
}

Fact fileioParameter(std::string_view name, double value)
{
    Fact fact;
    fact.kind = Kind::Parameter;
    fact.test = Test::Fileio;
    fact.name = name;
    fact.values[0] = value;
    return fact;
}

/// "16MiB total file size", in 0.4 "16Mb total file size". `unitLength`: how much of the size stands in `text`.
Fact readTotalSize(std::string_view before, std::string_view text, std::size_t unitLength)
{
    const auto blank = std::find_if(before.rbegin(), before.rend(), bytes::isBlank);
    const std::size_t start = static_cast<std::size_t>(blank.base() - before.begin());
    // `text` follows `before` in the same line.
    const std::string_view token(before.data() + start, before.size() - start + unitLength);
    Q_ASSERT(before.data() + before.size() == text.data());
    Cursor size(token);
    double value = 0;
    return readSize(size, value) && size.atEnd() ? fileioParameter("file_total_size", value) : Fact();
}

/// Lines that begin with a figure.
Fact readTrailingWords(std::string_view before, std::string_view text)
{
    Cursor line(text);
    Number rate;
    if (line.literal("MiB transferred (") || line.literal("MB transferred (")) {
        // "MB" of 0.4 and 0.5 is 2^20 bytes as well.
        if (line.blanks().decimal(rate) && (line.blanks().literal("MiB/sec)") || line.literal("MB/sec)")))
            return figureFact(Test::Memory, Metric::MibPerSec, rate.value);
        return {};
    }
    if (line.literal("Requests/sec executed")) {
        const auto number = figureBefore(before);
        return number && number->decimals > 0 ? figureFact(Test::Fileio, Metric::RequestsPerSec, number->value)
                                              : Fact();
    }
    if (line.literal("files, ") && text.find(" each") != std::string_view::npos) {
        const auto number = figureBefore(before);
        return number && number->decimals == 0 ? fileioParameter("file_num", number->value) : Fact();
    }
    const std::size_t unitLength = text.substr(0, 24).find(" total file size");
    return unitLength <= 3 ? readTotalSize(before, text, unitLength) : Fact();
}

template<class Rules, class Key>
auto ruleFor(const Rules& rules, std::string_view text, Key key)
{
    return std::find_if(rules.begin(), rules.end(), [&](const auto& rule) {
        const std::string_view start = rule.*key;
        return start.front() == text.front() && text.starts_with(start);
    });
}

Fact readMessage(std::string_view text)
{
    Fact fact;
    Cursor line(text);
    if (line.literal("FATAL: "))
        fact.kind = Kind::Fatal;
    else if (line.literal("WARNING: "))
        fact.kind = Kind::Warning;
    else if (text.starts_with("invalid option: ") || text.starts_with("Unknown option: ") ||
             text.starts_with("Unrecognized command line argument: "))
        fact.kind = Kind::BadOption;
    fact.text = line.rest();
    return fact;
}

Fact readStart(std::string_view text, bool whole)
{
    Fact fact;
    Cursor line(text);
    if (line.literal("Running the test with following options:")) {
        fact.kind = Kind::RunStart;
    } else if (line.literal("Creating files for the test")) {
        fact.kind = Kind::PrepareStart;
        fact.test = Test::Fileio;
    } else if (line.literal("SQL statistics:") || line.literal("OLTP test statistics:")) {
        fact.kind = Kind::OtherTest;
    } else if (whole && line.literal("Number of threads:") && line.blanks().integer(fact.values[0]) &&
               line.atBoundary()) {
        fact.kind = Kind::Threads;
    }
    return fact;
}

Fact sectionFact(const SectionRule& rule)
{
    Fact fact;
    fact.kind = Kind::Section;
    fact.test = rule.test;
    fact.strong = rule.strong;
    fact.section = rule.section;
    return fact;
}

Fact wordFact(const WordRule& rule)
{
    Fact fact;
    fact.kind = rule.mode.empty() ? Kind::Evidence : Kind::Mode;
    fact.test = rule.test;
    fact.text = rule.mode;
    return fact;
}

/// Reads what begins with the letter at `text`; `before` is the same line up to there.
Fact readAt(std::string_view before, std::string_view text, bool whole)
{
    if (const auto rule = ruleFor(valueRules, text, &ValueRule::key); rule != valueRules.end())
        return readValue(*rule, text, whole);
    if (const auto rule = ruleFor(sectionRules, text, &SectionRule::text); rule != sectionRules.end())
        return sectionFact(*rule);
    if (const auto rule = ruleFor(parameterRules, text, &ParameterRule::key); rule != parameterRules.end())
        return readParameter(*rule, text, whole);
    if (const auto rule = ruleFor(wordRules, text, &WordRule::text); rule != wordRules.end())
        return wordFact(*rule);
    Fact fact;
    switch (text.front()) {
    case 'e':
        return readFairness(text, whole);
    case 'O':
    case 'T':
        fact = readOperations(text);
        break;
    case 'R':
        fact = readAmounts(text);
        if (fact.kind == Kind::None)
            fact = readStart(text, whole);
        break;
    case 'r':
    case 'w':
        return readIops(text, whole);
    case 'f':
        fact = readIops(text, whole);
        break;
    case 't':
    case 'a':
        return readPercentile(before, text, whole);
    case 'F':
    case 'W':
    case 'i':
    case 'U':
        return readMessage(text);
    case 'C':
    case 'N':
    case 'S':
        return readStart(text, whole);
    default:
        break;
    }
    return fact.kind == Kind::None ? readTrailingWords(before, text) : fact;
}

/// Where the first word begins; the 'T' and 'Z' of an ISO time stamp are none.
std::size_t firstWord(std::string_view line, std::size_t from)
{
    for (std::size_t i = from; i < line.size(); ++i) {
        if (!bytes::isLetter(line[i]))
            continue;
        const bool afterDigit = i > 0 && bytes::isDigit(line[i - 1]);
        const bool inStamp =
            afterDigit && ((line[i] == 'T' && i + 1 < line.size() && bytes::isDigit(line[i + 1])) ||
                           (line[i] == 'Z' && (i + 1 == line.size() || !bytes::isLetter(line[i + 1]))));
        if (!inStamp)
            return i;
    }
    return line.size();
}

/// The start of what stands behind a log prefix ("web_1  | ", "host sysbench[7]: ") or, from grep, a file name and a
/// colon.
std::array<std::size_t, 3> behindPrefixes(std::string_view line)
{
    constexpr std::size_t longestPrefix = 200;
    const std::string_view head = line.substr(0, longestPrefix);
    const std::size_t bar = head.find("| ");
    const std::size_t bracket = head.find("]: ");
    const std::size_t colon = head.find(':');
    const std::size_t blank = head.find_first_of(" \t");
    return {bar == std::string_view::npos ? 0 : bar + 2, bracket == std::string_view::npos ? 0 : bracket + 3,
            colon != std::string_view::npos && colon < blank ? colon + 1 : 0};
}

} // namespace

Fact readLine(std::string_view line, bool whole)
{
    if (line.find('[') != std::string_view::npos) {
        Fact fact = readIntervalLine(line, whole);
        if (fact.kind != Kind::None)
            return fact;
    }
    std::size_t start = firstWord(line, 0);
    if (start == line.size())
        return {};
    Fact fact = readAt(line.substr(0, start), line.substr(start), whole);
    if (fact.kind != Kind::None)
        return fact;
    for (const std::size_t from : behindPrefixes(line)) {
        if (from == 0)
            continue;
        start = firstWord(line, from);
        if (start == line.size())
            continue;
        fact = readAt(line.substr(from, start - from), line.substr(start), whole);
        if (fact.kind != Kind::None)
            return fact;
    }
    return whole ? readCommandLine(line) : fact;
}

} // namespace bv::sysbench
