#pragma once

#include "async/task.h"
#include "target/target.h"

#include <QString>
#include <stop_token>

namespace bv {

/// Where the pieces of a running session are.
struct SessionFolders
{
    QString runtimeDir; ///< a lock and a folder a session, with its sockets; private
    QString workDir;    ///< a lock and a folder a session: scratch disks and host file sets
};

/// Who this Benchvisor is for the container engine, which may serve other users and machines: random, made once, kept
/// in the work folder.
QString engineOwner(const SessionFolders& folders);

/// Ids of the sessions whose program is alive, by their locks in either folder.
QStringList aliveSessions(const SessionFolders& folders);

/// What was found and removed.
struct SweepReport
{
    QStringList sessions; ///< dead sessions that had left something
    int containers = 0;
    int volumes = 0;
    int folders = 0;
    bool isEmpty() const { return containers == 0 && volumes == 0 && folders == 0; }
};

/// Removes what dead sessions left: containers and volumes with our owner label, sockets, scratch disks. Sessions of
/// programs that are alive are not touched. Where no engine answers, nothing of an engine is removed. Engine thread.
Task<SweepReport> sweepLeftovers(SessionFolders folders, Tools tools, std::stop_token stop);

} // namespace bv
