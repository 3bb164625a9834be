#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "widgets/section.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QLabel>
#include <QWheelEvent>

using namespace Qt::StringLiterals;
using namespace bv;

/// How the setup column answers to keys, wheel and assistive tools, and that it fits.
class TestSetupLook : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void wheelTurnsThePage();
    void sectionsOpenByKeys();
    void everythingHasAName();
    void rowsFollowTheWidth();
    void nothingIsCut_data();
    void nothingIsCut();
};

void TestSetupLook::wheelTurnsThePage()
{
    SetupWindow window;
    QVERIFY(window.show({320, 400}));
    window.select(1);
    auto* spin = window.child<QAbstractSpinBox>(u"vm.smp"_s);
    const QString before = spin->text();
    const QPointF at(5, 5);
    QWheelEvent wheel(at, spin->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(spin, &wheel);
    QCOMPARE(spin->text(), before);
    QVERIFY(!wheel.isAccepted()); // goes to the page
}

void TestSetupLook::sectionsOpenByKeys()
{
    SetupWindow window;
    QVERIFY(window.show());
    auto* header = window.child<SectionHeader>(u"repeatsHeader"_s);
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(header);
    QVERIFY(accessible->state().expandable && accessible->state().collapsed && !accessible->state().expanded);
    header->setFocus();
    QTest::keyClick(header, Qt::Key_Space);
    QVERIFY(window.child(u"repeats.repeats"_s)->isVisible());
    QVERIFY(accessible->state().expanded && !accessible->state().collapsed);
    QTest::keyClick(header, Qt::Key_Return);
    QVERIFY(!window.child(u"repeats.repeats"_s)->isVisible());
    QTest::keyClick(header, Qt::Key_Right);
    QTest::keyClick(header, Qt::Key_Right);
    QVERIFY(header->isExpanded());
    QTest::keyClick(header, Qt::Key_Left);
    QVERIFY(!header->isExpanded());
    QTest::mouseClick(header, Qt::LeftButton);
    QVERIFY(header->isExpanded());
    QVERIFY(window.panel.expandedSections().contains(u"repeats"_s));
}

void TestSetupLook::everythingHasAName()
{
    SetupWindow window;
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QVERIFY(window.show());
    window.expandAll();
    for (int row : {0, window.plan().targetCount() - 1}) {
        window.select(row);
        const QList<QWidget*> all = window.panel.findChildren<QWidget*>();
        for (QWidget* widget : all) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            // The line of a combo or spin box belongs to it.
            if (qobject_cast<QComboBox*>(widget->parent()) || qobject_cast<QAbstractSpinBox*>(widget->parent()))
                continue;
            const QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + u' ' + widget->objectName()));
        }
    }
}

void TestSetupLook::rowsFollowTheWidth()
{
    SetupWindow window;
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QVERIFY(window.show({600, 700}));
    const QListView* list = window.list();
    const auto placed = [list] {
        int y = list->visualRect(list->model()->index(0, 0)).top();
        for (int row = 0; row < list->model()->rowCount(); ++row) {
            const QModelIndex index = list->model()->index(row, 0);
            if (list->visualRect(index).top() != y || list->visualRect(index).width() != list->viewport()->width())
                return false;
            y += list->sizeHintForIndex(index).height();
        }
        return true;
    };
    QTRY_VERIFY(placed());
    window.panel.resize(300, 700);
    QTRY_VERIFY(list->viewport()->width() < 300 && placed());
    TargetSettings target = window.plan().target(1);
    target.label = QString(90, u'x'); // no place to break
    window.plan().setTarget(1, target);
    QTRY_VERIFY(placed());
    QVERIFY(list->visualRect(list->model()->index(1, 0)).height() >
            list->visualRect(list->model()->index(0, 0)).height());
    window.panel.resize(500, 700);
    QTRY_VERIFY(list->viewport()->width() > 300 && placed());
}

void TestSetupLook::nothingIsCut_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("300") << 300;
    QTest::newRow("340") << 340;
}

void TestSetupLook::nothingIsCut()
{
    QFETCH(int, width);
    SetupWindow window;
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QVERIFY(window.show({width, 700}));
    window.expandAll();
    for (const QString& name : {u"threads"_s, u"mutex"_s})
        QTest::keyClick(window.child(u"suite."_s + name), Qt::Key_Space);
    const auto* area = window.child<QScrollArea>(u"setupScroll"_s);
    for (int row : {0, window.plan().targetCount() - 1}) {
        window.select(row);
        QTRY_VERIFY(area->widget()->width() <= area->viewport()->width());
        const QList<QWidget*> all = window.panel.findChildren<QWidget*>();
        for (const QWidget* widget : all) {
            const auto* label = qobject_cast<const QLabel*>(widget);
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            if (!widget->isVisible() || (!label && !button) || qobject_cast<const SectionHeader*>(widget))
                continue;
            if (!area->widget()->isAncestorOf(widget))
                continue;
            const QString text = label ? label->text() : button->text();
            const int right = widget->mapTo(area->widget(), QPoint(widget->width(), 0)).x();
            QVERIFY2(right <= area->viewport()->width(), qPrintable(text));
            if (label && label->wordWrap())
                QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(text));
            else if (!text.isEmpty())
                QVERIFY2(widget->width() >= widget->sizeHint().width(), qPrintable(text));
        }
    }
}

QTEST_MAIN(TestSetupLook)
#include "tst_setup_look.moc"
