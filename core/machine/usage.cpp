#include "machine/usage.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QList>
#include <QStorageInfo>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Usage)
};

QByteArray readSmallFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return {};
    return file.read(65536);
}

double ticksToSeconds(double ticks)
{
    static const double perSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return ticks / perSecond;
}

/// Finds where a cgroup hierarchy is mounted: (mount point, root of the mount). `controller` empty: cgroup 2.
QString cgroupMount(const QByteArray& controller)
{
    const QList<QByteArray> lines = readSmallFile(u"/proc/self/mountinfo"_s).split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype dash = line.indexOf(" - ");
        if (dash < 0)
            continue;
        const QList<QByteArray> tail = line.mid(dash + 3).split(' ');
        const QList<QByteArray> head = line.left(dash).split(' ');
        if (tail.size() < 3 || head.size() < 5)
            continue;
        const bool wanted = controller.isEmpty() ? tail[0] == "cgroup2"
                                                 : tail[0] == "cgroup" && tail[2].split(',').contains(controller);
        if (wanted)
            return QString::fromUtf8(head[4]);
    }
    return {};
}

} // namespace

std::optional<CpuTimes> processCpuTimes(qint64 pid)
{
    const QByteArray stat = readSmallFile(u"/proc/%1/stat"_s.arg(pid));
    // The name in parentheses may hold anything; the fields after the last one are fixed. state is field 3.
    const qsizetype end = stat.lastIndexOf(')');
    if (end < 0)
        return std::nullopt;
    const QList<QByteArray> fields = stat.mid(end + 2).split(' ');
    if (fields.size() < 13)
        return std::nullopt;
    CpuTimes times;
    times.userS = ticksToSeconds(fields[11].toDouble());
    times.systemS = ticksToSeconds(fields[12].toDouble());
    return times;
}

QString cpuStatFileOf(qint64 pid, const QString& mustContain)
{
    const QList<QByteArray> lines = readSmallFile(u"/proc/%1/cgroup"_s.arg(pid)).split('\n');
    for (const QByteArray& line : lines) {
        // hierarchy:controllers:path, see cgroups(7)
        const QList<QByteArray> parts = line.split(':');
        if (parts.size() < 3)
            continue;
        const QString path = QString::fromUtf8(parts.mid(2).join(':'));
        if (!path.contains(mustContain))
            continue;
        const bool unified = parts[1].isEmpty();
        if (!unified && !parts[1].split(',').contains("cpuacct"))
            continue;
        const QString mount = cgroupMount(unified ? QByteArray() : QByteArrayLiteral("cpuacct"));
        const QString file = mount + path + (unified ? "/cpu.stat"_L1 : "/cpuacct.stat"_L1);
        if (!mount.isEmpty() && cgroupCpuTimes(file))
            return file;
    }
    return {};
}

std::optional<CpuTimes> cgroupCpuTimes(const QString& cpuStatFile)
{
    CpuTimes times;
    int found = 0;
    const QList<QByteArray> lines = readSmallFile(cpuStatFile).split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype space = line.indexOf(' ');
        const QByteArray key = line.left(space);
        const double value = line.mid(space + 1).toDouble();
        if (key == "user_usec" || key == "user") {
            times.userS = key == "user" ? ticksToSeconds(value) : value * 1e-6;
            ++found;
        } else if (key == "system_usec" || key == "system") {
            times.systemS = key == "system" ? ticksToSeconds(value) : value * 1e-6;
            ++found;
        }
    }
    return found == 2 ? std::optional(times) : std::nullopt;
}

std::optional<double> machineStealSeconds()
{
    // cpu user nice system idle iowait irq softirq steal …
    constexpr qsizetype steal = 8;
    const QByteArray stat = readSmallFile(u"/proc/stat"_s);
    const QList<QByteArray> fields = stat.left(stat.indexOf('\n')).simplified().split(' ');
    if (fields.size() <= steal || fields.first() != "cpu")
        return std::nullopt;
    return ticksToSeconds(fields[steal].toDouble());
}

QString blockDeviceOf(const QString& path, QString* why)
{
    QString existing = path;
    struct stat info = {};
    while (::stat(QFile::encodeName(existing).constData(), &info) != 0) {
        const QString parent = QFileInfo(existing).absolutePath();
        if (parent == existing)
            break;
        existing = parent;
    }
    const QString device = u"%1:%2"_s.arg(major(info.st_dev)).arg(minor(info.st_dev));
    if (diskBusySeconds(device))
        return device;
    // A file system of several devices or subvolumes (btrfs) has a number of its own: ask what is mounted there.
    const QStorageInfo storage(existing);
    struct stat source = {};
    if (::stat(storage.device().constData(), &source) == 0 && S_ISBLK(source.st_mode)) {
        const QString real = u"%1:%2"_s.arg(major(source.st_rdev)).arg(minor(source.st_rdev));
        if (diskBusySeconds(real))
            return real;
    }
    if (why)
        *why = Text::tr("%1 is on a %2 file system, which has no disk of its own")
                   .arg(path, QString::fromUtf8(storage.fileSystemType()));
    return {};
}

QString blockDeviceName(const QString& majorMinor)
{
    return QFileInfo(QFileInfo(u"/sys/dev/block/"_s + majorMinor).canonicalFilePath()).fileName();
}

std::optional<double> diskBusySeconds(const QString& majorMinor)
{
    const QByteArray stat = readSmallFile(u"/sys/dev/block/%1/stat"_s.arg(majorMinor)).simplified();
    const QList<QByteArray> fields = stat.split(' ');
    if (fields.size() < 10)
        return std::nullopt;
    return fields[9].toDouble() * 1e-3;
}

} // namespace bv
