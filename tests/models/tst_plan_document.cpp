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
    void knowsWhetherItIsThePreset();
    void changedPresetHasAnotherName();
    void givenNameStays();
    void nameTellsThePreset_data();
    void nameTellsThePreset();
    void arrangementsComeBack();
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

void TestPlanDocument::knowsWhetherItIsThePreset()
{
    PlanDocument plan({8, 16384});
    TargetSettings vm = plan.target(1);
    vm.qemu.smp = 3;
    plan.setTarget(1, vm);
    QCOMPARE(plan.preset(), QString());
    QCOMPARE(plan.basePreset(), u"quick"_s);
    vm.qemu.smp = 2;
    vm.id = plan.target(1).id;
    plan.setTarget(1, vm);
    QCOMPARE(plan.preset(), u"quick"_s); // it is the same again
    // The order of parameters says nothing.
    QList<Suite> suites = plan.suites();
    const SuiteParameter first = suites[0].parameters.takeFirst();
    plan.setSuites(suites);
    QCOMPARE(plan.preset(), QString());
    suites[0].parameters << first;
    plan.setSuites(suites);
    QCOMPARE(plan.preset(), u"quick"_s);
    plan.setKvmUsable(true);
    QCOMPARE(plan.preset(), u"quick"_s);
    plan.setDisabledTargets({plan.target(0).id});
    QCOMPARE(plan.preset(), QString());
    plan.setDisabledTargets({});
    plan.moveTarget(0, 1); // ratios are to the first
    QCOMPARE(plan.preset(), QString());
    plan.setPlan(Plan());
    QCOMPARE(plan.basePreset(), QString());
}

void TestPlanDocument::changedPresetHasAnotherName()
{
    PlanDocument plan({8, 16384});
    QCOMPARE(plan.plan().name, u"quick"_s);
    QVERIFY(!plan.isNamed());
    plan.setEnabled(0, false);
    QCOMPARE(plan.plan().name, u"quick, changed"_s);
    QCOMPARE(plan.enabledPlan().name, u"quick, changed"_s);
    plan.setEnabled(0, true);
    QCOMPARE(plan.plan().name, u"quick"_s);
    Plan options = plan.plan();
    options.repeats = 9;
    plan.setOptions(options);
    QCOMPARE(plan.plan().name, u"quick, changed"_s);
    QVERIFY(plan.loadPreset(u"report"_s));
    QCOMPARE(plan.plan().name, u"report"_s);
}

void TestPlanDocument::givenNameStays()
{
    PlanDocument plan({8, 16384});
    QSignalSpy spy(&plan, &PlanDocument::changed);
    plan.setName(u"My laptop"_s);
    QCOMPARE(spy.size(), 1);
    QVERIFY(plan.isNamed());
    QCOMPARE(plan.preset(), u"quick"_s); // a name changes nothing that is run
    plan.setEnabled(0, false);
    QCOMPARE(plan.plan().name, u"My laptop"_s);
    plan.setName({});
    QVERIFY(!plan.isNamed());
    QCOMPARE(plan.plan().name, u"quick, changed"_s);
    Plan own = plan.plan();
    own.name = u"three machines"_s;
    plan.setPlan(own);
    QVERIFY(plan.isNamed());
    plan.duplicateTarget(0);
    QCOMPARE(plan.plan().name, u"three machines"_s);
    plan.setName({});
    QCOMPARE(plan.plan().name, QString());
}

void TestPlanDocument::nameTellsThePreset_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("named");
    QTest::newRow("preset") << u"quick"_s << u"quick"_s << false;
    QTest::newRow("changed preset") << u"quick, changed"_s << u"quick"_s << false;
    QTest::newRow("another") << u"quick one"_s << QString() << true;
    QTest::newRow("none") << QString() << QString() << false;
}

/// A plan that was saved and is opened again.
void TestPlanDocument::nameTellsThePreset()
{
    QFETCH(QString, name);
    PlanDocument plan({8, 16384});
    Plan file = plan.plan();
    file.name = name;
    plan.setPlan(file);
    QTEST(plan.basePreset(), "base");
    QTEST(plan.isNamed(), "named");
    QTEST(plan.preset(), "base"); // it was not changed
    if (!plan.basePreset().isEmpty())
        QCOMPARE(plan.plan().name, u"quick"_s);
}

void TestPlanDocument::arrangementsComeBack()
{
    PlanDocument plan({8, 16384});
    plan.setEnabled(1, false);
    const PlanDocument::Arrangements before = plan.arrangements();
    QSignalSpy spy(&plan, &PlanDocument::changed);
    plan.removeTargets({0, 1});
    plan.setArrangements(before);
    QCOMPARE(spy.size(), 2);
    QCOMPARE(plan.arrangements(), before);
    QVERIFY(!plan.isEnabled(1));
    plan.setArrangements(before);
    QCOMPARE(spy.size(), 2);
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
