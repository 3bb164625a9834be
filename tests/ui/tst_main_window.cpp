#include "base/when_done.h"
#include "charts/legend.h"
#include "charts/time_chart.h"
#include "main_window.h"
#include "panels/setup_panel.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "session/session_json.h"
#include "session/session_library.h"
#include "session_flow.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/message_bar.h"
#include "widgets/run_bar.h"
#include "window_settings.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTabWidget>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// A line as on a desktop that edits with Ctrl+E.
class EmacsLine : public QLineEdit
{
public:
    using QLineEdit::QLineEdit;
    bool event(QEvent* event) override
    {
        if (event->type() != QEvent::ShortcutOverride)
            return QLineEdit::event(event);
        event->accept();
        return true;
    }
};

} // namespace

/// The window as a whole, on a machine of fakes: run, stop, close, open, what is kept.
class TestMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();

    void runsByKey();
    void stopsByKey();
    void resumesWhatWasStopped();
    void cannotRunABadPlan();
    void saysWhyNothingCouldBeRun();
    void saysEachReasonOnce();
    void worksWithNothingThere();
    void choosesPresets();
    void changedPresetIsNamedSo();
    void asksOnceBeforeClosing();
    void closesTheQuestionWithTheSession();
    void stopsBeforeClosing();
    void opensASessionFile();
    void opensAPlanFile();
    void refusesFiles_data();
    void refusesFiles();
    void refusesToOpenWhileMeasuring();
    void stopEndsTheLoadingOfASession();
    void replacedPlanComesBack();
    void keepsPlanAndLayout();
    void keepsPresetsAndNames();
    void isBuiltForTheKeyboard();
    void keysDoTheirWork();

private:
    template<class T>
    T* find(const char* name) const
    {
        return m_window->findChild<T*>(QString::fromLatin1(name));
    }
    void press(Qt::Key key) const { QTest::keyClick(m_window.get(), key); }
    QAction* action(const char* name) const { return find<QAction>(name); }
    QString message() const { return m_window->findChild<MessageBar*>()->text(); }
    QString write(const QString& name, const QByteArray& content) const;
    void slowDown() const { qputenv("BV_FAKE_PACE", "0.3"); }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<WindowSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    Paths m_paths;
};

