#include "models/plan_document.h"

#include "base/when_done.h"
#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/presets.h"
#include "plan/target_id.h"
#include "plan/validate.h"

#include <QtConcurrentRun>
#include <QTimer>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Up to this many runs the estimate takes no longer than a keystroke may.
constexpr qint64 quickEstimateLimit = 1'000;
/// Nothing is estimated while somebody types.
constexpr int estimateDelayMs = 150;

QString changedName(const QString& preset)
{
    return PlanDocument::tr("%1, changed").arg(preset);
}

/// Of a name that a preset's plan has by itself.
QString presetOf(const QString& planName)
{
    const QStringList names = presetNames();
    for (const QString& name : names) {
        if (planName == name || planName == changedName(name))
            return name;
    }
    return {};
}

TimeRange estimateOf(const Plan& plan, const MachineLimits& limits, bool kvmUsable)
{
    const auto runs = expandPlan(plan, limits);
    return runs ? Estimate(plan, kvmUsable).remaining(*runs) : TimeRange();
}

} // namespace

PlanDocument::PlanDocument(const MachineLimits& limits, QObject* parent)
    : QObject(parent)
    , m_limits(limits)
    , m_estimateTimer(new QTimer(this))
{
    m_estimateTimer->setSingleShot(true);
    m_estimateTimer->setInterval(estimateDelayMs);
    connect(m_estimateTimer, &QTimer::timeout, this, &PlanDocument::startEstimate);
    (void)loadPreset(u"quick"_s); // it exists
}

Result<> PlanDocument::loadPreset(const QString& name)
{
    const auto plan = bv::preset(name, m_limits);
    if (!plan)
        return plan.error();
    setPlan(*plan, name);
    return Unit();
}

Plan PlanDocument::enabledPlan() const
{
    Plan plan = m_plan;
    plan.targets.removeIf([this](const TargetSettings& target) { return m_off.contains(target.id); });
    return plan;
}

void PlanDocument::setPlan(const Plan& plan, const QString& base)
{
    m_plan = plan;
    m_off.clear();
    const QString told = presetOf(plan.name);
    m_base = base.isEmpty() ? told : base;
    const auto made = bv::preset(m_base, m_limits);
    m_basePlan = made ? normalized(*made) : Plan();
    if (!made)
        m_base.clear();
    m_named = !plan.name.isEmpty() && (told.isEmpty() || told != m_base);
    emit replaced();
    update();
}

void PlanDocument::setName(const QString& name)
{
    m_named = !name.isEmpty();
    const QString wanted = m_named ? name : automaticName();
    if (wanted == m_plan.name)
        return;
    m_plan.name = wanted;
    emit changed(); // neither runs nor problems depend on it
}

QString PlanDocument::automaticName() const
{
    if (m_base.isEmpty())
        return {};
    return m_preset.isEmpty() ? changedName(m_base) : m_base;
}

/// Whether the plan is what it was made from; a plan must not bear the name of a preset that it is not.
void PlanDocument::compareWithBase()
{
    Plan plan = normalized(m_plan);
    plan.name = m_basePlan.name;
    m_preset = !m_base.isEmpty() && m_off.isEmpty() && plan == m_basePlan ? m_base : QString();
    if (!m_named)
        m_plan.name = automaticName();
}

void PlanDocument::setEnabled(int row, bool enabled)
{
    const QString id = target(row).id;
    if (isEnabled(row) == enabled)
        return;
    if (enabled)
        m_off.remove(id);
    else
        m_off.insert(id);
    update();
}

void PlanDocument::setDisabledTargets(const QStringList& ids)
{
    m_off = QSet<QString>(ids.cbegin(), ids.cend());
    update();
}

QStringList PlanDocument::ids() const
{
    QStringList ids;
    for (const TargetSettings& target : m_plan.targets)
        ids << target.id;
    return ids;
}

void PlanDocument::insert(int row, TargetSettings target)
{
    const QStringList taken = ids();
    if (target.id.isEmpty() || taken.contains(target.id))
        target.id = makeTargetId(target, taken);
    m_plan.targets.insert(row, target);
}

int PlanDocument::insertTargets(int row, const QList<TargetSettings>& targets)
{
    for (qsizetype i = 0; i < targets.size(); ++i)
        insert(row + static_cast<int>(i), targets.at(i));
    update();
    return row;
}

int PlanDocument::duplicateTarget(int row)
{
    TargetSettings copy = target(row);
    copy.id = makeTargetId(copy, ids());
    if (!copy.label.isEmpty())
        copy.label = tr("%1 (copy)").arg(copy.label);
    m_plan.targets.insert(row + 1, copy);
    update();
    return row + 1;
}

