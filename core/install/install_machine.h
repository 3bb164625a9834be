#pragma once

#include "install/console_watch.h"
#include "process/process.h"
#include "target/qemu/boot_failure.h"
#include "target/qemu/qmp.h"

#include <QElapsedTimer>
#include <QFile>
#include <functional>
#include <memory>

namespace bv {

/// What goes on, in words, and how much is done, 0…1; below 0 where that is not known.
using InstallProgress = std::function<void(const QString& step, double fraction)>;

/// Whether the VM was done when it ended, by the reason that QEMU gave ("guest-shutdown", "host-ui", …): NotReady where
/// it did not end itself, or restarted too early. By hand a restart is an end, too. Pure.
Result<> installationEnd(const QString& reason, bool byHand, const ConsoleWatch& watch);

/// A VM that installs itself or is looked at: no agent is in it yet, only its console tells. Engine thread.
class InstallMachine : public QObject
{
    Q_OBJECT
public:
    explicit InstallMachine(QObject* parent = nullptr);
    ~InstallMachine() override;

    /// Starts QEMU, whose argv makes the sockets in the folder. StartFailed/NonZeroExit with QEMU's words, TimedOut,
    /// Cancelled.
    Async<> start(QStringList argv, QString socketDir, std::stop_token stop);
    /// Until the guest switches itself off. NotReady: it stopped with a question, with an error, or said nothing for
    /// `patience` (message: which, detail: the last lines); Crashed: QEMU ended; Cancelled. With a patience of 0
    /// somebody sits before it: then a restart is an end, too, and nothing else is.
    Async<> watch(std::chrono::milliseconds patience, InstallProgress progress, std::stop_token stop);
    /// Reads what was said since. True when that was something new.
    bool listen();
    const ConsoleWatch& console() const { return m_watch; }
    /// Why firmware, boot loader or kernel do not go on; empty while they may.
    const QString& bootFailure() const { return m_bootFailure; }
    bool isRunning() const { return m_process && m_process->isRunning(); }
    /// Ends it, whatever it does; returns when the process has ended.
    Task<> close();

private:
    Result<> howItEnded(bool byHand) const;
    Result<> check(qint64 quietMs, qint64 patienceMs) const;
    Error stuck(const QString& why) const;

    std::unique_ptr<LocalProcess> m_process;
    Qmp m_qmp;
    ConsoleWatch m_watch;
    QFile m_console;
    std::unique_ptr<BootFailureWatch> m_bootWatch;
    QString m_bootFailure;
    QString m_shutdownReason;
    std::stop_source m_ended;
};

} // namespace bv
