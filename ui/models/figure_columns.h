#pragma once

#include "sysbench/metrics.h"

#include <QList>
#include <QString>

namespace bv {

/// A column of figures in the table of results: the first of `metrics` that a run has.
struct FigureColumn
{
    QList<sysbench::Metric> metrics;
    QString title;   ///< with its unit, in two lines where that is narrower
    QString meaning; ///< one sentence
    bool usual;      ///< shown without being asked for
};

/// What tests are compared by, latencies, other rates, fairness of threads, then what is seldom looked at: the first of
/// them are read without scrolling in a small window, too.
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
