#include "plan/paste.h"

#include "base/shell_line.h"
#include "plan/plan_json.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QtTest>
#include <algorithm>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

using Kind = PastedPart::Kind;

const QString reportLine =
    u"qemu-system-aarch64 -monitor stdio -M virt,highmem=off -accel tcg -cpu cortex-a57 -smp 4 -m 2048 "
    "-bios QEMU_EFI.fd -device virtio-gpu-pci -display default,show-cursor=on -device qemu-xhci -device usb-kbd "
    "-device usb-tablet -device intel-hda -device hda-duplex "
    "-drive file=ubuntu-latest.raw,format=raw,if=virtio,cache=writethrough "
    "-cdrom ubuntu-20.04.5-live-server-arm64.iso"_s;

/// A target of a plan, of which only the members that are given differ from the defaults.
TargetSettings targetOf(const QByteArray& members)
{
    QStringList complaints;
    const auto document = QJsonDocument::fromJson('{' + members + '}');
    const TargetSettings target = targetFromJson(document.object(), u"expected"_s, complaints);
    if (document.isNull() || !complaints.isEmpty())
        qFatal("%s: %s", members.constData(), qPrintable(complaints.join(u'\n')));
    return target;
}

QByteArray jsonOf(TargetSettings target)
{
    target.id.clear();
    return QJsonDocument(targetToJson(target)).toJson();
}

/// The arguments of the parts of that kind.
QStringList argumentsOf(const PastedTarget& pasted, Kind kind)
{
    QStringList arguments;
    for (const PastedPart& part : pasted.parts) {
        if (part.kind == kind)
            arguments << part.argument;
    }
    return arguments;
}

QStringList wordsOf(const QString& line)
{
    QStringList words;
    const auto commands = splitShellText(line);
    if (!commands)
        return words;
    for (const ShellCommand& command : *commands)
        words << command.texts();
    return words;
}

/// The settings that were taken from QEMU's or Docker's own defaults.
QStringList defaultsOf(const PastedTarget& pasted)
{
    QStringList settings;
    for (const PastedPart& part : pasted.parts) {
        if (part.kind == Kind::Default)
            settings << part.setting;
    }
    return settings;
}

/// Of a PC with nothing but what QEMU gives it.
const QByteArray barePc =
    R"("kind": "qemu", "guest": "disk", "machine": "pc", "accel": "tcg", "cpu": "qemu64", "smp": 1,
    "memory_mib": 128, "gpu": "std", "display": "window", "network": "user", )";
const QByteArray usualDisk = R"("cache": "writeback", "bus": "ide")";

} // namespace

class TestPaste : public QObject
{
    Q_OBJECT
private slots:
    void report();
    void vms_data();
    void vms();
    void containers_data();
    void containers();
    void surroundings_data();
    void surroundings();
    void unreadableLimits();
    void refusals_data();
    void refusals();
    void saysThatTcgEmulates();
    void secretsAreNotRepeated();
    void garbageNeverCrashes();
};

void TestPaste::report()
{
    const auto pasted = pasteCommand(reportLine);
    QVERIFY2(pasted, qPrintable(pasted.error().message));
    const TargetSettings expected = targetOf(R"("kind": "qemu", "guest": "iso", "arch": "aarch64",
        "machine": "virt,highmem=off", "accel": "tcg", "cpu": "cortex-a57", "smp": 4, "memory_mib": 2048,
        "firmware": "QEMU_EFI.fd", "firmware_attach": "bios", "gpu": "virtio-gpu-pci", "display": "window",
        "usb": ["keyboard", "tablet"], "sound": "intel-hda", "network": "user",
        "iso": "ubuntu-20.04.5-live-server-arm64.iso",
        "disk": {"path": "ubuntu-latest.raw", "format": "raw", "cache": "writethrough"})");
    QCOMPARE(jsonOf(pasted->target), jsonOf(expected));
    QCOMPARE(pasted->target.id, u"qemu-aarch64-iso-4c-2g"_s);
    QCOMPARE(argumentsOf(*pasted, Kind::Kept), QStringList());
    QCOMPARE(argumentsOf(*pasted, Kind::Left), QStringList());
    QCOMPARE(argumentsOf(*pasted, Kind::Replaced), QStringList(u"-monitor stdio"_s));
    QCOMPARE(defaultsOf(*pasted), (QStringList{u"guest"_s, u"network"_s}));
}

