#include "main_window.h"

#include "dialogs/export_dialog.h"
#include "dialogs/run_details.h"
#include "pages/findings_page.h"
#include "pages/live_page.h"
#include "pages/log_page.h"
#include "pages/report_page.h"
#include "pages/results_chart.h"
#include "pages/results_page.h"
#include "pages/sessions_page.h"
#include "panels/setup_panel.h"
#include "plan/presets.h"
#include "session_flow.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/environment_bar.h"
#include "widgets/message_bar.h"
#include "widgets/run_bar.h"
#include "window_settings.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QShortcut>
#include <QSplitter>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

// What the window is made of.

namespace bv {

namespace {

constexpr int mostPages = 9; ///< that Ctrl and a digit reach

/// Names of presets for people.
QString presetTitle(const QString& name)
{
    if (name == "quick"_L1)
        return MainWindow::tr("Quick");
    if (name == "report"_L1)
        return MainWindow::tr("Report");
    if (name == "scenarios"_L1)
        return MainWindow::tr("Three scenarios");
    if (name == "grid"_L1)
        return MainWindow::tr("Grid");
    if (name == "startup"_L1)
        return MainWindow::tr("Start-up");
    return name;
}

/// What stands beside the name while the pointer is on it.
QString presetPurpose(const QString& name)
{
    if (name == "quick"_L1)
        return MainWindow::tr("A first look: a container and a virtual machine, CPU and files, 24 short runs");
    if (name == "report"_L1)
        return MainWindow::tr("For a report: a container and a virtual machine, CPU and files, 5 repeats, 60 runs");
    if (name == "scenarios"_L1)
        return MainWindow::tr("Three sizes of a container and of a virtual machine, CPU and files, 5 repeats");
    if (name == "grid"_L1)
        return MainWindow::tr("CPUs × memory × disk format, with CPU, memory and files, 5 repeats: for a night");
    if (name == "startup"_L1)
        return MainWindow::tr("How long a container and a virtual machine take to start, with more CPUs and memory, 3 "
                              "repeats");
    return {};
}

} // namespace

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
    m_present = add(u"presentAction"_s, u"present"_s, tr("&Present"), Qt::Key_F11, &MainWindow::present);
    m_replayAction =
        add(u"replayAction"_s, u"replay"_s, tr("&Replay"), Qt::CTRL | Qt::Key_R, &MainWindow::toggleReplay);
    m_replayAction->setCheckable(true);
    m_environment = add(u"environmentAction"_s, u"check"_s, tr("Environment &check…"), Qt::CTRL | Qt::Key_K,
                        &MainWindow::showEnvironment);
    m_screenAction = add(u"screenAction"_s, u"vm"_s, tr("Screen of the &VM…"), Qt::Key_F9, &MainWindow::showScreen);
    m_screenAction->setEnabled(false); // until there is one
    m_quit = add(u"quitAction"_s, {}, tr("&Quit"), QKeySequence::Quit, nullptr);
    connect(m_quit, &QAction::triggered, this, &QWidget::close);
    qApp->installEventFilter(this);
    for (int page = 0; page < mostPages; ++page) {
        auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page)), this);
        connect(shortcut, &QShortcut::activated, this, [this, page] {
            if (page >= m_pages->count())
                return;
            m_pages->setCurrentIndex(page);
            m_pages->currentWidget()->setFocus(Qt::ShortcutFocusReason); // so that its own keys work
        });
    }
}

/// On some desktops Ctrl+E and Ctrl+K edit the line that is written into, as in Emacs. Here they are the window's,
/// wherever the keys are.
bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const auto* widget = qobject_cast<QWidget*>(watched);
        const bool ours = QKeySequence(key->keyCombination()) == m_export->shortcut() ||
                          QKeySequence(key->keyCombination()) == m_environment->shortcut();
        if (ours && widget && widget->window() == this) {
            event->ignore();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
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
    for (const QString& name : presetNames()) {
        m_plans->addItem(presetTitle(name), name);
        m_plans->setItemData(m_plans->count() - 1, presetPurpose(name), Qt::ToolTipRole);
    }
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
    bar->addAction(m_present);

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
    menu->addAction(m_replayAction);
    menu->addAction(m_environment);
    menu->addAction(m_screenAction);
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
    m_setup = new SetupPanel(m_services, m_splitter); // first: so Tab comes to it before the pages
    m_pages = new QTabWidget(m_splitter);
    m_pages->setObjectName(u"pages"_s);
    m_pages->setDocumentMode(true);
    m_pages->setAccessibleName(tr("Pages"));
    m_live = new LivePage(m_services, m_pages);
    m_live->setReplay(m_flow->player());
    m_results = new ResultsPage(m_services, m_pages);
    m_findings = new FindingsPage(m_services, m_pages);
    m_sessions = new SessionsPage(m_services, m_pages);
    m_pages->addTab(m_live, tr("Li&ve"));
    m_pages->addTab(m_results, tr("Res&ults"));
    m_pages->addTab(m_findings, tr("Findings"));
    auto* report = new ReportPage(m_services, m_pages);
    m_pages->addTab(report, tr("Report"));
    m_pages->addTab(m_sessions, tr("&Sessions"));
    connect(report, &ReportPage::exported, this, &MainWindow::sayWritten);
    m_pages->addTab(new LogPage(m_services, m_pages), tr("Lo&g"));
    auto* chart = new ResultsChart(m_services, m_results);
    m_results->setChart(chart);
    connect(chart, &ResultsChart::exported, this, &MainWindow::sayWritten);
    connect(chart, &ResultsChart::exportFailed, this,
            [this](const QString& sentence) { m_message->say(MessageBar::Tone::Bad, sentence); });
    connect(m_live, &LivePage::exported, this, &MainWindow::sayWritten);
    connect(m_live, &LivePage::exportFailed, this,
            [this](const QString& sentence) { m_message->say(MessageBar::Tone::Bad, sentence); });
    connect(m_live, &LivePage::environmentWanted, this, &MainWindow::showEnvironment);
    connect(m_live, &LivePage::runActivated, this, &MainWindow::showRunDetails);
    connect(m_results, &ResultsPage::runActivated, this, &MainWindow::showRunDetails);
    connect(m_findings, &FindingsPage::runsWanted, this, &MainWindow::showRuns);
    connect(m_sessions, &SessionsPage::openRequested, m_flow.get(), &SessionFlow::open);
    connect(m_sessions, &SessionsPage::resumeRequested, m_flow.get(), &SessionFlow::resume);
    connect(m_sessions, &SessionsPage::replayRequested, m_flow.get(), &SessionFlow::replay);
    connect(m_sessions, &SessionsPage::exportDialogMade, this, &MainWindow::offerCharts);
    connect(m_sessions, &SessionsPage::openFileRequested, this, &MainWindow::askForFile);
    m_splitter->addWidget(m_setup);
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

} // namespace bv
