#include "install/install_machine.h"

#include "async/sleep.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

constexpr std::chrono::seconds connectTimeout{60};
constexpr std::chrono::milliseconds listenEvery{500};
constexpr std::chrono::milliseconds quitTimeout{1000};
constexpr qint64 questionMs = 20000; ///< a prompt that stands for so long is meant for somebody
constexpr double nearlyDone = 0.9;

} // namespace

Result<> installationEnd(const QString& reason, bool byHand, const ConsoleWatch& watch)
{
    const QString said = watch.tail().join(u'\n');
    const bool restarted = reason == "guest-reset"_L1;
    if (!restarted && reason != "guest-shutdown"_L1)
        return Error(Error::Code::NotReady,
                     Text::tr("The VM was ended from outside (%1).").arg(reason.isEmpty() ? u"?"_s : reason), said);
    if (restarted && !byHand && watch.fraction() < nearlyDone)
        return Error(Error::Code::NotReady,
                     Text::tr("The guest restarted itself before it was done. It said last: %1").arg(watch.lastLine()),
                     said);
    return Unit();
}

InstallMachine::InstallMachine(QObject* parent)
    : QObject(parent)
{
    connect(&m_qmp, &Qmp::eventArrived, this, [this](const QString& name, const QJsonObject& data) {
        if (name == "SHUTDOWN"_L1)
            m_shutdownReason = data["reason"_L1].toString();
    });
}

InstallMachine::~InstallMachine() = default;

Async<> InstallMachine::start(QStringList argv, QString socketDir, std::stop_token stop)
{
    ProcessSpec spec(argv.first(), argv.mid(1));
    m_process = std::make_unique<LocalProcess>(spec);
    m_console.setFileName(socketDir + "/console"_L1);
    m_ended = std::stop_source();
    connect(m_process.get(), &LocalProcess::done, this, [this] {
        m_qmp.drain(); // why it ended, which it said last
        m_ended.request_stop();
    });
    const auto passOn = [ended = m_ended]() mutable { ended.request_stop(); };
    const std::stop_callback onStop(stop, passOn);
    m_bootWatch = std::make_unique<BootFailureWatch>(socketDir);
    connect(m_bootWatch.get(), &BootFailureWatch::failed, this,
            [this](const QString& sentence) { m_bootFailure = sentence; });
    m_process->start();
    const QString qmpPath = socketDir + "/qmp"_L1;
    const auto connected = co_await m_qmp.connectTo(qmpPath, connectTimeout, m_ended.get_token());
    if (connected)
        co_return Unit();
    Error error = connected.error();
    if (stop.stop_requested())
        error = Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    else if (m_process->outcome())
        error = m_process->outcome()->toError(Text::tr("The VM did not start"));
    co_await close();
    co_return error;
}

bool InstallMachine::listen()
{
    if (!m_console.isOpen() && !m_console.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return false;
    const QByteArray piece = m_console.readAll();
    return !piece.isEmpty() && m_watch.take(piece);
}

Error InstallMachine::stuck(const QString& why) const
{
    return Error(Error::Code::NotReady, why, m_watch.tail().join(u'\n'));
}

Result<> InstallMachine::howItEnded(bool byHand) const
{
    const ProcessOutcome& outcome = *m_process->outcome();
    if (!outcome.ok())
        return outcome.toError(Text::tr("QEMU ended"));
    return installationEnd(m_shutdownReason, byHand, m_watch);
}

/// Whether it still works at something.
Result<> InstallMachine::check(qint64 quietMs, qint64 patienceMs) const
{
    if (!m_bootFailure.isEmpty())
        return stuck(m_bootFailure);
    if (!m_watch.question().isEmpty() && quietMs > std::min(questionMs, patienceMs))
        return stuck(Text::tr("The installer stopped with a question that its answers do not cover:") + u'\n' +
                     m_watch.question());
    if (quietMs > patienceMs)
        return stuck(Text::tr("The installer has said nothing for %1 s. It said last: %2")
                         .arg(patienceMs / 1000)
                         .arg(m_watch.lastLine()));
    return Unit();
}

Async<> InstallMachine::watch(std::chrono::milliseconds patience, InstallProgress progress, std::stop_token stop)
{
    const bool byHand = patience.count() == 0;
    QElapsedTimer quiet;
    quiet.start();
    while (isRunning()) {
        if (listen()) {
            quiet.restart();
            const QString phase = m_watch.phase().isEmpty() ? Text::tr("Starting") : m_watch.phase();
            progress(phase + u": "_s + m_watch.lastLine(), m_watch.fraction());
        }
        const Result<> fine = byHand ? Unit() : check(quiet.elapsed(), patience.count());
        if (!fine)
            co_return fine.error();
        const bool goOn = co_await sleepFor(listenEvery, stop);
        if (!goOn)
            co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    }
    listen();
    co_return howItEnded(byHand);
}

Task<> InstallMachine::close()
{
    if (!m_process)
        co_return;
    if (m_process->isRunning()) {
        const QString quit = u"quit"_s;
        (void)co_await m_qmp.execute(quit, quitTimeout);
        m_process->cancel();
        co_await awaitDone(*m_process);
    }
    m_bootWatch.reset();
    m_qmp.close();
    m_console.close();
}

} // namespace bv