void TestPaste::vms_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("expected"); // members of the target
    QTest::addColumn<QStringList>("kept");
    QTest::addColumn<QStringList>("left"); // or replaced
    const auto row = [](const char* name, const QString& line, const QByteArray& expected, const QStringList& kept = {},
                        const QStringList& left = {}) { QTest::newRow(name) << line << expected << kept << left; };

    row("installing, as in tutorials",
        u"qemu-system-x86_64 -boot d -cdrom ubuntu-22.04.3-live-server-amd64.iso -m 2048 -hda ubuntu.img"_s,
        barePc + R"("guest": "iso", "boot": "d", "memory_mib": 2048, "iso": "ubuntu-22.04.3-live-server-amd64.iso",
                    "disk": {"path": "ubuntu.img", )" +
            usualDisk + '}');
    row("kvm, several lines", uR"(sudo qemu-system-x86_64 \
  -enable-kvm \
  -m 4G -smp 2 -cpu host \
  -drive file=ubuntu.qcow2,format=qcow2,if=virtio \
  -nic user,hostfwd=tcp::2222-:22 \
  -nographic
)"_s,
        barePc + R"("accel": "kvm", "memory_mib": 4096, "smp": 2, "cpu": "host", "gpu": "none", "display": "none",
                    "channel": "ssh", "disk": {"path": "ubuntu.qcow2", "format": "qcow2", "cache": "writeback"})",
        {}, {u"sudo"_s});
    row("Apple silicon", uR"(qemu-system-aarch64 -machine virt,accel=hvf,highmem=on -cpu host -smp 4 -m 4G
   -drive if=pflash,format=raw,readonly=on,file=/opt/homebrew/share/qemu/edk2-aarch64-code.fd
   -drive if=pflash,format=raw,file=ovmf_vars.fd
   -device virtio-gpu-pci -display cocoa -device qemu-xhci -device usb-kbd -device usb-tablet
   -netdev user,id=net0,hostfwd=tcp::2222-:22 -device virtio-net-pci,netdev=net0
   -drive if=virtio,format=qcow2,file=disk.qcow2)"_s,
        R"("kind": "qemu", "guest": "disk", "arch": "aarch64", "machine": "virt,highmem=on", "accel": "hvf", "cpu": "host",
           "smp": 4, "memory_mib": 4096, "firmware": "/opt/homebrew/share/qemu/edk2-aarch64-code.fd",
           "firmware_attach": "pflash", "firmware_vars": "ovmf_vars.fd", "gpu": "virtio-gpu-pci", "display": "window",
           "usb": ["keyboard", "tablet"], "network": "user", "channel": "ssh",
           "disk": {"path": "disk.qcow2", "format": "qcow2", "cache": "writeback"})");
    row("Windows",
        u"\"C:\\Program Files\\qemu\\qemu-system-x86_64w.exe\" -accel whpx ^\r\n -m 2048 -smp 4 ^\r\n"
        "  -hda C:\\vm\\ubuntu.img -cdrom D:\\iso\\ubuntu.iso -boot order=dc,menu=on"_s,
        barePc + R"("guest": "iso", "accel": "whpx", "memory_mib": 2048, "smp": 4, "iso": "D:\\iso\\ubuntu.iso",
                    "boot": "order=dc,menu=on", "disk": {"path": "C:\\vm\\ubuntu.img", )" +
            usualDisk + '}');
    row("machine alone", u"qemu-system-x86_64 -machine q35,accel=kvm:tcg,vmport=off -m 1024M disk.raw"_s,
        barePc + R"("machine": "q35,vmport=off", "accel": "auto", "memory_mib": 1024,
                    "disk": {"path": "disk.raw", )" +
            usualDisk + '}');
    row("accelerator with fallback", u"qemu-system-x86_64 -accel kvm -accel tcg,thread=single -hda d.qcow2"_s,
        barePc +
            R"("accel": "auto", "accel_options": "thread=single", "disk": {"path": "d.qcow2", "format": "qcow2", )" +
            usualDisk + '}');
    row("arrangement of CPUs", u"qemu-system-x86_64 -smp 8,sockets=1,cores=4,threads=2 -smp cores=4 -hda d.raw"_s,
        barePc + R"("smp": {"cpus": 4, "cores": 4}, "disk": {"path": "d.raw", )" + usualDisk + '}');
    row("more CPUs to come", u"qemu-system-x86_64 -smp 2,maxcpus=4 -m size=1G,slots=2,maxmem=4G -hda d.raw"_s,
        barePc + R"("memory_mib": 1024, "smp": 2, "disk": {"path": "d.raw", )" + usualDisk + '}', {},
        {u"maxcpus=4"_s, u"slots=2,maxmem=4G"_s});
    row("arrangement of CPUs to come", u"qemu-system-x86_64 -smp cpus=2,sockets=4,maxcpus=4 d.raw"_s,
        barePc + R"("smp": 2, "disk": {"path": "d.raw", )" + usualDisk + '}', {}, {u"maxcpus=4"_s});
    row("all CPUs", u"qemu-system-x86_64 -smp 4,maxcpus=4,sockets=2,cores=2,threads=1 d.raw"_s,
        barePc + R"("smp": {"cpus": 4, "sockets": 2, "cores": 2, "threads": 1}, "disk": {"path": "d.raw", )" +
            usualDisk + '}');
    row("dies", u"qemu-system-x86_64 -smp dies=2,cores=2 d.raw"_s,
        barePc + R"("smp": 4, "extra_args": ["-smp", "dies=2,cores=2"], "disk": {"path": "d.raw", )" + usualDisk + '}',
        {u"-smp dies=2,cores=2"_s});
    row("no number of CPUs", u"qemu-system-x86_64 -smp many d.raw"_s,
        barePc + R"("disk": {"path": "d.raw", )" + usualDisk + '}', {}, {u"-smp many"_s});
    row("a shell's numbers", u"qemu-system-x86_64 -smp $(nproc) -m $MEM -hda $HOME/d.raw"_s,
        barePc + R"("disk": {"path": "$HOME/d.raw", )" + usualDisk + '}', {}, {u"-smp '$(nproc)'"_s, u"-m '$MEM'"_s});
    row("a drive and its device",
        u"qemu-system-x86_64 -M q35 -drive file=a,,b.img,if=none,id=hd0,format=raw,cache=none,aio=native,discard=unmap "
        "-device virtio-blk-pci,drive=hd0,num-queues=4,iothread=io1 -object iothread,id=io1"_s,
        barePc + R"("machine": "q35", "extra_args": ["-object", "iothread,id=io1"],
                    "disk": {"path": "a,b.img", "cache": "none", "aio": "native", "options": "discard=unmap",
                             "device_options": "num-queues=4,iothread=io1"})",
        {u"-object iothread,id=io1"_s});
    row("NVMe", u"qemu-system-x86_64 -drive file=n.qcow2,if=none,id=n -device nvme,serial=deadbeef,drive=n"_s,
        barePc + R"("disk": {"path": "n.qcow2", "format": "qcow2", "cache": "writeback", "bus": "nvme"})");
    row("SCSI",
        u"qemu-system-x86_64 -device virtio-scsi-pci,id=s0 -drive file=d.raw,if=none,id=d,format=raw "
        "-device scsi-hd,drive=d,bus=s0.0"_s,
        barePc + R"("disk": {"path": "d.raw", "cache": "writeback", "bus": "scsi"})");
    row("a stick for the ISO",
        u"qemu-system-aarch64 -M virt -cpu cortex-a72 -m 2G -device usb-storage,drive=install "
        "-drive if=none,id=install,format=raw,media=cdrom,file=u.iso -device qemu-xhci "
        "-drive file=d.raw,if=none,id=d,format=raw -device virtio-blk-device,drive=d"_s,
        R"("kind": "qemu", "guest": "iso", "arch": "aarch64", "machine": "virt", "accel": "tcg", "cpu": "cortex-a72", "smp": 1,
           "memory_mib": 2048, "network": "user", "iso": "u.iso", "extra_args": ["-device", "qemu-xhci"],
           "disk": {"path": "d.raw", "cache": "writeback"})",
        {u"-device qemu-xhci"_s}, {u"-device usb-storage,drive=install"_s});
    row("cloud image with a seed",
        u"qemu-system-x86_64 -drive file=jammy.img,format=qcow2,if=virtio "
        "-drive file=seed.iso,format=raw,if=virtio -snapshot"_s,
        barePc + R"("extra_args": ["-drive", "file=seed.iso,format=raw,if=virtio"],
                    "disk": {"format": "qcow2", "base": "jammy.img", "base_format": "qcow2", "cache": "writeback"})",
        {u"-drive file=seed.iso,format=raw,if=virtio"_s});
    row("encrypted",
        u"qemu-system-x86_64 -object secret,id=sec0,file=/keys/k "
        "-drive file=e.luks,format=luks,key-secret=sec0,if=virtio"_s,
        barePc + R"("disk": {"path": "e.luks", "format": "luks", "key_file": "/keys/k", "cache": "writeback"})");
    row("encrypted qcow2",
        u"qemu-system-x86_64 -object secret,id=sec0,file=/keys/k "
        "-drive file=e.qcow2,format=qcow2,encrypt.format=luks,encrypt.key-secret=sec0,if=virtio"_s,
        barePc + R"("disk": {"path": "e.qcow2", "format": "qcow2", "key_file": "/keys/k", "cache": "writeback"})");
    row("own network and control",
        u"qemu-system-x86_64 -hda d.raw -netdev tap,id=n0,ifname=tap0,script=no "
        "-device e1000,netdev=n0 -qmp unix:/tmp/q,server -daemonize -S -pidfile p "
        "-serial mon:stdio -vga none"_s,
        barePc + R"("network": "none", "gpu": "none", "display": "none",
                    "extra_args": ["-netdev", "tap,id=n0,ifname=tap0,script=no", "-device", "e1000,netdev=n0"],
                    "disk": {"path": "d.raw", )" +
            usualDisk + '}',
        {u"-netdev tap,id=n0,ifname=tap0,script=no"_s, u"-device e1000,netdev=n0"_s},
        {u"-qmp unix:/tmp/q,server"_s, u"-daemonize"_s, u"-S"_s, u"-pidfile p"_s, u"-serial mon:stdio"_s});
    row("network card",
        u"qemu-system-x86_64 -hda d.raw -net nic,model=e1000 -net user,hostfwd=tcp::8080-:80,hostfwd=tcp::22-:22"_s,
        barePc + R"("nic": "e1000", "channel": "ssh", "disk": {"path": "d.raw", )" + usualDisk + '}', {},
        {u"hostfwd=tcp::8080-:80"_s});
    row("network card with its address",
        u"qemu-system-x86_64 -hda d.raw -nic user,model=rtl8139,mac=52:54:00:12:34:56"_s,
        barePc + R"("nic": "rtl8139,mac=52:54:00:12:34:56", "disk": {"path": "d.raw", )" + usualDisk + '}');
    row("VNC and old options",
        u"qemu-system-x86_64 --hda d.raw --vnc :1 -soundhw hda -usb -usbdevice tablet -k de "
        "-rtc base=localtime -name \"my vm\",process=x"_s,
        barePc + R"("label": "my vm", "display": "vnc", "sound": "intel-hda", "usb": ["tablet"],
                    "extra_args": ["-usb", "-k", "de", "-rtc", "base=localtime"], "disk": {"path": "d.raw", )" +
            usualDisk + '}',
        {u"-usb"_s, u"-k de"_s, u"-rtc base=localtime"_s});
    row("a window with options",
        u"qemu-system-x86_64 -hda d.raw -display gtk,gl=on -device virtio-vga-gl -usb -device usb-tablet"_s,
        barePc + R"("gpu": "virtio-vga-gl", "usb": ["tablet"], "extra_args": ["-display", "gtk,gl=on"],
                    "disk": {"path": "d.raw", )" +
            usualDisk + '}',
        {u"-display gtk,gl=on"_s}, {u"-usb"_s});
    row("agent and spice",
        u"qemu-system-x86_64 -hda d.raw -device virtio-serial-pci "
        "-chardev socket,path=/tmp/qga.sock,server=on,wait=off,id=qga0 "
        "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"_s,
        barePc + R"("disk": {"path": "d.raw", )" + usualDisk + '}', {},
        {u"-device virtio-serial-pci"_s, u"-chardev socket,path=/tmp/qga.sock,server=on,wait=off,id=qga0"_s,
         u"-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"_s});
    row("own kernel",
        u"qemu-system-x86_64 -kernel bzImage -append \"root=/dev/sda console=ttyS0\" -hda d.raw -nodefaults"_s,
        barePc + R"("gpu": "none", "display": "none", "network": "none", "disk": {"path": "d.raw", )" + usualDisk +
            R"(}, "extra_args": ["-kernel", "bzImage", "-append", "root=/dev/sda console=ttyS0"])",
        {u"-kernel bzImage"_s, u"-append 'root=/dev/sda console=ttyS0'"_s}, {u"-nodefaults"_s});
    row("kvm", u"$ kvm -m 1.5G -drive file=d.vmdk"_s,
        barePc + R"("accel": "auto", "memory_mib": 1536, "disk": {"path": "d.vmdk", "format": "vmdk", )" + usualDisk +
            '}');
    row("from a report as PDF",
        u"root@vm:~# qemu-system-x86_64 \u2013m 2G \u2013smp 2 \u2013hda \u201cmy disk.raw\u201d"_s,
        barePc + R"("memory_mib": 2048, "smp": 2, "disk": {"path": "my disk.raw", )" + usualDisk + '}', {},
        {QString()});
    row("OVMF as -bios", u"qemu-system-x86_64 -bios /usr/share/ovmf/OVMF.fd -M q35 -no-reboot -hda d.raw -hdb e.raw"_s,
        barePc + R"("machine": "q35", "firmware": "/usr/share/ovmf/OVMF.fd", "firmware_attach": "bios",
                    "extra_args": ["-hdb", "e.raw"], "disk": {"path": "d.raw", )" +
            usualDisk + '}',
        {u"-hdb e.raw"_s}, {u"-no-reboot"_s});
}

