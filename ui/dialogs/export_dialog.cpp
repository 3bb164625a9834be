#include "dialogs/export_dialog.h"

#include "base/when_done.h"
#include "charts/chart_export.h"
#include "export/bundle_folder.h"
#include "export/command_sheet.h"
#include "export/csv.h"
#include "export/save_file.h"
#include "models/session_list_model.h"
#include "session/session_json.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/file_chooser.h"
#include "widgets/flow_layout.h"
#include "widgets/message_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QtConcurrent/QtConcurrentRun>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int usualWidth = 560;     ///< of the dialog
constexpr QSize windowFrame(8, 40); ///< what a window manager puts around it, about

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

QLabel* plainLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
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

QWidget* ExportDialog::makeContent()
{
    auto* content = new QWidget(m_area);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, gap, 0); // names do not touch the scroll bar
    layout->setSpacing(gapLarge);
    QLabel* title = plainLabel(sessionTitle(m_session->name, m_session->plan.name), content);
    title->setFont(fontAt(TextStep::Title, font()));
    layout->addWidget(title);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(gapLarge);
    grid->setVerticalSpacing(gap);
    grid->setColumnStretch(1, 1);
    addChoice(grid, Content::SummaryCsv, tr("&Summary table (CSV)"), u"exportSummary"_s, true);
    addChoice(grid, Content::RawCsv, tr("Every &run (CSV)"), u"exportRaw"_s, true);
    addChoice(grid, Content::Json, tr("Whole session (&JSON)"), u"exportJson"_s, false);
    addChoice(grid, Content::Bundle, tr("&Bundle: scripts that measure it again"), u"exportBundle"_s, false);
    for (QWidget* part : {static_cast<QWidget*>(m_choices.last().box), static_cast<QWidget*>(m_choices.last().files)})
        part->hide(); // until setBundle()
    addChoice(grid, Content::Png, tr("Charts as &PNG"), u"exportPng"_s, false);
    addChoice(grid, Content::Svg, tr("Charts as S&VG"), u"exportSvg"_s, false);
    makeChartOptions(grid);
    layout->addLayout(grid);
    layout->addWidget(makeFolderLine());
    layout->addStretch();
    return content;
}

QLayout* ExportDialog::makeButtons()
{
    auto* buttons = new QHBoxLayout;
    m_replaced = plainLabel({}, this);
    m_replaced->setObjectName(u"exportReplaced"_s);
    m_export = new QPushButton(icon(u"export"_s), tr("&Export"), this);
    m_export->setObjectName(u"exportNow"_s);
    m_export->setDefault(true);
    m_close = new QPushButton(tr("&Close"), this);
    m_close->setObjectName(u"closeExport"_s);
    m_close->setAutoDefault(false);
    buttons->addWidget(m_replaced, 1);
    buttons->addWidget(m_export);
    buttons->addWidget(m_close);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::ask);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    return buttons;
}

/// As high as its content, as far as the screen goes. The names of the files wrap, so that the height depends on the
/// width, which a window does not see to by itself.
void ExportDialog::growToFit()
{
    const QScreen* at = parentWidget() ? parentWidget()->window()->screen() : screen();
    const QSize room = at->availableSize() - windowFrame;
    resize(size().boundedTo(room.expandedTo(minimumSizeHint())));
    layout()->activate();
    const QWidget* content = m_area->widget();
    const int width = std::max(m_area->viewport()->width(), content->minimumSizeHint().width());
    const int across = content->minimumSizeHint().width() > m_area->viewport()->width()
                           ? m_area->horizontalScrollBar()->sizeHint().height()
                           : 0;
    const int more = content->heightForWidth(width) + across - m_area->height();
    if (more > 0)
        resize(this->width(), std::min(height() + more, std::max(room.height(), minimumSizeHint().height())));
}

