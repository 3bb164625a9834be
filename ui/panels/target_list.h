#pragma once

#include "models/plan_document.h"

#include <QWidget>
#include <optional>

class QAction;
class QListView;
class QMenu;
class QToolButton;

namespace bv {

class Caption;
class MessageBar;
class TargetListModel;
class VmService;
struct StoredVm;

/// The list of arrangements and what can be done with them: add, duplicate, vary, remove with undo, reorder, rename,
/// switch off. Keys, while the focus is in it: Ins, Ctrl+V, Ctrl+D, Ctrl+G, Del, Ctrl+Z, Alt+Up, Alt+Down, F2, Space;
/// and the menu of a target. Ctrl+V makes a target of a command line.
class TargetList : public QWidget
{
    Q_OBJECT
public:
    TargetList(PlanDocument& plan, VmService& vms, QWidget* parent = nullptr);

    /// The row whose settings are shown; -1 when there is none.
    int currentRow() const;
    void setCurrentRow(int row);

signals:
    void currentChanged(int row);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// One step back. What was removed comes back beside whatever was done since. A grid goes as a whole, and so only
    /// as long as no target was touched since.
    struct Undo
    {
        QList<PlanDocument::RemovedTarget> removed = {};
        std::optional<PlanDocument::Arrangements> before = {}; ///< the grid
        PlanDocument::Arrangements after = {};                 ///< the grid
        int row = 0;                                           ///< of the first that comes back
    };
    void makeButtons();
    QToolButton* addButton(const QString& iconName, const QString& name, const QString& tip, const QKeySequence& key,
                           void (TargetList::*slot)());
    void fillAddMenu();
    void addVmEntries(QMenu* menu);
    void fillStoredVms();
    void makeVm(const StoredVm* begun);
    void makeContextMenu();
    void add(TargetKind kind);
    void pasteTarget();
    void duplicate();
    void remove();
    void rename();
    void switchSelected();
    void vary();
    void takeGrid(const QString& baseId, const QList<TargetSettings>& grid, bool replace);
    void undo();
    void remember(const Undo& step, const QString& sentence);
    void withdraw();
    void forget();
    void moveUp() { move(-1); }
    void moveDown() { move(1); }
    void move(int by);
    QList<int> selectedRows() const;
    void adapt();
    void fitHeight();
    void fitHeightLater();

    PlanDocument& m_plan;
    VmService& m_vms;
    QMenu* m_stored = nullptr; ///< VMs with a system of their own
    TargetListModel* m_model;
    QListView* m_view;
    MessageBar* m_message;
    Caption* m_empty;
    QToolButton* m_add = nullptr;
    QToolButton* m_rename = nullptr;
    QToolButton* m_duplicate = nullptr;
    QToolButton* m_vary = nullptr;
    QToolButton* m_up = nullptr;
    QToolButton* m_down = nullptr;
    QToolButton* m_remove = nullptr;
    QAction* m_switch = nullptr;
    QList<Undo> m_undo;
    bool m_working = false; ///< changes of the plan are its own
    int m_row = -1;         ///< as last told
    bool m_fitsLater = false;
    int m_laidOutWidth = 0; ///< of the list, for which the rows were placed
};

} // namespace bv
