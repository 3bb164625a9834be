#include "dialogs/vary_dialog.h"
#include "models/target_list_model.h"
#include "panels/target_delegate.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"

#include <QAction>
#include <QLabel>
#include <QLayout>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

QStringList idsOf(const PlanDocument& plan)
{
    QStringList ids;
    for (const TargetSettings& target : plan.plan().targets)
        ids << target.id;
    return ids;
}

Plan manyTargets(int count)
{
    Plan plan = fakePlan({u"docker"_s});
    for (int i = 1; i < count; ++i) {
        TargetSettings target = plan.targets.first();
        target.id = u"t%1"_s.arg(i);
        target.kind = i % 2 == 0 ? TargetKind::Docker : TargetKind::Qemu;
        plan.targets << target;
    }
    return plan;
}

/// Of the VM: with 1 and with 2 CPUs.
void makeGridOfTwo(SetupWindow& window)
{
    window.select(1);
    QTest::mouseClick(window.child(u"varyTarget"_s), Qt::LeftButton);
    window.type(u"varyCpus"_s, u"1, 2"_s);
    QTest::mouseClick(window.child(u"varyAccept"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 3);
    QTRY_VERIFY(!window.child(u"varyDialog"_s));
    window.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window.panel));
}

} // namespace

class TestTargetList : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void addsByKeys();
    void addsByMouse();
    void duplicates();
    void removesAndUndoesByKeys();
    void undoesByMouse();
    void removesSeveral();
    void forgetsUndoWithAnotherPlan();
    void reordersByKeys();
    void renames();
    void switchesOffByKeysAndMouse();
    void menuOffersAll();
    void renamesByMouse();
    void variesAndUndoes();
    void takesNoGridBackThatWasEdited_data();
    void takesNoGridBackThatWasEdited();
    void takesBackStepByStep();
    void variesBesideTheOriginal();
    void refusesWrongGrids();
    void variesContainers();
    void followsFromOutside();
    void emptyListSaysWhatToDo();
    void livesWithManyTargets();
};

void TestTargetList::addsByKeys()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Insert);
    auto* menu = window.child<QMenu>(u"addTargetMenu"_s);
    QTRY_VERIFY(menu->isVisible());
    QTest::keyClick(menu, Qt::Key_V);
    QTRY_COMPARE(window.plan().targetCount(), 3);
    QCOMPARE(window.plan().target(2).kind, TargetKind::Qemu);
    QCOMPARE(window.plan().target(2).qemu.smp, 1); // as large as the others
    QCOMPARE(window.plan().target(2).qemu.memoryMib, 256);
    QCOMPARE(window.list()->currentIndex().row(), 2);
    QVERIFY(window.child(u"vm.smp"_s)->isVisible());
    QVERIFY(window.list()->hasFocus());
}

void TestTargetList::addsByMouse()
{
    SetupWindow window;
    QVERIFY(window.show());
    QTest::mouseClick(window.child(u"addTarget"_s), Qt::LeftButton);
    auto* menu = window.child<QMenu>(u"addTargetMenu"_s);
    QTRY_VERIFY(menu->isVisible());
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(window.child<QAction>(u"addHost"_s)).center());
    QTRY_COMPARE(window.plan().targetCount(), 3);
    QCOMPARE(window.plan().target(2).kind, TargetKind::Host);
    QVERIFY(!window.child(u"varyTarget"_s)->isEnabled()); // there is nothing to vary
}

void TestTargetList::duplicates()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.list()->setFocus();
    window.select(0);
    QTest::keyClick(window.list(), Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(window.plan().targetCount(), 3);
    QCOMPARE(window.list()->currentIndex().row(), 1);
    QTest::mouseClick(window.child(u"duplicateTarget"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 4);
    QStringList ids = idsOf(window.plan());
    QCOMPARE(ids.removeDuplicates(), 0);
}

void TestTargetList::removesAndUndoesByKeys()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.plan().setEnabled(0, false);
    const Plan before = window.plan().plan();
    window.list()->setFocus();
    window.select(0);
    QTest::keyClick(window.list(), Qt::Key_Delete);
    QCOMPARE(idsOf(window.plan()), QStringList{u"qemu"_s});
    QVERIFY(window.child(u"messageBar"_s)->isVisible());
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan(), before);
    QVERIFY(!window.plan().isEnabled(0));
    QVERIFY(!window.child(u"messageBar"_s)->isVisible());
    QCOMPARE(window.list()->currentIndex().row(), 0);
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier); // nothing left to undo
    QCOMPARE(window.plan().plan(), before);
}

