#include "panels/suites_panel.h"

#include "models/plan_document.h"
#include "panels/suite_group.h"
#include "style/metrics.h"
#include "widgets/field.h"

#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::Test;

constexpr Test offered[] = {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex, Test::Boot};

/// Place among the groups.
int orderOf(Test test)
{
    const auto at = std::find(std::begin(offered), std::end(offered), test);
    return static_cast<int>(at - std::begin(offered)) + (at == std::end(offered) ? static_cast<int>(test) : 0);
}

} // namespace

SuitesPanel::SuitesPanel(PlanDocument& plan, QWidget* parent)
    : QWidget(parent)
    , m_plan(plan)
    , m_layout(new QVBoxLayout(this))
    , m_problems(new ProblemList(this))
{
    setObjectName(u"suitesPanel"_s);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap);
    m_layout->addWidget(m_problems);
    for (const Test test : offered)
        addGroup(test);
    connect(&plan, &PlanDocument::replaced, this, &SuitesPanel::forget);
    connect(&plan, &PlanDocument::changed, this, &SuitesPanel::follow);
    follow();
}

QList<SuiteGroup*> SuitesPanel::groupsOf(Test test) const
{
    QList<SuiteGroup*> groups;
    for (SuiteGroup* group : m_groups) {
        if (group->test() == test)
            groups << group;
    }
    return groups;
}

SuiteGroup* SuitesPanel::addGroup(Test test)
{
    auto* group = new SuiteGroup(test, static_cast<int>(groupsOf(test).size()) + 1, this);
    const auto after = std::find_if(m_groups.cbegin(), m_groups.cend(),
                                    [test](const SuiteGroup* other) { return orderOf(other->test()) > orderOf(test); });
    const auto place = after - m_groups.cbegin();
    m_groups.insert(place, group);
    m_layout->insertWidget(static_cast<int>(place) + 1, group); // after the problems
    connect(group, &SuiteGroup::switched, this, [this, group](bool on) { switchGroup(group, on); });
    connect(group, &SuiteGroup::edited, this, [this, group](const Suite& suite) { takeSuite(group, suite); });
    return group;
}

/// Another plan: what was switched off in the last one is no matter of this one.
void SuitesPanel::forget()
{
    m_tookFrom.clear();
    const QList<SuiteGroup*> groups = m_groups;
    for (SuiteGroup* group : groups) {
        group->switchOff();
        const bool offers = std::find(std::begin(offered), std::end(offered), group->test()) != std::end(offered);
        if (offers && groupsOf(group->test()).first() == group)
            continue;
        m_groups.removeOne(group);
        m_layout->removeWidget(group);
        group->hide();
        group->deleteLater();
    }
}

/// The suites of a test belong to its groups that are on, in their order.
void SuitesPanel::follow()
{
    QHash<Test, QList<qsizetype>> places;
    const QList<Suite>& suites = m_plan.suites();
    for (qsizetype i = 0; i < suites.size(); ++i)
        places[suites.at(i).test] << i;
    for (auto it = places.cbegin(); it != places.cend(); ++it) {
        QList<SuiteGroup*> on = groupsOf(it.key());
        on.removeIf([](const SuiteGroup* group) { return !group->isOn(); });
        if (on.size() < it->size()) { // some came from elsewhere: those that are off take them first
            on = groupsOf(it.key());
            while (on.size() < it->size())
                on << addGroup(it.key());
        }
        for (qsizetype i = 0; i < on.size(); ++i) {
            if (i < it->size())
                on.at(i)->load(suites.at(it->at(i)), m_plan.problemsOfSuite(static_cast<int>(it->at(i))));
            else
                on.at(i)->switchOff();
        }
    }
    QList<SuiteGroup*> gone = m_groups;
    for (SuiteGroup* group : gone) {
        if (!places.contains(group->test()) && group->isOn())
            group->switchOff();
    }
    QList<PlanProblem> general;
    for (const PlanProblem& problem : m_plan.problems()) {
        if (problem.where == "suites"_L1)
            general << problem;
    }
    m_problems->setProblems(general);
}

qsizetype SuitesPanel::placeOf(const SuiteGroup* group) const
{
    const QList<SuiteGroup*> same = groupsOf(group->test());
    qsizetype before = std::count_if(same.cbegin(), std::find(same.cbegin(), same.cend(), group),
                                     [](const SuiteGroup* other) { return other->isOn(); });
    const QList<Suite>& suites = m_plan.suites();
    qsizetype least = 0; // behind the group's predecessors of the same test
    qsizetype usual = 0; // behind the tests that stand above it
    qsizetype most = suites.size();
    for (qsizetype i = 0; i < suites.size(); ++i) {
        if (suites.at(i).test == group->test()) {
            if (before-- == 0) {
                most = i;
                break;
            }
            least = i + 1;
        }
        if (orderOf(suites.at(i).test) <= orderOf(group->test()))
            usual = i + 1;
    }
    if (group->isOn())
        return most;
    return std::clamp(m_tookFrom.value(group, usual), least, most);
}

void SuitesPanel::switchGroup(SuiteGroup* group, bool on)
{
    QList<Suite> suites = m_plan.suites();
    const qsizetype place = placeOf(group);
    if (on) {
        const Suite suite = group->suite();
        suites.insert(place, suite);
        group->load(suite, {});
    } else {
        suites.removeAt(place);
        m_tookFrom.insert(group, place);
        group->switchOff();
    }
    m_plan.setSuites(suites);
}

void SuitesPanel::takeSuite(SuiteGroup* group, const Suite& suite)
{
    QList<Suite> suites = m_plan.suites();
    suites[placeOf(group)] = suite;
    m_plan.setSuites(suites);
}

} // namespace bv
