#pragma once

#include "async/one_shot.h"
#include "process/process.h"
#include "target/qemu/agent_channel.h"
#include "target/qemu/boot_watch.h"
#include "target/qemu/command_line.h"
#include "target/qemu/qmp.h"

#include <QDeadlineTimer>
#include <functional>
#include <memory>

namespace bv {

/// A running QEMU with its control socket and its guest channel: boot, ask, end. Used by the target and by the
/// accelerator probe. Engine thread.
class VirtualMachine : public QObject
{
    Q_OBJECT
public:
    explicit VirtualMachine(QObject* parent = nullptr);
    ~VirtualMachine() override;

    /// Starts QEMU and waits until the guest answers, both within the deadline. Errors: StartFailed/NonZeroExit (QEMU's
    /// own words), TimedOut (no guest, or QEMU itself), Crashed (the VM stopped with an internal error, as with an
    /// unusable KVM), Cancelled. After a failure it is closed.
    Async<> boot(QStringList argv, QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop);
    /// The file behind its disk, for messages. Before boot().
    void setDiskPath(const QString& path) { m_diskPath = path; }
    /// How its guest is spoken to; without it through the agent of the built-in guest. Before boot().
    void setChannelMaker(std::function<std::unique_ptr<GuestChannel>()> maker) { m_makeChannel = std::move(maker); }
    /// QMP quit, then SIGKILL. Returns when the process has ended.
    Task<> close();

    bool isUp() const { return m_process && m_process->isRunning() && !m_broken; }
    qint64 pid() const { return m_process ? m_process->pid() : 0; }
    Qmp& qmp() { return *m_qmp; }
    GuestChannel& channel() { return *m_channel; }
    /// It is of no use any more: isUp() is false from now on, close() kills it.
    void giveUp(const QString& reason) { fail(reason); }
    /// Milliseconds from the start of the process to the guest's answer.
    qint64 bootMilliseconds() const { return m_bootMs; }
    /// The same with its phases, as far as they were observed.
    sysbench::Metrics bootTimes() const { return m_watch ? m_watch->times() : sysbench::Metrics(); }
    /// Which of them are missing and why, for people; empty where none is.
    QString missingBootTimes() const { return m_watch ? m_watch->missing() : QString(); }
    /// Why it is no longer up; empty while it is.
    const QString& goneReason() const { return m_goneReason; }
    /// The same; where its sockets have closed, waits up to 1 s for the process to end and to say it.
    Task<QString> awaitGoneReason();
    /// The end of what the guest wrote to its console; empty where it wrote nothing.
    QString consoleTail() const;

private:
    Async<> connectAll(QString socketDir, QDeadlineTimer timer, std::stop_token stop);
    Async<> bootUnguarded(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop);
    void watch();
    void fail(const QString& reason);
    void takeDiskError(const QJsonObject& event);
    QString panicReason(const QString& otherwise) const;
    QString processWords() const;

    std::unique_ptr<LocalProcess> m_process;
    std::unique_ptr<Qmp> m_qmp;
    std::function<std::unique_ptr<GuestChannel>()> m_makeChannel;
    std::unique_ptr<GuestChannel> m_channel;
    std::unique_ptr<BootWatch> m_watch;
    std::stop_source m_bootStop; ///< ends the boot when QEMU ends or breaks
    QString m_diskPath;
    QString m_socketDir;
    QByteArray m_errorTail;
    QString m_goneReason;
    bool m_connected = false; ///< QEMU answered, only the guest has to
    bool m_broken = false;
    bool m_closing = false;
    qint64 m_bootMs = 0;
};

} // namespace bv
