#pragma once

#include "sysbench/metrics.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QFile>
#include <QFileSystemWatcher>
#include <QObject>
#include <optional>

namespace bv {

/// How far a guest has come, from what it writes to its console. A value.
class ConsoleMarks
{
public:
    /// The next piece; a mark may be cut in two.
    void feed(const QByteArray& piece);
    /// The kernel has written something, be it its set-up code or its EFI stub.
    bool kernel() const { return m_kernel; }
    /// A process of the guest, the first one or one that it started, has.
    bool userland() const { return m_userland; }

private:
    QByteArray m_tail; ///< what the next piece may go on with
    bool m_kernel = false;
    bool m_userland = false;
};

/// The phases of a VM's start, by one monotonic clock that begins with QEMU: its greeting, the first words of kernel
/// and first process on the console, the answer of the guest's channel. Engine thread.
class BootWatch : public QObject
{
    Q_OBJECT
public:
    /// Right before QEMU is started. Makes the file that it will write the console to: only one that is there can be
    /// watched.
    explicit BootWatch(const QString& consoleFile);

    /// QEMU has greeted: the VM has power since a moment.
    void qemuAnswered();
    /// The guest's channel answers: the start is over.
    void guestAnswered();
    bool hasSeenKernel() const { return m_kernelMs.has_value(); }
    bool hasSeenUserland() const { return m_userlandMs.has_value(); }
    /// boot_ms and the phases before whose end and beginning something was observed. Empty before guestAnswered().
    sysbench::Metrics times() const;
    /// Which phases are missing among the times and why, for people; empty where none is, and before guestAnswered().
    QString missing() const;

private:
    double now() const;
    void read();
    void stopWatching();

    QElapsedTimer m_clock;
    QFile m_console;
    QFileSystemWatcher m_watcher;
    ConsoleMarks m_marks;
    std::optional<double> m_qemuMs;
    std::optional<double> m_kernelMs;
    std::optional<double> m_userlandMs;
    std::optional<double> m_readyMs;
};

} // namespace bv
