#pragma once

#include "async/task.h"

#include <QByteArray>
#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <chrono>
#include <stop_token>

namespace bv {

/// A Unix socket that carries JSON objects, one a line: the shape of both QMP and the guest agent. Engine thread.
class JsonSocket : public QObject
{
    Q_OBJECT
public:
    explicit JsonSocket(QObject* parent = nullptr);
    /// Says nothing any more: whoever has it as a member may have lost other members already.
    ~JsonSocket() override;

    /// Connects, trying again until somebody listens or the deadline is over (QEMU makes the socket while it starts).
    Async<> connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop);
    bool isConnected() const { return m_socket.state() == QLocalSocket::ConnectedState; }
    void send(const QByteArray& bytes);
    void send(const QJsonObject& message);
    void close();
    /// Handles what has arrived already, without waiting for more.
    void drain();

signals:
    void messageArrived(const QJsonObject& message);
    /// A line that is no JSON object.
    void noiseArrived(const QByteArray& line);
    void disconnected();

private:
    void read();

    QLocalSocket m_socket;
    QByteArray m_buffer;
};

/// Connects `socket` to a Unix socket, trying again until somebody listens. Errors: TimedOut, Cancelled.
Async<> connectLocal(QLocalSocket& socket, QString path, std::chrono::milliseconds deadline, std::stop_token stop);

} // namespace bv
