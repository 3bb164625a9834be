#include "machine/host_facts.h"

#include <QFile>
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

} // namespace

QJsonObject hostFacts()
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
