#include "models/plan_strip_model.h"

#include "models/session_model.h"
#include "models/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

QString runStateMark(RunState state)
{
    switch (state) {
    case RunState::Waiting:
        return {};
    case RunState::Running:
        return u"▸"_s;
    case RunState::Ok:
        return u"✓"_s;
    case RunState::Failed:
        return u"✗"_s;
    case RunState::Cancelled:
        return u"–"_s;
    case RunState::Skipped:
        return u"·"_s;
    }
    return {};
}

PlanStripModel::PlanStripModel(const SessionModel& session, QObject* parent)
    : QAbstractTableModel(parent)
    , m_session(session)
{
    connect(&session, &SessionModel::reset, this, &PlanStripModel::rebuild);
    connect(&session, &SessionModel::runChanged, this, &PlanStripModel::runChanged);
    rebuild();
}

void PlanStripModel::rebuild()
{
    beginResetModel();
    m_groups = RunGroups(m_session);
    m_rows.clear();
    m_columns = 0;
    m_places.fill({-1, -1}, m_session.runCount());
    for (int g = 0; g < static_cast<int>(m_groups.groups().size()); ++g) {
        const RunGroup& group = m_groups.group(g);
        QHash<QString, std::size_t> rowOf;
        for (const QString& id : group.targetIds) {
            rowOf.insert(id, m_rows.size());
            m_rows.push_back({g, id, {}});
        }
        for (const qsizetype run : group.runs) {
            const std::size_t row = rowOf.value(m_session.run(run).targetId);
            m_places[run] = {static_cast<int>(row), static_cast<int>(m_rows[row].runs.size())};
            m_rows[row].runs << run;
            m_columns = std::max(m_columns, static_cast<int>(m_rows[row].runs.size()));
        }
    }
    endResetModel();
}

void PlanStripModel::runChanged(qsizetype run)
{
    if (run >= m_places.size()) {
        rebuild(); // a run that belongs to no plan
        return;
    }
    const QModelIndex cell = indexOf(run);
    emit dataChanged(cell, cell);
}

int PlanStripModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PlanStripModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_columns;
}

QModelIndex PlanStripModel::indexOf(qsizetype run) const
{
    const auto [row, column] = m_places.value(run, {-1, -1});
    return row < 0 ? QModelIndex() : index(row, column);
}

Qt::ItemFlags PlanStripModel::flags(const QModelIndex& index) const
{
    return index.data(RunRole).toLongLong() < 0 ? Qt::NoItemFlags : QAbstractTableModel::flags(index);
}

QVariant PlanStripModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows.at(static_cast<std::size_t>(index.row()));
    const qsizetype run = row.runs.value(index.column(), -1);
    if (role == RunRole)
        return run;
    if (run < 0 || run >= m_session.runCount())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return runStateMark(m_session.runState(run));
    case StateRole:
        return static_cast<int>(m_session.runState(run));
    case WarmUpRole:
        return m_session.run(run).discarded;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return describe(row, run);
    default:
        return {};
    }
}

QString PlanStripModel::describe(const Row& row, qsizetype run) const
{
    const PlannedRun& planned = m_session.run(run);
    const QString repeat =
        planned.discarded ? tr("warm-up %1").arg(planned.repeat) : tr("repeat %1").arg(planned.repeat);
    QString text = tr("%1 on %2, %3: %4")
                       .arg(m_groups.group(row.group).label, m_session.targetName(planned), repeat,
                            runStateText(m_session.runState(run)));
    const RunRecord* record = m_session.record(run);
    if (!record)
        return text;
    const sysbench::Metric metric = sysbench::headlineMetric(planned.test);
    if (const auto value = record->metrics.value(metric); value && record->status == RunStatus::Ok)
        text += tr(", %1 %2").arg(readingText(*value), sysbench::metricUnit(metric));
    if (!record->error.isEmpty())
        text += u"\n"_s + record->error;
    return text;
}

QVariant PlanStripModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    if (section < 0 || section >= rowCount())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(section)];
    const QString label = m_groups.group(row.group).label;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return tr("%1 on %2").arg(label, targetName(m_session, m_groups.group(row.group), row.targetId));
    case TargetRole:
        return row.targetId;
    case TargetNameRole:
        return targetName(m_session, m_groups.group(row.group), row.targetId);
    case GroupRole:
        return section > 0 && m_rows[static_cast<std::size_t>(section) - 1].group == row.group ? QString() : label;
    default:
        return {};
    }
}

} // namespace bv
