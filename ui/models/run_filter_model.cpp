#include "models/run_filter_model.h"

#include "models/tsv.h"

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Kind = RunTreeModel::Kind;

Kind kindOf(const QModelIndex& index)
{
    return static_cast<Kind>(index.data(RunTreeModel::KindRole).toInt());
}

bool hasStatus(const QModelIndex& run, RunFilterModel::Status wanted)
{
    const auto state = static_cast<RunState>(run.data(RunTreeModel::StateRole).toInt());
    switch (wanted) {
    case RunFilterModel::Status::Any:
        return true;
    case RunFilterModel::Status::Ok:
        return state == RunState::Ok;
    case RunFilterModel::Status::Failed:
        return state == RunState::Failed;
    case RunFilterModel::Status::Cancelled:
        return state == RunState::Cancelled;
    case RunFilterModel::Status::Running:
        return state == RunState::Running;
    }
    return true;
}

} // namespace

RunFilterModel::RunFilterModel(RunTreeModel& runs, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_runs(runs)
{
    setRecursiveFilteringEnabled(true);
    setSourceModel(&runs);
}

void RunFilterModel::setText(const QString& text)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words == m_words)
        return;
    m_words = words;
    invalidateFilter();
}

void RunFilterModel::setTarget(const QString& id)
{
    if (id == m_target)
        return;
    m_target = id;
    invalidateFilter();
}

void RunFilterModel::setTest(const QString& key)
{
    if (key == m_test)
        return;
    m_test = key;
    invalidateFilter();
}

void RunFilterModel::setStatus(Status status)
{
    if (status == m_status)
        return;
    m_status = status;
    invalidateFilter();
}

bool RunFilterModel::isFiltering() const
{
    return !m_words.isEmpty() || !m_target.isEmpty() || !m_test.isEmpty() || m_status != Status::Any;
}

void RunFilterModel::sort(int column, Qt::SortOrder order)
{
    m_order = order;
    QSortFilterProxyModel::sort(column, order);
}

/// Tests and targets are shown when one of their rows is (recursive filtering).
bool RunFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = m_runs.index(row, 0, parent);
    const Kind kind = kindOf(index);
    if (kind == Kind::Test || kind == Kind::Target)
        return false;
    if (!m_target.isEmpty() && index.data(RunTreeModel::TargetRole).toString() != m_target)
        return false;
    if (!m_test.isEmpty() && index.data(RunTreeModel::TestRole).toString() != m_test)
        return false;
    // A summary is of all repeats; beside a few of them it would mislead.
    if (m_status != Status::Any && (kind != Kind::Run || !hasStatus(index, m_status)))
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text = index.data(RunTreeModel::SearchRole).toString();
    return std::all_of(m_words.cbegin(), m_words.cend(),
                       [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool RunFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const bool ascending = m_order == Qt::AscendingOrder;
    const bool keepsPlace = kindOf(left) != Kind::Run || kindOf(right) != Kind::Run;
    if (keepsPlace)
        return (left.row() < right.row()) == ascending;
    const QVariant a = left.data(RunTreeModel::SortRole);
    const QVariant b = right.data(RunTreeModel::SortRole);
    if (a.isValid() != b.isValid())
        return a.isValid() == ascending;
    const auto order = QVariant::compare(a, b);
    if (order == QPartialOrdering::Equivalent || order == QPartialOrdering::Unordered)
        return (left.row() < right.row()) == ascending;
    return order == QPartialOrdering::Less;
}

QString RunFilterModel::tsv(const QModelIndexList& rows, const QList<int>& columns) const
{
    QStringList header{tr("Test"), tr("Target"), tr("Run")};
    for (const int column : columns) {
        if (column != RunTreeModel::Name)
            header << tsvCell(headerData(column, Qt::Horizontal).toString());
    }
    QStringList lines{header.join(u'\t')};
    for (const QModelIndex& row : rows)
        lines << tsvRow(row.siblingAtColumn(RunTreeModel::Name), columns).join(u'\t');
    return lines.join(u'\n') + u'\n';
}

QStringList RunFilterModel::tsvRow(const QModelIndex& row, const QList<int>& columns) const
{
    QStringList names(3);
    QModelIndex at = row;
    for (int level = static_cast<int>(kindOf(row) == Kind::Test     ? 0
                                      : kindOf(row) == Kind::Target ? 1
                                                                    : 2);
         level >= 0; --level) {
        names[level] = tsvCell(at.data().toString());
        at = at.parent();
    }
    if (kindOf(row) == Kind::Target)
        names[2] = tr("mean");
    QStringList cells = names;
    for (const int column : columns) {
        if (column == RunTreeModel::Name)
            continue;
        const QModelIndex cell = row.siblingAtColumn(column);
        const QVariant exact = cell.data(RunTreeModel::ExactRole);
        cells << (exact.isValid() ? tsvNumber(exact.toDouble()) : tsvCell(cell.data().toString()));
    }
    return cells;
}

} // namespace bv
