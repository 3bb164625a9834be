#include "cli/console.h"

#include "cli/cli.h"
#include "signal_watcher.h"

#include <QCoreApplication>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace bv::cli {

QString text(const std::string& word)
{
    return QString::fromLocal8Bit(word.c_str());
}

void printLine(std::FILE* stream, const QString& line)
{
    std::fputs((line + u'\n').toLocal8Bit().constData(), stream);
    std::fflush(stream);
}

int fail(const Error& error)
{
    printLine(stderr, u"benchvisor: "_s + error.message);
    if (!error.detail.isEmpty() && error.code != Error::Code::Cancelled && !error.message.contains(error.detail))
        printLine(stderr, error.detail.trimmed());
    switch (error.code) {
    case Error::Code::Cancelled:
        return Interrupted;
    case Error::Code::BadInput:
    case Error::Code::NotFound:
        return Usage;
    default:
        return NotReady;
    }
}

int runUntilStopped(const std::function<void(std::stop_token stop)>& start)
{
    std::stop_source stop;
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::caught, qApp, [&stop] { stop.request_stop(); });
    QTimer::singleShot(0, qApp, [&] { start(stop.get_token()); });
    return QCoreApplication::exec();
}

} // namespace bv::cli
