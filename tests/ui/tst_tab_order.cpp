#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "support/window_tour.h"

#include <QRadioButton>
#include <QSet>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

constexpr int mostPresses = 400;

QString nameOf(const QWidget* widget)
{
    return widget ? QLatin1String(widget->metaObject()->className()) + u' ' + widget->objectName() : u"nothing"_s;
}

/// Every control of the column that Tab must meet.
QSet<QWidget*> stopsOf(const SetupPanel& panel)
{
    QSet<QWidget*> stops;
    const QList<QWidget*> all = panel.findChildren<QWidget*>();
    for (QWidget* widget : all) {
        const auto* radio = qobject_cast<const QRadioButton*>(widget);
        const bool part = widget->focusProxy() || qobject_cast<QComboBox*>(widget->parentWidget()) ||
                          qobject_cast<QAbstractSpinBox*>(widget->parentWidget());
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0 && !part &&
            widget->window() == panel.window() && !(radio && !radio->isChecked()))
            stops << widget;
    }
    return stops;
}

/// Where it stands in the column, wherever that is scrolled to.
QRect placeOf(const QWidget* widget, const SetupPanel& panel)
{
    const QWidget* content = panel.findChild<QScrollArea*>(u"setupScroll"_s)->widget();
    return {widget->mapTo(content, QPoint()), widget->size()};
}

bool comesAfter(const QRect& next, const QRect& before)
{
    constexpr int rim = 2;
    const bool below = next.top() >= before.bottom() - rim;
    const bool beside = next.left() >= before.right() - rim && next.bottom() > before.top();
    return below || beside;
}

/// Presses `key` from `first` on until the focus is outside of the column or back. What was met, `first` included.
QList<QWidget*> walk(QWidget* first, const SetupPanel& panel, Qt::Key key)
{
    QList<QWidget*> met{first};
    first->setFocus();
    for (int i = 0; i < mostPresses; ++i) {
        QTest::keyClick(QApplication::focusWidget(), key, key == Qt::Key_Backtab ? Qt::ShiftModifier : Qt::NoModifier);
        QWidget* now = QApplication::focusWidget();
        if (!now || now == first || !panel.isAncestorOf(now))
            break;
        met << now;
    }
    return met;
}

/// What is wrong with the way of Tab through the column; empty if nothing is.
QString faultOf(const SetupPanel& panel)
{
    auto* first = panel.findChild<QWidget*>(u"planName"_s);
    const QList<QWidget*> met = walk(first, panel, Qt::Key_Tab);
    for (qsizetype i = 1; i < met.size(); ++i) {
        if (!comesAfter(placeOf(met.at(i), panel), placeOf(met.at(i - 1), panel)))
            return u"%1 is met after %2"_s.arg(nameOf(met.at(i)), nameOf(met.at(i - 1)));
    }
    QSet<QWidget*> missed = stopsOf(panel);
    missed.subtract(QSet<QWidget*>(met.cbegin(), met.cend()));
    if (!missed.isEmpty())
        return u"not met: %1"_s.arg(nameOf(*missed.cbegin()));
    QList<QWidget*> back = walk(met.last(), panel, Qt::Key_Backtab);
    std::reverse(back.begin(), back.end());
    return back == met ? QString() : u"another way back, from %1"_s.arg(nameOf(met.last()));
}

} // namespace

/// Tab goes through the setup column from top to bottom, whenever its fields were made.
class TestTabOrder : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void meetsTestsSwitchedOnLate();
    void meetsWhatATargetHas();
    void meetsWhatAnotherPlanBrings();
    void goesThroughTheWholeWindow();
};

