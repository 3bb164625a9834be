#pragma once

#include "plan/plan.h"

#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace bv {

class PlanDocument;
class ProblemList;
class SuiteGroup;

/// The tests of the plan: a group for each that there is, more where the plan has several suites of one test.
class SuitesPanel : public QWidget
{
    Q_OBJECT
public:
    explicit SuitesPanel(PlanDocument& plan, QWidget* parent = nullptr);

private:
    void follow();
    void forget();
    SuiteGroup* addGroup(sysbench::Test test);
    QList<SuiteGroup*> groupsOf(sysbench::Test test) const;
    /// Where the suite of a group stands in the plan, or would have to be put in.
    qsizetype placeOf(const SuiteGroup* group) const;
    void switchGroup(SuiteGroup* group, bool on);
    void takeSuite(SuiteGroup* group, const Suite& suite);

    PlanDocument& m_plan;
    QVBoxLayout* m_layout;
    ProblemList* m_problems;
    QHash<const SuiteGroup*, qsizetype> m_tookFrom; ///< where the suite of a group that is off was in the plan
    QList<SuiteGroup*> m_groups;                    ///< as they stand below each other
};

} // namespace bv