void TestMainWindow::init()
{
    m_fakes = std::make_unique<FakeServices>();
    QVERIFY(m_fakes->machine.makeGuest());
    m_paths.state = m_fakes->machine.path(u"statehome"_s);
    m_settings = std::make_unique<WindowSettings>(m_paths);
    m_window = std::make_unique<MainWindow>(m_fakes->services, *m_settings);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestMainWindow::cleanup()
{
    if (m_window->flow().isBusy()) {
        m_window->flow().stop();
        QTRY_VERIFY(!m_window->flow().isBusy());
    }
    m_window.reset();
    m_settings.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->environment.isChecking(), 20'000); // it comes after each session
    // What the window has asked the container engine may take several programs, with moments of none between them.
    const auto isQuiet = [this] {
        const bool none = m_fakes->machine.leftovers().isEmpty();
        QTest::qWait(100);
        return none && m_fakes->machine.leftovers().isEmpty();
    };
    QVERIFY2(QTest::qWaitFor(isQuiet, 20'000), m_fakes->machine.leftovers().join(u'\n').toUtf8());
    m_fakes.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

QString TestMainWindow::write(const QString& name, const QByteArray& content) const
{
    QFile file(m_fakes->machine.path(name));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? file.fileName() : QString();
}

void TestMainWindow::runsByKey()
{
    QVERIFY(action("runAction")->isEnabled());
    QVERIFY(!action("stopAction")->isEnabled());
    press(Qt::Key_F5);
    QVERIFY(m_window->flow().isBusy());
    QVERIFY(!action("runAction")->isEnabled());
    QVERIFY(action("stopAction")->isEnabled());
    find<QTabWidget>("pages")->setCurrentIndex(1); // the live page says itself what is going on
    QVERIFY(m_window->findChild<RunBar*>()->isVisible());
    QTRY_VERIFY(m_window->windowTitle().contains(u" %"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 30000);
    QVERIFY2(message().contains("4"_L1), qPrintable(message()));
    QVERIFY(action("runAction")->isEnabled());
    QVERIFY(!m_window->findChild<RunBar*>()->isVisible());
    QCOMPARE(m_fakes->session.runCount(), 4);
    for (qsizetype i = 0; i < 4; ++i) {
        QCOMPARE(m_fakes->session.runState(i), RunState::Ok);
        QVERIFY(!m_fakes->session.intervals(i).isEmpty());
    }
    // What the engine does not tell comes from the store.
    QTRY_COMPARE(m_fakes->session.session().targets.size(), 2);
}

void TestMainWindow::stopsByKey()
{
    slowDown();
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20000);
    press(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 20000);
    QVERIFY2(message().contains("Stopped"_L1), qPrintable(message()));
    QCOMPARE(m_fakes->session.runningNumber(), -1);
}

void TestMainWindow::resumesWhatWasStopped()
{
    slowDown();
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->session.isEmpty() && m_fakes->session.runState(0) == RunState::Ok, 30000);
    press(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 20000);
    qputenv("BV_FAKE_PACE", "0.02");
    const QString id = m_fakes->session.sessionId();
    m_window->flow().resume(id);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 30000);
    QCOMPARE(m_fakes->session.sessionId(), id);
    QCOMPARE(m_fakes->session.runCount(), 4);
    for (qsizetype i = 0; i < 4; ++i)
        QCOMPARE(m_fakes->session.runState(i), RunState::Ok);
}

void TestMainWindow::cannotRunABadPlan()
{
    TargetSettings vm = m_fakes->plan.target(1);
    vm.qemu.smp = 0;
    m_fakes->plan.setTarget(1, vm);
    QVERIFY(!action("runAction")->isEnabled());
    QVERIFY(!find<QLabel>("planSummary")->text().isEmpty());
    press(Qt::Key_F5);
    QVERIFY(!m_window->flow().isBusy());
    m_fakes->plan.setEnabled(1, false);
    QVERIFY(action("runAction")->isEnabled());
}

void TestMainWindow::saysWhyNothingCouldBeRun()
{
    qputenv("BV_FAKE_DOCKER", "down");
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 20000);
    QVERIFY2(message().contains("engine"_L1), qPrintable(message()));
    QVERIFY(find<QWidget>("messageBar")->isVisible());
}

void TestMainWindow::saysEachReasonOnce()
{
    SessionOutcome outcome;
    outcome.notRun =
        QStringList{u"docker (2 runs not done): the engine hangs."_s, u"qemu (2 runs not done): it does not boot."_s};
    outcome.error = Error(Error::Code::NotReady, outcome.notRun.join(u'\n'));
    emit m_fakes->engine.finished(outcome);
    QCOMPARE(message(), u"Nothing was measured.\n"_s + outcome.error.message);
    outcome.sessionId = u"20261124-080500-7f3a"_s;
    outcome.error = {};
    outcome.state = SessionState::Cancelled;
    outcome.okRuns = 3;
    outcome.notRun.removeFirst();
    emit m_fakes->engine.finished(outcome);
    QVERIFY2(message().startsWith("Stopped with 3"_L1) && message().endsWith("it does not boot."_L1),
             qPrintable(message()));
    int seen = 0;
    for (const QLabel* label : m_window->findChildren<QLabel*>())
        seen += label->isVisible() && label->text().contains("it does not boot"_L1) ? 1 : 0;
    QCOMPARE(seen, 1);
}

/// No QEMU, no container engine, no sysbench.
void TestMainWindow::worksWithNothingThere()
{
    QVERIFY(m_fakes->measure());
    m_fakes->session.clear();
    EngineSettings bare = m_fakes->machine.settings;
    bare.tools.docker = bare.tools.qemuX86 = bare.tools.qemuImg = bare.tools.sysbench = u"/no/such/program"_s;
    Engine engine(bare);
    EnvironmentMonitor environment(engine);
    const Services services{engine,           m_fakes->library, environment,        m_fakes->images,
                            m_fakes->qemu,    m_fakes->disks,   m_fakes->vms,       m_fakes->plan,
                            m_fakes->session, m_fakes->log,     m_fakes->appearance};
    MainWindow window(services, *m_settings);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    environment.check();
    auto* missing = window.findChild<QWidget*>(u"liveMissing"_s);
    QTRY_VERIFY_WITH_TIMEOUT(missing->isVisible(), 20'000); // said before Run
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(window.flow().isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!window.flow().isBusy(), 20'000);
    auto* bar = window.findChild<MessageBar*>(u"messageBar"_s);
    QVERIFY(bar->isVisible());
    QVERIFY2(bar->text().startsWith("Nothing was measured.\n"_L1), qPrintable(bar->text()));
    for (const auto& part : {"sudo apt install qemu-system-x86"_L1, "sudo apt install docker.io"_L1})
        QCOMPARE(bar->text().count(part), 1);
    window.findChild<QTabWidget*>(u"pages"_s)->setCurrentIndex(3);
    auto* sessions = window.findChild<QTableView*>(u"sessionTable"_s);
    QTRY_COMPARE(sessions->model()->rowCount(), 1);
    sessions->selectRow(0);
    QTest::keyClick(sessions, Qt::Key_Return);
    QTRY_COMPARE(m_fakes->session.runCount(), 4);
    QCOMPARE(window.findChild<QTabWidget*>(u"pages"_s)->currentIndex(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!environment.isChecking(), 20'000);
}

void TestMainWindow::choosesPresets()
{
    auto* plans = find<QComboBox>("planBox");
    QCOMPARE(plans->currentIndex(), -1 + plans->count()); // a plan of one's own
    plans->setFocus();
    QTest::keyClick(plans, Qt::Key_Home);
    QCOMPARE(m_fakes->plan.preset(), u"quick"_s);
    QTest::keyClick(plans, Qt::Key_Down);
    QCOMPARE(m_fakes->plan.preset(), u"report"_s);
    QVERIFY(find<QLabel>("planSummary")->text().startsWith("60"_L1));
    QCOMPARE(plans->findData(QString()), -1); // presets only
    m_fakes->plan.setEnabled(0, false);
    QCOMPARE(plans->currentIndex(), plans->count() - 1);
    QCOMPARE(plans->currentText(), u"Report, changed"_s);
    QTest::keyClick(plans, Qt::Key_Home);
    QTest::mouseClick(find<QToolButton>("messageAction"), Qt::LeftButton);
    QCOMPARE(plans->currentText(), u"Report, changed"_s);
    QVERIFY(!m_fakes->plan.isEnabled(0));
    m_fakes->plan.setEnabled(0, true);
    QCOMPARE(plans->currentText(), u"Report"_s);
    m_fakes->plan.setPlan(fakePlan({u"host"_s}));
    QCOMPARE(plans->currentText(), u"Own plan"_s);
}

/// A session must not be stored under the name of a preset that it is not.
void TestMainWindow::changedPresetIsNamedSo()
{
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s});
    plan.name = u"quick"_s;
    m_fakes->plan.setPlan(plan);
    press(Qt::Key_F5);
    QCOMPARE(m_fakes->session.session().name, u"quick, changed"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 30000);
    QVERIFY2(m_window->windowTitle().startsWith("quick, changed"_L1), qPrintable(m_window->windowTitle()));
    QList<SessionSummary> stored;
    whenDone(m_fakes->library.list(), m_window.get(), [&stored](const Result<QList<SessionSummary>>& sessions) {
        stored = sessions ? *sessions : QList<SessionSummary>();
    });
    QTRY_COMPARE(stored.size(), 1);
    QCOMPARE(stored.first().name, u"quick, changed"_s);
}

void TestMainWindow::asksOnceBeforeClosing()
{
    slowDown();
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20000);
    QVERIFY(!m_window->close());
    QVERIFY(!m_window->close());
    const auto questions = m_window->findChildren<QMessageBox*>(u"closeQuestion"_s);
    QCOMPARE(questions.size(), 1);
    QTest::keyClick(questions.first(), Qt::Key_Escape);
    QTRY_VERIFY(m_window->findChildren<QMessageBox*>(u"closeQuestion"_s).isEmpty());
    QVERIFY(m_window->isVisible());
    QVERIFY(m_window->flow().isBusy());
}

void TestMainWindow::closesTheQuestionWithTheSession()
{
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20000);
    QVERIFY(!m_window->close());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 30000);
    QTRY_VERIFY(m_window->findChildren<QMessageBox*>(u"closeQuestion"_s).isEmpty());
    QVERIFY(m_window->isVisible());
}

