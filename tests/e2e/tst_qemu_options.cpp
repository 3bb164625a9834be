#include "target/qemu/command_line.h"
#include "target/qemu/firmware.h"

#include "plan/plan_json.h"

#include <QFile>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// The QEMU of this machine takes every command that is built from settings, and starts the VM.
class TestQemuOptions : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void starts_data();
    void starts();

private:
    /// What QEMU complains of. That the host has no sound is no matter of the command.
    static QByteArray complaints(QProcess& qemu)
    {
        QByteArrayList lines = qemu.readAllStandardError().split('\n');
        lines.removeIf([](const QByteArray& line) {
            return line.isEmpty() || line.contains("audio") || line.contains("alsa") || line.contains("oss:") ||
                   line.contains("ALSA");
        });
        return lines.join('\n');
    }
    QString path(const QString& name) const { return m_folder->filePath(name); }
    void makeFile(const QString& name, const QByteArray& content) const;
    void makeDisk(const DiskSettings& disk, const QString& name) const;
    void startUnderControl(const QStringList& argv);
    void startByHand(const QStringList& argv);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestQemuOptions::init()
{
    m_folder = std::make_unique<QTemporaryDir>(u"/tmp/bvq"_s); // short: sockets lie in it
    QVERIFY(m_folder->isValid());
}

void TestQemuOptions::makeFile(const QString& name, const QByteArray& content) const
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

void TestQemuOptions::makeDisk(const DiskSettings& disk, const QString& name) const
{
    const QStringList argv = qemuImgCreateArgv(u"qemu-img"_s, disk, path(name));
    QByteArray said;
    int tries = 3; // of a busy machine, see qemuImgCreateArgv()
    do {
        QProcess process;
        process.start(argv.first(), argv.mid(1));
        QVERIFY(process.waitForFinished());
        said = process.readAllStandardError();
    } while (said.contains("accurate CPU usage") && --tries > 0);
    QVERIFY2(said.isEmpty(), said.constData());
}

void TestQemuOptions::starts_data()
{
    QTest::addColumn<QByteArray>("settings");
    const auto row = [](const char* name, const QByteArray& settings) { QTest::newRow(name) << settings; };
    row("every device", R"("smp": {"sockets": 2, "cores": 2}, "usb": ["keyboard", "tablet", "mouse"],
        "sound": "intel-hda", "gpu": "std", "display": "vnc", "network": "user", "nic": "e1000,mac=52:54:00:12:34:56",
        "channel": "ssh", "ssh": {"user": "u"}, "iso": "cd.iso", "boot": "order=dc,menu=on",
        "accel_options": "thread=single,tb-size=64", "disk": {"bus": "ide", "options": "discard=unmap", "aio": "io_uring"})");
    row("pc",
        R"("machine": "pc,vmport=off", "cpu": "qemu64,+aes", "gpu": "virtio-vga", "disk": {"cache": "none", "aio": "native"})");
    row("NVMe", R"("disk": {"bus": "nvme", "format": "qcow2", "preallocation": "metadata"})");
    row("SCSI", R"("disk": {"bus": "scsi", "preallocation": "full", "device_options": "rotation_rate=1"})");
    row("virtio with options", R"("disk": {"device_options": "num-queues=2,iothread=io1"},
        "extra_args": ["-object", "iothread,id=io1"])");
    row("encrypted", R"("disk": {"format": "luks"})");
    row("overlay", R"("disk": {"format": "qcow2", "base": "base"})");
    row("EFI", R"("firmware": "uefi")");
    row("EFI of pc", R"("machine": "pc", "firmware": "auto")");
    row("EFI in one image", R"("firmware": "uefi", "firmware_attach": "bios")");
    row("report",
        R"("arch": "aarch64", "machine": "virt,highmem=off", "cpu": "cortex-a57", "smp": 4, "memory_mib": 2048,
        "firmware": "uefi", "firmware_attach": "bios", "gpu": "virtio-gpu-pci", "usb": ["keyboard", "tablet"],
        "sound": "intel-hda", "network": "user", "iso": "cd.iso")");
    row("aarch64 with variables", R"("arch": "aarch64", "cpu": "max,pauth-impdef=on", "display": "vnc",
        "gpu": "virtio-gpu-pci", "disk": {"bus": "nvme"})");
}

