#pragma once

#include "models/plan_document.h"

#include <QWidget>

class QListView;
class QToolButton;

namespace bv {

class Caption;
class MessageBar;
class TargetListModel;

/// The list of arrangements and what can be done with them: add, duplicate, vary, remove with undo, reorder, rename,
/// switch off. Keys, while the focus is in it: Ins, Ctrl+D, Ctrl+G, Del, Ctrl+Z, Alt+Up, Alt+Down, F2, Space.
class TargetList : public QWidget
{
    Q_OBJECT
public:
    explicit TargetList(PlanDocument& plan, QWidget* parent = nullptr);

    /// The row whose settings are shown; -1 when there is none.
    int currentRow() const;
    void setCurrentRow(int row);

signals:
    void currentChanged(int row);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// What one step back takes away and puts back.
    struct Undo
    {
        QStringList added; ///< ids
        QList<PlanDocument::RemovedTarget> removed;
    };
    void makeButtons();
    QToolButton* addButton(const QString& iconName, const QString& name, const QString& tip, const QKeySequence& key,
                           void (TargetList::*slot)());
    void fillAddMenu();
    void add(TargetKind kind);
    void duplicate();
    void remove();
    void vary();
    void takeGrid(const QString& baseId, const QList<TargetSettings>& grid, bool replace);
    void undo();
    void remember(const Undo& step, const QString& sentence);
    void forget();
    void moveUp() { move(-1); }
    void moveDown() { move(1); }
    void move(int by);
    QList<int> selectedRows() const;
    void adapt();
    void fitHeight();
    void fitHeightLater();

    PlanDocument& m_plan;
    TargetListModel* m_model;
    QListView* m_view;
    MessageBar* m_message;
    Caption* m_empty;
    QToolButton* m_add = nullptr;
    QToolButton* m_duplicate = nullptr;
    QToolButton* m_vary = nullptr;
    QToolButton* m_up = nullptr;
    QToolButton* m_down = nullptr;
    QToolButton* m_remove = nullptr;
    QList<Undo> m_undo;
    int m_row = -1; ///< as last told
    bool m_fitsLater = false;
    int m_laidOutWidth = 0; ///< of the list, for which the rows were placed
};

} // namespace bv
