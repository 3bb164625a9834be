#include "target/qemu/command_line.h"

#include "plan/option_list.h"
#include "target/qemu/guest_scripts.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Owner = QemuArgument::Owner;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::QemuCommandLine)
};

constexpr int portOutside = 2222; ///< of ssh where no port is chosen: what everybody writes

QString escaped(const QString& value)
{
    return OptionList::escaped(value);
}

bool isPc(const QString& machine)
{
    const QString name = optionHead(machine);
    return name == "q35"_L1 || name == "pc"_L1 || name.startsWith("pc-"_L1);
}

/// "option,further", or the option alone.
QString joined(const QString& option, const QString& further)
{
    return further.isEmpty() ? option : option + u',' + further;
}

class Builder
{
public:
    Builder(const QemuSettings& settings, const QemuRuntime& runtime)
        : m_settings(settings)
        , m_runtime(runtime)
        , m_builtin(settings.guest == "builtin"_L1)
    {
    }

    QList<QemuArgument> build()
    {
        add({u"-monitor"_s, u"stdio"_s}, Owner::Outside);
        addMachine();
        addFirmware();
        addGraphics();
        addPeripherals();
        if (!m_runtime.kernel.isEmpty() || m_builtin)
            add({u"-kernel"_s, m_runtime.kernel, u"-initrd"_s, m_runtime.initrd, u"-append"_s,
                 guestKernelCommandLine(m_settings.arch, m_runtime.watched)});
        addChannels();
        addDisk();
        addIso();
        addSeed();
        if (!m_settings.boot.isEmpty())
            add({u"-boot"_s, m_settings.boot});
        addNetwork();
        if (!m_settings.extraArgs.isEmpty())
            add(m_settings.extraArgs, Owner::Extra);
        return m_arguments;
    }

private:
    void add(const QStringList& words, Owner owner = Owner::Setting, const QString& purpose = {})
    {
        m_arguments << QemuArgument{words, owner, purpose};
    }
    void addDevice(const QString& device) { add({u"-device"_s, device}); }

    void addMachine()
    {
        const bool hpet =
            m_builtin && isPc(m_settings.machine) && !OptionList::parse(m_settings.machine).contains(u"hpet"_s);
        add({u"-M"_s, m_settings.machine + (hpet ? u",hpet=off"_s : QString())});
        const bool multi = m_builtin && m_runtime.accel == "tcg"_L1 && m_settings.accelOptions.isEmpty();
        add({u"-accel"_s, joined(m_runtime.accel, multi ? u"thread=multi"_s : m_settings.accelOptions)});
        add({u"-cpu"_s, m_settings.cpu});
        QString smp = QString::number(m_settings.smp);
        const CpuTopology& topology = m_settings.topology;
        for (const auto& [name, number] :
             {std::pair("sockets"_L1, topology.sockets), std::pair("cores"_L1, topology.cores),
              std::pair("threads"_L1, topology.threads)}) {
            if (number != 0)
                smp += u',' + name + u'=' + QString::number(number);
        }
        add({u"-smp"_s, smp});
        add({u"-m"_s, QString::number(m_settings.memoryMib)});
        add({u"-nodefaults"_s, u"-no-user-config"_s}, Owner::Control, Text::tr("no devices but those named here"));
        add({u"-no-reboot"_s}, Owner::Control, Text::tr("a guest that restarts ends, so that it is noticed"));
    }

    void addFirmware()
    {
        const FirmwareFiles& firmware = m_runtime.firmware;
        if (!firmware.bios.isEmpty())
            add({u"-bios"_s, firmware.bios});
        if (!firmware.code.isEmpty())
            add({u"-drive"_s,
                 u"if=pflash,unit=0,format=%1,readonly=on,file=%2"_s.arg(firmware.codeFormat, escaped(firmware.code))});
        if (!firmware.code.isEmpty() && !firmware.vars.isEmpty())
            add({u"-drive"_s,
                 u"if=pflash,unit=1,format=%1,file=%2"_s.arg(firmware.varsFormat, escaped(firmware.vars))});
    }

    void addGraphics()
    {
        static const QStringList ofVga{u"std"_s, u"cirrus"_s, u"vmware"_s, u"qxl"_s, u"virtio"_s};
        if (m_settings.gpu == "none"_L1) {
            if (isPc(m_settings.machine)) // which has one by default
                add({u"-vga"_s, u"none"_s}, Owner::Outside);
        } else if (ofVga.contains(m_settings.gpu)) {
            add({u"-vga"_s, m_settings.gpu});
        } else {
            addDevice(m_settings.gpu);
        }
        if (m_settings.display == "window"_L1) {
            add({u"-display"_s, u"default,show-cursor=on"_s});
        } else if (m_settings.display == "vnc"_L1) {
            add({u"-display"_s, u"vnc=unix:%1/vnc"_s.arg(escaped(m_runtime.socketDir))}, Owner::Control,
                Text::tr("the guest's screen, on a socket that only you can open"));
            add({u"-display"_s, u"vnc=127.0.0.1:0"_s}, Owner::Outside);
        } else {
            add({u"-display"_s, u"none"_s});
        }
    }

