#include "dialogs/export_dialog.h"

#include "base/when_done.h"
#include "charts/chart_export.h"
#include "export/bundle_folder.h"
#include "export/command_sheet.h"
#include "export/csv.h"
#include "export/report_html.h"
#include "export/save_file.h"
#include "export/session_export.h"
#include "models/session_list_model.h"
#include "report/report_maker.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QtConcurrent/QtConcurrentRun>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int usualWidth = 560; ///< of the dialog

/// Of these names, those that stand in the folder. On the pool.
QSet<QString> existingOf(const QString& folder, const QStringList& names)
{
    QSet<QString> there;
    for (const QString& name : names) {
        if (QFileInfo::exists(folder + u'/' + name))
            there << name;
    }
    return there;
}

/// On the pool. An earlier bundle is replaced; a folder with anything else in it is refused.
Result<> writeBundle(const QString& folder, const Session& session, const EngineSettings& settings,
                     const MachineLimits& limits)
{
    const CommandSheet sheet = sessionCommandSheet(session, settings, limits);
    const auto saved = saveBundle(folder, bundleFiles(session, sheet.lines.join(u'\n').toUtf8() + '\n'));
    return saved ? Result<>(Unit()) : Result<>(saved.error());
}

} // namespace

ExportDialog::ExportDialog(std::shared_ptr<const Session> session, QWidget* parent)
    : QDialog(parent)
    , m_session(std::move(session))
    , m_maker(new ReportMaker(this))
    , m_area(new QScrollArea(this))
    , m_message(new MessageBar(this))
{
    setObjectName(u"exportDialog"_s);
    setWindowTitle(tr("Export"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setWidgetResizable(true);
    m_area->setFocusPolicy(Qt::NoFocus);
    m_area->setWidget(makeContent());
    layout->addWidget(m_area, 1);
    layout->addWidget(m_message);
    layout->addLayout(makeButtons());
    setCharts({}, {});
    resize(usualWidth, minimumSizeHint().height());
    growToFit();
}

void ExportDialog::setCharts(const QList<ExportChart>& charts, ChartRenderer render)
{
    m_charts = charts;
    m_render = std::move(render);
    const bool possible = !charts.isEmpty() && m_render;
    for (const Choice& choice : std::as_const(m_choices)) {
        const bool isChart = choice.content == Content::Png || choice.content == Content::Svg;
        if (isChart && !possible)
            choice.box->setChecked(false);
        choice.box->setVisible(!isChart || possible);
        choice.files->setVisible(!isChart || possible);
    }
    m_chartOptions->setVisible(possible);
    updateFiles();
}

void ExportDialog::setBundle(const EngineSettings& settings, const MachineLimits& limits)
{
    m_settings = settings;
    m_limits = limits;
    showBundle(true);
    growToFit();
}

/// What needs to be told how commands are made.
void ExportDialog::showBundle(bool on)
{
    for (const Choice& choice : std::as_const(m_choices)) {
        if (choice.content != Content::Bundle && choice.content != Content::Pdf && choice.content != Content::Html)
            continue;
        choice.box->setVisible(on);
        choice.files->setVisible(on);
    }
}

/// Of PNGs; an SVG has no pixels.
bool ExportDialog::wantsTooLarge() const
{
    const auto png = std::find_if(m_choices.cbegin(), m_choices.cend(),
                                  [](const Choice& choice) { return choice.content == Content::Png; });
    return png != m_choices.cend() && png->box->isChecked() &&
           !isExportable({QSize(m_width->value(), m_height->value()), m_scale->currentData().toInt()});
}

void ExportDialog::updateSize()
{
    m_sizeText->setText(exportSizeText({QSize(m_width->value(), m_height->value()), m_scale->currentData().toInt()}));
    updateFiles();
}

QStringList ExportDialog::fileNames(Content content) const
{
    QStringList names;
    switch (content) {
    case Content::Pdf:
        return {exportFileName(*m_session, u"report"_s, u"pdf"_s)};
    case Content::Html:
        return {exportFileName(*m_session, u"report"_s, u"html"_s)};
    case Content::SummaryCsv:
        return {exportFileName(*m_session, u"summary"_s, u"csv"_s)};
    case Content::RawCsv:
        return {exportFileName(*m_session, u"runs"_s, u"csv"_s)};
    case Content::Json:
        return {exportFileName(*m_session, u"session"_s, u"json"_s)};
    case Content::Bundle:
        return {exportFileName(*m_session, u"bundle"_s, {})};
    case Content::Png:
    case Content::Svg:
        for (const ExportChart& chart : m_charts)
            names << exportFileName(*m_session, chart.id, content == Content::Png ? u"png"_s : u"svg"_s);
        break;
    }
    return names;
}

QString ExportDialog::folder() const
{
    return QDir::fromNativeSeparators(m_folder->text().trimmed());
}

QStringList ExportDialog::chosenNames() const
{
    QStringList names;
    for (const Choice& choice : m_choices) {
        if (choice.box->isChecked())
            names << fileNames(choice.content);
    }
    return names;
}

/// Names the files, and says which are there already; the folder is looked at on the pool.
void ExportDialog::updateFiles()
{
    if (!m_export)
        return;
    QStringList names;
    for (const Choice& choice : std::as_const(m_choices)) {
        choice.files->setEnabled(choice.box->isChecked());
        names << fileNames(choice.content);
    }
    m_export->setEnabled(!chosenNames().isEmpty() && !folder().isEmpty() && m_all == 0 && !m_asking &&
                         !wantsTooLarge());
    showExisting({}); // nobody knows yet
    lookAtFolder(names);
}

void ExportDialog::lookAtFolder(const QStringList& names)
{
    const int look = ++m_looks;
    whenDone(QtConcurrent::run(existingOf, folder(), names), this, [this, look](const QSet<QString>& there) {
        if (look == m_looks)
            showExisting(there);
    });
}

void ExportDialog::showExisting(const QSet<QString>& there)
{
    m_existing = there;
    for (const Choice& choice : std::as_const(m_choices)) {
        QStringList lines;
        const QStringList own = fileNames(choice.content);
        for (const QString& name : own)
            lines << (there.contains(name) ? tr("%1 (is there; will be replaced)").arg(name) : name);
        choice.files->setText(lines.join(u'\n'));
    }
    updateReplaced();
    growToFit();
}

/// The names may be out of sight.
void ExportDialog::updateReplaced()
{
    const QStringList names = chosenNames();
    const auto count =
        std::count_if(names.cbegin(), names.cend(), [this](const QString& name) { return m_existing.contains(name); });
    m_replaced->setText(count > 0 ? tr("Replaces %n file(s)", nullptr, static_cast<int>(count)) : QString());
}

/// Looks once more: a file that has come since, or that was not found out about yet, is not replaced unasked.
void ExportDialog::ask()
{
    m_asking = true;
    m_export->setEnabled(false);
    const QStringList names = chosenNames();
    const int look = ++m_looks;
    whenDone(QtConcurrent::run(existingOf, folder(), names), this, [this, look](const QSet<QString>& there) {
        m_asking = false;
        if (look != m_looks) { // something was changed meanwhile: that is to be seen first
            updateFiles();
            return;
        }
        const auto unseen = std::count_if(there.cbegin(), there.cend(),
                                          [this](const QString& name) { return !m_existing.contains(name); });
        if (unseen == 0) {
            begin();
            return;
        }
        m_export->setEnabled(true);
        showExisting(m_existing + there);
        m_message->say(MessageBar::Tone::Warning,
                       tr("This replaces %n file(s) of the folder. Press Export once more to do so.", nullptr,
                          static_cast<int>(unseen)));
        growToFit();
    });
}

void ExportDialog::begin()
{
    const QString folder = this->folder();
    FileChooser::setFolder(folder);
    m_written.clear();
    m_errors.clear();
    m_message->dismiss();
    for (const Choice& choice : std::as_const(m_choices)) {
        if (!choice.box->isChecked())
            continue;
        const QStringList names = fileNames(choice.content);
        for (qsizetype i = 0; i < names.size(); ++i)
            m_jobs << Job{choice.content, m_charts.value(i).id, folder + u'/' + names.at(i)};
    }
    m_all = m_jobs.size();
    m_close->setText(tr("&Cancel"));
    next();
}

void ExportDialog::next()
{
    if (m_jobs.isEmpty()) {
        finish();
        return;
    }
    const Job job = m_jobs.takeFirst();
    m_message->say(MessageBar::Tone::Info, tr("Writing file %1 of %2…").arg(m_all - m_jobs.size()).arg(m_all));
    growToFit();
    if (job.content == Content::Png || job.content == Content::Svg) {
        draw(job);
        return;
    }
    if (job.content == Content::Pdf || job.content == Content::Html) {
        writeReport(job);
        return;
    }
    whenDone(QtConcurrent::run([job, session = m_session, settings = m_settings, limits = m_limits]() -> Result<> {
                 if (job.content == Content::Json)
                     return exportSessionFile(job.path, *session);
                 if (job.content == Content::Bundle)
                     return writeBundle(job.path, *session, settings, limits);
                 return saveFile(job.path,
                                 job.content == Content::SummaryCsv ? summaryCsv(*session) : rawCsv(*session));
             }),
             this, [this, job](const Result<>& written) { take(job, written); });
}

/// Only the drawing is done here, which takes the GUI's thread; the rest is done on the pool.
void ExportDialog::draw(const Job& job)
{
    const auto format = job.content == Content::Png ? ChartFormat::Png : ChartFormat::Svg;
    const Result<DrawnChart> drawn = m_render(job.chart, format, QSize(m_width->value(), m_height->value()),
                                              format == ChartFormat::Png ? m_scale->currentData().toInt() : 1);
    if (!drawn) {
        take(job, drawn.error());
        return;
    }
    whenDone(QtConcurrent::run([path = job.path, format, chart = *drawn]() -> Result<> {
                 const Result<QByteArray> content =
                     format == ChartFormat::Png ? pngBytes(chart.image) : Result<QByteArray>(chart.svg);
                 if (!content)
                     return content.error();
                 return saveFile(path, *content);
             }),
             this, [this, job](const Result<>& written) { take(job, written); });
}

/// It is made first where it is not there yet, once for both forms.
void ExportDialog::writeReport(const Job& job)
{
    if (!m_report) {
        connect(
            m_maker, &ReportMaker::made, this,
            [this, job](const std::shared_ptr<const MadeReport>& report) {
                m_report = report;
                writeReport(job);
            },
            Qt::SingleShotConnection);
        m_maker->make(m_session, m_settings, m_limits, usualPaper());
        return;
    }
    whenDone(QtConcurrent::run([job, report = m_report] {
                 return saveFile(job.path, job.content == Content::Pdf
                                               ? reportPdf(report->pages, report->document.title)
                                               : reportHtml(report->document));
             }),
             this, [this, job](const Result<>& written) { take(job, written); });
}

void ExportDialog::reject()
{
    if (m_all > 0)
        m_jobs.clear(); // the file that is being written is finished
    else
        QDialog::reject();
}

void ExportDialog::take(const Job& job, const Result<>& written)
{
    if (written)
        m_written << job.path;
    else
        m_errors << written.error().message;
    next();
}

void ExportDialog::finish()
{
    const qsizetype all = std::exchange(m_all, 0);
    m_close->setText(tr("&Close"));
    updateFiles();
    if (m_written.size() + m_errors.size() < all)
        m_message->say(MessageBar::Tone::Warning,
                       QStringList({tr("Cancelled: %1 of %2 files were written.").arg(m_written.size()).arg(all),
                                    m_errors.join(u'\n')})
                           .join(u'\n')
                           .trimmed());
    else if (m_errors.isEmpty())
        m_message->say(MessageBar::Tone::Good,
                       m_written.size() == 1
                           ? tr("%1 was written.").arg(QDir::toNativeSeparators(m_written.first()))
                           : tr("%1 files were written to %2.").arg(m_written.size()).arg(m_folder->text().trimmed()));
    else
        m_message->say(MessageBar::Tone::Bad, m_errors.join(u'\n'));
    growToFit();
    emit exported(m_written);
}

} // namespace bv
