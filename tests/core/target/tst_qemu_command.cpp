#include "target/qemu/command_line.h"

#include "base/shell_line.h"
#include "plan/plan_json.h"

#include <QtTest>
#include <functional>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

using Owner = QemuArgument::Owner;

/// What follows an option, every time it is given.
QStringList valuesOf(const QStringList& argv, const QString& option)
{
    QStringList values;
    for (qsizetype i = 0; i + 1 < argv.size(); ++i) {
        if (argv.at(i) == option)
            values << argv.at(i + 1);
    }
    return values;
}

QemuSettings reportVm()
{
    const auto plan = planFromJson(QByteArray(R"({"schema": "benchvisor-plan/1", "targets": [
        {"kind": "qemu", "guest": "iso", "arch": "aarch64", "machine": "virt,highmem=off", "accel": "tcg",
         "cpu": "cortex-a57", "smp": 4, "memory_mib": 2048, "firmware": "QEMU_EFI.fd", "firmware_attach": "bios",
         "gpu": "virtio-gpu-pci", "display": "window", "usb": ["keyboard", "tablet"], "sound": "intel-hda",
         "network": "user", "iso": "ubuntu-20.04.5-live-server-arm64.iso",
         "disk": {"path": "ubuntu-latest.raw", "format": "raw", "cache": "writethrough"}}],
        "suites": [{"test": "cpu"}]})"));
    return plan ? plan->targets[0].qemu : QemuSettings();
}

QemuRuntime runtimeOf(const QemuSettings& settings)
{
    QemuRuntime runtime = handRuntime(settings);
    runtime.socketDir = u"/r"_s;
    return runtime;
}

} // namespace

class TestQemuCommand : public QObject
{
    Q_OBJECT
private slots:
    void reportsCommand();
    void reportsCommandUnderControl();
    void controlsAreNamed();
    void options_data();
    void options();
    void bootOrder();
    void flash();
    void disks_data();
    void disks();
    void channels();
    void network();
    void makesDisks_data();
    void makesDisks();
};

/// The line of the report, argument by argument.
void TestQemuCommand::reportsCommand()
{
    const QemuSettings vm = reportVm();
    const QString line =
        u"qemu-system-aarch64 -monitor stdio -M virt,highmem=off -accel tcg -cpu cortex-a57 -smp 4 -m 2048 "
        "-bios QEMU_EFI.fd -device virtio-gpu-pci -display default,show-cursor=on -device qemu-xhci -device usb-kbd "
        "-device usb-tablet -device intel-hda -device hda-duplex "
        "-drive file=ubuntu-latest.raw,format=raw,if=virtio,cache=writethrough "
        "-cdrom ubuntu-20.04.5-live-server-arm64.iso"_s;
    QCOMPARE(qemuArgvWithoutControl(vm, handRuntime(vm)), line.split(u' '));
    QCOMPARE(shellLine(qemuArgvWithoutControl(vm, handRuntime(vm))), line);
}

/// What Benchvisor starts is that machine, and beside it only what steers it.
void TestQemuCommand::reportsCommandUnderControl()
{
    const QemuSettings vm = reportVm();
    const QString line =
        u"qemu-system-aarch64 -M virt,highmem=off -accel tcg -cpu cortex-a57 -smp 4 -m 2048 -nodefaults "
        u"-no-user-config "
        "-no-reboot -bios QEMU_EFI.fd -device virtio-gpu-pci -display default,show-cursor=on -device qemu-xhci "
        "-device usb-kbd -device usb-tablet -device intel-hda -device hda-duplex -qmp unix:/r/qmp,server=on,wait=off "
        "-serial file:/r/console -device virtio-serial-pci -chardev socket,id=qga,path=/r/qga,server=on,wait=off "
        "-device virtserialport,chardev=qga,name=org.qemu.guest_agent.0 "
        "-chardev socket,id=out0,path=/r/out0,server=on,wait=off -device virtserialport,chardev=out0,name=stream.0 "
        "-chardev socket,id=st0,path=/r/st0,server=on,wait=off -device virtserialport,chardev=st0,name=stats.0 "
        "-drive file=ubuntu-latest.raw,format=raw,if=virtio,cache=writethrough "
        "-cdrom ubuntu-20.04.5-live-server-arm64.iso -netdev user,id=net0 -device virtio-net-pci,netdev=net0"_s;
    QCOMPARE(qemuArgv(vm, runtimeOf(vm)), line.split(u' '));
}

