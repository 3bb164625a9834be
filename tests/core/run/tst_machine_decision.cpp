#include "guest/architecture.h"
#include "run/machine_decision.h"
#include "run/other_build.h"
#include "run/readiness.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// What a plan leaves to the machine: accelerators, architectures, builds of sysbench.
class TestMachineDecision : public QObject
{
    Q_OBJECT
private slots:
    void decides_data();
    void decides();
    void containersAreLeftAlone();
    void emulatedMaxIsMadeBearable_data();
    void emulatedMaxIsMadeBearable();
    void guestsByArchitecture();
    void namesAnotherBuild();
};

namespace {

QString foreignName()
{
    return nativeArchitecture() == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
}

TargetSettings vm(const QString& arch, const QString& accel)
{
    TargetSettings target;
    target.id = u"vm"_s;
    target.kind = TargetKind::Qemu;
    target.qemu.arch = arch;
    target.qemu.accel = accel;
    target.qemu.cpu = u"cortex-a57"_s;
    return target;
}

KvmAnswer kvm(bool usable)
{
    KvmAnswer answer;
    answer.usable = usable;
    answer.reason = u"Because."_s;
    return answer;
}

} // namespace

void TestMachineDecision::decides_data()
{
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QString>("accel");
    QTest::addColumn<bool>("usable");
    QTest::addColumn<QString>("becomes"); // or a part of the error
    QTest::addColumn<bool>("asks");
    const QString here = nativeArchitecture();
    QTest::newRow("auto, works") << here << u"auto"_s << true << u"kvm"_s << true;
    QTest::newRow("auto, does not") << here << u"auto"_s << false << u"tcg"_s << true;
    QTest::newRow("tcg") << here << u"tcg"_s << true << u"tcg"_s << false;
    QTest::newRow("kvm, works") << here << u"kvm"_s << true << u"kvm"_s << true;
    QTest::newRow("kvm, does not") << here << u"kvm"_s << false << u"vm: accel kvm cannot be used. Because."_s << true;
    QTest::newRow("foreign, auto") << foreignName() << u"auto"_s << true << u"tcg"_s << false;
    QTest::newRow("foreign, tcg") << foreignName() << u"tcg"_s << true << u"tcg"_s << false;
    QTest::newRow("foreign, kvm") << foreignName() << u"kvm"_s << true
                                  << u"vm: accel kvm runs only guests of this machine's own architecture"_s << false;
}

void TestMachineDecision::decides()
{
    QFETCH(QString, arch);
    QFETCH(QString, accel);
    QFETCH(bool, usable);
    QFETCH(QString, becomes);
    TargetSettings target = vm(arch, accel);
    QTEST(needsKvmAnswer(target), "asks");
    const auto notes = decideMachine(target, kvm(usable));
    if (!notes) {
        QVERIFY2(notes.error().message.startsWith(becomes), qPrintable(notes.error().message));
        QVERIFY(notes.error().message.endsWith("or auto."_L1));
        return;
    }
    QCOMPARE(target.qemu.accel, becomes);
    QCOMPARE(notes->size(), arch == nativeArchitecture() ? 0 : 1);
    QVERIFY(notes->isEmpty() || notes->first().contains("emulates "_L1 + arch));
}

void TestMachineDecision::containersAreLeftAlone()
{
    TargetSettings target;
    target.kind = TargetKind::Docker;
    target.qemu.arch = foreignName();
    target.qemu.accel = u"kvm"_s;
    const TargetSettings before = target;
    QVERIFY(!needsKvmAnswer(target));
    const auto notes = decideMachine(target, kvm(false));
    QVERIFY(notes && notes->isEmpty());
    QVERIFY(target == before);
}

void TestMachineDecision::emulatedMaxIsMadeBearable_data()
{
    QTest::addColumn<QString>("arch");
    QTest::addColumn<QString>("cpu");
    QTest::addColumn<QString>("becomes");
    QTest::newRow("aarch64") << u"aarch64"_s << u"max"_s << u"max,pauth-impdef=on"_s;
    QTest::newRow("as asked for") << u"aarch64"_s << u"max,pauth=off"_s << u"max,pauth=off"_s;
    QTest::newRow("another") << u"aarch64"_s << u"cortex-a57"_s << u"cortex-a57"_s;
    QTest::newRow("x86_64") << u"x86_64"_s << u"max"_s << u"max"_s;
}

void TestMachineDecision::emulatedMaxIsMadeBearable()
{
    QFETCH(QString, arch);
    QFETCH(QString, cpu);
    TargetSettings target = vm(arch, u"tcg"_s);
    target.qemu.cpu = cpu;
    const auto notes = decideMachine(target, kvm(false));
    QVERIFY(notes);
    QTEST(target.qemu.cpu, "becomes");
    QCOMPARE(!notes->filter(u"pauth-impdef"_s).isEmpty(), target.qemu.cpu != cpu);
}

void TestMachineDecision::guestsByArchitecture()
{
    Plan plan;
    TargetSettings docker;
    docker.kind = TargetKind::Docker;
    docker.docker.image = u"ubuntu"_s;
    plan.targets = {docker};
    QCOMPARE(guestArchitecturesOf(plan), QStringList());
    plan.targets = {vm(foreignName(), u"tcg"_s), docker, vm(foreignName(), u"auto"_s)};
    QCOMPARE(guestArchitecturesOf(plan), QStringList(foreignName()));
    docker.docker.image = u"builtin"_s;
    docker.qemu.arch = foreignName(); // of a container: not used
    plan.targets << docker;
    QCOMPARE(guestArchitecturesOf(plan), (QStringList{foreignName(), nativeArchitecture()}));
}

void TestMachineDecision::namesAnotherBuild()
{
    const auto of = [](const QString& id, const QString& sum, const QString& machine) {
        const QJsonObject provenance{{u"sysbench"_s, QJsonObject{{u"sha256"_s, sum}, {u"version"_s, u"1.0.20"_s}}},
                                     {u"inside"_s, QJsonObject{{u"machine"_s, machine}}}};
        return QJsonObject{{u"id"_s, id}, {u"provenance"_s, provenance}};
    };
    const QJsonArray targets{of(u"a"_s, u"1"_s, u"x86_64"_s), of(u"unknown"_s, {}, {}),
                             of(u"b"_s, u"2"_s, u"x86_64"_s)};
    const auto provenance = [&of](const QString& sum) { return of({}, sum, u"aarch64"_s)["provenance"_L1].toObject(); };
    QCOMPARE(otherBuildOf(u"c"_s, provenance(u"1"_s), targets).targetId, u"b"_s);
    QCOMPARE(otherBuildOf(u"c"_s, provenance(u"3"_s), targets).targetId, u"a"_s);
    QCOMPARE(otherBuildOf(u"b"_s, provenance(u"1"_s), targets).targetId, QString()); // itself, before
    QCOMPARE(otherBuildOf(u"c"_s, provenance({}), targets).targetId, QString());
    QCOMPARE(otherBuildOf(u"c"_s, provenance(u"3"_s), targets).note,
             u"c runs another build of sysbench (1.0.20 aarch64) than a (1.0.20 x86_64): a difference between them may "
             "come from that, too."_s);
}

QTEST_GUILESS_MAIN(TestMachineDecision)
#include "tst_machine_decision.moc"
