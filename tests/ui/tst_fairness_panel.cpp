#include "panels/fairness_panel.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "widgets/message_bar.h"

#include <QLabel>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

using analysis::FairnessKind;

class TestFairnessPanel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void titleCountsNotes();
    void mendsAndTakesBack();
    void mendsAll();
    void anEditEndsTheUndo();
    void targetsThatAreOffDoNotCount();

private:
    /// Until the plan as it is now has been looked at.
    static bool wait(const SetupWindow& window)
    {
        const auto* panel = window.child<FairnessPanel>(u"fairnessPanel"_s);
        return QTest::qWaitFor([panel] { return !panel->isBehind(); }, 20'000);
    }
    static FairnessPanel* panelOf(const SetupWindow& window) { return window.child<FairnessPanel>(u"fairnessPanel"_s); }
    static FairnessRow* rowOf(const SetupWindow& window, FairnessKind kind)
    {
        const QList<FairnessRow*> rows = panelOf(window)->findChildren<FairnessRow*>();
        for (FairnessRow* row : rows) {
            if (row->isVisible() && row->note().kind == kind)
                return row;
        }
        return nullptr;
    }
    static void makeUnequal(SetupWindow& window)
    {
        TargetSettings container = window.plan().target(0);
        container.docker.cpus = 1;
        container.docker.memoryMib = 512;
        window.plan().setTarget(0, container);
        TargetSettings machine = window.plan().target(1);
        machine.qemu.smp = 2;
        machine.qemu.memoryMib = 1024;
        window.plan().setTarget(1, machine);
        Plan options = window.plan().plan();
        options.order = RunOrder::Blocked;
        window.plan().setOptions(options);
    }
};

void TestFairnessPanel::titleCountsNotes()
{
    SetupWindow window;
    QVERIFY(window.show());
    QVERIFY(wait(window));
    QVERIFY(!window.panel.expandedSections().contains(u"fairness"_s));
    makeUnequal(window);
    QVERIFY(panelOf(window)->isBehind());
    QVERIFY(wait(window));
    const auto* header = window.child<SectionHeader>(u"fairnessHeader"_s);
    const qsizetype count = panelOf(window)->notes().size();
    QVERIFY(count >= 2);
    QVERIFY2(header->note().startsWith(QString::number(count)), qPrintable(header->note()));
}

void TestFairnessPanel::mendsAndTakesBack()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.panel.setExpandedSections({u"fairness"_s});
    makeUnequal(window);
    QVERIFY(wait(window));
    FairnessRow* row = rowOf(window, FairnessKind::Cpus);
    QVERIFY(row);
    QVERIFY(row->button()->isVisible());
    QVERIFY(row->findChild<QLabel*>(u"fairness.sentence"_s)->text().contains(u"CPU"_s));
    const Plan before = window.plan().plan();
    row->button()->setFocus();
    QTest::keyClick(row->button(), Qt::Key_Space);
    QCOMPARE(window.plan().target(0).docker.cpus, 2.0);
    QCOMPARE(window.plan().target(0).docker.memoryMib, 512); // that is another note
    QVERIFY(wait(window));
    QVERIFY(!rowOf(window, FairnessKind::Cpus));
    auto* message = window.child<MessageBar>(u"fairnessMessage"_s);
    QVERIFY(message->isVisible());
    QTest::mouseClick(message->findChild<QToolButton*>(u"messageAction"_s), Qt::LeftButton);
    QCOMPARE(window.plan().plan(), before);
    QVERIFY(wait(window));
    QVERIFY(rowOf(window, FairnessKind::Cpus));
}

void TestFairnessPanel::mendsAll()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.panel.setExpandedSections({u"fairness"_s});
    makeUnequal(window);
    window.plan().setEnabled(0, true);
    QVERIFY(wait(window));
    auto* all = window.child<QPushButton>(u"fairness.mendAll"_s);
    QVERIFY(all->isVisible());
    const Plan before = window.plan().plan();
    all->click();
    QCOMPARE(window.plan().target(0).docker.cpus, 2.0);
    QCOMPARE(window.plan().target(0).docker.memoryMib, 1024);
    QCOMPARE(window.plan().plan().order, RunOrder::Interleaved);
    QVERIFY(wait(window));
    for (const analysis::FairnessNote& note : panelOf(window)->notes())
        QVERIFY2(!note.canMend, qPrintable(note.sentence));
    QVERIFY(!all->isVisible());
    window.child<MessageBar>(u"fairnessMessage"_s)->act();
    QCOMPARE(window.plan().plan(), before);
}

void TestFairnessPanel::anEditEndsTheUndo()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.panel.setExpandedSections({u"fairness"_s});
    makeUnequal(window);
    QVERIFY(wait(window));
    rowOf(window, FairnessKind::Order)->button()->click();
    const auto* message = window.child<MessageBar>(u"fairnessMessage"_s);
    QVERIFY(message->isVisible());
    Plan options = window.plan().plan();
    options.repeats += 1;
    window.plan().setOptions(options);
    QVERIFY(!message->isVisible());
    QVERIFY(wait(window));
}

void TestFairnessPanel::targetsThatAreOffDoNotCount()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.panel.setExpandedSections({u"fairness"_s});
    makeUnequal(window);
    QVERIFY(wait(window));
    QVERIFY(rowOf(window, FairnessKind::Cpus));
    window.plan().setEnabled(1, false);
    QVERIFY(wait(window));
    QVERIFY(!rowOf(window, FairnessKind::Cpus));
    QVERIFY(!rowOf(window, FairnessKind::Order)); // one target alone
}

QTEST_MAIN(TestFairnessPanel)
#include "tst_fairness_panel.moc"
