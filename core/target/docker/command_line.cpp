#include "target/docker/command_line.h"

#include <cmath>
#include <sched.h>

using namespace Qt::StringLiterals;

namespace bv {

QStringList containerRunArgv(const DockerSettings& settings, const ContainerRuntime& runtime)
{
    QStringList argv{runtime.program, u"run"_s, u"--rm"_s, u"--interactive"_s, u"--name"_s, runtime.name};
    argv << u"--label"_s << sessionLabel + u'=' + runtime.sessionId << u"--label"_s
         << ownerLabel + u'=' + runtime.owner;
    argv << u"--pull"_s << u"never"_s << u"--network"_s << u"none"_s << u"--cap-drop"_s << u"ALL"_s
         << u"--security-opt"_s << u"no-new-privileges"_s << u"--pids-limit"_s << u"4096"_s << u"--log-driver"_s
         << u"none"_s;
    if (runtime.cpuset.isEmpty())
        argv << u"--cpus"_s << QString::number(settings.cpus);
    else
        argv << u"--cpuset-cpus"_s << runtime.cpuset;
    const QString memory = QString::number(settings.memoryMib) + u'm';
    argv << u"--memory"_s << memory << u"--memory-swap"_s << memory;
    if (settings.storage == "volume"_L1)
        argv << u"--volume"_s << runtime.volume + u':' + containerFileFolder;
    else if (settings.storage == "tmpfs"_L1)
        argv << u"--tmpfs"_s << containerFileFolder + u":rw,size="_s + memory;
    argv << u"--user"_s << u"0"_s << u"--entrypoint"_s << u"sh"_s << runtime.image;
    argv << u"-c"_s << u"mkdir -p /bench && echo ready && exec cat >/dev/null"_s;
    return argv;
}

QString cpusetFor(double cpus)
{
    const auto wanted = static_cast<int>(std::lround(cpus));
    if (wanted < 1 || std::abs(cpus - wanted) > 1e-9)
        return {};
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return wanted == 1 ? u"0"_s : u"0-%1"_s.arg(wanted - 1);
    QStringList chosen;
    bool contiguous = true;
    int first = -1;
    int last = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE && chosen.size() < wanted; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        if (first < 0)
            first = cpu;
        contiguous = contiguous && (last < 0 || cpu == last + 1);
        last = cpu;
        chosen << QString::number(cpu);
    }
    if (chosen.size() < wanted)
        return {};
    return contiguous && wanted > 1 ? u"%1-%2"_s.arg(first).arg(last) : chosen.join(u',');
}

} // namespace bv