void TestTargetList::undoesByMouse()
{
    SetupWindow window;
    QVERIFY(window.show());
    const Plan before = window.plan().plan();
    window.select(1);
    QTest::mouseClick(window.child(u"removeTarget"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 1);
    QTest::mouseClick(window.child(u"messageAction"_s), Qt::LeftButton);
    QCOMPARE(window.plan().plan(), before);
}

void TestTargetList::removesSeveral()
{
    SetupWindow window;
    window.plan().setPlan(manyTargets(6));
    QVERIFY(window.show());
    const Plan before = window.plan().plan();
    window.list()->setFocus();
    window.select(4);
    QTest::keyClick(window.list(), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(window.list(), Qt::Key_Delete);
    QCOMPARE(window.plan().targetCount(), 4);
    QCOMPARE(window.list()->currentIndex().row(), 3);
    QTest::keyClick(window.list(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(window.list(), Qt::Key_Delete);
    QCOMPARE(window.plan().targetCount(), 0);
    QVERIFY(!window.child(u"targetEditor"_s)->isVisible());
    // The list is gone with its rows: the focus must not be lost, nor the way back.
    QTest::mouseClick(window.child(u"messageAction"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 4);
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan(), before);
}

void TestTargetList::forgetsUndoWithAnotherPlan()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    QTest::mouseClick(window.child(u"removeTarget"_s), Qt::LeftButton);
    QVERIFY(window.plan().loadPreset(u"quick"_s));
    QVERIFY(!window.child(u"messageBar"_s)->isVisible());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().targetCount(), 2);
    QCOMPARE(window.plan().preset(), u"quick"_s);
}

void TestTargetList::reordersByKeys()
{
    SetupWindow window;
    window.plan().setPlan(manyTargets(3));
    QVERIFY(window.show());
    window.list()->setFocus();
    window.select(0);
    QTest::keyClick(window.list(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(idsOf(window.plan()), (QStringList{u"t1"_s, u"docker"_s, u"t2"_s}));
    QCOMPARE(window.list()->currentIndex().row(), 1);
    QTest::keyClick(window.list(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(window.list(), Qt::Key_Down, Qt::AltModifier); // the end
    QCOMPARE(idsOf(window.plan()), (QStringList{u"t1"_s, u"t2"_s, u"docker"_s}));
    QTest::mouseClick(window.child(u"moveTargetUp"_s), Qt::LeftButton);
    QCOMPARE(idsOf(window.plan()), (QStringList{u"t1"_s, u"docker"_s, u"t2"_s}));
    QCOMPARE(window.list()->selectionModel()->selectedRows().size(), 1);
}

void TestTargetList::renames()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.list()->setFocus();
    window.select(1);
    QTest::keyClick(window.list(), Qt::Key_F2);
    auto* edit = window.child<QLineEdit>(u"targetName"_s);
    QVERIFY(edit);
    edit->selectAll();
    QTest::keyClicks(edit, u"My machine"_s);
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(window.plan().target(1).label, u"My machine"_s);
    QCOMPARE(window.child<QLabel>(u"targetTitle"_s)->text(), u"My machine"_s);
    QTest::keyClick(window.list(), Qt::Key_F2);
    edit = window.list()->findChildren<QLineEdit*>(u"targetName"_s).last();
    edit->selectAll();
    QTest::keyClicks(edit, u"Other"_s);
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(window.plan().target(1).label, u"My machine"_s);
}

void TestTargetList::switchesOffByKeysAndMouse()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.list()->setFocus();
    window.select(0);
    QTest::keyClick(window.list(), Qt::Key_Space);
    QVERIFY(!window.plan().isEnabled(0));
    QTest::keyClick(window.list(), Qt::Key_Space);
    QVERIFY(window.plan().isEnabled(0));
    const QRect row = window.list()->visualRect(window.list()->model()->index(1, 0));
    QTest::mouseClick(window.list()->viewport(), Qt::LeftButton, {}, TargetDelegate::checkRect(row).center());
    QVERIFY(!window.plan().isEnabled(1));
    QTest::mouseClick(window.list()->viewport(), Qt::LeftButton, {}, row.center()); // selects only
    QVERIFY(!window.plan().isEnabled(1));
    QCOMPARE(window.list()->currentIndex().row(), 1);
}

void TestTargetList::menuOffersAll()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    const QPoint at = window.list()->visualRect(window.list()->currentIndex()).center();
    const auto open = [&] { emit window.list()->customContextMenuRequested(at); };
    open();
    auto* menu = window.child<QMenu>(u"targetMenu"_s);
    QTRY_VERIFY(menu->isVisible());
    QCOMPARE(menu->actions().size(), 7);
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QVERIFY(!window.plan().isEnabled(0));
    open();
    QCOMPARE(window.child<QAction>(u"switchTarget"_s)->text(), u"Switch on"_s);
    window.child<QAction>(u"switchTarget"_s)->trigger();
    QVERIFY(window.plan().isEnabled(0));
    menu->close();
}

void TestTargetList::renamesByMouse()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    QTest::mouseClick(window.child(u"renameTarget"_s), Qt::LeftButton);
    auto* edit = window.child<QLineEdit>(u"targetName"_s);
    QVERIFY(edit && edit->hasFocus());
    QTest::keyClick(edit, Qt::Key_F2); // it is being renamed already
    edit->selectAll();
    QTest::keyClicks(edit, u"Box"_s);
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(window.plan().target(0).label, u"Box"_s);
}

void TestTargetList::variesAndUndoes()
{
    SetupWindow window;
    QVERIFY(window.show());
    const Plan before = window.plan().plan();
    window.list()->setFocus();
    window.select(1);
    QTest::keyClick(window.list(), Qt::Key_G, Qt::ControlModifier);
    auto* dialog = window.child<VaryDialog>(u"varyDialog"_s);
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->isVisible());
    window.type(u"varyCpus"_s, u"1, 2"_s);
    window.type(u"varyMemory"_s, u"256, 512"_s);
    QTest::keyClick(window.child(u"varyFormat.qcow2"_s), Qt::Key_Space);
    auto* outcome = window.child<QLabel>(u"varyOutcome"_s);
    QTRY_VERIFY2(outcome->text().contains("New targets: 8"_L1), qPrintable(outcome->text()));
    QVERIFY2(outcome->text().contains("18 run"_L1), qPrintable(outcome->text())); // 9 targets, 2 repeats
    QTest::mouseClick(window.child(u"varyAccept"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 9);
    QVERIFY(!idsOf(window.plan()).contains(u"qemu"_s));
    QVERIFY2(idsOf(window.plan()).contains(u"qemu-2c-512m-qcow2"_s), qPrintable(idsOf(window.plan()).join(u' ')));
    QVERIFY(window.plan().canRun());
    window.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window.panel));
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan(), before);
}

