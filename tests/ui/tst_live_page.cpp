#include "base/figures.h"
#include "charts/chart_frame.h"
#include "charts/legend.h"
#include "charts/time_chart.h"
#include "models/plan_strip_model.h"
#include "pages/live_page.h"
#include "pages/live_values.h"
#include "support/chart_session.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/card.h"
#include "widgets/message_bar.h"
#include "widgets/plan_strip.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace bv;
using namespace Qt::StringLiterals;

class TestLivePage : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeServices> m_services;
    std::unique_ptr<LivePage> m_page;

    FakeServices& s() { return *m_services; }
    template<class Widget>
    Widget* find(const QString& name)
    {
        return m_page->findChild<Widget*>(name);
    }
    void show(const Session& session) { s().session.show(std::make_shared<Session>(session)); }
    TimePlot& plot(int row) { return static_cast<TimeChart*>(m_page->frames().at(row)->view())->timePlot(); }

private slots:
    void initTestCase() { StrictMessages::install(); }
    void init()
    {
        m_services = std::make_unique<FakeServices>();
        m_page = std::make_unique<LivePage>(s().services);
        m_page->resize(1000, 700);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanup()
    {
        m_page.reset();
        m_services.reset();
        QCOMPARE(StrictMessages::faults(), QStringList());
    }
    void saysWhatToDoWhenEmpty();
    void measuresLive();
    void showsPhasesWhilePreparing();
    void leavesTheReasonToTheWindow();
    void saysWhoCannotRun();
    void saysThatTheGuestIsBuilt();
    void nothingIsThere();
    void showsAStoredSession();
    void valuesAndSentenceStandBeside();
    void valuesAreOfOneGroup();
    void targetsOfOneNameAreToldApart();
    void redrawsAtMostFourTimesASecond();
    void drawsNothingWhileHidden();
    void useIsSwitchable();
    void clockTime();
    void keepsZoomAsDataArrives();
    void stripByKeysAndMouse();
    void stripStaysQuickWhenLarge();
    void everyControlHasAName();
    void nothingIsCutWhenNarrow();
};

void TestLivePage::saysWhatToDoWhenEmpty()
{
    QVERIFY(find<QLabel>(u"liveEmptyTitle"_s)->isVisible());
    QVERIFY(find<QLabel>(u"liveEmptyText"_s)->text().contains("Press Run"_L1));
    QVERIFY(!find<QProgressBar>(u"liveEmptyProgress"_s)->isVisible());
    QVERIFY(!find<PlanStrip>(u"planStrip"_s)->isVisible());
}

void TestLivePage::measuresLive()
{
    QVERIFY(s().machine.makeGuest());
    QStringList words;
    connect(&s().session, &SessionModel::runChanged, m_page.get(), [&](qsizetype run) {
        if (s().session.runState(run) == RunState::Running)
            words << m_page->status();
    });
    QSignalSpy intervals(&s().session, &SessionModel::intervalAdded);
    QVERIFY(s().measure());
    QCOMPARE(words.size(), 4);
    QVERIFY2(words.first().contains("on Docker"_L1) || words.first().contains("on QEMU"_L1), qPrintable(words.first()));
    QVERIFY(words.first().contains("repeat 1 of 2"_L1));
    QVERIFY(intervals.size() >= 4);
    QCOMPARE(m_page->frames().size(), 1);
    QVERIFY(m_page->status().startsWith("Finished"_L1));
    QCOMPARE(m_page->planStatus(), u"4 of 4"_s);
    QTRY_VERIFY(plot(0).data().pointCount() >= 4);
    QCOMPARE(plot(0).data().series.size(), std::size_t(2));
    auto* strip = find<PlanStrip>(u"planStrip"_s);
    QCOMPARE(strip->model()->rowCount(), 2);
    QCOMPARE(strip->model()->index(1, 1).data().toString(), runStateMark(RunState::Ok));
}

