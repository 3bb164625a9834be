#include "target/qemu/ssh_channel.h"

#include "async/deadline.h"
#include "async/sleep.h"
#include "base/paths.h"
#include "base/shell_line.h"

#include <QCoreApplication>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SshChannel)
};

using std::chrono::milliseconds;

constexpr milliseconds greetingTimeout{15000}; ///< sshd under emulation takes seconds for its first words
constexpr milliseconds loginTimeout{60000};
constexpr milliseconds pollPause{50};
constexpr milliseconds retryPause{1000};

bool isKeyChanged(const QByteArray& said)
{
    return said.contains("IDENTIFICATION HAS CHANGED") || said.contains("Host key verification failed");
}

bool isDenied(const QByteArray& said)
{
    return said.contains("Permission denied") || said.contains("Too many authentication failures");
}

} // namespace

SshChannel::SshChannel(SshAccess access, QObject* parent)
    : GuestChannel(parent)
    , m_access(std::move(access))
{
}

SshChannel::~SshChannel() = default;

Async<> SshChannel::connectTo(QString socketDir, milliseconds deadline, std::stop_token stop)
{
    Q_UNUSED(deadline)
    Q_UNUSED(stop)
    m_socket = socketDir + "/ssh"_L1;
    co_return Unit();
}

QStringList SshChannel::options() const
{
    // No keepalives: see the class.
    return sshOptions(m_access) + QStringList{u"-o"_s, u"ControlPath="_s + sshValue(m_socket),
                                              u"-o"_s, u"TCPKeepAlive=no"_s,
                                              u"-o"_s, u"Compression=no"_s};
}

/// True when sshd has greeted.
Task<bool> SshChannel::awaitGreeting(milliseconds timeout, std::stop_token stop)
{
    QTcpSocket socket;
    OneShot<bool> greeted;
    greeted.resolveAfter(timeout, false);
    const ResolveOnStop<bool> onStop(stop, greeted, false);
    QObject::connect(&socket, &QTcpSocket::readyRead, greeted.context(), [greeted, &socket] {
        if (socket.canReadLine())
            greeted.resolve(true);
    });
    // of QEMU, which finds nobody in the guest
    QObject::connect(&socket, &QTcpSocket::disconnected, greeted.context(), [greeted] { greeted.resolve(false); });
    QObject::connect(&socket, &QTcpSocket::errorOccurred, greeted.context(), [greeted] { greeted.resolve(false); });
    socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(m_access.port));
    const bool spoke = co_await greeted.wait();
    const QString line = QString::fromUtf8(socket.readLine(256)).trimmed();
    socket.abort();
    if (!spoke || !line.startsWith("SSH-"_L1))
        co_return false;
    m_greeting = line;
    co_return true;
}

Async<> SshChannel::awaitReady(milliseconds timeout, std::stop_token stop)
{
    setAnswerTimeout(timeout);
    const QDeadlineTimer timer(timeout);
    QDeadlineTimer patience(QDeadlineTimer::Forever);
    while (!timer.hasExpired()) {
        const bool greeted = co_await awaitGreeting(std::min(greetingTimeout, timeLeft(timer)), stop);
        if (greeted) {
            const auto in = co_await logIn(std::min(loginTimeout, timeLeft(timer)), stop);
            if (in || in.error().code == Error::Code::Cancelled || in.error().code == Error::Code::NotFound)
                co_return in;
            if (in.error().code == Error::Code::NotReady && patience.isForever())
                patience = QDeadlineTimer(m_access.patience);
            const bool isFinal = in.error().code == Error::Code::Locked; // the guest's key is another one
            if (isFinal || (in.error().code == Error::Code::NotReady && patience.hasExpired()))
                co_return Error(Error::Code::NotReady, in.error().message, in.error().detail);
        }
        const bool goOn = co_await sleepFor(retryPause, stop);
        if (!goOn)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    }
    co_return Error(Error::Code::TimedOut, Text::tr("The guest's ssh did not answer."));
}

