#include "target/qemu/boot_watch.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace bv {

namespace {

using sysbench::Metric;
using sysbench::Metrics;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::BootWatch)
};

// What Linux writes first: its set-up code where a BIOS started it (arch/x86/boot), its EFI stub
// (drivers/firmware/efi/libstub), or the kernel proper.
constexpr std::array kernelMarks{"Probing EDD", "early console in ", "EFI stub: ", "Linux version ", "[    0.000000]"};
// The built-in guest's /init; the kernel when it starts a first process; systemd.
constexpr std::array userlandMarks{"benchvisor: the first process runs", "as init process", "systemd[1]"};
constexpr qsizetype longestMark = 40;

template<class Marks>
bool holdsOne(const QByteArray& text, const Marks& marks)
{
    return std::any_of(marks.begin(), marks.end(), [&text](const char* mark) { return text.contains(mark); });
}

/// The time between two moments, where both were seen.
void setPhase(Metrics& times, Metric phase, std::optional<double> from, std::optional<double> to)
{
    if (from && to && *to >= *from)
        times.set(phase, *to - *from);
}

} // namespace

void ConsoleMarks::feed(const QByteArray& piece)
{
    const QByteArray text = m_tail + piece;
    m_kernel = m_kernel || holdsOne(text, kernelMarks);
    m_userland = m_userland || holdsOne(text, userlandMarks);
    m_tail = text.right(longestMark);
}

BootWatch::BootWatch(const QString& consoleFile)
    : m_console(consoleFile)
{
    QFile made(consoleFile);
    if (made.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        made.close();
        m_watcher.addPath(consoleFile);
    }
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &BootWatch::read);
    m_clock.start();
}

double BootWatch::now() const
{
    constexpr double nsPerMs = 1e6;
    return static_cast<double>(m_clock.nsecsElapsed()) / nsPerMs;
}

void BootWatch::read()
{
    const double at = now();
    if (!m_console.isOpen() && !m_console.open(QIODevice::ReadOnly))
        return;
    m_marks.feed(m_console.readAll());
    if (m_marks.kernel() && !m_kernelMs)
        m_kernelMs = at;
    if (m_marks.userland() && !m_userlandMs) {
        m_userlandMs = at;
        stopWatching(); // the rest is not looked at
    }
}

void BootWatch::stopWatching()
{
    const QStringList watched = m_watcher.files();
    if (!watched.isEmpty())
        m_watcher.removePaths(watched);
}

void BootWatch::qemuAnswered()
{
    m_qemuMs = now();
}

void BootWatch::guestAnswered()
{
    m_readyMs = now();
    stopWatching();
}

Metrics BootWatch::times() const
{
    Metrics times;
    if (!m_readyMs)
        return times;
    times.set(Metric::BootMs, *m_readyMs);
    setPhase(times, Metric::BootQemuMs, 0, m_qemuMs);
    setPhase(times, Metric::BootFirmwareMs, m_qemuMs, m_kernelMs);
    setPhase(times, Metric::BootKernelMs, m_kernelMs, m_userlandMs);
    setPhase(times, Metric::BootUserlandMs, m_userlandMs, m_readyMs);
    return times;
}

QString BootWatch::missing() const
{
    if (!m_readyMs || (m_kernelMs && m_userlandMs))
        return {};
    if (m_userlandMs)
        return Text::tr("The kernel said nothing on the serial console: firmware and kernel are not told apart.");
    if (m_kernelMs)
        return Text::tr("The guest's first process said nothing on the serial console: kernel and userland are not "
                        "told apart.");
    return Text::tr("The guest said nothing on the serial console: firmware, kernel and userland are not told apart.");
}

} // namespace bv
