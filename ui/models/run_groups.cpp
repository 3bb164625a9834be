#include "models/run_groups.h"

#include "analysis/ratio.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "models/session_model.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(RunGroups)
};

/// Below this ratio a difference is said in per cent: "1.04×" hides what "4.2 %" tells.
constexpr double percentBelow = 1.1;

QString percentText(double ratio)
{
    return QString::number((ratio - 1) * 100, 'f', 1);
}

/// Of two targets.
QString sentenceFor(const QString& best, const QString& other, const analysis::RatioEstimate& estimate)
{
    const bool smallRatio = estimate.ratio < percentBelow;
    const QString amount = smallRatio ? percentText(estimate.ratio) : ratioText(estimate.ratio);
    const QString faster = smallRatio ? Text::tr("%1 is %2 % faster").arg(best, amount)
                                      : Text::tr("%1 is %2× as fast as %3").arg(best, amount, other);
    if (!estimate.low || !estimate.high)
        return Text::tr("%1 so far; a confidence interval needs 2 repeats of each that differ.").arg(faster);
    if (*estimate.low <= 1)
        return Text::tr("No difference shown between %1 and %2: ratio %3 (95 % CI %4–%5)")
            .arg(best, other, ratioText(estimate.ratio), ratioText(*estimate.low), ratioText(*estimate.high));
    if (smallRatio)
        return Text::tr("%1 (95 % CI %2–%3 %)").arg(faster, percentText(*estimate.low), percentText(*estimate.high));
    return Text::tr("%1 (95 % CI %2–%3)").arg(faster, ratioText(*estimate.low), ratioText(*estimate.high));
}

/// One of several, below a line that names the best: "3.83× as fast as QEMU (3.79–3.87)".
QString shortSentence(const QString& other, const analysis::RatioEstimate& estimate)
{
    const bool smallRatio = estimate.ratio < percentBelow;
    const bool known = estimate.low && estimate.high;
    if (known && *estimate.low <= 1)
        return Text::tr("no difference shown to %1: ratio %2 (%3–%4)")
            .arg(other, ratioText(estimate.ratio), ratioText(*estimate.low), ratioText(*estimate.high));
    const QString faster = smallRatio ? Text::tr("%1 % faster than %2").arg(percentText(estimate.ratio), other)
                                      : Text::tr("%1× as fast as %2").arg(ratioText(estimate.ratio), other);
    if (!known)
        return Text::tr("%1 so far").arg(faster);
    return smallRatio ? Text::tr("%1 (%2–%3 %)").arg(faster, percentText(*estimate.low), percentText(*estimate.high))
                      : Text::tr("%1 (%2–%3)").arg(faster, ratioText(*estimate.low), ratioText(*estimate.high));
}

} // namespace

RunGroups::RunGroups(const SessionModel& session)
{
    QHash<QString, int> places;
    QHash<sysbench::Test, QList<QJsonObject>> params;
    int last = -1;
    m_groupOf.reserve(session.runCount());
    for (qsizetype number = 0; number < session.runCount(); ++number) {
        const PlannedRun& run = session.run(number);
        // Runs of a group follow each other mostly, and their parameters share one object.
        if (last < 0 || group(last).test != run.test || group(last).params != run.params) {
            const QString key = comparisonKey(run);
            const auto known = places.constFind(key);
            last = known == places.cend() ? static_cast<int>(m_groups.size()) : *known;
            if (known == places.cend()) {
                places.insert(key, last);
                m_groups.push_back({run.test, run.params, {}, {}, {}});
                params[run.test] << run.params;
            }
        }
        m_groups[static_cast<std::size_t>(last)].runs << number;
        m_groupOf << last;
    }
    QHash<sysbench::Test, QStringList> varying;
    for (auto it = params.cbegin(); it != params.cend(); ++it)
        varying.insert(it.key(), varyingParameters(it.key(), it.value()));
    for (RunGroup& group : m_groups) {
        group.label = describeParams(group.test, group.params, varying[group.test]);
        QSet<QString> ids;
        for (const qsizetype number : std::as_const(group.runs))
            ids << session.run(number).targetId;
        for (const TargetSettings& target : session.targets()) {
            if (ids.remove(target.id))
                group.targetIds << target.id;
        }
        group.targetIds << QStringList(ids.cbegin(), ids.cend()); // of runs that belong to no plan
    }
}

QList<TargetFigures> figuresOf(const SessionModel& session, const RunGroup& group)
{
    QHash<QString, QList<double>> values;
    for (const qsizetype number : group.runs) {
        const RunRecord* record = session.record(number);
        if (!record || record->discarded || record->status != RunStatus::Ok)
            continue;
        if (const auto value = record->metrics.value(sysbench::headlineMetric(group.test)))
            values[record->target] << *value;
    }
    QList<TargetFigures> figures;
    for (const QString& id : group.targetIds) {
        if (const auto summary = analysis::summarize(values.value(id)))
            figures << TargetFigures{id, values.value(id), summary->mean};
    }
    return figures;
}

QString targetName(const SessionModel& session, const RunGroup& group, const QString& targetId)
{
    PlannedRun run;
    run.targetId = targetId;
    run.test = group.test;
    run.params = group.params;
    return session.targetName(run);
}

QString runningText(const SessionModel& session, const RunGroups& groups, qsizetype number)
{
    const PlannedRun& run = session.run(number);
    const QString label = groups.group(groups.groupOf(number)).label;
    const QString name = session.targetName(run);
    return run.discarded ? Text::tr("Running %1 on %2, warm-up %3").arg(label, name).arg(run.repeat)
                         : Text::tr("Running %1 on %2, repeat %3 of %4")
                               .arg(label, name)
                               .arg(run.repeat)
                               .arg(session.session().plan.repeats);
}

QStringList comparisonSentences(const SessionModel& session, const RunGroup& group)
{
    QList<TargetFigures> figures = figuresOf(session, group);
    if (figures.size() < 2)
        return {};
    const bool lowerWins = sysbench::lowerIsBetter(sysbench::headlineMetric(group.test));
    std::stable_sort(figures.begin(), figures.end(), [lowerWins](const auto& a, const auto& b) {
        return lowerWins ? a.mean < b.mean : a.mean > b.mean;
    });
    const TargetFigures& best = figures.first();
    const QString bestName = targetName(session, group, best.targetId);
    const bool onlyTwo = figures.size() == 2;
    QStringList sentences;
    if (!onlyTwo)
        sentences << Text::tr("%1 against the others (95 % CI):").arg(bestName);
    for (qsizetype i = 1; i < figures.size(); ++i) {
        const auto estimate = lowerWins ? analysis::ratioOfMeans(figures[i].values, best.values)
                                        : analysis::ratioOfMeans(best.values, figures[i].values);
        const QString other = targetName(session, group, figures[i].targetId);
        if (estimate)
            sentences << (onlyTwo ? sentenceFor(bestName, other, *estimate) : shortSentence(other, *estimate));
    }
    return sentences;
}

} // namespace bv
