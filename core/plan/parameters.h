#pragma once

#include "plan/plan.h"

namespace bv {

// What the parameters of a run mean to the plan: their order, their defaults, the names of cells, the words for people.

/// The names a suite of this test may have, as in a plan ("cpu_max_prime", "threads", …); for boot "cache",
/// "memory_mib" and "smp".
QStringList parameterNames(sysbench::Test test);

/// The parameter by which people tell runs of a test apart ("cpu_max_prime"); empty where there is none.
QString mainParameter(sysbench::Test test);

/// The suite or plan with its parameters in canonical order, which is the order of expansion (the first varies
/// slowest), whole numbers stored as integers, and sizes in their shortest form ("8M" for 8388608). First come the
/// parameters that decide a file set (file_total_size, file_num), so that every set is prepared once; then all others
/// by name. An order of their own the parameters cannot have: a plan is stored as JSON, and JSON objects have none.
Suite normalized(Suite suite);
Plan normalized(Plan plan);
/// A size in its shortest form, another whole number as an integer, anything else as it is.
QJsonValue normalizedValue(sysbench::Test test, const QString& name, const QJsonValue& value);

/// `params` with sysbench's defaults for what a reader of the record must know (threads, time_s where it decides, and
/// the test's main options) filled in from the catalogue; options beyond those stay out unless given. Boot has
/// cache.
QJsonObject withEssentialDefaults(sysbench::Test test, QJsonObject params);

/// Seconds a run is planned to take: time_s after warmup_time, or 0 where it is not known beforehand (mutex and boot do
/// a fixed work).
double plannedSeconds(sysbench::Test test, const QJsonObject& params);

/// Bytes from a number or from sysbench's "1G"; nothing where it is no size.
std::optional<qint64> sizeInBytes(const QJsonValue& value);
/// Names test and parameters, without the target: runs with the same key may be compared. Stable over storage as JSON,
/// and the same for the same size however it is written.
QString comparisonKey(sysbench::Test test, const QJsonObject& params);
QString comparisonKey(const PlannedRun& run);
/// Names test, parameters and target: runs with the same key are repeats of one cell.
QString cellKey(sysbench::Test test, const QJsonObject& params, const QString& targetId);
QString cellKey(const PlannedRun& run);

/// The parameters of which `params` (all of one test) hold more than one value, in canonical order.
QStringList varyingParameters(sysbench::Test test, const QList<QJsonObject>& params);

/// A short text for people and tables, usually at most 24 characters: "cpu 20000", "fileio rndwr", "memory write",
/// "threads", "mutex", "boot warm"; followed by the parameters named in `varying`, as in "cpu 20000, 4 threads" or
/// "fileio rndwr, 1G, 64K blocks". CPUs and memory that boot sets are always named. `varying` is what
/// varyingParameters() gives for the runs shown together.
QString describeParams(sysbench::Test test, const QJsonObject& params, const QStringList& varying = {});

} // namespace bv
