#include "models/run_tree_model.h"

#include "models/figure_columns.h"
#include "models/text.h"
#include "plan/parameters.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

// Ranks of the rows below the repeats.
constexpr qint64 deviationRank = 1'000'000'000;
constexpr qint64 medianRank = deviationRank + 1;
constexpr qint64 intervalRank = deviationRank + 2;
/// Targets and tests that stand in no plan come behind those that do.
constexpr qint64 unplannedRank = 1'000'000;

int figureCount()
{
    return static_cast<int>(figureColumns().size());
}

bool isFigure(int column)
{
    return column >= RunTreeModel::FirstFigure && column < RunTreeModel::FirstFigure + figureCount();
}

const FigureColumn& figureColumn(int column)
{
    return figureColumns().at(column - RunTreeModel::FirstFigure);
}

bool hasBegun(RunState state)
{
    return state != RunState::Waiting && state != RunState::Skipped;
}

} // namespace

QString runStatusText(RunState state, const RunRecord* record, bool discarded)
{
    if (record && record->status == RunStatus::Timeout)
        return RunTreeModel::tr("timed out");
    if (discarded && state == RunState::Ok)
        return RunTreeModel::tr("done, does not count");
    return runStateText(state);
}

RunTreeModel::RunTreeModel(SessionModel& session, QObject* parent)
    : QAbstractItemModel(parent)
    , m_session(session)
    , m_root(std::make_unique<Node>())
    , m_filled(FirstFigure + figureCount() + 3)
    , m_extents(figureCount())
    , m_derived(figureCount())
{
    connect(&session, &SessionModel::reset, this, &RunTreeModel::build);
    connect(&session, &SessionModel::runChanged, this, &RunTreeModel::update);
    build();
}

RunTreeModel::~RunTreeModel() = default;

int RunTreeModel::startedColumn()
{
    return FirstFigure + figureCount();
}

int RunTreeModel::durationColumn()
{
    return startedColumn() + 1;
}

int RunTreeModel::remarkColumn()
{
    return startedColumn() + 2;
}

void RunTreeModel::build()
{
    beginResetModel();
    m_building = true;
    m_root = std::make_unique<Node>();
    m_runs.clear();
    m_testRanks.clear();
    m_testNames.clear();
    m_targetRanks.clear();
    m_filled.fill(false);
    m_filled.setBit(Name);
    m_filled.setBit(Status);
    m_derived.fill(false);
    m_extents.fill({});
    m_lastParams = {};
    m_lastKey.clear();
    for (const TargetSettings& target : m_session.targets())
        m_targetRanks.insert(target.id, m_targetRanks.size());
    QHash<sysbench::Test, QList<QJsonObject>> params;
    QStringList keys;
    QList<qsizetype> firstOfKey;
    for (qsizetype i = 0; i < m_session.runCount(); ++i) {
        const QString key = keyOf(i);
        if (m_testRanks.contains(key))
            continue;
        m_testRanks.insert(key, m_testRanks.size());
        keys << key;
        firstOfKey << i;
        params[m_session.run(i).test] << m_session.run(i).params;
    }
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const PlannedRun& run = m_session.run(firstOfKey.at(i));
        m_testNames.insert(keys.at(i),
                           describeParams(run.test, run.params, varyingParameters(run.test, params.value(run.test))));
    }
    for (qsizetype i = 0; i < m_session.runCount(); ++i) {
        if (hasBegun(m_session.runState(i)))
            update(i);
    }
    for (const auto& test : m_root->children) {
        for (const auto& target : test->children)
            updateSummaryRows(target.get());
    }
    m_building = false;
    endResetModel();
    emit contentChanged();
}

QString RunTreeModel::keyOf(qsizetype number)
{
    const PlannedRun& run = m_session.run(number);
    if (m_lastKey.isEmpty() || run.test != m_lastTest || run.params != m_lastParams) {
        m_lastTest = run.test;
        m_lastParams = run.params;
        m_lastKey = comparisonKey(run);
    }
    return m_lastKey;
}

