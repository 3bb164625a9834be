#pragma once

#include "async/one_shot.h"
#include "target/target.h"

#include <QJsonObject>

namespace bv {

/// Runs commands in a guest, one at a time. What starts them there and brings their output back differs; a shell script
/// that is the same for all marks the beginning of the output, with the command's pid, and its end, and tells of the
/// guest's utilisation meanwhile, a line a second. So nothing is polled while sysbench measures. Engine thread.
class GuestChannel : public QObject
{
    Q_OBJECT
public:
    explicit GuestChannel(QObject* parent = nullptr);

    /// Connects to what QEMU itself offers in `socketDir`, while it starts.
    virtual Async<> connectTo(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop) = 0;
    /// Ready when the guest can be told to run something. TimedOut when it did not answer, Cancelled; anything else is
    /// final: the guest answered, and cannot be used.
    virtual Async<> awaitReady(std::chrono::milliseconds timeout, std::stop_token stop) = 0;
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput);
    /// What the guest said of itself last; absent while it is not sampled.
    const UsageCounters& guestUsage() const { return m_usage; }
    /// Ends a running exec() with TargetGone.
    void reportGone(const QString& why);
    /// Why nothing more can be run: it was reported gone, or the guest fell silent. Empty while all is well.
    const QString& goneWhy() const { return m_goneWhy; }
    virtual void close() = 0;
    /// For the record: what it is, with versions.
    virtual QJsonObject facts() const = 0;

protected:
    /// How the script is joined to this channel.
    struct Script
    {
        QString opening; ///< shell code that joins its output to the channel
        QString stats;   ///< redirection that a line of statistics is written to
    };
    virtual Script script() const = 0;
    /// Runs /bin/sh with these arguments in the guest; what it prints comes through takeOutput() and takeStats(). Gives
    /// the shell's pid in the guest, 0 where it is not known.
    virtual Async<qint64> begin(QStringList arguments, std::chrono::milliseconds timeout, std::stop_token stop) = 0;
    /// The same beside a command that is running, and nobody hears what it prints.
    virtual Async<> beginQuietly(QStringList arguments, std::chrono::milliseconds timeout) = 0;

    void takeOutput(const QByteArray& chunk);
    void takeStats(const QByteArray& chunk);
    /// The command that was begun has not been started, or its end will never be told.
    void reportNotRun(const QString& why);
    bool isBegun() const { return m_begun; }
    bool hasEnded() const { return m_ended.isResolved(); }
    /// For an answer of the guest to a small request.
    std::chrono::milliseconds answerTimeout() const { return m_answerTimeout; }
    void setAnswerTimeout(std::chrono::milliseconds timeout);

private:
    enum class Ending { Exited, TimedOut, Cancelled, Gone, NotRun };
    void expect(const QByteArray& token);
    void conclude(Ending ending, const ExecSpec& spec, ExecOutcome* outcome) const;
    void deliver(const QByteArray& chunk);
    void takeStatsLine(const QByteArray& line);
    Task<> killInGuest(qint64 shellPid);
    void noteSilence(const Error& error);

    QByteArray m_pending;   ///< received, not yet handed over
    QByteArray m_startMark; ///< output of the current command begins after this, its pid and a line end
    QByteArray m_endMark;   ///< and ends before this
    bool m_begun = false;
    qint64 m_childPid = 0; ///< in the guest; 0 while it is not known
    QByteArray m_output;
    int m_exitCode = -1;
    QString m_goneWhy;
    QString m_notRunWhy;
    std::chrono::milliseconds m_answerTimeout;
    OutputHandler m_onOutput;
    OneShot<Ending> m_ending;
    OneShot<bool> m_ended; ///< its end mark has come; later than m_ending where it had to be killed
    QByteArray m_statsBuffer;
    QList<double> m_lastStats; ///< uptime user system disk
    UsageCounters m_usage;
};

} // namespace bv
