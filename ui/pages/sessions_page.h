#pragma once

#include "services.h"
#include "session/session_library.h"

#include <QSet>
#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace bv {

class DataTable;
class ExportDialog;
class FilterLine;
class FlowLayout;
class MessageBar;
class SessionFilter;
class SessionListModel;

/// The stored sessions: find, open, name, annotate, resume, export, compare and delete them.
class SessionsPage : public QWidget
{
    Q_OBJECT
public:
    explicit SessionsPage(const Services& services, QWidget* parent = nullptr);
    /// Carries out what was deleted and stores what was written.
    ~SessionsPage() override;

    /// Reads the list again; done by itself when this program changes the store and when the page is shown.
    void reload();
    /// Selects a session and scrolls to it.
    void select(const QString& id);
    QStringList selectedIds() const;

    /// Widths, order and sorting of the columns.
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);

signals:
    /// Enter, a double click or Open: the session is to be shown.
    void openRequested(const QString& id);
    /// The session is to go on where it ended.
    void resumeRequested(const QString& id);
    /// The session is to be played back.
    void replayRequested(const QString& id);
    /// A session file is to be opened.
    void openFileRequested();
    /// The dialog is made and will be shown; whoever has charts gives them to it.
    void exportDialogMade(bv::ExportDialog* dialog);

protected:
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    // sessions_page.cpp: the list and what is done to it
    void take(const Result<QList<SessionSummary>>& listed);
    void open();
    void resume();
    void replay();
    void rename(const QString& id, const QString& name);
    void removeSelected();
    void undoRemove();
    void carryOutRemove();
    void exportSelected();
    void compareSelected();
    void loadForComparison(QStringList ids, QList<SessionLibrary::SessionPtr> loaded);
    void tell(const QString& id, const Error& error);
    void updateActions();
    void showNote();
    void storeNote();
    void wantHeadlines();

    // sessions_layout.cpp
    void makeBar(FlowLayout* bar);
    void makeTable();
    QWidget* makeNote();
    QWidget* makeEmptyState();
    QAction* addAction(FlowLayout* bar, const QString& iconName, const QString& text, const QString& name,
                       void (SessionsPage::*act)());
    void updateState();
    void applyFilter();

    Services m_services;
    SessionListModel* m_sessions;
    SessionFilter* m_filter;
    DataTable* m_table;
    FilterLine* m_text;
    QComboBox* m_state;
    QStackedWidget* m_stack;
    QLabel* m_emptyText = nullptr;
    QToolButton* m_again = nullptr;
    QLabel* m_noteTitle = nullptr;
    QPlainTextEdit* m_note = nullptr;
    MessageBar* m_message;
    MessageBar* m_undo;
    QTimer* m_undoTimer;
    QTimer* m_reloadTimer;
    QTimer* m_headlineTimer;
    QTimer* m_noteTimer;
    QAction* m_open = nullptr;
    QAction* m_rename = nullptr;
    QAction* m_resume = nullptr;
    QAction* m_replay = nullptr;
    QAction* m_compare = nullptr;
    QAction* m_export = nullptr;
    QAction* m_delete = nullptr;
    QAction* m_undoAction = nullptr;
    QStringList m_doomed;       ///< taken off the list, still in the store
    QSet<QString> m_removed;    ///< removed; hidden until the list is read again
    QSet<QString> m_noHeadline; ///< could not be read
    QString m_noteOf;           ///< the session whose note stands in the field
    QString m_listError;
    bool m_listed = false;
    bool m_listing = false;
    bool m_listAgain = false;
    bool m_loadingHeadline = false;
};

} // namespace bv