/// Nothing of a command is lost: every word is in a part, and every part is explained.
void TestPaste::vms()
{
    QFETCH(QString, line);
    QFETCH(QByteArray, expected);
    const auto pasted = pasteCommand(line);
    QVERIFY2(pasted, qPrintable(pasted.error().message));
    QCOMPARE(jsonOf(pasted->target), jsonOf(targetOf(expected)));
    QTEST(argumentsOf(*pasted, Kind::Kept), "kept");
    QStringList apart = argumentsOf(*pasted, Kind::Replaced) + argumentsOf(*pasted, Kind::Left);
    QFETCH(QStringList, left);
    std::sort(apart.begin(), apart.end());
    std::sort(left.begin(), left.end());
    QCOMPARE(apart, left);
    QStringList told;
    for (const PastedPart& part : pasted->parts) {
        QVERIFY2(!part.words.isEmpty() && !part.words.contains(u"%1"_s), qPrintable(part.argument));
        QCOMPARE(part.argument.isEmpty(), part.kind == Kind::Default || part.words.startsWith(u"Typographic"_s));
        told << wordsOf(part.argument);
    }
    if (line.contains(QChar(0x2013))) // whose words are read as others
        return;
    const QStringList words = wordsOf(line);
    for (qsizetype i = words.indexOf(QRegularExpression(u".*(qemu|kvm).*"_s)) + 1; i < words.size(); ++i) {
        const QString word = words.at(i).startsWith(u"--"_s) ? words.at(i).sliced(1) : words.at(i);
        QVERIFY2(told.contains(word), qPrintable(word));
    }
}

