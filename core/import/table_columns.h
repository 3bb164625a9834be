#pragma once

#include "sysbench/metrics.h"

#include <QString>
#include <QStringList>
#include <optional>

namespace bv::importing {

/// What a column of a table of runs means.
struct TableColumn
{
    enum class Role {
        Unknown, ///< not understood
        Ignored, ///< understood, and nothing to be taken from
        Target,
        Test,
        Repeat,
        Version,
        Cpus,
        Memory,
        Accel,
        DiskFormat,
        Started,
        Status,
        Error,
        Discarded,
        Superseded,
        Parameter, ///< `parameter`
        Metric,    ///< `metric`
    };
    Role role = Role::Unknown;
    QString title;
    QString parameter; ///< of the plan
    sysbench::Metric metric{};
};

/// The meaning of a header, whatever its case and whatever stands between its words: our own names ("lat_avg_ms",
/// "param_threads"), those of the published report ("events_stddev" is sysbench's fairness of threads) and what people
/// write ("Events per second", "avg (ms)", "95th percentile", "Transfer rate [MiB/s]"). MB/s stays unknown: it may mean
/// 10^6 or 2^20 bytes. Pure.
TableColumn columnOf(const QString& title);

/// Is that the header of our own summary, which has no runs? Its columns are "n", "mean", "ci_low" and others.
bool isSummaryHeader(const QStringList& titles);

} // namespace bv::importing
