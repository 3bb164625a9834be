#include "target/qemu/qmp.h"

#include "async/deadline.h"

#include <QCoreApplication>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Qmp)
};

} // namespace

Qmp::Qmp(QObject* parent)
    : QObject(parent)
{
    connect(&m_socket, &JsonSocket::messageArrived, this, &Qmp::handle);
    connect(&m_socket, &JsonSocket::noiseArrived, this, [this] { m_greeted.resolve(false); });
    connect(&m_socket, &JsonSocket::disconnected, this, [this] {
        m_greeted.resolve(false);
        failAll(Error(Error::Code::Crashed, Text::tr("QEMU closed its control socket.")));
    });
}

Async<> Qmp::connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop)
{
    const QDeadlineTimer timer(deadline);
    const auto connected = co_await m_socket.connectTo(std::move(path), deadline, stop);
    if (!connected)
        co_return connected.error();
    m_greeted.resolveAfter(timeLeft(timer), false);
    const ResolveOnStop<bool> onStop(stop, m_greeted, false);
    const bool greeted = co_await m_greeted.wait();
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (!greeted && timer.hasExpired())
        co_return Error(Error::Code::TimedOut, Text::tr("QEMU did not greet on its control socket."));
    if (!greeted)
        co_return Error(Error::Code::Protocol, Text::tr("QEMU's control socket does not speak QMP."));
    const QString capabilities = u"qmp_capabilities"_s;
    const auto negotiated = co_await execute(capabilities, timeLeft(timer), stop);
    if (!negotiated)
        co_return negotiated.error();
    co_return Unit();
}

Async<QJsonValue> Qmp::execute(QString command, QJsonObject arguments, std::chrono::milliseconds timeout,
                               std::stop_token stop)
{
    if (!m_socket.isConnected())
        co_return Error(Error::Code::Crashed, Text::tr("QEMU is gone."));
    const int id = ++m_lastId;
    OneShot<Reply> reply;
    reply.resolveAfter(timeout, Error(Error::Code::TimedOut, Text::tr("QEMU did not answer %1.").arg(command)));
    const Reply cancelled = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const ResolveOnStop<Reply> onStop(stop, reply, cancelled);
    m_pending.insert(id, reply);
    QJsonObject message{{u"execute"_s, command}, {u"id"_s, id}};
    if (!arguments.isEmpty())
        message.insert(u"arguments"_s, arguments);
    m_socket.send(message);
    const QPointer<Qmp> self(this);
    Reply answer = co_await reply.wait();
    if (self)
        self->m_pending.remove(id); // one that was given up is still there
    co_return answer;
}

Async<QJsonValue> Qmp::execute(QString command, std::chrono::milliseconds timeout, std::stop_token stop)
{
    QJsonObject none;
    co_return co_await execute(std::move(command), std::move(none), timeout, std::move(stop));
}

void Qmp::handle(const QJsonObject& message)
{
    if (message.contains("QMP"_L1)) {
        m_version = message["QMP"_L1]["version"_L1]["qemu"_L1].toObject();
        m_greeted.resolve(true);
        return;
    }
    if (message.contains("event"_L1)) {
        emit eventArrived(message["event"_L1].toString(), message["data"_L1].toObject());
        return;
    }
    const auto reply = m_pending.find(message["id"_L1].toInt());
    if (reply == m_pending.end())
        return;
    const OneShot<Reply> pending = *reply;
    m_pending.erase(reply);
    if (message.contains("return"_L1)) {
        pending.resolve(Reply(message["return"_L1]));
        return;
    }
    const QString why = message["error"_L1]["desc"_L1].toString();
    pending.resolve(Error(Error::Code::Protocol, Text::tr("QEMU refused: %1").arg(why), why));
}

void Qmp::failAll(const Error& error)
{
    const auto pending = std::exchange(m_pending, {});
    for (const auto& reply : pending)
        reply.resolve(error);
}

} // namespace bv
