#include "analysis/fairness.h"

#include "analysis/fairness_ground.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using fairness::Ground;

QList<FairnessNote> notesOn(const Ground& ground)
{
    QList<FairnessNote> notes;
    if (ground.sides.isEmpty())
        return notes;
    for (const auto check : {fairness::checkMachines, fairness::checkPrograms, fairness::checkSizes,
                             fairness::checkThreads, fairness::checkFiles, fairness::checkHost, fairness::checkMethod})
        check(ground, notes);
    for (FairnessNote& note : notes)
        note.canMend = !note.change.isEmpty();
    std::stable_sort(notes.begin(), notes.end(), [](const FairnessNote& a, const FairnessNote& b) {
        return std::pair(a.severity, a.kind) < std::pair(b.severity, b.kind);
    });
    return notes;
}

} // namespace

QLatin1StringView fairnessKindName(FairnessKind kind)
{
    static constexpr std::array names{"accelerator"_L1,    "architecture"_L1,    "engine"_L1,         "sysbench"_L1,
                                      "sysbench_build"_L1, "system"_L1,          "cpu_quota"_L1,      "cpus"_L1,
                                      "memory"_L1,         "threads"_L1,         "thread_scaling"_L1, "storage"_L1,
                                      "unsafe_disk"_L1,    "host_disk_cache"_L1, "cached_files"_L1,   "host_disk"_L1,
                                      "page_cache"_L1,     "host_is_vm"_L1,      "cpu_clock"_L1,      "battery"_L1,
                                      "load"_L1,           "repeats"_L1,         "order"_L1};
    static_assert(names.size() == static_cast<std::size_t>(FairnessKind::Order) + 1);
    return names[static_cast<std::size_t>(kind)];
}

QLatin1StringView fairnessSeverityName(FairnessSeverity severity)
{
    static constexpr std::array names{"breaks"_L1, "distorts"_L1, "remark"_L1};
    static_assert(names.size() == static_cast<std::size_t>(FairnessSeverity::Remark) + 1);
    return names[static_cast<std::size_t>(severity)];
}

bool FairnessNote::concerns(const QString& targetId, sysbench::Test test, const QJsonObject& params) const
{
    const bool isWritten = params.contains("file_test_mode"_L1) && !fairness::Load{test, params}.reads();
    return !(readsOnly && isWritten) && (targets.isEmpty() || targets.contains(targetId)) &&
           (tests.isEmpty() || tests.contains(test));
}

QList<FairnessNote> fairnessOf(const Plan& plan, const QJsonObject& host)
{
    return notesOn(fairness::groundOf(plan, host));
}

QList<FairnessNote> fairnessOf(const Session& session)
{
    return notesOn(fairness::groundOf(session));
}

QJsonObject fairnessToJson(const FairnessNote& note)
{
    QJsonObject json{{u"kind"_s, fairnessKindName(note.kind)},
                     {u"severity"_s, fairnessSeverityName(note.severity)},
                     {u"sentence"_s, note.sentence}};
    if (!note.effect.isEmpty())
        json[u"effect"_s] = note.effect;
    if (!note.mend.isEmpty())
        json[u"mend"_s] = note.mend;
    if (!note.isKnown)
        json[u"known"_s] = false;
    if (!note.targets.isEmpty())
        json[u"targets"_s] = QJsonArray::fromStringList(note.targets);
    if (!note.runs.isEmpty())
        json[u"runs"_s] = QJsonArray::fromStringList(note.runs);
    if (!note.tests.isEmpty()) {
        QJsonArray tests;
        for (const sysbench::Test test : note.tests)
            tests << QString(sysbench::testName(test));
        json[u"tests"_s] = tests;
    }
    return json;
}

QJsonArray fairnessToJson(const QList<FairnessNote>& notes)
{
    QJsonArray json;
    for (const FairnessNote& note : notes)
        json << fairnessToJson(note);
    return json;
}

QList<Finding> fairnessFindings(const Session& session)
{
    QList<Finding> findings;
    const QList<FairnessNote> notes = fairnessOf(session);
    for (const FairnessNote& note : notes) {
        Finding finding;
        finding.kind = FindingKind::Unfair;
        finding.answer = FindingAnswer::Note;
        finding.sentence = note.effect.isEmpty() ? note.sentence : note.sentence + u' ' + note.effect;
        finding.check = note.mend;
        finding.runs = note.runs;
        finding.targets = note.targets;
        findings << finding;
    }
    return findings;
}

} // namespace bv::analysis
