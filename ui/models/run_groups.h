#pragma once

#include "sysbench/metrics.h"

#include <QHash>
#include <QJsonObject>
#include <QStringList>
#include <vector>

namespace bv {

class SessionModel;

/// Runs of the same test and parameters, of all targets: what may be compared.
struct RunGroup
{
    sysbench::Test test = sysbench::Test::Unknown;
    QJsonObject params;
    QString label;         ///< for people: "cpu 20000", "fileio rndwr"
    QList<qsizetype> runs; ///< SessionModel's numbers, in order
    QStringList targetIds; ///< in the plan's order
};

/// The runs of a session by test and parameters, in the plan's order. Pure but for reading the model; made anew when
/// the model is reset.
class RunGroups
{
public:
    RunGroups() = default;
    explicit RunGroups(const SessionModel& session);

    const std::vector<RunGroup>& groups() const { return m_groups; }
    const RunGroup& group(int place) const { return m_groups.at(static_cast<std::size_t>(place)); }
    int groupOf(qsizetype run) const { return m_groupOf.value(run, -1); }
    qsizetype runCount() const { return m_groupOf.size(); }

private:
    std::vector<RunGroup> m_groups;
    QList<int> m_groupOf;
};

/// The target's name beside the runs of the group, see SessionModel::targetName().
QString targetName(const SessionModel& session, const RunGroup& group, const QString& targetId);

/// "Running cpu 20000 on Docker, repeat 3 of 5".
QString runningText(const SessionModel& session, const RunGroups& groups, qsizetype run);

/// What the finished repeats of a group come to on one target: warm-ups and runs that did not end well do not count.
struct TargetFigures
{
    QString targetId;
    QList<double> values; ///< of the test's headline metric
    double mean = 0;
};
/// Of each target that has values, in the plan's order.
QList<TargetFigures> figuresOf(const SessionModel& session, const RunGroup& group);

/// "Docker is 3.83× as fast as QEMU (95 % CI 3.79–3.87)". Of more than two targets the best one is named in a line of
/// its own, and a short line follows for each other one. "No difference shown" where the interval holds 1. Empty as
/// long as fewer than two targets have a figure.
QStringList comparisonSentences(const SessionModel& session, const RunGroup& group);

} // namespace bv
