#ifdef BENCHVISOR_HAS_WINDOW
#include "application.h"
#include <QApplication>
#endif
#include "cli/cli.h"
#include "english_plurals.h"

#include "base/suggest.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <CLI/CLI.hpp>
#include <cstdio>

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
    const QString word = extra.section(u'=', 0, 0);
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

/// The session or plan to open in the window: the only word, and no command.
QString fileToOpen(const CLI::App& app)
{
    if (!app.get_subcommands().empty() || app.remaining().size() != 1)
        return {};
    const QString word = QString::fromStdString(app.remaining().front());
    const bool isFile = word.endsWith(u".json"_s, Qt::CaseInsensitive) || QFileInfo(word).isFile();
    return word.startsWith(u'-') || !isFile ? QString() : word;
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

void nameProgram()
{
    QCoreApplication::installTranslator(new bv::EnglishPlurals(qApp));
    QCoreApplication::setApplicationName(u"benchvisor"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(BENCHVISOR_VERSION));
}

int runCommand(const bv::cli::Action& action, int argc, char** argv)
{
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

int run(CLI::App& app, const bv::cli::Action& action, int argc, char** argv)
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
    return action ? runCommand(action, argc, argv) : openWindow(file, argc, argv);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("What it costs to run work in a virtual machine (QEMU) instead of a container (Docker).",
                 "benchvisor");
    app.set_version_flag("--version", std::string("benchvisor ") + BENCHVISOR_VERSION);
    bv::cli::Action action;
    bv::cli::addDoctor(app, action);
    bv::cli::addRun(app, action);
    bv::cli::addCommands(app, action);
    bv::cli::addParse(app, action);
    bv::cli::addSessions(app, action);
    bv::cli::addExport(app, action);
    bv::cli::addGuest(app, action);
    app.allow_extras();
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        command->allow_extras();
    return run(app, action, argc, argv);
}
