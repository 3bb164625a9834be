#include "target/qemu/virtual_machine.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <csignal>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::VirtualMachine)
};

constexpr std::chrono::milliseconds socketDeadline{30000};
constexpr std::chrono::milliseconds quitTimeout{1000};

struct RequestStop
{
    std::stop_source source;
    void operator()() const { std::stop_source(source).request_stop(); }
};

} // namespace

VirtualMachine::VirtualMachine(QObject* parent)
    : QObject(parent)
{
}

VirtualMachine::~VirtualMachine() = default;

Async<> VirtualMachine::boot(QStringList argv, QString socketDir, std::chrono::milliseconds deadline,
                             std::stop_token stop)
{
    m_bootStop = std::stop_source();
    m_broken = false;
    m_closing = false;
    m_goneReason.clear();
    m_errorTail.clear();
    m_qmp = std::make_unique<Qmp>();
    m_channel = std::make_unique<GuestChannel>();
    ProcessSpec spec(argv.first(), argv.mid(1));
    m_process = std::make_unique<LocalProcess>(spec);
    watch();
    QElapsedTimer clock;
    clock.start();
    m_process->start();
    RequestStop request(m_bootStop);
    const std::stop_callback<RequestStop> onStop(stop, request);
    auto booted = co_await bootUnguarded(socketDir, deadline, m_bootStop.get_token());
    m_bootMs = clock.elapsed();
    if (booted)
        co_return Unit();
    Error error = booted.error();
    if (stop.stop_requested())
        error = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    else if (!m_goneReason.isEmpty())
        error = m_process->outcome() ? m_process->outcome()->toError(Text::tr("QEMU ended while the VM started"))
                                     : Error(Error::Code::Crashed, m_goneReason, processWords());
    else if (error.code == Error::Code::TimedOut)
        error =
            Error(Error::Code::TimedOut,
                  Text::tr("The guest did not answer within %1 s.").arg(static_cast<double>(deadline.count()) / 1000),
                  processWords());
    co_await close();
    co_return error;
}

Async<> VirtualMachine::bootUnguarded(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop)
{
    const auto connected = co_await connectAll(socketDir, stop);
    if (!connected)
        co_return connected.error();
    co_return co_await m_channel->awaitReady(deadline, stop);
}

Async<> VirtualMachine::connectAll(QString socketDir, std::stop_token stop)
{
    const QString qmpPath = socketDir + "/qmp"_L1;
    const auto qmp = co_await m_qmp->connectTo(qmpPath, socketDeadline, stop);
    if (!qmp)
        co_return qmp.error();
    co_return co_await m_channel->connectTo(socketDir, socketDeadline, stop);
}

void VirtualMachine::watch()
{
    connect(m_process.get(), &LocalProcess::errorOutputArrived, this, [this](const QByteArray& chunk) {
        m_errorTail = (m_errorTail + chunk).right(4000);
        // What KVM says when it cannot run the guest's code; the VM then stays in the state internal-error.
        if (m_errorTail.contains("KVM internal error"))
            fail(Text::tr("KVM failed to run the guest: %1").arg(processWords().section(u'\n', 0, 0)));
    });
    connect(m_process.get(), &LocalProcess::done, this, [this](const ProcessOutcome& outcome) {
        fail(outcome.kind == ProcessOutcome::Kind::Crashed
                 ? Text::tr("QEMU was ended by signal %1.").arg(outcome.exitCode)
                 : outcome.toError(Text::tr("QEMU ended")).message);
    });
    connect(m_qmp.get(), &Qmp::eventArrived, this, [this](const QString& name, const QJsonObject& data) {
        if (name == "GUEST_PANICKED"_L1)
            fail(Text::tr("The guest's kernel panicked."));
        else if (name == "SHUTDOWN"_L1 && data["guest"_L1].toBool())
            fail(Text::tr("The guest shut itself down."));
        else if (name == "BLOCK_IO_ERROR"_L1)
            takeDiskError(data);
    });
}

/// Where the host's disk is full, QEMU pauses the VM (werror=enospc) until somebody makes room: for a run that is a
/// hang.
void VirtualMachine::takeDiskError(const QJsonObject& event)
{
    if (event["action"_L1].toString() != "stop"_L1)
        return; // the guest is told, and with it sysbench
    if (event["nospace"_L1].toBool())
        fail(Text::tr("The host's disk is full: QEMU could not write to the VM's disk %1. Free some space there.")
                 .arg(m_diskPath));
    else
        fail(Text::tr("QEMU could not use the VM's disk %1: %2").arg(m_diskPath, event["reason"_L1].toString()));
}

void VirtualMachine::fail(const QString& reason)
{
    m_broken = true;
    if (m_goneReason.isEmpty() && !m_closing)
        m_goneReason = reason;
    m_bootStop.request_stop();
    if (m_channel)
        m_channel->reportGone(m_goneReason);
}

QString VirtualMachine::processWords() const
{
    return QString::fromUtf8(m_errorTail).trimmed();
}

Task<QString> VirtualMachine::awaitGoneReason()
{
    if (m_goneReason.isEmpty() && m_process && m_process->isRunning()) {
        OneShot<bool> ended;
        connect(m_process.get(), &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
        ended.resolveAfter(quitTimeout, false);
        co_await ended.wait();
    }
    const QString reason = m_goneReason;
    co_return reason;
}

Task<> VirtualMachine::close()
{
    m_closing = true;
    if (!m_process)
        co_return;
    if (m_process->isRunning()) {
        const QString quit = u"quit"_s;
        if (!m_broken)
            (void)co_await m_qmp->execute(quit, quitTimeout);
        // After quit QEMU ends within milliseconds; a wedged one is killed after the grace.
        m_process->cancel();
        co_await awaitDone(*m_process);
    }
    m_channel->close();
    m_qmp->close();
}

} // namespace bv