void TestMainWindow::stopsBeforeClosing()
{
    slowDown();
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20000);
    QVERIFY(!m_window->close());
    auto* question = find<QMessageBox>("closeQuestion");
    QTest::keyClick(question, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 20000);
    QVERIFY(!m_fakes->engine.isRunning());
}

void TestMainWindow::opensASessionFile()
{
    QVERIFY(m_fakes->measure());
    const Session session = m_fakes->session.session();
    m_fakes->session.clear();
    const QString file = m_fakes->machine.path(u"session.json"_s);
    QVERIFY(writeSessionFile(file, session));
    m_window->openFile(file);
    QTRY_COMPARE(m_fakes->session.sessionId(), session.id);
    QCOMPARE(m_fakes->session.runCount(), 4);
    QCOMPARE(find<QTabWidget>("pages")->currentIndex(), 1);
}

void TestMainWindow::opensAPlanFile()
{
    Plan plan = fakePlan({u"host"_s});
    plan.name = u"mine"_s;
    m_window->openFile(write(u"plan.json"_s, QJsonDocument(planToJson(plan)).toJson()));
    QTRY_COMPARE(m_fakes->plan.plan().name, u"mine"_s);
    QCOMPARE(m_fakes->plan.targetCount(), 1);
}

void TestMainWindow::refusesFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("another schema") << QByteArray(R"({"schema":"other/1"})");
    QTest::newRow("newer session") << QByteArray(R"({"schema":"benchvisor-session/9"})");
    QTest::newRow("broken plan") << QByteArray(R"({"schema":"benchvisor-plan/1","targets":3})");
    QTest::newRow("binary") << QByteArray(5000, '\xff');
}

