#include "plan/plan.h"

#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;

class TestPlan : public QObject
{
    Q_OBJECT
private slots:
    void labels();
    void limits();
    void kindNames();
    void pathsFromAFolder();
};

void TestPlan::labels()
{
    TargetSettings target;
    QCOMPARE(targetLabel(target), u"Host"_s);
    target.kind = TargetKind::Docker;
    QCOMPARE(targetLabel(target), u"Docker 2 CPU 1 GiB"_s);
    target.docker.cpus = 1.5;
    target.docker.memoryMib = 512;
    QCOMPARE(targetLabel(target), u"Docker 1.5 CPU 512 MiB"_s);
    target.docker.memoryMib = 1536;
    QCOMPARE(targetLabel(target), u"Docker 1.5 CPU 1.5 GiB"_s);
    target.docker.memoryMib = 1100;
    QCOMPARE(targetLabel(target), u"Docker 1.5 CPU 1100 MiB"_s);
    target.kind = TargetKind::Qemu;
    QCOMPARE(targetLabel(target), u"QEMU 2 CPU 1 GiB"_s);
    target.qemu.accel = u"tcg"_s;
    QCOMPARE(targetLabel(target), u"QEMU tcg 2 CPU 1 GiB"_s);
    target.qemu.disk.format = u"qcow2"_s;
    QCOMPARE(targetLabel(target), u"QEMU tcg 2 CPU 1 GiB qcow2"_s);
    target.qemu.disk.cache = u"none"_s;
    target.qemu.disk.aio = u"native"_s;
    target.qemu.machine = u"pc"_s;
    target.qemu.cpu = u"host"_s;
    QCOMPARE(targetLabel(target), u"QEMU tcg 2 CPU 1 GiB qcow2 cache=none aio=native pc cpu=host"_s);
    TargetSettings container;
    container.kind = TargetKind::Docker;
    container.docker.storage = u"layer"_s;
    QCOMPARE(targetLabel(container), u"Docker 2 CPU 1 GiB layer"_s);
    container.docker.image = u"ubuntu:22.04"_s;
    QCOMPARE(targetLabel(container), u"Docker 2 CPU 1 GiB layer ubuntu:22.04"_s);
    target.label = u"My VM %1"_s;
    QCOMPARE(targetLabel(target), u"My VM %1"_s);
}

void TestPlan::limits()
{
    TargetSettings target;
    QVERIFY(!targetCpus(target));
    QVERIFY(!targetMemoryMib(target));
    target.docker.cpus = 0.5;
    target.docker.memoryMib = 300;
    target.qemu.smp = 3;
    target.qemu.memoryMib = 400;
    target.kind = TargetKind::Docker;
    QCOMPARE(targetCpus(target), std::optional<double>(0.5));
    QCOMPARE(targetMemoryMib(target), std::optional<int>(300));
    target.kind = TargetKind::Qemu;
    QCOMPARE(targetCpus(target), std::optional<double>(3));
    QCOMPARE(targetMemoryMib(target), std::optional<int>(400));
}

void TestPlan::kindNames()
{
    QCOMPARE(targetKindName(TargetKind::Host), "host"_L1);
    QCOMPARE(targetKindName(TargetKind::Docker), "docker"_L1);
    QCOMPARE(targetKindName(TargetKind::Qemu), "qemu"_L1);
}

void TestPlan::pathsFromAFolder()
{
    Plan plan;
    plan.targets.resize(3);
    plan.targets[0].qemu.disk.path = u"disks/a.raw"_s;
    plan.targets[0].qemu.iso = u"../b.iso"_s;
    plan.targets[1].qemu.disk.path = u"/c.raw"_s;
    plan.targets[0].qemu.disk.base = u"base.qcow2"_s;
    plan.targets[0].qemu.ssh.key = u"keys/vm"_s;
    const Plan found = withPathsFrom(plan, u"/home/x"_s);
    QCOMPARE(found.targets[0].qemu.disk.base, u"/home/x/base.qcow2"_s);
    QCOMPARE(found.targets[0].qemu.ssh.key, u"/home/x/keys/vm"_s);
    for (const QString& name : {QString(), u"auto"_s, u"uefi"_s, u"bios"_s, u"QEMU_EFI.fd"_s}) { // looked up by name
        plan.targets[0].qemu.firmware = name;
        QCOMPARE(withPathsFrom(plan, u"/home/x"_s).targets[0].qemu.firmware, name);
    }
    plan.targets[0].qemu.firmware = u"./QEMU_EFI.fd"_s;
    QCOMPARE(withPathsFrom(plan, u"/home/x"_s).targets[0].qemu.firmware, u"/home/x/./QEMU_EFI.fd"_s);
    QCOMPARE(found.targets[0].qemu.disk.path, u"/home/x/disks/a.raw"_s);
    QCOMPARE(found.targets[0].qemu.iso, u"/home/x/../b.iso"_s);
    QCOMPARE(found.targets[0].qemu.firmware, QString());
    QCOMPARE(found.targets[1], plan.targets[1]);
    QCOMPARE(found.targets[2], plan.targets[2]);
    QCOMPARE(withPathsFrom(plan, u"/"_s).targets[0].qemu.disk.path, u"/disks/a.raw"_s);
}

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
