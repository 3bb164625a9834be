#include "models/plan_document.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

class TestPlanDocument : public QObject
{
    Q_OBJECT
private slots:
    void beginsWithQuick();
    void leavesOutWhatIsOff();
    void findsProblemsOfTheRightTarget();
    void idFollowsTheSettings();
    void givenIdStays();
    void changesOnce();
    void saysWhyNothingRuns();
    void estimatesLargePlansLater();
};

void TestPlanDocument::beginsWithQuick()
{
    const PlanDocument plan({8, 16384});
    QCOMPARE(plan.preset(), u"quick"_s);
    QCOMPARE(plan.runCount(), 24);
    QVERIFY(plan.canRun());
    QVERIFY(plan.estimate().maxS > 60);
    QVERIFY2(plan.summary().startsWith("24 run"_L1), qPrintable(plan.summary()));
}

void TestPlanDocument::leavesOutWhatIsOff()
{
    PlanDocument plan({8, 16384});
    plan.setEnabled(0, false);
    QCOMPARE(plan.enabledPlan().targets.size(), 1);
    QCOMPARE(plan.plan().targets.size(), 2);
    QCOMPARE(plan.runCount(), 12);
    QVERIFY(plan.preset().isEmpty());
    plan.setEnabled(0, true);
    QCOMPARE(plan.runCount(), 24);
}

void TestPlanDocument::findsProblemsOfTheRightTarget()
{
    PlanDocument plan({8, 16384});
    TargetSettings vm = plan.target(1);
    vm.qemu.smp = 0;
    plan.setTarget(1, vm);
    QVERIFY(!plan.canRun());
    QVERIFY(plan.problemsOfTarget(0).isEmpty());
    QCOMPARE(plan.problemsOfTarget(1).value(0).where, u"smp"_s);
    plan.setEnabled(0, false); // the VM is the first of the enabled ones now
    QCOMPARE(plan.problemsOfTarget(1).value(0).where, u"smp"_s);
    plan.setEnabled(1, false);
    QVERIFY(plan.problemsOfTarget(1).isEmpty());
}

void TestPlanDocument::idFollowsTheSettings()
{
    PlanDocument plan({8, 16384});
    const int row = plan.duplicateTarget(0);
    QCOMPARE(row, 1);
    QVERIFY(plan.target(0).id != plan.target(1).id);
    plan.setEnabled(1, false);
    TargetSettings small = plan.target(1);
    small.docker.cpus = 1;
    plan.setTarget(1, small);
    QVERIFY2(plan.target(1).id.contains("1c"_L1), qPrintable(plan.target(1).id));
    QVERIFY(!plan.isEnabled(1));
}

void TestPlanDocument::givenIdStays()
{
    PlanDocument plan({8, 16384});
    TargetSettings target = plan.target(0);
    target.id = u"mine"_s;
    plan.setTarget(0, target);
    target.docker.cpus = 1;
    plan.setTarget(0, target);
    QCOMPARE(plan.target(0).id, u"mine"_s);
}

void TestPlanDocument::changesOnce()
{
    PlanDocument plan({8, 16384});
    QSignalSpy spy(&plan, &PlanDocument::changed);
    plan.addTargets(
        {TargetSettings{{}, TargetKind::Host, {}, {}, {}}, TargetSettings{{}, TargetKind::Host, {}, {}, {}}});
    QCOMPARE(spy.size(), 1);
    plan.removeTargets({0, 1});
    QCOMPARE(spy.size(), 2);
    plan.setSuites(plan.suites()); // nothing new
    QCOMPARE(spy.size(), 2);
}

void TestPlanDocument::saysWhyNothingRuns()
{
    PlanDocument plan({8, 16384});
    plan.setEnabled(0, false);
    plan.setEnabled(1, false);
    QVERIFY2(plan.summary().contains("target"_L1), qPrintable(plan.summary()));
    QVERIFY(!plan.canRun());
}

void TestPlanDocument::estimatesLargePlansLater()
{
    PlanDocument plan({8, 16384});
    Plan large = plan.plan();
    large.repeats = 1000;
    plan.setPlan(large);
    QVERIFY(plan.canRun());
    QCOMPARE(plan.estimate(), TimeRange());
    QSignalSpy spy(&plan, &PlanDocument::changed);
    QTRY_COMPARE_WITH_TIMEOUT(spy.size(), 1, 30000);
    QVERIFY(plan.estimate().maxS > 3600);
    plan.setOptions(large); // the same
    QVERIFY(plan.estimate().maxS > 3600);
    large.repeats = 3;
    plan.setOptions(large);
    QVERIFY(plan.estimate().maxS < 3600);
}

QTEST_GUILESS_MAIN(TestPlanDocument)
#include "tst_plan_document.moc"
