#pragma once

#include "services.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QModelIndex;
class QSplitter;
class QStackedWidget;
class QTimer;
class QToolButton;
class QTreeView;

namespace bv {

class Caption;
class FilterLine;
class FlowLayout;
class RunFilterModel;
class RunTreeModel;

/// The runs of the session that is shown as a table, and above it a chart that the window puts there.
class ResultsPage : public QWidget
{
    Q_OBJECT
public:
    explicit ResultsPage(const Services& services, QWidget* parent = nullptr);

    /// The widget above the table; the page owns it.
    void setChart(QWidget* chart);
    /// Selects a run and scrolls to it; nothing for one that has not begun.
    void showRun(qsizetype number);
    /// Selects runs and scrolls to the first; what is filtered is shown again where it would hide one of them.
    void showRuns(const QList<qsizetype>& numbers);

    /// Which columns are shown, and the splitter. A state of another version is refused.
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);

signals:
    /// Enter or a double click on a run: its details are wanted. The number of SessionModel.
    void runActivated(qsizetype number);

protected:
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void makeFilters(FlowLayout* bar);
    void makeButtons(QHBoxLayout* bar);
    void makeTable();
    QWidget* makeEmptyState();
    QToolButton* addButton(QHBoxLayout* bar, const QString& iconName, const QString& text, const QString& name);

    void beginAnew();
    void expandInserted(const QModelIndex& parent, int first, int last);
    void expandFrom(const QModelIndex& index);
    void setRunsExpanded(bool expanded);
    void applyFilter();
    void clearFilter();
    void updateChoices();
    void updateState();
    void updateColumns();
    int titleWidth(int column) const;
    void fitColumns();
    void fillColumnMenu();
    void showContextMenu(const QPoint& at);
    void activate(const QModelIndex& index);
    void copySelection();
    bool isShown(int column) const;

    RunTreeModel* m_runs;
    RunFilterModel* m_filter;
    QSplitter* m_splitter;
    QTreeView* m_table;
    FilterLine* m_text;
    QComboBox* m_target;
    QComboBox* m_test;
    QComboBox* m_status;
    QToolButton* m_columns = nullptr;
    QMenu* m_columnMenu;
    QStackedWidget* m_stack;
    QLabel* m_emptyText = nullptr;
    QToolButton* m_clearFilter = nullptr;
    Caption* m_legend;
    QTimer* m_fit;             ///< gathers changes before columns are measured
    QHash<int, bool> m_chosen; ///< columns the user has switched on or off
    QHash<int, int> m_widths;  ///< as set here; a width that differs is the user's
    bool m_runsExpanded = true;
};

} // namespace bv
