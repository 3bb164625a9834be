#include "base/figures.h"
#include "models/figure_columns.h"
#include "models/run_tree_model.h"
#include "models/text.h"

#include <QDateTime>
#include <algorithm>
#include <cmath>

// What the rows of the table of results say; how they come and go is in run_tree_model.cpp.

using namespace Qt::StringLiterals;

namespace bv {

namespace {

bool isFigure(int column)
{
    return column >= RunTreeModel::FirstFigure && column < RunTreeModel::startedColumn();
}

const FigureColumn& figureColumn(int column)
{
    return figureColumns().at(column - RunTreeModel::FirstFigure);
}

bool isSummary(RunTreeModel::Kind kind)
{
    return kind > RunTreeModel::Kind::Run;
}

} // namespace

QVariant RunTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node* node = static_cast<Node*>(index.internalPointer());
    const int column = index.column();
    const bool isRun = node->kind == Kind::Run;
    const Node* target = node->kind == Kind::Target ? node : node->kind == Kind::Test ? nullptr : node->parent;
    switch (role) {
    case Qt::DisplayRole:
        return display(node, column);
    case Qt::TextAlignmentRole:
        return headerData(column, Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return column == remarkColumn() && isRun ? plainToolTip(runText(node, column)) : QVariant();
    case SortRole:
        return sortValue(node, column);
    case KindRole:
        return static_cast<int>(node->kind);
    case RunRole:
        return node->number;
    case StateRole:
        return isRun ? static_cast<int>(m_session.runState(node->number)) : -1;
    case WarmUpRole:
        return isRun && m_session.run(node->number).discarded;
    case FailedRole:
        return isRun ? m_session.runState(node->number) == RunState::Failed : node == target && node->failed > 0;
    case TargetRole:
        return target ? target->key : QString();
    case TestRole:
        return target ? target->parent->key : node->key;
    case SearchRole:
        return searchText(node);
    case ExactRole: {
        if (node->kind == Kind::Run && column == durationColumn())
            return sortValue(node, column);
        const auto found = figure(node, column);
        return found ? QVariant(found->value) : QVariant();
    }
    default:
        return {};
    }
}

QVariant RunTreeModel::display(const Node* node, int column) const
{
    if (column == Name)
        return nameText(node);
    if (column == Status)
        return statusText(node);
    if (isFigure(column) && node->kind != Kind::Test) {
        const auto found = figure(node, column);
        if (!found)
            return absentText();
        return found->derived            ? figureText(found->value) + u" *"_s
               : node->kind == Kind::Run ? readingText(found->value)
                                         : figureText(found->value);
    }
    return node->kind == Kind::Run ? runText(node, column) : QString();
}

QString RunTreeModel::nameText(const Node* node) const
{
    switch (node->kind) {
    case Kind::Test:
        return m_testNames.value(node->key);
    case Kind::Target: {
        const auto& rows = node->children;
        const bool hasRun = !rows.empty() && rows.front()->number >= 0;
        return hasRun ? m_session.targetName(m_session.run(rows.front()->number)) : m_session.targetName(node->key);
    }
    case Kind::Run: {
        const PlannedRun& run = m_session.run(node->number);
        return run.discarded ? tr("Warm-up %1").arg(run.repeat) : tr("Repeat %1").arg(run.repeat);
    }
    case Kind::Deviation:
        return tr("sd");
    case Kind::Median:
        return tr("median");
    case Kind::Interval:
        return tr("± 95 % CI");
    }
    return {};
}

QString RunTreeModel::statusText(const Node* node) const
{
    switch (node->kind) {
    case Kind::Run: {
        const RunState state = m_session.runState(node->number);
        if (state == RunState::Ok && m_session.run(node->number).discarded)
            return tr("not counted"); // its name says why
        return runStatusText(state, m_session.record(node->number), false);
    }
    case Kind::Target: {
        const QString mean = node->good == 0   ? tr("no figure yet")
                             : node->good == 1 ? tr("n = 1")
                                               : tr("mean, n = %1").arg(node->good);
        return node->failed == 0 ? mean : tr("%1; %2 failed").arg(mean).arg(node->failed);
    }
    case Kind::Deviation:
        return tr("of repeats");
    case Kind::Interval:
        return tr("of the mean");
    default:
        return {};
    }
}

std::optional<Figure> RunTreeModel::figure(const Node* node, int column) const
{
    if (node->kind == Kind::Test || !isFigure(column))
        return std::nullopt;
    if (node->kind == Kind::Run) {
        const RunRecord* record = m_session.record(node->number);
        return record ? figureOf(record->metrics, figureColumn(column)) : std::nullopt;
    }
    const Node* target = node->kind == Kind::Target ? node : node->parent;
    const analysis::Summary* found = summary(target, column);
    if (!found)
        return std::nullopt;
    std::optional<double> value = found->mean;
    if (node->kind == Kind::Deviation)
        value = found->sd;
    else if (node->kind == Kind::Median)
        value = found->median;
    else if (node->kind == Kind::Interval)
        value = found->ciHalfWidth;
    return value ? std::optional(Figure{*value, target->derived.testBit(column - FirstFigure)}) : std::nullopt;
}

QString RunTreeModel::runText(const Node* node, int column) const
{
    const RunRecord* record = m_session.record(node->number);
    if (!record)
        return column == remarkColumn() ? QString() : absentText();
    if (column == startedColumn())
        return record->started.isValid() ? record->started.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s)
                                         : absentText();
    if (column == durationColumn())
        return record->started.isValid() ? figureText(record->durationS) : absentText();
    QStringList remarks;
    if (!record->error.isEmpty())
        remarks << record->error;
    remarks << record->notes;
    return remarks.join(u' ').simplified();
}