void TestTargetList::takesNoGridBackThatWasEdited_data()
{
    QTest::addColumn<QString>("edit");
    for (const char* edit : {"settings", "rename", "switch off", "duplicate", "move", "other target"})
        QTest::newRow(edit) << QString::fromLatin1(edit);
}

/// The ids follow the settings, so a part of the grid would stay.
void TestTargetList::takesNoGridBackThatWasEdited()
{
    QFETCH(QString, edit);
    SetupWindow window;
    QVERIFY(window.show());
    makeGridOfTwo(window);
    QVERIFY(window.child(u"messageBar"_s)->isVisible());
    QList<Suite> suites = window.plan().suites();
    suites << fileioSuite();
    window.plan().setSuites(suites); // is no matter of the targets
    QVERIFY(window.child(u"messageBar"_s)->isVisible());
    window.select(1);
    window.list()->setFocus();
    if (edit == "settings"_L1)
        window.type(u"vm.memory_mib"_s, u"512"_s);
    else if (edit == "rename"_L1)
        window.list()->model()->setData(window.list()->currentIndex(), u"small"_s, Qt::EditRole);
    else if (edit == "switch off"_L1)
        QTest::keyClick(window.list(), Qt::Key_Space);
    else if (edit == "duplicate"_L1)
        QTest::keyClick(window.list(), Qt::Key_D, Qt::ControlModifier);
    else if (edit == "move"_L1)
        QTest::keyClick(window.list(), Qt::Key_Down, Qt::AltModifier);
    else
        window.plan().setEnabled(0, false);
    const Plan edited = window.plan().plan();
    QVERIFY(!window.child(u"messageBar"_s)->isVisible());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan(), edited);
}

void TestTargetList::takesBackStepByStep()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.plan().setEnabled(1, false);
    const auto before = window.plan().arrangements();
    makeGridOfTwo(window);
    const auto grid = window.plan().arrangements();
    window.list()->setFocus();
    window.select(2);
    QTest::keyClick(window.list(), Qt::Key_Delete); // one of the grid
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().arrangements(), grid);
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().arrangements(), before);
    // What is removed comes back beside other changes; a grid below it does not.
    makeGridOfTwo(window);
    window.list()->setFocus();
    window.select(2);
    QTest::keyClick(window.list(), Qt::Key_Delete);
    window.plan().setEnabled(0, false);
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan().targets, grid.targets);
    QTest::keyClick(window.list(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(window.plan().plan().targets, grid.targets);
}

void TestTargetList::variesBesideTheOriginal()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    QTest::mouseClick(window.child(u"varyTarget"_s), Qt::LeftButton);
    window.child<QRadioButton>(u"varyAdd"_s)->click();
    auto* accept = window.child<QPushButton>(u"varyAccept"_s);
    QVERIFY(!accept->isEnabled()); // that is there already
    window.type(u"varyCpus"_s, u"1, 2, 4"_s);
    QVERIFY(accept->isEnabled());
    QTest::keyClick(window.child(u"varyCpus"_s), Qt::Key_Return);
    QCOMPARE(window.plan().targetCount(), 4);
    QCOMPARE(window.plan().target(1).id, u"qemu"_s);
    QCOMPARE(window.plan().target(2).qemu.smp, 2);
    QCOMPARE(window.plan().target(3).qemu.smp, 4);
}

