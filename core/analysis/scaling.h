#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <QList>

namespace bv::analysis {

/// What becomes of a test with more CPUs, more memory or more threads. CPUs and memory: across the targets of the plan
/// that differ in nothing else; threads: on one target, across cells that differ in nothing else. The most against the
/// fewest, by ratioOfMeans(), as speed (of times the inverse). One finding for each test, group of targets and factor:
/// Yes where the interval lies above 1, No where below, NotShown, NotMeasured where a side has one repeat only. `cells`
/// are cellsOf(session). Pure.
QList<Finding> scalingFindings(const Session& session, const QList<Cell>& cells);

} // namespace bv::analysis