void TestLivePage::showsPhasesWhilePreparing()
{
    s().session.follow(s().engine, s().plan.enabledPlan());
    emit s().engine.phaseChanged(u"Building the guest"_s, 0.4);
    QCOMPARE(m_page->status(), u"Building the guest"_s);
    QVERIFY(find<QLabel>(u"liveEmptyTitle"_s)->isVisible());
    QCOMPARE(find<QProgressBar>(u"liveEmptyProgress"_s)->value(), 40);
    QVERIFY(find<QProgressBar>(u"liveEmptyProgress"_s)->isVisible());
    emit s().engine.phaseChanged(u"Checking"_s, -1);
    QVERIFY(!find<QProgressBar>(u"liveEmptyProgress"_s)->isVisible()); // nothing moves for its own sake
    const Plan plan = s().plan.enabledPlan();
    emit s().engine.sessionStarted(u"20261124-080500-7f3a"_s, expandPlan(plan, {4, 8192}).valueOr({}));
    emit s().engine.phaseChanged(u"Booting QEMU"_s, 0.5);
    QVERIFY(find<PlanStrip>(u"planStrip"_s)->isVisible());
    QCOMPARE(m_page->status(), u"Booting QEMU"_s);
    QVERIFY(find<QProgressBar>(u"liveProgress"_s)->isVisible());
    SessionProgress progress;
    progress.done = 1;
    progress.total = 4;
    progress.remaining = {62, 62};
    emit s().engine.progressChanged(progress);
    QCOMPARE(m_page->planStatus(), u"1 of 4 · 1:02 left"_s);
    progress.remaining = {62, 3725};
    emit s().engine.progressChanged(progress);
    QCOMPARE(m_page->planStatus(), u"1 of 4 · at most 1:02:05 left"_s);
}

/// Which is seen on every page; twice on one it is no clearer.
void TestLivePage::leavesTheReasonToTheWindow()
{
    s().session.follow(s().engine, s().plan.enabledPlan());
    emit s().engine.phaseChanged(u"Checking"_s, -1);
    SessionOutcome outcome;
    outcome.error = Error(Error::Code::NotReady, u"Docker is not running. Start it: systemctl start docker"_s);
    emit s().engine.finished(outcome);
    QVERIFY(!m_page->findChild<MessageBar*>());
    for (const QLabel* label : m_page->findChildren<QLabel*>())
        QVERIFY2(!label->text().contains("systemctl"_L1), qPrintable(label->text()));
    QVERIFY(find<QLabel>(u"liveEmptyText"_s)->text().contains("Press Run"_L1));
}

