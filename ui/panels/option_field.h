#pragma once

#include "plan/plan.h"
#include "sysbench/catalogue.h"
#include "widgets/field.h"

class QLineEdit;

namespace bv {

class ChoiceBoxes;

/// One option of a test with the values it takes in a suite: a line of values with commas between them, or check boxes
/// where sysbench has names for them. No value: sysbench's default, which is shown.
class OptionField : public Field
{
    Q_OBJECT
public:
    /// `prefix` of the object name: "cpu" gives "cpu.threads". With `explained` the option's explanation stands below.
    OptionField(const sysbench::OptionInfo& option, const QString& prefix, bool explained, QWidget* parent = nullptr);

    QString optionName() const { return m_option.name; }
    /// Shows what the suite has, and what is wrong with it; leaves alone what is being typed.
    void load(const Suite& suite, const QList<PlanProblem>& problems);

signals:
    /// The values the user wants; empty for the default.
    void edited(const QString& option, const QJsonArray& values);

private:
    QJsonArray shownValues() const;

    const sysbench::OptionInfo& m_option;
    QLineEdit* m_line = nullptr;
    ChoiceBoxes* m_boxes = nullptr;
};

/// The name for people: "Prime limit", "Threads", "Seconds"; sysbench's own name where it is not a usual one.
QString optionLabel(const sysbench::OptionInfo& option);

} // namespace bv
