#pragma once

#include "async/one_shot.h"
#include "target/qemu/json_socket.h"

#include <QHash>
#include <QJsonValue>

namespace bv {

/// The QEMU Machine Protocol (docs/interop/qmp-spec). Engine thread; several commands may be under way.
class Qmp : public QObject
{
    Q_OBJECT
public:
    explicit Qmp(QObject* parent = nullptr);

    /// Connects, awaits the greeting and leaves negotiation mode, all within the deadline. TimedOut, Cancelled, or
    /// Protocol where something else than QMP is spoken.
    Async<> connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop);
    /// The "return" of a command. Protocol: QEMU refused it (detail has its words); TimedOut; Cancelled: the answer is
    /// not waited for; Crashed: QEMU went away.
    Async<QJsonValue> execute(QString command, QJsonObject arguments, std::chrono::milliseconds timeout,
                              std::stop_token stop = {});
    Async<QJsonValue> execute(QString command, std::chrono::milliseconds timeout, std::stop_token stop = {});
    /// {"major", "minor", "micro"} of QEMU, from the greeting.
    const QJsonObject& version() const { return m_version; }
    void close() { m_socket.close(); }
    /// Handles the events that have arrived already.
    void drain() { m_socket.drain(); }

signals:
    /// An asynchronous event: STOP, SHUTDOWN, …
    void eventArrived(const QString& name, const QJsonObject& data);

private:
    void handle(const QJsonObject& message);
    void failAll(const Error& error);

    using Reply = Result<QJsonValue>;
    JsonSocket m_socket;
    OneShot<bool> m_greeted;
    QHash<int, OneShot<Reply>> m_pending;
    QJsonObject m_version;
    int m_lastId = 0;
};

} // namespace bv