void TestLivePage::saysWhoCannotRun()
{
    QVERIFY(s().machine.makeGuest());
    auto* missing = find<Card>(u"liveMissing"_s);
    QVERIFY(!missing->isVisible()); // nobody has looked yet
    qputenv("BV_FAKE_DOCKER", "down");
    s().environment.check();
    QTRY_VERIFY_WITH_TIMEOUT(missing->isVisible(), 20'000);
    QStringList said;
    for (const QLabel* label : missing->findChildren<QLabel*>())
        said << label->text();
    QVERIFY2(said.contains(u"Docker 1 CPU 256 MiB"_s), qPrintable(said.join(u'|')));
    QVERIFY2(!said.join(u'|').contains("QEMU"_L1), qPrintable(said.join(u'|')));
    QVERIFY(find<QLabel>(u"liveEmptyTitle"_s)->text().contains("cannot be run"_L1));
    const QSignalSpy wanted(m_page.get(), &LivePage::environmentWanted);
    QTest::keyClick(find<QPushButton>(u"liveEnvironment"_s), Qt::Key_Space);
    QCOMPARE(wanted.size(), 1);
    QTest::keyClick(find<QPushButton>(u"liveSwitchOff"_s), Qt::Key_Space);
    QVERIFY(!s().plan.isEnabled(0) && s().plan.isEnabled(1));
    QVERIFY(!missing->isVisible());
    QVERIFY(find<QLabel>(u"liveEmptyText"_s)->text().contains("Press Run"_L1));
    s().plan.setEnabled(0, true);
    QVERIFY(missing->isVisible());
    emit s().engine.phaseChanged(u"Checking"_s, -1); // now the engine has the word
    QVERIFY(!missing->isVisible());
}

void TestLivePage::saysThatTheGuestIsBuilt()
{
    const auto text = [this] { return find<QLabel>(u"liveEmptyText"_s)->text(); };
    QVERIFY(!text().contains("builds the guest"_L1));
    s().environment.check();
    QTRY_VERIFY_WITH_TIMEOUT(text().contains("Run first builds the guest"_L1), 20'000);
    QVERIFY(s().machine.makeGuest());
    s().environment.check();
    QTRY_VERIFY_WITH_TIMEOUT(!text().contains("builds the guest"_L1), 20'000);
}

void TestLivePage::nothingIsThere()
{
    EngineSettings bare = s().machine.settings;
    bare.tools.docker = bare.tools.qemuX86 = bare.tools.qemuImg = bare.tools.sysbench = u"/no/such/program"_s;
    Engine engine(bare);
    EnvironmentMonitor environment(engine);
    const Services services{engine,  s().library, environment, s().images, s().qemu,      s().disks,
                            s().vms, s().plan,    s().session, s().log,    s().appearance};
    LivePage page(services);
    page.resize(690, 560);
    page.show();
    environment.check();
    auto* missing = page.findChild<Card*>(u"liveMissing"_s);
    QTRY_VERIFY_WITH_TIMEOUT(missing->isVisible(), 20'000);
    QVERIFY(page.findChild<QLabel*>(u"liveEmptyText"_s)->text().contains("None of the plan's targets"_L1));
    QVERIFY(!page.findChild<QPushButton*>(u"liveSwitchOff"_s)->isVisible()); // nothing would be left
    s().appearance.setScheme(Appearance::Scheme::Dark);
    QApplication::processEvents();
    QVERIFY(missing->isVisible());
    const auto labels = page.findChildren<QLabel*>();
    for (const QLabel* label : labels) {
        if (label->isVisible() && label->wordWrap())
            QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
}

void TestLivePage::showsAStoredSession()
{
    Session session = sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}), 10, 10, 20);
    session.runs[3].status = RunStatus::Failed;
    show(session);
    QCOMPARE(m_page->frames().size(), 2);
    QVERIFY(m_page->status().startsWith("Stopped: report"_L1));
    QCOMPARE(m_page->planStatus(), u"19 of 60 · 1 failed"_s);
    QCOMPARE(plot(0).data().pointCount(), 200);
    QVERIFY(plot(1).isEmpty());
    s().session.clear();
    QVERIFY(find<QLabel>(u"liveEmptyTitle"_s)->isVisible());
    QVERIFY(m_page->frames().isEmpty());
}

void TestLivePage::valuesAndSentenceStandBeside()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    const auto* values = m_page->frames().first()->findChild<LiveValues*>();
    QVERIFY(values);
    QVERIFY2(values->sentence().contains("Docker 2 CPU 1 GiB is 3.8"_L1), qPrintable(values->sentence()));
    QVERIFY(values->sentence().startsWith("cpu 90000:"_L1));
    auto* entry = m_page->frames().first()->findChild<LegendButton*>(u"legend-qemu"_s);
    QVERIFY(entry);
    entry->setFocus();
    QTest::keyClick(entry, Qt::Key_Space);
    QVERIFY(!plot(0).legend().at(1).shown);
    QVERIFY(plot(1).legend().at(1).shown); // each chart for itself
}

void TestLivePage::valuesAreOfOneGroup()
{
    const Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, 1);
    const Session session = sample::chartSession(plan);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    s().session.follow(s().engine, plan);
    emit s().engine.sessionStarted(session.id, runs);
    for (int i = 0; i < 2; ++i) { // the first group, on both targets
        emit s().engine.runStarted(runs.at(i));
        for (const sysbench::Interval& interval : session.runs.at(i).intervals)
            emit s().engine.intervalArrived(i, interval);
        emit s().engine.runFinished(session.runs.at(i));
    }
    const ChartFrame* frame = m_page->frames().first();
    const auto text = [frame](const QString& name) { return frame->findChild<QLabel*>(name)->text(); };
    QTRY_COMPARE(plot(0).data().pointCount(), 20);
    QCOMPARE(text(u"liveGroup"_s), u"cpu 20000"_s);
    QVERIFY(text(u"now-docker"_s) != u"–"_s);
    QVERIFY(text(u"mean-docker"_s) != u"–"_s);
    emit s().engine.runStarted(runs.at(2)); // another group: nothing of the one before stays
    emit s().engine.intervalArrived(2, session.runs.at(2).intervals.at(0));
    QTRY_COMPARE(text(u"liveGroup"_s), u"cpu 50000"_s);
    const bool dockerFirst = runs.at(2).targetId == "docker"_L1;
    QVERIFY(text(dockerFirst ? u"now-docker"_s : u"now-qemu"_s) != u"–"_s);
    QCOMPARE(text(dockerFirst ? u"now-qemu"_s : u"now-docker"_s), u"–"_s);
    QCOMPARE(text(u"mean-docker"_s), u"–"_s);
    QVERIFY(frame->findChild<QLabel*>(u"now-docker"_s)->isVisible());
    emit s().engine.finished({});
    QVERIFY(!frame->findChild<QLabel*>(u"now-docker"_s)->isVisible()); // nothing is "now" any more
}