void TestPaste::containers_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<QStringList>("left"); // or replaced
    QTest::addColumn<QStringList>("defaults");
    const auto row = [](const char* name, const QString& line, const QByteArray& expected, const QStringList& left,
                        const QStringList& defaults) {
        QTest::newRow(name) << line << QByteArray(R"("kind": "docker", )" + expected) << left << defaults;
    };
    const QStringList unlimited{u"cpus"_s, u"memory_mib"_s};
    row("report", u"docker run -ti --rm ubuntu /bin/bash"_s, R"("image": "ubuntu", "storage": "layer")",
        {u"-t"_s, u"-i"_s, u"--rm"_s, u"/bin/bash"_s}, unlimited + QStringList(u"storage"_s));
    row("limits", u"sudo docker container run --cpus=2 --memory 2g --memory-swap=2g --name box -d my/ubuntu:22.04"_s,
        R"("image": "my/ubuntu:22.04", "label": "box", "cpus": 2, "memory_mib": 2048, "storage": "layer")",
        {u"--memory-swap=2g"_s, u"-d"_s, u"sudo"_s}, {u"storage"_s});
    row("short options", u"docker run -itm512m --cpus 1.5 -v data:/d -e X=1 zyclonite/sysbench cpu run"_s,
        R"("image": "zyclonite/sysbench", "cpus": 1.5, "memory_mib": 512, "storage": "volume")",
        {u"-i"_s, u"-t"_s, u"-e X=1"_s, u"cpu run"_s}, {});
    row("cpuset and bind",
        u"podman run --rm --cpuset-cpus 0-1,3 -v $(pwd)/x:/x:Z --memory=1073741824 -w /x img sysbench fileio run"_s,
        R"("image": "img", "cpus": 3, "memory_mib": 1024, "storage": "volume")",
        {u"--rm"_s, u"-w /x"_s, u"sysbench fileio run"_s}, {});
    row("quota and tmpfs", u"docker run --cpu-quota 50000 --cpu-period=100000 --tmpfs /t:size=1g -v v:/w -m 256M img"_s,
        R"("image": "img", "cpus": 0.5, "memory_mib": 256, "storage": "tmpfs")", {}, {});
    row("continued",
        u"docker --context far run \\\n  --privileged \\\n  --platform linux/arm64 \\\n  --network host -p 80:80 "
        "\\\n  --mount type=bind,source=/a,target=/b img:1@sha256:00"_s,
        R"("image": "img:1@sha256:00", "storage": "volume")",
        {u"--context far"_s, u"--privileged"_s, u"--platform linux/arm64"_s, u"--network host"_s, u"-p 80:80"_s},
        unlimited);
    row("PowerShell", u"docker.exe run `\r\n --rm -m=1g --cpus=2 `\r\n -v C:\\data:/data ubuntu"_s,
        R"("image": "ubuntu", "cpus": 2, "memory_mib": 1024, "storage": "volume")", {u"--rm"_s}, {});
    row("network none", u"docker run --network=none --ulimit nofile=1 --cpus=$N img"_s,
        R"("image": "img", "storage": "layer")", {u"--network=none"_s, u"--ulimit nofile=1"_s, u"--cpus=$N"_s},
        unlimited + QStringList(u"storage"_s));
}

