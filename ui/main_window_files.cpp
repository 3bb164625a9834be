#include "main_window.h"

#include "dialogs/import_dialog.h"
#include "session_flow.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

using namespace Qt::StringLiterals;

// Files that are opened or dropped.

namespace bv {

namespace {

/// Nothing where it is not files of this machine only.
QStringList filesOf(const QDropEvent* event)
{
    QStringList paths;
    const QList<QUrl> urls = event->mimeData()->urls();
    for (const QUrl& url : urls) {
        if (!url.isLocalFile())
            return {};
        paths << url.toLocalFile();
    }
    return event->source() ? QStringList() : paths; // not a chart that is dragged out
}

} // namespace

void MainWindow::openFile(const QString& path)
{
    m_flow->openFile(path);
}

void MainWindow::openFiles(const QStringList& paths)
{
    const bool isOwn = paths.size() == 1 && paths.first().endsWith(".json"_L1, Qt::CaseInsensitive) &&
                       QFileInfo(paths.first()).isFile();
    if (isOwn)
        openFile(paths.first());
    else if (!paths.isEmpty())
        showImport(paths);
}

void MainWindow::showImport(const QStringList& paths)
{
    auto* dialog = new ImportDialog(m_services.library, paths, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::imported, m_flow.get(), &SessionFlow::open);
    dialog->show();
}

void MainWindow::askForFile()
{
    FileChooser::Question question;
    question.title = tr("Open a session or a plan, or import results");
    question.filter = tr("Sessions, plans and results (*.json *.txt *.log *.out *.csv *.tsv);;All files (*)");
    FileChooser::askSeveral(this, question, [this](const QStringList& paths) { openFiles(paths); });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (filesOf(event).isEmpty())
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QStringList paths = filesOf(event);
    if (paths.isEmpty())
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    openFiles(paths);
}

} // namespace bv
