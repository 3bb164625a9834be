#include "pages/sessions_page.h"

#include "base/when_done.h"
#include "dialogs/compare_dialog.h"
#include "dialogs/export_dialog.h"
#include "models/session_filter.h"
#include "models/session_list_model.h"
#include "models/text.h"
#include "run/engine.h"
#include "widgets/data_table.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QFocusEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace bv {

using Detail = SessionStore::Detail;

SessionsPage::~SessionsPage()
{
    // The library ends what it was asked for; there is nobody left to be told.
    const SessionSummary* session = m_sessions->session(m_noteOf);
    if (session && session->note != m_note->toPlainText())
        (void)m_services.library.setNote(m_noteOf, m_note->toPlainText());
    for (const QString& id : std::as_const(m_doomed))
        (void)m_services.library.remove(id);
}

void SessionsPage::reload()
{
    if (m_listing) {
        m_listAgain = true;
        return;
    }
    m_listing = true;
    whenDone(m_services.library.list(), this, [this](const Result<QList<SessionSummary>>& listed) { take(listed); });
}

void SessionsPage::take(const Result<QList<SessionSummary>>& listed)
{
    m_listing = false;
    if (std::exchange(m_listAgain, false)) {
        reload();
        return;
    }
    m_listed = true;
    m_listError = listed ? QString() : listed.error().message;
    if (listed) {
        m_sessions->setSessions(*listed);
        for (const QString& id : std::exchange(m_removed, {}))
            m_sessions->setHidden(id, false);
        if (m_table->selectionModel()->selectedRows().isEmpty() && m_filter->rowCount() > 0)
            m_table->selectRow(std::max(0, m_table->currentIndex().row()));
    }
    updateState();
    updateActions();
    showNote();
    m_headlineTimer->start();
}

QStringList SessionsPage::selectedIds() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    QStringList ids;
    for (const QModelIndex& row : std::as_const(rows))
        ids << row.data(SessionListModel::IdRole).toString();
    return ids;
}

void SessionsPage::select(const QString& id)
{
    const int row = m_sessions->rowOf(id);
    if (row < 0)
        return;
    const QModelIndex index = m_filter->mapFromSource(m_sessions->index(row, 0));
    // Not by the view, which would add to the selection while Ctrl is held, as for Ctrl+Z.
    m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(index);
}

void SessionsPage::open()
{
    const QStringList ids = selectedIds();
    if (ids.size() == 1)
        emit openRequested(ids.first());
}

void SessionsPage::resume()
{
    const QStringList ids = selectedIds();
    const SessionSummary* session = ids.size() == 1 ? m_sessions->session(ids.first()) : nullptr;
    if (session && canResume(*session))
        emit resumeRequested(session->id);
}

void SessionsPage::replay()
{
    const QStringList ids = selectedIds();
    if (ids.size() == 1)
        emit replayRequested(ids.first());
}

/// A sentence for what the store refused; a session that somebody else has deleted leaves the list.
void SessionsPage::tell(const QString& id, const Error& error)
{
    if (error.code == Error::Code::NotFound) {
        m_message->say(MessageBar::Tone::Warning,
                       tr("The session %1 has been deleted by another program; it is no longer listed.").arg(id));
        reload();
        return;
    }
    m_message->say(MessageBar::Tone::Bad, error.message);
}

void SessionsPage::rename(const QString& id, const QString& name)
{
    whenDone(m_services.library.rename(id, name), this, [this, id](const Result<>& done) {
        if (!done)
            tell(id, done.error());
    });
}

void SessionsPage::showNote()
{
    const QStringList ids = selectedIds();
    const SessionSummary* session = ids.size() == 1 ? m_sessions->session(ids.first()) : nullptr;
    const QString id = session ? session->id : QString();
    const QString title = session ? sessionTitle(session->name, session->planName) : QString();
    m_noteTitle->setText(!session              ? tr("Select one session to read and write its note.")
                         : session->isReadOnly ? tr("%1 ships with Benchvisor; its note cannot be changed.").arg(title)
                                               : tr("Note on %1").arg(title));
    if (id == m_noteOf)
        return;
    storeNote();
    m_noteOf = id;
    const QSignalBlocker blocker(m_note);
    m_note->setPlainText(session ? session->note : QString());
    m_note->setEnabled(session != nullptr);
    m_note->setReadOnly(session && session->isReadOnly);
}

void SessionsPage::storeNote()
{
    m_noteTimer->stop();
    const SessionSummary* session = m_sessions->session(m_noteOf);
    const QString text = m_note->toPlainText();
    if (!session || session->note == text)
        return;
    whenDone(m_services.library.setNote(m_noteOf, text), this, [this, id = m_noteOf](const Result<>& done) {
        if (!done)
            tell(id, done.error());
    });
}

void SessionsPage::removeSelected()
{
    storeNote();
    QStringList ids = selectedIds();
    const qsizetype selected = ids.size();
    ids.removeIf([this](const QString& id) {
        const SessionSummary* session = m_sessions->session(id);
        return !session || session->state == SessionState::Running || session->isReadOnly;
    });
    if (ids.size() < selected)
        m_message->say(MessageBar::Tone::Warning, tr("A session that is running cannot be deleted: stop it first. One "
                                                     "that ships with Benchvisor stays."));
    else
        m_message->dismiss(); // what was said of the last attempt
    if (ids.isEmpty())
        return;
    const SessionSummary first = *m_sessions->session(ids.first());
    const int row = m_table->currentIndex().row();
    const QString sentence = ids.size() == 1
                                 ? tr("The session \"%1\" was deleted.").arg(sessionTitle(first.name, first.planName))
                                 : tr("%1 sessions were deleted.").arg(ids.size());
    m_undo->dismiss(); // carries out what was deleted before
    m_doomed = ids;
    for (const QString& id : std::as_const(ids))
        m_sessions->setHidden(id, true);
    m_undo->say(MessageBar::Tone::Info, sentence, tr("Undo"), [this] { undoRemove(); });
    m_undoAction->setEnabled(true);
    m_undoTimer->start();
    if (m_filter->rowCount() > 0)
        m_table->setCurrentIndex(m_filter->index(std::clamp(row, 0, m_filter->rowCount() - 1), 0));
    updateState();
    updateActions();
    showNote();
}

