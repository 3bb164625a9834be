#include "fair_plan.h"
#include "plan/presets.h"
#include "plan/validate.h"

#include <QTest>
#include <functional>

using namespace bv;
using namespace bv::analysis;
using namespace bv::fair;
using namespace Qt::StringLiterals;

using Change = std::function<void(Plan&, QJsonObject&)>;
Q_DECLARE_METATYPE(Change)

/// Before a run.
class TestFairness : public QObject
{
    Q_OBJECT

private slots:
    void plans_data();
    void plans();
    void mendsOnlyWhatCanBe_data();
    void mendsOnlyWhatCanBe();
    void presets_data();
    void presets();
    void mendsKeepWhatIsAsked();
    void sizesFitTheMachine();
    void words();
};

void TestFairness::plans_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QStringList>("kinds");
    const auto row = [](const char* name, const Change& change, const QStringList& kinds = {}) {
        QTest::newRow(name) << change << kinds;
    };
    row("fair", [](Plan&, QJsonObject&) {});
    row("tcg beside nothing known",
        [](Plan& p, QJsonObject& h) {
            p.targets[1].qemu.accel = u"tcg"_s;
            h.remove(u"kvm"_s);
        },
        {u"accelerator:distorts"_s});
    row("tcg where KVM works", [](Plan& p, QJsonObject&) { p.targets[1].qemu.accel = u"tcg"_s; },
        {u"accelerator:distorts"_s});
    row("auto under KVM", [](Plan& p, QJsonObject&) { p.targets[1].qemu.accel = u"auto"_s; });
    row("auto without KVM",
        [](Plan& p, QJsonObject& h) {
            p.targets[1].qemu.accel = u"auto"_s;
            h[u"kvm"_s] = false;
        },
        {u"accelerator:distorts"_s});
    row("auto, not tried", [](Plan& p, QJsonObject& h) {
        p.targets[1].qemu.accel = u"auto"_s;
        h.remove(u"kvm"_s);
    });
    row("another architecture",
        [](Plan& p, QJsonObject&) {
            p.targets[1].qemu.arch = u"aarch64"_s;
            p.targets[1].qemu.accel = u"auto"_s;
        },
        {u"architecture:breaks"_s});
    row("its own architecture on ARM", [](Plan& p, QJsonObject& h) {
        p.targets[1].qemu.arch = u"aarch64"_s;
        h[u"machine"_s] = u"arm64"_s;
    });
    row("CPUs, one thread",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.cpus = 4;
            p.suites = {cpuSuite()};
        },
        {u"cpus:remark"_s});
    row("CPUs, more threads",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.cpus = 4;
            p.suites = {cpuSuite({4})};
        },
        {u"cpus:breaks"_s, u"threads:remark"_s});
    row("a quota",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.cpus = 1.5;
            p.suites = {cpuSuite()};
        },
        {u"cpu_quota:distorts"_s, u"cpus:remark"_s});
    row("memory, no files",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.memoryMib = 4096;
            p.suites = {cpuSuite()};
        },
        {u"memory:remark"_s});
    row("memory, files between", [](Plan& p, QJsonObject&) { p.targets[0].docker.memoryMib = 4096; },
        {u"memory:breaks"_s, u"cached_files:breaks"_s});
    row("memory, files beyond",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.memoryMib = 2048;
            p.suites = {fileSuite(u"4G"_s)};
        },
        {u"memory:distorts"_s});
    row("memory, files written",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.memoryMib = 4096;
            p.suites = {fileSuite(u"2G"_s, {u"rndwr"_s})};
        },
        {u"memory:remark"_s});
    row("sizes varied in both",
        [](Plan& p, QJsonObject&) {
            for (int i = 0; i < 2; ++i) {
                p.targets << container(u"d%1"_s.arg(i)) << vm(u"q%1"_s.arg(i));
                p.targets[p.targets.size() - 2].docker.cpus = 3 + i;
                p.targets.last().qemu.smp = 3 + i;
            }
            p.suites = {cpuSuite({2, 4})};
        },
        {u"threads:remark"_s});
    row("sizes varied in one",
        [](Plan& p, QJsonObject&) {
            p.targets << vm(u"q4"_s);
            p.targets.last().qemu.smp = 4;
            p.suites = {cpuSuite({1, 4})};
        },
        {u"cpus:remark"_s, u"threads:remark"_s});
    row("one thread on 2 and 4 CPUs",
        [](Plan& p, QJsonObject&) {
            p.targets << container(u"d4"_s) << vm(u"q4"_s);
            p.targets[2].docker.cpus = 4;
            p.targets[3].qemu.smp = 4;
            p.suites = {cpuSuite()};
        },
        {u"thread_scaling:distorts"_s});
    row("host, one thread", [](Plan& p, QJsonObject&) {
        p.targets << hostTarget();
        p.suites = {cpuSuite()};
    });
    row("host, more threads",
        [](Plan& p, QJsonObject&) {
            p.targets << hostTarget();
            p.suites = {cpuSuite({4})};
        },
        {u"cpus:breaks"_s, u"threads:remark"_s});
    row("host of the same size", [](Plan& p, QJsonObject& h) {
        p.targets << hostTarget();
        h[u"cpus"_s] = 2;
        p.suites = {cpuSuite({2})};
    });
    row("host reads files",
        [](Plan& p, QJsonObject& h) {
            p.targets << hostTarget();
            h[u"cpus"_s] = 2;
            p.suites = {fileSuite()};
        },
        {u"memory:breaks"_s, u"cached_files:breaks"_s});
    row("start-ups of their own sizes", [](Plan& p, QJsonObject&) {
        p.targets[0].docker.cpus = 1;
        p.targets[0].docker.memoryMib = 512;
        p.suites = {{Test::Boot, {{u"smp"_s, {1, 2}}, {u"memory_mib"_s, {512}}}}};
    });
    row("start-ups of unequal targets",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.cpus = 1;
            p.suites = {{Test::Boot, {}}};
        },
        {u"cpus:breaks"_s});
    row("host beside start-ups", [](Plan& p, QJsonObject&) {
        p.targets << hostTarget();
        p.suites = {{Test::Boot, {}}};
    });
    row("start-ups of their own sizes beside one thread",
        [](Plan& p, QJsonObject&) {
            p.targets[0].docker.cpus = 1;
            p.suites = {cpuSuite(), {Test::Boot, {{u"smp"_s, {1, 2}}}}};
        },
        {u"cpus:remark"_s});
    row("tmpfs", [](Plan& p, QJsonObject&) { p.targets[0].docker.storage = u"tmpfs"_s; }, {u"storage:breaks"_s});
    row("tmpfs without files", [](Plan& p, QJsonObject&) {
        p.targets[0].docker.storage = u"tmpfs"_s;
        p.suites = {cpuSuite()};
    });
    row("layer", [](Plan& p, QJsonObject&) { p.targets[0].docker.storage = u"layer"_s; }, {u"storage:remark"_s});
    row("luks", [](Plan& p, QJsonObject&) { p.targets[1].qemu.disk.format = u"luks"_s; }, {u"storage:distorts"_s});
    row("unsafe", [](Plan& p, QJsonObject&) { p.targets[1].qemu.disk.cache = u"unsafe"_s; }, {u"unsafe_disk:breaks"_s});
    row("second cache", [](Plan& p, QJsonObject&) { p.targets[1].qemu.disk.cache = u"writethrough"_s; },
        {u"host_disk_cache:distorts"_s});
    row("second cache, only written", [](Plan& p, QJsonObject&) {
        p.targets[1].qemu.disk.cache = u"writethrough"_s;
        p.suites = {fileSuite(u"2G"_s, {u"rndwr"_s})};
    });
    row("second cache too small", [](Plan& p, QJsonObject& h) {
        p.targets[1].qemu.disk.cache = u"writethrough"_s;
        h[u"memory_mib"_s] = 2048;
    });
    row("files in both memories", [](Plan& p, QJsonObject&) { p.suites = {fileSuite(u"256M"_s)}; },
        {u"cached_files:distorts"_s});
    row("small files read directly", [](Plan& p, QJsonObject&) {
        p.suites = {fileSuite(u"256M"_s)};
        p.suites[0].parameters << SuiteParameter{u"file_extra_flags"_s, {u"direct"_s}};
    });
    row("small files written", [](Plan& p, QJsonObject&) { p.suites = {fileSuite(u"256M"_s, {u"rndwr"_s})}; });
    row("cache kept", [](Plan& p, QJsonObject&) { p.dropPageCache = false; }, {u"page_cache:distorts"_s});
    row("cache kept, no files", [](Plan& p, QJsonObject&) {
        p.dropPageCache = false;
        p.suites = {cpuSuite()};
    });
    row("one repeat", [](Plan& p, QJsonObject&) { p.repeats = 1; }, {u"repeats:breaks"_s});
    row("four repeats", [](Plan& p, QJsonObject&) { p.repeats = 4; }, {u"repeats:remark"_s});
    row("adaptive",
        [](Plan& p, QJsonObject&) {
            p.repeats = 1;
            p.adaptive = AdaptiveRepeats{2.5, 3, 20};
        },
        {u"repeats:remark"_s});
    row("adaptive, as many as it takes to be right", [](Plan& p, QJsonObject&) {
        p.adaptive = AdaptiveRepeats{2.5, 10, 20};
    });
    row("adaptive, always the same number", [](Plan& p, QJsonObject&) { p.adaptive = AdaptiveRepeats{2.5, 5, 5}; });
    row("blocked", [](Plan& p, QJsonObject&) { p.order = RunOrder::Blocked; }, {u"order:distorts"_s});
    row("blocked, one target", [](Plan& p, QJsonObject&) {
        p.order = RunOrder::Blocked;
        p.targets.removeLast();
    });
    row("another image", [](Plan& p, QJsonObject&) { p.targets[0].docker.image = u"ubuntu:22.04"_s; },
        {u"system:remark"_s});
    row("a guest of the user's",
        [](Plan& p, QJsonObject&) {
            p.targets[1].qemu.guest = u"disk"_s;
            p.targets[1].qemu.disk.path = u"/d.qcow2"_s;
        },
        {u"system:remark"_s});
    row("in a VM", [](Plan&, QJsonObject& h) { h[u"hypervisor"_s] = true; }, {u"host_is_vm:distorts"_s});
    row("in a VM, emulated",
        [](Plan& p, QJsonObject& h) {
            h[u"hypervisor"_s] = true;
            h[u"kvm"_s] = false;
            p.targets[1].qemu.accel = u"tcg"_s;
        },
        {u"accelerator:distorts"_s, u"host_is_vm:remark"_s});
    row("powersave", [](Plan&, QJsonObject& h) { h[u"governor"_s] = u"powersave"_s; }, {u"cpu_clock:remark"_s});
    row("turbo", [](Plan&, QJsonObject& h) { h[u"turbo"_s] = true; }, {u"cpu_clock:remark"_s});
    row("battery", [](Plan&, QJsonObject& h) { h[u"on_battery"_s] = true; }, {u"battery:distorts"_s});
    row("some load", [](Plan&, QJsonObject& h) { h[u"load_1min"_s] = 1.2; }, {u"load:remark"_s});
    row("much load", [](Plan&, QJsonObject& h) { h[u"load_1min"_s] = 3.0; }, {u"load:distorts"_s});
    row("load of one program on many CPUs", [](Plan&, QJsonObject& h) {
        h[u"load_1min"_s] = 1.0;
        h[u"cpus"_s] = 64;
    });
    row("no targets", [](Plan& p, QJsonObject& h) {
        p.targets.clear();
        h[u"on_battery"_s] = true;
    });
}