void TestLivePage::targetsOfOneNameAreToldApart()
{
    Plan plan = sample::chartPlan({u"docker"_s, u"docker-b"_s}, 1);
    Session session = sample::chartSession(plan);
    for (RunRecord& run : session.runs) {
        if (run.target == "docker-b"_L1)
            run.metrics.set(sysbench::Metric::EventsPerSec, 1);
    }
    show(session);
    QCOMPARE(s().session.targetName(u"docker"_s), u"Docker 2 CPU 1 GiB (docker)"_s);
    QCOMPARE(s().session.targetName(u"docker-b"_s), u"Docker 2 CPU 1 GiB (docker-b)"_s);
    const ChartFrame* frame = m_page->frames().first();
    QCOMPARE(frame->findChild<QLabel*>(u"mean-docker-b"_s)->text(), figureText(1));
    QVERIFY(frame->findChild<QLabel*>(u"mean-docker"_s)->text() != figureText(1));
}

void TestLivePage::redrawsAtMostFourTimesASecond()
{
    const Plan plan = sample::chartPlan({u"docker"_s});
    const Session session = sample::chartSession(plan, 200, 10);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    s().session.follow(s().engine, plan);
    emit s().engine.sessionStarted(session.id, runs);
    emit s().engine.runStarted(runs.at(0));
    QApplication::processEvents();
    for (const sysbench::Interval& interval : session.runs.at(0).intervals)
        emit s().engine.intervalArrived(0, interval);
    QVERIFY(plot(0).data().pointCount() < 200); // not for each
    QTRY_COMPARE(plot(0).data().pointCount(), 200);
}

void TestLivePage::drawsNothingWhileHidden()
{
    const Plan plan = sample::chartPlan({u"docker"_s});
    const Session session = sample::chartSession(plan);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    s().session.follow(s().engine, plan);
    emit s().engine.sessionStarted(session.id, runs);
    emit s().engine.runStarted(runs.at(0));
    m_page->hide();
    emit s().engine.intervalArrived(0, session.runs.at(0).intervals.at(0));
    QApplication::processEvents();
    QVERIFY(plot(0).isEmpty());
    m_page->show();
    QCOMPARE(plot(0).data().pointCount(), 1);
}

void TestLivePage::useIsSwitchable()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    QSignalSpy shown(m_page.get(), &LivePage::useShownChanged);
    QCOMPARE(m_page->frames().size(), 2);
    QTest::keyClick(find<QCheckBox>(u"liveUse"_s), Qt::Key_Space);
    QCOMPARE(shown.size(), 1);
    QVERIFY(m_page->property("useShown").toBool());
    QCOMPARE(m_page->frames().size(), 3);
    QCOMPARE(plot(2).data().kind, ChartKind::CpuUse);
    QCOMPARE(plot(2).legend().size(), 4);
    find<QComboBox>(u"liveUseQuantity"_s)->setCurrentIndex(1);
    QCOMPARE(plot(2).data().kind, ChartKind::DiskUse);
    QCOMPARE(plot(2).legend().size(), 2);
    find<QComboBox>(u"liveUseView"_s)->setCurrentIndex(1);
    QCOMPARE(plot(2).legend().size(), 1); // only a VM has an inside
    m_page->setUseShown(false);
    QCOMPARE(m_page->frames().size(), 2);
    m_page->setUseShown(true);
    QCOMPARE(m_page->frames().size(), 3);
}

void TestLivePage::clockTime()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    const double measured = plot(0).data().length();
    find<QComboBox>(u"liveTime"_s)->setCurrentIndex(1);
    QCOMPARE(plot(0).data().time, ChartTime::Clock);
    QVERIFY(plot(0).data().length() > measured);
}

