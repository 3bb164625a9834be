#pragma once

#include "models/chart_data.h"
#include "models/run_groups.h"

#include <QObject>

namespace bv {

class SessionModel;
struct UtilizationSample;

/// The charts of a session: one for each test of the plan that sysbench reports intervals of, and on demand the use of
/// CPU and disk. Follows the model; a new interval costs the same however many there are. Warm-ups are left out. GUI
/// thread.
class ChartSet : public QObject
{
    Q_OBJECT
public:
    /// `session` must live longer.
    explicit ChartSet(const SessionModel& session, QObject* parent = nullptr);

    int count() const { return static_cast<int>(m_charts.size()); }
    const ChartData& chart(int place) const { return m_charts.at(static_cast<std::size_t>(place)).data; }
    /// -1 where there is none.
    int placeOf(ChartKind kind) const;
    const RunGroups& groups() const { return m_groups; }
    const SessionModel& session() const { return m_session; }

    ChartTime time() const { return m_time; }
    void setTime(ChartTime time);
    /// The charts of CPU and disk use, behind the others.
    bool hasUse() const { return m_hasUse; }
    void setUse(bool on);
    UseView useView() const { return m_useView; }
    void setUseView(UseView view);

    /// The group of which a run was on last; the first one of the chart's test before that; -1 where there is none.
    int currentGroup(ChartKind kind) const;

signals:
    /// There are other charts, or all of their data is new.
    void rebuilt();
    /// Values of a chart were added or replaced.
    void changed(int chart);

private:
    struct Chart
    {
        ChartData data;
        QList<int> slotOf;      ///< by run; -1: not in this chart
        qsizetype lastRun = -1; ///< whose values came last
    };
    void rebuild();
    void addChart(ChartKind kind);
    void fill(Chart* chart, qsizetype run);
    void take(qsizetype run, bool utilization);
    void runChanged(qsizetype run);
    void add(Chart* chart, qsizetype run, const sysbench::Interval* interval, const UtilizationSample* sample);
    void append(Chart* chart, qsizetype run, SeriesPart part, double seconds, double value);
    ChartSegment& segmentOf(Chart* chart, ChartSeries* series, qsizetype run);
    void place(Chart* chart, int fromSlot);
    void clearRun(Chart* chart, qsizetype run);
    double clockOffset(qsizetype run) const;

    const SessionModel& m_session;
    RunGroups m_groups;
    std::vector<Chart> m_charts;
    ChartTime m_time = ChartTime::Measured;
    UseView m_useView = UseView::Host;
    bool m_hasUse = false;
};

} // namespace bv
