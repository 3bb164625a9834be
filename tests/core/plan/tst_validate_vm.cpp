#include "plan/option_list.h"
#include "plan/plan_json.h"
#include "plan/presets.h"
#include "plan/validate.h"
#include "plan/validate_target.h"

#include <QFile>
#include <QtTest>
#include <functional>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

using Change = std::function<void(QemuSettings&)>;

constexpr MachineLimits machine{16, 65536};

/// The report's virtual machine.
QemuSettings reportVm()
{
    QemuSettings vm;
    vm.guest = u"iso"_s;
    vm.arch = u"aarch64"_s;
    vm.machine = u"virt,highmem=off"_s;
    vm.accel = u"tcg"_s;
    vm.cpu = u"cortex-a57"_s;
    vm.smp = 4;
    vm.memoryMib = 2048;
    vm.firmware = u"QEMU_EFI.fd"_s;
    vm.firmwareAttach = u"bios"_s;
    vm.gpu = u"virtio-gpu-pci"_s;
    vm.display = u"window"_s;
    vm.usb = {u"keyboard"_s, u"tablet"_s};
    vm.sound = u"intel-hda"_s;
    vm.network = u"user"_s;
    vm.disk.path = u"ubuntu-latest.raw"_s;
    vm.iso = u"ubuntu-20.04.5-live-server-arm64.iso"_s;
    return vm;
}

