#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "sysbench/command_line.h"

#include <QRandomGenerator>
#include <QSet>
#include <QtTest>
#include <limits>

using namespace bv;
using namespace Qt::StringLiterals;
using sysbench::Test;

namespace {

TargetSettings vm(const QString& id, int memoryMib)
{
    TargetSettings target;
    target.id = id;
    target.kind = TargetKind::Qemu;
    target.qemu.memoryMib = memoryMib;
    return target;
}

TargetSettings container(const QString& id, int memoryMib)
{
    TargetSettings target;
    target.id = id;
    target.kind = TargetKind::Docker;
    target.docker.memoryMib = memoryMib;
    return target;
}

TargetSettings host(const QString& id)
{
    TargetSettings target;
    target.id = id;
    return target;
}

Plan smallPlan()
{
    Plan plan;
    plan.targets = {container(u"A"_s, 1024), vm(u"B"_s, 1024)};
    plan.suites = {Suite{Test::Cpu, {{u"cpu_max_prime"_s, {100, 200}}}}};
    plan.repeats = 2;
    return plan;
}

/// "A100 B100 a…": target, prime, lower case for a warm-up, with the group in front where it is not 0.
QString story(const QList<PlannedRun>& runs)
{
    QStringList words;
    for (const PlannedRun& run : runs) {
        const QString target = run.discarded ? run.targetId.toLower() : run.targetId;
        const QString group = run.group == 0 ? QString() : QString::number(run.group) + u':';
        words << group + target + QString::number(run.params.value(u"cpu_max_prime"_s).toInt()) + u'.' +
                     QString::number(run.repeat);
    }
    return words.join(u' ');
}

} // namespace

class TestExpand : public QObject
{
    Q_OBJECT
private slots:
    void interleaved();
    void blocked();
    void groupsRunOneAfterTheOther();
    void firstParameterSlowest();
    void fileSetsSlowest();
    void defaultsFilledIn();
    void adaptiveGoesToTheCap();
    void duplicatesRunOnce();
    void groups_data();
    void groups();
    void groupsInWords();
    void refused_data();
    void refused();
    void countSaturates();
    void properties();
    void sameAfterStorage();
};

void TestExpand::interleaved()
{
    Plan plan = smallPlan();
    plan.warmup = 1;
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    QCOMPARE(story(*runs), u"a100.1 b100.1 A100.1 B100.1 A100.2 B100.2 a200.1 b200.1 A200.1 B200.1 A200.2 B200.2"_s);
}

void TestExpand::blocked()
{
    Plan plan = smallPlan();
    plan.warmup = 1;
    plan.order = RunOrder::Blocked;
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    QCOMPARE(story(*runs),
             u"a100.1 A100.1 A100.2 a200.1 A200.1 A200.2 1:b100.1 1:B100.1 1:B100.2 1:b200.1 1:B200.1 1:B200.2"_s);
}

void TestExpand::groupsRunOneAfterTheOther()
{
    Plan plan = smallPlan();
    plan.targets << vm(u"C"_s, 1024);
    plan.repeats = 1;
    const auto runs = expandPlan(plan, {2, 2600});
    QVERIFY(runs);
    QCOMPARE(story(*runs), u"A100.1 B100.1 A200.1 B200.1 1:C100.1 1:C200.1"_s);
}

void TestExpand::firstParameterSlowest()
{
    Plan plan = smallPlan();
    plan.targets.removeLast();
    plan.repeats = 1;
    plan.suites = {Suite{Test::Cpu, {{u"threads"_s, {1, 4}}, {u"cpu_max_prime"_s, {100, 200}}}},
                   Suite{Test::Mutex, {}}};
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    QStringList seen;
    for (const PlannedRun& run : *runs)
        seen << describeParams(run.test, run.params, {u"threads"_s});
    // In canonical order, cpu_max_prime comes first, however the plan lists them.
    QCOMPARE(seen, (QStringList{u"cpu 100, 1 thread"_s, u"cpu 100, 4 threads"_s, u"cpu 200, 1 thread"_s,
                                u"cpu 200, 4 threads"_s, u"mutex, 1 thread"_s}));
}