void SessionsPage::undoRemove()
{
    m_undoTimer->stop();
    m_undoAction->setEnabled(false);
    m_message->dismiss();
    const QStringList ids = std::exchange(m_doomed, {});
    for (const QString& id : ids)
        m_sessions->setHidden(id, false);
    updateState();
    if (!ids.isEmpty())
        select(ids.first());
    m_table->setFocus();
}

void SessionsPage::carryOutRemove()
{
    m_undoTimer->stop();
    m_undoAction->setEnabled(false);
    for (const QString& id : std::exchange(m_doomed, {})) {
        whenDone(m_services.library.remove(id), this, [this, id](const Result<>& done) {
            if (done) {
                m_removed << id;
            } else if (done.error().code == Error::Code::NotFound) { // somebody was quicker
                m_removed << id;
                reload();
            } else {
                m_sessions->setHidden(id, false);
                updateState();
                tell(id, done.error());
            }
        });
    }
}

void SessionsPage::exportSelected()
{
    const QStringList ids = selectedIds();
    if (ids.size() != 1)
        return;
    whenDone(m_services.library.load(ids.first(), Detail::Everything), this,
             [this, id = ids.first()](const Result<SessionLibrary::SessionPtr>& loaded) {
                 if (!loaded) {
                     tell(id, loaded.error());
                     return;
                 }
                 auto* dialog = new ExportDialog(*loaded, this);
                 dialog->setAttribute(Qt::WA_DeleteOnClose);
                 emit exportDialogMade(dialog);
                 dialog->open();
             });
}

void SessionsPage::compareSelected()
{
    const QStringList ids = selectedIds();
    if (ids.size() >= 2)
        loadForComparison(ids, {});
}

void SessionsPage::loadForComparison(QStringList ids, QList<SessionLibrary::SessionPtr> loaded)
{
    if (ids.isEmpty()) {
        auto* dialog = new CompareDialog(loaded, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
        return;
    }
    const QString id = ids.takeFirst();
    whenDone(m_services.library.load(id, Detail::WithoutOutput), this,
             [this, id, ids, loaded](const Result<SessionLibrary::SessionPtr>& one) {
                 if (one)
                     loadForComparison(ids, loaded + QList{*one});
                 else
                     tell(id, one.error());
             });
}

/// Works out the headline of the first row in sight that has none, then of the next. Not beside a measurement, which it
/// would disturb.
void SessionsPage::wantHeadlines()
{
    if (m_loadingHeadline || m_services.engine.isRunning() || !isVisible())
        return;
    const int first = std::max(0, m_table->rowAt(0));
    const int bottom = m_table->rowAt(m_table->viewport()->height() - 1);
    const int last = bottom < 0 ? m_filter->rowCount() - 1 : bottom;
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        const QString id = index.data(SessionListModel::IdRole).toString();
        const bool running = index.data(SessionListModel::StateRole).toInt() == static_cast<int>(SessionState::Running);
        if (running || m_noHeadline.contains(id) || !m_sessions->headline(id).isNull())
            continue;
        m_loadingHeadline = true;
        whenDone(m_services.library.load(id, Detail::WithoutOutput)
                     .then(QtFuture::Launch::Async,
                           [](const Result<SessionLibrary::SessionPtr>& loaded) {
                               return loaded ? std::optional(sessionHeadline(**loaded)) : std::nullopt;
                           }),
                 this, [this, id](const std::optional<QString>& headline) {
                     m_loadingHeadline = false;
                     if (headline)
                         m_sessions->setHeadline(id, *headline);
                     else
                         m_noHeadline << id;
                     wantHeadlines();
                     m_headlineTimer->start(); // columns grow
                 });
        return;
    }
}

/// Where the keys of a page go that was chosen by key.
void SessionsPage::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_table->isVisible())
        m_table->setFocus(event->reason());
}

void SessionsPage::updateActions()
{
    const QStringList ids = selectedIds();
    const SessionSummary* one = ids.size() == 1 ? m_sessions->session(ids.first()) : nullptr;
    m_open->setEnabled(one);
    const bool isShipped = one && one->isReadOnly;
    const QString reason = tr("This session ships with Benchvisor and cannot be renamed, noted on or deleted.");
    m_rename->setEnabled(one && !isShipped);
    m_rename->setToolTip(isShipped ? reason : tr("Rename (F2)"));
    m_export->setEnabled(one);
    m_resume->setEnabled(one && canResume(*one) && !m_services.engine.isRunning());
    m_replay->setEnabled(one && !m_services.engine.isRunning());
    m_replay->setToolTip(m_services.engine.isRunning()
                             ? measuringReason()
                             : tr("Plays the session back on the Live page, as it was measured"));
    m_compare->setEnabled(ids.size() >= 2);
    m_delete->setEnabled(!ids.isEmpty() && !isShipped);
    m_delete->setToolTip(isShipped ? reason : tr("Delete (Del)"));
}

} // namespace bv
