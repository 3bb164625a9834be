#include "target/qemu/virtual_machine.h"

#include "async/deadline.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <csignal>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::VirtualMachine)
};

constexpr std::chrono::milliseconds quitTimeout{1000};

struct RequestStop
{
    std::stop_source source;
    void operator()() const { std::stop_source(source).request_stop(); }
};

/// Its reason is the line with its name; what follows is advice for its command line.
Error endedEarly(const ProcessOutcome& outcome)
{
    Error error = outcome.toError(Text::tr("QEMU ended while the VM started"));
    static const QRegularExpression named(u"^(?:qemu\\S*|kvm): (?!warning:).*$"_s, QRegularExpression::MultilineOption);
    const QString said = QString::fromUtf8(outcome.errorOutput);
    QString reason;
    for (auto match = named.globalMatch(said); match.hasNext();)
        reason = match.next().captured().trimmed();
    if (outcome.kind == ProcessOutcome::Kind::Exited && !reason.isEmpty())
        error.message = Text::tr("QEMU ended while the VM started: %1").arg(reason);
    return error;
}

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
    m_socketDir = socketDir;
    m_connected = false;
    m_broken = false;
    m_closing = false;
    m_goneReason.clear();
    m_errorTail.clear();
    m_qmp = std::make_unique<Qmp>();
    m_channel = std::make_unique<GuestChannel>();
    ProcessSpec spec(argv.first(), argv.mid(1));
    m_process = std::make_unique<LocalProcess>(spec);
    watch();
    m_watch = std::make_unique<BootWatch>(socketDir + "/console"_L1);
    QElapsedTimer clock;
    clock.start();
    m_process->start();
    RequestStop request{m_bootStop};
    const std::stop_callback<RequestStop> onStop(stop, request);
    auto booted = co_await bootUnguarded(socketDir, deadline, m_bootStop.get_token());
    m_bootMs = clock.elapsed();
    if (booted) {
        m_watch->guestAnswered();
        co_return Unit();
    }
    Error error = booted.error();
    const bool unexplained = error.code == Error::Code::Protocol || error.code == Error::Code::Crashed;
    if (unexplained && !stop.stop_requested())
        (void)co_await awaitGoneReason(); // a QEMU that ends closes its sockets a moment before
    if (stop.stop_requested())
        error = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    else if (!m_goneReason.isEmpty())
        error = m_process->outcome() ? endedEarly(*m_process->outcome())
                                     : Error(Error::Code::Crashed, m_goneReason, processWords());
    else if (error.code == Error::Code::TimedOut)
        error = Error(Error::Code::TimedOut,
                      (m_connected ? Text::tr("The guest did not answer within %1 s.")
                                   : Text::tr("QEMU did not answer within %1 s."))
                          .arg(static_cast<double>(deadline.count()) / 1000),
                      processWords());
    co_await close();
    co_return error;
}

Async<> VirtualMachine::bootUnguarded(QString socketDir, std::chrono::milliseconds deadline, std::stop_token stop)
{
    const QDeadlineTimer timer(deadline);
    const auto connected = co_await connectAll(socketDir, timer, stop);
    if (!connected)
        co_return connected.error();
    m_connected = true;
    co_return co_await m_channel->awaitReady(timeLeft(timer), stop);
}

Async<> VirtualMachine::connectAll(QString socketDir, QDeadlineTimer timer, std::stop_token stop)
{
    const QString qmpPath = socketDir + "/qmp"_L1;
    const auto qmp = co_await m_qmp->connectTo(qmpPath, timeLeft(timer), stop);
    if (!qmp)
        co_return qmp.error();
    m_watch->qemuAnswered();
    co_return co_await m_channel->connectTo(socketDir, timeLeft(timer), stop);
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
        m_qmp->drain(); // why it ended, which it said last
        fail(outcome.kind == ProcessOutcome::Kind::Crashed
                 ? Text::tr("QEMU was ended by signal %1.").arg(outcome.exitCode)
                 : outcome.toError(Text::tr("QEMU ended")).message);
    });
    connect(m_qmp.get(), &Qmp::eventArrived, this, [this](const QString& name, const QJsonObject& data) {
        if (name == "GUEST_PANICKED"_L1)
            fail(panicReason(Text::tr("The guest's kernel panicked.")));
        else if (name == "SHUTDOWN"_L1 && data["guest"_L1].toBool())
            fail(data["reason"_L1].toString() == "guest-reset"_L1 ? panicReason(Text::tr("The guest restarted itself."))
                                                                  : Text::tr("The guest shut itself down."));
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

/// Of a guest that restarted: its kernel does so when it panics, and it says why on the console.
QString VirtualMachine::panicReason(const QString& otherwise) const
{
    static const QRegularExpression panic(u"Kernel panic - not syncing: ([^\\r\\n]*)"_s);
    const auto found = panic.match(consoleTail());
    if (!found.hasMatch())
        return otherwise;
    return Text::tr("The guest's kernel panicked: %1").arg(found.captured(1).trimmed().left(200));
}

QString VirtualMachine::consoleTail() const
{
    constexpr qint64 kept = 8000; // a panic with its registers and calls is about 4000 long
    QFile console(m_socketDir + "/console"_L1);
    if (!console.open(QIODevice::ReadOnly))
        return {};
    console.seek(std::max<qint64>(0, console.size() - kept));
    return QString::fromUtf8(console.readAll()).trimmed();
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