void TestExpand::fileSetsSlowest()
{
    Plan plan = smallPlan();
    plan.suites = {Suite{
        Test::Fileio, {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}}, {u"file_total_size"_s, {u"1G"_s, u"2G"_s}}}}};
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    QHash<QString, QStringList> sets;
    for (const PlannedRun& run : *runs) {
        QStringList& ofTarget = sets[run.targetId];
        if (ofTarget.isEmpty() || ofTarget.last() != sysbench::fileSetKey(run.params))
            ofTarget << sysbench::fileSetKey(run.params);
    }
    QCOMPARE(sets.value(u"A"_s).size(), 2); // each set is needed once, in one stretch
    QCOMPARE(sets.value(u"B"_s), sets.value(u"A"_s));
}

void TestExpand::defaultsFilledIn()
{
    Plan plan = smallPlan();
    plan.suites = {Suite{Test::Cpu, {}}, Suite{Test::Fileio, {{u"file_test_mode"_s, {u"seqrd"_s}}}},
                   Suite{Test::Memory, {}}, Suite{Test::Threads, {}}, Suite{Test::Mutex, {}}};
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    const QHash<Test, QStringList> expected{
        {Test::Cpu, {u"cpu_max_prime"_s}},
        {Test::Fileio, {u"file_block_size"_s, u"file_num"_s, u"file_test_mode"_s, u"file_total_size"_s}},
        {Test::Memory, {u"memory_access_mode"_s, u"memory_block_size"_s, u"memory_oper"_s, u"memory_total_size"_s}},
        {Test::Threads, {u"thread_locks"_s, u"thread_yields"_s}},
        {Test::Mutex, {u"mutex_locks"_s, u"mutex_loops"_s, u"mutex_num"_s}}};
    for (const PlannedRun& run : *runs) {
        const bool lasts = run.test != Test::Mutex; // its work decides how long
        QStringList names = expected.value(run.test) + QStringList{u"threads"_s};
        if (lasts)
            names << u"time_s"_s;
        names.sort();
        QCOMPARE(run.params.keys(), names);
        for (const QJsonValue value : run.params)
            QVERIFY(!value.isArray() && !value.isNull() && !value.isUndefined());
        QCOMPARE(run.params.value(u"threads"_s), QJsonValue(1));
        if (lasts)
            QCOMPARE(run.params.value(u"time_s"_s), QJsonValue(10));
    }
}

void TestExpand::adaptiveGoesToTheCap()
{
    Plan plan = smallPlan();
    plan.adaptive = AdaptiveRepeats{2.5, 3, 7};
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    QCOMPARE(runs->size(), 2 * 2 * 7);
    QCOMPARE(runs->at(12).repeat, 7);
    QCOMPARE(runs->at(13).targetId, u"B"_s);
}

void TestExpand::duplicatesRunOnce()
{
    Plan plan = smallPlan();
    const qsizetype count = expandPlan(plan, {})->size();
    plan.suites << plan.suites.first();
    plan.suites[0].parameters[0].values = QJsonArray{100, 200, 100.0};
    plan.suites << Suite{Test::Cpu, {{u"cpu_max_prime"_s, {200}}, {u"time_s"_s, {10}}}}; // 10 is the default
    QCOMPARE(expandPlan(plan, {})->size(), count);
    QCOMPARE(countRuns(plan), count);
}

