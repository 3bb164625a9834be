#pragma once

#include "analysis/cells.h"
#include "analysis/ratio.h"
#include "analysis/summary.h"

#include <QList>
#include <optional>

namespace bv::analysis {

/// A cell summed up in the test's headline figure.
struct ResultRow : Cell
{
    std::optional<Summary> summary; ///< of `values`; absent where no repeat ended well
    /// Mean divided by the mean of the plan's first target, with its interval; absent where one has no figure. Of the
    /// first target itself 1, without an interval.
    std::optional<RatioEstimate> ratio;
};

/// One row per cell, in the order of cellsOf(). Pure.
QList<ResultRow> resultRows(const Session& session);

} // namespace bv::analysis