QList<PlanDocument::RemovedTarget> PlanDocument::removeTargets(QList<int> rows)
{
    std::sort(rows.begin(), rows.end(), std::greater<>());
    QList<RemovedTarget> removed;
    for (const int row : std::as_const(rows)) {
        removed.prepend({row, target(row), isEnabled(row)});
        m_off.remove(target(row).id);
        m_plan.targets.removeAt(row);
    }
    update();
    return removed;
}

void PlanDocument::restoreTargets(const QList<RemovedTarget>& targets)
{
    for (const RemovedTarget& removed : targets) {
        const int row = std::min(removed.row, targetCount());
        insert(row, removed.settings);
        if (!removed.enabled)
            m_off.insert(target(row).id);
    }
    update();
}

void PlanDocument::moveTarget(int from, int to)
{
    if (from == to)
        return;
    m_plan.targets.move(from, to);
    update();
}

void PlanDocument::setArrangements(const Arrangements& arrangements)
{
    if (arrangements == this->arrangements())
        return;
    m_plan.targets = arrangements.targets;
    m_off = arrangements.off;
    update();
}

void PlanDocument::setTarget(int row, TargetSettings settings)
{
    const TargetSettings before = target(row);
    if (settings == before)
        return;
    QStringList others = ids();
    others.removeAt(row);
    TargetSettings unnamed = before;
    unnamed.id.clear();
    // The id tells what the target is; where it was made from the settings it must not tell what it was.
    if (settings.id == before.id && before.id == makeTargetId(unnamed, others)) {
        settings.id.clear();
        settings.id = makeTargetId(settings, others);
    }
    if (settings.id != before.id && m_off.remove(before.id))
        m_off.insert(settings.id);
    m_plan.targets[row] = settings;
    update();
}

void PlanDocument::setSuites(const QList<Suite>& suites)
{
    if (suites == m_plan.suites)
        return;
    m_plan.suites = suites;
    update();
}

void PlanDocument::setOptions(const Plan& options)
{
    Plan plan = options;
    plan.name = m_plan.name;
    plan.targets = m_plan.targets;
    plan.suites = m_plan.suites;
    if (plan == m_plan)
        return;
    m_plan = plan;
    update();
}

void PlanDocument::setKvmUsable(bool usable)
{
    if (m_kvmUsable == usable)
        return;
    m_kvmUsable = usable;
    update();
}

void PlanDocument::update()
{
    compareWithBase();
    const Plan enabled = enabledPlan();
    m_problems = validatePlan(enabled, m_limits);
    m_runCount = countRuns(enabled, m_limits);
    m_estimate = {};
    ++m_estimateGeneration;
    m_estimateTimer->stop();
    if (canRun() && m_runCount <= quickEstimateLimit)
        m_estimate = estimateOf(enabled, m_limits, m_kvmUsable);
    else if (canRun())
        m_estimateTimer->start();
    emit changed();
}

void PlanDocument::startEstimate()
{
    const QFuture<TimeRange> future = QtConcurrent::run(estimateOf, enabledPlan(), m_limits, m_kvmUsable);
    whenDone(future, this, [this, generation = m_estimateGeneration](const TimeRange& estimate) {
        if (generation != m_estimateGeneration)
            return;
        m_estimate = estimate;
        emit changed();
    });
}

bool PlanDocument::canRun() const
{
    return !hasErrors(m_problems);
}

QList<PlanProblem> PlanDocument::problemsBelow(const QString& prefix) const
{
    QList<PlanProblem> found;
    for (PlanProblem problem : m_problems) {
        if (!problem.where.startsWith(prefix))
            continue;
        problem.where.remove(0, prefix.size());
        if (problem.where.startsWith(u'.'))
            problem.where.remove(0, 1);
        found << problem;
    }
    return found;
}

QList<PlanProblem> PlanDocument::problemsOfTarget(int row) const
{
    if (!isEnabled(row))
        return {};
    int place = 0;
    for (int i = 0; i < row; ++i)
        place += isEnabled(i) ? 1 : 0;
    return problemsBelow(u"targets[%1]"_s.arg(place));
}

QList<PlanProblem> PlanDocument::problemsOfSuite(int row) const
{
    return problemsBelow(u"suites[%1]"_s.arg(row));
}

QString PlanDocument::summary() const
{
    if (m_plan.targets.isEmpty() || m_off.size() == m_plan.targets.size())
        return tr("Add or switch on a target");
    if (m_plan.suites.isEmpty())
        return tr("Add a test");
    for (const PlanProblem& problem : m_problems) {
        if (problem.severity == PlanProblem::Severity::Error)
            return tr("The plan has a mistake; it is marked in the settings");
    }
    const QString runs = tr("%n run(s)", nullptr, static_cast<int>(m_runCount));
    return m_estimate == TimeRange() ? runs : tr("%1, %2").arg(runs, formatDuration(m_estimate));
}

} // namespace bv
