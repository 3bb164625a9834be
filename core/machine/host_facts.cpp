#include "machine/host_facts.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>
#include <QSysInfo>
#include <QThread>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The value of the first line "key : value" in a file of /proc.
QByteArray procValue(const QByteArray& text, const QByteArray& key)
{
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).trimmed() == key)
            return line.mid(colon + 1).trimmed();
    }
    return {};
}

qint64 memoryMib()
{
    return procValue(readAll(u"/proc/meminfo"_s), "MemTotal").split(' ').value(0).toLongLong() / 1024;
}

void insertText(QJsonObject& json, const QString& key, const QByteArray& text)
{
    if (!text.trimmed().isEmpty())
        json.insert(key, QString::fromUtf8(text.trimmed()));
}

/// Where the folder is, or will be.
void insertPlace(QJsonObject& json, const QString& folder)
{
    QString there = folder;
    while (!there.isEmpty() && there != "/"_L1 && !QFileInfo::exists(there))
        there = QFileInfo(there).path();
    const QStorageInfo storage(there);
    if (!QDir::isAbsolutePath(there) || !storage.isValid())
        return;
    insertText(json, u"work_file_system"_s, storage.fileSystemType());
    json.insert(u"work_free_mib"_s, storage.bytesAvailable() / (1024 * 1024));
}

} // namespace

std::optional<bool> onBattery(const QString& folder)
{
    std::optional<bool> discharging;
    const QStringList supplies = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& name : supplies) {
        const QString supply = folder + u'/' + name;
        // "Device": that of a mouse or a headset.
        if (readAll(supply + u"/type"_s).trimmed() != "Battery" || readAll(supply + u"/scope"_s).trimmed() == "Device")
            continue;
        const bool empties = readAll(supply + u"/status"_s).trimmed() == "Discharging";
        discharging = discharging.value_or(false) || empties;
    }
    return discharging;
}

std::optional<bool> turboIsOn(const QString& folder)
{
    const QByteArray noTurbo = readAll(folder + u"/intel_pstate/no_turbo"_s).trimmed();
    if (!noTurbo.isEmpty())
        return noTurbo == "0";
    const QByteArray boost = readAll(folder + u"/cpufreq/boost"_s).trimmed();
    return boost.isEmpty() ? std::nullopt : std::optional(boost != "0");
}

QJsonObject hostFacts(const QString& workFolder)
{
    QJsonObject json{{u"hostname"_s, QSysInfo::machineHostName()}, {u"os"_s, QSysInfo::prettyProductName()},
                     {u"kernel"_s, QSysInfo::kernelVersion()},     {u"machine"_s, QSysInfo::currentCpuArchitecture()},
                     {u"cpus"_s, QThread::idealThreadCount()},     {u"memory_mib"_s, memoryMib()}};
    const QByteArray cpuinfo = readAll(u"/proc/cpuinfo"_s);
    insertText(json, u"cpu_model"_s, procValue(cpuinfo, "model name"));
    if (!cpuinfo.isEmpty())
        json.insert(u"hypervisor"_s, procValue(cpuinfo, "flags").split(' ').contains("hypervisor"));
    insertText(json, u"product"_s, readAll(u"/sys/class/dmi/id/product_name"_s));
    insertText(json, u"governor"_s, readAll(u"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"_s));
    if (const auto turbo = turboIsOn())
        json.insert(u"turbo"_s, *turbo);
    if (const auto battery = onBattery())
        json.insert(u"on_battery"_s, *battery);
    insertPlace(json, workFolder);
    const QByteArray load = readAll(u"/proc/loadavg"_s).split(' ').value(0);
    if (!load.isEmpty())
        json.insert(u"load_1min"_s, load.toDouble());
    return json;
}

MachineLimits machineLimits()
{
    MachineLimits limits;
    limits.logicalCpus = QThread::idealThreadCount();
    limits.memoryMib = memoryMib();
    return limits;
}

} // namespace bv
