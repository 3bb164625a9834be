#include "plan/paste_qemu.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PasteQemu)
};

QString driverOf(const OptionList& device)
{
    return device.head.isEmpty() ? device.value(u"driver"_s).value_or(QString()) : device.head;
}

/// The bus of a disk's device; empty for one that is none.
QString busOfDriver(const QString& driver)
{
    if (driver.startsWith("virtio-blk"_L1))
        return u"virtio"_s;
    if (driver == "ide-hd"_L1 || driver == "ide-cd"_L1 || driver == "ide-drive"_L1)
        return u"ide"_s;
    if (driver == "scsi-hd"_L1 || driver == "scsi-cd"_L1 || driver == "scsi-disk"_L1)
        return u"scsi"_s;
    return driver == "nvme"_L1 ? driver : QString();
}

bool isOff(const std::optional<QString>& value)
{
    return !value || value == u"off"_s;
}

} // namespace

bool QemuReader::readStorage(Option& option)
{
    const QString& name = option.name;
    if (name == "-drive"_L1) {
        readDrive(option, OptionList::parse(option.value));
    } else if (name == "-hda"_L1) {
        OptionList drive;
        drive.items << OptionList::Item{u"file"_s, option.value};
        readDrive(option, drive);
    } else if (name == "-cdrom"_L1) {
        readIso(option, option.value, nullptr);
    } else if (name == "-pflash"_L1) {
        OptionList drive;
        drive.items << OptionList::Item{u"file"_s, option.value};
        readFlash(option, drive);
    } else {
        return false;
    }
    return true;
}

void QemuReader::readDrive(Option& option, OptionList drive)
{
    const QString interface = drive.value(u"if"_s).value_or(QString());
    const QString file = drive.value(u"file"_s).value_or(QString());
    Option* device = deviceOf(u"drive"_s, drive.value(u"id"_s).value_or(QString()));
    const QString media = drive.value(u"media"_s).value_or(QString());
    const bool namedIso = media.isEmpty() && file.endsWith(".iso"_L1, Qt::CaseInsensitive) && interface != "virtio"_L1;
    if (interface == "pflash"_L1 && !file.isEmpty())
        readFlash(option, drive);
    else if (file.isEmpty() || (interface == "none"_L1 && device == nullptr))
        keep(option, Text::tr("A drive that is not the VM's disk."));
    else if (media == "cdrom"_L1 || namedIso)
        readIso(option, file, device);
    else if (m_diskTaken)
        keep(option, Text::tr("A second disk."));
    else
        readDisk(option, drive, device);
}

/// Code comes first, or is read-only; the other are the variables.
void QemuReader::readFlash(Option& option, OptionList& drive)
{
    const QString file = drive.value(u"file"_s).value_or(QString());
    const QString unit = drive.value(u"unit"_s).value_or(QString());
    const bool readOnly = drive.contains(u"readonly"_s) && !(drive.value(u"readonly"_s) == u"off"_s);
    const bool isCode = unit == "0"_L1 || readOnly || (unit.isEmpty() && m_vm.firmware.isEmpty());
    m_vm.firmwareAttach = u"pflash"_s;
    if (isCode) {
        m_vm.firmware = file;
        say(Kind::Set, option, u"firmware"_s, Text::tr("The firmware's code, as flash memory."));
    } else {
        m_vm.firmwareVars = file;
        say(Kind::Set, option, u"firmware_vars"_s,
            Text::tr("The firmware's variables; the VM gets a copy of its own, the file stays as it is."));
    }
}

void QemuReader::readIso(Option& option, const QString& file, Option* device)
{
    if (!m_vm.iso.isEmpty()) {
        keep(option, Text::tr("A second CD."));
        return;
    }
    m_vm.iso = file;
    say(Kind::Set, option, u"iso"_s, Text::tr("The ISO, in a CD drive."));
    if (device != nullptr)
        say(Kind::Replaced, *device, u"iso"_s, Text::tr("The CD drive; Benchvisor takes the machine's usual one."));
}

