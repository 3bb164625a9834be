#include "target/qemu/json_socket.h"

#include "async/deadline.h"
#include "async/one_shot.h"
#include "async/sleep.h"

#include <QCoreApplication>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::JsonSocket)
};

constexpr std::chrono::milliseconds retryPause{10};
constexpr qsizetype maxLine = 64 << 20; ///< a guest must not fill our memory

} // namespace

Async<> connectLocal(QLocalSocket& socket, QString path, std::chrono::milliseconds deadline, std::stop_token stop)
{
    const QDeadlineTimer timer(deadline);
    while (true) {
        OneShot<bool> settled;
        // A listener that does not accept lets even a local connection wait.
        settled.resolveAfter(timeLeft(timer), false);
        const ResolveOnStop<bool> onStop(stop, settled, false);
        QObject::connect(&socket, &QLocalSocket::connected, settled.context(), [settled] { settled.resolve(true); });
        QObject::connect(&socket, &QLocalSocket::errorOccurred, settled.context(),
                         [settled] { settled.resolve(false); });
        socket.connectToServer(path);
        if (socket.state() == QLocalSocket::ConnectedState)
            settled.resolve(true);
        else if (socket.state() == QLocalSocket::UnconnectedState)
            settled.resolve(false);
        const bool connected = co_await settled.wait();
        if (connected)
            co_return Unit();
        socket.abort();
        if (timer.hasExpired())
            co_return Error(Error::Code::TimedOut, Text::tr("Nobody answers at %1.").arg(path), socket.errorString());
        const bool goOn = co_await sleepFor(retryPause, stop);
        if (!goOn)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    }
}

JsonSocket::JsonSocket(QObject* parent)
    : QObject(parent)
{
    connect(&m_socket, &QLocalSocket::readyRead, this, &JsonSocket::read);
    connect(&m_socket, &QLocalSocket::disconnected, this, &JsonSocket::disconnected);
}

JsonSocket::~JsonSocket()
{
    m_socket.disconnect(this); // a QLocalSocket that is destroyed while it is connected tells of it
}

Async<> JsonSocket::connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop)
{
    co_return co_await connectLocal(m_socket, std::move(path), deadline, std::move(stop));
}

void JsonSocket::send(const QByteArray& bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

void JsonSocket::send(const QJsonObject& message)
{
    send(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
}

void JsonSocket::close()
{
    m_socket.abort();
}

void JsonSocket::drain()
{
    while (m_socket.waitForReadyRead(0)) { // lint: 0 ms; each turn takes what is there
    }
}

void JsonSocket::read()
{
    m_buffer += m_socket.readAll();
    qsizetype start = 0;
    while (true) {
        const qsizetype newline = m_buffer.indexOf('\n', start);
        if (newline < 0)
            break;
        // The agent marks the start of a synchronised answer with 0xFF; whatever stands before it is old.
        QByteArray line = m_buffer.mid(start, newline - start);
        start = newline + 1;
        line = line.mid(line.lastIndexOf('\xff') + 1).trimmed();
        if (line.isEmpty())
            continue;
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (document.isObject())
            emit messageArrived(document.object());
        else
            emit noiseArrived(line);
    }
    m_buffer.remove(0, start);
    if (m_buffer.size() > maxLine)
        m_socket.abort();
}

} // namespace bv
