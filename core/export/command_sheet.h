#pragma once

#include "base/result.h"
#include "plan/machine_limits.h"
#include "plan/plan.h"
#include "run/engine_settings.h"
#include "session/session.h"

#include <QStringList>

namespace bv {

/// The exact commands of a plan, for people.
struct CommandSheet
{
    QStringList lines; ///< ready for a shell; see export/commands.h
    QString note;      ///< what the reader must know beforehand; may be empty
};

/// The commands of the whole plan, or of one target where `targetId` is given. Nothing is run: accelerator "auto" is
/// what an earlier probe answered, else tcg, which the note says. NotReady or NotFound where the plan needs the
/// built-in guest and it is not built; the errors of expandPlan(). A few small reads; any thread.
Result<CommandSheet> commandSheet(Plan plan, const EngineSettings& settings, const MachineLimits& limits,
                                  const QString& targetId = {});

/// What a session of this plan would warn of but for fairness (analysis::fairnessOf()), and the files of its guests for
/// which it would not begin: a line each. A few small reads; any thread.
QStringList commandRemarks(const Plan& plan, const MachineLimits& limits);

/// commands.txt of a bundle: the commands of the session's plan with the accelerators that it was measured with, then,
/// as comments, those that are in its records. Where the former cannot be told (the built-in guest is not built), that
/// is said in their place and in the note. As commandSheet().
CommandSheet sessionCommandSheet(const Session& session, const EngineSettings& settings, const MachineLimits& limits);

} // namespace bv