void TestQemuOptions::starts()
{
    QFETCH(QByteArray, settings);
    const QByteArray memory = settings.contains("memory_mib") ? "" : R"("memory_mib": 256, )";
    const auto plan = planFromJson(R"({"schema": "benchvisor-plan/1", "suites": [{"test": "cpu"}],
        "targets": [{"kind": "qemu", "guest": "disk", "accel": "tcg", )" +
                                   memory + settings + "}]}");
    QVERIFY2(plan, qPrintable(plan.error().message));
    QemuSettings vm = plan->targets[0].qemu;
    vm.disk.sizeGib = 0.0625;
    vm.disk.path = path(u"disk,1"_s);
    makeFile(u"key"_s, "secret");
    makeFile(u"cd.iso"_s, QByteArray(1024 * 1024, 'x'));
    if (vm.disk.format == "luks"_L1)
        vm.disk.keyFile = path(u"key"_s);
    if (!vm.iso.isEmpty())
        vm.iso = path(vm.iso);
    if (!vm.disk.base.isEmpty()) {
        vm.disk.base = path(vm.disk.base);
        vm.disk.baseFormat = u"raw"_s;
        makeFile(u"base"_s, QByteArray(1024 * 1024, 'x'));
    }
    makeDisk(vm.disk, u"disk,1"_s);
    QemuRuntime runtime = handRuntime(vm);
    runtime.socketDir = m_folder->path();
    runtime.seedIso = path(u"cd.iso"_s);
    runtime.sshPort = vm.channel == "ssh"_L1 ? 42422 : 0;
    const auto places = FirmwarePlaces::ofThisMachine(QStandardPaths::findExecutable(runtime.program));
    const auto firmware = resolveFirmware(vm, places);
    QVERIFY2(firmware, qPrintable(firmware.error().message));
    runtime.firmware = *firmware;
    if (!firmware->code.isEmpty()) {
        runtime.firmware.vars = path(u"vars.fd"_s);
        const auto copied = copyFirmwareVariables(*firmware, runtime.firmware.vars);
        QVERIFY2(copied, qPrintable(copied.error().message));
    }
    startUnderControl(qemuArgv(vm, runtime));
    vm.display = u"none"_s; // its address may be in use
    if (!QTest::currentTestFailed())
        startByHand(qemuArgvWithoutControl(vm, runtime));
}

/// Over QMP: it runs, and ends when it is asked to.
void TestQemuOptions::startUnderControl(const QStringList& argv)
{
    QProcess qemu;
    qemu.start(argv.first(), argv.mid(1));
    QVERIFY(qemu.waitForStarted());
    QLocalSocket socket;
    const auto connected = [&socket, this] {
        if (socket.state() == QLocalSocket::UnconnectedState)
            socket.connectToServer(path(u"qmp"_s));
        return socket.state() == QLocalSocket::ConnectedState;
    };
    QTRY_VERIFY2_WITH_TIMEOUT(qemu.state() == QProcess::NotRunning || connected(),
                              qemu.readAllStandardError().constData(), 30000);
    QVERIFY2(qemu.state() == QProcess::Running, qemu.readAllStandardError().constData());
    socket.write(R"({"execute": "qmp_capabilities"}{"execute": "query-status"}{"execute": "quit"})");
    QByteArray said;
    const auto ended = [&] {
        said += socket.readAll();
        return qemu.state() == QProcess::NotRunning;
    };
    QTRY_VERIFY2_WITH_TIMEOUT(ended(), said.constData(), 30000);
    QVERIFY2(said.contains("\"running\": true"), said.constData());
    QCOMPARE(qemu.exitCode(), 0);
    QCOMPARE(complaints(qemu), QByteArray());
}

/// On its monitor: the same.
void TestQemuOptions::startByHand(const QStringList& argv)
{
    QProcess qemu;
    qemu.start(argv.first(), argv.mid(1));
    QVERIFY(qemu.waitForStarted());
    qemu.write("info status\nquit\n");
    QTRY_VERIFY2_WITH_TIMEOUT(qemu.state() == QProcess::NotRunning, "it does not end", 30000);
    QCOMPARE(complaints(qemu), QByteArray());
    QVERIFY(qemu.readAllStandardOutput().contains("VM status: running"));
    QCOMPARE(qemu.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TestQemuOptions)
#include "tst_qemu_options.moc"