void TestFairness::plans()
{
    QFETCH(Change, change);
    QFETCH(QStringList, kinds);
    Plan plan = fairPlanOfTwo();
    QJsonObject host = quietHost();
    change(plan, host);
    const QList<FairnessNote> notes = fairnessOf(plan, host);
    QVERIFY2(kindsOf(notes) == kinds, qPrintable(kindsOf(notes).join(u' ') + u'\n' + storyOf(notes)));
    for (const FairnessNote& note : notes) {
        QVERIFY2(note.sentence.endsWith(u'.') && !note.effect.isEmpty() && !note.mend.isEmpty(),
                 qPrintable(storyOf(notes)));
        QVERIFY2(!storyOf(notes).contains(u'%' + QString(u'1')), qPrintable(storyOf(notes)));
        QCOMPARE(note.canMend, !note.change.isEmpty());
        for (const QString& id : note.targets)
            QVERIFY(std::any_of(plan.targets.cbegin(), plan.targets.cend(),
                                [&id](const TargetSettings& target) { return target.id == id; }));
        // its own mend ends it, and once is enough
        const Plan once = mended(plan, note);
        QCOMPARE(mended(once, note), once);
        QCOMPARE(once != plan, note.canMend);
    }
    // all at once
    QList<FairnessNote> applied;
    const Plan fair = fairPlan(plan, host, &applied);
    QCOMPARE(fairPlan(fair, host), fair);
    QCOMPARE(applied.isEmpty(), fair == plan);
    const QList<FairnessNote> left = fairnessOf(fair, host);
    for (const FairnessNote& note : left)
        QVERIFY2(!note.canMend, qPrintable(storyOf(left)));
    if (!plan.targets.isEmpty()) {
        const MachineLimits limits{host["cpus"_L1].toInt(), host["memory_mib"_L1].toInteger()};
        if (!hasErrors(validatePlan(plan, limits)))
            QVERIFY2(checkPlan(fair, limits), qPrintable(QString::fromUtf8(QTest::currentDataTag())));
    }
}

