#pragma once

#include "plan/estimate.h"
#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "plan/problem.h"

#include <QObject>
#include <QSet>

class QTimer;

namespace bv {

/// The plan as it is being edited: every target, also those that are switched off, and what validation, run count and
/// estimate say of it. Every change emits changed() once, when it is done; for a plan of thousands of runs once more
/// when the estimate is known, which is made outside of this thread then. GUI thread; each call takes well under a
/// millisecond for plans of a usual size.
class PlanDocument : public QObject
{
    Q_OBJECT
public:
    /// Begins with preset "quick".
    explicit PlanDocument(const MachineLimits& limits, QObject* parent = nullptr);

    const MachineLimits& limits() const { return m_limits; }
    /// What Run runs and Save plan writes: the targets that are switched on, suites, order and the rest.
    Plan enabledPlan() const;
    /// With every target.
    const Plan& plan() const { return m_plan; }
    /// Replaces everything; all targets are on. `base` is the name of the preset this is or was made from; empty: what
    /// the plan's name tells of that.
    void setPlan(const Plan& plan, const QString& base = {});
    /// The preset this plan is, whatever its name; empty where anything differs from it.
    QString preset() const { return m_preset; }
    /// The preset this plan was made from, changed or not; empty for any other plan.
    QString basePreset() const { return m_base; }
    /// Whether somebody gave the plan its name. Otherwise the name is automaticName().
    bool isNamed() const { return m_named; }
    /// Empty: the plan has automaticName() again.
    void setName(const QString& name);
    /// "quick", "quick, changed"; empty where the plan was not made from a preset.
    QString automaticName() const;
    /// BadInput for an unknown name.
    Result<> loadPreset(const QString& name);

    int targetCount() const { return static_cast<int>(m_plan.targets.size()); }
    const TargetSettings& target(int row) const { return m_plan.targets.at(row); }
    bool isEnabled(int row) const { return !m_off.contains(target(row).id); }
    void setEnabled(int row, bool enabled);
    /// Appends targets; their ids are made anew where they are empty or taken. Gives the row of the first.
    int addTargets(const QList<TargetSettings>& targets) { return insertTargets(targetCount(), targets); }
    /// The same, the first of them at `row`.
    int insertTargets(int row, const QList<TargetSettings>& targets);
    /// Gives the row of the copy, which stands below the original.
    int duplicateTarget(int row);
    struct RemovedTarget
    {
        int row = 0; ///< where it was
        TargetSettings settings;
        bool enabled = true;
    };
    /// Gives what was removed, the first row first.
    QList<RemovedTarget> removeTargets(QList<int> rows);
    /// Puts them back where they were, as far as the plan still has such rows.
    void restoreTargets(const QList<RemovedTarget>& targets);
    void moveTarget(int from, int to);
    /// All targets and which of them are off, to come back to.
    struct Arrangements
    {
        QList<TargetSettings> targets;
        QSet<QString> off; ///< ids
        bool operator==(const Arrangements&) const = default;
    };
    Arrangements arrangements() const { return {m_plan.targets, m_off}; }
    void setArrangements(const Arrangements& arrangements);
    /// New settings; an id that was made from the old settings follows them, so does not one that was given by hand.
    void setTarget(int row, TargetSettings settings);

    const QList<Suite>& suites() const { return m_plan.suites; }
    void setSuites(const QList<Suite>& suites);
    /// Everything but name, targets and suites: repeats, adaptive, warm-up, order, cooldown, page cache.
    void setOptions(const Plan& options);

    /// What validatePlan() says of enabledPlan(). `where` counts enabled targets; see problemsOfTarget().
    const QList<PlanProblem>& problems() const { return m_problems; }
    /// Those of one target, `where` without "targets[N].": "smp", "disk.path". None while it is off.
    QList<PlanProblem> problemsOfTarget(int row) const;
    /// Those of one suite, `where` without "suites[N].".
    QList<PlanProblem> problemsOfSuite(int row) const;
    bool canRun() const;
    /// Runs of enabledPlan(), warm-ups included; with adaptive repeats the most there can be.
    qint64 runCount() const { return m_runCount; }
    /// How long they will take; zero where the plan cannot be run, and while that is not known yet.
    TimeRange estimate() const { return m_estimate; }
    /// "24 runs, about 2 min 10 s"; why nothing can be run otherwise.
    QString summary() const;
    /// What the probe said of KVM; decides the estimate and the colour of "auto".
    void setKvmUsable(bool usable);
    bool kvmUsable() const { return m_kvmUsable; }

    /// The ids of targets that are switched off, for the settings file.
    QStringList disabledTargets() const { return QStringList(m_off.cbegin(), m_off.cend()); }
    void setDisabledTargets(const QStringList& ids);

signals:
    void changed();
    /// setPlan() was called: this is another plan. Before changed().
    void replaced();

private:
    void update();
    void compareWithBase();
    QStringList ids() const;
    void insert(int row, TargetSettings target);
    void startEstimate();
    QList<PlanProblem> problemsBelow(const QString& prefix) const;

    MachineLimits m_limits;
    Plan m_plan;
    QString m_preset;
    QString m_base;
    Plan m_basePlan; ///< normalized
    bool m_named = false;
    QSet<QString> m_off;
    QList<PlanProblem> m_problems;
    qint64 m_runCount = 0;
    TimeRange m_estimate;
    bool m_kvmUsable = false;
    QTimer* m_estimateTimer;
    int m_estimateGeneration = 0; ///< of the plan the estimate on the way is for
};

} // namespace bv
