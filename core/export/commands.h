#pragma once

#include "base/result.h"
#include "guest/guest.h"
#include "plan/plan.h"
#include "target/qemu/firmware.h"
#include "target/target.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace bv {

/// Where hand-run pieces go, in place of a session's private folders.
struct CommandPlaces
{
    Tools tools;
    GuestFiles guest;                        ///< also where no target boots it: the host's sysbench is the guest's
    QMap<QString, GuestFiles> foreignGuests; ///< by architecture: those of other ones than this machine's
    QMap<QString, FirmwareFiles> firmware;   ///< by target, where one has any; `vars` is still the template
    QString dataDir;                         ///< the program's, with the keys of the user's VMs
    QString folder;            ///< on a disk; each target gets a private folder in it, which goes at the end
    bool dropPageCache = true; ///< as the plan says; planCommands() knows by itself
};

/// The commands of one target, ready to be pasted into any POSIX shell: what makes it, every sysbench line (once, with
/// its number of repeats as a comment) and what is done before it, inside the target or a VM's guest; in a subshell
/// that ends it and removes everything, whatever happens. Lines that begin with '#' are comments. `runs` are those of
/// the whole plan; accelerators must be decided. Pure.
QStringList targetCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places);

/// The commands of the whole plan, target by target, after the plan itself (with every default) as comment.
QStringList planCommands(const Plan& plan, const QList<PlannedRun>& runs, const CommandPlaces& places);

} // namespace bv
