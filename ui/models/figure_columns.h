#pragma once

#include "sysbench/metrics.h"

#include <QList>
#include <QString>

namespace bv {

/// A column of figures in the table of results: the first of `metrics` that a run has.
struct FigureColumn
{
    QList<sysbench::Metric> metrics;
    QString title;   ///< with its unit
    QString meaning; ///< one sentence
    bool usual;      ///< shown without being asked for
};

/// In the order of the report: rates, latencies, fairness of threads, then what is seldom looked at.
const QList<FigureColumn>& figureColumns();

struct Figure
{
    double value = 0;
    bool derived = false;
};

std::optional<Figure> figureOf(const sysbench::Metrics& metrics, const FigureColumn& column);

/// The name of one metric without its unit, for the table of a single run: "Latency, 95th percentile".
QString metricTitle(sysbench::Metric metric);

} // namespace bv
