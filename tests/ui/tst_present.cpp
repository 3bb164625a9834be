#include "charts/legend.h"
#include "charts/plot.h"
#include "main_window.h"
#include "pages/present_view.h"
#include "session_flow.h"
#include "support/chart_session.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "window_settings.h"

#include <QAction>
#include <QLabel>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// The window for the projector.
class TestPresent : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();

    void saysWhatToDoWhenEmpty();
    void goesThroughTheFindings();
    void showsTheChartOfAFinding();
    void playsAReplay();
    void showsWhatIsMeasured();
    void blanksAndShowsKeys();
    void leavesWithoutStopping();
    void typeGrowsWithTheWindow_data();
    void typeGrowsWithTheWindow();
    void followsTheTheme();
    void anotherSessionBeginsAnew();

private:
    static Session stored(const QStringList& targets = {u"docker"_s, u"qemu"_s})
    {
        Session session = sample::chartSession(sample::chartPlan(targets, 3, 10));
        session.name = u"Lab 7"_s;
        return session;
    }
    void show(const Session& session) { m_fakes->session.show(std::make_shared<const Session>(session)); }
    PresentView* present()
    {
        m_window->findChild<QAction*>(u"presentAction"_s)->trigger();
        auto* view = m_window->findChild<PresentView*>();
        if (view)
            (void)QTest::qWaitForWindowActive(view);
        return view;
    }
    QString text(const char* name) const
    {
        return m_window->findChild<PresentView*>()->findChild<QLabel*>(QString::fromLatin1(name))->text();
    }
    bool isMarked() const
    {
        return m_window->findChild<PresentView*>()->findChild<QLabel*>(u"recordedPill"_s)->isVisible();
    }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<WindowSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestPresent::init()
{
    m_fakes = std::make_unique<FakeServices>();
    QVERIFY(m_fakes->machine.makeGuest());
    Paths paths;
    paths.state = m_fakes->machine.path(u"statehome"_s);
    m_settings = std::make_unique<WindowSettings>(paths);
    m_window = std::make_unique<MainWindow>(m_fakes->services, *m_settings);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestPresent::cleanup()
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

void TestPresent::saysWhatToDoWhenEmpty()
{
    QTest::keyClick(m_window.get(), Qt::Key_F11);
    auto* view = m_window->findChild<PresentView*>();
    QVERIFY(view);
    QVERIFY(view->isFullScreen());
    QVERIFY(view->sentence().contains(u"press Run"_s));
    QVERIFY(!view->plot());
    QVERIFY(!isMarked());
    QCOMPARE(view->slideCount(), 1);
    QTest::keyClick(view, Qt::Key_Right); // to nothing
    QCOMPARE(view->slide(), 0);
}

void TestPresent::goesThroughTheFindings()
{
    show(stored());
    PresentView* view = present();
    QTRY_VERIFY(view->slideCount() > 6);
    QCOMPARE(view->slide(), 1); // a stored session is about what was found
    QVERIFY(isMarked());
    QVERIFY(text("presentStatus").startsWith(u"Lab 7, "_s));
    QVERIFY(!view->sentence().isEmpty());
    const QString first = view->sentence();
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(view->slide(), 2);
    QVERIFY(view->sentence() != first);
    QVERIFY(text("presentCount").startsWith(u"Finding 2 of "_s));
    QCOMPARE(view->accessibleDescription(), view->sentence());
    QTest::keyClick(view, Qt::Key_PageUp);
    QCOMPARE(view->sentence(), first);
    QTest::keyClick(view, Qt::Key_Left); // what is going on
    QCOMPARE(view->slide(), 0);
    QVERIFY(view->plot());
    QTest::keyClick(view, Qt::Key_Left);
    QCOMPARE(view->slide(), 0);
    QTest::keyClick(view, Qt::Key_End);
    QCOMPARE(view->slide(), view->slideCount() - 1);
    QTest::keyClick(view, Qt::Key_PageDown);
    QCOMPARE(view->slide(), view->slideCount() - 1);
    QTest::keyClick(view, Qt::Key_Home);
    QCOMPARE(view->slide(), 0);
    QTest::keyClick(view, Qt::Key_Tab); // nowhere to go
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QCOMPARE(view->slide(), 1);
}

void TestPresent::showsTheChartOfAFinding()
{
    show(stored());
    PresentView* view = present();
    QTRY_VERIFY(view->slideCount() > 6);
    QSet<QString> headings;
    for (qsizetype i = 1; i < view->slideCount(); ++i) {
        view->goTo(i);
        if (!view->plot())
            continue;
        headings << view->heading();
        if (view->heading() == "cpu 50000"_L1) {
            QCOMPARE(view->plot()->stem(), u"cpu-results"_s);
            QVERIFY(view->plot()->summary().startsWith(u"cpu 50000: "_s)); // only that one
            QVERIFY(!view->plot()->summary().contains(u"cpu 20000"_s));
        } else if (view->heading() == "fileio seqrd"_L1) {
            QCOMPARE(view->plot()->stem(), u"fileio-results"_s);
        }
    }
    QVERIFY(headings.contains(u"cpu 50000"_s));
    QVERIFY(headings.contains(u"fileio seqrd"_s));
}

void TestPresent::playsAReplay()
{
    show(stored());
    m_window->findChild<QAction*>(u"replayAction"_s)->trigger();
    SessionReplay& replay = m_window->flow().player();
    replay.seek(3);
    PresentView* view = present();
    const auto isLegendSeen = [view] { // that of the chart that is shown, in full
        const QList<Legend*> legends = view->findChildren<Legend*>();
        return std::any_of(legends.cbegin(), legends.cend(), [](const Legend* one) {
            return one->isVisible() && one->height() > 0 && one->height() >= one->heightForWidth(one->width()) &&
                   one->findChildren<LegendButton*>().size() == 2;
        });
    };
    QTRY_VERIFY(isLegendSeen());
    QCOMPARE(view->slide(), 0);
    QVERIFY(isMarked());
    QVERIFY(view->plot());
    QVERIFY(replay.isPlaying());
    QTest::keyClick(view, Qt::Key_Space);
    QVERIFY(!replay.isPlaying());
    QTRY_VERIFY(text("presentState").startsWith(u"paused"_s));
    QTest::keyClick(view, Qt::Key_Plus);
    QTest::keyClick(view, Qt::Key_Plus);
    QCOMPARE(replay.speed(), 5);
    QTest::keyClick(view, Qt::Key_Minus);
    QCOMPARE(replay.speed(), 2);
    replay.seek(9);
    QTRY_COMPARE(text("presentState"), u"paused · 2× · 9 of 36 runs"_s);
    QTRY_VERIFY(view->sentence().contains(u"as fast as"_s));
    QVERIFY(view->plot()->stem().startsWith(u"cpu"_s) || view->plot()->stem().startsWith(u"fileio"_s));
    QTRY_VERIFY(view->slideCount() > 1); // of the runs so far
    const qsizetype early = view->slideCount();
    QTest::keyClick(view, Qt::Key_Space);
    QVERIFY(replay.isPlaying());
    replay.seek(36);
    QTRY_VERIFY(view->slideCount() > early);
    QVERIFY(isMarked());
    replay.stop();
    QVERIFY(isMarked()); // it was measured earlier all the same
}

void TestPresent::showsWhatIsMeasured()
{
    qputenv("BV_FAKE_PACE", "0.2");
    PresentView* view = present();
    m_window->findChild<QAction*>(u"runAction"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.isLive(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(text("presentStatus").startsWith(u"Running cpu "_s), 20'000);
    QVERIFY(!isMarked());
    QCOMPARE(view->slide(), 0);
    QVERIFY(view->plot());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 60'000);
    QTRY_VERIFY(isMarked());
    QTRY_VERIFY(view->slideCount() > 1);
}

void TestPresent::blanksAndShowsKeys()
{
    show(stored());
    PresentView* view = present();
    QTest::keyClick(view, Qt::Key_B);
    QVERIFY(view->isBlank());
    QCOMPARE(view->grab().toImage().pixelColor(view->rect().center()), QColor(Qt::black));
    QTest::keyClick(view, Qt::Key_B);
    QVERIFY(!view->isBlank());
    QTest::keyClick(view, Qt::Key_Question, Qt::ShiftModifier);
    QVERIFY(view->areKeysShown());
    QVERIFY(view->rect().contains(view->findChild<QLabel*>(u"presentKeys"_s)->geometry()));
    QTest::keyClick(view, Qt::Key_Escape);
    QVERIFY(!view->areKeysShown());
    QTest::keyClick(view, Qt::Key_Period);
    QVERIFY(view->isBlank());
    QTest::keyClick(view, Qt::Key_Escape);
    QVERIFY(!view->isBlank());
    QVERIFY(view->isVisible());
    QTest::keyClick(view, Qt::Key_Escape);
    QTRY_VERIFY(!m_window->findChild<PresentView*>());
}

void TestPresent::leavesWithoutStopping()
{
    qputenv("BV_FAKE_PACE", "0.3");
    m_window->findChild<QAction*>(u"runAction"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(m_fakes->session.isLive(), 20'000);
    PresentView* view = present();
    QTest::keyClick(view, Qt::Key_Escape);
    QTRY_VERIFY(!m_window->findChild<PresentView*>());
    QVERIFY(m_window->flow().isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->flow().isBusy(), 60'000);
    for (qsizetype run = 0; run < m_fakes->session.runCount(); ++run)
        QCOMPARE(m_fakes->session.runState(run), RunState::Ok);
}

void TestPresent::typeGrowsWithTheWindow_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("XGA") << QSize(1024, 768);
    QTest::newRow("full HD") << QSize(1920, 1080);
    QTest::newRow("small") << QSize(640, 480);
}

void TestPresent::typeGrowsWithTheWindow()
{
    QFETCH(QSize, size);
    show(stored({u"docker"_s, u"docker-1c"_s, u"qemu"_s, u"qemu-1c"_s, u"qemu-kvm"_s}));
    PresentView* view = present();
    view->showNormal();
    view->resize(size);
    QTRY_COMPARE(view->size(), size);
    QTRY_VERIFY(view->slideCount() > 6);
    auto* sentence = view->findChild<QLabel*>(u"presentSentence"_s);
    for (qsizetype i = 0; i < view->slideCount(); ++i) {
        view->goTo(i);
        QCoreApplication::processEvents();
        const QList<QLabel*> labels = view->findChildren<QLabel*>();
        for (const QLabel* label : labels) {
            if (!label->isVisible() || label->text().isEmpty())
                continue;
            QVERIFY2(view->rect().contains(QRect(label->mapTo(view, QPoint()), label->size())),
                     qPrintable(label->text()));
            QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
        }
        QVERIFY2(QFontMetrics(sentence->font()).height() >= size.height() / 50, qPrintable(sentence->text()));
        if (view->plot())
            QVERIFY2(view->plot()->plotArea().height() > size.height() / 4, qPrintable(sentence->text()));
    }
}

void TestPresent::followsTheTheme()
{
    show(stored());
    PresentView* view = present();
    QVERIFY(view->plot());
    for (const auto scheme : {Appearance::Scheme::Dark, Appearance::Scheme::Light}) {
        m_fakes->appearance.setScheme(scheme);
        QCoreApplication::processEvents();
        QCOMPARE(view->plot()->theme().dark, scheme == Appearance::Scheme::Dark);
        QCOMPARE(view->grab().toImage().pixelColor(2, 2), m_fakes->appearance.theme().card);
    }
}

void TestPresent::anotherSessionBeginsAnew()
{
    show(stored());
    PresentView* view = present();
    QTRY_VERIFY(view->slideCount() > 6);
    view->goTo(5);
    Session small = stored();
    small.runs.clear();
    show(small);
    QTRY_COMPARE(view->slideCount(), 1);
    QCOMPARE(view->slide(), 0);
    m_fakes->session.clear();
    QTRY_VERIFY(view->sentence().contains(u"press Run"_s));
}

QTEST_MAIN(TestPresent)
#include "tst_present.moc"
