#include "pages/report_page.h"

#include "base/when_done.h"
#include "export/report_html.h"
#include "export/save_file.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "report/page_preview.h"
#include "run/engine.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/file_chooser.h"
#include "widgets/flow_layout.h"
#include "widgets/message_bar.h"

#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QPrintDialog>
#include <QPrinter>
#include <QProgressBar>
#include <QPushButton>
#include <QtConcurrent/QtConcurrentRun>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// On the pool: a printer's driver takes its time.
Result<> printed(const std::shared_ptr<QPrinter>& printer, const ReportPages& pages)
{
    QPainter painter;
    if (!painter.begin(printer.get()))
        return Error(Error::Code::Io, ReportPage::tr("The printer does not take the report. Save it as PDF instead."));
    const QRectF paper = printer->paperRect(QPrinter::DevicePixel);
    const double scale = std::min(paper.width() / pages.size().width(), paper.height() / pages.size().height());
    const QPointF corner = -printer->pageRect(QPrinter::DevicePixel).topLeft(); // our pages have margins of their own
    painter.translate(printer->fullPage() ? QPointF() : corner);
    painter.scale(scale, scale);
    const qsizetype first = std::max(printer->fromPage(), 1) - 1;
    const qsizetype last =
        printer->toPage() > 0 ? std::min<qsizetype>(printer->toPage(), pages.count()) : pages.count();
    for (qsizetype page = first; page < last; ++page) {
        if (page > first)
            printer->newPage();
        pages.paint(page, painter);
    }
    return Unit();
}

} // namespace

ReportPage::ReportPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_maker(new ReportMaker(this))
    , m_message(new MessageBar(this))
    , m_empty(new Card(tr("Report"), this))
    , m_words(new QLabel(m_empty))
    , m_progress(new QProgressBar(m_empty))
    , m_cancel(new QPushButton(tr("Cancel"), m_empty))
    , m_preview(new PagePreview(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    layout->addWidget(m_message);
    layout->addWidget(makeBar());
    layout->addWidget(m_preview, 1);
    layout->addWidget(m_empty, 1);
    m_preview->setObjectName(u"reportPages"_s);
    m_empty->setObjectName(u"reportEmpty"_s);
    m_words->setObjectName(u"reportWords"_s);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignCenter);
    m_progress->setObjectName(u"reportProgress"_s);
    m_progress->setAccessibleName(tr("Making the report"));
    m_progress->setTextVisible(false);
    m_cancel->setObjectName(u"cancelReport"_s);
    m_empty->body()->addStretch(1);
    m_empty->body()->addWidget(m_words);
    m_empty->body()->addWidget(m_progress);
    m_empty->body()->addWidget(m_cancel, 0, Qt::AlignHCenter);
    m_empty->body()->addStretch(1);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_maker->isMaking()) {
            m_maker->cancel();
            showState(tr("The report was not made."));
        } else {
            makeStale();
        }
    });
    connect(m_maker, &ReportMaker::progressed, this, [this](int done, int all) {
        m_progress->setRange(0, all);
        m_progress->setValue(done);
    });
    connect(m_maker, &ReportMaker::made, this, &ReportPage::take);
    connect(m_preview, &PagePreview::currentPageChanged, this, &ReportPage::tellPage);
    connect(&services.session, &SessionModel::reset, this, &ReportPage::makeStale);
    connect(&services.session, &SessionModel::factsChanged, this, &ReportPage::makeStale);
    connect(&services.session, &SessionModel::liveChanged, this, &ReportPage::makeStale);
    makeStale();
}

QWidget* ReportPage::makeBar()
{
    auto* bar = new QWidget(this);
    auto* line = new FlowLayout(bar);
    const auto addButton = [&](const QString& iconName, const QString& text, const QString& name) {
        auto* button = new QPushButton(icon(iconName), text, bar);
        button->setObjectName(name);
        line->addWidget(button);
        return button;
    };
    m_pdf = addButton(u"save"_s, tr("Save as PDF…"), u"saveReportPdf"_s);
    m_html = addButton(u"save"_s, tr("Save as HTML…"), u"saveReportHtml"_s);
    m_print = addButton(u"export"_s, tr("Print…"), u"printReport"_s);
    m_print->setShortcut(QKeySequence::Print);
    m_paper = new QComboBox(bar);
    m_paper->setObjectName(u"reportPaper"_s);
    m_paper->setAccessibleName(tr("Paper"));
    m_paper->setToolTip(tr("Paper of the pages"));
    m_paper->addItem(tr("A4"), static_cast<int>(ReportPaper::A4));
    m_paper->addItem(tr("Letter"), static_cast<int>(ReportPaper::Letter));
    m_paper->setCurrentIndex(m_paper->findData(static_cast<int>(usualPaper())));
    line->addWidget(m_paper);
    m_pageText = new QLabel(bar);
    m_pageText->setObjectName(u"reportPageNumber"_s);
    line->addWidget(m_pageText);
    connect(m_pdf, &QPushButton::clicked, this, [this] { askForFile(u"pdf"_s, tr("PDF documents (*.pdf)")); });
    connect(m_html, &QPushButton::clicked, this, [this] { askForFile(u"html"_s, tr("Web pages (*.html)")); });
    connect(m_print, &QPushButton::clicked, this, &ReportPage::print);
    connect(m_paper, &QComboBox::currentIndexChanged, this, &ReportPage::makeStale);
    return bar;
}