void TestFairness::mendsOnlyWhatCanBe_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("can");
    const auto row = [](const char* name, const QString& kind, bool can, const Change& change) {
        QTest::newRow(name) << change << kind << can;
    };
    const auto tcg = [](Plan& p, QJsonObject&) { p.targets[1].qemu.accel = u"tcg"_s; };
    row("kvm works", u"accelerator"_s, true, tcg);
    row("kvm does not", u"accelerator"_s, false, [tcg](Plan& p, QJsonObject& h) {
        tcg(p, h);
        h[u"kvm"_s] = false;
    });
    row("kvm is there, too", u"accelerator"_s, false, [tcg](Plan& p, QJsonObject& h) {
        tcg(p, h);
        p.targets << vm(u"k"_s);
    });
    const auto cached = [](Plan& p, QJsonObject&) { p.targets[1].qemu.disk.cache = u"writeback"_s; };
    row("disk on ext4", u"host_disk_cache"_s, true, cached);
    row("disk in memory", u"host_disk_cache"_s, false, [cached](Plan& p, QJsonObject& h) {
        cached(p, h);
        h[u"work_file_system"_s] = u"tmpfs"_s;
    });
    row("disk who knows where", u"host_disk_cache"_s, false, [cached](Plan& p, QJsonObject& h) {
        cached(p, h);
        h.remove(u"work_file_system"_s);
    });
    row("the user's disk", u"host_disk_cache"_s, false, [cached](Plan& p, QJsonObject& h) {
        cached(p, h);
        p.targets[1].qemu.disk.path = u"/d"_s;
    });
    const auto small = [](Plan& p, QJsonObject&) { p.suites = {fileSuite(u"256M"_s)}; };
    row("room for files", u"cached_files"_s, true, small);
    row("no room", u"cached_files"_s, false, [small](Plan& p, QJsonObject& h) {
        small(p, h);
        h[u"work_free_mib"_s] = 3000;
    });
    row("room not known", u"cached_files"_s, false, [small](Plan& p, QJsonObject& h) {
        small(p, h);
        h.remove(u"work_free_mib"_s);
    });
    row("a disk of a size", u"cached_files"_s, false, [small](Plan& p, QJsonObject& h) {
        small(p, h);
        p.targets[1].qemu.disk.path = u"/d"_s;
    });
}

