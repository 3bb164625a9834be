#include "base/when_done.h"
#include "charts/chart_frame.h"
#include "charts/time_chart.h"
#include "main_window.h"
#include "pages/live_page.h"
#include "pages/sessions_page.h"
#include "session_flow.h"
#include "support/chart_session.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/message_bar.h"
#include "widgets/replay_bar.h"
#include "window_settings.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTabWidget>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

/// A stored session that is played back in the window.
class TestReplay : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();

    void ofTheSessionThatIsShown();
    void ofAStoredSession();
    void byKeys();
    void bySlider();
    void bySpeed();
    void chartsAreMarkedWhileItIsOn();
    void whatIsExportedIsMarked();
    void runEndsIt();
    void isRefusedWhileMeasuring();
    void controlsHaveNames();

private:
    template<class T>
    T* find(const char* name) const
    {
        return m_window->findChild<T*>(QString::fromLatin1(name));
    }
    static Session stored()
    {
        Session session = sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}, 2, 10));
        session.name = u"Lab 7 <b>"_s;
        return session;
    }
    SessionReplay& replay() const { return m_window->flow().player(); }
    ReplayBar* bar() const { return m_window->findChild<ReplayBar*>(); }
    ChartFrame* frame() const { return m_window->findChild<LivePage*>()->frames().first(); }
    /// A replay that stands still at its beginning.
    void begin()
    {
        m_fakes->session.show(std::make_shared<const Session>(stored()));
        find<QAction>("replayAction")->trigger();
        QVERIFY(replay().isActive());
        replay().pause();
        QTRY_VERIFY(bar()->isVisible());
    }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<WindowSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestReplay::init()
{
    m_fakes = std::make_unique<FakeServices>();
    QVERIFY(m_fakes->machine.makeGuest());
    Paths paths;
    paths.state = m_fakes->machine.path(u"statehome"_s);
    m_settings = std::make_unique<WindowSettings>(paths);
    m_window = std::make_unique<MainWindow>(m_fakes->services, *m_settings);
    m_window->resize(1024, 700);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestReplay::cleanup()
{
    if (m_window->flow().isBusy()) {
        m_window->flow().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 20'000);
    }
    m_window.reset();
    m_settings.reset();
    m_fakes.reset();
    qunsetenv("BV_FAKE_PACE");
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestReplay::ofTheSessionThatIsShown()
{
    QVERIFY(!bar()->isVisible());
    find<QAction>("replayAction")->trigger(); // of nothing
    QVERIFY(!replay().isActive());
    QVERIFY(!find<QAction>("replayAction")->isChecked());
    QVERIFY(m_window->findChild<MessageBar*>()->text().contains(u"nothing to replay"_s));
    find<QTabWidget>("pages")->setCurrentIndex(1);
    begin();
    QCOMPARE(find<QTabWidget>("pages")->currentIndex(), 0);
    QVERIFY(find<QAction>("replayAction")->isChecked());
    QVERIFY(bar()->title().startsWith(u"Lab 7 <b>, "_s));
    QCOMPARE(bar()->place(), u"0 of 24 runs"_s);
    QVERIFY(find<QLabel>("recordedPill")->isVisible());
    QVERIFY(m_window->windowTitle().startsWith(u"Recorded: "_s));
    QTest::keyClick(m_window.get(), Qt::Key_R, Qt::ControlModifier); // ends it as well
    QVERIFY(!replay().isActive());
    QVERIFY(!bar()->isVisible());
    QVERIFY(!m_window->windowTitle().contains(u"Recorded"_s));
    QCOMPARE(m_fakes->session.session().runs.size(), 24);
    begin();
    find<QToolButton>("replayEnd")->click();
    QVERIFY(!bar()->isVisible());
    QVERIFY(!find<QAction>("replayAction")->isChecked());
}

void TestReplay::ofAStoredSession()
{
    const Session session = stored();
    bool added = false;
    whenDone(m_fakes->library.add(std::make_shared<const Session>(session)), m_window.get(),
             [&added](const Result<>& done) { added = bool(done); });
    QTRY_VERIFY(added);
    find<QTabWidget>("pages")->setCurrentIndex(2);
    auto* table = find<QTableView>("sessionTable");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    m_window->findChild<SessionsPage*>()->select(session.id);
    auto* action = find<QAction>("replaySession");
    QTRY_VERIFY(action->isEnabled());
    QVERIFY(table->actions().contains(action)); // in its menu, too
    action->trigger();
    QTRY_VERIFY(replay().isActive());
    QVERIFY(replay().isPlaying());
    QCOMPARE(find<QTabWidget>("pages")->currentIndex(), 0);
    QTRY_VERIFY(m_fakes->session.runningNumber() >= 0);
    QVERIFY(m_window->findChild<LivePage*>()->status().startsWith(u"Running cpu 20000 on "_s));
}

void TestReplay::byKeys()
{
    begin();
    QTRY_COMPARE(QApplication::focusWidget(), find<QToolButton>("replayPlay"));
    const auto press = [](int key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(QApplication::focusWidget(), static_cast<Qt::Key>(key), modifiers);
    };
    press(Qt::Key_Space);
    QVERIFY(replay().isPlaying());
    press(Qt::Key_Space);
    QVERIFY(!replay().isPlaying());
    replay().seek(0);
    press(Qt::Key_Right);
    QCOMPARE(m_fakes->session.intervals(0).size(), 1);
    press(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(bar()->place(), u"1 of 24 runs"_s);
    press(Qt::Key_Right, Qt::ShiftModifier);
    press(Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(bar()->place(), u"1 of 24 runs"_s);
    press(Qt::Key_Plus);
    press(Qt::Key_Plus);
    QCOMPARE(replay().speed(), 5);
    QCOMPARE(find<QComboBox>("replaySpeed")->currentText(), u"5×"_s);
    press(Qt::Key_Minus);
    QCOMPARE(replay().speed(), 2);
    // A button has Space for itself, and the rest of the page hands on what it does not need.
    find<QToolButton>("replayStepRun")->setFocus();
    press(Qt::Key_Space);
    QCOMPARE(bar()->place(), u"2 of 24 runs"_s);
    QVERIFY(!replay().isPlaying());
    frame()->view()->setFocus();
    press(Qt::Key_Space);
    QVERIFY(replay().isPlaying());
    press(Qt::Key_Escape); // stops what is measured, and this is not
    QVERIFY(replay().isActive());
}

void TestReplay::bySlider()
{
    begin();
    auto* slider = find<QSlider>("replaySlider");
    QCOMPARE(slider->maximum(), 24);
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(replay().position(), 1);
    QTest::keyClick(slider, Qt::Key_End);
    QVERIFY(replay().isAtEnd());
    QVERIFY(!find<QToolButton>("replayStep")->isEnabled());
    QCOMPARE(m_window->findChild<LivePage*>()->status(), u"The replay has ended"_s);
    QCOMPARE(m_window->findChild<LivePage*>()->planStatus(), u"24 of 24"_s);
    slider->setValue(10);
    QCOMPARE(replay().position(), 10);
    QCOMPARE(m_window->findChild<LivePage*>()->planStatus(), u"10 of 24"_s);
    QTest::keyClick(slider, Qt::Key_Space); // not a button
    QVERIFY(replay().isPlaying());
}

void TestReplay::bySpeed()
{
    begin();
    auto* speed = find<QComboBox>("replaySpeed");
    QCOMPARE(speed->count(), 5);
    speed->setFocus();
    QTest::keyClick(speed, Qt::Key_Down);
    QCOMPARE(replay().speed(), 2);
}

void TestReplay::chartsAreMarkedWhileItIsOn()
{
    m_fakes->session.show(std::make_shared<const Session>(stored()));
    QCOMPARE(frame()->view()->plot().mark(), QString());
    begin();
    replay().seek(6);
    QCOMPARE(frame()->view()->plot().mark(), u"Recorded"_s);
    QVERIFY(frame()->view()->accessibleDescription().startsWith(u"Recorded. "_s));
    QTRY_VERIFY(!frame()->view()->plot().isEmpty());
    // In the place of the mark there is its colour.
    const QColor colour = frame()->view()->plot().theme().warning;
    const auto painted = [&] {
        const QImage shown = frame()->view()->grab().toImage();
        int count = 0;
        for (int x = shown.width() / 2; x < shown.width(); ++x) {
            for (int y = 0; y < shown.height() / 4; ++y)
                count += shown.pixelColor(x, y) == colour ? 1 : 0;
        }
        return count;
    };
    QTRY_VERIFY(painted() > 100);
    replay().stop();
    QCOMPARE(frame()->view()->plot().mark(), QString());
    QTRY_COMPARE(painted(), 0);
}

void TestReplay::whatIsExportedIsMarked()
{
    m_fakes->session.show(std::make_shared<const Session>(stored()));
    const auto svg = [this] { return QString::fromUtf8(chartSvg(frame()->view()->plot(), {})); };
    QVERIFY(!svg().contains(u"Recorded"_s));
    const QImage plain = chartImage(frame()->view()->plot(), {});
    begin();
    replay().seek(24);
    QTRY_VERIFY(svg().contains(u">Recorded<"_s)); // a text, not its outline
    QVERIFY(svg().contains(u"Recorded. "_s));     // in the description
    // The same data: nothing but the mark differs.
    QTRY_COMPARE(static_cast<TimeChart*>(frame()->view())->timePlot().data().pointCount(), 120);
    const QImage marked = chartImage(frame()->view()->plot(), {});
    QCOMPARE(marked.size(), plain.size());
    QRect differing;
    for (int x = 0; x < plain.width(); ++x) {
        for (int y = 0; y < plain.height(); ++y) {
            if (plain.pixel(x, y) != marked.pixel(x, y))
                differing |= QRect(x, y, 1, 1);
        }
    }
    QVERIFY(!differing.isEmpty());
    QVERIFY2(
        differing.left() > plain.width() * 3 / 4 && differing.bottom() < plain.height() / 3,
        qPrintable(
            u"%1 %2 %3 %4"_s.arg(differing.x()).arg(differing.y()).arg(differing.width()).arg(differing.height())));
    frame()->copyChart();
    ExportOptions stamped; // what leaves the window says where it comes from
    stamped.stamp = chartStamp(m_fakes->session.session());
    const QImage copied = chartImage(frame()->view()->plot(), stamped);
    QCOMPARE(QGuiApplication::clipboard()->image().convertToFormat(copied.format()), copied);
    const QString path = m_fakes->machine.path(u"chart.svg"_s);
    QSignalSpy exported(frame(), &ChartFrame::exported);
    frame()->saveSvg(path, {});
    QTRY_COMPARE(exported.size(), 1);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains(">Recorded<"));
}

void TestReplay::runEndsIt()
{
    begin();
    replay().play();
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QVERIFY(m_window->flow().isBusy());
    QVERIFY(!replay().isActive());
    QVERIFY(!bar()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 60'000);
    QVERIFY(!m_fakes->session.isRecorded());
    QCOMPARE(m_fakes->session.runCount(), 4);
}

void TestReplay::isRefusedWhileMeasuring()
{
    qputenv("BV_FAKE_PACE", "0.3");
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QTRY_VERIFY(m_fakes->session.isLive());
    find<QAction>("replayAction")->trigger();
    QVERIFY(!replay().isActive());
    QVERIFY(!find<QAction>("replayAction")->isChecked());
    QVERIFY(m_window->findChild<MessageBar*>()->text().contains(u"being measured"_s));
    QVERIFY(m_fakes->session.isLive());
    QVERIFY(!find<QAction>("replaySession")->isEnabled());
}

void TestReplay::controlsHaveNames()
{
    begin();
    const QList<QWidget*> all = bar()->findChildren<QWidget*>();
    for (const QWidget* widget : all) {
        if (widget->focusPolicy() != Qt::NoFocus && widget->isVisibleTo(bar()))
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
    QCOMPARE(find<QToolButton>("replayPlay")->accessibleName(), u"Play (Space)"_s);
    replay().play();
    QCOMPARE(find<QToolButton>("replayPlay")->accessibleName(), u"Pause (Space)"_s);
}

QTEST_MAIN(TestReplay)
#include "tst_replay.moc"
