#pragma once

#include "session/run_record.h"

#include <QByteArray>

namespace bv {

// How the session store keeps the intervals and the utilisation of a run: as columns of numbers, since a long session
// has a million of them, and reading those as JSON takes several seconds. Pure; any thread.

/// Figures that are not finite are left out, as in JSON.
QByteArray packSamples(const QList<sysbench::Interval>& intervals, const QList<UtilizationSample>& utilization);

/// Fills the run's lists; false, with empty lists, where the bytes are damaged. Columns that a newer version may have
/// added are passed over.
bool unpackSamples(const QByteArray& bytes, RunRecord* run);

} // namespace bv