void TestPaste::containers()
{
    QFETCH(QString, line);
    QFETCH(QByteArray, expected);
    QFETCH(QStringList, left);
    const auto pasted = pasteCommand(line);
    QVERIFY2(pasted, qPrintable(pasted.error().message));
    QCOMPARE(jsonOf(pasted->target), jsonOf(targetOf(expected)));
    QCOMPARE(argumentsOf(*pasted, Kind::Kept), QStringList()); // a container has no extra arguments
    QStringList apart = argumentsOf(*pasted, Kind::Replaced) + argumentsOf(*pasted, Kind::Left);
    std::sort(apart.begin(), apart.end());
    std::sort(left.begin(), left.end());
    QCOMPARE(apart, left);
    QTEST(defaultsOf(*pasted), "defaults");
    for (const PastedPart& part : pasted->parts)
        QVERIFY2(!part.words.isEmpty() && !part.words.contains(u"%1"_s), qPrintable(part.argument));
}

void TestPaste::surroundings_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("left");
    QTest::newRow("script") << uR"(#!/bin/bash
# start the VM
cd /vm && qemu-img create -f raw d.raw 40G
qemu-system-x86_64 -hda d.raw > log 2>&1 &
sleep 120
)"_s << QStringList{u"cd /vm"_s, u"qemu-img create -f raw d.raw 40G"_s, u"> log"_s, u"2>&1"_s, u"sleep 120"_s};
    QTest::newRow("wrappers") << u"LANG=C sudo -E nice -n 5 taskset -c 0,1 /usr/local/bin/qemu-system-x86_64 d.raw"_s
                              << QStringList{u"LANG=C"_s, u"sudo -E"_s, u"nice -n 5"_s, u"taskset -c 0,1"_s};
    QTest::newRow("two targets") << u"docker run ubuntu\nqemu-system-x86_64 d.raw"_s
                                 << QStringList{u"qemu-system-x86_64 d.raw"_s};
    QTest::newRow("pull first") << u"docker pull ubuntu\ndocker run ubuntu"_s << QStringList{u"docker pull ubuntu"_s};
    QTest::newRow("prompts") << u"user@host:~/vm$ ls\nuser@host:~/vm$ sudo qemu-system-x86_64 d.raw\n"_s
                             << QStringList{u"'user@host:~/vm$' ls"_s, u"sudo"_s};
    QTest::newRow("root's prompt") << u"# qemu-system-x86_64 d.raw"_s << QStringList();
    QTest::newRow("of PowerShell") << u"PS C:\\Users\\me> & .\\qemu-system-x86_64.exe d.raw"_s << QStringList();
}

