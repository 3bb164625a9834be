#include "target/qemu/guest_agent.h"

#include "async/deadline.h"
#include "async/sleep.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::GuestAgent)
};

constexpr std::chrono::milliseconds resyncTimeout{5000};
constexpr std::chrono::milliseconds capturePause{250};

} // namespace

GuestAgent::GuestAgent(QObject* parent)
    : QObject(parent)
{
    connect(&m_socket, &JsonSocket::messageArrived, this, &GuestAgent::handle);
    connect(&m_socket, &JsonSocket::disconnected, this,
            [this] { m_reply.resolve(Error(Error::Code::Crashed, Text::tr("The guest agent's socket was closed."))); });
}

Async<> GuestAgent::connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop)
{
    co_return co_await m_socket.connectTo(std::move(path), deadline, std::move(stop));
}

Async<> GuestAgent::synchronize(std::chrono::milliseconds timeout, std::stop_token stop)
{
    m_syncId = QRandomGenerator::global()->bounded(1, 1 << 30);
    m_reply = OneShot<Reply>();
    m_reply.resolveAfter(timeout, Error(Error::Code::TimedOut, Text::tr("The guest did not answer.")));
    const Reply cancelled = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const ResolveOnStop<Reply> onStop(stop, m_reply, cancelled);
    const QJsonObject request{{u"execute"_s, u"guest-sync-delimited"_s},
                              {u"arguments"_s, QJsonObject{{u"id"_s, m_syncId}}}};
    m_socket.send(QByteArray(1, '\xff'));
    m_socket.send(request);
    const OneShot<Reply> awaited = m_reply;
    const Reply reply = co_await awaited.wait();
    m_syncId = 0;
    m_inStep = bool(reply);
    if (!reply)
        co_return reply.error();
    co_return Unit();
}

Async<QJsonValue> GuestAgent::execute(QString command, QJsonObject arguments, std::chrono::milliseconds timeout,
                                      std::stop_token stop)
{
    if (!m_socket.isConnected())
        co_return Error(Error::Code::Crashed, Text::tr("The guest is gone."));
    if (!m_inStep) {
        const auto synchronized = co_await synchronize(resyncTimeout, stop);
        if (!synchronized)
            co_return synchronized.error();
    }
    m_inStep = false;
    m_reply = OneShot<Reply>();
    m_reply.resolveAfter(timeout,
                         Error(Error::Code::TimedOut, Text::tr("The guest agent did not answer %1.").arg(command)));
    QJsonObject message{{u"execute"_s, command}};
    if (!arguments.isEmpty())
        message.insert(u"arguments"_s, arguments);
    const Reply cancelled = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const ResolveOnStop<Reply> onStop(stop, m_reply, cancelled);
    m_socket.send(message);
    const OneShot<Reply> awaited = m_reply;
    Reply reply = co_await awaited.wait();
    // A refusal is an answer too.
    m_inStep = bool(reply) || reply.error().code == Error::Code::Protocol;
    co_return reply;
}

Async<qint64> GuestAgent::start(QString path, QStringList arguments, std::chrono::milliseconds timeout,
                                std::stop_token stop)
{
    const QString command = u"guest-exec"_s;
    const QJsonObject request{
        {u"path"_s, path}, {u"arg"_s, QJsonArray::fromStringList(arguments)}, {u"capture-output"_s, false}};
    const Reply reply = co_await execute(command, request, timeout, stop);
    if (!reply)
        co_return reply.error();
    const qint64 pid = reply->toObject().value("pid"_L1).toInteger();
    co_return pid;
}

Async<GuestAgent::Captured> GuestAgent::capture(QString path, QStringList arguments, std::chrono::milliseconds timeout,
                                                std::stop_token stop)
{
    const QDeadlineTimer timer(timeout);
    const QString exec = u"guest-exec"_s;
    const QJsonObject request{
        {u"path"_s, path}, {u"arg"_s, QJsonArray::fromStringList(arguments)}, {u"capture-output"_s, true}};
    const Reply started = co_await execute(exec, request, timeLeft(timer), stop);
    if (!started)
        co_return started.error();
    const QJsonObject pid{{u"pid"_s, (*started)["pid"_L1]}};
    const QString ask = u"guest-exec-status"_s;
    while (true) {
        const Reply status = co_await execute(ask, pid, timeLeft(timer), stop);
        if (!status)
            co_return status.error();
        if ((*status)["exited"_L1].toBool()) {
            Captured captured;
            captured.exitCode = (*status)["exitcode"_L1].toInt(-1);
            captured.output = QByteArray::fromBase64((*status)["out-data"_L1].toString().toLatin1()) +
                              QByteArray::fromBase64((*status)["err-data"_L1].toString().toLatin1());
            co_return captured;
        }
        const bool goOn = co_await sleepFor(capturePause, stop);
        if (!goOn)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
        if (timer.hasExpired())
            co_return Error(Error::Code::TimedOut, Text::tr("A command in the guest did not end."));
    }
}

void GuestAgent::handle(const QJsonObject& message)
{
    if (m_syncId != 0) {
        if (message["return"_L1].toInteger() == m_syncId)
            m_reply.resolve(Reply(message["return"_L1]));
        return; // answers to what was asked before
    }
    if (message.contains("return"_L1)) {
        m_reply.resolve(Reply(message["return"_L1]));
        return;
    }
    const QString why = message["error"_L1]["desc"_L1].toString();
    m_reply.resolve(Error(Error::Code::Protocol, Text::tr("The guest agent refused: %1").arg(why), why));
}

} // namespace bv
