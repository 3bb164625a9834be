#pragma once

#include "target/qemu/guest_agent.h"
#include "target/target.h"

#include <QLocalSocket>

namespace bv {

/// Runs commands in a guest: the agent starts them, their output comes live over the virtio-serial port stream.0, and a
/// trailer on that port tells their end, so nothing is polled while sysbench measures. Utilisation inside the guest
/// comes over stats.0, a line a second. Engine thread.
class GuestChannel : public QObject
{
    Q_OBJECT
public:
    explicit GuestChannel(QObject* parent = nullptr);

    /// Connects to the sockets qga, out0 and st0 of `socketDir` while QEMU starts.
    Async<> connectTo(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop);
    /// Ready when the guest's agent answers.
    Async<> awaitReady(std::chrono::milliseconds timeout, std::stop_token stop);
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput);
    /// What the guest said of itself last; absent while it is not sampled.
    const UsageCounters& guestUsage() const { return m_usage; }
    /// Ends a running exec() with TargetGone.
    void reportGone(const QString& why);
    /// Why nothing more can be run: it was reported gone, or the guest's agent fell silent. Empty while all is well.
    const QString& goneWhy() const { return m_goneWhy; }
    void close();

private:
    enum class Ending { Exited, TimedOut, Cancelled, Gone };
    void readStream();
    void deliver(const QByteArray& chunk);
    void readStats();
    void takeStatsLine(const QByteArray& line);
    Task<> killInGuest(QString name);
    void noteSilence(const Error& error);

    GuestAgent m_agent;
    QLocalSocket m_stream;
    QLocalSocket m_stats;
    QByteArray m_pending;   ///< received, not yet handed over
    QByteArray m_startMark; ///< output of the current command begins after this
    QByteArray m_endMark;   ///< and ends before this
    bool m_begun = false;
    QByteArray m_output;
    int m_exitCode = -1;
    QString m_goneWhy;
    std::chrono::milliseconds m_answerTimeout; ///< of the agent, once it has answered
    OutputHandler m_onOutput;
    OneShot<Ending> m_ending;
    QByteArray m_statsBuffer;
    QList<double> m_lastStats; ///< uptime user system disk
    UsageCounters m_usage;
};

} // namespace bv
