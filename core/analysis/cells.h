#pragma once

#include "session/session.h"

#include <QList>
#include <QString>

namespace bv::analysis {

/// The repeats of one test, with one set of parameters, on one target.
struct Cell
{
    QString comparisonKey; ///< cells with the same key may be compared
    sysbench::Test kind = sysbench::Test::Unknown;
    QJsonObject params; ///< of its first run; those that do not change what is measured may differ
    QString test;       ///< for people: "fileio rndwr"
    QString targetId;
    QString target;                                           ///< for people
    sysbench::Metric metric = sysbench::Metric::EventsPerSec; ///< the headline figure of the test
    /// The repeats that count, in the order of the plan. They live as long as the session's list of runs does not
    /// change.
    QList<const RunRecord*> runs;
    QList<double> values; ///< `metric` of each of `runs`
    int failed = 0;       ///< runs that did not end well
    QString targetError;  ///< why the target could not be used, or not to the end; empty where it could
};

/// One cell per test, parameters and target, in the plan's order of tests and targets. Warm-ups and runs that were not
/// ok do not count. A target that could not be used has a cell, without runs, wherever another one was measured. Pure.
QList<Cell> cellsOf(const Session& session);

} // namespace bv::analysis
