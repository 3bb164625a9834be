#include "guest/architecture.h"
#include "models/run_outlook.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

using State = EnvironmentItem::State;

EnvironmentItem item(const QString& id, State state, const QString& mend = {})
{
    EnvironmentItem made;
    made.id = id;
    made.state = state;
    made.mend = mend;
    return made;
}

TargetSettings target(const QString& id, TargetKind kind)
{
    TargetSettings made;
    made.id = id;
    made.kind = kind;
    return made;
}

/// A host, containers of the built-in and of another image, VMs that take what is there or want KVM.
Plan plan()
{
    Plan made;
    made.targets = {target(u"host"_s, TargetKind::Host), target(u"docker"_s, TargetKind::Docker),
                    target(u"ubuntu"_s, TargetKind::Docker), target(u"qemu"_s, TargetKind::Qemu),
                    target(u"kvm"_s, TargetKind::Qemu)};
    made.targets[2].docker.image = u"ubuntu:22.04"_s;
    made.targets[4].qemu.accel = u"kvm"_s;
    for (TargetSettings& one : made.targets)
        one.qemu.arch = nativeArchitecture();
    return made;
}

/// The same, and a VM that has to be emulated.
Plan planWithForeignMachine()
{
    Plan made = plan();
    made.targets << target(u"other"_s, TargetKind::Qemu);
    made.targets.last().qemu.arch = nativeArchitecture() == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
    return made;
}

} // namespace

/// What is said before Run.
class TestRunOutlook : public QObject
{
    Q_OBJECT
private slots:
    void nobodyHasLooked();
    void namesWhoCannotRun_data();
    void namesWhoCannotRun();
    void saysWhatIsMissingOnly();
    void kvmIsMissingWhereItIsAskedFor();
    void saysThatTheGuestIsBuilt();
    void anotherArchitectureNeedsItsOwn();
};

void TestRunOutlook::nobodyHasLooked()
{
    const RunOutlook outlook = runOutlook(plan(), {});
    QVERIFY(outlook.obstacles.isEmpty());
    QVERIFY(outlook.steps.isEmpty());
}

void TestRunOutlook::namesWhoCannotRun_data()
{
    QTest::addColumn<QString>("missing");
    QTest::addColumn<QStringList>("targets");
    QTest::newRow("sysbench") << u"sysbench"_s << QStringList{u"host"_s};
    QTest::newRow("engine") << u"container-engine"_s << QStringList{u"docker"_s, u"ubuntu"_s};
    QTest::newRow("QEMU") << u"qemu"_s << QStringList{u"qemu"_s, u"kvm"_s};
    QTest::newRow("qemu-img") << u"qemu-img"_s << QStringList{u"qemu"_s, u"kvm"_s};
    QTest::newRow("guest") << u"guest"_s << QStringList{u"docker"_s, u"qemu"_s, u"kvm"_s};
    QTest::newRow("store") << u"store"_s << QStringList{u"host"_s, u"docker"_s, u"ubuntu"_s, u"qemu"_s, u"kvm"_s};
    QTest::newRow("nobody needs it") << u"something"_s << QStringList();
}

void TestRunOutlook::namesWhoCannotRun()
{
    QFETCH(QString, missing);
    const RunOutlook outlook = runOutlook(plan(), {item(missing, State::Missing, u"It is missing. Get it."_s)});
    QTEST(outlook.barred(), "targets");
}

void TestRunOutlook::saysWhatIsMissingOnly()
{
    const RunOutlook outlook = runOutlook(
        plan(), {item(u"qemu"_s, State::Missing, u"qemu is not installed. Install it: sudo apt install qemu"_s),
                 item(u"sysbench"_s, State::Missing, u"No sysbench"_s),
                 item(u"qemu-img"_s, State::Missing, u"qemu-img does not work. See above."_s)});
    QCOMPARE(outlook.obstacles.size(), 2);
    QCOMPARE(outlook.obstacles.at(0).reason, u"qemu is not installed.\nqemu-img does not work."_s);
    QCOMPARE(outlook.obstacles.at(1).reason, u"No sysbench"_s);
    QCOMPARE(outlook.barred(), (QStringList{u"qemu"_s, u"kvm"_s, u"host"_s}));
}

void TestRunOutlook::kvmIsMissingWhereItIsAskedFor()
{
    EnvironmentItem kvm = item(u"kvm"_s, State::Warning, u"VMs run under TCG."_s);
    kvm.detail = u"There is no /dev/kvm. Perhaps in the firmware."_s;
    const RunOutlook outlook = runOutlook(plan(), {kvm});
    QCOMPARE(outlook.barred(), QStringList{u"kvm"_s});
    QCOMPARE(outlook.obstacles.first().reason, u"KVM cannot be used: There is no /dev/kvm."_s);
    kvm.state = State::Ok;
    QVERIFY(runOutlook(plan(), {kvm}).obstacles.isEmpty());
}

void TestRunOutlook::saysThatTheGuestIsBuilt()
{
    const EnvironmentItem guest = item(u"guest"_s, State::Warning, u"It is built at the first run."_s);
    QCOMPARE(runOutlook(plan(), {guest}).steps.size(), 1);
    QVERIFY(runOutlook(plan(), {guest}).obstacles.isEmpty());
    Plan without = plan();
    without.targets = {without.targets.at(0), without.targets.at(2)};
    QVERIFY(runOutlook(without, {guest}).steps.isEmpty());
}

void TestRunOutlook::anotherArchitectureNeedsItsOwn()
{
    const Plan mixed = planWithForeignMachine();
    EnvironmentItem foreign = item(u"qemu-foreign"_s, State::Ok, u"To emulate them: sudo apt install it"_s);
    foreign.bars = u"qemu-system-other is not installed. Install it: sudo apt install it"_s;
    RunOutlook outlook = runOutlook(mixed, {foreign});
    QCOMPARE(outlook.barred(), QStringList{u"other"_s});
    QCOMPARE(outlook.obstacles.first().reason, u"qemu-system-other is not installed."_s);
    QVERIFY(outlook.steps.isEmpty());
    QVERIFY(runOutlook(plan(), {foreign}).obstacles.isEmpty());
    foreign.bars.clear(); // its guest is not built yet
    outlook = runOutlook(mixed, {foreign});
    QVERIFY(outlook.obstacles.isEmpty());
    QCOMPARE(outlook.steps.size(), 1);
    QVERIFY(runOutlook(plan(), {foreign}).steps.isEmpty());
    foreign.mend.clear();
    QVERIFY(runOutlook(mixed, {foreign}).steps.isEmpty());
    // What the machine's own VMs lack does not concern it.
    for (const QString& id : {u"qemu"_s, u"guest"_s})
        QVERIFY(!runOutlook(mixed, {item(id, State::Missing, u"Gone."_s)}).barred().contains(u"other"_s));
    QVERIFY(runOutlook(mixed, {item(u"qemu-img"_s, State::Missing, u"Gone."_s)}).barred().contains(u"other"_s));
}

QTEST_GUILESS_MAIN(TestRunOutlook)
#include "tst_run_outlook.moc"