ReportPaper ReportPage::paper() const
{
    return static_cast<ReportPaper>(m_paper->currentData().toInt());
}

void ReportPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        refresh();
}

void ReportPage::focusInEvent(QFocusEvent*)
{
    if (m_report)
        m_preview->setFocus(Qt::OtherFocusReason);
    else
        m_paper->setFocus(Qt::OtherFocusReason);
}

void ReportPage::makeStale()
{
    m_stale = true;
    m_report.reset();
    m_maker->cancel();
    if (isVisible())
        refresh();
    else
        showState({});
}

void ReportPage::refresh()
{
    const SessionModel& session = m_services.session;
    if (session.isEmpty()) {
        showState(tr("There is nothing to report yet. Run the plan, or open a session: the document to hand in, with "
                     "machine, commands, tables, charts and findings, appears here."));
        return;
    }
    if (session.isLive()) {
        showState(tr("The report is made when the session has ended: making it now would disturb the figures."));
        return;
    }
    m_stale = false;
    m_maker->make(std::make_shared<Session>(session.session()), m_services.engine.settings(), m_services.plan.limits(),
                  paper());
    showState(tr("Making the report…"));
}

/// Words in place of the pages.
void ReportPage::showState(const QString& words)
{
    m_words->setText(words);
    const bool making = m_maker->isMaking();
    m_progress->setVisible(making);
    m_progress->setRange(0, 0);
    m_cancel->setVisible(making || (!m_stale && !m_report));
    m_cancel->setText(making ? tr("Cancel") : tr("Make it"));
    m_preview->setVisible(false);
    m_empty->setVisible(true);
    m_pageText->clear();
    updateButtons();
}

void ReportPage::take(const std::shared_ptr<const MadeReport>& report)
{
    m_report = report;
    m_empty->setVisible(false);
    m_preview->setVisible(true);
    m_preview->setPages(report->pages);
    tellPage(m_preview->currentPage());
    updateButtons();
}

void ReportPage::updateButtons()
{
    for (QPushButton* button : {m_pdf, m_html, m_print}) {
        button->setEnabled(m_report != nullptr);
        button->setToolTip(m_report ? QString() : tr("There is no report yet."));
    }
}

void ReportPage::tellPage(qsizetype page)
{
    m_pageText->setText(page < 0 || !m_report ? QString()
                                              : tr("Page %1 of %2").arg(page + 1).arg(m_report->pages.count()));
}

void ReportPage::askForFile(const QString& suffix, const QString& filter)
{
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Save;
    question.title = tr("Save the report");
    question.name = exportFileName(*m_report->session, u"report"_s, suffix);
    question.filter = filter;
    question.suffix = suffix;
    FileChooser::ask(this, question, [this, suffix, made = m_report](const QString& path) {
        report(QtConcurrent::run([made, path, isPdf = suffix == "pdf"_L1] {
                   return saveFile(path,
                                   isPdf ? reportPdf(made->pages, made->document.title) : reportHtml(made->document));
               }),
               path);
    });
}

void ReportPage::report(const QFuture<Result<>>& written, const QString& path)
{
    whenDone(written, this, [this, path](const Result<>& result) {
        if (!result)
            m_message->say(MessageBar::Tone::Bad, result.error().message);
        else if (!path.isEmpty())
            emit exported(path);
        else
            m_message->say(MessageBar::Tone::Good, tr("The report was handed to the printer."));
    });
}

void ReportPage::print()
{
    auto printer = std::make_shared<QPrinter>(QPrinter::HighResolution);
    printer->setPageSize(QPageSize(paper() == ReportPaper::A4 ? QPageSize::A4 : QPageSize::Letter));
    printer->setFullPage(true);
    printer->setDocName(m_report->document.title.simplified());
    auto* dialog = new QPrintDialog(printer.get(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"printDialog"_s);
    dialog->setMinMax(1, static_cast<int>(m_report->pages.count()));
    // The dialog keeps the printer alive as long as it is open, what is printed as long as it takes.
    connect(dialog, qOverload<QPrinter*>(&QPrintDialog::accepted), this,
            [this, printer, made = m_report] { report(QtConcurrent::run(printed, printer, made->pages), QString()); });
    connect(dialog, &QObject::destroyed, this, [printer] { Q_UNUSED(printer) });
    dialog->open();
}

} // namespace bv
