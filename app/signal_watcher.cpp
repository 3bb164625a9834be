#include "signal_watcher.h"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace bv {

namespace {

constexpr std::array watched{SIGINT, SIGTERM, SIGHUP};
std::atomic<int> pipeEnd{-1};

extern "C" void passOn(int number)
{
    const auto byte = static_cast<unsigned char>(number);
    // The pipe may be full of earlier signals: then one is enough.
    [[maybe_unused]] const auto written = ::write(pipeEnd.load(), &byte, 1);
}

} // namespace

SignalWatcher::SignalWatcher(QObject* parent)
    : QObject(parent)
{
    if (::pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    pipeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        unsigned char byte = 0;
        while (::read(m_pipe[0], &byte, 1) == 1)
            emit caught(byte);
    });
    struct sigaction action = {};
    action.sa_handler = passOn;
    action.sa_flags = SA_RESTART;
    for (const int number : watched) {
        struct sigaction before = {};
        ::sigaction(number, nullptr, &before);
        if (before.sa_handler != SIG_IGN) // nohup, or in the background of a script: it stays ignored
            ::sigaction(number, &action, nullptr);
    }
}

SignalWatcher::~SignalWatcher()
{
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    for (const int number : watched) {
        struct sigaction before = {};
        ::sigaction(number, nullptr, &before);
        if (before.sa_handler == passOn)
            ::sigaction(number, &standard, nullptr);
    }
    pipeEnd = -1;
    m_notifier.reset();
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

} // namespace bv