RunTreeModel::Node* RunTreeModel::childAt(Node* parent, Kind kind, qint64 rank, const QString& key, qsizetype number)
{
    auto& children = parent->children;
    const auto place = std::lower_bound(children.begin(), children.end(), rank,
                                        [](const std::unique_ptr<Node>& node, qint64 r) { return node->rank < r; });
    if (place != children.end() && (*place)->rank == rank)
        return place->get();
    const int row = static_cast<int>(place - children.begin());
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->parent = parent;
    node->rank = rank;
    node->key = key;
    node->number = number;
    Node* made = node.get();
    if (!m_building)
        beginInsertRows(parent == m_root.get() ? QModelIndex() : indexOf(parent), row, row);
    children.insert(place, std::move(node));
    for (std::size_t i = static_cast<std::size_t>(row); i < children.size(); ++i)
        children[i]->row = static_cast<int>(i);
    if (!m_building)
        endInsertRows();
    return made;
}

void RunTreeModel::removeChild(Node* parent, int row)
{
    if (!m_building)
        beginRemoveRows(parent == m_root.get() ? QModelIndex() : indexOf(parent), row, row);
    parent->children.erase(parent->children.begin() + row);
    for (std::size_t i = static_cast<std::size_t>(row); i < parent->children.size(); ++i)
        parent->children[i]->row = static_cast<int>(i);
    if (!m_building)
        endRemoveRows();
}

RunTreeModel::Node* RunTreeModel::testFor(qsizetype number)
{
    const QString key = keyOf(number);
    if (!m_testRanks.contains(key)) {
        const PlannedRun& run = m_session.run(number);
        m_testRanks.insert(key, unplannedRank + m_testRanks.size());
        m_testNames.insert(key, describeParams(run.test, run.params));
    }
    return childAt(m_root.get(), Kind::Test, m_testRanks.value(key), key);
}

RunTreeModel::Node* RunTreeModel::targetFor(Node* test, const QString& id)
{
    if (!m_targetRanks.contains(id))
        m_targetRanks.insert(id, unplannedRank + m_targetRanks.size());
    return childAt(test, Kind::Target, m_targetRanks.value(id), id);
}

void RunTreeModel::update(qsizetype number)
{
    Node* run = m_runs.value(number);
    if (!hasBegun(m_session.runState(number))) {
        if (run)
            removeRun(run);
        return;
    }
    const bool fresh = run == nullptr;
    if (fresh) {
        Node* test = testFor(number);
        Node* target = targetFor(test, m_session.run(number).targetId);
        run = childAt(target, Kind::Run, number, {}, number);
        m_runs.insert(number, run);
    }
    const bool news = noteValues(number);
    Node* target = run->parent;
    target->stale = true;
    if (m_building)
        return;
    if (!fresh)
        announce(run);
    updateSummaryRows(target);
    announce(target);
    if (news || fresh)
        emit contentChanged();
}

void RunTreeModel::removeRun(Node* run)
{
    Node* target = run->parent;
    Node* test = target->parent;
    m_runs.remove(run->number);
    removeChild(target, run->row);
    target->stale = true;
    updateSummaryRows(target);
    if (!target->children.empty()) {
        announce(target);
        return;
    }
    removeChild(test, target->row);
    if (test->children.empty())
        removeChild(m_root.get(), test->row);
    emit contentChanged();
}

/// Whether a column has got its first value.
bool RunTreeModel::noteValues(qsizetype number)
{
    const RunRecord* record = m_session.record(number);
    if (!record)
        return false;
    const QBitArray before = m_filled;
    const QBitArray derivedBefore = m_derived;
    for (int i = 0; i < figureCount(); ++i) {
        if (const auto figure = figureOf(record->metrics, figureColumns().at(i))) {
            m_filled.setBit(FirstFigure + i);
            if (figure->derived)
                m_derived.setBit(i);
            m_extents[i].add(figure->value);
        }
    }
    if (record->started.isValid()) {
        m_filled.setBit(startedColumn());
        m_filled.setBit(durationColumn());
    }
    if (!record->error.isEmpty() || !record->notes.isEmpty())
        m_filled.setBit(remarkColumn());
    return before != m_filled || derivedBefore != m_derived;
}

