#include "models/target_list_model.h"

#include "models/plan_document.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::TargetListModel)
};

/// "targets[12].smp" → 12; -1 for another place.
int targetOf(const QString& where)
{
    constexpr QLatin1StringView start{"targets["};
    const qsizetype end = where.indexOf(u']');
    if (!where.startsWith(start) || end < 0)
        return -1;
    bool ok = false;
    const int place = QStringView(where).sliced(start.size(), end - start.size()).toInt(&ok);
    return ok ? place : -1;
}

/// The name that the settings alone give.
QString automaticName(TargetSettings target)
{
    target.label.clear();
    return targetLabel(target);
}

/// How many of `small`, from the first, stand in `large` in the same order.
template<class Rows>
qsizetype inOrder(const Rows& small, qsizetype smallFirst, qsizetype smallCount, const Rows& large,
                  qsizetype largeFirst, qsizetype largeCount)
{
    qsizetype found = 0;
    for (qsizetype i = 0; i < largeCount && found < smallCount; ++i) {
        if (small.at(smallFirst + found).settings.id == large.at(largeFirst + i).settings.id)
            ++found;
    }
    return found;
}

} // namespace

QString targetSummary(const TargetSettings& target)
{
    QStringList parts;
    if (!target.label.isEmpty() && target.kind != TargetKind::Host)
        parts << automaticName(target);
    switch (target.kind) {
    case TargetKind::Host:
        return Text::tr("This machine, without limits");
    case TargetKind::Docker:
        parts << (target.docker.image == "builtin"_L1 ? Text::tr("built-in image") : target.docker.image)
              << target.docker.storage;
        break;
    case TargetKind::Qemu: {
        const DiskSettings& disk = target.qemu.disk;
        if (disk.path.isEmpty())
            parts << Text::tr("scratch disk %1 GiB").arg(QString::number(disk.sizeGib));
        else
            parts << QFileInfo(disk.path).fileName();
        parts << disk.format << disk.cache;
        break;
    }
    }
    QString text = parts.join(u", "_s);
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text;
}

TargetListModel::TargetListModel(PlanDocument& plan, QObject* parent)
    : QAbstractListModel(parent)
    , m_plan(plan)
    , m_rows(rowsOfPlan())
{
    connect(&plan, &PlanDocument::changed, this, &TargetListModel::follow);
}

QList<TargetListModel::Row> TargetListModel::rowsOfPlan() const
{
    QList<Row> rows;
    QList<qsizetype> enabled;
    for (int i = 0; i < m_plan.targetCount(); ++i) {
        if (m_plan.isEnabled(i))
            enabled << i;
        rows << Row{m_plan.target(i), m_plan.isEnabled(i), {}, {}};
    }
    for (const PlanProblem& problem : m_plan.problems()) {
        const int place = targetOf(problem.where);
        if (place < 0 || place >= enabled.size())
            continue;
        Row& row = rows[enabled.at(place)];
        row.severity = std::max(row.severity.value_or(problem.severity), problem.severity);
        row.problems += (row.problems.isEmpty() ? QString() : u"\n"_s) + problem.message;
    }
    return rows;
}

int TargetListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant TargetListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return targetLabel(row.settings);
    case Qt::CheckStateRole:
        return row.enabled ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        return row.problems.isEmpty() ? QVariant() : row.problems;
    case Qt::AccessibleTextRole:
        return QStringList{targetLabel(row.settings), targetSummary(row.settings), row.problems}.join(u". "_s);
    case KindRole:
        return static_cast<int>(row.settings.kind);
    case SummaryRole:
        return row.enabled ? targetSummary(row.settings) : tr("Switched off: left out of the run");
    case SeverityRole:
        return row.severity ? QVariant(static_cast<int>(*row.severity)) : QVariant();
    case ProblemsRole:
        return row.problems;
    case IdRole:
        return row.settings.id;
    default:
        return {};
    }
}

bool TargetListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    if (role == Qt::CheckStateRole) {
        m_plan.setEnabled(index.row(), value.toInt() == Qt::Checked);
        return true;
    }
    if (role != Qt::EditRole)
        return false;
    TargetSettings settings = m_plan.target(index.row());
    const QString name = value.toString().simplified();
    settings.label = name == automaticName(settings) ? QString() : name;
    m_plan.setTarget(index.row(), settings);
    return true;
}

Qt::ItemFlags TargetListModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled; // between rows only
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsEditable |
           Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

QHash<int, QByteArray> TargetListModel::roleNames() const
{
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert({{KindRole, "kind"},
                  {SummaryRole, "summary"},
                  {SeverityRole, "severity"},
                  {ProblemsRole, "problems"},
                  {IdRole, "id"}});
    return names;
}

bool TargetListModel::moveRows(const QModelIndex& sourceParent, int row, int count, const QModelIndex& targetParent,
                               int before)
{
    const bool inside = row >= 0 && count > 0 && row + count <= rowCount() && before >= 0 && before <= rowCount();
    if (sourceParent.isValid() || targetParent.isValid() || !inside || (before >= row && before <= row + count))
        return false;
    for (int i = 0; i < count; ++i) {
        if (before > row)
            m_plan.moveTarget(row, before - 1);
        else
            m_plan.moveTarget(row + i, before + i);
    }
    return true;
}

