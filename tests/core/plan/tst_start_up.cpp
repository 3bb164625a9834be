#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/start_up.h"
#include "plan/validate.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Test;

namespace {

constexpr MachineLimits machine{2, 8192};

TargetSettings target(TargetKind kind, const QString& id)
{
    TargetSettings made;
    made.kind = kind;
    made.id = id;
    made.qemu.accel = u"tcg"_s;
    return made;
}

Plan bootPlan(const QList<SuiteParameter>& parameters = {})
{
    Plan plan;
    plan.targets = {target(TargetKind::Docker, u"d"_s), target(TargetKind::Qemu, u"q"_s)};
    plan.suites = {{Test::Boot, parameters}};
    plan.repeats = 2;
    return plan;
}

QStringList told(const Plan& plan)
{
    QStringList lines;
    const QList<PlanProblem> problems = validatePlan(plan, machine);
    for (const PlanProblem& problem : problems)
        lines << (problem.severity == PlanProblem::Severity::Error ? u"error "_s : u"warning "_s) + problem.where +
                     u": "_s + problem.message;
    return lines;
}

} // namespace

class TestStartUp : public QObject
{
    Q_OBJECT
private slots:
    void startsWithTheSizeOfTheRun();
    void cellsInTheOrderOfThePlan();
    void hostIsLeftOut();
    void containerWithMoreCpusThanThereAreIsLeftOut();
    void needsSomethingToStart();
    void tellsOfTargetsThatBecomeEqual();
    void extraArgumentsMustLeaveTheSize();
    void needsRoomBesideTheTargetsThatAreUp();
    void aloneItNeedsNoGroups();
};

void TestStartUp::startsWithTheSizeOfTheRun()
{
    TargetSettings vm = target(TargetKind::Qemu, u"q"_s);
    vm.qemu.smp = 4;
    vm.qemu.topology = {1, 2, 2};
    QCOMPARE(startedAs(vm, {{u"cache"_s, u"cold"_s}}), vm); // its own size
    const TargetSettings same = startedAs(vm, {{u"smp"_s, 4}, {u"memory_mib"_s, 512}});
    QCOMPARE(same.qemu.topology, vm.qemu.topology);
    QCOMPARE(same.qemu.memoryMib, 512);
    const TargetSettings other = startedAs(vm, {{u"smp"_s, 1}});
    QCOMPARE(other.qemu.smp, 1);
    QVERIFY(!other.qemu.topology.isGiven());
    QCOMPARE(other.qemu.memoryMib, vm.qemu.memoryMib);
    vm.qemu.topology = {};
    vm.qemu.disk.format = u"qcow2"_s;
    const QJsonObject cpus{{u"smp"_s, 1}};
    const QJsonObject memory{{u"memory_mib"_s, 256}};
    const QJsonObject both{{u"smp"_s, 1}, {u"memory_mib"_s, 256}};
    vm.qemu.smp = 2;
    vm.qemu.memoryMib = 2048; // the same figure twice
    QCOMPARE(startLabel(vm, both), u"QEMU tcg qcow2"_s);
    QCOMPARE(startLabel(vm, cpus), u"QEMU tcg 2 GiB qcow2"_s);
    QCOMPARE(startLabel(vm, memory), u"QEMU tcg 2 CPU qcow2"_s);
    QCOMPARE(startLabel(vm, {}), targetLabel(vm));
    vm.label = u"2 CPU"_s;
    QCOMPARE(startLabel(vm, both), vm.label);
    QCOMPARE(startLabel(target(TargetKind::Docker, u"d"_s), both), u"Docker"_s);
    const TargetSettings container = startedAs(target(TargetKind::Docker, u"d"_s), {{u"smp"_s, 1}});
    QCOMPARE(container.docker.cpus, 1.0);
}

void TestStartUp::cellsInTheOrderOfThePlan()
{
    const Plan plan = bootPlan({{u"smp"_s, {1, 2}}, {u"cache"_s, {u"cold"_s}}});
    const auto runs = expandPlan(plan, machine);
    QVERIFY(runs);
    QCOMPARE(runs->size(), 8);
    QCOMPARE(countRuns(plan, machine), 8);
    QStringList sequence;
    for (const PlannedRun& run : *runs)
        sequence << run.targetId + QString::number(run.params["smp"_L1].toInt()) + u'#' + QString::number(run.repeat);
    QCOMPARE(sequence.join(u' '), u"d1#1 q1#1 d1#2 q1#2 d2#1 q2#1 d2#2 q2#2"_s);
    QCOMPARE(describeParams(Test::Boot, runs->first().params, {u"smp"_s}), u"boot cold, 1 CPU"_s);
    QCOMPARE(describeParams(Test::Boot, {{u"cache"_s, u"warm"_s}, {u"smp"_s, 2}, {u"memory_mib"_s, 256}}, {u"smp"_s}),
             u"boot warm, 256 MiB, 2 CPU"_s);
    const auto plain = expandPlan(bootPlan(), machine);
    QVERIFY(plain);
    QCOMPARE(plain->first().params, (QJsonObject{{u"cache"_s, u"warm"_s}}));
}