void ExportDialog::addChoice(QGridLayout* grid, Content content, const QString& text, const QString& name, bool on)
{
    auto* box = new QCheckBox(text, this);
    box->setObjectName(name);
    box->setChecked(on);
    QLabel* files = plainLabel({}, this);
    files->setObjectName(name + u"Files"_s);
    const int row = grid->rowCount();
    grid->addWidget(box, row, 0, Qt::AlignTop);
    grid->addWidget(files, row, 1);
    m_choices << Choice{content, box, files};
    connect(box, &QCheckBox::toggled, this, &ExportDialog::updateFiles);
}

void ExportDialog::makeChartOptions(QGridLayout* grid)
{
    m_chartOptions = new QWidget(this);
    auto* line = new FlowLayout(m_chartOptions);
    const auto addSide = [&](const QString& name, const QString& object, int value) {
        auto* side = new QSpinBox(m_chartOptions);
        side->setRange(smallestExport, largestExport);
        side->setSuffix(tr(" px"));
        side->setValue(value);
        side->setAccessibleName(name);
        side->setObjectName(object);
        line->addWidget(side);
        return side;
    };
    auto* label = new QLabel(tr("Si&ze"), m_chartOptions);
    line->addWidget(label);
    m_width = addSide(tr("Width of a chart"), u"chartWidth"_s, usualExportSize.width());
    line->addWidget(new QLabel(u"×"_s, m_chartOptions));
    m_height = addSide(tr("Height of a chart"), u"chartHeight"_s, usualExportSize.height());
    label->setBuddy(m_width);
    m_scale = new QComboBox(m_chartOptions);
    m_scale->setObjectName(u"chartScale"_s);
    m_scale->setAccessibleName(tr("Scale of the PNG files"));
    for (int scale = 1; scale <= 4; ++scale)
        m_scale->addItem(tr("%1×").arg(scale), scale);
    m_scale->setCurrentIndex(1);
    line->addWidget(m_scale);
    m_sizeText = plainLabel({}, m_chartOptions);
    m_sizeText->setObjectName(u"chartPixels"_s);
    line->addWidget(m_sizeText);
    for (QSpinBox* side : {m_width, m_height})
        connect(side, &QSpinBox::valueChanged, this, &ExportDialog::updateSize);
    connect(m_scale, &QComboBox::currentIndexChanged, this, &ExportDialog::updateSize);
    updateSize();
    grid->addWidget(m_chartOptions, grid->rowCount(), 0, 1, 2);
}

QWidget* ExportDialog::makeFolderLine()
{
    auto* host = new QWidget(this);
    auto* line = new QHBoxLayout(host);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(gap);
    auto* label = new QLabel(tr("&Folder"), host);
    m_folder = new QLineEdit(QDir::toNativeSeparators(FileChooser::folder()), host);
    m_folder->setObjectName(u"exportFolder"_s);
    m_folder->setAccessibleName(tr("Folder"));
    label->setBuddy(m_folder);
    auto* choose = new QPushButton(icon(u"open"_s), tr("C&hoose…"), host);
    choose->setObjectName(u"chooseFolder"_s);
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, [this] {
        FileChooser::Question question;
        question.kind = FileChooser::Kind::Folder;
        question.title = tr("Folder for the files");
        FileChooser::ask(this, question,
                         [this](const QString& path) { m_folder->setText(QDir::toNativeSeparators(path)); });
    });
    connect(m_folder, &QLineEdit::textChanged, this, &ExportDialog::updateFiles);
    line->addWidget(label);
    line->addWidget(m_folder, 1);
    line->addWidget(choose);
    return host;
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
    for (const Choice& choice : std::as_const(m_choices)) {
        if (choice.content != Content::Bundle)
            continue;
        choice.box->show();
        choice.files->show();
    }
    growToFit();
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
    whenDone(QtConcurrent::run([job, session = m_session, settings = m_settings, limits = m_limits]() -> Result<> {
                 if (job.content == Content::Json)
                     return writeSessionFile(job.path, *session);
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