QVariant RunTreeModel::sortValue(const Node* node, int column) const
{
    if (node->kind != Kind::Run)
        return node->rank;
    if (column == Name)
        return node->number;
    const RunRecord* record = m_session.record(node->number);
    if (column == Status)
        return statusText(node);
    if (!record)
        return {};
    if (isFigure(column)) {
        const auto figure = figureOf(record->metrics, figureColumn(column));
        return figure ? QVariant(figure->value) : QVariant();
    }
    if (column == startedColumn())
        return record->started.isValid() ? record->started : QVariant();
    if (column == durationColumn())
        return record->started.isValid() ? QVariant(record->durationS) : QVariant();
    const QString remark = runText(node, column);
    return remark.isEmpty() ? QVariant() : remark;
}

QString RunTreeModel::searchText(const Node* node) const
{
    if (node->kind == Kind::Test)
        return nameText(node);
    if (node->kind == Kind::Target)
        return nameText(node->parent) + u' ' + nameText(node) + u' ' + node->key;
    const QString place = searchText(node->parent);
    if (isSummary(node->kind))
        return place;
    return place + u' ' + nameText(node) + u' ' + statusText(node) + u' ' + runText(node, remarkColumn());
}

void RunTreeModel::Extent::add(double value)
{
    const double size = std::abs(value);
    if (size > 0)
        smallest = std::min(smallest, size);
    largest = std::max(largest, size);
}

void RunTreeModel::Extent::add(const Extent& other)
{
    smallest = std::min(smallest, other.smallest);
    largest = std::max(largest, other.largest);
}

/// The longest texts are those of the smallest figure ("0.0513", "6.96e-04") and of the largest.
QString RunTreeModel::widestFigure(int column) const
{
    const int place = column - FirstFigure;
    Extent extent = m_extents.at(place);
    for (const auto& test : m_root->children) {
        for (const auto& target : test->children) {
            if (target->stale)
                summarize(target.get());
            extent.add(target->extents.at(place));
        }
    }
    const QString small = figureText(extent.smallest);
    QString text = figureText(extent.largest);
    if (small.size() > text.size())
        text = small;
    for (QChar& c : text) {
        if (c.isDigit())
            c = u'8'; // no digit is wider
    }
    return m_derived.testBit(place) ? text + u" *"_s : text;
}

const analysis::Summary* RunTreeModel::summary(const Node* target, int column) const
{
    if (target->stale)
        summarize(target);
    const auto& found = target->summaries.at(column - FirstFigure);
    return found ? &*found : nullptr;
}

void RunTreeModel::summarize(const Node* target) const
{
    const qsizetype count = figureColumns().size();
    QList<QList<double>> values(count);
    target->derived = QBitArray(count);
    for (const auto& child : target->children) {
        const RunRecord* record = child->kind == Kind::Run ? m_session.record(child->number) : nullptr;
        if (!record || record->discarded || record->status != RunStatus::Ok)
            continue;
        for (qsizetype i = 0; i < count; ++i) {
            if (const auto figure = figureOf(record->metrics, figureColumns().at(i))) {
                values[i] << figure->value;
                if (figure->derived)
                    target->derived.setBit(i);
            }
        }
    }
    target->summaries.clear();
    target->extents = QList<Extent>(count);
    for (qsizetype i = 0; i < count; ++i) {
        const auto found = analysis::summarize(values.at(i));
        target->summaries << found;
        if (!found)
            continue;
        for (const double shown : {found->mean, found->median, found->sd.value_or(0), found->ciHalfWidth.value_or(0)})
            target->extents[i].add(shown);
    }
    target->stale = false;
}

} // namespace bv
