#include "dialogs/import_dialog.h"

#include "base/when_done.h"
#include "models/import_model.h"
#include "session/session_library.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/field.h"
#include "widgets/import_delegate.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMutex>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QtConcurrent/QtConcurrentRun>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

/// Written on the pool's thread, shown on that of the window.
struct ImportDialog::Progress
{
    QMutex mutex;
    int done = 0;
    int files = 0;
    QString file;
};

namespace {

constexpr QSize comfortableSize(980, 640);
constexpr QSize windowFrame(40, 80);
constexpr int progressMs = 100;
constexpr int linesOfWarnings = 4;

/// By what was named first: "results", "cpu.csv and more".
QString proposedName(const QStringList& paths)
{
    const QString name = QFileInfo(QFileInfo(paths.value(0)).absoluteFilePath()).fileName();
    return paths.size() == 1 ? name : ImportDialog::tr("%1 and more").arg(name);
}

QString warningsText(const ImportPreview& preview)
{
    QStringList lines;
    const QStringList apart = apartNotes(preview);
    for (const QString& note : apart)
        lines << note;
    for (const ImportWarning& warning : preview.warnings)
        lines << (warning.text.contains(warning.file) ? warning.text : warning.file + u": "_s + warning.text);
    return lines.join(u'\n');
}

QLabel* plainLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ImportDialog::ImportDialog(SessionLibrary& library, const QStringList& paths, QWidget* parent)
    : QDialog(parent)
    , m_library(library)
    , m_model(new ImportModel(this))
    , m_progress(std::make_shared<Progress>())
    , m_stack(new QStackedWidget(this))
{
    setObjectName(u"importDialog"_s);
    setWindowTitle(tr("Import results"));
    setModal(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    m_message = new MessageBar(this);
    layout->addWidget(m_message);
    m_stack->addWidget(makeReading());
    m_stack->addWidget(makePreview());
    layout->addWidget(m_stack, 1);
    makeButtons();
    m_name->setText(proposedName(paths));
    connect(m_model, &ImportModel::contentChanged, this, &ImportDialog::updateState);
    connect(m_model, &ImportModel::refused, this,
            [this](const QString& sentence) { m_message->say(MessageBar::Tone::Bad, sentence); });
    connect(m_model, &QAbstractItemModel::dataChanged, m_message, &MessageBar::dismiss);
    m_progressTimer.setInterval(progressMs);
    connect(&m_progressTimer, &QTimer::timeout, this, &ImportDialog::showProgress);
    const QScreen* at = parent ? parent->window()->screen() : screen();
    resize(comfortableSize.boundedTo(at->availableSize() - windowFrame));
    read(paths);
}

ImportDialog::~ImportDialog()
{
    m_stop.request_stop(); // nobody waits for it
}

QWidget* ImportDialog::makeReading()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(gap);
    m_progressText = plainLabel(page);
    m_progressText->setObjectName(u"importProgressText"_s);
    m_progressBar = new QProgressBar(page);
    m_progressBar->setObjectName(u"importProgress"_s);
    m_progressBar->setAccessibleName(tr("Files read"));
    layout->addStretch();
    layout->addWidget(m_progressText);
    layout->addWidget(m_progressBar);
    layout->addStretch();
    return page;
}

QWidget* ImportDialog::makePreview()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_name = new QLineEdit(page);
    layout->addWidget(new Field(tr("&Name"), m_name, u"importName"_s, page));
    makeTable();
    layout->addWidget(m_table, 1);
    layout->addWidget(new Caption(tr("? was guessed from names of files and folders or from titles. What is written "
                                     "into a cell goes into all selected rows; Space leaves them out. A target is "
                                     "written as host, docker-2c-1g or qemu-kvm-2c-1g-qcow2, as far as it is known."),
                                  page));
    m_warnings = new QPlainTextEdit(page);
    m_warnings->setObjectName(u"importWarnings"_s);
    m_warnings->setAccessibleName(tr("What to know of the files"));
    m_warnings->setReadOnly(true);
    m_warnings->setTabChangesFocus(true);
    m_warnings->setFixedHeight(linesOfWarnings * fontMetrics().lineSpacing() + 2 * gap);
    layout->addWidget(m_warnings);
    auto* line = new QHBoxLayout;
    m_state = plainLabel(page);
    m_state->setObjectName(u"importState"_s);
    m_next = new QToolButton(page);
    m_next->setObjectName(u"importNext"_s);
    m_next->setText(tr("Show the first"));
    m_next->setAccessibleName(tr("Show the first run of which something is missing"));
    connect(m_next, &QToolButton::clicked, this, [this] {
        m_table->setCurrentIndex(m_model->index(m_model->firstMissing(), ImportModel::Target));
        m_table->setFocus(Qt::OtherFocusReason);
    });
    line->addWidget(m_state, 1);
    line->addWidget(m_next);
    layout->addLayout(line);
    return page;
}

