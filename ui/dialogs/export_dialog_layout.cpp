#include "dialogs/export_dialog.h"

#include "charts/chart_export.h"
#include "models/session_list_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/file_chooser.h"
#include "widgets/flow_layout.h"
#include "widgets/message_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

// What the dialog is made of.

namespace bv {

namespace {

constexpr QSize windowFrame(8, 40); ///< what a window manager puts around it, about

QLabel* plainLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

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
    addChoice(grid, Content::Pdf, tr("Rep&ort (PDF)"), u"exportPdf"_s, false);
    addChoice(grid, Content::Html, tr("Report as &web page"), u"exportHtml"_s, false);
    addChoice(grid, Content::SummaryCsv, tr("&Summary table (CSV)"), u"exportSummary"_s, true);
    addChoice(grid, Content::RawCsv, tr("Every &run (CSV)"), u"exportRaw"_s, true);
    addChoice(grid, Content::Json, tr("Whole session (&JSON)"), u"exportJson"_s, false);
    addChoice(grid, Content::Bundle, tr("&Bundle: scripts that measure it again"), u"exportBundle"_s, false);
    showBundle(false);
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

} // namespace bv