void TestMainWindow::refusesFiles()
{
    QFETCH(QByteArray, content);
    QSignalSpy failed(&m_window->flow(), &SessionFlow::failed);
    m_window->openFile(write(u"file.json"_s, content));
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY2(message().contains("file.json"_L1), qPrintable(message()));
    QCOMPARE(m_fakes->plan.targetCount(), 2);
}

void TestMainWindow::refusesToOpenWhileMeasuring()
{
    slowDown();
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20000);
    const QString id = m_fakes->session.sessionId();
    m_window->flow().open(u"anything"_s);
    QVERIFY2(message().contains("measured"_L1), qPrintable(message()));
    QCOMPARE(m_fakes->session.sessionId(), id);
}

void TestMainWindow::stopEndsTheLoadingOfASession()
{
    QVERIFY(m_fakes->measure());
    QSignalSpy ended(&m_window->flow(), &SessionFlow::ended);
    m_window->flow().resume(m_fakes->session.sessionId());
    QVERIFY(m_window->flow().isBusy());
    m_window->flow().stop(); // before the store has answered
    QCOMPARE(ended.size(), 1);
    QVERIFY(!m_window->flow().isBusy());
    QTest::qWait(300);
    QVERIFY(!m_fakes->engine.isRunning());
    QCOMPARE(ended.size(), 1);
}

void TestMainWindow::replacedPlanComesBack()
{
    const QJsonObject own = planToJson(m_fakes->plan.plan());
    m_fakes->plan.setEnabled(1, false);
    auto* plans = find<QComboBox>("planBox");
    plans->setFocus();
    QTest::keyClick(plans, Qt::Key_Home);
    QCOMPARE(m_fakes->plan.preset(), u"quick"_s);
    QTest::mouseClick(find<QToolButton>("messageAction"), Qt::LeftButton);
    QCOMPARE(planToJson(m_fakes->plan.plan()), own);
    QVERIFY(!m_fakes->plan.isEnabled(1));
}

void TestMainWindow::keepsPlanAndLayout()
{
    m_fakes->plan.setEnabled(1, false);
    find<SetupPanel>("setupPanel")->setExpandedSections({u"commands"_s});
    m_window->resize(800, 650); // the screen has 800 x 800
    m_window->close();
    m_settings.reset();
    m_settings = std::make_unique<WindowSettings>(m_paths);
    PlanDocument plan({4, 8192});
    m_settings->restorePlan(plan);
    QCOMPARE(planToJson(plan.plan()), planToJson(normalized(m_fakes->plan.plan())));
    QVERIFY(!plan.isEnabled(1));
    MainWindow again(m_fakes->services, *m_settings);
    QCOMPARE(again.size(), QSize(800, 650));
    QCOMPARE(again.findChild<SetupPanel*>()->expandedSections(), QStringList{u"commands"_s});
    again.findChild<SetupPanel*>()->setExpandedSections({});
    again.close();
    const MainWindow third(m_fakes->services, *m_settings);
    QCOMPARE(third.findChild<SetupPanel*>()->expandedSections(), QStringList());
}