void TestQemuCommand::controlsAreNamed()
{
    QemuSettings vm = reportVm();
    vm.display = u"vnc"_s;
    vm.extraArgs = {u"-rtc"_s, u"base=utc"_s};
    QemuRuntime runtime = runtimeOf(vm);
    runtime.seedIso = u"/w/seed.iso"_s;
    int controls = 0;
    const QList<QemuArgument> arguments = qemuArguments(vm, runtime);
    for (const QemuArgument& argument : arguments) {
        QVERIFY(!argument.words.isEmpty());
        QCOMPARE(argument.purpose.isEmpty(), argument.owner != Owner::Control);
        controls += argument.owner == Owner::Control ? 1 : 0;
    }
    QCOMPARE(controls, 11);
    QCOMPARE(arguments.last().owner, Owner::Extra);
    QCOMPARE(arguments.last().words, vm.extraArgs);
}

void TestQemuCommand::options_data()
{
    QTest::addColumn<QByteArray>("settings"); // of a VM from a disk
    QTest::addColumn<QString>("expected");    // part of the command under control
    QTest::addColumn<QString>("byHand");      // part of the command without
    const auto row = [](const char* settings, const QString& expected, const QString& byHand = {}) {
        QTest::newRow(settings) << QByteArray(settings) << expected << (byHand.isEmpty() ? expected : byHand);
    };
    row(R"("machine": "q35")", u"-M q35 "_s); // hpet=off is for the built-in guest
    row(R"("accel": "tcg", "accel_options": "thread=single")", u"-accel tcg,thread=single "_s);
    row(R"("accel": "hvf")", u"-accel hvf "_s);
    row(R"("smp": {"sockets": 1, "cores": 2, "threads": 2})", u"-smp 4,sockets=1,cores=2,threads=2 "_s);
    row(R"("smp": {"cpus": 4, "cores": 2})", u"-smp 4,cores=2 "_s);
    row(R"("gpu": "std")", u"-vga std -display none"_s);
    row(R"("gpu": "none")", u"-no-reboot -display none"_s, u"-vga none -display none"_s);
    row(R"("gpu": "virtio-vga,xres=800", "display": "vnc")", u"-device virtio-vga,xres=800 -display vnc=unix:/r/vnc "_s,
        u"-device virtio-vga,xres=800 -display vnc=127.0.0.1:0 "_s);
    row(R"("usb": ["mouse"])", u"-device qemu-xhci -device usb-mouse "_s);
    row(R"("boot": "order=dc")", u" -boot order=dc"_s);
    row(R"("iso": "a,b c.iso")", u" -cdrom a,b c.iso"_s);
    row(R"("extra_args": ["-rtc", "base=utc"])", u" -rtc base=utc"_s);
}

void TestQemuCommand::options()
{
    QFETCH(QByteArray, settings);
    QFETCH(QString, expected);
    QFETCH(QString, byHand);
    const auto plan = planFromJson(R"({"schema": "benchvisor-plan/1", "suites": [{"test": "cpu"}], "targets": [
        {"kind": "qemu", "guest": "disk", "disk": {"path": "d.raw"}, )" +
                                   settings + "}]}");
    QVERIFY2(plan, qPrintable(plan.error().message));
    const QemuSettings& vm = plan->targets[0].qemu;
    const QString controlled = qemuArgv(vm, runtimeOf(vm)).join(u' ') + u' ';
    QVERIFY2(controlled.contains(expected), qPrintable(controlled));
    const QString hand = qemuArgvWithoutControl(vm, runtimeOf(vm)).join(u' ') + u' ';
    QVERIFY2(hand.contains(byHand), qPrintable(hand));
    QVERIFY(!hand.contains(u"/r/"_s));
    QVERIFY(!controlled.contains(u"-kernel"_s));
}

