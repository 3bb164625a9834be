#pragma once

#include "async/task.h"
#include "process/process.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// What `docker info` and `docker version` say of the engine behind the command line.
struct EngineInfo
{
    QString product; ///< "Docker", "Docker Desktop" or "Podman"
    QString clientVersion;
    QString serverVersion;
    QString storageDriver;
    QString rootDir; ///< on the engine's machine
    QString operatingSystem;
    QString cgroupVersion;
    QString architecture; ///< of its machine: "x86_64", "amd64"
    QString context;      ///< the context or host that is used, empty for the default
    int cpus = 0;

    QJsonObject toJson() const;
};

/// The command line of Docker or Podman. Contexts and DOCKER_HOST are honoured because the program's own client is used
/// with the user's environment. Engine thread.
class ContainerEngine
{
public:
    explicit ContainerEngine(QString program)
        : m_program(std::move(program))
    {
    }

    const QString& program() const { return m_program; }
    QStringList argv(const QStringList& arguments) const { return QStringList(m_program) + arguments; }

    /// Runs one command; its stdout, trimmed. Errors explained as in explain().
    Async<QString> call(QStringList arguments, std::chrono::milliseconds timeout, std::stop_token stop) const;
    /// NotFound: no such program. NotReady: no engine answers, or no permission; the message says the mend.
    Async<EngineInfo> info(std::stop_token stop) const;

    /// Turns what the client said into a sentence with the mend; `what` says what was being done. Exit status: 125 the
    /// engine refused, 126 the command cannot be invoked, 127 it was not found (docker-run(1)). `context`: the one the
    /// client used, where that is known and not the default.
    Error explain(const ProcessOutcome& outcome, const QString& what, const QString& context = {}) const;

private:
    QString m_program;
};

} // namespace bv
