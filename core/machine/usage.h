#pragma once

#include <QString>
#include <optional>

namespace bv {

/// CPU time used so far, in seconds.
struct CpuTimes
{
    double userS = 0;
    double systemS = 0;
};

/// CPU time of a process with all its threads, from /proc/PID/stat (proc(5), fields utime and stime). Resolution: one
/// clock tick, 10 ms. Nothing when the process is gone.
std::optional<CpuTimes> processCpuTimes(qint64 pid);

/// Where the kernel accounts a container's CPU time: the file `cpu.stat` (cgroup 2) or `cpuacct.stat` (cgroup 1) of the
/// control group that process `pid` is in. Empty where it cannot be found or where `mustContain` (the container's id)
/// is not part of the group's path: then the process with that number is not the container's, the engine is elsewhere.
QString cpuStatFileOf(qint64 pid, const QString& mustContain);

/// Reads a file found by cpuStatFileOf(). Source: Documentation/admin-guide/cgroup-v2.rst (user_usec, system_usec) and
/// cgroup-v1/cpuacct.rst (user, system in clock ticks).
std::optional<CpuTimes> cgroupCpuTimes(const QString& cpuStatFile);

/// CPU time that the host of this machine gave to others while it was wanted here, of all CPUs together, in seconds
/// since its start: field steal of the first line of /proc/stat (proc(5)). 0 where this machine is not a virtual one.
std::optional<double> machineStealSeconds();

/// The block device that holds `path`, as "major:minor"; the nearest existing parent is asked. Empty with a `why` where
/// there is none (tmpfs, overlay, network).
QString blockDeviceOf(const QString& path, QString* why);

/// Name of a block device ("sda2") for people; empty if unknown.
QString blockDeviceName(const QString& majorMinor);

/// Seconds in which the device had I/O in progress, since the start of the machine: io_ticks of
/// Documentation/admin-guide/iostats.rst (field 10 of /sys/dev/block/M:N/stat). The same figure is behind iostat's
/// %util.
std::optional<double> diskBusySeconds(const QString& majorMinor);

} // namespace bv
