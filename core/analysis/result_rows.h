#pragma once

#include "analysis/summary.h"
#include "session/session.h"

#include <QList>
#include <QString>
#include <optional>

namespace bv::analysis {

/// The repeats of one test, with one set of parameters, on one target, summed up in the test's headline figure.
struct ResultRow
{
    QString comparisonKey; ///< rows with the same key may be compared
    QString test;          ///< for people: "fileio rndwr"
    QString targetId;
    QString target; ///< for people
    sysbench::Metric metric = sysbench::Metric::EventsPerSec;
    QList<double> values;           ///< the figures of the repeats that count
    std::optional<Summary> summary; ///< of `values`; absent where no repeat ended well
    /// Mean divided by the mean of the plan's first target, with its interval; absent where one has no figure.
    std::optional<RatioEstimate> ratio;
    int failed = 0;      ///< runs that did not end well
    QString targetError; ///< why the target could not be used, or not to the end; empty where it could
};

/// One row per test, parameters and target, in the plan's order of tests and targets. Warm-ups and runs that were not
/// ok do not count. A target that could not be used has a row, without figures, wherever another one was measured.
/// Pure.
QList<ResultRow> resultRows(const Session& session);

} // namespace bv::analysis