void TestPaste::surroundings()
{
    QFETCH(QString, text);
    const auto pasted = pasteCommand(text);
    QVERIFY2(pasted, qPrintable(pasted.error().message));
    QStringList apart = argumentsOf(*pasted, Kind::Left);
    QFETCH(QStringList, left);
    std::sort(apart.begin(), apart.end());
    std::sort(left.begin(), left.end());
    QCOMPARE(apart, left);
}

void TestPaste::unreadableLimits()
{
    const auto pasted = pasteCommand(u"docker run --memory 512x --cpus abc img"_s);
    QVERIFY(pasted);
    const auto wordsOf = [&pasted](const QString& setting) {
        QStringList words;
        for (const PastedPart& part : pasted->parts) {
            if (part.setting == setting)
                words << part.words;
        }
        return words.join(u'\n');
    };
    QCOMPARE(argumentsOf(*pasted, Kind::Left), (QStringList{u"--memory 512x"_s, u"--cpus abc"_s}));
    QVERIFY(wordsOf(u"memory_mib"_s).startsWith(u"512x is no size of memory; write it as 512m"_s));
    QVERIFY(wordsOf(u"cpus"_s).startsWith(u"abc is no number of CPUs"_s));
    for (const QString& setting : {u"cpus"_s, u"memory_mib"_s})
        QVERIFY2(!wordsOf(setting).contains(u"No limit"_s), qPrintable(wordsOf(setting)));
    const auto none = pasteCommand(u"docker run --cpus=0 --cpu-quota -1 img"_s);
    QVERIFY(none);
    QCOMPARE(argumentsOf(*none, Kind::Left), (QStringList{u"--cpus=0"_s, u"--cpu-quota -1"_s}));
    QVERIFY(none->parts.first().words.contains(u"no limit"_s));
}

