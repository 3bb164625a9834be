#ifdef BENCHVISOR_HAS_WINDOW
#include "application.h"
#include <QApplication>
#endif
#include "cli/cli.h"

#include "base/english_plurals.h"
#include "base/suggest.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Main)
};

/// Names a word that no command takes, and the nearest right one.
int refuseExtra(const CLI::App& app)
{
    const CLI::App* command = &app;
    if (app.remaining().empty() && !app.get_subcommands().empty())
        command = app.get_subcommands().front();
    const QString extra = QString::fromStdString(command->remaining().front());
    const bool isOption = extra.startsWith(u'-');
    QStringList known;
    if (isOption) {
        for (const CLI::Option* option : command->get_options()) {
            for (const std::string& name : option->get_lnames())
                known << u"--"_s + QString::fromStdString(name);
            for (const std::string& name : option->get_snames())
                known << u"-"_s + QString::fromStdString(name);
        }
    } else if (command == &app) {
        for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
            known << QString::fromStdString(sub->get_name());
    }
    const QString word = extra.isEmpty() ? u"\"\""_s : extra.section(u'=', 0, 0);
    const QString nearest = bv::nearest(word, known);
    QString message = isOption          ? Text::tr("Unknown option %1.").arg(word)
                      : command == &app ? Text::tr("Unknown command %1.").arg(word)
                                        : Text::tr("%1 is one argument too many.").arg(word);
    if (!nearest.isEmpty())
        message += u' ' + Text::tr("Did you mean %1?").arg(nearest);
    const QString name =
        command == &app ? u"benchvisor"_s : u"benchvisor "_s + QString::fromStdString(command->get_name());
    message += u' ' + Text::tr("See: %1 --help").arg(name);
    std::fprintf(stderr, "%s\n", qPrintable(message));
    return bv::cli::Usage;
}

/// The option that was given as "", which most often is a shell variable that is not set: to take it as not given would
/// measure something else than was meant.
QString emptyOption(const CLI::App& app)
{
    for (const CLI::App* command : app.get_subcommands()) {
        for (const CLI::Option* option : command->get_options()) {
            const std::vector<std::string>& given = option->results();
            if (std::find(given.begin(), given.end(), std::string()) != given.end())
                return QString::fromStdString(option->get_name());
        }
    }
    return {};
}

/// The session or plan to open in the window: the only word, and no command.
QString fileToOpen(const CLI::App& app)
{
    if (!app.get_subcommands().empty() || app.remaining().size() != 1)
        return {};
    const QString word = QString::fromStdString(app.remaining().front());
    const bool isFile = word.endsWith(u".json"_s, Qt::CaseInsensitive) || QFileInfo(word).isFile();
    return word.startsWith(u'-') || !isFile ? QString() : word;
}

#ifdef BENCHVISOR_HAS_WINDOW
bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}
#endif

void nameProgram()
{
    // Not qApp, which is a QApplication in this file: a command has none.
    QCoreApplication::installTranslator(new bv::EnglishPlurals(QCoreApplication::instance()));
    QCoreApplication::setApplicationName(u"benchvisor"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(BENCHVISOR_VERSION));
}

int runCommand(const bv::cli::Action& action, [[maybe_unused]] bool draws, int argc, char** argv)
{
#ifdef BENCHVISOR_HAS_WINDOW
    if (draws) { // the same without a display and on any desktop
        qputenv("QT_QPA_PLATFORM", "offscreen");
        qunsetenv("QT_QPA_PLATFORMTHEME");
        qunsetenv("QT_STYLE_OVERRIDE");
        const QApplication application(argc, argv);
        nameProgram();
        return action();
    }
#endif
    const QCoreApplication application(argc, argv);
    nameProgram();
    return action();
}

int openWindow([[maybe_unused]] const QString& file, [[maybe_unused]] int argc, [[maybe_unused]] char** argv)
{
#ifdef BENCHVISOR_HAS_WINDOW
    if (hasDisplay()) {
        const QApplication application(argc, argv);
        nameProgram();
        QGuiApplication::setApplicationDisplayName(u"Benchvisor"_s);
        QGuiApplication::setDesktopFileName(u"benchvisor"_s);
        return bv::runWindow(file);
    }
#endif
    if (!file.isEmpty()) {
        std::fprintf(stderr, "%s\n",
                     qPrintable(Text::tr("There is no display to open a window on. On the command line: "
                                         "benchvisor sessions show %1")
                                    .arg(file)));
        return bv::cli::NotReady;
    }
    std::fputs(qPrintable(Text::tr("There is no display to open a window on. To begin on the command line:\n"
                                   "  benchvisor doctor               what is there, what is missing\n"
                                   "  benchvisor run --preset quick   compare a VM and a container, about 2 minutes\n"
                                   "  benchvisor --help               all commands\n")),
               stderr);
    return bv::cli::Usage;
}

int run(CLI::App& app, const bv::cli::Action& action, const bool& draws, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) { // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return bv::cli::Usage;
    }
    const QString file = fileToOpen(app);
    if (app.remaining_size(true) > 0 && file.isEmpty())
        return refuseExtra(app);
    const QString empty = emptyOption(app);
    if (!empty.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(Text::tr("%1 must not be empty.").arg(empty)));
        return bv::cli::Usage;
    }
    return action ? runCommand(action, draws, argc, argv) : openWindow(file, argc, argv);
}

/// Whoever starts us may have closed them: the next file or socket to be opened would get what is printed.
void openStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // For reading only, so that what is printed is not lost unnoticed.
        if (::fcntl(stream, F_GETFD) < 0)
            (void)::open("/dev/null", O_RDONLY);
    }
}

/// A full disk shows only when the output is written out. A reader that has gone (`| head`) is no fault.
int checkOutput(int status)
{
    const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    const bool readerGone = ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
    if (!failed || readerGone || status == bv::cli::Interrupted)
        return status;
    std::fprintf(stderr, "%s\n", qPrintable(Text::tr("The standard output cannot be written to. Is its disk full?")));
    return status == bv::cli::Done ? bv::cli::Usage : status;
}

} // namespace

int main(int argc, char** argv)
{
    openStandardStreams();
    CLI::App app("What it costs to run work in a virtual machine (QEMU) instead of a container (Docker).",
                 "benchvisor");
    app.set_version_flag("--version", std::string("benchvisor ") + BENCHVISOR_VERSION);
    bv::cli::Action action;
    bool draws = false; // set when the command is read
    bv::cli::addDoctor(app, action);
    bv::cli::addRun(app, action);
    bv::cli::addCommands(app, action);
    bv::cli::addParse(app, action);
    bv::cli::addImport(app, action);
    bv::cli::addSessions(app, action);
    bv::cli::addAnalyze(app, action);
    bv::cli::addExport(app, action, draws);
    bv::cli::addGuest(app, action);
    bv::cli::addDisk(app, action);
    bv::cli::addVm(app, action);
    bv::cli::addImage(app, action);
    app.allow_extras();
    app.require_subcommand(0, 1); // `run doctor` is no way to ask for two things
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        command->allow_extras();
    return checkOutput(run(app, action, draws, argc, argv));
}
