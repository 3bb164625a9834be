#pragma once

#include "models/grid_model.h"
#include "session/session.h"

#include <memory>

namespace bv {

/// What a GridModel shows.
struct GridTable
{
    QStringList header;
    QList<QList<GridModel::Cell>> rows;
    QList<int> figures;
};

using Sessions = QList<std::shared_ptr<const Session>>;

/// "A", "B", … of the sessions that are compared.
QString comparisonLetter(qsizetype session);

/// A row per test with its parameters and target; per session the mean with the half-width of its 95 % confidence
/// interval and the number of repeats, from the second on the ratio to the first session.
GridTable compareResults(const Sessions& sessions);

/// What is known of the plans, machines and targets, a column per session. What differs is strong.
GridTable compareProvenance(const Sessions& sessions, bool onlyDifferences);

} // namespace bv