/// "error smp: …" for each problem of the VM alone.
QStringList told(const QemuSettings& vm)
{
    TargetSettings target;
    target.id = u"vm"_s;
    target.kind = TargetKind::Qemu;
    target.qemu = vm;
    PlanProblems problems;
    validateTarget(target, u"t"_s, machine, problems);
    QStringList lines;
    for (const PlanProblem& problem : problems.list()) {
        const QString severity = problem.severity == PlanProblem::Severity::Error ? u"error "_s : u"warning "_s;
        lines << severity + problem.where.sliced(2) + u": "_s + problem.message;
    }
    return lines;
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestValidateVm : public QObject
{
    Q_OBJECT
private slots:
    void interfaceExample();
    void reportHasNoProblem();
    void one_data();
    void one();
    void extraArgs_data();
    void extraArgs();
    void optionLists_data();
    void optionLists();
    void optionListValues();
};

void TestValidateVm::interfaceExample()
{
    QFile file(QStringLiteral(BV_TEST_DATA "/plan/interface.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto plan = planFromJson(file.readAll());
    QVERIFY(plan);
    const auto check = checkPlan(*plan, machine);
    QVERIFY2(check, qPrintable(check.error().message));
}

void TestValidateVm::reportHasNoProblem()
{
    QCOMPARE(told(reportVm()), QStringList());
}

// Each change of the report's VM gives exactly one problem, which begins like this.
void TestValidateVm::one_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("begins");
    const auto row = [](const char* name, void (*change)(QemuSettings&), const QString& begins) {
        QTest::newRow(name) << Change(change) << begins;
    };
    const auto onPc = [](const char* name, void (*change)(QemuSettings&), const QString& begins) {
        QTest::newRow(name) << Change([change](QemuSettings& vm) {
            vm = {};
            change(vm);
        }) << begins;
    };
    row(
        "no disk", [](QemuSettings& vm) { vm = reportVm(), vm.guest = u"disk"_s, vm.disk.path.clear(); },
        u"error disk.path: The guest boots from a disk, but none is named."_s);
    row(
        "no ISO", [](QemuSettings& vm) { vm.iso.clear(); }, u"error iso: The guest boots from an ISO, but none"_s);
    onPc(
        "ISO of the built-in guest", [](QemuSettings& vm) { vm.iso = u"x.iso"_s; },
        u"error iso: The built-in guest does not boot from an ISO."_s);
    row(
        "machine of a PC", [](QemuSettings& vm) { vm.machine = u"q35"_s; },
        u"error machine: \"q35\" is a machine of x86_64, not of aarch64. Use \"virt\", or change the architecture."_s);
    onPc(
        "machine of aarch64", [](QemuSettings& vm) { vm.machine = u"virt-7.2,highmem=off"_s; },
        u"error machine: \"virt-7.2\" is a machine of aarch64, not of x86_64. Use \"q35\""_s);
    onPc(
        "machine misspelt", [](QemuSettings& vm) { vm.machine = u"q53"_s; },
        u"warning machine: \"q53\" is no machine that Benchvisor knows. Did you mean \"q35\"?"_s);
    row(
        "option of a machine", [](QemuSettings& vm) { vm.machine = u"virt,highmem"_s; },
        u"error machine: The option \"highmem\" has no value."_s);
    row(
        "accelerator in the machine", [](QemuSettings& vm) { vm.machine = u"virt,accel=hvf"_s; },
        u"error machine: The accelerator is a setting of its own. Remove \"accel=hvf\" and set accel."_s);
    row(
        "low memory", [](QemuSettings& vm) { vm.memoryMib = 4096; },
        u"error machine: With highmem=off a VM has at most 3072 MiB of memory, not 4096."_s);
    row(
        "accelerator's options", [](QemuSettings& vm) { vm.accelOptions = u"multi"_s; },
        u"error accel_options: \"multi\" has no value."_s);
    row(
        "threads of tcg", [](QemuSettings& vm) { vm.accelOptions = u"thread=mutli"_s; },
        u"error accel_options: \"mutli\" is not possible. Use \"single\" or \"multi\". Did you mean \"multi\"?"_s);
    onPc(
        "threads of kvm", [](QemuSettings& vm) { vm.accel = u"kvm"_s, vm.accelOptions = u"thread=multi"_s; },
        u"error accel_options: \"thread\" is an option of tcg only."_s);
    row(
        "CPU of a PC", [](QemuSettings& vm) { vm.cpu = u"Haswell,+aes"_s; },
        u"error cpu: \"Haswell\" is a CPU of x86_64, not of aarch64."_s);
    onPc(
        "CPU of aarch64", [](QemuSettings& vm) { vm.cpu = u"cortex-a57"_s; },
        u"error cpu: \"cortex-a57\" is a CPU of aarch64, not of x86_64. Use \"max\"."_s);
    row(
        "topology",
        [](QemuSettings& vm) {
            vm.topology = {1, 2, 1};
        },
        u"error smp: Sockets × cores × threads are 2, but the VM has 4 CPUs."_s);
    row(
        "topology in part",
        [](QemuSettings& vm) {
            vm.topology = {0, 3, 0};
        },
        u"error smp: Sockets × cores × threads are 3, but"_s);
    row(
        "topology negative",
        [](QemuSettings& vm) {
            vm.topology = {-1, -4, 1};
        },
        u"error smp: Sockets, cores and threads are counted from 1."_s);
    row(
        "many CPUs", [](QemuSettings& vm) { vm.smp = 9; },
        u"warning smp: The interrupt controller of machine virt serves 8 CPUs in older versions of QEMU. Set the "
        u"machine "
        "to \"virt,highmem=off,gic-version=3\"."_s);
    row(
        "BIOS", [](QemuSettings& vm) { vm.firmware = u"bios"_s; },
        u"error firmware: There is no BIOS for aarch64, only EFI."_s);
    row(
        "how firmware is attached", [](QemuSettings& vm) { vm.firmwareAttach = u"flash"_s; },
        u"error firmware_attach: \"flash\" is not possible. Use \"pflash\" or \"bios\". Did you mean \"pflash\"?"_s);
    row(
        "variables of -bios", [](QemuSettings& vm) { vm.firmwareVars = u"x.fd"_s; },
        u"error firmware_vars: An image attached as \"bios\" keeps no variables."_s);
    row(
        "path", [](QemuSettings& vm) { vm.firmware = u"a\nb"_s; }, u"error firmware: It holds a line break"_s);
    row(
        "overlay on itself", [](QemuSettings& vm) { vm.disk.format = u"qcow2"_s, vm.disk.base = vm.disk.path; },
        u"error disk.base: The disk cannot be its own base."_s);
    row(
        "overlay that is raw", [](QemuSettings& vm) { vm.disk.base = u"base.qcow2"_s; },
        u"error disk.format: An overlay on a base is a qcow2 disk."_s);
    row(
        "overlay preallocated",
        [](QemuSettings& vm) { vm.disk.format = u"qcow2"_s, vm.disk.base = u"b"_s, vm.disk.preallocation = u"full"_s; },
        u"error disk.preallocation: An overlay cannot be preallocated."_s);
    row(
        "base format",
        [](QemuSettings& vm) { vm.disk.format = u"qcow2"_s, vm.disk.base = u"b"_s, vm.disk.baseFormat = u"vmdk"_s; },
        u"error disk.base_format: \"vmdk\" is not possible."_s);
    row(
        "preallocation", [](QemuSettings& vm) { vm.disk.preallocation = u"ful"_s; },
        u"error disk.preallocation: \"ful\" is not possible. Use \"off\", \"metadata\", \"falloc\" or \"full\". Did "
        u"you "
        "mean \"full\"?"_s);
    row(
        "metadata of raw", [](QemuSettings& vm) { vm.disk.preallocation = u"metadata"_s; },
        u"error disk.preallocation: A raw disk has no metadata."_s);
    row(
        "luks of a guest's own", [](QemuSettings& vm) { vm.disk.format = u"luks"_s, vm.disk.keyFile = u"k"_s; },
        u"error disk.format: Only the built-in guest works with a \"luks\" disk."_s);
    onPc(
        "luks without key", [](QemuSettings& vm) { vm.disk.format = u"luks"_s, vm.disk.path = u"d"_s; },
        u"error disk.key_file: The disk is encrypted. Name the file that holds its passphrase"_s);
    row(
        "key without luks", [](QemuSettings& vm) { vm.disk.keyFile = u"k"_s; },
        u"warning disk.key_file: A \"raw\" disk has no passphrase"_s);
    row(
        "key of a guest's disk",
        [](QemuSettings& vm) {
            vm.guest = u"disk"_s, vm.disk.path = u"d"_s, vm.disk.format = u"qcow2"_s, vm.disk.keyFile = u"k"_s;
        },
        u"error disk.key_file: A guest cannot be booted from an encrypted disk"_s);
    row(
        "bus", [](QemuSettings& vm) { vm.disk.bus = u"sd"_s; }, u"error disk.bus: \"sd\" is not possible."_s);
    row(
        "IDE of aarch64", [](QemuSettings& vm) { vm.disk.bus = u"ide"_s; },
        u"error disk.bus: The machine virt has no IDE disks. Use \"virtio\"."_s);
    onPc(
        "bus of the built-in guest", [](QemuSettings& vm) { vm.disk.bus = u"nvme"_s; },
        u"error disk.bus: The built-in guest knows virtio disks only."_s);
    row(
        "option of a disk", [](QemuSettings& vm) { vm.disk.options = u"cache=none"_s; },
        u"error disk.options: \"cache\" is decided by another setting of the disk."_s);
    row(
        "option of a disk's device", [](QemuSettings& vm) { vm.disk.deviceOptions = u"drive=x"_s; },
        u"error disk.device_options: \"drive\" is decided"_s);
    row(
        "display", [](QemuSettings& vm) { vm.display = u"windows"_s; },
        u"error display: \"windows\" is not possible. Use \"none\", \"window\" or \"vnc\". Did you mean \"window\"?"_s);
    row(
        "dark", [](QemuSettings& vm) { vm.gpu = u"none"_s; },
        u"warning gpu: Without a graphics card the display stays dark."_s);
    row(
        "graphics of a PC", [](QemuSettings& vm) { vm.gpu = u"std"_s; },
        u"error gpu: \"std\" is a graphics card of a PC. Use \"virtio-gpu-pci\"."_s);
    row(
        "graphics misspelt", [](QemuSettings& vm) { vm.gpu = u"virtio-gpu-cpi"_s; },
        u"warning gpu: Benchvisor does not know \"virtio-gpu-cpi\". Did you mean \"virtio-gpu-pci\"?"_s);
    row(
        "no device", [](QemuSettings& vm) { vm.gpu = u"-vga"_s; },
        u"error gpu: \"-vga\" is not the name of a device."_s);
    row(
        "usb", [](QemuSettings& vm) { vm.usb << u"keybord"_s; },
        u"error usb[2]: \"keybord\" is not possible. Use \"keyboard\", \"tablet\" or \"mouse\". Did you mean "
        "\"keyboard\"?"_s);
    row(
        "usb twice", [](QemuSettings& vm) { vm.usb << u"tablet"_s; },
        u"error usb[2]: \"tablet\" is in the list already."_s);
    row(
        "sound", [](QemuSettings& vm) { vm.sound = u"intel-had"_s; },
        u"error sound: \"intel-had\" is not possible. Use \"none\" or \"intel-hda\". Did you mean \"intel-hda\"?"_s);
    row(
        "network", [](QemuSettings& vm) { vm.network = u"bridge"_s; }, u"error network: \"bridge\" is not possible."_s);
    row(
        "network card", [](QemuSettings& vm) { vm.nic = u"e1000 "_s; },
        u"error nic: \"e1000 \" is not the name of a device."_s);
    row(
        "network card alone", [](QemuSettings& vm) { vm.nic = u"e1000"_s, vm.network = u"none"_s; },
        u"warning nic: Without a network there is no network card."_s);
    row(
        "ssh without network",
        [](QemuSettings& vm) { vm.channel = u"ssh"_s, vm.ssh.user = u"u"_s, vm.network = u"none"_s; },
        u"error network: ssh needs a network. Use \"user\"."_s);
    row(
        "ssh without user", [](QemuSettings& vm) { vm.channel = u"ssh"_s; }, u"error ssh.user: Who logs in?"_s);
    row(
        "ssh user is an option", [](QemuSettings& vm) { vm.channel = u"ssh"_s, vm.ssh.user = u"-oProxyCommand=x"_s; },
        u"error ssh.user: \"-oProxyCommand=x\" is not the name of a user."_s);
    onPc(
        "ssh into the built-in guest", [](QemuSettings& vm) { vm.channel = u"ssh"_s; },
        u"error channel: The built-in guest has no ssh. Use \"agent\"."_s);
}

void TestValidateVm::one()
{
    QFETCH(Change, change);
    QFETCH(QString, begins);
    QemuSettings vm = reportVm();
    change(vm);
    const QStringList lines = told(vm);
    QVERIFY2(lines.size() == 1, qPrintable(lines.join(u'\n')));
    QVERIFY2(lines.first().startsWith(begins), qPrintable(lines.first()));
    QVERIFY(!lines.first().contains(u"%1"_s));
}

void TestValidateVm::extraArgs_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("severity"); // empty: no objection
    for (const char* fatal : {"-daemonize", "--daemonize", "-S", "-preconfig", "-incoming", "-qmp", "-qmp-pretty",
                              "-no-shutdown", "-pidfile", "-runas", "-chroot", "-version", "--help", "-h"})
        QTest::newRow(fatal) << QString::fromLatin1(fatal) << u"error"_s;
    for (const char* decided : {"-m", "--smp", "-accel", "-M", "-cpu", "-display", "-vga", "-bios", "-pflash", "-cdrom",
                                "-boot", "-nic", "-netdev", "-serial"})
        QTest::newRow(decided) << QString::fromLatin1(decided) << u"warning"_s;
    for (const char* free :
         {"-rtc", "base=utc", "-name", "-kernel", "-append", "-device", "-snapshot", "-object", "-s"})
        QTest::newRow(free) << QString::fromLatin1(free) << QString();
}

void TestValidateVm::extraArgs()
{
    QFETCH(QString, argument);
    QFETCH(QString, severity);
    QemuSettings vm = reportVm();
    vm.boot = u"d"_s;
    vm.extraArgs = {argument};
    const QStringList lines = told(vm);
    QCOMPARE(lines.size(), severity.isEmpty() ? 0 : 1);
    if (!severity.isEmpty())
        QVERIFY2(lines.first().startsWith(severity + u" extra_args[0]: "_s), qPrintable(lines.first()));
}

void TestValidateVm::optionLists_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("head");
    QTest::addColumn<int>("items");
    QTest::addColumn<QString>("again"); // as it is written
    QTest::newRow("empty") << QString() << QString() << 0 << QString();
    QTest::newRow("head") << u"virt"_s << u"virt"_s << 0 << u"virt"_s;
    QTest::newRow("machine") << u"virt,highmem=off"_s << u"virt"_s << 1 << u"virt,highmem=off"_s;
    QTest::newRow("no head") << u"file=a,,b.raw,if=virtio,readonly"_s << QString() << 3
                             << u"file=a,,b.raw,if=virtio,readonly"_s;
    QTest::newRow("commas") << u"a,,b,c=,,,,d,"_s << u"a,b"_s << 1 << u"a,,b,c=,,,,d"_s;
    QTest::newRow("value with =") << u"user,hostfwd=tcp::1-:22,hostfwd=a=b"_s << u"user"_s << 2
                                  << u"user,hostfwd=tcp::1-:22,hostfwd=a=b"_s;
    QTest::newRow("empty value") << u"x,a="_s << u"x"_s << 1 << u"x,a="_s;
}

void TestValidateVm::optionLists()
{
    QFETCH(QString, text);
    const OptionList options = OptionList::parse(text);
    QTEST(options.head, "head");
    QTEST(int(options.items.size()), "items");
    QTEST(options.text(), "again");
    QCOMPARE(OptionList::parse(options.text()), options);
}

void TestValidateVm::optionListValues()
{
    OptionList options = OptionList::parse(u"user,id=n,hostfwd=1,hostfwd=2,restrict"_s);
    QVERIFY(options.value(u"hostfwd"_s) == u"2"_s); // the last, as in QEMU
    QVERIFY(options.value(u"restrict"_s) == QString());
    QVERIFY(options.contains(u"restrict"_s) && !options.contains(u"user"_s));
    QVERIFY(!options.value(u"net"_s));
    QVERIFY(options.take(u"hostfwd"_s) == u"2"_s);
    QCOMPARE(options.text(), u"user,id=n,restrict"_s);
}

QTEST_APPLESS_MAIN(TestValidateVm)
#include "tst_validate_vm.moc"
