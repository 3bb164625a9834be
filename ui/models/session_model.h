#pragma once

#include "plan/plan.h"
#include "run/session_progress.h"
#include "session/session.h"

#include <QObject>
#include <memory>

namespace bv {

class Engine;

/// Where a planned run stands.
enum class RunState : quint8 { Waiting, Running, Ok, Failed, Cancelled, Skipped };

/// "waiting", "running", "done", …, for people.
QString runStateText(RunState state);

/// The session the window shows, whether it is being measured or was stored: the one source of charts, tables and the
/// plan strip. Runs are numbered 0…runCount()-1: those of the plan in the order of execution, then runs that belong to
/// no plan. Of a planned run that was tried again the last attempt counts. Lives on the GUI's thread.
class SessionModel : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    ~SessionModel() override;

    /// Shows whatever `engine` measures from its next sessionStarted() on. `plan` gives the names of targets until
    /// then. The engine must live longer, or stop following first by show() or clear().
    void follow(Engine& engine, const Plan& plan);
    /// Goes on with a stored session that the engine resumes.
    void followResumed(Engine& engine, const Session& session);
    /// Shows a stored session.
    void show(std::shared_ptr<const Session> session);
    /// Shows a stored session as it was when only the runs at the places `ended` of its list had ended: the beginning
    /// of a replay, or a place in it. See SessionReplay, which takes it from there by the four functions below.
    void showRecorded(const std::shared_ptr<const Session>& session, const QList<qsizetype>& ended = {});
    void beginRecorded(qsizetype place);
    void addRecorded(qsizetype place, const sysbench::Interval& interval);
    void addRecorded(qsizetype place, const UtilizationSample& sample);
    void endRecorded(qsizetype place);
    /// All runs have ended: whatever show() shows is shown.
    void completeRecorded();
    /// The stored form of the session that was measured: takes over what the engine does not tell (targets with their
    /// provenance, name, host). Runs stay as they are. Ignored for another session.
    void takeStored(const Session& session);
    void clear();

    bool isEmpty() const { return m_runs.isEmpty(); }
    /// From sessionStarted() until finished().
    bool isLive() const { return m_live; }
    /// From showRecorded() until something else is shown: what is seen was measured earlier.
    bool isRecorded() const { return m_recorded != nullptr; }
    /// The whole session of which a part is shown while isRecorded().
    std::shared_ptr<const Session> recorded() const { return m_recorded; }
    QString sessionId() const { return m_session.id; }
    /// Plan, targets with their provenance (once stored), name, host. `runs` holds the finished records.
    const Session& session() const { return m_session; }
    const QList<TargetSettings>& targets() const { return m_session.plan.targets; }
    /// The target's name for people, with its id where another target is called the same; the id alone where the target
    /// is not known.
    QString targetName(const QString& targetId) const;
    /// The name of the run's target beside its parameters: a start has a size of its own, and not that of the target's
    /// settings (startLabel()).
    QString targetName(const PlannedRun& run) const;

    /// "kvm" or "tcg": what a VM was found to use, else what its settings say; "tcg" while "auto" is undecided. Empty
    /// for other kinds.
    QString accelerator(const TargetSettings& target) const;

    qsizetype runCount() const { return m_runs.size(); }
    const PlannedRun& run(qsizetype number) const { return m_runs.at(number).planned; }
    RunState runState(qsizetype number) const { return m_runs.at(number).state; }
    /// Nothing before the run has ended.
    const RunRecord* record(qsizetype number) const;
    /// sysbench's intervals so far.
    const QList<sysbench::Interval>& intervals(qsizetype number) const;
    const QList<UtilizationSample>& utilization(qsizetype number) const;
    /// When the run began, as far as that is known; UTC.
    QDateTime startedAt(qsizetype number) const;
    /// The number of the planned run with that PlannedRun::index; -1 where there is none.
    qsizetype numberOf(int plannedIndex) const;
    /// The run that is on; -1 when none is.
    qsizetype runningNumber() const { return m_running; }
    const SessionProgress& progress() const { return m_progress; }

signals:
    /// Everything is new.
    void reset();
    void runChanged(qsizetype number);
    void intervalAdded(qsizetype number);
    void utilizationAdded(qsizetype number);
    void progressChanged();
    /// Name, host or provenance of the session have changed.
    void factsChanged();
    /// isLive() has changed.
    void liveChanged(bool live);
    /// isRecorded() has changed.
    void recordedChanged(bool recorded);

private:
    struct Run
    {
        PlannedRun planned;
        RunState state = RunState::Waiting;
        qsizetype record = -1; ///< place in m_session.runs
        QList<sysbench::Interval> intervals;
        QList<UtilizationSample> utilization;
        QDateTime begun; ///< while there is no record
    };
    void forget();
    void load(const Session& session);
    void skipWaiting();
    void tellRecordedProgress();
    QString labelOf(const TargetSettings& target, const PlannedRun& run) const;
    void connectTo(Engine& engine);
    void begin(const QString& id, const QList<PlannedRun>& runs);
    void take(const RunRecord& record);
    void place(qsizetype recordPlace);
    void setRecord(qsizetype number, qsizetype recordPlace);
    void setState(qsizetype number, RunState state, const QDateTime& begun = {});

    Session m_session;
    QList<Run> m_runs;
    QHash<QString, QString> m_accelerators; ///< by target
    QHash<int, qsizetype> m_numbers;        ///< by planned index
    QList<QMetaObject::Connection> m_connections;
    std::shared_ptr<const Session> m_recorded;
    QList<qsizetype> m_recordedNumbers; ///< of the runs of m_recorded
    SessionProgress m_progress;
    qsizetype m_running = -1;
    bool m_live = false;
    bool m_resuming = false;
};

/// What stands on everything that is shown or written of a replay, "Recorded"; empty where there is none.
QString recordedMark(const SessionModel& session);

} // namespace bv
