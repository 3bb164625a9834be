#include "main_window.h"

#include "base/when_done.h"
#include "desktop_notice.h"
#include "dialogs/screen_window.h"
#include "export/save_file.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "pages/live_page.h"
#include "pages/results_page.h"
#include "pages/sessions_page.h"
#include "panels/setup_panel.h"
#include "plan/plan_json.h"
#include "run/engine.h"
#include "session_flow.h"
#include "style/icons.h"
#include "system/environment_monitor.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"
#include "widgets/run_bar.h"
#include "window_settings.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QTabWidget>
#include <QtConcurrent/QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// A session that took longer is told of by the desktop, too.
constexpr double noticeAfterS = 60;
/// From the last edit until the plan is stored.
constexpr int keepPlanMs = 2000;

/// Why not everything was measured, each reason once and in a line of its own.
QString reasonsOf(const SessionOutcome& outcome)
{
    QString reasons;
    const auto add = [&reasons](const QString& sentence) {
        if (!reasons.contains(sentence)) // an error may be made of the others
            reasons += (reasons.isEmpty() ? QString() : u"\n"_s) + sentence;
    };
    if (outcome.error.code != Error::Code::Unset && outcome.error.code != Error::Code::Cancelled)
        add(outcome.error.message);
    else if (outcome.failedRuns > 0)
        add(MainWindow::tr("%n run(s) failed; the others are stored.", nullptr, outcome.failedRuns));
    for (const QString& sentence : outcome.notRun)
        add(sentence);
    return reasons;
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
    setAcceptDrops(true);
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

void MainWindow::connectFlow()
{
    connect(&m_services.plan, &PlanDocument::changed, this, &MainWindow::updatePlan);
    m_keepPlan.setSingleShot(true);
    m_keepPlan.setInterval(keepPlanMs);
    connect(&m_services.plan, &PlanDocument::changed, &m_keepPlan, qOverload<>(&QTimer::start));
    connect(&m_keepPlan, &QTimer::timeout, this, [this] {
        if (!m_flow->isBusy()) // nothing is written while something is measured
            m_settings.keepPlan(m_services.plan);
    });
    connect(m_flow.get(), &SessionFlow::busyChanged, this, &MainWindow::updateRunning);
    connect(m_flow.get(), &SessionFlow::waiting, this, [this](const QString& words) {
        m_runBar->showWords(words);
        m_engineSpeaks = false;
        updateRunBar();
    });
    connect(&m_services.engine, &Engine::phaseChanged, this, [this] {
        if (!std::exchange(m_engineSpeaks, true))
            updateRunBar();
    });
    connect(m_flow.get(), &SessionFlow::failed, this,
            [this](const Error& error) { m_message->say(MessageBar::Tone::Bad, error.message); });
    connect(m_flow.get(), &SessionFlow::opened, this, [this] {
        m_pages->setCurrentWidget(m_results);
        updateTitle();
    });
    connect(m_flow.get(), &SessionFlow::replaying, this, [this] {
        m_message->dismiss();
        m_pages->setCurrentWidget(m_live);
        m_live->setFocus(Qt::OtherFocusReason);
        updateTitle();
    });
    connect(&m_flow->player(), &SessionReplay::activeChanged, this, [this](bool active) {
        m_replayAction->setChecked(active);
        updateTitle();
    });
    connect(m_flow.get(), &SessionFlow::planRead, this, [this](const Plan& plan, const QString& path) {
        const auto undo = planUndo();
        m_services.plan.setPlan(plan);
        m_message->say(MessageBar::Tone::Info, tr("The plan of %1 is loaded.").arg(path), undo ? tr("Undo") : QString(),
                       undo);
    });
    connect(m_flow.get(), &SessionFlow::ended, this, [this](const SessionOutcome& outcome, double seconds) {
        if (m_screen)
            m_screen->clear();
        m_screenAction->setEnabled(false);
        showOutcome(outcome, seconds);
    });
    connect(&m_services.engine, &Engine::screenOffered, this, &MainWindow::offerScreen);
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
    // The screen may be smaller than the one of last time; some room is for the frame.
    const QSize room = screen()->availableSize() - QSize(0, 40);
    resize(size().boundedTo(room).expandedTo(minimumSize()));
    restoreState(m_settings.bytes(u"window/state"_s));
    m_splitter->restoreState(m_settings.bytes(u"window/splitter"_s));
    m_results->restoreState(m_settings.bytes(u"results/state"_s));
    m_sessions->restoreState(m_settings.bytes(u"sessions/state"_s));
    m_setup->restoreState(m_settings.bytes(u"setup/state"_s));
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
    m_settings.setBytes(u"setup/state"_s, m_setup->saveState());
    m_settings.setNumber(u"live/use"_s, m_live->isUseShown() ? 1 : 0);
    m_settings.setText(u"folder"_s, FileChooser::folder());
    m_settings.keepPlan(m_services.plan);
}

void MainWindow::updatePlan()
{
    const PlanDocument& plan = m_services.plan;
    // What is no preset has an item of its own, which cannot be chosen and is there only then.
    int own = m_plans->findData(QString());
    if (own < 0 && plan.preset().isEmpty()) {
        own = m_plans->count();
        m_plans->addItem(QString(), QString());
    }
    if (plan.preset().isEmpty()) {
        const int base = m_plans->findData(plan.basePreset());
        m_plans->setItemText(own, plan.basePreset().isEmpty() ? tr("Own plan")
                                                              : tr("%1, changed").arg(m_plans->itemText(base)));
    } else if (own >= 0) {
        m_plans->removeItem(own);
    }
    m_plans->setCurrentIndex(m_plans->findData(plan.preset()));
    m_summary->setText(plan.summary());
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
    // The live page tells itself what the engine does, not what comes before.
    const bool toldThere = m_engineSpeaks && m_pages->currentWidget() == m_live;
    m_runBar->setVisible(m_flow->isBusy() && !toldThere);
}

void MainWindow::updateTitle()
{
    QString title = u"Benchvisor"_s;
    if (!m_services.session.isEmpty() && !m_services.session.session().name.isEmpty())
        title = m_services.session.session().name + u" – "_s + title;
    if (m_flow->isBusy() && m_runBar->percent() >= 0)
        title = tr("%1 % – %2").arg(m_runBar->percent()).arg(title);
    if (m_services.session.isRecorded())
        title = tr("Recorded: %1").arg(title);
    setWindowTitle(title);
}

/// What brings the plan of now back; nothing for a preset, which is easily chosen again.
std::function<void()> MainWindow::planUndo() const
{
    if (!m_services.plan.preset().isEmpty() && !m_services.plan.isNamed())
        return {};
    return [&document = m_services.plan, plan = m_services.plan.plan(), base = m_services.plan.basePreset(),
            off = m_services.plan.disabledTargets()] {
        document.setPlan(plan, base);
        document.setDisabledTargets(off);
    };
}

void MainWindow::choosePlan(int index)
{
    const QString name = m_plans->itemData(index).toString();
    if (name.isEmpty())
        return; // the plan that is there
    const auto undo = planUndo();
    const auto loaded = m_services.plan.loadPreset(name);
    if (!loaded)
        m_message->say(MessageBar::Tone::Bad, loaded.error().message);
    else if (undo)
        m_message->say(MessageBar::Tone::Info, tr("Your own plan was replaced."), tr("Undo"), undo);
}

void MainWindow::showOutcome(const SessionOutcome& outcome, double seconds)
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
    case SessionState::Cancelled: {
        const QString stopped =
            outcome.okRuns > 0
                ? tr("Stopped with %n finished run(s), which stay stored. Sessions offers to measure the rest.",
                     nullptr, outcome.okRuns)
                : tr("Stopped before a run had finished.");
        m_message->say(MessageBar::Tone::Info, (stopped + u'\n' + reasonsOf(outcome)).trimmed());
        break;
    }
    default: {
        const QString nothing = outcome.sessionId.isEmpty() ? tr("Nothing was measured.") + u'\n' : QString();
        m_message->say(MessageBar::Tone::Bad, nothing + reasonsOf(outcome), tr("Environment check…"),
                       [this] { showEnvironment(); });
    }
    }
    // Nobody sits beside a long session.
    if (outcome.state != SessionState::Cancelled && (seconds >= noticeAfterS || !isActiveWindow())) {
        showDesktopNotice(windowTitle(), m_message->text());
        QApplication::alert(this);
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_flow->isBusy()) {
        event->ignore();
        if (m_closing)
            m_flow->stop(); // asked already
        else
            askBeforeClosing();
        return;
    }
    keepLayout();
    event->accept();
}

