#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <QList>

namespace bv::analysis {

/// What becomes of a test with more CPUs, more memory or more threads. CPUs and memory: across the targets of the plan
/// that differ in nothing else; threads: on one target, across cells that differ in nothing else. One finding for each
/// test, group of targets and factor: the most against the fewest, by comparisonsOf(), all of them one family for Holm.
/// Yes where the most are shown to be faster, No where slower, NotMeasured where a side has one repeat only, NotShown
/// otherwise, and where a step between goes the other way. Of mutex, whose threads each do the whole work, the time
/// divided by the threads is compared. `cells` are cellsOf(session). Pure.
QList<Finding> scalingFindings(const Session& session, const QList<Cell>& cells);

} // namespace bv::analysis
