#include "base/shell_line.h"
#include "plan/paste.h"
#include "plan/target_json.h"
#include "target/docker/command_line.h"
#include "target/qemu/command_line.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

const QString reportLine =
    u"qemu-system-aarch64 -monitor stdio -M virt,highmem=off -accel tcg -cpu cortex-a57 -smp 4 -m 2048 "
    "-bios QEMU_EFI.fd -device virtio-gpu-pci -display default,show-cursor=on -device qemu-xhci -device usb-kbd "
    "-device usb-tablet -device intel-hda -device hda-duplex "
    "-drive file=ubuntu-latest.raw,format=raw,if=virtio,cache=writethrough "
    "-cdrom ubuntu-20.04.5-live-server-arm64.iso"_s;

QByteArray jsonOf(TargetSettings target)
{
    target.id.clear();
    return QJsonDocument(targetToJson(target)).toJson();
}

} // namespace

/// A command that was built from settings gives the same settings when it is pasted.
class TestPasteRoundTrip : public QObject
{
    Q_OBJECT
private slots:
    void report();
    void vms();
    void containers();
    void builtinGuest();
};

void TestPasteRoundTrip::report()
{
    const auto pasted = pasteCommand(reportLine);
    QVERIFY(pasted);
    const QemuSettings& vm = pasted->target.qemu;
    QCOMPARE(shellLine(qemuArgvWithoutControl(vm, handRuntime(vm))), reportLine);
    // Under control as well.
    QemuRuntime runtime = handRuntime(vm);
    runtime.socketDir = u"/run/user/0/benchvisor/x"_s;
    const auto again = pasteCommand(shellLine(qemuArgv(vm, runtime)));
    QVERIFY(again);
    QCOMPARE(jsonOf(again->target), jsonOf(pasted->target));
}

void TestPasteRoundTrip::vms()
{
    QRandomGenerator random(11);
    const auto oneOf = [&random](const QStringList& list) { return list.at(random.bounded(list.size())); };
    for (int i = 0; i < 500; ++i) {
        TargetSettings target;
        target.kind = TargetKind::Qemu;
        QemuSettings& vm = target.qemu;
        vm.arch = oneOf({u"x86_64"_s, u"aarch64"_s});
        const bool arm = vm.arch == u"aarch64"_s;
        vm.guest = oneOf({u"disk"_s, u"iso"_s});
        vm.iso = vm.guest == u"iso"_s ? u"a,b.iso"_s : QString();
        vm.machine =
            arm ? oneOf({u"virt"_s, u"virt,highmem=off"_s}) : oneOf({u"q35"_s, u"pc,vmport=off"_s, u"microvm"_s});
        vm.accel = oneOf({u"tcg"_s, u"kvm"_s, u"hvf"_s});
        vm.accelOptions = oneOf({QString(), u"thread=single,tb-size=64"_s});
        vm.cpu = oneOf({u"max"_s, u"host,-avx"_s});
        vm.smp = 4;
        if (random.bounded(2) == 0)
            vm.topology = {1, 2, random.bounded(2) == 0 ? 2 : 0};
        vm.memoryMib = 128 + random.bounded(5000);
        vm.firmware = oneOf({QString(), u"/f/my code.fd"_s});
        if (!vm.firmware.isEmpty()) {
            vm.firmwareAttach = oneOf({u"bios"_s, u"pflash"_s});
            vm.firmwareVars = vm.firmwareAttach == u"pflash"_s ? u"/f/vars.fd"_s : QString();
        }
        vm.gpu = arm ? oneOf({u"none"_s, u"virtio-gpu-pci,xres=800"_s}) : oneOf({u"none"_s, u"std"_s, u"virtio-vga"_s});
        vm.display = oneOf({u"none"_s, u"window"_s, u"vnc"_s});
        vm.usb = random.bounded(2) == 0 ? QStringList() : QStringList{u"keyboard"_s, u"mouse"_s};
        vm.sound = oneOf({u"none"_s, u"intel-hda"_s});
        vm.network = oneOf({u"none"_s, u"user"_s});
        vm.nic = vm.network == u"user"_s ? oneOf({QString(), u"e1000,mac=52:54:00:00:00:01"_s}) : QString();
        vm.channel = vm.network == u"user"_s ? oneOf({u"agent"_s, u"ssh"_s}) : u"agent"_s;
        vm.boot = oneOf({QString(), u"order=dc"_s});
        vm.disk.path = oneOf({u"/d/a b,c.raw"_s, u"$x.raw"_s});
        vm.disk.format = oneOf({u"raw"_s, u"qcow2"_s, u"luks"_s});
        vm.disk.keyFile = vm.disk.format == u"luks"_s ? u"/k,1"_s : QString();
        vm.disk.cache = oneOf({u"writeback"_s, u"none"_s});
        vm.disk.aio = oneOf({u"threads"_s, u"io_uring"_s});
        vm.disk.bus = oneOf({u"virtio"_s, u"ide"_s, u"nvme"_s, u"scsi"_s});
        vm.disk.options = oneOf({QString(), u"discard=unmap"_s});
        vm.disk.deviceOptions = oneOf({QString(), u"bootindex=1"_s});
        vm.extraArgs = random.bounded(2) == 0 ? QStringList() : QStringList{u"-rtc"_s, u"base=utc"_s};
        QemuRuntime runtime = handRuntime(vm);
        runtime.socketDir = u"/r/s,1"_s;
        runtime.sshPort = 40000;
        for (const QStringList& argv : {qemuArgv(vm, runtime), qemuArgvWithoutControl(vm, runtime)}) {
            const auto pasted = pasteCommand(shellLine(argv));
            QVERIFY2(pasted, qPrintable(pasted.error().message));
            QVERIFY2(jsonOf(pasted->target) == jsonOf(target),
                     qPrintable(shellLine(argv) + u'\n' + QString::fromUtf8(jsonOf(pasted->target)) +
                                QString::fromUtf8(jsonOf(target))));
        }
    }
}

