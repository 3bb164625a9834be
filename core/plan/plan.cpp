#include "plan/plan.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Plan)
};

/// "512 MiB", "1 GiB", "1.5 GiB".
QString memoryText(int memoryMib)
{
    constexpr int mibPerGib = 1024;
    if (memoryMib < mibPerGib || memoryMib % (mibPerGib / 2) != 0)
        return Text::tr("%1 MiB").arg(memoryMib);
    return Text::tr("%1 GiB").arg(QString::number(static_cast<double>(memoryMib) / mibPerGib));
}

void addUnusual(QString& text, const QString& value, const QString& usual, const QString& prefix = {})
{
    if (value != usual && !value.isEmpty())
        text += u' ' + prefix + value;
}

/// " 2 CPU 1 GiB", as far as it is known.
QString sizeText(const TargetSettings& target)
{
    QString text;
    if (const auto cpus = targetCpus(target))
        text += Text::tr(" %1 CPU").arg(QString::number(*cpus));
    if (const auto memory = targetMemoryMib(target))
        text += u' ' + memoryText(*memory);
    return text;
}

/// What is not as by default: that is what tells arrangements apart.
QString peculiarities(const DockerSettings& docker)
{
    static const DockerSettings usual;
    QString text;
    addUnusual(text, docker.storage, usual.storage);
    addUnusual(text, docker.image, usual.image);
    return text;
}

QString fileName(const QString& path)
{
    return path.mid(std::max(path.lastIndexOf(u'/'), path.lastIndexOf(u'\\')) + 1);
}

/// "1×4×2": sockets, cores, threads.
QString topologyText(const CpuTopology& topology)
{
    const auto part = [](int number) { return number == 0 ? u"?"_s : QString::number(number); };
    return part(topology.sockets) + u'×' + part(topology.cores) + u'×' + part(topology.threads);
}

QString peculiarities(const QemuSettings& qemu)
{
    static const QemuSettings usual;
    QString text;
    if (qemu.guest == "disk"_L1)
        addUnusual(text, fileName(qemu.disk.path.isEmpty() ? qemu.disk.base : qemu.disk.path), {});
    else if (qemu.guest == "iso"_L1)
        addUnusual(text, fileName(qemu.iso), {});
    addUnusual(text, qemu.disk.format, usual.disk.format);
    addUnusual(text, qemu.disk.cache, usual.disk.cache, u"cache="_s);
    addUnusual(text, qemu.disk.aio, usual.disk.aio, u"aio="_s);
    addUnusual(text, qemu.disk.preallocation, usual.disk.preallocation, u"preallocation="_s);
    addUnusual(text, qemu.disk.bus, usual.disk.bus);
    addUnusual(text, qemu.disk.options, usual.disk.options);
    addUnusual(text, qemu.disk.deviceOptions, usual.disk.deviceOptions);
    addUnusual(text, qemu.arch, usual.arch);
    addUnusual(text, qemu.machine, defaultMachine(qemu.arch));
    addUnusual(text, qemu.cpu, defaultCpu(qemu.arch), u"cpu="_s);
    if (qemu.topology.isGiven())
        text += u' ' + topologyText(qemu.topology);
    addUnusual(text, qemu.accelOptions, usual.accelOptions);
    addUnusual(text, fileName(qemu.firmware), usual.firmware);
    addUnusual(text, qemu.firmwareAttach, usual.firmwareAttach);
    return text;
}

} // namespace

qint64 CpuTopology::cpus() const
{
    const auto factor = [](int number) { return number == 0 ? qint64(1) : number; };
    return factor(sockets) * factor(cores) * factor(threads);
}

QString defaultMachine(const QString& arch)
{
    return arch == "aarch64"_L1 ? u"virt"_s : u"q35"_s;
}

QString defaultCpu(const QString& arch)
{
    return arch == "aarch64"_L1 ? u"cortex-a57"_s : u"max"_s;
}

QString optionHead(const QString& option)
{
    return option.section(u',', 0, 0);
}

QLatin1StringView targetKindName(TargetKind kind)
{
    switch (kind) {
    case TargetKind::Host:
        return "host"_L1;
    case TargetKind::Docker:
        return "docker"_L1;
    case TargetKind::Qemu:
        return "qemu"_L1;
    }
    return {};
}

QString targetLabel(const TargetSettings& target)
{
    if (!target.label.isEmpty())
        return target.label;
    switch (target.kind) {
    case TargetKind::Host:
        return Text::tr("Host");
    case TargetKind::Docker:
        return Text::tr("Docker") + sizeText(target) + peculiarities(target.docker);
    case TargetKind::Qemu: {
        // "auto" is no name for a machine: which accelerator it is becomes known when it starts.
        const bool hasAccel = !target.qemu.accel.isEmpty() && target.qemu.accel != "auto"_L1;
        return Text::tr("QEMU") + (hasAccel ? u' ' + target.qemu.accel : QString()) + sizeText(target) +
               peculiarities(target.qemu);
    }
    }
    return {};
}

std::optional<double> targetCpus(const TargetSettings& target)
{
    const double cpus = target.kind == TargetKind::Docker ? target.docker.cpus
                        : target.kind == TargetKind::Qemu ? target.qemu.smp
                                                          : 0;
    return cpus == 0 ? std::nullopt : std::optional(cpus);
}

std::optional<int> targetMemoryMib(const TargetSettings& target)
{
    const int memory = target.kind == TargetKind::Docker ? target.docker.memoryMib
                       : target.kind == TargetKind::Qemu ? target.qemu.memoryMib
                                                         : 0;
    return memory == 0 ? std::nullopt : std::optional(memory);
}

bool hasSecondCache(const TargetSettings& target)
{
    const QString& cache = target.qemu.disk.cache;
    return target.kind == TargetKind::Qemu && !cache.isEmpty() && cache != "none"_L1 && cache != "directsync"_L1;
}

TargetSettings withPathsFrom(TargetSettings target, const QString& folder)
{
    QemuSettings& vm = target.qemu;
    QList<QString*> paths{&vm.disk.path, &vm.disk.base, &vm.disk.keyFile, &vm.iso, &vm.firmwareVars, &vm.ssh.key};
    if (vm.firmware.contains(u'/'))
        paths << &vm.firmware;
    for (QString* path : std::as_const(paths)) {
        if (!path->isEmpty() && !path->startsWith(u'/'))
            path->prepend(folder.endsWith(u'/') ? folder : folder + u'/');
    }
    return target;
}

Plan withPathsFrom(Plan plan, const QString& folder)
{
    for (TargetSettings& target : plan.targets)
        target = withPathsFrom(target, folder);
    return plan;
}

} // namespace bv
