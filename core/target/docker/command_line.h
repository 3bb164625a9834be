#pragma once

#include "plan/plan.h"

#include <QString>
#include <QStringList>

namespace bv {

/// What a container is started with, beside its settings.
struct ContainerRuntime
{
    QString program; ///< docker or podman
    QString name;
    QString volume; ///< name of the volume, for storage "volume"
    QString image;  ///< reference, never "builtin"
    QString sessionId;
    QString owner;
    QString cpuset; ///< e.g. "0-1"; empty: a quota (--cpus) is used
};

inline const QString sessionLabel = QStringLiteral("org.benchvisor.session");
inline const QString ownerLabel = QStringLiteral("org.benchvisor.owner");
/// Where file sets live in every container.
inline const QString containerFileFolder = QStringLiteral("/bench");

/// The exact argv. The container has no network, no capabilities, no new privileges, a limit on processes, and ends
/// when its stdin is closed: the program holds the other end, so the container does not outlive it. Source:
/// docker-run(1).
QStringList containerRunArgv(const DockerSettings& settings, const ContainerRuntime& runtime);

/// "0-1" for 2 of the CPUs this process may use; empty for a fraction or more than there are.
QString cpusetFor(double cpus);

} // namespace bv
