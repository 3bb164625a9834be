#pragma once

#include "services.h"

#include <QSet>
#include <QWidget>

class QAction;
class QLabel;
class QModelIndex;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace bv {

class Card;
class FilterLine;
class FindingsModel;

/// What the session that is shown says, in sentences with their figures. Each opens on what could explain it, and on
/// its runs.
class FindingsPage : public QWidget
{
    Q_OBJECT
public:
    explicit FindingsPage(const Services& services, QWidget* parent = nullptr);

    FindingsModel& findings() const { return *m_findings; }

signals:
    /// The runs of a finding are to be shown: numbers of SessionModel, at least one.
    void runsWanted(const QList<qsizetype>& numbers);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeButtons(Card* card);
    void makeTree();
    QWidget* makeEmptyState();
    QAction* addAction(Card* card, const QString& iconName, const QString& text, const QString& name);

    void remember();
    void restore();
    void activate(const QModelIndex& index);
    void setDetailsShown(bool shown);
    void showRuns();
    void copySelection();
    void showContextMenu(const QPoint& at);
    void updateState();
    void updateActions();

    FindingsModel* m_findings;
    QTreeView* m_tree;
    FilterLine* m_text;
    QStackedWidget* m_stack;
    QLabel* m_emptyText = nullptr;
    QToolButton* m_clearSearch = nullptr;
    QAction* m_showRuns = nullptr;
    QAction* m_copy = nullptr;
    QAction* m_open = nullptr;
    QAction* m_close = nullptr;
    QSet<QString> m_closedGroups; ///< by key
    QSet<QString> m_opened;       ///< findings, by key
    QString m_current;            ///< key, while the model is reset
    int m_scrolled = 0;
    bool m_resetting = false;
    bool m_isLive = false;
};

} // namespace bv