void TestPaste::refusals_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("begins");
    QTest::newRow("nothing") << u" "_s << u"There is no command for a VM or a container in it."_s;
    QTest::newRow("prose") << u"Start the VM with qemu-system-x86_64."_s << u"There is no command for a VM"_s;
    QTest::newRow("other command") << u"ssh host qemu-system-x86_64 d.raw"_s << u"There is no command for a VM"_s;
    QTest::newRow("qemu-img") << u"qemu-img create -f raw x 40G"_s << u"qemu-img makes disks."_s;
    QTest::newRow("vagrant") << u"vagrant up"_s << u"vagrant makes its own VMs."_s;
    QTest::newRow("architecture") << u"qemu-system-riscv64 -M virt"_s
                                  << u"Benchvisor runs VMs of x86_64 and aarch64, not of riscv64."_s;
    QTest::newRow("pull") << u"docker pull ubuntu"_s << u"\"docker pull\" starts no container."_s;
    QTest::newRow("exec") << u"podman exec -it x sh"_s << u"\"podman exec\" starts no container."_s;
    QTest::newRow("docker alone") << u"docker"_s << u"\"docker \" starts no container."_s;
    QTest::newRow("no image") << u"docker run --rm -it"_s << u"docker run names no image."_s;
    QTest::newRow("quote") << u"qemu-system-x86_64 -hda 'a b.raw"_s << u"A quotation begins with '"_s;
    QTest::newRow("long") << QString(70000, u'x') << u"The text is too long"_s;
}

