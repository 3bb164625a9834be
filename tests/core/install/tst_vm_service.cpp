#include "guest/architecture.h"
#include "install/vm_service.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

constexpr int patient = 30000;

QString write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? path : QString();
}

} // namespace

/// What the window asks for VMs with a system of their own.
class TestVmService : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void knowsDisksFromOtherFiles();
    void emulatesForeignOnes();
    void endsWithTheProgram();

private:
    static VmWish wishFor(const FakeMachine& machine)
    {
        VmWish wish(u"vm"_s);
        wish.cloudImage = write(machine.path(u"image.qcow2"_s), "QFI\xfb");
        return wish;
    }
};

void TestVmService::knowsDisksFromOtherFiles()
{
    const FakeMachine machine;
    const auto kindOf = [&](const QString& name, const QByteArray& content) {
        return lookAtVmSource(write(machine.path(name), content));
    };
    QCOMPARE(kindOf(u"a.img"_s, "QFI\xfb")->kind, VmSource::Kind::Disk);
    QCOMPARE(kindOf(u"b.img"_s, QByteArray(510, '\0') + "\x55\xaa")->kind, VmSource::Kind::Disk);
    QCOMPARE(kindOf(u"c.img"_s, QByteArray(100000, 'x')).error().code, Error::Code::BadInput);
    QCOMPARE(kindOf(u"d.img"_s, {}).error().code, Error::Code::BadInput);
    QCOMPARE(lookAtVmSource(machine.path(u"none"_s)).error().code, Error::Code::NotFound);
}

/// KVM runs what is of this machine's architecture only.
void TestVmService::emulatesForeignOnes()
{
    const FakeMachine machine;
    qputenv("BV_FAKE_QEMU", "installs lingers");
    Engine engine(machine.settings);
    VmService service(engine);
    QSignalSpy ended(&service, &VmService::ended);
    for (const QString& arch : guestArchitectureNames()) {
        VmWish wish = wishFor(machine);
        wish.arch = arch;
        wish.firmware = write(machine.path(u"firmware"_s), QByteArray(65536, 'x'));
        wish.accel = u"kvm"_s;
        QVERIFY(service.make(wish));
        QVERIFY(!service.make(wish));
        QString line;
        QTRY_VERIFY_WITH_TIMEOUT(
            !(line = machine.processes().filter(u"fake-qemu "_s).value(0)).isEmpty() || !ended.isEmpty(), patient);
        QVERIFY2(line.contains(arch == nativeArchitecture() ? "-accel kvm"_L1 : "-accel tcg"_L1), qPrintable(line));
        service.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patient);
        QCOMPARE(ended.takeFirst().first().value<VmService::Outcome>().error.code, Error::Code::Cancelled);
        QVERIFY(!service.isBusy());
    }
    QCOMPARE(machine.leftovers(), QStringList());
}

void TestVmService::endsWithTheProgram()
{
    const FakeMachine machine;
    qputenv("BV_FAKE_QEMU", "installs lingers");
    {
        Engine engine(machine.settings);
        VmService service(engine);
        QSignalSpy progressed(&service, &VmService::progressed);
        QVERIFY(service.make(wishFor(machine)));
        QTRY_VERIFY_WITH_TIMEOUT(!machine.processes().filter(u"fake-qemu "_s).isEmpty(), patient);
        QTRY_VERIFY_WITH_TIMEOUT(progressed.size() > 1, patient);
    }
    QCOMPARE(machine.leftovers(), QStringList());
    QCOMPARE(VmStore(machine.settings.dataDir).list(), QList<StoredVm>());
}

QTEST_GUILESS_MAIN(TestVmService)
#include "tst_vm_service.moc"