void TestTargetList::refusesWrongGrids()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    QTest::mouseClick(window.child(u"varyTarget"_s), Qt::LeftButton);
    auto* accept = window.child<QPushButton>(u"varyAccept"_s);
    for (const QString& wrong : {u"two"_s, u"0"_s, u"1.5"_s, u"1000"_s, QString()}) {
        window.type(u"varyCpus"_s, wrong);
        QVERIFY2(window.messages(u"varyCpus"_s).startsWith("Error:"_L1), qPrintable(wrong));
        QVERIFY(!accept->isEnabled());
        auto* dialog = window.child<VaryDialog>(u"varyDialog"_s);
        QTRY_VERIFY(dialog->height() >= dialog->layout()->totalHeightForWidth(dialog->width())); // nothing is squashed
    }
    window.type(u"varyCpus"_s, u"1, 2"_s);
    QCOMPARE(window.messages(u"varyCpus"_s), QString());
    QStringList many;
    for (int i = 128; i < 428; ++i)
        many << QString::number(i);
    window.type(u"varyMemory"_s, many.join(u','));
    QVERIFY(!accept->isEnabled());
    QVERIFY(window.child<QLabel>(u"varyOutcome"_s)->text().contains("600"_L1));
    QTest::keyClick(window.child(u"varyMemory"_s), Qt::Key_Escape);
    QCOMPARE(window.plan().targetCount(), 2);
}

void TestTargetList::variesContainers()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    QTest::mouseClick(window.child(u"varyTarget"_s), Qt::LeftButton);
    window.type(u"varyCpus"_s, u"0.5, 1"_s);
    QTest::keyClick(window.child(u"varyStorage.layer"_s), Qt::Key_Space);
    QTest::mouseClick(window.child(u"varyAccept"_s), Qt::LeftButton);
    QCOMPARE(window.plan().targetCount(), 5);
    QCOMPARE(window.plan().target(1).docker.storage, u"layer"_s);
    QCOMPARE(window.plan().target(1).docker.cpus, 0.5);
}

void TestTargetList::followsFromOutside()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    window.plan().duplicateTarget(0);
    QCOMPARE(window.list()->currentIndex().row(), 2); // the same target
    window.plan().removeTargets({0, 1});
    QCOMPARE(window.list()->currentIndex().data(TargetListModel::IdRole).toString(), u"qemu"_s);
    QVERIFY(window.child(u"vm.smp"_s)->isVisible());
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QCOMPARE(window.list()->model()->rowCount(), window.plan().targetCount());
    QVERIFY(window.list()->currentIndex().isValid());
    const QString shown = window.child<QLabel>(u"targetTitle"_s)->text();
    QCOMPARE(shown, targetLabel(window.plan().target(window.list()->currentIndex().row())));
}

void TestTargetList::emptyListSaysWhatToDo()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.plan().setPlan(Plan());
    QVERIFY(!window.list()->isVisible());
    QVERIFY(!window.child(u"removeTarget"_s)->isEnabled());
    bool said = false;
    const QList<QLabel*> labels = window.panel.findChildren<QLabel*>();
    for (const QLabel* label : labels)
        said = said || (label->isVisible() && label->text().startsWith("No targets yet"_L1));
    QVERIFY(said);
    window.child(u"addTarget"_s)->setFocus();
    QTest::keyClick(window.child(u"addTarget"_s), Qt::Key_Insert); // also where no list is
    QTRY_VERIFY(window.child<QMenu>(u"addTargetMenu"_s)->isVisible());
    window.child<QMenu>(u"addTargetMenu"_s)->close();
}

void TestTargetList::livesWithManyTargets()
{
    SetupWindow window;
    window.plan().setPlan(manyTargets(500));
    QVERIFY(window.show());
    window.expandAll();
    window.select(498);
    window.type(u"container.memory_mib"_s, u"512"_s);
    QCOMPARE(window.plan().target(498).docker.memoryMib, 512);
    window.select(499);
    window.type(u"vm.smp"_s, u"0"_s);
    QVERIFY(!window.plan().canRun());
    QVERIFY(window.list()->model()->index(499, 0).data(TargetListModel::SeverityRole).isValid());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Delete);
    QCOMPARE(window.plan().targetCount(), 499);
    QVERIFY(window.plan().canRun());
    QVERIFY(window.list()->height() < 600); // scrolls by itself
}

QTEST_MAIN(TestTargetList)
#include "tst_target_list.moc"
