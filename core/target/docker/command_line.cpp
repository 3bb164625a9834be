#include "target/docker/command_line.h"

#include <QFile>
#include <QList>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sched.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Threads count, too: twice the most that a plan may ask for.
constexpr int pidsLimit = 8192;

} // namespace

QStringList containerConfinement()
{
    return {u"--network"_s,      u"none"_s,
            u"--cap-drop"_s,     u"ALL"_s,
            u"--security-opt"_s, u"no-new-privileges"_s,
            u"--pids-limit"_s,   QString::number(pidsLimit),
            u"--log-driver"_s,   u"none"_s};
}

QStringList containerLimits(const DockerSettings& settings, const QString& cpuset)
{
    const QString memory = QString::number(settings.memoryMib) + u'm';
    QStringList options;
    if (!cpuset.isEmpty())
        options << u"--cpuset-cpus"_s << cpuset;
    else if (settings.cpus != 0)
        options << u"--cpus"_s << QString::number(settings.cpus);
    if (settings.memoryMib == 0)
        return options;
    return options << u"--memory"_s << memory << u"--memory-swap"_s << memory;
}

QStringList containerRunArgv(const DockerSettings& settings, const ContainerRuntime& runtime)
{
    QStringList argv{runtime.program, u"run"_s, u"--rm"_s, u"--interactive"_s, u"--name"_s, runtime.name};
    argv << u"--label"_s << sessionLabel + u'=' + runtime.sessionId << u"--label"_s
         << ownerLabel + u'=' + runtime.owner;
    argv << u"--pull"_s << u"never"_s << containerConfinement() << containerLimits(settings, runtime.cpuset);
    if (settings.storage == "volume"_L1)
        argv << u"--volume"_s << runtime.volume + u':' + containerFileFolder;
    else if (settings.storage == "tmpfs"_L1)
        argv << u"--tmpfs"_s << u"%1:rw,size=%2m"_s.arg(containerFileFolder).arg(settings.memoryMib);
    argv << u"--user"_s << u"0"_s << u"--entrypoint"_s << u"sh"_s << runtime.image;
    argv << u"-c"_s << u"mkdir -p /bench && echo ready && exec cat >/dev/null"_s;
    return argv;
}

QStringList containerCreateArgv(const DockerSettings& settings, const ContainerRuntime& runtime)
{
    QStringList argv = containerRunArgv(settings, runtime);
    argv[1] = u"create"_s; // which has the options of run
    return argv;
}

QStringList containerStartArgv(const ContainerRuntime& runtime)
{
    return {runtime.program, u"start"_s, u"--attach"_s, u"--interactive"_s, runtime.name};
}

QStringList imageImportArgv(const QString& program, const QString& imageTar, const QString& reference)
{
    return {
        program,  u"import"_s, u"--change"_s, u"LABEL %1=1"_s.arg(builtinLabel), u"--change"_s, u"CMD [\"/bin/sh\"]"_s,
        imageTar, reference};
}

namespace {

/// The CPUs this process may use, one of each core first, then their siblings.
QList<int> allowedCpus()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return {};
    QList<int> cores;
    QList<int> siblings;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        QFile file(u"/sys/devices/system/cpu/cpu%1/topology/thread_siblings_list"_s.arg(cpu));
        const QByteArray list = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        // "0,4" or "0-1": the first of a core stands for it
        const qsizetype end = list.indexOf(list.contains(',') ? ',' : '-');
        const bool first = list.isEmpty() || end < 0 || list.left(end).toInt() == cpu;
        (first ? cores : siblings) << cpu;
    }
    return cores + siblings;
}

} // namespace

QString cpusetFor(double cpus, int engineCpus)
{
    const auto wanted = static_cast<int>(std::lround(cpus));
    if (wanted < 1 || std::abs(cpus - wanted) > 1e-9)
        return {};
    QList<int> available = allowedCpus();
    const auto local = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    if (engineCpus > 0 && engineCpus != local) {
        available.resize(engineCpus);
        std::iota(available.begin(), available.end(), 0);
    }
    if (available.size() < wanted)
        return {};
    available.resize(wanted);
    std::sort(available.begin(), available.end());
    if (wanted > 1 && available.last() - available.first() == wanted - 1)
        return u"%1-%2"_s.arg(available.first()).arg(available.last());
    QStringList names;
    for (const int cpu : std::as_const(available))
        names << QString::number(cpu);
    return names.join(u',');
}

} // namespace bv