void TestMainWindow::keepsPresetsAndNames()
{
    const auto keep = [this](PlanDocument& plan) {
        m_settings->keepPlan(plan);
        PlanDocument next({4, 8192});
        m_settings->restorePlan(next);
        QCOMPARE(next.preset(), plan.preset());
        QCOMPARE(next.basePreset(), plan.basePreset());
        QCOMPARE(next.isNamed(), plan.isNamed());
        QCOMPARE(next.plan().name, plan.plan().name);
        QCOMPARE(next.disabledTargets(), plan.disabledTargets());
    };
    PlanDocument plan({4, 8192});
    QVERIFY(plan.loadPreset(u"report"_s));
    keep(plan);
    plan.setName(u"mine"_s); // still what the preset is
    keep(plan);
    plan.setEnabled(0, false);
    keep(plan);
    plan.setName({});
    QCOMPARE(plan.plan().name, u"report, changed"_s);
    keep(plan);
    plan.setPlan(fakePlan({u"host"_s}));
    keep(plan);
}

void TestMainWindow::isBuiltForTheKeyboard()
{
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(find<QTabWidget>("pages")->currentIndex(), 2);
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(find<QTabWidget>("pages")->currentIndex(), 0);
    press(Qt::Key_F1);
    auto* box = find<QMessageBox>("shortcutsBox");
    QVERIFY(box && box->isVisible());
    QTest::keyClick(box, Qt::Key_Escape);
    QTRY_VERIFY(!find<QMessageBox>("shortcutsBox"));
}

void TestMainWindow::keysDoTheirWork()
{
    QVERIFY(m_fakes->measure());
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    const auto onFocus = [](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QVERIFY2(QApplication::focusWidget(), QKeySequence(key).toString().toUtf8());
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
    };
    // The page that is chosen by key has the keys.
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(QApplication::focusWidget()->objectName(), u"runTable"_s);
    onFocus(Qt::Key_A, Qt::ControlModifier);
    onFocus(Qt::Key_C, Qt::ControlModifier);
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY2(copied.startsWith("Test\tTarget\tRun\tStatus\tevents/s\t"_L1), qPrintable(copied));
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
    auto* chart = qobject_cast<TimeChart*>(QApplication::focusWidget());
    QVERIFY(chart);
    onFocus(Qt::Key_Plus);
    QVERIFY(chart->timePlot().isZoomed());
    const double from = chart->timePlot().view().from;
    onFocus(Qt::Key_Right);
    QVERIFY(chart->timePlot().view().from > from);
    onFocus(Qt::Key_0, Qt::ControlModifier);
    QVERIFY(!chart->timePlot().isZoomed());
    onFocus(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(!QGuiApplication::clipboard()->image().isNull());
    for (int i = 0; i < 10 && !qobject_cast<LegendButton*>(QApplication::focusWidget()); ++i)
        onFocus(Qt::Key_Tab);
    QVERIFY(qobject_cast<LegendButton*>(QApplication::focusWidget()));
    onFocus(Qt::Key_Space);
    QVERIFY(!chart->timePlot().legend().first().shown);
    onFocus(Qt::Key_Space);
    QVERIFY(chart->timePlot().legend().first().shown);
    // From within a field, too.
    auto* line = new EmacsLine(m_window->centralWidget());
    line->show();
    line->setFocus();
    onFocus(Qt::Key_E, Qt::ControlModifier);
    auto* dialog = find<QDialog>("exportDialog");
    QVERIFY(dialog && dialog->isVisible());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!find<QDialog>("exportDialog"));
    m_window->activateWindow(); // as a window manager would
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), u"findingTree"_s);
    QTest::keyClick(m_window.get(), Qt::Key_4, Qt::ControlModifier);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), u"reportPaper"_s);
    QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), u"sessionTable"_s);
    slowDown();
    onFocus(Qt::Key_F5);
    QVERIFY(m_window->flow().isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.runningNumber() >= 0, 20'000);
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
    onFocus(Qt::Key_Escape); // wherever the keys are
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 20'000);
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
