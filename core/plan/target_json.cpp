#include "plan/target_json.h"

#include "plan/json_reader.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(TargetJson)
};

const QStringList kindNames{u"host"_s, u"docker"_s, u"qemu"_s};
const QStringList targetKeys{u"id"_s, u"kind"_s, u"label"_s};
const QStringList dockerKeys{u"image"_s, u"cpus"_s, u"memory_mib"_s, u"storage"_s};
const QStringList qemuKeys{
    u"guest"_s,   u"arch"_s,     u"machine"_s,         u"accel"_s,         u"accel_options"_s, u"cpu"_s,
    u"smp"_s,     u"firmware"_s, u"firmware_attach"_s, u"firmware_vars"_s, u"memory_mib"_s,    u"iso"_s,
    u"disk"_s,    u"boot"_s,     u"display"_s,         u"gpu"_s,           u"usb"_s,           u"sound"_s,
    u"network"_s, u"nic"_s,      u"channel"_s,         u"ssh"_s,           u"extra_args"_s,    u"install_sysbench"_s};
const QStringList diskKeys{u"path"_s, u"format"_s,        u"size_gib"_s,       u"cache"_s,
                           u"aio"_s,  u"preallocation"_s, u"base_format"_s,    u"key_file"_s,
                           u"base"_s, u"options"_s,       u"device_options"_s, u"bus"_s};
const QStringList smpKeys{u"cpus"_s, u"sockets"_s, u"cores"_s, u"threads"_s};
const QStringList sshKeys{u"user"_s, u"key"_s};

QStringList keysOf(TargetKind kind)
{
    switch (kind) {
    case TargetKind::Host:
        return {};
    case TargetKind::Docker:
        return dockerKeys;
    case TargetKind::Qemu:
        return qemuKeys;
    }
    return {};
}

QString kindForPeople(TargetKind kind)
{
    switch (kind) {
    case TargetKind::Host:
        return Text::tr("host");
    case TargetKind::Docker:
        return Text::tr("Docker");
    case TargetKind::Qemu:
        return Text::tr("QEMU");
    }
    return {};
}

/// The sentence for a key that is right in a target of another kind; empty if it is right nowhere.
QString explainForeignKey(const QString& key, TargetKind kind)
{
    for (const TargetKind other : {TargetKind::Docker, TargetKind::Qemu}) {
        if (other == kind || !keysOf(other).contains(key))
            continue;
        QString sentence = Text::tr("\"%1\" is a setting of a %2 target, not of a %3 target.")
                               .arg(key, kindForPeople(other), kindForPeople(kind));
        if (kind == TargetKind::Docker && key == "smp"_L1)
            sentence += u' ' + Text::tr("Use \"cpus\".");
        else if (kind == TargetKind::Qemu && key == "cpus"_L1)
            sentence += u' ' + Text::tr("Use \"smp\".");
        else if (kind == TargetKind::Host)
            sentence += u' ' + Text::tr("The host has no settings; leave it out.");
        return sentence;
    }
    return {};
}

DockerSettings readDocker(JsonReader& reader)
{
    DockerSettings docker;
    docker.image = reader.text(u"image"_s, docker.image);
    docker.cpus = reader.number(u"cpus"_s, docker.cpus);
    docker.memoryMib = reader.integer(u"memory_mib"_s, docker.memoryMib);
    docker.storage = reader.text(u"storage"_s, docker.storage);
    return docker;
}

DiskSettings readDisk(const QJsonObject& json, const QString& where, QStringList& complaints)
{
    JsonReader reader(json, where, complaints);
    DiskSettings disk;
    disk.path = reader.text(u"path"_s, disk.path);
    disk.format = reader.text(u"format"_s, disk.format);
    disk.sizeGib = reader.number(u"size_gib"_s, disk.sizeGib);
    disk.cache = reader.text(u"cache"_s, disk.cache);
    disk.aio = reader.text(u"aio"_s, disk.aio);
    disk.preallocation = reader.text(u"preallocation"_s, disk.preallocation);
    disk.base = reader.text(u"base"_s, disk.base);
    disk.baseFormat = reader.text(u"base_format"_s, disk.baseFormat);
    disk.keyFile = reader.text(u"key_file"_s, disk.keyFile);
    disk.bus = reader.text(u"bus"_s, disk.bus);
    disk.options = reader.text(u"options"_s, disk.options);
    disk.deviceOptions = reader.text(u"device_options"_s, disk.deviceOptions);
    reader.refuseOtherKeys(diskKeys);
    return disk;
}