    void addPeripherals()
    {
        if (!m_settings.usb.isEmpty())
            addDevice(u"qemu-xhci"_s);
        for (const QString& device : m_settings.usb)
            addDevice(device == "keyboard"_L1 ? u"usb-kbd"_s : u"usb-"_s + device);
        if (m_settings.sound != "none"_L1) {
            addDevice(m_settings.sound);
            addDevice(u"hda-duplex"_s);
        }
    }

    void addChannel(const QString& id, const QString& portName, const QString& purpose)
    {
        add({u"-chardev"_s, u"socket,id=%1,path=%2/%1,server=on,wait=off"_s.arg(id, escaped(m_runtime.socketDir)),
             u"-device"_s, u"virtserialport,chardev=%1,name=%2"_s.arg(id, portName)},
            Owner::Control, purpose);
    }

    void addChannels()
    {
        const QString folder = escaped(m_runtime.socketDir);
        add({u"-qmp"_s, u"unix:%1/qmp,server=on,wait=off"_s.arg(folder)}, Owner::Control,
            Text::tr("starts, pauses and ends the VM"));
        add({u"-serial"_s, u"file:%1/console"_s.arg(folder)}, Owner::Control, Text::tr("what the guest says"));
        if (m_runtime.hearsBios && isPc(m_settings.machine))
            add({u"-chardev"_s, u"file,id=fw0,path=%1/firmware"_s.arg(folder), u"-device"_s,
                 u"isa-debugcon,iobase=0x402,chardev=fw0"_s},
                Owner::Control, Text::tr("what the firmware says"));
        if (m_settings.channel != "agent"_L1)
            return;
        add({u"-device"_s, u"virtio-serial-pci"_s}, Owner::Control, Text::tr("carries the three ports below"));
        addChannel(u"qga"_s, u"org.qemu.guest_agent.0"_s, Text::tr("the guest agent, which starts the tests"));
        addChannel(u"out0"_s, u"stream.0"_s, Text::tr("what the tests print, line by line"));
        addChannel(u"st0"_s, u"stats.0"_s, Text::tr("CPU and disk use as the guest sees it"));
    }

    /// The drive's options in the order of the command that everybody writes; for the built-in guest, and where the
    /// device has options of its own, it is a drive without interface and a device.
    void addDisk()
    {
        const QString path = m_runtime.diskPath;
        if (path.isEmpty())
            return;
        const DiskSettings& disk = m_settings.disk;
        const bool first = isOrdered() && m_settings.guest == "disk"_L1 && !m_settings.iso.isEmpty();
        const bool apart = m_builtin || m_runtime.scratch || first || !disk.deviceOptions.isEmpty() ||
                           disk.bus == "nvme"_L1 || disk.bus == "scsi"_L1;
        const bool encrypted = newDisk(disk, path).isEncrypted();
        if (encrypted) {
            const QString key = m_runtime.diskKey.isEmpty() ? disk.keyFile : m_runtime.diskKey;
            add({u"-object"_s, u"secret,id=key0,file="_s + escaped(key)});
        }
        QString drive = u"file=%1,format=%2,"_s.arg(escaped(path), disk.format);
        drive += apart ? u"if=none,id=d0"_s : u"if="_s + disk.bus;
        drive += u",cache="_s + disk.cache;
        if (m_builtin || disk.aio != "threads"_L1) // which is QEMU's own choice
            drive += u",aio="_s + disk.aio;
        if (encrypted)
            drive += disk.format == "luks"_L1 ? u",key-secret=key0"_s : u",encrypt.key-secret=key0"_s;
        add({u"-drive"_s, joined(drive, disk.options)});
        if (!apart)
            return;
        if (disk.bus == "scsi"_L1)
            addDevice(u"virtio-scsi-pci"_s);
        QString device = deviceOfBus(disk.bus);
        if (m_runtime.scratch && !device.contains(u"serial="_s))
            device += u",serial="_s + scratchSerial;
        device += u",drive=d0"_s;
        if (first)
            device += u",bootindex=0"_s;
        addDevice(joined(device, disk.deviceOptions));
    }

    bool isOrdered() const { return m_runtime.ordered && m_settings.boot.isEmpty(); }

    /// A firmware with a disk beside the ISO starts the disk; one that is told starts the ISO. By hand it is the line
    /// that everybody writes.
    void addIso()
    {
        const QString& iso = m_settings.iso;
        if (iso.isEmpty())
            return;
        if (!isOrdered() || m_settings.guest != "iso"_L1) {
            add({u"-cdrom"_s, iso});
            return;
        }
        add({u"-cdrom"_s, iso}, Owner::Outside);
        const QString drive = u"file=%1,format=raw,if=none,id=cd0,media=cdrom,readonly=on"_s.arg(escaped(iso));
        const QString device = isPc(m_settings.machine) ? u"ide-cd"_s : u"virtio-blk-pci"_s;
        add({u"-drive"_s, drive, u"-device"_s, device + u",drive=cd0,bootindex=0"_s}, Owner::Control,
            Text::tr("the ISO, which the firmware starts first"));
    }

