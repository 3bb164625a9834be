#include "target/qemu/command_line.h"

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// In QEMU's option lists a comma in a value is written twice.
QString escaped(QString value)
{
    return value.replace(u',', u",,"_s);
}

void addChannel(QStringList& argv, const QString& id, const QString& path, const QString& portName)
{
    argv << u"-chardev"_s << u"socket,id=%1,path=%2,server=on,wait=off"_s.arg(id, escaped(path)) << u"-device"_s
         << u"virtserialport,chardev=%1,name=%2"_s.arg(id, portName);
}

QString machineOption(const QemuSettings& settings)
{
    const bool pc = settings.machine == "q35"_L1 || settings.machine == "pc"_L1;
    return pc ? settings.machine + u",hpet=off"_s : settings.machine;
}

} // namespace

QStringList qemuArgv(const QemuSettings& settings, const QemuRuntime& runtime)
{
    QStringList argv{runtime.program,
                     u"-M"_s,
                     machineOption(settings),
                     u"-accel"_s,
                     runtime.accel == "tcg"_L1 ? u"tcg,thread=multi"_s : runtime.accel,
                     u"-cpu"_s,
                     settings.cpu,
                     u"-smp"_s,
                     QString::number(settings.smp),
                     u"-m"_s,
                     QString::number(settings.memoryMib),
                     u"-nodefaults"_s,
                     u"-no-user-config"_s,
                     u"-no-reboot"_s,
                     u"-display"_s,
                     u"none"_s};
    argv << u"-kernel"_s << runtime.kernel << u"-initrd"_s << runtime.initrd << u"-append"_s
         << guestKernelCommandLine(settings.arch);
    argv << u"-qmp"_s << u"unix:%1/qmp,server=on,wait=off"_s.arg(escaped(runtime.socketDir));
    argv << u"-serial"_s << u"file:%1/console"_s.arg(escaped(runtime.socketDir));
    argv << u"-device"_s << u"virtio-serial-pci"_s;
    addChannel(argv, u"qga"_s, runtime.socketDir + "/qga"_L1, u"org.qemu.guest_agent.0"_s);
    addChannel(argv, u"out0"_s, runtime.socketDir + "/out0"_L1, u"stream.0"_s);
    addChannel(argv, u"st0"_s, runtime.socketDir + "/st0"_L1, u"stats.0"_s);
    if (!runtime.diskPath.isEmpty()) {
        const DiskSettings& disk = settings.disk;
        argv << u"-drive"_s
             << u"file=%1,format=%2,if=none,id=d0,cache=%3,aio=%4"_s.arg(escaped(runtime.diskPath), disk.format,
                                                                         disk.cache, disk.aio)
             << u"-device"_s << u"virtio-blk-pci,drive=d0"_s;
    }
    return argv + settings.extraArgs;
}

QStringList qemuImgCreateArgv(const QString& qemuImg, const DiskSettings& disk, const QString& path)
{
    const auto bytes = static_cast<qint64>(disk.sizeGib * 1024 * 1024 * 1024);
    return {qemuImg, u"create"_s, u"-q"_s, u"-f"_s, disk.format, path, QString::number(bytes / 512 * 512)};
}

QString guestKernelCommandLine(const QString& arch)
{
    // panic=-1: a kernel that panics restarts at once, and QEMU, which may not restart (-no-reboot), ends and says so.
    return arch == "aarch64"_L1 ? u"console=ttyAMA0 quiet panic=-1"_s
                                : u"console=ttyS0 quiet panic=-1 tsc=reliable clocksource=tsc"_s;
}

} // namespace bv