/// A number, or an object that also says how the CPUs are arranged.
void readSmp(JsonReader& qemuReader, const QString& where, QStringList& complaints, QemuSettings& qemu)
{
    if (!qemuReader.isObject(u"smp"_s)) {
        qemu.smp = qemuReader.integer(u"smp"_s, qemu.smp);
        return;
    }
    JsonReader reader(*qemuReader.object(u"smp"_s), where + u".smp"_s, complaints);
    qemu.topology.sockets = reader.integer(u"sockets"_s, 0);
    qemu.topology.cores = reader.integer(u"cores"_s, 0);
    qemu.topology.threads = reader.integer(u"threads"_s, 0);
    const qint64 product = qemu.topology.isGiven() ? qemu.topology.cpus() : qemu.smp;
    constexpr qint64 most = 1'000'000; // validation says what is too many
    qemu.smp = reader.integer(u"cpus"_s, static_cast<int>(std::clamp<qint64>(product, -most, most)));
    reader.refuseOtherKeys(smpKeys);
}

SshSettings readSsh(const QJsonObject& json, const QString& where, QStringList& complaints)
{
    JsonReader reader(json, where, complaints);
    SshSettings ssh;
    ssh.user = reader.text(u"user"_s);
    ssh.key = reader.text(u"key"_s);
    reader.refuseOtherKeys(sshKeys);
    return ssh;
}

QemuSettings readQemu(JsonReader& reader, const QString& where, QStringList& complaints)
{
    QemuSettings qemu;
    qemu.guest = reader.text(u"guest"_s, qemu.guest);
    qemu.arch = reader.text(u"arch"_s, qemu.arch);
    qemu.machine = reader.text(u"machine"_s, defaultMachine(qemu.arch));
    qemu.accel = reader.text(u"accel"_s, qemu.accel);
    qemu.accelOptions = reader.text(u"accel_options"_s, qemu.accelOptions);
    qemu.cpu = reader.text(u"cpu"_s, defaultCpu(qemu.arch));
    readSmp(reader, where, complaints, qemu);
    qemu.memoryMib = reader.integer(u"memory_mib"_s, qemu.memoryMib);
    qemu.firmware = reader.text(u"firmware"_s, qemu.firmware);
    qemu.firmwareAttach = reader.text(u"firmware_attach"_s, qemu.firmwareAttach);
    qemu.firmwareVars = reader.text(u"firmware_vars"_s, qemu.firmwareVars);
    qemu.iso = reader.text(u"iso"_s, qemu.iso);
    if (const auto disk = reader.object(u"disk"_s))
        qemu.disk = readDisk(*disk, where + u".disk"_s, complaints);
    qemu.boot = reader.text(u"boot"_s, qemu.boot);
    qemu.display = reader.text(u"display"_s, qemu.display);
    qemu.gpu = reader.text(u"gpu"_s, qemu.gpu);
    qemu.usb = reader.textList(u"usb"_s);
    qemu.sound = reader.text(u"sound"_s, qemu.sound);
    qemu.network = reader.text(u"network"_s, qemu.network);
    qemu.nic = reader.text(u"nic"_s, qemu.nic);
    qemu.channel = reader.text(u"channel"_s, qemu.channel);
    if (const auto ssh = reader.object(u"ssh"_s))
        qemu.ssh = readSsh(*ssh, where + u".ssh"_s, complaints);
    qemu.installSysbench = reader.flag(u"install_sysbench"_s, qemu.installSysbench);
    qemu.extraArgs = reader.textList(u"extra_args"_s);
    return qemu;
}

/// Writes keys; those that came later than the first version of the schema only where they say something.
class Writer
{
public:
    explicit Writer(PlanDetail detail)
        : m_detail(detail)
    {
    }
    void always(const QString& key, const QJsonValue& value) { m_json.insert(key, value); }
    void unusual(const QString& key, const QJsonValue& value, const QJsonValue& usual)
    {
        if (m_detail == PlanDetail::Full || value != usual)
            m_json.insert(key, value);
    }
    const QJsonObject& json() const { return m_json; }

private:
    PlanDetail m_detail;
    QJsonObject m_json;
};

QJsonObject diskToJson(const DiskSettings& disk, PlanDetail detail)
{
    const DiskSettings usual;
    Writer writer(detail);
    writer.always(u"path"_s, disk.path);
    writer.always(u"format"_s, disk.format);
    writer.always(u"size_gib"_s, disk.sizeGib);
    writer.always(u"cache"_s, disk.cache);
    writer.always(u"aio"_s, disk.aio);
    writer.unusual(u"preallocation"_s, disk.preallocation, usual.preallocation);
    writer.unusual(u"base"_s, disk.base, usual.base);
    writer.unusual(u"base_format"_s, disk.baseFormat, usual.baseFormat);
    writer.unusual(u"key_file"_s, disk.keyFile, usual.keyFile);
    writer.unusual(u"bus"_s, disk.bus, usual.bus);
    writer.unusual(u"options"_s, disk.options, usual.options);
    writer.unusual(u"device_options"_s, disk.deviceOptions, usual.deviceOptions);
    return writer.json();
}