/// One try to make the connection that all commands use.
Async<> SshChannel::logIn(milliseconds timeout, std::stop_token stop)
{
    QFile::remove(m_socket);
    ProcessSpec spec(m_access.program,
                     options() + QStringList{u"-o"_s, u"ControlMaster=yes"_s, u"-N"_s, u"127.0.0.1"_s});
    m_master = std::make_unique<LocalProcess>(spec);
    OneShot<bool> ended;
    connect(m_master.get(), &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    m_master->start();
    const QDeadlineTimer timer(timeout);
    // The client makes its socket when it is logged in.
    while (!ended.isResolved() && !QFile::exists(m_socket) && !timer.hasExpired()) {
        const bool goOn = co_await sleepFor(pollPause, stop);
        if (!goOn)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    }
    if (m_master->isRunning() && QFile::exists(m_socket))
        co_return Unit();
    if (m_master->isRunning()) {
        m_master->kill();
        co_await awaitDone(*m_master);
        co_return Error(Error::Code::TimedOut, Text::tr("The guest's ssh did not answer."));
    }
    co_return refusal(*m_master->outcome());
}

/// Locked stands for a key of the guest that is not the one that is known; NotReady for a login that was refused.
Error SshChannel::refusal(const ProcessOutcome& outcome) const
{
    const QByteArray said = outcome.errorOutput.trimmed();
    const QString detail = QString::fromUtf8(said.right(2000));
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        return Error(Error::Code::NotFound,
                     Text::tr("%1 is not installed. Install it: sudo apt install openssh-client").arg(m_access.program),
                     outcome.message);
    if (isKeyChanged(said))
        return Error(Error::Code::Locked,
                     Text::tr("The guest has another ssh host key than when it was met first: it may be another guest. "
                              "If that is right, delete %1 and run again.")
                         .arg(m_access.knownHosts),
                     detail);
    if (said.contains("UNPROTECTED PRIVATE KEY") || said.contains("bad permissions"))
        return Error(
            Error::Code::NotReady,
            Text::tr("Others can read the key %1, so ssh does not use it. Change that: chmod 600 %1").arg(m_access.key),
            detail);
    if (isDenied(said) && !m_access.publicKey.isEmpty())
        return Error(Error::Code::NotReady,
                     Text::tr("The guest does not let \"%1\" in by Benchvisor's key for this VM. Add this line to "
                              "~/.ssh/authorized_keys of \"%1\" in the guest, or name a key of yours as ssh.key: %2")
                         .arg(m_access.user, m_access.publicKey),
                     detail);
    if (isDenied(said))
        return Error(
            Error::Code::NotReady,
            Text::tr("The guest does not let \"%1\" in by the key %2. Name the user and the key that the guest "
                     "knows, in its ~/.ssh/authorized_keys; a key with a passphrase must be in your ssh agent.")
                .arg(m_access.user, m_access.key),
            detail);
    return Error(Error::Code::Crashed,
                 Text::tr("The connection by ssh was not made: %1").arg(detail.section(u'\n', -1)), detail);
}

GuestChannel::Script SshChannel::script() const
{
    // The statistics go where ssh brings what a command writes to stderr.
    return {u"exec 3>&2 2>&1 </dev/null"_s, u">&3"_s};
}

/// ssh hands a line to the user's shell in the guest.
ProcessSpec SshChannel::commandSpec(const QStringList& arguments) const
{
    QStringList words{u"exec"_s, u"/bin/sh"_s};
    words << arguments;
    return ProcessSpec(m_access.program,
                       options() + QStringList{u"-o"_s, u"ControlMaster=no"_s, u"127.0.0.1"_s, shellLine(words)});
}

Async<qint64> SshChannel::begin(QStringList arguments, milliseconds timeout, std::stop_token stop)
{
    Q_UNUSED(timeout)
    std::erase_if(m_ending, [](const std::unique_ptr<LocalProcess>& process) { return !process->isRunning(); });
    if (m_command && m_command->isRunning()) {
        m_command->disconnect(this);
        m_ending.push_back(std::move(m_command));
    }
    if (!m_master || !m_master->isRunning()) {
        const auto in = co_await logIn(loginTimeout, stop);
        if (!in)
            co_return in.error();
    }
    m_errorTail.clear();
    m_command = std::make_unique<LocalProcess>(commandSpec(arguments));
    connect(m_command.get(), &LocalProcess::outputArrived, this, &SshChannel::takeOutput);
    connect(m_command.get(), &LocalProcess::errorOutputArrived, this, [this](const QByteArray& chunk) {
        m_errorTail = (m_errorTail + chunk).right(2000);
        takeStats(chunk);
    });
    connect(m_command.get(), &LocalProcess::done, this, &SshChannel::takeEnd);
    m_command->start();
    const qint64 unknown = 0;
    co_return unknown;
}

/// Of an ssh whose command had not ended: the connection is lost, or the guest's shell could not be had.
void SshChannel::takeEnd(const ProcessOutcome& outcome)
{
    if (hasEnded())
        return;
    const QString said = QString::fromUtf8(m_errorTail).trimmed().section(u'\n', -1);
    const QString printed = QString::fromUtf8(outcome.output.left(200)).trimmed();
    if (isBegun())
        reportGone(Text::tr("The ssh connection to the guest was lost. %1").arg(said).trimmed());
    else
        reportNotRun(Text::tr("The guest did not run the command for \"%1\": %2")
                         .arg(m_access.user, said.isEmpty() ? printed : said));
}

Async<> SshChannel::beginQuietly(QStringList arguments, milliseconds timeout)
{
    ProcessSpec spec = commandSpec(arguments);
    spec.timeout = timeout;
    std::stop_token never;
    const ProcessOutcome outcome = co_await runProcess(spec, never);
    if (outcome.kind == ProcessOutcome::Kind::TimedOut)
        co_return Error(Error::Code::TimedOut, Text::tr("The guest's ssh did not answer."));
    co_return Unit();
}

void SshChannel::close()
{
    for (const std::unique_ptr<LocalProcess>* process : {&m_command, &m_master}) {
        if (*process) {
            (*process)->disconnect(this);
            (*process)->kill();
        }
    }
    for (const auto& process : m_ending)
        process->kill();
    QFile::remove(m_socket);
}

QJsonObject SshChannel::facts() const
{
    return {{u"channel"_s, u"ssh"_s}, {u"ssh_server"_s, m_greeting}, {u"ssh_user"_s, m_access.user}};
}

} // namespace bv
