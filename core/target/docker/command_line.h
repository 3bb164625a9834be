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
inline const QString builtinLabel = QStringLiteral("org.benchvisor.builtin");
/// Where file sets live in every container.
inline const QString containerFileFolder = QStringLiteral("/bench");

/// The options of `run` by which a container gets no network, no capabilities, no new privileges and no log.
QStringList containerConfinement();
/// The options that limit its CPUs (`cpuset`, or a quota where that is empty) and its memory.
QStringList containerLimits(const DockerSettings& settings, const QString& cpuset);

/// The exact argv. The container has no network, no capabilities, no new privileges, a limit on processes, and ends
/// when its stdin is closed: the program holds the other end, so the container does not outlive it. Source:
/// docker-run(1).
QStringList containerRunArgv(const DockerSettings& settings, const ContainerRuntime& runtime);

/// The same in two steps: what makes the container, and what starts it and is its input and output.
QStringList containerCreateArgv(const DockerSettings& settings, const ContainerRuntime& runtime);
QStringList containerStartArgv(const ContainerRuntime& runtime);

/// Makes the built-in image from its archive, with the label by which outdated ones are found and removed.
QStringList imageImportArgv(const QString& program, const QString& imageTar, const QString& reference);

/// The CPUs for a container, as "0-1" or "0,2": so many of those this process may use, on cores of their own as long as
/// there are any (the sibling of a hyperthread is half a core). `engineCpus`: how many CPUs the engine's machine has;
/// where that is not this machine's number the engine is elsewhere, and the first ones are taken. Empty for a fraction
/// or more than there are.
QString cpusetFor(double cpus, int engineCpus = 0);

} // namespace bv
