#pragma once

#include "target/qemu/guest_agent.h"
#include "target/qemu/guest_channel.h"

#include <QLocalSocket>

namespace bv {

/// Through QEMU's guest agent: it starts the commands, their output comes live over the virtio-serial port stream.0,
/// the guest's utilisation over stats.0. Any Linux with the agent and udev has these ports. Engine thread.
class AgentChannel final : public GuestChannel
{
    Q_OBJECT
public:
    enum class Guest : quint8 {
        Builtin, ///< its agent is known
        Foreign, ///< the agent is asked whether it can do what is needed
    };
    explicit AgentChannel(Guest guest = Guest::Builtin, QObject* parent = nullptr);

    /// Connects to the sockets qga, out0 and st0.
    Async<> connectTo(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop) override;
    /// Ready when the guest's agent answers. NotReady where it cannot run commands or lacks the ports, with what to do.
    Async<> awaitReady(std::chrono::milliseconds timeout, std::stop_token stop) override;
    void close() override;
    QJsonObject facts() const override;

protected:
    Script script() const override;
    Async<qint64> begin(QStringList arguments, std::chrono::milliseconds timeout, std::stop_token stop) override;
    Async<> beginQuietly(QStringList arguments, std::chrono::milliseconds timeout) override;

private:
    Async<> askForeign(std::stop_token stop);

    Guest m_guest;
    GuestAgent m_agent;
    QString m_version;
    QLocalSocket m_stream;
    QLocalSocket m_stats;
};

} // namespace bv
