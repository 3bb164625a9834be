#pragma once

#include "base/result.h"
#include "import/import_preview.h"

#include <QDialog>
#include <QTimer>
#include <memory>
#include <stop_token>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace bv {

class DataTable;
class ImportModel;
class MessageBar;
class SessionLibrary;

/// Results that were measured elsewhere: what the files hold is shown, with what was guessed of it, and stored when it
/// is right. Files are read on the pool. Not modal.
class ImportDialog : public QDialog
{
    Q_OBJECT
public:
    /// `paths`: files and folders. `library` has to live longer.
    ImportDialog(SessionLibrary& library, const QStringList& paths, QWidget* parent = nullptr);
    ~ImportDialog() override;

    ImportModel& runs() const { return *m_model; }
    bool isReading() const { return m_reading; }

signals:
    /// The session is stored under that id; the dialog closes.
    void imported(const QString& id);

private:
    struct Progress;

    QWidget* makeReading();
    QWidget* makePreview();
    void makeTable();
    void makeButtons();
    void read(const QStringList& paths);
    void showProgress();
    void take(const Result<ImportPreview>& preview);
    void toggleIncluded();
    void updateState();
    void store();

    SessionLibrary& m_library;
    ImportModel* m_model;
    std::shared_ptr<Progress> m_progress;
    std::stop_source m_stop;
    QTimer m_progressTimer;
    QStackedWidget* m_stack;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_progressBar = nullptr;
    QLineEdit* m_name = nullptr;
    DataTable* m_table = nullptr;
    MessageBar* m_message = nullptr;
    QLabel* m_state = nullptr;
    QToolButton* m_next = nullptr;
    QPlainTextEdit* m_warnings = nullptr;
    QPushButton* m_import = nullptr;
    bool m_reading = false;
    bool m_storing = false;
};

} // namespace bv
