#include "main_window.h"

#include "base/when_done.h"
#include "charts/chart_export.h"
#include "dialogs/environment_dialog.h"
#include "dialogs/export_dialog.h"
#include "dialogs/run_details.h"
#include "export/save_file.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "pages/live_page.h"
#include "pages/log_page.h"
#include "pages/results_chart.h"
#include "pages/results_page.h"
#include "pages/sessions_page.h"
#include "panels/setup_panel.h"
#include "plan/plan_json.h"
#include "plan/presets.h"
#include "run/engine.h"
#include "session_flow.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "system/environment_monitor.h"
#include "widgets/environment_bar.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"
#include "widgets/run_bar.h"
#include "window_settings.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTabWidget>
#include <QtConcurrent/QtConcurrentRun>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Names of presets for people.
QString presetTitle(const QString& name)
{
    if (name == "quick"_L1)
        return MainWindow::tr("Quick");
    if (name == "report"_L1)
        return MainWindow::tr("Report (60 runs)");
    if (name == "scenarios"_L1)
        return MainWindow::tr("Three scenarios");
    if (name == "grid"_L1)
        return MainWindow::tr("Grid");
    return name;
}

Result<DrawnChart> renderPlot(const std::vector<std::unique_ptr<Plot>>& plots, const QString& id, ChartFormat format,
                              const QSize& size, int scale)
{
    ExportOptions options;
    options.size = size;
    options.scale = scale;
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

MainWindow::MainWindow(const Services& services, WindowSettings& settings, QWidget* parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_settings(settings)
    , m_flow(std::make_unique<SessionFlow>(services))
{
    setObjectName(u"mainWindow"_s);
    setWindowIcon(programIcon());
    setMinimumSize(800, 560);
    makeActions();
    makeToolBar();
    makeBody();
    makeStatusLine();
    connectFlow();
    restoreLayout();
    updatePlan();
    updateRunning();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeActions()
{
    const auto add = [this](const QString& name, const QString& iconName, const QString& text,
                            const QKeySequence& shortcut, void (MainWindow::*slot)()) {
        auto* action = new QAction(text, this);
        if (!iconName.isEmpty())
            action->setIcon(icon(iconName));
        action->setObjectName(name);
        action->setShortcut(shortcut);
        if (!shortcut.isEmpty())
            action->setToolTip(tr("%1 (%2)").arg(QString(text).remove(u'&').remove(u'…'),
                                                 shortcut.toString(QKeySequence::NativeText)));
        if (slot)
            connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    m_run = add(u"runAction"_s, u"run"_s, tr("&Run"), Qt::Key_F5, nullptr);
    connect(m_run, &QAction::triggered, m_flow.get(), &SessionFlow::run);
    m_stop = add(u"stopAction"_s, u"stop"_s, tr("S&top"), Qt::Key_Escape, nullptr);
    connect(m_stop, &QAction::triggered, m_flow.get(), &SessionFlow::stop);
    m_open = add(u"openAction"_s, u"open"_s, tr("&Open…"), QKeySequence::Open, &MainWindow::askForFile);
    m_savePlan = add(u"savePlanAction"_s, u"save"_s, tr("&Save plan…"), QKeySequence::Save, &MainWindow::savePlan);
    m_export = add(u"exportAction"_s, u"export"_s, tr("&Export…"), Qt::CTRL | Qt::Key_E, &MainWindow::showExport);
    m_environment = add(u"environmentAction"_s, u"check"_s, tr("Environment &check…"), Qt::CTRL | Qt::Key_K,
                        &MainWindow::showEnvironment);
    m_quit = add(u"quitAction"_s, {}, tr("&Quit"), QKeySequence::Quit, nullptr);
    connect(m_quit, &QAction::triggered, this, &QWidget::close);
    for (int page = 0; page < 4; ++page) {
        auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page)), this);
        connect(shortcut, &QShortcut::activated, this, [this, page] { m_pages->setCurrentIndex(page); });
    }
}

void MainWindow::makeToolBar()
{
    auto* bar = new QToolBar(tr("Tools"), this);
    bar->setObjectName(u"toolBar"_s);
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(bv::iconSize, bv::iconSize));
    bar->addAction(m_run);
    bar->addAction(m_stop);
    bar->addSeparator();
    auto* planLabel = new QLabel(tr("&Plan:"), bar);
    planLabel->setContentsMargins(gapSmall, 0, gapSmall, 0);
    bar->addWidget(planLabel);
    m_plans = new QComboBox(bar);
    m_plans->setObjectName(u"planBox"_s);
    m_plans->setAccessibleName(tr("Plan"));
    m_plans->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    planLabel->setBuddy(m_plans);
    for (const QString& name : presetNames())
        m_plans->addItem(presetTitle(name), name);
    m_plans->addItem(tr("Own plan"), QString());
    connect(m_plans, &QComboBox::activated, this, &MainWindow::choosePlan);
    bar->addWidget(m_plans);
    m_summary = new QLabel(bar);
    m_summary->setObjectName(u"planSummary"_s);
    m_summary->setContentsMargins(gap, 0, gap, 0);
    m_summary->setAccessibleName(tr("Runs and time of the plan"));
    m_summary->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_summary->setWordWrap(true);
    bar->addWidget(m_summary);
    bar->addAction(m_open);
    bar->addAction(m_export);

    auto* more = new QToolButton(bar);
    more->setObjectName(u"moreButton"_s);
    more->setIcon(icon(u"more"_s));
    more->setText(tr("More"));
    more->setToolButtonStyle(Qt::ToolButtonIconOnly);
    more->setToolTip(tr("More (F10)"));
    more->setAccessibleName(tr("More"));
    more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(more);
    menu->setObjectName(u"moreMenu"_s);
    menu->addAction(m_savePlan);
    menu->addAction(m_environment);
    QMenu* appearance = menu->addMenu(tr("&Appearance"));
    auto* group = new QActionGroup(appearance);
    const auto addScheme = [&](const QString& text, Appearance::Scheme scheme) {
        QAction* action = appearance->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_services.appearance.scheme() == scheme);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, scheme] {
            m_services.appearance.setScheme(scheme);
            m_settings.setNumber(u"appearance"_s, static_cast<int>(scheme));
        });
    };
    addScheme(tr("As the &desktop"), Appearance::Scheme::Desktop);
    addScheme(tr("&Light"), Appearance::Scheme::Light);
    addScheme(tr("Da&rk"), Appearance::Scheme::Dark);
    menu->addSeparator();
    menu->addAction(tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_F1), this, &MainWindow::showShortcuts);
    menu->addAction(tr("A&bout Benchvisor"), this, &MainWindow::showAbout)->setObjectName(u"aboutAction"_s);
    menu->addSeparator();
    menu->addAction(m_quit);
    more->setMenu(menu);
    auto* shortcut = new QShortcut(Qt::Key_F10, this);
    connect(shortcut, &QShortcut::activated, more, &QToolButton::showMenu);
    bar->addWidget(more);
    addToolBar(bar);
}

