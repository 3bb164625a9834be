#pragma once

#include "async/task.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QPair>
#include <QProcess>
#include <QStringList>
#include <QTimer>
#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <stop_token>

namespace bv {

/// What to start. Never a shell string. A constructor on purpose (GCC 12, see async/task.h).
struct ProcessSpec
{
    QString program;
    QStringList arguments;
    QList<QPair<QString, QString>> environment; ///< added to the inherited one
    QString workingDirectory;
    std::chrono::milliseconds timeout{0};      ///< 0: none
    int stopSignal = SIGTERM;                  ///< by which cancel() ends it
    bool stopChildren = false;                 ///< cancel() tells its children, as long as it has any, instead of it
    std::chrono::milliseconds killGrace{1000}; ///< between that and SIGKILL
    qsizetype captureLimit = 1 << 20;          ///< bytes kept of each of stdout and stderr; the last ones
    bool keepStdinOpen = false;                ///< else stdin is /dev/null, or the input
    QByteArray input;                          ///< all it gets on stdin; small: it is kept until it is read

    ProcessSpec() = default;
    ProcessSpec(QString p, QStringList a)
        : program(std::move(p))
        , arguments(std::move(a))
    {
    }
    /// Program and arguments in one list.
    QStringList argv() const { return QStringList(program) + arguments; }
};

/// How a process ended.
struct ProcessOutcome
{
    enum class Kind { Exited, FailedToStart, Crashed, TimedOut, Cancelled };
    Kind kind = Kind::FailedToStart;
    int exitCode = -1; ///< for Crashed: the number of the signal
    QByteArray output; ///< stdout, at most captureLimit bytes
    QByteArray errorOutput;
    QString message; ///< why it did not start
    double seconds = 0;

    bool ok() const { return kind == Kind::Exited && exitCode == 0; }
    /// The failure as an Error whose message starts with `what` ("qemu-img could not create the disk").
    Error toError(const QString& what) const;
};

/// A child process. It gets a session of its own (a Ctrl-C in the terminal reaches only Benchvisor) and dies with the
/// thread that starts it (PR_SET_PDEATHSIG), so start it on a thread that lives as long as the program: the engine's.
/// Signals come from the thread it lives on.
class LocalProcess : public QObject
{
    Q_OBJECT
public:
    explicit LocalProcess(ProcessSpec spec, QObject* parent = nullptr);
    ~LocalProcess() override;

    /// Once.
    void start();
    /// The stop signal to the process group, SIGKILL after the grace; done() still comes. Harmless when it has ended.
    void cancel();
    /// SIGKILL to the process group at once; done() still comes.
    void kill();
    void closeStdin() { m_process.closeWriteChannel(); }
    void write(const QByteArray& data) { m_process.write(data); }
    /// 0 before the start and after the end.
    qint64 pid() const { return m_process.processId(); }
    bool isRunning() const { return m_started && !m_outcome; }
    /// Nothing until done().
    const std::optional<ProcessOutcome>& outcome() const { return m_outcome; }

signals:
    void started();
    void outputArrived(const QByteArray& chunk);
    void errorOutputArrived(const QByteArray& chunk);
    /// Exactly once, whatever happened, failure to start included.
    void done(const bv::ProcessOutcome& outcome);

private:
    void configureChild();
    void drain();
    void signalGroup(int number);
    bool signalChildren(int number);
    void finish(ProcessOutcome::Kind kind, int exitCode, const QString& message);

    ProcessSpec m_spec;
    QProcess m_process;
    QTimer m_deadline;
    QTimer m_graceTimer;
    QElapsedTimer m_clock;
    QByteArray m_output;
    QByteArray m_errorOutput;
    bool m_started = false;
    qint64 m_group = 0;
    std::optional<ProcessOutcome::Kind> m_forcedKind; ///< Cancelled or TimedOut
    std::optional<ProcessOutcome> m_outcome;
};

/// Receives a piece of stdout as it arrives.
using OutputHandler = std::function<void(const QByteArray&)>;

/// Starts and awaits a process. Stop cancels it. Call it on the engine thread.
Task<ProcessOutcome> runProcess(ProcessSpec spec, std::stop_token stop, OutputHandler onOutput);
Task<ProcessOutcome> runProcess(ProcessSpec spec, std::stop_token stop);

/// Awaits the end of a started process; the process must outlive the wait.
Task<> awaitDone(LocalProcess& process);

} // namespace bv
