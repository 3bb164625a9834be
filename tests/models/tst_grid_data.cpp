#include "models/grid_data.h"
#include "models/grid_numbers_model.h"
#include "support/analysis_session.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

constexpr auto Cpu = sysbench::Test::Cpu;

TargetSettings target(const QString& id, TargetKind kind, int cpus, int memory)
{
    TargetSettings settings;
    settings.id = id;
    settings.kind = kind;
    settings.docker.cpus = settings.qemu.smp = cpus;
    settings.docker.memoryMib = settings.qemu.memoryMib = memory;
    settings.qemu.accel = u"tcg"_s;
    return settings;
}

/// Containers and VMs of these sizes, with 3 runs of cpu each: 100 for each CPU and 1 for each MiB; VMs half of that.
Session gridSession(const QList<int>& cpus, const QList<int>& memory, const QList<int>& threads = {1})
{
    Session session = figures_only::emptySession({});
    for (const TargetKind kind : {TargetKind::Docker, TargetKind::Qemu}) {
        for (const int count : cpus) {
            for (const int size : memory) {
                const QString id = u"%1-%2-%3"_s.arg(targetKindName(kind)).arg(count).arg(size);
                session.plan.targets << target(id, kind, count, size);
                for (const int thread : threads) {
                    const double figure = (100.0 * count + size) * (kind == TargetKind::Qemu ? 0.5 : 1);
                    figures_only::addCell(session, id, Cpu, {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, thread}},
                                          {figure - 1, figure, figure + 1});
                }
            }
        }
    }
    return session;
}

} // namespace

class TestGridData : public QObject
{
    Q_OBJECT
private slots:
    void nothingVaries();
    void scalesByCpus();
    void keepsThreadsApart();
    void isAGrid();
    void leavesHolesOpen();
    void isATable();
};

void TestGridData::nothingVaries()
{
    const Session session = gridSession({2}, {1024});
    QVERIFY(scalingData(session).isEmpty());
    QVERIFY(heatData(session).isEmpty());
}

void TestGridData::scalesByCpus()
{
    const Session session = gridSession({4, 1, 2}, {1024});
    const QList<ScalingData> all = scalingData(session);
    QCOMPARE(all.size(), 1);
    const ScalingData& data = all.first();
    QCOMPARE(data.title, u"cpu 20000 by CPUs"_s);
    QCOMPARE(data.stem, u"cpu-20000-by-cpus"_s);
    QCOMPARE(data.unit, u"events/s"_s);
    QCOMPARE(data.series.size(), 2);
    QCOMPARE(data.series[0].name, u"Docker 1 GiB"_s);
    QCOMPARE(data.series[1].name, u"QEMU tcg 1 GiB"_s);
    QCOMPARE(data.series[0].points.size(), 3);
    QCOMPARE(data.series[0].points[0].first, 1.0); // in order, whatever that of the plan is
    QCOMPARE(data.series[0].points[2].second.mean, 1424.0);
    QCOMPARE(data.series[0].points[2].second.n, 3);
    QVERIFY(data.series[0].points[2].second.ciLow.has_value());
    QVERIFY(heatData(session).isEmpty());
}

void TestGridData::keepsThreadsApart()
{
    const QList<ScalingData> all = scalingData(gridSession({1, 2}, {1024}, {1, 4}));
    QCOMPARE(all.size(), 2); // by CPUs, by threads
    QCOMPARE(all[0].series.size(), 4);
    QVERIFY2(all[0].series[0].name.startsWith(u"Docker 1 GiB, 1 thread"_s), qPrintable(all[0].series[0].name));
    QCOMPARE(all[1].axis, u"Threads"_s);
    QCOMPARE(all[1].series.size(), 4);
    QCOMPARE(all[1].series[0].name, u"Docker 1 CPU 1 GiB"_s);
}

void TestGridData::isAGrid()
{
    const QList<HeatData> all = heatData(gridSession({1, 2}, {2048, 512, 1024}));
    QCOMPARE(all.size(), 1);
    const HeatData& data = all.first();
    QCOMPARE(data.title, u"cpu 20000 over CPUs and memory"_s);
    QCOMPARE(data.columns, QStringList({u"1 CPU"_s, u"2 CPU"_s}));
    QCOMPARE(data.rows, QStringList({u"512 MiB"_s, u"1024 MiB"_s, u"2048 MiB"_s}));
    QCOMPARE(data.panels.size(), 2);
    QCOMPARE(data.panels[0].name, u"Docker"_s);
    QCOMPARE(data.panels[1].name, u"QEMU tcg"_s);
    QCOMPARE(data.panels[0].cells[0][1]->mean, 712.0);
    QCOMPARE(data.panels[1].cells[2][0]->mean, 1074.0);
    QVERIFY(!data.lowerIsBetter);
}

void TestGridData::leavesHolesOpen()
{
    Session session = gridSession({1, 2}, {512, 1024});
    session.runs.removeIf([](const RunRecord& run) { return run.target == "docker-2-1024"_L1; });
    const QList<HeatData> all = heatData(session);
    QCOMPARE(all.size(), 1);
    QVERIFY(!all.first().panels[0].cells[1][1].has_value());
    QVERIFY(all.first().panels[1].cells[1][1].has_value());
}

void TestGridData::isATable()
{
    const GridNumbersModel model(u"CPUs"_s, u"events/s"_s, {{u"Docker"_s, u"2"_s, {712, 700, std::nullopt, 3}}});
    QCOMPARE(model.rowCount(), 1);
    const auto text = [&model](int column) { return model.index(0, column).data().toString(); };
    QCOMPARE(text(GridNumbersModel::Arrangement), u"Docker"_s);
    QCOMPARE(text(GridNumbersModel::Mean), u"712.0"_s);
    QCOMPARE(text(GridNumbersModel::High), u"–"_s);
    QCOMPARE(model.headerData(GridNumbersModel::Mean, Qt::Horizontal, Qt::DisplayRole).toString(), u"Mean, events/s"_s);
}

QTEST_GUILESS_MAIN(TestGridData)
#include "tst_grid_data.moc"
