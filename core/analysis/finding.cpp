#include "analysis/finding.h"

#include <array>

using namespace Qt::StringLiterals;

namespace bv::analysis {

QLatin1StringView findingKindName(FindingKind kind)
{
    static constexpr std::array names{"start_up"_L1, "cpu_rate"_L1,   "prime_limit"_L1, "ratio_holds"_L1, "transfer"_L1,
                                      "overall"_L1,  "scaling"_L1,    "comparison"_L1,  "implausible"_L1, "unstable"_L1,
                                      "trend"_L1,    "throttling"_L1, "unfair"_L1};
    static_assert(names.size() == static_cast<std::size_t>(FindingKind::Unfair) + 1);
    return names[static_cast<std::size_t>(kind)];
}

QLatin1StringView findingAnswerName(FindingAnswer answer)
{
    static constexpr std::array names{"yes"_L1, "no"_L1, "not_shown"_L1, "not_measured"_L1, "note"_L1};
    static_assert(names.size() == static_cast<std::size_t>(FindingAnswer::Note) + 1);
    return names[static_cast<std::size_t>(answer)];
}

QJsonObject findingToJson(const Finding& finding)
{
    QJsonObject json{{u"kind"_s, findingKindName(finding.kind)}, {u"answer"_s, findingAnswerName(finding.answer)}};
    const auto add = [&json](const QString& key, const QString& text) {
        if (!text.isEmpty())
            json[key] = text;
    };
    add(u"statement"_s, finding.statement);
    add(u"sentence"_s, finding.sentence);
    add(u"cause"_s, finding.cause);
    add(u"check"_s, finding.check);
    if (!finding.runs.isEmpty())
        json[u"runs"_s] = QJsonArray::fromStringList(finding.runs);
    if (!finding.targets.isEmpty())
        json[u"targets"_s] = QJsonArray::fromStringList(finding.targets);
    return json;
}

} // namespace bv::analysis