void TestPasteRoundTrip::containers()
{
    for (const QString& storage : {u"volume"_s, u"layer"_s, u"tmpfs"_s}) {
        TargetSettings target;
        target.kind = TargetKind::Docker;
        target.docker = {u"ubuntu:22.04"_s, 2, 512, storage};
        ContainerRuntime runtime;
        runtime.program = u"docker"_s;
        runtime.name = u"bv"_s;
        runtime.volume = u"vol"_s;
        runtime.image = target.docker.image;
        for (const QString& cpuset : {QString(), u"0-1"_s}) {
            runtime.cpuset = cpuset;
            const auto pasted = pasteCommand(shellLine(containerRunArgv(target.docker, runtime)));
            QVERIFY2(pasted, qPrintable(pasted.error().message));
            QCOMPARE(pasted->target.docker, target.docker);
        }
    }
}

/// The command of the built-in guest, as `benchvisor commands` prints it.
void TestPasteRoundTrip::builtinGuest()
{
    for (const QString& accel : {u"tcg"_s, u"kvm"_s}) {
        TargetSettings target;
        target.kind = TargetKind::Qemu;
        target.qemu.accel = accel;
        target.qemu.disk.path = u"/w/d.raw"_s;
        QemuRuntime runtime = handRuntime(target.qemu);
        runtime.kernel = u"/g/kernel"_s;
        runtime.initrd = u"/g/initrd"_s;
        runtime.socketDir = u"/r"_s;
        for (const QStringList& argv : {qemuArgv(target.qemu, runtime), qemuArgvWithoutControl(target.qemu, runtime)}) {
            const auto pasted = pasteCommand(shellLine(argv));
            QVERIFY2(pasted, qPrintable(pasted.error().message));
            QCOMPARE(jsonOf(pasted->target), jsonOf(target));
        }
    }
}

QTEST_APPLESS_MAIN(TestPasteRoundTrip)
#include "tst_paste_round_trip.moc"
