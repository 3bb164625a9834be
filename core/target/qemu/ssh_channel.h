#pragma once

#include "process/process.h"
#include "target/qemu/guest_channel.h"
#include "target/qemu/ssh_access.h"

#include <QByteArray>
#include <memory>
#include <vector>

namespace bv {

/// Through ssh, by the system's client. One connection is made and kept (ControlMaster, a socket in the VM's private
/// folder), so that a command costs no handshake. There are no keepalives: a VM is paused while others measure, and
/// would not answer them; a connection that was lost is made anew before the next command. Engine thread.
class SshChannel final : public GuestChannel
{
    Q_OBJECT
public:
    explicit SshChannel(SshAccess access, QObject* parent = nullptr);
    ~SshChannel() override;

    /// Nothing is asked of QEMU.
    Async<> connectTo(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop) override;
    /// Ready when somebody could log in. QEMU takes connections long before the guest does, so sshd's greeting is
    /// waited for, and then a login. NotReady: the login or the guest's key was refused, or ssh is not installed.
    Async<> awaitReady(std::chrono::milliseconds timeout, std::stop_token stop) override;
    void close() override;
    QJsonObject facts() const override;

protected:
    Script script() const override;
    Async<qint64> begin(QStringList arguments, std::chrono::milliseconds timeout, std::stop_token stop) override;
    Async<> beginQuietly(QStringList arguments, std::chrono::milliseconds timeout) override;

private:
    QStringList options() const;
    ProcessSpec commandSpec(const QStringList& arguments) const;
    Async<> logIn(std::chrono::milliseconds timeout, std::stop_token stop);
    Task<bool> awaitGreeting(std::chrono::milliseconds timeout, std::stop_token stop);
    Error refusal(const ProcessOutcome& outcome) const;
    void takeEnd(const ProcessOutcome& outcome);

    SshAccess m_access;
    QString m_socket;
    QString m_greeting; ///< what the guest's sshd says it is
    std::unique_ptr<LocalProcess> m_master;
    std::unique_ptr<LocalProcess> m_command;             ///< brings the output of the command that runs
    std::vector<std::unique_ptr<LocalProcess>> m_ending; ///< of commands before, whose ssh has not ended yet
    QByteArray m_errorTail;
};

} // namespace bv
