#pragma once

#include "plan/plan.h"
#include "plan/problem.h"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QToolButton;

namespace bv {

class Caption;
class OptionField;
class OptionsDialog;
class ProblemList;

/// One suite of the plan: a check box to have it, its usual parameters, and a dialog for all others. While it is off it
/// remembers its parameters.
class SuiteGroup : public QWidget
{
    Q_OBJECT
public:
    /// `number` counts the suites of this test from 1; it is part of the object names: "cpu", "cpu2".
    SuiteGroup(sysbench::Test test, int number, QWidget* parent = nullptr);

    sysbench::Test test() const { return m_suite.test; }
    bool isOn() const { return m_on; }
    const Suite& suite() const { return m_suite; }
    /// In the plan, as that.
    void load(const Suite& suite, const QList<PlanProblem>& problems);
    /// Not in the plan.
    void switchOff();

signals:
    void switched(bool on);
    void edited(const bv::Suite& suite);

private:
    void showSuite();
    void makeFields();
    void takeOption(const QString& name, const QJsonArray& values);
    void openOptions();
    QString alsoSet() const;
    QList<PlanProblem> withoutField() const;

    Suite m_suite;
    QList<PlanProblem> m_loadedProblems;
    QString m_name;
    bool m_on = false;
    QCheckBox* m_check;
    QWidget* m_body;
    ProblemList* m_problems;
    Caption* m_also;
    QToolButton* m_more;
    QList<OptionField*> m_fields;
    QPointer<OptionsDialog> m_dialog;
};

/// "CPU", "File I/O", … and for the second of a test "CPU (2)".
QString suiteTitle(sysbench::Test test, int number);
/// What a suite has that is newly put into the plan.
Suite newSuite(sysbench::Test test);

} // namespace bv