/// The firmware is told what the guest boots from; the line that people are shown stays as they would write it.
void TestQemuCommand::bootOrder()
{
    QemuSettings vm = reportVm();
    vm.arch = u"x86_64"_s;
    vm.machine = u"q35"_s;
    QemuRuntime runtime = runtimeOf(vm);
    runtime.ordered = true;
    runtime.scratch = true;
    runtime.hearsBios = true;
    const QString iso = qemuArgv(vm, runtime).join(u' ');
    QVERIFY2(iso.contains(u"-drive file=ubuntu-20.04.5-live-server-arm64.iso,format=raw,if=none,id=cd0,media=cdrom,"
                          "readonly=on -device ide-cd,drive=cd0,bootindex=0"_s),
             qPrintable(iso));
    QVERIFY(!iso.contains(u"-cdrom"_s));
    QVERIFY2(iso.contains(u"-device virtio-blk-pci,serial=benchvisor,drive=d0"_s), qPrintable(iso));
    QVERIFY(iso.contains(u"-chardev file,id=fw0,path=/r/firmware -device isa-debugcon,iobase=0x402,chardev=fw0"_s));
    QVERIFY(qemuArgvWithoutControl(vm, runtime).join(u' ').contains(u"-cdrom ubuntu"_s));
    vm.guest = u"disk"_s; // with an ISO beside it
    runtime.scratch = false;
    const QString disk = qemuArgv(vm, runtime).join(u' ');
    QVERIFY2(disk.contains(u"-device virtio-blk-pci,drive=d0,bootindex=0 -cdrom"_s), qPrintable(disk));
    vm.boot = u"d"_s; // the user decides
    QVERIFY(!qemuArgv(vm, runtime).join(u' ').contains(u"bootindex"_s));
}

void TestQemuCommand::flash()
{
    QemuSettings vm = reportVm();
    QemuRuntime runtime = runtimeOf(vm);
    runtime.firmware = {};
    runtime.firmware.code = u"/f/a,b.fd"_s;
    QCOMPARE(valuesOf(qemuArgv(vm, runtime), u"-drive"_s).first(),
             u"if=pflash,unit=0,format=raw,readonly=on,file=/f/a,,b.fd"_s);
    runtime.firmware.vars = u"/w/vars.qcow2"_s;
    runtime.firmware.varsFormat = u"qcow2"_s;
    const QStringList drives = valuesOf(qemuArgv(vm, runtime), u"-drive"_s);
    QCOMPARE(drives.size(), 3);
    QCOMPARE(drives[1], u"if=pflash,unit=1,format=qcow2,file=/w/vars.qcow2"_s);
    QVERIFY(!qemuArgv(vm, runtime).contains(u"-bios"_s));
}

void TestQemuCommand::disks_data()
{
    QTest::addColumn<DiskSettings>("disk");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const std::function<void(DiskSettings&)>& change, const QString& expected) {
        DiskSettings disk;
        disk.path = u"d"_s;
        change(disk);
        QTest::newRow(name) << disk << expected;
    };
    row(
        "io_uring", [](DiskSettings& d) { d.aio = u"io_uring"_s; },
        u"-drive file=d,format=raw,if=virtio,cache=writethrough,aio=io_uring"_s);
    row(
        "ide", [](DiskSettings& d) { d.bus = u"ide"_s; }, u"-drive file=d,format=raw,if=ide,cache=writethrough"_s);
    row(
        "options", [](DiskSettings& d) { d.options = u"discard=unmap"_s; },
        u"-drive file=d,format=raw,if=virtio,cache=writethrough,discard=unmap"_s);
    row(
        "options of the device", [](DiskSettings& d) { d.deviceOptions = u"num-queues=4"_s; },
        u"-drive file=d,format=raw,if=none,id=d0,cache=writethrough -device virtio-blk-pci,drive=d0,num-queues=4"_s);
    row(
        "nvme", [](DiskSettings& d) { d.bus = u"nvme"_s; },
        u"-drive file=d,format=raw,if=none,id=d0,cache=writethrough -device nvme,serial=benchvisor,drive=d0"_s);
    row(
        "scsi", [](DiskSettings& d) { d.bus = u"scsi"_s; },
        u"-drive file=d,format=raw,if=none,id=d0,cache=writethrough -device virtio-scsi-pci -device scsi-hd,drive=d0"_s);
    row(
        "luks", [](DiskSettings& d) { d.format = u"luks"_s, d.keyFile = u"/k,1"_s; },
        u"-object secret,id=key0,file=/k,,1 "
        "-drive file=d,format=luks,if=virtio,cache=writethrough,key-secret=key0"_s);
    row(
        "encrypted qcow2", [](DiskSettings& d) { d.format = u"qcow2"_s, d.keyFile = u"/k"_s; },
        u"-object secret,id=key0,file=/k "
        "-drive file=d,format=qcow2,if=virtio,cache=writethrough,encrypt.key-secret=key0"_s);
}

