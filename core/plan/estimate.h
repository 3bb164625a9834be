#pragma once

#include "plan/plan.h"

#include <QHash>
#include <QSet>

namespace bv {

/// What things cost before anything was observed. Seconds, and MiB/s for `prepare`. Medians of trials on a small
/// machine.
struct CostModel
{
    double hostRunS = 0.1; ///< per run, beyond its planned time: starting sysbench, pausing the others, storing
    double dockerRunS = 0.3;
    double qemuRunS = 0.4;
    double containerStartS = 0.5;
    double containerStopS = 0.5;
    double vmBootTcgS = 3;
    double vmBootKvmS = 1;
    double vmStopS = 0.5;
    double fixedWorkS = 5;       ///< a run whose end is its work, not a time (mutex)
    double pageCacheDropS = 0.2; ///< before each fileio run
    double hostPrepareMibPerS = 300;
    double dockerPrepareMibPerS = 300;
    double qemuTcgPrepareMibPerS = 60;
    double qemuKvmPrepareMibPerS = 250;
};

/// From the fewest to the most seconds something may take. They differ only where repeats are adaptive.
struct TimeRange
{
    double minS = 0;
    double maxS = 0;
    bool operator==(const TimeRange&) const = default;
};

/// How long runs of a plan will take, from a cost model that is corrected as runs finish. A value: no clock inside.
class Estimate
{
public:
    /// `kvmUsable` decides what accel "auto" will be.
    explicit Estimate(const Plan& plan, bool kvmUsable = false, const CostModel& costs = {});

    /// A run has finished well. `wallSeconds` is from the moment the runner took it up until it was stored: with
    /// resuming the target and dropping the cache, without starting the target, preparing files and cooldown. From then
    /// on the overhead (time beyond the planned one) of runs of this test on this kind of target is the median of those
    /// seen. The run's target counts as started and its file set as prepared. Do not tell it of failed or cancelled
    /// runs.
    void observe(const PlannedRun& run, double wallSeconds);
    /// A target has started (booted) or a file set was prepared; later ones of the kind are reckoned by the median
    /// seen.
    void observeStart(const QString& targetId, double wallSeconds);
    void observePrepare(const PlannedRun& run, double wallSeconds);

    /// Seconds for `left`, the runs not yet done, in order: runs, cooldown between them, page-cache drops, starts and
    /// stops of their targets, and `prepare` once per target and file set, as far as not yet seen, and once more after
    /// seqwr. minS counts, with adaptive repeats, only the repeats up to the least number.
    TimeRange remaining(const QList<PlannedRun>& left) const;

private:
    double runSeconds(const PlannedRun& run) const;
    double startSeconds(const TargetSettings& target) const;
    double stopSeconds(const TargetSettings& target) const;
    double prepareSeconds(const TargetSettings& target, const PlannedRun& run) const;
    double assumedOverhead(const TargetSettings& target, const PlannedRun& run) const;
    bool usesKvm(const TargetSettings& target) const;
    QString overheadKey(const PlannedRun& run) const;
    QString classKey(const TargetSettings& target) const;
    double secondsFor(const QList<PlannedRun>& left, int repeatLimit) const;
    TargetSettings targetOf(const QString& id) const;

    QHash<QString, TargetSettings> m_targets;
    std::optional<AdaptiveRepeats> m_adaptive;
    double m_cooldownS = 0;
    bool m_dropPageCache = true;
    bool m_kvmUsable = false;
    CostModel m_costs;
    QHash<QString, QList<double>> m_overheads; ///< seconds beyond the planned ones, by overheadKey()
    QHash<QString, QList<double>> m_starts;    ///< seconds, by classKey()
    QHash<QString, QList<double>> m_prepares;  ///< seconds per MiB, by classKey()
    QSet<QString> m_started;
    QSet<QString> m_prepared;
    QSet<QString> m_spoiled; ///< of these, see sysbench::spoilsFileSet()
};

/// "less than 1 s", "42 s", "2 min 10 s", "1 h 5 min", "2 d 3 h"; rounded to the shown unit.
QString formatDuration(double seconds);
/// "about 2 min 10 s", or "2 min 10 s to 8 min 40 s" where the ends differ.
QString formatDuration(const TimeRange& range);

} // namespace bv