void TestExpand::groups_data()
{
    QTest::addColumn<QList<TargetSettings>>("targets");
    QTest::addColumn<qint64>("memory");
    QTest::addColumn<QString>("expected");
    const QList<TargetSettings> three{container(u"A"_s, 1024), vm(u"B"_s, 1024), vm(u"C"_s, 1024)};
    QTest::newRow("memory unknown") << three << qint64{0} << u"A B C"_s;
    QTest::newRow("just fits") << three << qint64{3 * 1024 + 512} << u"A B C"_s;
    QTest::newRow("one MiB short") << three << qint64{3 * 1024 + 511} << u"A B|C"_s;
    QTest::newRow("a tenth is kept") << QList<TargetSettings>{vm(u"A"_s, 9000), vm(u"B"_s, 9000)} << qint64{20000}
                                     << u"A B"_s;
    QTest::newRow("a tenth is not left") << QList<TargetSettings>{vm(u"A"_s, 9001), vm(u"B"_s, 9000)} << qint64{20000}
                                         << u"A|B"_s;
    QTest::newRow("one by one") << three << qint64{1600} << u"A|B|C"_s;
    QTest::newRow("too large alone") << QList<TargetSettings>{vm(u"A"_s, 512), vm(u"B"_s, 9000), vm(u"C"_s, 512)}
                                     << qint64{2048} << u"A|B|C"_s;
    QTest::newRow("host needs none") << QList<TargetSettings>{vm(u"A"_s, 9000), host(u"H"_s), vm(u"C"_s, 512)}
                                     << qint64{2048} << u"A H|C"_s;
    QTest::newRow("tiny machine") << three << qint64{100} << u"A|B|C"_s;
}

void TestExpand::groups()
{
    QFETCH(QList<TargetSettings>, targets);
    QFETCH(qint64, memory);
    QFETCH(QString, expected);
    Plan plan = smallPlan();
    plan.targets = targets;
    QStringList groups;
    for (const QStringList& group : targetGroups(plan, {2, memory}))
        groups << group.join(u' ');
    QCOMPARE(groups.join(u'|'), expected);
    QCOMPARE(describeGroups(plan, {2, memory}).isEmpty(), groups.size() == 1);
}

void TestExpand::groupsInWords()
{
    Plan plan = smallPlan();
    QCOMPARE(
        describeGroups(plan, {2, 2048}),
        u"The targets need 2.0 GiB of memory together, 1.5 GiB can be given: they run in 2 groups, one after the other "
        "(Docker 2 CPU 1 GiB; then QEMU 2 CPU 1 GiB). Only targets of one group take turns; between groups the machine "
        "may "
        "drift."_s);
    plan.order = RunOrder::Blocked;
    QCOMPARE(describeGroups(plan, {2, 2048}), QString());
}

void TestExpand::refused_data()
{
    QTest::addColumn<Plan>("plan");
    QTest::addColumn<QString>("words");
    Plan plan = smallPlan();
    plan.targets.clear();
    QTest::newRow("no targets") << plan << u"no targets"_s;
    plan = smallPlan();
    plan.suites.clear();
    QTest::newRow("no suites") << plan << u"no suites"_s;
    plan = smallPlan();
    plan.suites[0].parameters[0].values = QJsonArray();
    QTest::newRow("no values") << plan << u"\"cpu_max_prime\" has no value"_s;
    plan = smallPlan();
    plan.repeats = 25'001;
    QTest::newRow("too many runs") << plan << u"comes to 100004 runs; at most 100000"_s;
    plan = smallPlan();
    QJsonArray many;
    for (int i = 1; i <= 1000; ++i)
        many << i;
    plan.suites[0].parameters.clear();
    for (const QString& name : parameterNames(Test::Fileio))
        plan.suites[0].parameters << SuiteParameter{name, many};
    plan.repeats = std::numeric_limits<int>::max();
    QTest::newRow("beyond 64 bits") << plan << u"far too many"_s;
}

void TestExpand::refused()
{
    QFETCH(Plan, plan);
    QFETCH(QString, words);
    const auto runs = expandPlan(plan, {});
    QVERIFY(!runs);
    QCOMPARE(runs.error().code, Error::Code::BadInput);
    QVERIFY2(runs.error().message.contains(words), qPrintable(runs.error().message));
}

void TestExpand::countSaturates()
{
    Plan plan = smallPlan();
    plan.repeats = std::numeric_limits<int>::max();
    plan.warmup = std::numeric_limits<int>::max();
    QCOMPARE(countRuns(plan), 4 * 2 * qint64{std::numeric_limits<int>::max()});
    plan.repeats = -1;
    plan.warmup = -1;
    QCOMPARE(countRuns(plan), 0);
}