void TestFairness::mendsOnlyWhatCanBe()
{
    QFETCH(Change, change);
    QFETCH(QString, kind);
    QFETCH(bool, can);
    Plan plan = fairPlanOfTwo();
    QJsonObject host = quietHost();
    change(plan, host);
    const QList<FairnessNote> notes = fairnessOf(plan, host);
    const auto note = std::find_if(notes.cbegin(), notes.cend(),
                                   [&kind](const FairnessNote& one) { return fairnessKindName(one.kind) == kind; });
    QVERIFY2(note != notes.cend(), qPrintable(storyOf(notes)));
    QCOMPARE(note->canMend, can);
    const auto isIt = [&kind](const FairnessNote& one) { return fairnessKindName(one.kind) == kind; };
    const QList<FairnessNote> left = fairnessOf(fairPlan(plan, host), host);
    QCOMPARE(std::none_of(left.cbegin(), left.cend(), isIt), can);
}

void TestFairness::presets_data()
{
    QTest::addColumn<QStringList>("kinds");
    QTest::newRow("quick") << QStringList{u"host_disk_cache:distorts"_s, u"cached_files:distorts"_s,
                                          u"repeats:remark"_s};
    QTest::newRow("report") << QStringList{u"host_disk_cache:distorts"_s};
    QTest::newRow("startup") << QStringList{u"repeats:remark"_s};
}