    static QString deviceOfBus(const QString& bus)
    {
        if (bus == "ide"_L1)
            return u"ide-hd"_s;
        if (bus == "nvme"_L1)
            return u"nvme,serial=benchvisor"_s;
        return bus == "scsi"_L1 ? u"scsi-hd"_s : u"virtio-blk-pci"_s;
    }

    void addSeed()
    {
        if (!m_runtime.seedIso.isEmpty())
            add({u"-drive"_s, u"file=%1,format=raw,if=virtio,readonly=on"_s.arg(escaped(m_runtime.seedIso))},
                Owner::Control, Text::tr("answers for the installer or cloud-init"));
    }

    void addNetwork()
    {
        const int port = m_runtime.sshPort > 0 ? m_runtime.sshPort : portOutside;
        const QString forward = u"hostfwd=tcp:127.0.0.1:%1-:22"_s.arg(port);
        const bool ssh = m_settings.channel == "ssh"_L1;
        if (m_settings.network != "user"_L1) {
            add({u"-nic"_s, u"none"_s}, Owner::Outside); // QEMU gives one by default
            return;
        }
        const QString nic = m_settings.nic.isEmpty() ? u"virtio-net-pci"_s : m_settings.nic;
        const bool forwarded = ssh && m_runtime.sshPort > 0;
        add({u"-netdev"_s, joined(u"user,id=net0"_s, forwarded ? forward : QString()), u"-device"_s,
             joined(optionHead(nic) + u",netdev=net0"_s, nic.section(u',', 1))},
            Owner::Control,
            forwarded ? Text::tr("network, with the guest's ssh on a port of this machine alone")
                      : Text::tr("network through this machine"));
        if (m_settings.nic.isEmpty() && !ssh)
            return; // QEMU's default
        const QString model = m_settings.nic.isEmpty() ? QString() : u"model="_s + m_settings.nic;
        add({u"-nic"_s, joined(joined(u"user"_s, model), ssh ? forward : QString())}, Owner::Outside);
    }

    const QemuSettings& m_settings;
    const QemuRuntime& m_runtime;
    bool m_builtin;
    QList<QemuArgument> m_arguments;
};

QStringList argvWithout(Owner owner, const QemuSettings& settings, const QemuRuntime& runtime)
{
    QStringList argv{runtime.program};
    const QList<QemuArgument> arguments = qemuArguments(settings, runtime);
    for (const QemuArgument& argument : arguments) {
        if (argument.owner != owner)
            argv << argument.words;
    }
    return argv;
}

} // namespace

QList<QemuArgument> qemuArguments(const QemuSettings& settings, const QemuRuntime& runtime)
{
    return Builder(settings, runtime).build();
}

QStringList qemuArgv(const QemuSettings& settings, const QemuRuntime& runtime)
{
    return argvWithout(Owner::Outside, settings, runtime);
}

QStringList qemuArgvWithoutControl(const QemuSettings& settings, const QemuRuntime& runtime)
{
    return argvWithout(Owner::Control, settings, runtime);
}

QemuRuntime handRuntime(const QemuSettings& settings)
{
    QemuRuntime runtime;
    runtime.program = u"qemu-system-"_s + settings.arch;
    runtime.accel = settings.accel == "auto"_L1 ? u"tcg"_s : settings.accel;
    runtime.diskPath = settings.disk.path;
    const bool named = !QStringList{QString(), u"auto"_s, u"uefi"_s, u"bios"_s}.contains(settings.firmware);
    if (named && settings.firmwareAttach == "pflash"_L1) {
        runtime.firmware.code = settings.firmware;
        runtime.firmware.vars = settings.firmwareVars;
    } else if (named) {
        runtime.firmware.bios = settings.firmware;
    }
    return runtime;
}

NewDisk newDisk(const DiskSettings& disk, const QString& path)
{
    NewDisk made(path);
    made.format = disk.format;
    made.keyFile = disk.keyFile;
    made.encrypted = disk.format == "qcow2"_L1 && !disk.keyFile.isEmpty();
    made.preallocation = disk.preallocation;
    made.base = disk.base;
    made.baseFormat = disk.baseFormat;
    if (disk.base.isEmpty())
        made.bytes = static_cast<qint64>(disk.sizeGib * 1024 * 1024 * 1024) / 512 * 512;
    return made;
}

QStringList qemuImgCreateArgv(const QString& qemuImg, const DiskSettings& disk, const QString& path)
{
    return qemuImgCreateArgv(qemuImg, newDisk(disk, path));
}

} // namespace bv