void TestExpand::properties()
{
    QRandomGenerator random(3);
    for (int trial = 0; trial < 200; ++trial) {
        Plan plan;
        for (int i = 1 + random.bounded(5); i > 0; --i) {
            const QString id = u"t%1"_s.arg(i);
            const int memory = 256 * (1 + random.bounded(8));
            plan.targets << (random.bounded(3) == 0   ? host(id)
                             : random.bounded(2) == 0 ? vm(id, memory)
                                                      : container(id, memory));
        }
        qint64 combinations = 0;
        for (const Test test : {Test::Cpu, Test::Memory, Test::Threads}) {
            Suite suite{test, {}};
            const int threads = 1 + random.bounded(3);
            const int times = 1 + random.bounded(3);
            suite.parameters << SuiteParameter{u"time_s"_s, {}} << SuiteParameter{u"threads"_s, {}};
            for (int i = 1; i <= times; ++i)
                suite.parameters[0].values << i;
            for (int i = 1; i <= threads; ++i)
                suite.parameters[1].values << i;
            plan.suites << suite;
            combinations += threads * times;
        }
        plan.repeats = 1 + random.bounded(4);
        plan.warmup = random.bounded(3);
        plan.order = random.bounded(2) == 0 ? RunOrder::Interleaved : RunOrder::Blocked;
        const MachineLimits limits{2, 512 * (1 + random.bounded(12))};
        const auto runs = expandPlan(plan, limits);
        QVERIFY(runs);
        QCOMPARE(runs->size(), combinations * plan.targets.size() * (plan.repeats + plan.warmup));
        QCOMPARE(runs->size(), countRuns(plan));
        QCOMPARE(*expandPlan(plan, limits), *runs); // deterministic

        const QList<QStringList> groups = targetGroups(plan, limits);
        QSet<QString> once;
        QHash<QString, int> warmups;
        QHash<QString, int> repeats;
        for (qsizetype i = 0; i < runs->size(); ++i) {
            const PlannedRun& run = runs->at(i);
            QCOMPARE(run.index, i);
            QVERIFY(i == 0 || run.group >= runs->at(i - 1).group);
            QVERIFY(groups.at(run.group).contains(run.targetId));
            const QString cell = cellKey(run);
            const QString key = cell + QString::number(run.repeat) + (run.discarded ? u"w"_s : u"r"_s);
            QVERIFY(!once.contains(key));
            once.insert(key);
            // Within a cell: warm-ups first, then the repeats, each counted from 1.
            int& counter = run.discarded ? warmups[cell] : repeats[cell];
            QCOMPARE(run.repeat, ++counter);
            QVERIFY(!run.discarded || !repeats.contains(cell));
        }
        QCOMPARE(repeats.size(), combinations * plan.targets.size());
        for (const int count : std::as_const(repeats))
            QCOMPARE(count, plan.repeats);
        // Nothing more than fits is up at a time, unless alone.
        QStringList flat;
        for (const QStringList& group : groups) {
            qint64 needed = 0;
            int limited = 0;
            for (const TargetSettings& target : std::as_const(plan.targets)) {
                if (group.contains(target.id) && targetMemoryMib(target)) {
                    needed += *targetMemoryMib(target);
                    ++limited;
                }
            }
            QVERIFY(needed <= *memoryForTargets(limits) || limited <= 1);
            flat << group;
        }
        QStringList inOrder;
        for (const TargetSettings& target : std::as_const(plan.targets))
            inOrder << target.id;
        QCOMPARE(flat, inOrder);
    }
}

void TestExpand::sameAfterStorage()
{
    Plan plan = smallPlan();
    plan.suites = {
        Suite{Test::Cpu, {{u"time_s"_s, {2, 1.0}}, {u"threads"_s, {4, 1}}, {u"cpu_max_prime"_s, {1e6, 100}}}},
        Suite{Test::Fileio, {{u"file_test_mode"_s, {u"seqrd"_s}}, {u"file_num"_s, {4, 2}}}}};
    const auto stored = planFromJson(planToJson(plan));
    QVERIFY(stored);
    QCOMPARE(*expandPlan(*stored, {}), *expandPlan(plan, {}));
}

QTEST_APPLESS_MAIN(TestExpand)
#include "tst_expand.moc"
