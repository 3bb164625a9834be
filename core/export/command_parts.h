#pragma once

#include "export/commands.h"

#include <functional>
#include <utility>

/// What the commands of all targets are made of. Pure.
namespace bv {

// Stand for what only the shell knows until a line is quoted.
constexpr QChar folderVariable(0xe000); ///< "$d", the private folder
constexpr QChar nameVariable(0xe001);   ///< "$n", the container's

/// A line that the shell passes over, whatever the text holds.
QString commentLine(QString text);

/// A command for the shell, with its variables where they belong.
QString commandLine(const QStringList& argv);

/// The beginning of a subshell, which ")" ends: what goes wrong ends it, and `end`, what removes all it made, is run
/// then and after Ctrl-C, too. Works in every POSIX shell.
QStringList beginSubshell(const QStringList& variables, const QString& end);

/// "d=…": makes the private folder.
QString makeFolderLine(const CommandPlaces& places);

/// How the commands of a run get into a target.
struct Inside
{
    std::function<QString(const QString& place, const QStringList& argv)> wrap;
    QString sysbench = QStringLiteral("sysbench");
    QString version;       ///< of sysbench there; empty where it is not known
    QString files;         ///< the folder for file sets
    QStringList makeFiles; ///< lines that make that folder, before the first file set
    std::function<QStringList(const QString& place)> dropPageCache;
};

/// sysbench's lines of one target, in the order of the plan, each once with its number of repeats.
QStringList sysbenchLines(const Inside& inside, bool dropPageCache, const QString& targetId,
                          const QList<PlannedRun>& runs);

/// The runs of a target that are starts of its own, each cell once with its number of repeats.
QList<std::pair<PlannedRun, int>> startsOf(const QString& targetId, const QList<PlannedRun>& runs);
/// Is anything measured in the target, or nothing at all? Then it is shown how it is started for that.
bool measuresInside(const QString& targetId, const QList<PlannedRun>& runs);
/// What is told of a start before its lines.
QString startComment(const PlannedRun& run, int repeats);
/// Is nothing of it in the page cache when it begins?
bool isCold(const PlannedRun& run);
/// Drops files from this machine's page cache, a line each; empty names are passed over.
QStringList dropFromHostCache(const QStringList& files);

/// Gives a VM variables of its own, as the program does it.
QStringList firmwareVariablesLines(FirmwareFiles& firmware, const QString& arch);

/// Starts QEMU, as $pid, with pipes for the shell to hear the guest's agent by.
QStringList bootLines(const QStringList& argv);
/// g FOLDER WORD…: runs the words in the guest by its agent and shows what they print; its status is theirs. Words may
/// not hold '"' or '\'.
QStringList guestFunction();
/// Waits for the agent's first answer.
QStringList pingLines();
/// For beginSubshell(): ends the VM $pid and removes the private folder.
QString endOfMachine();

/// The commands of a VM with a guest of the user's: as targetCommands().
QStringList userGuestCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places);

} // namespace bv
