#pragma once

#include "base/result.h"
#include "guest/guest.h"
#include "plan/plan.h"
#include "target/target.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace bv {

/// Where hand-run pieces go, in place of a session's private folders.
struct CommandPlaces
{
    Tools tools;
    GuestFiles guest;
    QString folder; ///< for sockets and scratch disks; made by the first line
};

/// The commands of one target, ready for a shell: what makes it, every sysbench line (once, with its number of repeats
/// as a comment), what ends it. Lines that begin with '#' are comments; those of a VM's sysbench, which the program
/// starts through the guest agent, are comments too. `runs` are those of the whole plan; accelerators must be decided.
/// Pure.
QStringList targetCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places);

/// The commands of the whole plan, target by target, after the plan itself (with every default) as comment.
QStringList planCommands(const Plan& plan, const QList<PlannedRun>& runs, const CommandPlaces& places);

} // namespace bv
