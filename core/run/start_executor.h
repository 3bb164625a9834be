#pragma once

#include "run/run_executor.h"

namespace bv {

/// One run of the start-up test: a target is made for it alone, started, and ended. Engine thread.
class StartExecutor
{
public:
    /// `target` as the plan has it; `context` for this run alone, with folders that nobody else uses. `say` gets lines
    /// for the log.
    StartExecutor(TargetSettings target, TargetContext context, std::function<void(const QString&)> say);

    /// Never fails: whatever happens is in the record. Nothing of the target is left.
    Task<RunRecord> execute(PlannedRun run, std::stop_token stop, RunObserver observer);

private:
    TargetSettings m_settings;
    TargetContext m_context;
    std::function<void(const QString&)> m_say;
};

} // namespace bv