void TestPaste::refusals()
{
    QFETCH(QString, text);
    QFETCH(QString, begins);
    const auto pasted = pasteCommand(text);
    QVERIFY(!pasted);
    QCOMPARE(pasted.error().code, Error::Code::BadInput);
    QVERIFY2(pasted.error().message.startsWith(begins), qPrintable(pasted.error().message));
}

/// Half of what students publish names no accelerator.
void TestPaste::saysThatTcgEmulates()
{
    const auto silent = pasteCommand(u"qemu-system-x86_64 -M q35 -m 2G -smp 2 d.raw"_s);
    QVERIFY(silent);
    QCOMPARE(silent->target.qemu.accel, u"tcg"_s);
    const auto part = std::find_if(silent->parts.cbegin(), silent->parts.cend(),
                                   [](const PastedPart& p) { return p.setting == u"accel"_s; });
    QVERIFY(part != silent->parts.cend());
    QCOMPARE(part->kind, Kind::Default);
    QVERIFY(part->words.contains(u"QEMU emulates every instruction (TCG)"_s));
}

void TestPaste::secretsAreNotRepeated()
{
    const auto pasted = pasteCommand(u"qemu-system-x86_64 -object secret,id=s,data=hunter2 "
                                     "-drive file=e.luks,format=luks,key-secret=s,if=virtio"_s);
    QVERIFY(pasted);
    QVERIFY(!jsonOf(pasted->target).contains("hunter2"));
    for (const PastedPart& part : pasted->parts)
        QVERIFY(!part.argument.contains(u"hunter2"_s) && !part.words.contains(u"hunter2"_s));
    QCOMPARE(argumentsOf(*pasted, Kind::Left), QStringList(u"-object 'secret,…'"_s));
}

void TestPaste::garbageNeverCrashes()
{
    QRandomGenerator random(3);
    const QStringList words{u"-M"_s,
                            u"virt,,=,a="_s,
                            u"-smp"_s,
                            u"cpus=,cores=-1"_s,
                            u"2,sockets=2097152,cores=2097152,threads=4194304,maxcpus=8"_s,
                            u"-m"_s,
                            u"-drive"_s,
                            u"if=none,id=x"_s,
                            u"file=a,id=x,if=none"_s,
                            u"-device"_s,
                            u"nvme,drive=x"_s,
                            u"driver=,drive=x"_s,
                            u"-netdev"_s,
                            u"user,id=x"_s,
                            u"e1000,netdev=x"_s,
                            u"-nic"_s,
                            u","_s,
                            u"-"_s,
                            u"--"_s,
                            u"'"_s,
                            u"\\"_s,
                            u"$("_s,
                            u"99999999999999999999T"_s,
                            u"-accel"_s,
                            u":::"_s,
                            u"\n"_s,
                            u"-object"_s,
                            u"secret,id=x"_s,
                            u"file=a,format=luks,key-secret=x"_s,
                            u"-v"_s,
                            u"--cpus"_s,
                            u"-e"_s,
                            u"--cpuset-cpus=9999-0"_s};
    for (int i = 0; i < 5000; ++i) {
        QString line = random.bounded(2) == 0 ? u"qemu-system-x86_64"_s : u"docker run"_s;
        for (int j = random.bounded(12); j > 0; --j)
            line += u' ' + words.at(random.bounded(words.size()));
        (void)pasteCommand(line);
    }
}

QTEST_APPLESS_MAIN(TestPaste)
#include "tst_paste.moc"
