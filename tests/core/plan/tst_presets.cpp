#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "plan/presets.h"
#include "plan/validate.h"

#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;
using sysbench::Test;

namespace {

constexpr MachineLimits usual{8, 16384};

QStringList ids(const Plan& plan)
{
    QStringList list;
    for (const TargetSettings& target : plan.targets)
        list << target.id;
    return list;
}

Plan named(const QString& name, const MachineLimits& limits = usual)
{
    auto plan = preset(name, limits);
    return plan ? *plan : Plan();
}

} // namespace

class TestPresets : public QObject
{
    Q_OBJECT
private slots:
    void names();
    void unknown();
    void quick();
    void report();
    void scenarios();
    void grid();
    void everyPresetOnEveryMachine_data();
    void everyPresetOnEveryMachine();
    void smallMachine();
    void targetsReplaced();
    void repeatsAndTime();
};

void TestPresets::names()
{
    QCOMPARE(presetNames(), (QStringList{u"quick"_s, u"report"_s, u"scenarios"_s, u"grid"_s, u"startup"_s}));
}

void TestPresets::unknown()
{
    const auto plan = preset(u"repotr"_s, usual);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, Error::Code::BadInput);
    QCOMPARE(
        plan.error().message,
        u"There is no preset \"repotr\"; there are quick, report, scenarios, grid, startup. Did you mean \"report\"?"_s);
}

void TestPresets::quick()
{
    const Plan plan = named(u"quick"_s);
    QCOMPARE(plan.name, u"quick"_s);
    QCOMPARE(ids(plan), (QStringList{u"docker-2c-1g"_s, u"qemu-2c-1g"_s}));
    QCOMPARE(plan.targets[1].qemu.accel, u"auto"_s);
    QCOMPARE(plan.repeats, 3);
    const auto runs = expandPlan(plan, usual);
    QVERIFY(runs);
    QCOMPARE(runs->size(), 24);
    QStringList tests;
    for (const PlannedRun& run : *runs) {
        QCOMPARE(run.params.value(u"time_s"_s), QJsonValue(4));
        if (run.test == Test::Fileio)
            QCOMPARE(run.params.value(u"file_total_size"_s), QJsonValue(u"256M"_s));
        const QString text = describeParams(run.test, run.params);
        if (!tests.contains(text))
            tests << text;
    }
    QCOMPARE(tests, (QStringList{u"cpu 20000"_s, u"fileio rndwr"_s, u"fileio seqrd"_s, u"fileio seqrewr"_s}));
}

void TestPresets::report()
{
    const auto runs = expandPlan(named(u"report"_s), usual);
    QVERIFY(runs);
    QCOMPARE(runs->size(), 60);
    int cpu = 0;
    for (const PlannedRun& run : *runs) {
        QCOMPARE(run.params.value(u"time_s"_s), QJsonValue(10));
        QCOMPARE(run.params.value(u"threads"_s), QJsonValue(run.test == Test::Cpu ? 1 : 16));
        if (run.test == Test::Fileio)
            QCOMPARE(run.params.value(u"file_total_size"_s), QJsonValue(u"1G"_s));
        else
            ++cpu;
    }
    QCOMPARE(cpu, 30);
    QCOMPARE(runs->first().targetId, u"docker-2c-1g"_s);
}

void TestPresets::scenarios()
{
    const Plan plan = named(u"scenarios"_s);
    QCOMPARE(ids(plan), (QStringList{u"docker-1c-512m"_s, u"docker-2c-1g"_s, u"docker-4c-1g"_s, u"qemu-1c-512m"_s,
                                     u"qemu-2c-1g"_s, u"qemu-4c-1g"_s}));
    QCOMPARE(plan.repeats, 5);
    QCOMPARE(ids(named(u"scenarios"_s, {2, 16384})).size(), 6);
    QCOMPARE(ids(named(u"scenarios"_s, {1, 16384})).size(), 6);
}

void TestPresets::grid()
{
    const Plan plan = named(u"grid"_s);
    QCOMPARE(ids(plan), (QStringList{u"docker-1c-512m"_s, u"docker-1c-1g"_s, u"docker-2c-512m"_s, u"docker-2c-1g"_s,
                                     u"qemu-1c-512m"_s, u"qemu-1c-1g"_s, u"qemu-2c-512m"_s, u"qemu-2c-1g"_s,
                                     u"qemu-1c-512m-qcow2"_s, u"qemu-1c-1g-qcow2"_s, u"qemu-2c-512m-qcow2"_s,
                                     u"qemu-2c-1g-qcow2"_s}));
    QCOMPARE(countRuns(plan), 360); // what the exercise asks for: (48 + 24) cells × 5
}