void TargetListModel::follow()
{
    const QList<Row> rows = rowsOfPlan();
    const auto sameId = [](const Row& a, const Row& b) { return a.settings.id == b.settings.id; };
    const auto ends = std::mismatch(m_rows.cbegin(), m_rows.cend(), rows.cbegin(), rows.cend(), sameId);
    const qsizetype first = ends.first - m_rows.cbegin();
    qsizetype same = 0; // at the end
    const qsizetype most = std::min(m_rows.size(), rows.size()) - first;
    while (same < most && sameId(m_rows.at(m_rows.size() - 1 - same), rows.at(rows.size() - 1 - same)))
        ++same;
    const qsizetype had = m_rows.size() - first - same;
    const qsizetype has = rows.size() - first - same;
    if (had > has)
        takeRemovals(rows, first, had, has);
    else if (has > had)
        takeInsertions(rows, first, has, had);
    else if (had > 1)
        takeMove(rows, first, had);
    takeChanges(rows, 0, rows.size());
}

/// dataChanged() for the rows that are not as they were, neighbours together.
void TargetListModel::takeChanges(const QList<Row>& rows, qsizetype first, qsizetype count)
{
    qsizetype begin = -1;
    for (qsizetype i = first; i <= first + count; ++i) {
        const bool differs = i < first + count && !(m_rows.at(i) == rows.at(i));
        if (differs) {
            m_rows[i] = rows.at(i);
            begin = begin < 0 ? i : begin;
        } else if (begin >= 0) {
            emit dataChanged(index(static_cast<int>(begin)), index(static_cast<int>(i - 1)));
            begin = -1;
        }
    }
}

/// Whether one row went to the other end of the range.
bool TargetListModel::takeMove(const QList<Row>& rows, qsizetype first, qsizetype count)
{
    const qsizetype last = first + count - 1;
    const auto idOf = [](const Row& row) { return row.settings.id; };
    const auto shifted = [&](qsizetype by) {
        for (qsizetype i = first + (by < 0 ? 1 : 0); i <= last - (by > 0 ? 1 : 0); ++i) {
            if (idOf(m_rows.at(i)) != idOf(rows.at(i + by)))
                return false;
        }
        return true;
    };
    qsizetype from = -1;
    if (idOf(m_rows.at(first)) == idOf(rows.at(last)) && shifted(-1))
        from = first;
    else if (idOf(m_rows.at(last)) == idOf(rows.at(first)) && shifted(1))
        from = last;
    if (from < 0)
        return false;
    const qsizetype to = from == first ? last : first;
    beginMoveRows({}, static_cast<int>(from), static_cast<int>(from), {}, static_cast<int>(to > from ? to + 1 : to));
    m_rows.move(from, to);
    endMoveRows();
    return true;
}

/// `count` rows from `first` become `left`: those that are gone go; where all are others, the last ones.
void TargetListModel::takeRemovals(const QList<Row>& rows, qsizetype first, qsizetype count, qsizetype left)
{
    const bool kept = inOrder(rows, first, left, m_rows, first, count) == left;
    qsizetype surplus = count - left;
    qsizetype match = first + left - 1;
    const auto stays = [&](qsizetype at) {
        return kept && match >= first && m_rows.at(at).settings.id == rows.at(match).settings.id;
    };
    for (qsizetype end = first + count - 1; end >= first && surplus > 0; --end) {
        if (stays(end)) {
            --match;
            continue;
        }
        qsizetype begin = end; // neighbours go together
        while (begin > first && end - begin + 1 < surplus && !stays(begin - 1))
            --begin;
        beginRemoveRows({}, static_cast<int>(begin), static_cast<int>(end));
        m_rows.remove(begin, end - begin + 1);
        endRemoveRows();
        surplus -= end - begin + 1;
        end = begin;
    }
}

void TargetListModel::takeInsertions(const QList<Row>& rows, qsizetype first, qsizetype count, qsizetype had)
{
    const bool kept = inOrder(m_rows, first, had, rows, first, count) == had;
    qsizetype i = first;
    while (i < first + count) {
        const auto isOld = [&](qsizetype at) {
            if (!kept)
                return at < first + had;
            return at < m_rows.size() && m_rows.at(at).settings.id == rows.at(at).settings.id;
        };
        if (isOld(i)) {
            ++i;
            continue;
        }
        // All that are new up to the next old one, at once.
        qsizetype end = i + 1;
        while (end < first + count &&
               !(kept && i < m_rows.size() && m_rows.at(i).settings.id == rows.at(end).settings.id))
            ++end;
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(end - 1));
        for (qsizetype at = i; at < end; ++at)
            m_rows.insert(at, rows.at(at));
        endInsertRows();
        i = end;
    }
}

} // namespace bv
