#pragma once

#include "sysbench/metrics.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

class SessionModel;

/// One phase of a start.
struct BarPart
{
    QString name;
    double mean = 0;
};

/// One target in a group of bars.
struct Bar
{
    QString targetId;
    QString name;         ///< of the target, for people
    QList<double> values; ///< one per run that ended well
    double mean = 0;
    std::optional<double> ciLow; ///< ends of the 95 % interval of the mean; absent for one value
    std::optional<double> ciHigh;
    QList<BarPart> parts; ///< of the mean, from the bottom; none where they are not known
};

/// One test with its parameters: a bar for each target of the chart, in the same order; without values where that
/// target has none.
struct BarGroup
{
    QString label;
    QList<Bar> bars;
};

/// The results of one test: all of one unit.
struct BarData
{
    sysbench::Test test = sysbench::Test::Unknown;
    QString title;
    QString unit;
    QString stem; ///< for file names
    QList<BarGroup> groups;
    QStringList findings; ///< what can be said of them, in sentences with figures

    bool hasParts() const;
    double highest() const; ///< of values and whiskers
};

/// One for each test of the session that has results. Pure but for reading the model.
QList<BarData> barData(const SessionModel& session);

} // namespace bv
