#pragma once

#include <QList>
#include <QString>

namespace bv {

/// Something about a plan that its user must know.
struct PlanProblem
{
    enum class Severity : quint8 {
        Warning, ///< runs, but the result may not mean what it seems to
        Error,   ///< cannot run
    };
    Severity severity = Severity::Error;
    QString where;   ///< the place in the plan, as in its JSON: "targets[1].disk.cache", "suites[0].threads", "repeats"
    QString message; ///< whole sentences: what is wrong and what to do; without the place
    bool isFairness = false; ///< analysis::fairnessOf() tells it, too, where it matters, with effect and mend
    bool operator==(const PlanProblem&) const = default;
};

/// Collects problems.
class PlanProblems
{
public:
    void error(const QString& where, const QString& message)
    {
        m_list << PlanProblem{PlanProblem::Severity::Error, where, message, false};
    }
    void warning(const QString& where, const QString& message)
    {
        m_list << PlanProblem{PlanProblem::Severity::Warning, where, message, false};
    }
    /// A warning that is also a matter of fairness.
    void unequal(const QString& where, const QString& message)
    {
        m_list << PlanProblem{PlanProblem::Severity::Warning, where, message, true};
    }
    void append(const QList<PlanProblem>& others) { m_list << others; }
    const QList<PlanProblem>& list() const { return m_list; }

private:
    QList<PlanProblem> m_list;
};

} // namespace bv