void QemuReader::readDisk(Option& option, OptionList& drive, Option* device)
{
    DiskSettings& disk = m_vm.disk;
    m_diskTaken = true;
    disk.path = drive.take(u"file"_s).value_or(QString());
    const QString interface = drive.take(u"if"_s).value_or(QString());
    disk.bus = interface == "none"_L1 ? QString() : interface; // the default depends on the machine
    readDiskFormat(drive, disk.path);
    const auto cache = drive.take(u"cache"_s);
    m_cacheGiven = cache.has_value();
    disk.cache = cache.value_or(u"writeback"_s);
    disk.aio = drive.take(u"aio"_s).value_or(disk.aio);
    for (const QString& key : {u"id"_s, u"media"_s})
        drive.take(key);
    if (drive.value(u"index"_s) == u"0"_s)
        drive.take(u"index"_s);
    if (drive.contains(u"readonly"_s) && drive.value(u"readonly"_s) == u"off"_s)
        drive.take(u"readonly"_s);
    const bool snapshot = drive.contains(u"snapshot"_s) && !isOff(drive.take(u"snapshot"_s));
    disk.options = drive.text();
    say(Kind::Set, option, u"disk"_s, Text::tr("The VM's disk, %1.").arg(disk.format));
    if (snapshot) {
        add(Kind::Set, option, u"snapshot=on"_s, u"disk.base"_s,
            Text::tr(
                "Nothing is written to the disk: it becomes the base of an overlay, which goes with the session."));
        m_snapshot = true;
    }
    if (device != nullptr)
        readDiskDevice(device);
}

/// The format, and the key of an encrypted disk.
void QemuReader::readDiskFormat(OptionList& drive, const QString& file)
{
    DiskSettings& disk = m_vm.disk;
    const auto format = drive.take(u"format"_s);
    m_formatGiven = format.has_value();
    const QString suffix = file.section(u'.', -1).toLower();
    static const QStringList formats{u"qcow2"_s, u"vmdk"_s, u"vdi"_s, u"vhdx"_s};
    disk.format = format ? *format : formats.contains(suffix) ? suffix : u"raw"_s;
    const QString key = drive.contains(u"encrypt.key-secret"_s) ? u"encrypt.key-secret"_s : u"key-secret"_s;
    Option* secret = optionWithId(u"-object"_s, drive.value(key).value_or(QString()));
    if (secret == nullptr)
        return;
    const OptionList object = OptionList::parse(secret->value);
    drive.take(key);
    if (drive.value(u"encrypt.format"_s) == u"luks"_s)
        drive.take(u"encrypt.format"_s);
    disk.keyFile = object.value(u"file"_s).value_or(QString());
    if (object.contains(u"file"_s)) {
        say(Kind::Set, *secret, u"disk.key_file"_s, Text::tr("The file with the passphrase of the disk."));
    } else {
        secret->value = u"secret,…"_s;
        say(Kind::Left, *secret, u"disk.key_file"_s,
            Text::tr(
                "A passphrase in a command can be read by everybody on this machine. Write it into a file and name "
                "that."));
    }
}

void QemuReader::readDiskDevice(Option* device)
{
    OptionList options = OptionList::parse(device->value);
    const QString driver = driverOf(options);
    const QString bus = busOfDriver(driver);
    for (const QString& key : {u"drive"_s, u"id"_s, u"driver"_s})
        options.take(key);
    if (bus == "nvme"_L1)
        options.take(u"serial"_s); // it only has to have one
    options.head.clear();
    m_vm.disk.bus = bus.isEmpty() ? u"virtio"_s : bus;
    if (bus == "scsi"_L1) {
        const auto controller = std::find_if(m_options.begin(), m_options.end(), [](const Option& option) {
            return option.name == "-device"_L1 && !option.isDone &&
                   driverOf(OptionList::parse(option.value)).startsWith("virtio-scsi"_L1);
        });
        if (controller != m_options.end()) {
            say(Kind::Set, *controller, u"disk.bus"_s, Text::tr("The controller that a SCSI disk brings along."));
            options.take(u"bus"_s);
        }
    }
    if (bus.isEmpty()) {
        say(Kind::Replaced, *device, u"disk.bus"_s,
            Text::tr("How the disk is attached. The settings do not know %1; it is a virtio disk instead.")
                .arg(driver));
        return;
    }
    m_vm.disk.deviceOptions = options.text();
    say(Kind::Set, *device, u"disk.bus"_s, Text::tr("How the guest sees the disk."));
}

} // namespace bv
