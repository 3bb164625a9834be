#include "process/process.h"

#include "async/one_shot.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcessEnvironment>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Process)
};

void keepTail(QByteArray& buffer, const QByteArray& chunk, qsizetype limit)
{
    buffer += chunk;
    if (buffer.size() > 2 * limit)
        buffer.remove(0, buffer.size() - limit);
}

} // namespace

Error ProcessOutcome::toError(const QString& what) const
{
    const QString tail =
        QString::fromUtf8(errorOutput.isEmpty() ? output.right(2000) : errorOutput.right(2000)).trimmed();
    const QString lastLine = tail.section(u'\n', -1).trimmed();
    switch (kind) {
    case Kind::FailedToStart:
        return Error(Error::Code::StartFailed, what + u": "_s + message, message);
    case Kind::Crashed:
        return Error(Error::Code::Crashed, what + u": "_s + Text::tr("ended by signal %1.").arg(exitCode), tail);
    case Kind::TimedOut:
        return Error(Error::Code::TimedOut, what + u": "_s + Text::tr("no answer after %1 s.").arg(seconds, 0, 'f', 1),
                     tail);
    case Kind::Cancelled:
        return Error(Error::Code::Cancelled, what + u": "_s + Text::tr("cancelled."), tail);
    case Kind::Exited:
        break;
    }
    const QString why = lastLine.isEmpty() ? Text::tr("exit status %1.").arg(exitCode) : lastLine;
    return Error(Error::Code::NonZeroExit, what + u": "_s + why, tail);
}

LocalProcess::LocalProcess(ProcessSpec spec, QObject* parent)
    : QObject(parent)
    , m_spec(std::move(spec))
{
    m_deadline.setSingleShot(true);
    m_graceTimer.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (!m_forcedKind)
            m_forcedKind = ProcessOutcome::Kind::TimedOut;
        kill();
    });
    connect(&m_graceTimer, &QTimer::timeout, this, [this] { kill(); });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &LocalProcess::drain);
    connect(&m_process, &QProcess::readyReadStandardError, this, &LocalProcess::drain);
    connect(&m_process, &QProcess::started, this, [this] {
        m_group = m_process.processId();
        emit started();
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish(ProcessOutcome::Kind::FailedToStart, -1, m_process.errorString());
    });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        drain();
        const auto kind = status == QProcess::CrashExit ? ProcessOutcome::Kind::Crashed : ProcessOutcome::Kind::Exited;
        finish(m_forcedKind.value_or(kind), code, {});
    });
}

LocalProcess::~LocalProcess()
{
    if (!isRunning())
        return;
    // The owner went away without waiting for done(): nothing may stay behind.
    m_process.disconnect(this);
    kill();
    m_process.waitForFinished(500); // lint: it was killed; this only reaps it
}

void LocalProcess::configureChild()
{
    const pid_t parent = ::getpid();
    m_process.setChildProcessModifier([parent] {
        ::setsid();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) // the parent died before prctl took effect
            ::_exit(127);
    });
    if (!m_spec.environment.isEmpty()) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const auto& [name, value] : std::as_const(m_spec.environment))
            environment.insert(name, value);
        m_process.setProcessEnvironment(environment);
    }
    if (!m_spec.workingDirectory.isEmpty())
        m_process.setWorkingDirectory(m_spec.workingDirectory);
    if (!m_spec.keepStdinOpen && m_spec.input.isEmpty())
        m_process.setStandardInputFile(QProcess::nullDevice());
}

void LocalProcess::start()
{
    m_started = true;
    configureChild();
    m_clock.start();
    if (m_spec.timeout.count() > 0)
        m_deadline.start(m_spec.timeout);
    m_process.start(m_spec.program, m_spec.arguments);
    if (!m_spec.input.isEmpty() && m_process.state() != QProcess::NotRunning) {
        m_process.write(m_spec.input);
        m_process.closeWriteChannel(); // once it is written
    }
}

void LocalProcess::cancel()
{
    if (!isRunning())
        return;
    if (!m_forcedKind)
        m_forcedKind = ProcessOutcome::Kind::Cancelled;
    if (!m_spec.stopChildren || !signalChildren(m_spec.stopSignal))
        signalGroup(m_spec.stopSignal);
    if (!m_graceTimer.isActive())
        m_graceTimer.start(m_spec.killGrace);
}

void LocalProcess::kill()
{
    if (!isRunning())
        return;
    if (!m_forcedKind)
        m_forcedKind = ProcessOutcome::Kind::Cancelled;
    signalGroup(SIGKILL);
    m_process.kill();
}

bool LocalProcess::signalChildren(int number)
{
    bool any = false;
    const QStringList names = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    for (const QString& name : names) {
        QFile file(u"/proc/%1/stat"_s.arg(name));
        const QByteArray stat = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        // "PID (name) state parent …"; the name may hold anything
        const QList<QByteArray> rest = stat.mid(stat.lastIndexOf(')') + 1).simplified().split(' ');
        if (m_group > 0 && rest.size() > 1 && rest[1].toLongLong() == m_group)
            any = ::kill(name.toInt(), number) == 0 || any;
    }
    return any;
}

void LocalProcess::signalGroup(int number)
{
    // The child made itself the leader of a group of its own, so its helpers are reached too.
    if (m_group > 0)
        ::kill(static_cast<pid_t>(-m_group), number);
    else if (number != SIGKILL)
        m_process.terminate();
}

void LocalProcess::drain()
{
    const QByteArray output = m_process.readAllStandardOutput();
    if (!output.isEmpty()) {
        keepTail(m_output, output, m_spec.captureLimit);
        emit outputArrived(output);
    }
    const QByteArray errorOutput = m_process.readAllStandardError();
    if (!errorOutput.isEmpty()) {
        keepTail(m_errorOutput, errorOutput, m_spec.captureLimit);
        emit errorOutputArrived(errorOutput);
    }
}

void LocalProcess::finish(ProcessOutcome::Kind kind, int exitCode, const QString& message)
{
    if (m_outcome)
        return;
    m_deadline.stop();
    m_graceTimer.stop();
    ProcessOutcome outcome;
    outcome.kind = kind;
    outcome.exitCode = exitCode;
    outcome.output = m_output.right(m_spec.captureLimit);
    outcome.errorOutput = m_errorOutput.right(m_spec.captureLimit);
    outcome.message = message;
    outcome.seconds = static_cast<double>(m_clock.nsecsElapsed()) * 1e-9;
    m_outcome = std::move(outcome);
    emit done(*m_outcome);
}

Task<> awaitDone(LocalProcess& process)
{
    if (process.outcome())
        co_return;
    OneShot<bool> ended;
    QObject::connect(&process, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    co_await ended.wait();
}

Task<ProcessOutcome> runProcess(ProcessSpec spec, std::stop_token stop, OutputHandler onOutput)
{
    // The frame owns the process: it cannot die while it is awaited.
    LocalProcess process(std::move(spec));
    if (onOutput)
        QObject::connect(&process, &LocalProcess::outputArrived, &process, onOutput);
    OneShot<bool> ended;
    QObject::connect(&process, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    const ResolveOnStop<bool> endOnStop(stop, ended, false);
    process.start();
    const bool finished = co_await ended.wait();
    if (!finished) {
        process.cancel();
        co_await awaitDone(process);
    }
    co_return *process.outcome();
}

Task<ProcessOutcome> runProcess(ProcessSpec spec, std::stop_token stop)
{
    OutputHandler none;
    co_return co_await runProcess(std::move(spec), std::move(stop), std::move(none));
}

} // namespace bv
