#pragma once

#include "async/one_shot.h"
#include "target/qemu/json_socket.h"

#include <QJsonValue>

namespace bv {

/// The QEMU guest agent (docs/interop/qemu-ga-ref). It answers in order and without ids, so one command at a time;
/// after a command that was not answered in time the next one synchronises again. Engine thread.
class GuestAgent : public QObject
{
    Q_OBJECT
public:
    explicit GuestAgent(QObject* parent = nullptr);

    Async<> connectTo(QString path, std::chrono::milliseconds deadline, std::stop_token stop);
    /// Asks at once and waits: QEMU holds the request until the guest opens its port, so the answer is the readiness of
    /// the guest. TimedOut, Cancelled, or Crashed when the socket closes.
    Async<> synchronize(std::chrono::milliseconds timeout, std::stop_token stop);
    /// The "return" of a command. Protocol: the agent refused. Cancelled: the answer is not waited for.
    Async<QJsonValue> execute(QString command, QJsonObject arguments, std::chrono::milliseconds timeout,
                              std::stop_token stop = {});
    /// guest-exec without capturing output; returns the pid in the guest.
    Async<qint64> start(QString path, QStringList arguments, std::chrono::milliseconds timeout,
                        std::stop_token stop = {});
    /// What a command of the guest gave.
    struct Captured
    {
        int exitCode = -1;
        QByteArray output; ///< stdout, then stderr
    };
    /// guest-exec of something small, until it has ended; asked for every quarter of a second. Protocol: it could not
    /// be started, or the agent refused.
    Async<Captured> capture(QString path, QStringList arguments, std::chrono::milliseconds timeout,
                            std::stop_token stop = {});
    void close() { m_socket.close(); }

private:
    void handle(const QJsonObject& message);

    using Reply = Result<QJsonValue>;
    JsonSocket m_socket;
    OneShot<Reply> m_reply;
    qint64 m_syncId = 0;   ///< the answer awaited while synchronising; 0: none
    bool m_inStep = false; ///< every request so far was answered
};

} // namespace bv
