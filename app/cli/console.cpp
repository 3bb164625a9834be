#include "cli/console.h"

#include "cli/cli.h"
#include "cli/session_argument.h"
#include "signal_watcher.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QTimer>
#include <CLI/CLI.hpp>

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

QString wrappedText(const QString& text, int first, int indent, int width)
{
    QString result;
    QString row(first, u' ');
    bool isEmpty = true;
    const QStringList words = printable(text).split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        if (!isEmpty && row.size() + 1 + word.size() > width) {
            result += row + u'\n';
            row = QString(indent, u' ');
            isEmpty = true;
        }
        row += isEmpty ? word : u' ' + word;
        isEmpty = false;
    }
    return result + row + u'\n';
}

QString optionOfAnotherAction(const CLI::App& command, const QString& action)
{
    static const QRegularExpression whose(u"^([a-z]+(?:, [a-z]+)*): "_s);
    for (const CLI::Option* option : command.get_options()) {
        const auto match = whose.match(text(option->get_description()));
        const QStringList actions = match.captured(1).split(u", "_s);
        if (option->count() == 0 || !match.hasMatch() || actions.contains(action))
            continue;
        const QString sentence =
            QCoreApplication::translate("bv::Console", "%1 is for `%2 %3`, and not for `%2 %4`. Leave it out.");
        return sentence.arg(text(option->get_name()), text(command.get_name()), actions.join(u'/'), action);
    }
    return {};
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