void TestStartUp::hostIsLeftOut()
{
    Plan plan = bootPlan();
    plan.targets.prepend(target(TargetKind::Host, u"h"_s));
    plan.suites << Suite{Test::Cpu, {{u"time_s"_s, {1}}}};
    const auto runs = expandPlan(plan, machine);
    QVERIFY(runs);
    QCOMPARE(runs->size(), 2 * 2 + 3 * 2);
    QCOMPARE(countRuns(plan, machine), runs->size());
    for (const PlannedRun& run : *runs)
        QVERIFY(run.test != Test::Boot || run.targetId != "h"_L1);
    const QStringList lines = told(plan);
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.first().startsWith(u"warning suites[0].test: The host runs already"_s), qPrintable(lines.first()));
}

/// The example of the documents, on two CPUs.
void TestStartUp::containerWithMoreCpusThanThereAreIsLeftOut()
{
    const Plan plan = bootPlan({{u"smp"_s, {1, 2, 4}}, {u"memory_mib"_s, {512, 2048}}});
    const auto runs = expandPlan(plan, machine);
    QVERIFY(runs);
    QCOMPARE(runs->size(), (4 + 6) * 2);
    QCOMPARE(countRuns(plan, machine), runs->size());
    QCOMPARE(expandPlan(plan, {})->size(), 24); // of a machine that is not known
    QVERIFY(checkPlan(plan, machine));
    const QStringList lines = told(plan);
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines[0].startsWith(u"warning suites[0].smp: Docker 2 CPU 1 GiB cannot have 4 CPUs on this machine"_s),
             qPrintable(lines[0]));
    QVERIFY2(lines[1].startsWith(u"warning suites[0].smp: QEMU tcg 2 CPU 1 GiB: The VM has 4 CPUs"_s),
             qPrintable(lines[1]));
}

void TestStartUp::needsSomethingToStart()
{
    Plan plan = bootPlan();
    plan.targets = {target(TargetKind::Host, u"h"_s)};
    const QStringList lines = told(plan);
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.first().startsWith(u"error suites[0].test: The host runs already"_s), qPrintable(lines.first()));
}

void TestStartUp::tellsOfTargetsThatBecomeEqual()
{
    Plan plan = bootPlan({{u"smp"_s, {1}}, {u"memory_mib"_s, {512}}});
    TargetSettings other = target(TargetKind::Qemu, u"q2"_s);
    other.label = u"Large"_s;
    other.qemu.memoryMib = 2048;
    plan.targets << other;
    const QStringList lines = told(plan);
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.first().startsWith(u"warning suites[0]: Large differs from a target before it only"_s),
             qPrintable(lines.first()));
    plan.suites.first().parameters.removeLast();
    QCOMPARE(told(plan), QStringList());
}

void TestStartUp::extraArgumentsMustLeaveTheSize()
{
    const auto errors = [](const Plan& plan) {
        const QStringList lines = told(plan);
        return lines.filter(u"error "_s);
    };
    Plan plan = bootPlan({{u"smp"_s, {1, 2}}});
    plan.targets.last().qemu.extraArgs = {u"-m"_s, u"1G"_s};
    QCOMPARE(errors(plan), QStringList()); // the memory is not the suite's
    plan.targets.last().qemu.extraArgs = {u"--smp"_s, u"cpus=1,maxcpus=2"_s};
    QCOMPARE(errors(plan).size(), 1);
    QVERIFY(errors(plan).first().startsWith(u"error suites[0].smp: "_s));
    plan.suites.first().parameters = {{u"memory_mib"_s, {256, 512}}};
    QCOMPARE(errors(plan), QStringList());
    plan.targets.last().qemu.extraArgs << u"-m"_s << u"1G"_s;
    QCOMPARE(errors(plan).size(), 1);
    QVERIFY(errors(plan).first().startsWith(u"error suites[0].memory_mib: "_s));
}

void TestStartUp::needsRoomBesideTheTargetsThatAreUp()
{
    Plan plan = bootPlan({{u"memory_mib"_s, {2048}}});
    plan.suites << Suite{Test::Cpu, {{u"time_s"_s, {1}}}};
    QCOMPARE(largestStartMib(plan), 2048);
    QCOMPARE(targetGroups(plan, {2, 8192}).size(), 1);
    QCOMPARE(targetGroups(plan, {2, 4096}).size(), 2); // two of 1 GiB would leave too little for one of 2 GiB
    plan.suites.removeFirst();
    QCOMPARE(largestStartMib(plan), 0);
    QCOMPARE(targetGroups(plan, {2, 4096}).size(), 1);
}

void TestStartUp::aloneItNeedsNoGroups()
{
    const Plan plan = bootPlan();
    QVERIFY(startsOnly(plan));
    QCOMPARE(targetGroups(plan, {2, 1024}).size(), 1);
}

QTEST_APPLESS_MAIN(TestStartUp)
#include "tst_start_up.moc"
