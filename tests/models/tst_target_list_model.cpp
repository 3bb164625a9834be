#include "models/plan_document.h"
#include "models/target_grid.h"
#include "models/target_list_model.h"
#include "models/value_list.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// Containers of 1, 2, … CPUs.
Plan containers(int count)
{
    Plan plan;
    for (int i = 0; i < count; ++i) {
        TargetSettings target;
        target.kind = TargetKind::Docker;
        target.id = u"c%1"_s.arg(i);
        target.docker.cpus = 1;
        plan.targets << target;
    }
    plan.suites = {{sysbench::Test::Cpu, {}}};
    return plan;
}

QStringList idsOf(const QAbstractItemModel& model)
{
    QStringList ids;
    for (int i = 0; i < model.rowCount(); ++i)
        ids << model.index(i, 0).data(TargetListModel::IdRole).toString();
    return ids;
}

struct World
{
    explicit World(int count)
        : plan({4, 8192})
        , model(plan)
        , tester(&model)
        , resets(&model, &QAbstractItemModel::modelReset)
        , changes(&model, &QAbstractItemModel::dataChanged)
        , inserts(&model, &QAbstractItemModel::rowsInserted)
        , removes(&model, &QAbstractItemModel::rowsRemoved)
        , moves(&model, &QAbstractItemModel::rowsMoved)
    {
        plan.setPlan(containers(count));
        for (QSignalSpy* spy : {&resets, &changes, &inserts, &removes, &moves})
            spy->clear();
    }
    PlanDocument plan;
    TargetListModel model;
    QAbstractItemModelTester tester;
    QSignalSpy resets, changes, inserts, removes, moves;
};

} // namespace

class TestTargetListModel : public QObject
{
    Q_OBJECT
private slots:
    void tellsWhatTargetsAre();
    void marksProblemsOfTheRightRow();
    void switchesOnAndOff();
    void renames();
    void movesRows();
    void movesOneRowOnly();
    void removesWhatIsGone();
    void insertsWhatIsNew();
    void keepsRowsWhoseIdFollowsTheSettings();
    void takesAnotherPlan();
    void putsBackWhatWasRemoved();
    void changesOneOfManyRows();
    void makesGrids();
    void readsValues_data();
    void readsValues();
};