void TestPresets::everyPresetOnEveryMachine_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("cpus");
    QTest::addColumn<qint64>("memory");
    for (const QString& name : presetNames()) {
        for (const int cpus : {0, 1, 2, 3, 64}) {
            for (const qint64 memory : {0, 1024, 2048, 4096, 262144})
                QTest::addRow("%s %d %lld", qPrintable(name), cpus, memory) << name << cpus << memory;
        }
    }
}

void TestPresets::everyPresetOnEveryMachine()
{
    QFETCH(QString, name);
    QFETCH(int, cpus);
    QFETCH(qint64, memory);
    const MachineLimits limits{cpus, memory};
    const auto plan = preset(name, limits);
    QVERIFY(plan);
    QCOMPARE(plan->name, name);
    const auto check = checkPlan(*plan, limits);
    QVERIFY2(check, check ? "" : qPrintable(check.error().message));
    QVERIFY(expandPlan(*plan, limits));
    QCOMPARE(normalized(*plan), *plan);
    QCOMPARE(*planFromJson(planToJson(*plan)), *plan);
    // For every VM there is a container with the same limits.
    for (const TargetSettings& target : plan->targets) {
        QVERIFY(cpus == 0 || *targetCpus(target) <= cpus);
        bool matched = false;
        for (const TargetSettings& other : plan->targets) {
            matched |= other.kind != target.kind && targetCpus(other) == targetCpus(target) &&
                       targetMemoryMib(other) == targetMemoryMib(target);
        }
        QVERIFY(matched);
    }
}

void TestPresets::smallMachine()
{
    const Plan plan = named(u"quick"_s, {1, 2048});
    QCOMPARE(ids(plan), (QStringList{u"docker-1c-512m"_s, u"qemu-1c-512m"_s}));
    QCOMPARE(targetGroups(plan, {1, 2048}).size(), 1); // small enough to take turns
    QCOMPARE(ids(named(u"grid"_s, {1, 16384})).size(), 6);
}

void TestPresets::targetsReplaced()
{
    Plan plan = named(u"scenarios"_s);
    QCOMPARE(ids(withTargets(plan, {TargetKind::Qemu, TargetKind::Host})),
             (QStringList{u"qemu-1c-512m"_s, u"qemu-2c-1g"_s, u"qemu-4c-1g"_s, u"host"_s}));
    QCOMPARE(ids(withTargets(plan, {TargetKind::Host, TargetKind::Host})), QStringList{u"host"_s});
    QVERIFY(withTargets(plan, {}).targets.isEmpty());
    // What is added has the limits of what is there, and an id of its own.
    plan.targets = plan.targets.mid(3, 1);
    plan.targets[0].qemu.memoryMib = 640;
    QCOMPARE(ids(withTargets(plan, {TargetKind::Docker, TargetKind::Qemu})),
             (QStringList{u"docker-1c-640m"_s, u"qemu-1c-512m"_s}));
    plan.targets[0].id = u"docker-1c-640m"_s;
    QCOMPARE(ids(withTargets(plan, {TargetKind::Docker, TargetKind::Qemu})),
             (QStringList{u"docker-1c-640m-2"_s, u"docker-1c-640m"_s}));
    plan.targets = {TargetSettings()};
    plan.targets[0].id = u"host"_s;
    QCOMPARE(ids(withTargets(plan, {TargetKind::Docker}, {1, 16384})), QStringList{u"docker-1c-1g"_s});
}

void TestPresets::repeatsAndTime()
{
    Plan plan = named(u"report"_s);
    plan.adaptive = AdaptiveRepeats();
    plan.suites << Suite{Test::Mutex, {}} << Suite{Test::Boot, {}};
    const Plan changed = withTime(withRepeats(plan, 2), 1);
    QCOMPARE(changed.repeats, 2);
    QVERIFY(!changed.adaptive);
    for (const Suite& suite : changed.suites) {
        int found = 0;
        for (const SuiteParameter& parameter : suite.parameters) {
            if (parameter.name == u"time_s"_s) {
                ++found;
                QCOMPARE(parameter.values, QJsonArray{1});
            }
        }
        QCOMPARE(found, suite.test == Test::Boot || suite.test == Test::Mutex ? 0 : 1); // their work decides
    }
    QCOMPARE(normalized(changed), changed);
}

QTEST_APPLESS_MAIN(TestPresets)
#include "tst_presets.moc"
