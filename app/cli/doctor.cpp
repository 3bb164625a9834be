#include "cli/cli.h"
#include "signal_watcher.h"

#include "system/environment_check.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

using State = EnvironmentItem::State;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Doctor)
};

struct Arguments
{
    bool json = false;
    bool fresh = false;
};

QString mark(State state, bool colour)
{
    const QString word = state == State::Ok ? u"✔"_s : state == State::Warning ? u"▲"_s : u"✘"_s;
    const QString code = state == State::Ok ? u"32"_s : state == State::Warning ? u"33"_s : u"31"_s;
    return colour ? u"\x1b["_s + code + u'm' + word + u"\x1b[0m"_s : word;
}

void print(const QList<EnvironmentItem>& items)
{
    const bool colour = ::isatty(STDOUT_FILENO) == 1 && qEnvironmentVariableIsEmpty("NO_COLOR");
    for (const EnvironmentItem& item : items) {
        const QString first = item.detail.isEmpty() ? item.mend : item.detail;
        std::fprintf(stdout, "%s %s %s\n", qPrintable(mark(item.state, colour)),
                     qPrintable(item.title.leftJustified(18)), qPrintable(first));
        if (!item.detail.isEmpty() && !item.mend.isEmpty())
            std::fprintf(stdout, "  %s %s\n", qPrintable(QString(18, u' ')), qPrintable(item.mend));
        if (item.id == "kvm"_L1 && item.state != State::Ok)
            std::fprintf(stdout, "  %s %s\n", qPrintable(QString(18, u' ')),
                         qPrintable(Text::tr("benchvisor doctor --fresh tries again.")));
    }
}

Task<> check(EngineSettings settings, bool fresh, std::stop_token stop, QList<EnvironmentItem>* items)
{
    try {
        *items = co_await checkEnvironment(settings, fresh, stop);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "%s\n", fault.what());
    }
    QCoreApplication::quit();
}

int doctor(const Arguments& arguments)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings) {
        std::fprintf(stderr, "%s\n", qPrintable(settings.error().message));
        return Usage;
    }
    std::stop_source stop;
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::caught, qApp, [&stop] { stop.request_stop(); });
    QList<EnvironmentItem> items;
    QMetaObject::invokeMethod(
        qApp, [&] { check(*settings, arguments.fresh, stop.get_token(), &items); }, Qt::QueuedConnection);
    QCoreApplication::exec();
    if (stop.stop_requested())
        return Interrupted;
    if (arguments.json) {
        QJsonArray array;
        for (const EnvironmentItem& item : std::as_const(items))
            array.append(item.toJson());
        std::fputs(QJsonDocument(array).toJson().constData(), stdout);
    } else {
        print(items);
    }
    const bool ready = std::none_of(items.cbegin(), items.cend(),
                                    [](const EnvironmentItem& item) { return item.state == State::Missing; });
    return ready ? Done : NotReady;
}

} // namespace

void addDoctor(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("doctor", "Environment check: what is there, what is missing, the mend");
    const auto arguments = std::make_shared<Arguments>();
    command->add_flag("--json", arguments->json, "Print the check as JSON");
    command->add_flag("--fresh", arguments->fresh,
                      "Try KVM again instead of using the answer kept since this machine's start");
    command->callback([arguments, &action] { action = [arguments] { return doctor(*arguments); }; });
}

} // namespace bv::cli