void TestQemuCommand::disks()
{
    QFETCH(DiskSettings, disk);
    QFETCH(QString, expected);
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.disk = disk;
    const QString line = qemuArgv(vm, runtimeOf(vm)).join(u' ');
    QVERIFY2(line.endsWith(expected), qPrintable(line));
    QVERIFY(qemuArgvWithoutControl(vm, handRuntime(vm)).join(u' ').contains(expected));
}

void TestQemuCommand::channels()
{
    QemuSettings vm = reportVm();
    QVERIFY(qemuArgv(vm, runtimeOf(vm)).contains(u"virtio-serial-pci"_s));
    vm.channel = u"ssh"_s;
    QemuRuntime runtime = runtimeOf(vm);
    runtime.sshPort = 40022;
    const QStringList argv = qemuArgv(vm, runtime);
    QVERIFY(!argv.contains(u"virtio-serial-pci"_s));
    QCOMPARE(valuesOf(argv, u"-netdev"_s), QStringList(u"user,id=net0,hostfwd=tcp:127.0.0.1:40022-:22"_s));
    QCOMPARE(valuesOf(qemuArgvWithoutControl(vm, handRuntime(vm)), u"-nic"_s),
             QStringList(u"user,hostfwd=tcp:127.0.0.1:2222-:22"_s));
}

void TestQemuCommand::network()
{
    QemuSettings vm = reportVm();
    vm.network = u"none"_s;
    QVERIFY(!qemuArgv(vm, runtimeOf(vm)).join(u' ').contains(u"net"_s));
    QCOMPARE(valuesOf(qemuArgvWithoutControl(vm, handRuntime(vm)), u"-nic"_s), QStringList(u"none"_s));
    vm.network = u"user"_s;
    vm.nic = u"e1000,mac=52:54:00:12:34:56"_s;
    QCOMPARE(valuesOf(qemuArgv(vm, runtimeOf(vm)), u"-device"_s).last(), u"e1000,netdev=net0,mac=52:54:00:12:34:56"_s);
    QCOMPARE(valuesOf(qemuArgvWithoutControl(vm, handRuntime(vm)), u"-nic"_s),
             QStringList(u"user,model=e1000,mac=52:54:00:12:34:56"_s));
}

void TestQemuCommand::makesDisks_data()
{
    disks_data();
}

void TestQemuCommand::makesDisks()
{
    QFETCH(DiskSettings, disk);
    const QStringList usual = qemuImgCreateArgv(u"qemu-img"_s, disk, u"d"_s);
    QCOMPARE(usual.last(), u"4294967296"_s);
    QCOMPARE(usual.join(u' ').contains(u"--object secret,id=key0,file=/k,,1 -f luks -o key-secret=key0 d"_s),
             disk.format == u"luks"_s);
    QCOMPARE(usual.join(u' ').contains(u"file=/k -f qcow2 -o encrypt.format=luks,encrypt.key-secret=key0 d"_s),
             disk.keyFile == u"/k"_s);
    disk.preallocation = u"full"_s;
    QVERIFY(
        valuesOf(qemuImgCreateArgv(u"qemu-img"_s, disk, u"d"_s), u"-o"_s).join(u' ').endsWith(u"preallocation=full"_s));
    disk = {};
    disk.format = u"qcow2"_s;
    disk.base = u"/b.raw"_s;
    disk.baseFormat = u"raw"_s;
    QCOMPARE(qemuImgCreateArgv(u"qemu-img"_s, disk, u"d"_s).join(u' '),
             u"qemu-img create -q -f qcow2 -b /b.raw -F raw d"_s);
}

QTEST_APPLESS_MAIN(TestQemuCommand)
#include "tst_qemu_command.moc"
