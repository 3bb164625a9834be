#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QLatin1StringView>
#include <QList>
#include <QString>
#include <QStringList>

namespace bv::analysis {

/// What a finding is about; also the order in which kinds are told.
enum class FindingKind : quint8 {
    // Answers to questions.
    StartUp,    ///< start-up time against memory and cores
    CpuRate,    ///< events/s of containers against VMs
    PrimeLimit, ///< events/s as cpu_max_prime rises
    RatioHolds, ///< does the ratio between targets hold as the load rises?
    Transfer,   ///< MiB/s and requests/s of containers against VMs
    Overall,    ///< geometric mean of the ratios
    Scaling,    ///< against CPUs, memory or threads
    Comparison, ///< two targets in one test
    // What makes figures doubtful.
    Implausible, ///< figures of a run that cannot all be true
    Unstable,    ///< outliers, two levels, a step or a drift among repeats
    Trend,       ///< within a run
    Throttling,  ///< steal or heat
    Unfair,      ///< the targets did not have the same
};

/// "start_up", "cpu_rate", …: the word in JSON.
QLatin1StringView findingKindName(FindingKind kind);

/// What the evidence says.
enum class FindingAnswer : quint8 {
    Yes,         ///< the statement holds
    No,          ///< the opposite holds
    NotShown,    ///< measured, and the evidence shows neither
    NotMeasured, ///< the session has nothing that could tell
    Note,        ///< no question was asked; something was noticed
};

/// "yes", "no", "not_shown", "not_measured", "note".
QLatin1StringView findingAnswerName(FindingAnswer answer);

/// A statement with its evidence. All texts are for people, whole sentences, plain text (never markup).
struct Finding
{
    FindingKind kind = FindingKind::Comparison;
    FindingAnswer answer = FindingAnswer::Note;
    QString statement;     ///< what was asked, as a statement: "CPU events/s is higher in containers than in VMs."
    QString sentence;      ///< what was found, with figures, uncertainty and the name of the method
    QString cause;         ///< what could explain it, cautiously; may be empty
    QString check;         ///< the experiment that would test that; may be empty
    QStringList runs;      ///< RunRecord::id of the evidence
    QStringList targets;   ///< TargetSettings::id
    QString comparisonKey; ///< of the cell it is about; empty where it is about several
    bool operator==(const Finding&) const = default;
};

/// Keys: kind answer statement sentence cause check runs targets; those without a value are left out.
QJsonObject findingToJson(const Finding& finding);

} // namespace bv::analysis