void TestLivePage::keepsZoomAsDataArrives()
{
    const Plan plan = sample::chartPlan({u"docker"_s});
    const Session session = sample::chartSession(plan);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    s().session.follow(s().engine, plan);
    emit s().engine.sessionStarted(session.id, runs);
    for (int i = 0; i < 3; ++i)
        emit s().engine.runFinished(session.runs.at(i));
    QTRY_COMPARE(plot(0).data().pointCount(), 30);
    plot(0).setView({5, 15});
    emit s().engine.runStarted(runs.at(3));
    emit s().engine.intervalArrived(3, session.runs.at(3).intervals.at(0));
    QTRY_COMPARE(plot(0).data().pointCount(), 31);
    QCOMPARE(plot(0).view().from, 5.0);
    QCOMPARE(plot(0).view().to, 15.0);
}

void TestLivePage::stripByKeysAndMouse()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    auto* strip = find<PlanStrip>(u"planStrip"_s);
    QSignalSpy activated(m_page.get(), &LivePage::runActivated);
    strip->setFocus();
    strip->setCurrentIndex(strip->model()->index(0, 0));
    QTest::keyClick(strip, Qt::Key_Right);
    QTest::keyClick(strip, Qt::Key_Down);
    QTest::keyClick(strip, Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated.last().first().toLongLong(), 3); // interleaved: docker 1, qemu 1, docker 2, qemu 2
    const QModelIndex cell = strip->model()->index(0, 2);
    QTest::mouseClick(strip->viewport(), Qt::LeftButton, {}, strip->visualRect(cell).center());
    QCOMPARE(activated.size(), 2);
    QCOMPARE(activated.last().first().toLongLong(), 4);
    QVERIFY(cell.data(Qt::ToolTipRole).toString().contains("repeat 3: done"_L1));
    QTest::keyClick(strip, Qt::Key_Tab); // leaves the table
    QVERIFY(!strip->hasFocus());
}

void TestLivePage::stripStaysQuickWhenLarge()
{
    Plan plan = sample::chartPlan({u"docker"_s, u"qemu"_s}, 1000);
    show(sample::chartSession(plan, 1, 1, 100));
    auto* strip = find<PlanStrip>(u"planStrip"_s);
    QCOMPARE(s().session.runCount(), 12'000);
    QElapsedTimer timer;
    timer.start();
    constexpr int frames = 20;
    for (int i = 0; i < frames; ++i) {
        strip->reveal(i * 500);
        strip->viewport()->repaint();
    }
    qInfo("12,000 cells: %.1f ms a frame", static_cast<double>(timer.nsecsElapsed()) / 1e6 / frames);
    QVERIFY(strip->visualRect(strip->model()->index(0, 0)).width() >= 16);
}

void TestLivePage::everyControlHasAName()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    m_page->setUseShown(true);
    QApplication::processEvents();
    const auto widgets = m_page->findChildren<QWidget*>();
    for (const QWidget* widget : widgets) {
        const auto* box = qobject_cast<const QAbstractButton*>(widget);
        const bool isMine = !widget->objectName().startsWith("qt_"_L1);
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || !isMine ||
            qobject_cast<const QLabel*>(widget))
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty() || (box && !box->text().isEmpty()),
                 qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName()));
    }
}

void TestLivePage::nothingIsCutWhenNarrow()
{
    show(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s})));
    m_page->setUseShown(true);
    m_page->resize(700, 560);
    QApplication::processEvents();
    for (const LegendButton* button : m_page->findChildren<LegendButton*>()) {
        if (button->isVisible())
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
    }
    for (const QLabel* label : m_page->findChildren<QLabel*>()) {
        if (label->isVisible() && !label->wordWrap())
            QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
    }
    for (const ChartFrame* frame : m_page->frames()) {
        QVERIFY(frame->view()->width() >= 200);
        QVERIFY(frame->findChild<LiveValues*>()->width() <= 0.4 * m_page->width());
        QVERIFY(static_cast<TimeChart*>(frame->view())->timePlot().plotArea().height() >= 110);
    }
}

QTEST_MAIN(TestLivePage)

#include "tst_live_page.moc"
