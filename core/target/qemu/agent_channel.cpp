#include "target/qemu/agent_channel.h"

#include "async/deadline.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::AgentChannel)
};

const QString shell = u"/bin/sh"_s;
constexpr std::chrono::milliseconds askTimeout{30000}; ///< a guest that has just come up is busy

constexpr std::chrono::milliseconds askAgainAfter{5000};

/// Waits for the ports as udev names them, which may be a moment after the agent's.
const QString portsScript = u"n=0; until [ -c /dev/virtio-ports/stream.0 ] && [ -c /dev/virtio-ports/stats.0 ]; do "
                            "n=$((n+1)); [ $n -le 100 ] || exit 3; sleep 0.1; done"_s;

/// Whether the agent may be told this command; not named: it does not know it.
bool isAllowed(const QJsonValue& info, const QString& command)
{
    const QJsonArray commands = info["supported_commands"_L1].toArray();
    for (const QJsonValue& known : commands) {
        if (known["name"_L1].toString() == command)
            return known["enabled"_L1].toBool();
    }
    return false;
}

} // namespace

AgentChannel::AgentChannel(Guest guest, QObject* parent)
    : GuestChannel(parent)
    , m_guest(guest)
{
    connect(&m_stream, &QLocalSocket::readyRead, this, [this] { takeOutput(m_stream.readAll()); });
    connect(&m_stats, &QLocalSocket::readyRead, this, [this] { takeStats(m_stats.readAll()); });
    connect(&m_stream, &QLocalSocket::disconnected, this, [this] { reportGone(Text::tr("The VM ended.")); });
}

Async<> AgentChannel::connectTo(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop)
{
    const QString agentPath = socketDir + "/qga"_L1;
    const QString streamPath = socketDir + "/out0"_L1;
    const QString statsPath = socketDir + "/st0"_L1;
    const QDeadlineTimer timer(deadline);
    const auto agent = co_await m_agent.connectTo(agentPath, timeLeft(timer), stop);
    if (!agent)
        co_return agent.error();
    const auto stream = co_await connectLocal(m_stream, streamPath, timeLeft(timer), stop);
    if (!stream)
        co_return stream.error();
    co_return co_await connectLocal(m_stats, statsPath, timeLeft(timer), stop);
}

Async<> AgentChannel::awaitReady(std::chrono::milliseconds timeout, std::stop_token stop)
{
    setAnswerTimeout(timeout);
    if (m_guest == Guest::Builtin)
        co_return co_await m_agent.synchronize(timeout, stop);
    // Who else opened the port before the agent, as some firmware does, has swallowed what was asked.
    const QDeadlineTimer timer(timeout);
    Result<> answered = Unit();
    do
        answered = co_await m_agent.synchronize(std::min(timeLeft(timer), askAgainAfter), stop);
    while (!answered && answered.error().code == Error::Code::TimedOut && !timer.hasExpired());
    if (!answered)
        co_return answered;
    co_return co_await askForeign(stop);
}

Async<> AgentChannel::askForeign(std::stop_token stop)
{
    const QString ask = u"guest-info"_s;
    const auto info = co_await m_agent.execute(ask, QJsonObject(), askTimeout, stop);
    if (!info)
        co_return info.error();
    m_version = (*info)["version"_L1].toString();
    if (!isAllowed(*info, u"guest-exec"_s) || !isAllowed(*info, u"guest-exec-status"_s))
        co_return Error(
            Error::Code::NotReady,
            Text::tr("The guest's agent (%1) may not run commands, as Fedora and Red Hat deliver it. In the guest, "
                     "remove guest-exec and guest-exec-status from the block list in /etc/sysconfig/qemu-ga and "
                     "restart qemu-guest-agent, or use channel \"ssh\".")
                .arg(m_version));
    const QStringList script{u"-c"_s, portsScript};
    const auto asked = co_await m_agent.capture(shell, script, askTimeout, stop);
    if (!asked && asked.error().code == Error::Code::Protocol)
        co_return Error(Error::Code::NotReady,
                        Text::tr("The guest's agent cannot run a shell: only Linux guests can be measured. %1")
                            .arg(asked.error().detail),
                        asked.error().detail);
    if (!asked)
        co_return asked.error();
    if (asked->exitCode != 0)
        co_return Error(Error::Code::NotReady,
                        Text::tr("The guest's agent answers, but the guest has no /dev/virtio-ports/stream.0, through "
                                 "which the tests are heard. Use channel \"ssh\"."),
                        QString::fromUtf8(asked->output));
    co_return Unit();
}

GuestChannel::Script AgentChannel::script() const
{
    // One process at a time can open a port of the guest's: the shell before may not have ended yet when the next one
    // begins.
    return {u"n=0; until (: >/dev/virtio-ports/stream.0) 2>/dev/null; do n=$((n+1)); [ \"$n\" -le 500 ] || exit 75; "
            "sleep 0.02; done\n"
            "exec >/dev/virtio-ports/stream.0 2>&1 </dev/null"_s,
            u">/dev/virtio-ports/stats.0"_s};
}

Async<qint64> AgentChannel::begin(QStringList arguments, std::chrono::milliseconds timeout, std::stop_token stop)
{
    co_return co_await m_agent.start(shell, arguments, timeout, stop);
}

Async<> AgentChannel::beginQuietly(QStringList arguments, std::chrono::milliseconds timeout)
{
    const auto begun = co_await m_agent.start(shell, arguments, timeout);
    if (!begun)
        co_return begun.error();
    co_return Unit();
}

void AgentChannel::close()
{
    m_agent.close();
    m_stream.abort();
    m_stats.abort();
}

QJsonObject AgentChannel::facts() const
{
    QJsonObject facts{{u"channel"_s, u"agent"_s}};
    if (!m_version.isEmpty())
        facts.insert(u"agent"_s, m_version);
    return facts;
}

} // namespace bv