void TestFairness::presets()
{
    QFETCH(QStringList, kinds);
    const auto plan = preset(QString::fromUtf8(QTest::currentDataTag()), {4, 16384});
    QVERIFY(plan);
    const QList<FairnessNote> notes = fairnessOf(*plan, quietHost());
    QVERIFY2(kindsOf(notes) == kinds, qPrintable(kindsOf(notes).join(u' ') + u'\n' + storyOf(notes)));
    QCOMPARE(fairnessOf(fairPlan(*plan, quietHost()), quietHost()).size(), 0);
}

void TestFairness::mendsKeepWhatIsAsked()
{
    Plan plan = fairPlanOfTwo();
    plan.targets[0].docker.cpus = 4;
    plan.targets[0].docker.memoryMib = 4096;
    plan.targets[0].docker.storage = u"layer"_s;
    plan.targets[1].qemu.disk.cache = u"writethrough"_s;
    plan.targets[1].qemu.disk.sizeGib = 1;
    plan.suites = {cpuSuite({1, 2}), fileSuite(u"256M"_s)};
    plan.repeats = 2;
    plan.order = RunOrder::Blocked;
    plan.dropPageCache = false;
    QList<FairnessNote> applied;
    const Plan fair = fairPlan(plan, quietHost(), &applied);
    QCOMPARE(fair.targets[0].docker.cpus, 2.0);
    QCOMPARE(fair.targets[0].docker.memoryMib, 1024);
    QCOMPARE(fair.targets[0].docker.storage, u"volume"_s);
    QCOMPARE(fair.targets[1].qemu.smp, 2);
    QCOMPARE(fair.targets[1].qemu.disk.cache, u"none"_s);
    QCOMPARE(fair.targets[1].qemu.disk.sizeGib, 3.0);
    QCOMPARE(fair.repeats, 5);
    QVERIFY(fair.order == RunOrder::Interleaved && fair.dropPageCache);
    QCOMPARE(fair.suites[0], plan.suites[0]);
    for (const SuiteParameter& parameter : fair.suites[1].parameters) {
        if (parameter.name == "file_total_size"_L1)
            QCOMPARE(parameter.values, QJsonArray{u"2G"_s});
    }
    QCOMPARE(applied.size(), 8);
    QCOMPARE(fairnessOf(fair, quietHost()).size(), 0);
    // A plan that cannot be expanded is left alone.
    Plan broken;
    broken.targets = {container()};
    QCOMPARE(fairPlan(broken, quietHost()), broken);
}

void TestFairness::sizesFitTheMachine()
{
    Plan plan = fairPlanOfTwo();
    plan.targets[1].qemu.smp = 8; // more than there are, which QEMU takes and an engine refuses
    plan.targets[1].qemu.topology = {1, 8, 1};
    plan.suites = {cpuSuite({2})};
    QCOMPARE(fairnessOf(plan, quietHost()).value(0).mend, u"Give both no more CPUs than this machine has (4)."_s);
    const Plan fair = fairPlan(plan, quietHost());
    QCOMPARE(fair.targets[0].docker.cpus, 4.0);
    QCOMPARE(fair.targets[1].qemu.smp, 4);
    QVERIFY(!fair.targets[1].qemu.topology.isGiven());
    QVERIFY(checkPlan(fair, {4, 16384}));
}

void TestFairness::words()
{
    Plan plan = fairPlanOfTwo();
    plan.targets[0].docker.cpus = 4;
    plan.suites = {cpuSuite({2, 4})};
    QList<FairnessNote> notes = fairnessOf(plan, quietHost());
    QCOMPARE(
        notes.value(0).sentence,
        u"The numbers of CPUs differ: Docker 4 CPU 1 GiB has 4 CPUs and QEMU kvm 2 CPU 1 GiB cache=none has 2 CPUs."_s);
    QCOMPARE(notes.value(0).effect,
             u"With 4 threads the larger one can do up to 2 times the work, whatever it runs in."_s);
    plan = fairPlanOfTwo();
    plan.repeats = 3;
    notes = fairnessOf(plan, quietHost());
    // t(0.975, 2) / √3 and t(0.975, 4) / √5, with t = 4.303 and 2.776 (NIST/SEMATECH e-Handbook, 1.3.6.7.2)
    QCOMPARE(notes.value(0).effect,
             u"The 95 % interval of a mean is ±2.48 standard deviations; with 5 repeats it would be ±1.24."_s);
}

QTEST_APPLESS_MAIN(TestFairness)
#include "tst_fairness.moc"
