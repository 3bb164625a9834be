#pragma once

#include "models/run_groups.h"

#include <QAbstractTableModel>

namespace bv {

class SessionModel;
enum class RunState : quint8;

/// The plan as a table: a row per test with its parameters and target, a column per repeat (warm-ups first).
class PlanStripModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        RunRole = Qt::UserRole, ///< SessionModel's number; -1 where the row has no such repeat
        StateRole,              ///< RunState as int
        WarmUpRole,
        TargetRole,     ///< in the vertical header: the target's id
        TargetNameRole, ///< in the vertical header: its name for people
        GroupRole,      ///< in the vertical header: test and parameters; empty where the row above has the same
    };

    /// `session` must live longer.
    explicit PlanStripModel(const SessionModel& session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// The cell of a run; invalid where it has none.
    QModelIndex indexOf(qsizetype run) const;

private:
    struct Row
    {
        int group = 0;
        QString targetId;
        QList<qsizetype> runs;
    };
    void rebuild();
    void runChanged(qsizetype run);
    QString describe(const Row& row, qsizetype run) const;

    const SessionModel& m_session;
    RunGroups m_groups;
    std::vector<Row> m_rows;
    QList<std::pair<int, int>> m_places; ///< row and column by run
    int m_columns = 0;
};

/// "✓", "▸", "✗", …: the state for those who do not see its colour.
QString runStateMark(RunState state);

} // namespace bv
