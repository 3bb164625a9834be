#pragma once

#include <QTableView>

namespace bv {

class PlanStripModel;
class SessionModel;

/// The plan at a glance: a row per test and target, a cell per repeat with its state as colour and mark. Arrow keys go
/// from cell to cell, Enter or a click shows that run. Only what is in view is drawn.
class PlanStrip : public QTableView
{
    Q_OBJECT
public:
    /// `session` must live longer.
    explicit PlanStrip(const SessionModel& session, QWidget* parent = nullptr);

    /// Scrolls to a run.
    void reveal(qsizetype run);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void runActivated(qsizetype number);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void measure();
    void recolour();
    void activate(const QModelIndex& index);

    PlanStripModel* m_model;
};

} // namespace bv