void ImportDialog::makeTable()
{
    m_table = new DataTable(tr("Runs to import"), this);
    m_table->setObjectName(u"importTable"_s);
    m_table->setAccessibleDescription(tr("F2 writes into a cell, Space leaves a run out or takes it in"));
    m_table->setItemDelegate(new ImportDelegate(m_table));
    m_table->setModel(m_model);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    auto* toggle = new QAction(tr("&Take in or leave out"), m_table);
    toggle->setObjectName(u"toggleIncluded"_s);
    toggle->setShortcut(Qt::Key_Space);
    toggle->setShortcutContext(Qt::WidgetShortcut);
    connect(toggle, &QAction::triggered, this, &ImportDialog::toggleIncluded);
    m_table->addAction(toggle);
}

void ImportDialog::makeButtons()
{
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_import = buttons->addButton(tr("&Import"), QDialogButtonBox::AcceptRole);
    m_import->setObjectName(u"importStore"_s);
    m_import->setEnabled(false);
    layout()->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ImportDialog::store);
    connect(buttons, &QDialogButtonBox::rejected, this, [this] {
        m_stop.request_stop();
        reject();
    });
}

void ImportDialog::read(const QStringList& paths)
{
    m_reading = true;
    m_stack->setCurrentIndex(0);
    showProgress();
    m_progressTimer.start();
    const auto follow = [progress = m_progress](int done, int files, const QString& file) {
        const QMutexLocker locker(&progress->mutex);
        progress->done = done;
        progress->files = files;
        progress->file = file;
    };
    const auto work = [paths, follow, stop = m_stop.get_token()] { return readImport(paths, stop, follow); };
    whenDone(QtConcurrent::run(work), this, [this](const Result<ImportPreview>& preview) { take(preview); });
}

void ImportDialog::showProgress()
{
    const QMutexLocker locker(&m_progress->mutex);
    m_progressBar->setRange(0, m_progress->files); // 0: not known yet
    m_progressBar->setValue(m_progress->done);
    m_progressText->setText(m_progress->file.isEmpty() ? tr("Looking for results…")
                                                       : tr("Reading %1").arg(m_progress->file));
}

void ImportDialog::take(const Result<ImportPreview>& preview)
{
    m_reading = false;
    m_progressTimer.stop();
    if (!preview) {
        m_progressBar->hide();
        m_progressText->setText(preview.error().message);
        return;
    }
    m_model->setPreview(*preview);
    m_stack->setCurrentIndex(1);
    updateState();
    m_table->setFocus(Qt::OtherFocusReason);
    if (!preview->rows.isEmpty())
        m_table->setCurrentIndex(m_model->index(0, ImportModel::Target));
}

void ImportDialog::toggleIncluded()
{
    QList<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        rows << index.row();
    if (!rows.isEmpty())
        m_model->setIncluded(rows, !m_model->preview().rows.at(m_table->currentIndex().row()).isIncluded);
}

void ImportDialog::updateState()
{
    const int missing = m_model->missingCount();
    const QString count = tr("%1 of %2 runs will be imported.").arg(m_model->includedCount()).arg(m_model->rowCount());
    m_state->setText(missing == 0
                         ? count
                         : count + u' ' +
                               tr("Something is missing of %n run(s): write it in, or leave out.", nullptr, missing));
    m_next->setVisible(missing > 0);
    m_import->setEnabled(!m_reading && !m_storing && missing == 0 && m_model->includedCount() > 0);
    const QString warnings = warningsText(m_model->preview());
    if (m_warnings->toPlainText() != warnings)
        m_warnings->setPlainText(warnings);
    m_warnings->setVisible(!warnings.isEmpty());
    m_table->growColumns();
}

void ImportDialog::store()
{
    if (!m_import->isEnabled())
        return;
    m_storing = true;
    updateState();
    const auto fail = [this](const Error& error) {
        m_storing = false;
        updateState();
        m_message->say(MessageBar::Tone::Bad, error.message);
    };
    const auto work = [preview = m_model->preview(), name = m_name->text().trimmed()] {
        return sessionOf(preview, name, QDateTime::currentDateTimeUtc());
    };
    whenDone(QtConcurrent::run(work), this, [this, fail](const Result<Session>& made) {
        if (!made) {
            fail(made.error());
            return;
        }
        const auto session = std::make_shared<const Session>(*made);
        whenDone(m_library.add(session), this, [this, fail, id = session->id](const Result<>& stored) {
            if (!stored) {
                fail(stored.error());
                return;
            }
            emit imported(id);
            accept();
        });
    });
}

} // namespace bv
