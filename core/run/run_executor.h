#pragma once

#include "plan/plan.h"
#include "session/run_record.h"
#include "sysbench/version.h"
#include "target/target.h"

#include <QHash>
#include <functional>
#include <memory>

namespace bv {

/// What a run tells while it is on. Called on the engine thread.
struct RunObserver
{
    std::function<void(const sysbench::Interval&)> interval;
    std::function<void(const UtilizationSample&)> utilization;
    std::function<void(const QString&)> phase; ///< what is going on, in words
    std::function<void(double)> prepared;      ///< a file set was made, in so many seconds
};

/// Executes planned runs on one target: file sets, page cache, sysbench, utilisation. Engine thread. A file set is
/// prepared once, and again where a run has spoiled it, and kept until cleanUp(); all of it happens in one folder.
class RunExecutor
{
public:
    RunExecutor(Target& target, bool dropPageCache, std::chrono::milliseconds grace);

    /// Never fails: whatever happens is in the record. `id`, `plannedIndex` and the like are filled in.
    Task<RunRecord> execute(PlannedRun run, std::stop_token stop, RunObserver observer);
    /// Removes the file set of this run, where there is one.
    Task<> cleanUp(PlannedRun run, std::stop_token stop);

private:
    struct FileSet
    {
        QString folder;
        Error error;          ///< why it cannot be used; Unset when it can
        bool spoiled = false; ///< see sysbench::spoilsFileSet(): to be made again before another mode
    };
    Task<FileSet> fileSetFor(PlannedRun run, std::stop_token stop, RunObserver observer, QStringList* notes);
    Task<FileSet> makeFolder(std::stop_token stop);
    Task<Error> fillFolder(PlannedRun run, QString folder, std::stop_token stop, RunObserver observer);
    Task<Error> checkSpace(QString folder, qint64 bytes, std::stop_token stop);
    Task<> removeFiles(PlannedRun run, QString folder, std::stop_token stop);
    void noteSizes(const PlannedRun& run, qint64 bytes, QStringList* notes) const;
    void noteClock(RunRecord& record) const;
    void noteCoarseTime(RunRecord& record) const;
    sysbench::Version sysbenchVersion() const;
    void judge(RunRecord& record, const ExecOutcome& outcome, const QByteArray& raw) const;

    Target& m_target;
    bool m_dropPageCache;
    std::chrono::milliseconds m_grace;
    int m_setsMade = 0;
    QHash<QString, FileSet> m_fileSets; ///< by sysbench::fileSetKey
};

} // namespace bv
