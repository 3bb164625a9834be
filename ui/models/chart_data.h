#pragma once

#include "models/sample_column.h"
#include "sysbench/metrics.h"

#include <QPointF>
#include <QString>
#include <optional>
#include <vector>

namespace bv {

/// What a chart over time shows.
enum class ChartKind : quint8 { Cpu, Fileio, Memory, Threads, CpuUse, DiskUse };
/// Runs side by side by what they measure, or by when they were measured.
enum class ChartTime : quint8 { Measured, Clock };
/// From where utilisation is seen.
enum class UseView : quint8 { Host, Guest };
/// What a line is of its target.
enum class SeriesPart : quint8 { Whole, User, System };

/// The values of one run.
struct ChartSegment
{
    qsizetype run = -1; ///< SessionModel's number
    qsizetype slot = -1;
    double offset = 0; ///< where the run's time 0 stands on the axis, seconds
    SampleColumn column;

    double begin() const { return offset + (column.isEmpty() ? 0 : column.secondsAt(0)); }
    double end() const { return offset + column.lastSeconds(); }
};

/// One line: the runs of one target.
struct ChartSeries
{
    QString targetId;
    QString name; ///< for people, unique in the chart
    SeriesPart part = SeriesPart::Whole;
    std::vector<ChartSegment> segments; ///< by offset
    qsizetype pointCount = 0;
};

/// A place on the axis of measured time that runs of the same test, parameters and repeat of all targets share.
struct ChartSlot
{
    QString label; ///< test and parameters, for people
    int group = 0; ///< slots of the same test and parameters have the same
    int repeat = 1;
    double planned = 0; ///< seconds
    double length = 0;  ///< seconds: the longest of what was planned and what was measured
    double begin = 0;   ///< seconds on the axis; of slots that are in use
    bool inUse = false; ///< some run of it has values
};

/// A stretch of the axis that belongs to one test with its parameters.
struct ChartBand
{
    QString label;
    double begin = 0;
    double end = 0;
};

/// A chart's lines. Copies share their data: a copy is a cheap picture of the moment. Pure.
struct ChartData
{
    ChartKind kind = ChartKind::Cpu;
    ChartTime time = ChartTime::Measured;
    UseView view = UseView::Host;
    std::vector<ChartSeries> series;
    std::vector<ChartSlot> slotList;

    bool isEmpty() const;
    qsizetype pointCount() const;
    /// Where the newest data ends; seconds from 0.
    double length() const;
    /// The seconds a run of this chart usually takes: how much must fit into the view at least.
    double slotLength() const;
    QList<ChartBand> bands() const;

    /// A point of the data, as the read-out shows it.
    struct Point
    {
        qsizetype series = -1;
        qsizetype segment = -1;
        qsizetype index = -1;
        double x = 0; ///< on the axis
        double seconds = 0;
        double value = 0;
        bool isValid() const { return series >= 0; }
    };
    /// Of one series the point that is nearest along the axis.
    Point nearest(qsizetype series, double x) const;
    /// The lowest and highest value between from and to; nothing where no point is. `hidden` series do not count.
    std::optional<std::pair<double, double>> range(double from, double to, const std::vector<bool>& hidden = {}) const;
};

/// "CPU", "File I/O", …
QString chartTitle(const ChartData& chart);
/// "events/s", "MiB/s", "% of one core", "% of the time".
QString chartUnit(ChartKind kind);
/// For file names: "cpu-events", "fileio-mib", …
QString chartStem(ChartKind kind);
/// The figure of one interval that a chart shows.
std::optional<double> chartValue(ChartKind kind, const sysbench::Interval& interval);
/// The chart of a test; nothing for one without intervals.
std::optional<ChartKind> chartKindOf(sysbench::Test test);

/// What is to be drawn of a series: lines of at most about two points for each of `buckets` equal parts of from…to, the
/// lowest and the highest value of each, and the neighbours outside, so that lines reach the edges. Runs that are
/// further apart than `joinBelow` seconds are lines of their own. Where a series has no more points in view than that,
/// they are all there.
struct DecimationView
{
    double from = 0;
    double to = 1;
    int buckets = 300;
    double joinBelow = 0;
};
QList<QList<QPointF>> decimated(const ChartSeries& series, const DecimationView& view);

} // namespace bv