void TestTabOrder::meetsTestsSwitchedOnLate()
{
    SetupWindow window;
    QVERIFY(window.show());
    QTRY_COMPARE(faultOf(window.panel), QString());
    window.expandAll();
    QTRY_COMPARE(faultOf(window.panel), QString());
    for (const QString& test : {u"mutex"_s, u"fileio"_s, u"threads"_s, u"memory"_s}) {
        auto* check = window.child(u"suite."_s + test);
        check->setFocus();
        QTest::keyClick(check, Qt::Key_Space);
        QTest::keyClick(check, Qt::Key_Tab); // at once, into the first field of the test
        QVERIFY2(QApplication::focusWidget()->objectName().startsWith(test + u'.'),
                 qPrintable(nameOf(QApplication::focusWidget())));
        QTRY_COMPARE(faultOf(window.panel), QString());
    }
    QTest::keyClick(window.child(u"suite.cpu"_s), Qt::Key_Space);
    QTRY_COMPARE(faultOf(window.panel), QString());
    QTest::keyClick(window.child(u"repeats.mode"_s), Qt::Key_Down);
    QTRY_COMPARE(faultOf(window.panel), QString());
    window.child<QRadioButton>(u"commands.all"_s)->click();
    QTRY_COMPARE(faultOf(window.panel), QString());
}

void TestTabOrder::meetsWhatATargetHas()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    for (const TargetKind kind : {TargetKind::Host, TargetKind::Qemu, TargetKind::Docker}) {
        TargetSettings target;
        target.kind = kind;
        window.select(window.plan().addTargets({target}));
        QTRY_COMPARE(faultOf(window.panel), QString());
    }
    TargetSettings target = window.plan().target(4);
    target.docker.image = u"ubuntu:22.04"_s;
    window.plan().setTarget(4, target);
    QVERIFY(window.child(u"container.pull"_s)->isVisible());
    QTRY_COMPARE(faultOf(window.panel), QString());
    window.select(1);
    window.type(u"vm.smp"_s, u"0"_s);
    QTRY_COMPARE(faultOf(window.panel), QString());
    QTest::mouseClick(window.child(u"removeTarget"_s), Qt::LeftButton); // the message has buttons
    QVERIFY(window.child(u"messageAction"_s)->isVisible());
    QTRY_COMPARE(faultOf(window.panel), QString());
}

void TestTabOrder::meetsWhatAnotherPlanBrings()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    Plan plan = fakePlan({u"qemu"_s, u"docker"_s});
    plan.suites << fileioSuite() << plan.suites.first() << Suite{sysbench::Test::Memory, {}};
    plan.suites.first().parameters << SuiteParameter{u"histogram"_s, {true}};
    plan.suites[1].parameters = {{u"file_test_mode"_s, {u"seqrd"_s, u"unknown"_s}}}; // gets a box of its own
    window.plan().setPlan(plan);
    QTRY_VERIFY(window.child(u"suite.cpu2"_s)->isVisible());
    QTRY_COMPARE(faultOf(window.panel), QString());
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QTRY_COMPARE(faultOf(window.panel), QString());
}

void TestTabOrder::goesThroughTheWholeWindow()
{
    WindowTour tour;
    QVERIFY(tour.open({1280, 800}));
    const auto& panel = *tour.window().findChild<SetupPanel*>();
    QTRY_COMPARE(faultOf(panel), QString());
    for (const QString& test : {u"threads"_s, u"memory"_s})
        QTest::keyClick(panel.findChild<QWidget*>(u"suite."_s + test), Qt::Key_Space);
    auto* list = panel.findChild<QAbstractItemView*>(u"targetList"_s);
    list->selectionModel()->setCurrentIndex(list->model()->index(1, 0), QItemSelectionModel::ClearAndSelect);
    QTRY_COMPARE(faultOf(panel), QString());
    // On from the last of the column: through all others, and back to the first.
    auto* first = panel.findChild<QWidget*>(u"planName"_s);
    QWidget* now = walk(first, panel, Qt::Key_Tab).last();
    now->setFocus();
    int presses = 0;
    do {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        now = QApplication::focusWidget();
    } while (now && !panel.isAncestorOf(now) && ++presses < mostPresses);
    QVERIFY(presses > 2); // tabs, plan, environment
    QCOMPARE(nameOf(now), nameOf(first));
}

QTEST_MAIN(TestTabOrder)
#include "tst_tab_order.moc"