QJsonValue smpToJson(const QemuSettings& qemu)
{
    const CpuTopology& topology = qemu.topology;
    if (!topology.isGiven())
        return qemu.smp;
    QJsonObject json{{u"cpus"_s, qemu.smp}};
    if (topology.sockets != 0)
        json.insert(u"sockets"_s, topology.sockets);
    if (topology.cores != 0)
        json.insert(u"cores"_s, topology.cores);
    if (topology.threads != 0)
        json.insert(u"threads"_s, topology.threads);
    return json;
}

void writeQemu(const QemuSettings& qemu, PlanDetail detail, Writer& writer)
{
    const QemuSettings usual;
    writer.always(u"guest"_s, qemu.guest);
    writer.always(u"arch"_s, qemu.arch);
    writer.always(u"machine"_s, qemu.machine);
    writer.always(u"accel"_s, qemu.accel);
    writer.unusual(u"accel_options"_s, qemu.accelOptions, usual.accelOptions);
    writer.always(u"cpu"_s, qemu.cpu);
    writer.always(u"smp"_s, smpToJson(qemu));
    writer.always(u"memory_mib"_s, qemu.memoryMib);
    writer.always(u"firmware"_s, qemu.firmware);
    writer.unusual(u"firmware_attach"_s, qemu.firmwareAttach, usual.firmwareAttach);
    writer.unusual(u"firmware_vars"_s, qemu.firmwareVars, usual.firmwareVars);
    writer.always(u"iso"_s, qemu.iso);
    writer.always(u"disk"_s, diskToJson(qemu.disk, detail));
    writer.unusual(u"boot"_s, qemu.boot, usual.boot);
    writer.unusual(u"display"_s, qemu.display, usual.display);
    writer.unusual(u"gpu"_s, qemu.gpu, usual.gpu);
    writer.unusual(u"usb"_s, QJsonArray::fromStringList(qemu.usb), QJsonArray());
    writer.unusual(u"sound"_s, qemu.sound, usual.sound);
    writer.unusual(u"network"_s, qemu.network, usual.network);
    writer.unusual(u"nic"_s, qemu.nic, usual.nic);
    writer.always(u"channel"_s, qemu.channel);
    const auto sshToJson = [](const SshSettings& ssh) {
        return QJsonObject{{u"user"_s, ssh.user}, {u"key"_s, ssh.key}};
    };
    writer.unusual(u"ssh"_s, sshToJson(qemu.ssh), sshToJson(usual.ssh));
    writer.unusual(u"install_sysbench"_s, qemu.installSysbench, usual.installSysbench);
    writer.always(u"extra_args"_s, QJsonArray::fromStringList(qemu.extraArgs));
}

} // namespace

QJsonObject targetToJson(const TargetSettings& target, PlanDetail detail)
{
    Writer writer(detail);
    writer.always(u"id"_s, target.id);
    writer.always(u"kind"_s, targetKindName(target.kind));
    if (!target.label.isEmpty())
        writer.always(u"label"_s, target.label);
    if (target.kind == TargetKind::Docker) {
        writer.always(u"image"_s, target.docker.image);
        writer.always(u"cpus"_s, target.docker.cpus);
        writer.always(u"memory_mib"_s, target.docker.memoryMib);
        writer.always(u"storage"_s, target.docker.storage);
    } else if (target.kind == TargetKind::Qemu) {
        writeQemu(target.qemu, detail, writer);
    }
    return writer.json();
}

TargetSettings targetFromJson(const QJsonObject& json, const QString& where, QStringList& complaints)
{
    JsonReader reader(json, where, complaints);
    TargetSettings target;
    target.id = reader.text(u"id"_s);
    target.label = reader.text(u"label"_s);
    if (!reader.has(u"kind"_s)) {
        reader.complain({}, Text::tr("\"kind\" is missing. Write %1.").arg(anyOf(kindNames)));
        return target;
    }
    const qsizetype kind = reader.choice(u"kind"_s, kindNames, -1);
    if (kind < 0)
        return target;
    target.kind = static_cast<TargetKind>(kind);
    if (target.kind == TargetKind::Docker)
        target.docker = readDocker(reader);
    else if (target.kind == TargetKind::Qemu)
        target.qemu = readQemu(reader, where, complaints);
    reader.refuseOtherKeys(targetKeys + keysOf(target.kind),
                           [&target](const QString& key) { return explainForeignKey(key, target.kind); });
    return target;
}

} // namespace bv