void MainWindow::askBeforeClosing()
{
    if (findChild<QMessageBox*>(u"closeQuestion"_s))
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

void MainWindow::savePlan()
{
    const Plan plan = m_services.plan.plan();
    const int off = static_cast<int>(m_services.plan.disabledTargets().size());
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Save;
    question.title = tr("Save the plan");
    question.name = proposedFileName({plan.name.isEmpty() ? tr("plan") : plan.name}, u"json"_s);
    question.filter = tr("Plans (*.json)");
    question.suffix = u"json"_s;
    FileChooser::ask(this, question, [this, plan, off](const QString& path) {
        const QByteArray content = QJsonDocument(planToJson(plan)).toJson();
        whenDone(QtConcurrent::run(saveFile, path, content), this, [this, path, off](const Result<>& saved) {
            if (saved && off > 0)
                m_message->say(
                    MessageBar::Tone::Good,
                    tr("Written: %1. It holds the %n target(s) that are switched off, too.", nullptr, off).arg(path));
            else if (saved)
                sayWritten(path);
            else
                m_message->say(MessageBar::Tone::Bad, saved.error().message);
        });
    });
}

void MainWindow::sayWritten(const QString& path)
{
    m_message->say(MessageBar::Tone::Good, tr("Written: %1").arg(path));
}

} // namespace bv