void RunTreeModel::updateSummaryRows(Node* target)
{
    target->good = 0;
    target->failed = 0;
    for (const auto& child : target->children) {
        if (child->kind != Kind::Run)
            continue;
        const RunRecord* record = m_session.record(child->number);
        if (!record || record->discarded)
            continue;
        if (record->status == RunStatus::Ok)
            ++target->good;
        else if (record->status != RunStatus::Cancelled)
            ++target->failed;
    }
    const bool wanted = target->good >= 2;
    const bool there = !target->children.empty() && target->children.back()->kind == Kind::Interval;
    if (wanted && !there) {
        const std::pair<Kind, qint64> rows[] = {
            {Kind::Deviation, deviationRank}, {Kind::Median, medianRank}, {Kind::Interval, intervalRank}};
        for (const auto& [kind, rank] : rows)
            childAt(target, kind, rank);
    } else if (!wanted && there) {
        for (int i = 0; i < 3; ++i)
            removeChild(target, static_cast<int>(target->children.size()) - 1);
    } else if (there && !m_building) {
        const int last = static_cast<int>(target->children.size()) - 1;
        emit dataChanged(indexOf(target->children[static_cast<std::size_t>(last - 2)].get()),
                         indexOf(target->children.back().get(), columnCount() - 1));
    }
}

void RunTreeModel::announce(Node* node)
{
    emit dataChanged(indexOf(node), indexOf(node, columnCount() - 1));
}

QModelIndex RunTreeModel::indexOf(const Node* node, int column) const
{
    return createIndex(node->row, column, const_cast<Node*>(node));
}

QModelIndex RunTreeModel::indexOfRun(qsizetype number, int column) const
{
    const Node* node = m_runs.value(number);
    return node ? indexOf(node, column) : QModelIndex();
}

QList<RunTreeModel::Choice> RunTreeModel::tests() const
{
    QList<Choice> choices;
    for (const auto& test : m_root->children)
        choices << Choice{test->key, nameText(test.get())};
    return choices;
}

QList<RunTreeModel::Choice> RunTreeModel::targets() const
{
    QList<Choice> choices;
    QStringList seen;
    for (const auto& test : m_root->children) {
        for (const auto& target : test->children) {
            if (!seen.contains(target->key)) {
                seen << target->key;
                choices << Choice{target->key, nameText(target.get())};
            }
        }
    }
    return choices;
}

QModelIndex RunTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node* node = parent.isValid() ? static_cast<Node*>(parent.internalPointer()) : m_root.get();
    return createIndex(row, column, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex RunTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    const Node* parent = static_cast<Node*>(index.internalPointer())->parent;
    return parent && parent != m_root.get() ? indexOf(parent) : QModelIndex();
}

int RunTreeModel::rowCount(const QModelIndex& parent) const
{
    if (parent.column() > 0)
        return 0;
    const Node* node = parent.isValid() ? static_cast<Node*>(parent.internalPointer()) : m_root.get();
    return static_cast<int>(node->children.size());
}

int RunTreeModel::columnCount(const QModelIndex&) const
{
    return remarkColumn() + 1;
}

QVariant RunTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = isFigure(section) || section == durationColumn();
        return QVariant::fromValue(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role == Qt::ToolTipRole)
        return isFigure(section) ? plainToolTip(figureColumn(section).meaning) : QVariant();
    if (role != Qt::DisplayRole)
        return {};
    if (section == Name)
        return tr("Test, target, run");
    if (section == Status)
        return tr("Status");
    if (section == startedColumn())
        return tr("Started");
    if (section == durationColumn())
        return tr("Duration\n(s)");
    if (section == remarkColumn())
        return tr("Remarks");
    return figureColumn(section).title;
}

} // namespace bv
