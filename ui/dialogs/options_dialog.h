#pragma once

#include "plan/plan.h"
#include "plan/problem.h"

#include <QDialog>

namespace bv {

class OptionField;
class ProblemList;

/// Every option of a test, in sysbench's own names and with its explanation. What is typed counts at once.
class OptionsDialog : public QDialog
{
    Q_OBJECT
public:
    /// `prefix` of the object names: "cpuAll" gives "cpuAll.rate".
    OptionsDialog(sysbench::Test test, const QString& title, const QString& prefix, QWidget* parent = nullptr);

    void load(const Suite& suite, const QList<PlanProblem>& problems);

signals:
    void edited(const QString& option, const QJsonArray& values);

private:
    QList<OptionField*> m_fields;
};

} // namespace bv
