#include "main_window.h"

#include "charts/chart_export.h"
#include "dialogs/environment_dialog.h"
#include "dialogs/export_dialog.h"
#include "dialogs/run_details.h"
#include "dialogs/screen_window.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "pages/present_view.h"
#include "pages/results_page.h"
#include "run/engine.h"
#include "session_flow.h"
#include "style/icons.h"
#include "widgets/message_bar.h"

#include <QLabel>
#include <QMessageBox>
#include <QScreen>

using namespace Qt::StringLiterals;

// What the window opens beside itself.

namespace bv {

namespace {

Result<DrawnChart> renderPlot(const std::vector<std::unique_ptr<Plot>>& plots, const QString& id, ChartFormat format,
                              const QSize& size, int scale, const QString& stamp)
{
    ExportOptions options;
    options.size = size;
    options.scale = scale;
    options.stamp = stamp;
    for (const auto& plot : plots) {
        if (plot->stem() != id)
            continue;
        if (format == ChartFormat::Svg)
            return DrawnChart{{}, chartSvg(*plot, options)};
        return DrawnChart{chartImage(*plot, options), {}};
    }
    return Error(Error::Code::NotFound, MainWindow::tr("There is no chart %1.").arg(id));
}

} // namespace

void MainWindow::showEnvironment()
{
    auto* dialog = findChild<EnvironmentDialog*>();
    if (!dialog) {
        dialog = new EnvironmentDialog(m_services, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

void MainWindow::showExport()
{
    if (m_services.session.isEmpty()) {
        m_message->say(MessageBar::Tone::Info, tr("There is nothing to export yet: run the plan, or open a session."));
        return;
    }
    // Of a replay the whole session: its data are what they are, and its charts are marked.
    const std::shared_ptr<const Session> recorded = m_services.session.recorded();
    auto* dialog =
        new ExportDialog(recorded ? recorded : std::make_shared<const Session>(m_services.session.session()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    offerCharts(dialog);
    dialog->open();
}

/// It comes by itself with the first VM that was given a screen, without taking the focus.
void MainWindow::offerScreen(const QString& targetId, const QString& socketPath)
{
    if (!m_screen)
        m_screen = new ScreenWindow(this);
    QString name = targetId;
    for (const TargetSettings& target : m_services.session.session().plan.targets) {
        if (target.id == targetId)
            name = targetLabel(target);
    }
    const bool first = !m_screenAction->isEnabled();
    m_screen->addScreen(targetId, name, socketPath);
    m_screenAction->setEnabled(true);
    if (first) {
        m_screen->setAttribute(Qt::WA_ShowWithoutActivating);
        m_screen->show();
        m_screen->setAttribute(Qt::WA_ShowWithoutActivating, false);
    }
}

void MainWindow::showScreen()
{
    m_screen->show();
    m_screen->raise();
    m_screen->activateWindow();
}

/// The dialog draws from a copy: the session that is shown may go on, or be another one, meanwhile.
void MainWindow::offerCharts(ExportDialog* dialog)
{
    dialog->setBundle(m_services.engine.settings(), m_services.plan.limits());
    struct Copy
    {
        SessionModel model;
        std::vector<std::unique_ptr<Plot>> plots;
    };
    const auto copy = std::make_shared<Copy>();
    copy->model.show(dialog->session());
    copy->plots = allPlots(copy->model);
    for (const auto& plot : copy->plots) {
        if (dialog->session() == m_services.session.recorded())
            plot->setMark(recordedMark(m_services.session));
    }
    QList<ExportChart> charts;
    for (const auto& plot : copy->plots)
        charts << ExportChart{plot->stem(), plot->title()};
    dialog->setCharts(charts, [copy](const QString& id, ChartFormat format, const QSize& size, int scale) {
        return renderPlot(copy->plots, id, format, size, scale, chartStamp(copy->model.session()));
    });
}

void MainWindow::showRunDetails(qsizetype number)
{
    auto* details = findChild<RunDetails*>();
    if (!details) {
        details = new RunDetails(m_services.session, number, this);
        details->setAttribute(Qt::WA_DeleteOnClose);
        connect(details, &RunDetails::numberChanged, m_results, &ResultsPage::showRun);
    }
    details->showRun(number);
    details->show();
    details->raise();
    details->activateWindow();
}

/// One run opens; of several the rows are selected.
void MainWindow::showRuns(const QList<qsizetype>& numbers)
{
    if (numbers.size() == 1) {
        showRunDetails(numbers.first());
        return;
    }
    m_pages->setCurrentWidget(m_results);
    m_results->showRuns(numbers);
}

void MainWindow::toggleReplay()
{
    m_replayAction->setChecked(m_flow->player().isActive()); // until it has begun or ended
    if (m_flow->player().isActive())
        m_flow->player().stop();
    else
        m_flow->replay();
}

/// On the screen the window is on: whoever has a projector moves it there.
void MainWindow::present()
{
    auto* view = findChild<PresentView*>();
    if (!view) {
        view = new PresentView(m_services, m_flow->player(), this);
        view->setAttribute(Qt::WA_DeleteOnClose);
        view->setGeometry(screen()->geometry());
    } else {
        view->raise();
    }
    view->showFullScreen();
    view->activateWindow();
}

void MainWindow::showShortcuts()
{
    const QList<std::pair<QString, QString>> rows{
        {u"F5"_s, tr("Run the plan")},
        {u"Esc"_s, tr("Stop what runs")},
        {u"Ctrl+1 … Ctrl+6"_s, tr("Live, Results, Findings, Report, Sessions, Log")},
        {u"Ctrl+O"_s, tr("Open a session or a plan")},
        {u"Ctrl+S"_s, tr("Save the plan")},
        {u"Ctrl+E"_s, tr("Export")},
        {u"Ctrl+R"_s, tr("Play the session back")},
        {u"Space → Shift+→ + −"_s, tr("In a replay: pause, next interval, next run, speed")},
        {u"F11"_s, tr("Present: one big chart, full screen")},
        {u"Ctrl+P"_s, tr("Print the report, on its page")},
        {u"Ctrl+K"_s, tr("Environment check")},
        {u"F9"_s, tr("Screen of a VM")},
        {u"Ctrl+F"_s, tr("Filter or search the page")},
        {u"Ctrl+V"_s, tr("In the list of targets: make one of a command line")},
        {u"F2"_s, tr("Rename a target or a session")},
        {u"+ − Ctrl+0, Ctrl+wheel"_s, tr("Zoom a chart in, out, to all")},
        {u"← →"_s, tr("Pan a chart that is zoomed")},
        {u"Ctrl+← Ctrl+→"_s, tr("Read a chart point by point")},
        {u"F10"_s, tr("More")},
        {u"Ctrl+Q"_s, tr("Close Benchvisor")},
    };
    QString text = u"<table cellpadding=4>"_s;
    for (const auto& [key, what] : rows)
        text += u"<tr><td><b>%1</b></td><td>%2</td></tr>"_s.arg(key.toHtmlEscaped(), what.toHtmlEscaped());
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("Keyboard shortcuts"), text + u"</table>"_s, QMessageBox::Close, this);
    box->setObjectName(u"shortcutsBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(this);
    box->setObjectName(u"aboutBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Benchvisor"));
    box->setIconPixmap(programIcon().pixmap(64, 64));
    if (auto* picture = box->findChild<QLabel*>(u"qt_msgboxex_icon_label"_s))
        picture->setAccessibleName(tr("Icon of Benchvisor"));
    box->setText(tr("<b>Benchvisor %1</b>").arg(QStringLiteral(BENCHVISOR_VERSION)));
    box->setInformativeText(
        tr("What it costs to run work in a virtual machine instead of a container, measured on this "
           "machine with sysbench, QEMU and Docker.\n\nGPL-3.0-or-later. Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    box->open();
}

} // namespace bv
