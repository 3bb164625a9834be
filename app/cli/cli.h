#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace bv::cli {

/// What the chosen command does; returns the exit status. It runs inside QCoreApplication, on the main thread, and may
/// call QCoreApplication::exec(). Set by the callback of the subcommand that was given.
using Action = std::function<int()>;

/// Exit status, as documented in the README.
enum ExitStatus : int { Done = 0, Usage = 1, NotReady = 2, SomeFailed = 3, Interrupted = 130 };

// Each adds one subcommand to `app`; `app` and `action` outlive the parsing. One file per command.
void addDoctor(CLI::App& app, Action& action);
void addRun(CLI::App& app, Action& action);
void addCommands(CLI::App& app, Action& action);
void addParse(CLI::App& app, Action& action);
void addImport(CLI::App& app, Action& action);
void addSessions(CLI::App& app, Action& action);
void addAnalyze(CLI::App& app, Action& action);
/// Sets `draws` where what is asked for has to be drawn: the action then runs inside a QApplication, off screen.
void addExport(CLI::App& app, Action& action, bool& draws);
void addGuest(CLI::App& app, Action& action);
void addDisk(CLI::App& app, Action& action);
void addVm(CLI::App& app, Action& action);
void addImage(CLI::App& app, Action& action);

} // namespace bv::cli
