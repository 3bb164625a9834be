#pragma once

#include "plan/problem.h"

#include <QList>
#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QLabel;

namespace bv {

/// A setting: its name, the control, and below them what is wrong with the value or worth knowing. The names of fields
/// below each other have one width, so that the controls are aligned. Nothing is cut: name and messages wrap.
class Field : public QWidget
{
    Q_OBJECT
public:
    /// `label` may have a mnemonic. The control is named after it for assistive tools and gets `objectName`. With
    /// `above` the name stands above the control, which then has the whole width.
    Field(const QString& label, QWidget* control, const QString& objectName, QWidget* parent = nullptr,
          bool above = false);

    QWidget* control() const { return m_control; }
    /// Puts a button beside the control.
    void addBeside(QWidget* widget);
    /// A remark in small type below the control; empty: none.
    void setNote(const QString& note);
    QString note() const;
    /// Errors and warnings, told apart by icon and by word; none: the messages go.
    void setProblems(const QList<PlanProblem>& problems);
    /// What was said last, as read on the screen, one a line.
    QString messages() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();

    QLabel* m_label;
    QWidget* m_control;
    QGridLayout* m_grid;
    QHBoxLayout* m_row;
    QLabel* m_note = nullptr;
    class ProblemList* m_problems = nullptr;
};

/// Errors and warnings below each other, each with icon and word; follows the theme. Empty: hidden.
class ProblemList : public QWidget
{
    Q_OBJECT
public:
    explicit ProblemList(QWidget* parent = nullptr);
    void setProblems(const QList<PlanProblem>& problems);
    const QList<PlanProblem>& problems() const { return m_shown; }
    /// One a line: "Error: …", "Warning: …".
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void showProblems();
    struct Line
    {
        QWidget* widget = nullptr;
        QLabel* icon = nullptr;
        QLabel* text = nullptr;
    };
    QList<PlanProblem> m_shown;
    QList<Line> m_lines;
};

/// "Error: …" or "Warning: …".
QString problemText(const PlanProblem& problem);

/// Those of `problems` that are about `where`: "smp", also "extra_args[1]" for "extra_args".
QList<PlanProblem> problemsAt(const QList<PlanProblem>& problems, const QString& where);

/// Lets the wheel turn the page, not the value, unless the control has the focus.
void leaveWheelToPage(QWidget* control);

} // namespace bv
