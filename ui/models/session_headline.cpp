#include "analysis/result_rows.h"
#include "base/figures.h"
#include "models/session_list_model.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using analysis::ResultRow;

constexpr qsizetype mostCompared = 5; ///< in one line

const TargetSettings* targetOf(const Session& session, const QString& id)
{
    const auto found = std::find_if(session.plan.targets.cbegin(), session.plan.targets.cend(),
                                    [&id](const TargetSettings& target) { return target.id == id; });
    return found == session.plan.targets.cend() ? nullptr : &*found;
}

/// "Docker" where there is only one container, the target's label otherwise.
QString shortName(const Session& session, const ResultRow& row)
{
    const TargetSettings* target = targetOf(session, row.targetId);
    if (!target)
        return row.target;
    const auto alike = std::count_if(session.plan.targets.cbegin(), session.plan.targets.cend(),
                                     [&target](const TargetSettings& one) { return one.kind == target->kind; });
    if (alike > 1)
        return row.target;
    switch (target->kind) {
    case TargetKind::Host:
        return SessionListModel::tr("Host");
    case TargetKind::Docker:
        return SessionListModel::tr("Docker");
    case TargetKind::Qemu:
        return SessionListModel::tr("QEMU");
    }
    return row.target;
}

/// The row of that kind of target in `rows`, which belong to one test.
const ResultRow* ofKind(const Session& session, const QList<ResultRow>& rows, TargetKind kind)
{
    for (const ResultRow& row : rows) {
        const TargetSettings* target = targetOf(session, row.targetId);
        if (row.summary && target && target->kind == kind)
            return &row;
    }
    return nullptr;
}

/// "0.26×", what the row's figure is of the reference's.
QString ratioOf(const ResultRow& row, const ResultRow& reference)
{
    const auto ratio = analysis::ratioOfMeans(row.values, reference.values);
    if (!ratio)
        return {};
    const bool contains1 = ratio->low && ratio->high && *ratio->low <= 1 && *ratio->high >= 1;
    return contains1 ? SessionListModel::tr("no difference shown")
                     : SessionListModel::tr("%1×").arg(ratioText(ratio->ratio));
}

/// More than two targets: each against the plan's first.
QString headlineOfMany(const Session& session, const QList<const ResultRow*>& rows)
{
    const ResultRow& reference = *rows.first();
    QStringList others;
    for (const ResultRow* row : rows.sliced(1)) {
        const QString ratio = ratioOf(*row, reference);
        if (!ratio.isEmpty() && others.size() < mostCompared)
            others << SessionListModel::tr("%1 %2").arg(shortName(session, *row), ratio);
    }
    if (others.isEmpty())
        return {};
    const auto more = static_cast<int>(rows.size() - 1 - others.size());
    if (more > 0)
        others << SessionListModel::tr("%n more", nullptr, more);
    const QString against = shortName(session, reference);
    return (sysbench::lowerIsBetter(reference.metric) ? SessionListModel::tr("%1, time against %2: %3")
                                                      : SessionListModel::tr("%1 against %2: %3"))
        .arg(reference.test, against, others.join(u", "_s));
}

QString headlineOf(const Session& session, const QList<ResultRow>& rows)
{
    QList<const ResultRow*> measured;
    for (const ResultRow& row : rows) {
        if (row.summary)
            measured << &row;
    }
    if (measured.size() > 2)
        return headlineOfMany(session, measured);
    const ResultRow* first = ofKind(session, rows, TargetKind::Docker);
    const ResultRow* second = ofKind(session, rows, TargetKind::Qemu);
    for (const ResultRow& row : rows) { // no such pair: the first two with figures
        if (!row.summary || (first && second))
            continue;
        if (!first)
            first = &row;
        else if (&row != first)
            second = &row;
    }
    if (!first || !second)
        return {};
    const auto ratio = analysis::ratioOfMeans(first->values, second->values);
    if (!ratio)
        return {};
    const QString test = first->test;
    const bool shown = ratio->low && ratio->high && (*ratio->low > 1 || *ratio->high < 1);
    const QString a = shortName(session, *first);
    const QString b = shortName(session, *second);
    if (ratio->low && !shown)
        return SessionListModel::tr("%1 and %2: no difference shown, %3").arg(a, b, test);
    // The greater figure is named first, whatever it means.
    const bool firstGreater = ratio->ratio >= 1;
    const QString factor = ratioText(firstGreater ? ratio->ratio : 1 / ratio->ratio);
    const QString greater = firstGreater ? a : b;
    const QString lesser = firstGreater ? b : a;
    return sysbench::lowerIsBetter(first->metric)
               ? SessionListModel::tr("%1 takes %2× as long as %3, %4").arg(greater, factor, lesser, test)
               : SessionListModel::tr("%1 %2× as fast as %3, %4").arg(greater, factor, lesser, test);
}

} // namespace

QString sessionHeadline(const Session& session)
{
    const QList<ResultRow> rows = analysis::resultRows(session);
    for (qsizetype first = 0; first < rows.size();) {
        qsizetype end = first;
        while (end < rows.size() && rows.at(end).comparisonKey == rows.at(first).comparisonKey)
            ++end;
        const QString headline = headlineOf(session, rows.sliced(first, end - first));
        if (!headline.isEmpty())
            return headline;
        first = end;
    }
    return {};
}

} // namespace bv