void TestTargetListModel::tellsWhatTargetsAre()
{
    World world(2);
    const QModelIndex first = world.model.index(0);
    QCOMPARE(world.model.rowCount(), 2);
    QCOMPARE(first.data().toString(), u"Docker 1 CPU 1 GiB"_s);
    QCOMPARE(first.data(TargetListModel::KindRole).toInt(), static_cast<int>(TargetKind::Docker));
    QCOMPARE(first.data(TargetListModel::SummaryRole).toString(), u"Built-in image, volume"_s);
    QCOMPARE(first.data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
    TargetSettings vm;
    vm.kind = TargetKind::Qemu;
    vm.label = u"Mine"_s;
    QCOMPARE(targetSummary(vm), u"QEMU 2 CPU 1 GiB, scratch disk 4 GiB, raw, writethrough"_s);
    vm.qemu.disk.path = u"/data/disk.qcow2"_s;
    QVERIFY(targetSummary(vm).contains("disk.qcow2"_L1));
}

void TestTargetListModel::marksProblemsOfTheRightRow()
{
    World world(3);
    world.plan.setEnabled(0, false);
    TargetSettings bad = world.plan.target(2);
    bad.docker.cpus = 0;
    world.plan.setTarget(2, bad);
    QVERIFY(!world.model.index(1).data(TargetListModel::SeverityRole).isValid());
    QCOMPARE(world.model.index(2).data(TargetListModel::SeverityRole).toInt(),
             static_cast<int>(PlanProblem::Severity::Error));
    QVERIFY(world.model.index(2).data(Qt::ToolTipRole).toString().contains("CPU"_L1));
    QVERIFY(world.model.index(2).data(Qt::AccessibleTextRole).toString().contains("CPU"_L1));
}

void TestTargetListModel::switchesOnAndOff()
{
    World world(2);
    QVERIFY(world.model.setData(world.model.index(1), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!world.plan.isEnabled(1));
    QCOMPARE(world.changes.size(), 1);
    QCOMPARE(world.changes.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(world.model.index(1).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
}

void TestTargetListModel::renames()
{
    World world(1);
    const QModelIndex index = world.model.index(0);
    QVERIFY(world.model.setData(index, u"  Small\tone "_s, Qt::EditRole));
    QCOMPARE(world.plan.target(0).label, u"Small one"_s);
    QCOMPARE(index.data().toString(), u"Small one"_s);
    // The name that the settings give is not kept as one of its own: it follows them.
    QVERIFY(world.model.setData(index, u"Docker 1 CPU 1 GiB"_s, Qt::EditRole));
    QCOMPARE(world.plan.target(0).label, QString());
}

void TestTargetListModel::movesRows()
{
    World world(4);
    QVERIFY(world.model.moveRow({}, 0, {}, 3));
    QCOMPARE(idsOf(world.model), (QStringList{u"c1"_s, u"c2"_s, u"c0"_s, u"c3"_s}));
    QVERIFY(world.model.moveRows({}, 2, 2, {}, 0));
    QCOMPARE(idsOf(world.model), (QStringList{u"c0"_s, u"c3"_s, u"c1"_s, u"c2"_s}));
    QVERIFY(world.model.moveRows({}, 0, 2, {}, 4));
    QCOMPARE(idsOf(world.model), (QStringList{u"c1"_s, u"c2"_s, u"c0"_s, u"c3"_s}));
    QVERIFY(!world.model.moveRow({}, 1, {}, 2)); // where it is
    QVERIFY(!world.model.moveRow({}, 7, {}, 0));
}

void TestTargetListModel::movesOneRowOnly()
{
    World world(5);
    const QPersistentModelIndex third(world.model.index(2));
    world.plan.moveTarget(2, 4);
    QCOMPARE(third.row(), 4);
    QCOMPARE(world.moves.size(), 1);
    world.plan.moveTarget(4, 0);
    QCOMPARE(third.row(), 0);
    QCOMPARE(world.inserts.size() + world.removes.size() + world.resets.size(), 0);
}

void TestTargetListModel::removesWhatIsGone()
{
    World world(6);
    const QPersistentModelIndex kept(world.model.index(2));
    const QPersistentModelIndex last(world.model.index(5));
    world.plan.removeTargets({1, 3, 0});
    QCOMPARE(idsOf(world.model), (QStringList{u"c2"_s, u"c4"_s, u"c5"_s}));
    QCOMPARE(kept.row(), 0);
    QCOMPARE(last.row(), 2);
    world.plan.removeTargets({0, 1, 2});
    QCOMPARE(world.model.rowCount(), 0);
}

void TestTargetListModel::insertsWhatIsNew()
{
    World world(3);
    const QPersistentModelIndex last(world.model.index(2));
    QCOMPARE(world.plan.duplicateTarget(1), 2);
    QCOMPARE(last.row(), 3);
    QCOMPARE(world.inserts.size(), 1);
    world.plan.insertTargets(0, {world.plan.target(0), world.plan.target(0)});
    QCOMPARE(last.row(), 5);
    QCOMPARE(world.inserts.size(), 2);
}

void TestTargetListModel::keepsRowsWhoseIdFollowsTheSettings()
{
    World world(1);
    world.plan.addTargets({TargetSettings{{}, TargetKind::Docker, {}, {}, {}}});
    const QPersistentModelIndex made(world.model.index(1));
    TargetSettings changed = world.plan.target(1);
    changed.docker.cpus = 1;
    world.removes.clear();
    world.plan.setTarget(1, changed);
    QVERIFY(made.isValid());
    QCOMPARE(made.data(TargetListModel::IdRole).toString(), u"docker-1c-1g"_s);
    QCOMPARE(world.removes.size(), 0);
}

void TestTargetListModel::takesAnotherPlan()
{
    World world(3);
    QVERIFY(world.plan.loadPreset(u"grid"_s));
    QCOMPARE(world.model.rowCount(), world.plan.targetCount());
    QVERIFY(world.plan.loadPreset(u"quick"_s));
    QCOMPARE(world.model.rowCount(), 2);
    world.plan.setPlan(Plan());
    QCOMPARE(world.model.rowCount(), 0);
    world.plan.setPlan(containers(2));
    QCOMPARE(idsOf(world.model), (QStringList{u"c0"_s, u"c1"_s}));
}

void TestTargetListModel::putsBackWhatWasRemoved()
{
    World world(5);
    world.plan.setEnabled(3, false);
    const Plan before = world.plan.plan();
    const auto removed = world.plan.removeTargets({3, 1});
    QCOMPARE(removed.size(), 2);
    world.plan.restoreTargets(removed);
    QCOMPARE(world.plan.plan(), before);
    QVERIFY(!world.plan.isEnabled(3));
    QCOMPARE(idsOf(world.model).size(), 5);
}

void TestTargetListModel::changesOneOfManyRows()
{
    World world(500);
    TargetSettings target = world.plan.target(250);
    target.docker.memoryMib = 512;
    world.plan.setTarget(250, target);
    QCOMPARE(world.changes.size(), 1);
    QCOMPARE(world.changes.at(0).at(0).toModelIndex().row(), 250);
    QCOMPARE(world.changes.at(0).at(1).toModelIndex().row(), 250);
    world.plan.removeTargets({499, 0, 250});
    QCOMPARE(world.model.rowCount(), 497);
    QCOMPARE(world.resets.size(), 0);
}

void TestTargetListModel::makesGrids()
{
    TargetSettings vm;
    vm.kind = TargetKind::Qemu;
    vm.label = u"Base"_s;
    const TargetGrid grid{{1, 2}, {512, 1024}, {u"tmpfs"_s}, {u"raw"_s, u"qcow2"_s}, {}, {}};
    const QList<TargetSettings> vms = makeGrid(vm, grid);
    QCOMPARE(gridSize(vm, grid), 8);
    QCOMPARE(vms.size(), 8);
    QCOMPARE(vms.first().qemu.smp, 1);
    QCOMPARE(vms.last().qemu.smp, 2);
    QCOMPARE(vms.last().qemu.memoryMib, 1024);
    QCOMPARE(vms.last().qemu.disk.format, u"qcow2"_s);
    QVERIFY(vms.first().label.isEmpty());
    TargetSettings container;
    container.kind = TargetKind::Docker;
    const QList<TargetSettings> storages = makeGrid(container, {{0.5}, {}, {u"volume"_s, u"layer"_s}, {}, {}, {}});
    QCOMPARE(storages.size(), 2);
    QCOMPARE(storages.first().label, u"Docker 0.5 CPU 1 GiB, volume"_s); // else both had the same name
    QVERIFY(sameArrangement(storages.first(), [&] {
        TargetSettings other = storages.first();
        other.id = u"x"_s;
        other.label.clear();
        return other;
    }()));
    QList<double> many;
    for (int i = 1; i <= 1000; ++i)
        many << i;
    QVERIFY(makeGrid(vm, {many, {}, {}, {}, {}, {}}).isEmpty());
}

void TestTargetListModel::readsValues_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QJsonArray>("values");
    QTest::addColumn<QString>("back");
    QTest::addColumn<bool>("complains");
    QTest::newRow("sweep") << u"threads"_s << u" 1,2;  4"_s << QJsonArray{1, 2, 4} << u"1, 2, 4"_s << false;
    QTest::newRow("while typing") << u"threads"_s << u"1, "_s << QJsonArray{1} << u"1"_s << false;
    QTest::newRow("nothing") << u"threads"_s << u" ,"_s << QJsonArray() << QString() << false;
    QTest::newRow("word") << u"threads"_s << u"1, two"_s << QJsonArray{1, u"two"_s} << u"1, two"_s << true;
    QTest::newRow("fraction") << u"threads"_s << u"1.5"_s << QJsonArray{1.5} << u"1.5"_s << false;
    QTest::newRow("size") << u"file_total_size"_s << u"512M, 1g, 4096"_s << QJsonArray{u"512M"_s, u"1g"_s, 4096}
                          << u"512M, 1g, 4096"_s << false;
    QTest::newRow("bad size") << u"file_total_size"_s << u"1.5G"_s << QJsonArray{u"1.5G"_s} << u"1.5G"_s << true;
    QTest::newRow("flag") << u"file_fsync_all"_s << u"on, off"_s << QJsonArray{true, false} << u"on, off"_s << false;
    QTest::newRow("ratio") << u"file_rw_ratio"_s << u"1.5, 2"_s << QJsonArray{1.5, 2} << u"1.5, 2"_s << false;
}

void TestTargetListModel::readsValues()
{
    QFETCH(QString, option);
    QFETCH(QString, text);
    QFETCH(QJsonArray, values);
    QFETCH(bool, complains);
    const sysbench::OptionInfo* info = sysbench::findOption(sysbench::Test::Fileio, option);
    QVERIFY(info);
    QCOMPARE(parseValues(text, info), values);
    QTEST(valuesText(values), "back");
    QCOMPARE(!complaintOfTyping(text, *info).isEmpty(), complains);
}

QTEST_GUILESS_MAIN(TestTargetListModel)
#include "tst_target_list_model.moc"
