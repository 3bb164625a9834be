#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <QList>
#include <QString>

namespace bv::analysis {

// The words by which findings name runs and figures. Labels of targets may hold anything, "%1" too: use them in one
// call of arg() with everything else.

/// "Repeat 3 of fileio seqrd on Docker".
QString runName(const Cell& cell, const RunRecord& run);
/// "fileio seqrd on Docker".
QString cellName(const Cell& cell);
/// "3", "1 and 2", "1, 2 and 5"; of more than eight "1, 2, 3, 4, 5, 6 and 12 more".
QString numberList(const QList<int>& numbers);
/// The repeats of the runs at these places of the cell, as numberList() writes them.
QString repeatList(const Cell& cell, const QList<qsizetype>& places);
/// "989 MiB/s": the figure in the unit of its metric.
QString figureWithUnit(double value, sysbench::Metric metric);
/// "p = 0.0004", "p = 0.02", "p < 0.0001".
QString pText(double p);
/// "24 %" of 0.241, below 10 with one digit: "3.2 %".
QString percentText(double share);

/// A note about these runs of a cell: kind, runs, target and key are set.
Finding noteAbout(FindingKind kind, const Cell& cell, const QList<const RunRecord*>& runs);

} // namespace bv::analysis