void MainWindow::makeBody()
{
    m_message = new MessageBar(this);
    m_runBar = new RunBar(m_services, this);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(u"mainSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_pages = new QTabWidget(m_splitter);
    m_pages->setObjectName(u"pages"_s);
    m_pages->setDocumentMode(true);
    m_pages->setAccessibleName(tr("Pages"));
    m_live = new LivePage(m_services, m_pages);
    m_results = new ResultsPage(m_services, m_pages);
    m_sessions = new SessionsPage(m_services, m_pages);
    m_pages->addTab(m_live, tr("Li&ve"));
    m_pages->addTab(m_results, tr("Res&ults"));
    m_pages->addTab(m_sessions, tr("&Sessions"));
    m_pages->addTab(new LogPage(m_services, m_pages), tr("Lo&g"));
    auto* chart = new ResultsChart(m_services, m_results);
    m_results->setChart(chart);
    connect(chart, &ResultsChart::exported, this, &MainWindow::sayWritten);
    connect(chart, &ResultsChart::exportFailed, this,
            [this](const QString& sentence) { m_message->say(MessageBar::Tone::Bad, sentence); });
    connect(m_live, &LivePage::runActivated, this, &MainWindow::showRunDetails);
    connect(m_results, &ResultsPage::runActivated, this, &MainWindow::showRunDetails);
    connect(m_sessions, &SessionsPage::openRequested, m_flow.get(), &SessionFlow::open);
    connect(m_sessions, &SessionsPage::resumeRequested, m_flow.get(), &SessionFlow::resume);
    connect(m_sessions, &SessionsPage::exportDialogMade, this, &MainWindow::offerCharts);
    connect(m_sessions, &SessionsPage::openFileRequested, this, &MainWindow::askForFile);
    m_splitter->addWidget(new SetupPanel(m_services, m_splitter));
    m_splitter->addWidget(m_pages);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({320, 960});

    auto* body = new QWidget(this);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* messageMargin = new QVBoxLayout;
    messageMargin->setContentsMargins(gap, 0, gap, 0);
    messageMargin->addWidget(m_message);
    layout->addLayout(messageMargin);
    layout->addWidget(m_runBar);
    layout->addWidget(m_splitter, 1);
    setCentralWidget(body);
}

void MainWindow::makeStatusLine()
{
    auto* bar = new EnvironmentBar(m_services, this);
    bar->setObjectName(u"environmentBar"_s);
    connect(bar, &EnvironmentBar::activated, this, &MainWindow::showEnvironment);
    centralWidget()->layout()->addWidget(bar);
}

void MainWindow::connectFlow()
{
    connect(&m_services.plan, &PlanDocument::changed, this, &MainWindow::updatePlan);
    connect(m_flow.get(), &SessionFlow::busyChanged, this, &MainWindow::updateRunning);
    connect(m_flow.get(), &SessionFlow::waiting, m_runBar, &RunBar::showWords);
    connect(m_flow.get(), &SessionFlow::failed, this,
            [this](const Error& error) { m_message->say(MessageBar::Tone::Bad, error.message); });
    connect(m_flow.get(), &SessionFlow::opened, this, [this] {
        m_pages->setCurrentWidget(m_results);
        updateTitle();
    });
    connect(m_flow.get(), &SessionFlow::planOpened, this, [this](const QString& path) {
        m_message->say(MessageBar::Tone::Info, tr("The plan of %1 is loaded.").arg(path));
    });
    connect(m_flow.get(), &SessionFlow::ended, this,
            [this](const SessionOutcome& outcome, double) { showOutcome(outcome); });
    // The live page says itself what is going on.
    connect(m_pages, &QTabWidget::currentChanged, this, &MainWindow::updateRunBar);
    connect(m_runBar, &RunBar::percentChanged, this, &MainWindow::updateTitle);
    connect(&m_services.environment, &EnvironmentMonitor::checked, this, [this] {
        for (const EnvironmentItem& item : m_services.environment.items()) {
            if (item.id == "kvm"_L1)
                m_services.plan.setKvmUsable(item.state == EnvironmentItem::State::Ok);
        }
    });
}

void MainWindow::restoreLayout()
{
    resize(1280, 800);
    restoreGeometry(m_settings.bytes(u"window/geometry"_s));
    restoreState(m_settings.bytes(u"window/state"_s));
    m_splitter->restoreState(m_settings.bytes(u"window/splitter"_s));
    m_results->restoreState(m_settings.bytes(u"results/state"_s));
    m_sessions->restoreState(m_settings.bytes(u"sessions/state"_s));
    m_live->setUseShown(m_settings.number(u"live/use"_s, 0) != 0);
    const QString folder = m_settings.text(u"folder"_s);
    if (!folder.isEmpty())
        FileChooser::setFolder(folder);
}

void MainWindow::keepLayout()
{
    m_settings.setBytes(u"window/geometry"_s, saveGeometry());
    m_settings.setBytes(u"window/state"_s, saveState());
    m_settings.setBytes(u"window/splitter"_s, m_splitter->saveState());
    m_settings.setBytes(u"results/state"_s, m_results->saveState());
    m_settings.setBytes(u"sessions/state"_s, m_sessions->saveState());
    m_settings.setNumber(u"live/use"_s, m_live->isUseShown() ? 1 : 0);
    m_settings.setText(u"folder"_s, FileChooser::folder());
    m_settings.keepPlan(m_services.plan);
}

void MainWindow::updatePlan()
{
    const int index = m_plans->findData(m_services.plan.preset());
    m_plans->setCurrentIndex(index);
    m_summary->setText(m_services.plan.summary());
    m_run->setEnabled(m_services.plan.canRun() && !m_flow->isBusy());
}

void MainWindow::updateRunning()
{
    const bool busy = m_flow->isBusy();
    m_run->setEnabled(m_services.plan.canRun() && !busy);
    m_stop->setEnabled(busy);
    updateRunBar();
    if (busy) {
        m_message->dismiss();
        m_pages->setCurrentWidget(m_live);
    }
    updateTitle();
}

void MainWindow::updateRunBar()
{
    m_runBar->setVisible(m_flow->isBusy() && m_pages->currentWidget() != m_live);
}

void MainWindow::updateTitle()
{
    QString title = u"Benchvisor"_s;
    if (!m_services.session.isEmpty() && !m_services.session.session().name.isEmpty())
        title = m_services.session.session().name + u" – "_s + title;
    if (m_flow->isBusy() && m_runBar->percent() >= 0)
        title = tr("%1 % – %2").arg(m_runBar->percent()).arg(title);
    setWindowTitle(title);
}

void MainWindow::choosePlan(int index)
{
    const QString name = m_plans->itemData(index).toString();
    if (name.isEmpty()) {
        updatePlan(); // "Own plan" is a state, not a choice
        return;
    }
    const auto loaded = m_services.plan.loadPreset(name);
    if (!loaded)
        m_message->say(MessageBar::Tone::Bad, loaded.error().message);
}

void MainWindow::showOutcome(const SessionOutcome& outcome)
{
    updateTitle();
    if (m_closing) {
        close();
        return;
    }
    switch (outcome.state) {
    case SessionState::Finished:
        m_message->say(MessageBar::Tone::Good, tr("Finished: %n run(s) measured and stored.", nullptr, outcome.okRuns),
                       tr("Show results"), [this] { m_pages->setCurrentWidget(m_results); });
        break;
    case SessionState::Cancelled:
        m_message->say(MessageBar::Tone::Info,
                       outcome.okRuns > 0
                           ? tr("Stopped. %n finished run(s) are kept; Sessions offers to measure the rest.", nullptr,
                                outcome.okRuns)
                           : tr("Stopped before a run had finished."));
        break;
    default: {
        QStringList sentences = outcome.notRun;
        if (outcome.error.code != Error::Code::Unset)
            sentences.prepend(outcome.error.message);
        else if (outcome.failedRuns > 0)
            sentences.prepend(tr("%n run(s) failed; the others are stored.", nullptr, outcome.failedRuns));
        m_message->say(MessageBar::Tone::Bad, sentences.join(u'\n'), tr("Environment check…"),
                       [this] { showEnvironment(); });
    }
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_flow->isBusy()) {
        event->ignore();
        askBeforeClosing();
        return;
    }
    keepLayout();
    event->accept();
}

void MainWindow::askBeforeClosing()
{
    if (m_closing || findChild<QMessageBox*>(u"closeQuestion"_s))
        return;
    auto* question = new QMessageBox(QMessageBox::Question, tr("Stop measuring?"),
                                     tr("A session is being measured. Stop it and close Benchvisor? Finished runs are "
                                        "kept, and the rest can be measured later."),
                                     QMessageBox::NoButton, this);
    question->setObjectName(u"closeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* stop = question->addButton(tr("&Stop and close"), QMessageBox::AcceptRole);
    question->addButton(tr("&Go on measuring"), QMessageBox::RejectRole);
    question->setDefaultButton(stop);
    connect(stop, &QPushButton::clicked, this, &MainWindow::closeWithoutAsking);
    // The session may end by itself while the question stands.
    connect(m_flow.get(), &SessionFlow::ended, question, &QWidget::close);
    question->open();
}

void MainWindow::closeWithoutAsking()
{
    m_closing = true;
    if (m_flow->isBusy())
        m_flow->stop();
    else
        close();
}

void MainWindow::openFile(const QString& path)
{
    m_flow->openFile(path);
}

void MainWindow::savePlan()
{
    const Plan plan = m_services.plan.enabledPlan();
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Save;
    question.title = tr("Save the plan");
    question.name = proposedFileName({plan.name.isEmpty() ? tr("plan") : plan.name}, u"json"_s);
    question.filter = tr("Plans (*.json)");
    question.suffix = u"json"_s;
    FileChooser::ask(this, question, [this, plan](const QString& path) {
        const QByteArray content = QJsonDocument(planToJson(plan)).toJson();
        whenDone(QtConcurrent::run(saveFile, path, content), this, [this, path](const Result<>& saved) {
            if (saved)
                sayWritten(path);
            else
                m_message->say(MessageBar::Tone::Bad, saved.error().message);
        });
    });
}

void MainWindow::askForFile()
{
    FileChooser::Question question;
    question.title = tr("Open a session or a plan");
    question.filter = tr("Sessions and plans (*.json)");
    FileChooser::ask(this, question, [this](const QString& path) { openFile(path); });
}

void MainWindow::sayWritten(const QString& path)
{
    m_message->say(MessageBar::Tone::Good, tr("Written: %1").arg(path));
}

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
    auto* dialog = new ExportDialog(std::make_shared<Session>(m_services.session.session()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    offerCharts(dialog);
    dialog->open();
}

/// The dialog draws from a copy: the session that is shown may go on, or be another one, meanwhile.
void MainWindow::offerCharts(ExportDialog* dialog)
{
    struct Copy
    {
        SessionModel model;
        std::vector<std::unique_ptr<Plot>> plots;
    };
    const auto copy = std::make_shared<Copy>();
    copy->model.show(dialog->session());
    copy->plots = allPlots(copy->model);
    QList<ExportChart> charts;
    for (const auto& plot : copy->plots)
        charts << ExportChart{plot->stem(), plot->title()};
    dialog->setCharts(charts, [copy](const QString& id, ChartFormat format, const QSize& size, int scale) {
        return renderPlot(copy->plots, id, format, size, scale);
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

void MainWindow::showShortcuts()
{
    const QList<std::pair<QString, QString>> rows{
        {u"F5"_s, tr("Run the plan")},
        {u"Esc"_s, tr("Stop what runs")},
        {u"Ctrl+1 … Ctrl+4"_s, tr("Live, Results, Sessions, Log")},
        {u"Ctrl+O"_s, tr("Open a session or a plan")},
        {u"Ctrl+S"_s, tr("Save the plan")},
        {u"Ctrl+E"_s, tr("Export")},
        {u"Ctrl+K"_s, tr("Environment check")},
        {u"Ctrl+F"_s, tr("Filter or search the page")},
        {u"F2"_s, tr("Rename a target or a session")},
        {u"Ctrl++, Ctrl+−, Ctrl+0"_s, tr("Zoom a chart in, out, to all")},
        {u"← →"_s, tr("Move along a chart")},
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
