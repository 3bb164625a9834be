#include "target/docker/container_engine.h"

#include <QCoreApplication>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ContainerEngine)
};

constexpr std::chrono::milliseconds infoTimeout{15000};

QString lastLine(const QByteArray& output)
{
    const QStringList lines = QString::fromUtf8(output).split(u'\n', Qt::SkipEmptyParts);
    for (auto line = lines.crbegin(); line != lines.crend(); ++line) {
        const QString text = line->trimmed();
        if (!text.isEmpty() && !text.startsWith("See '"_L1) && !text.startsWith("Run '"_L1))
            return text;
    }
    return {};
}

bool says(const QString& text, std::initializer_list<const char*> phrases)
{
    for (const char* phrase : phrases) {
        if (text.contains(QLatin1String(phrase), Qt::CaseInsensitive))
            return true;
    }
    return false;
}

/// The context that the client says it used; empty for the default one.
QString contextOf(const QJsonObject& info)
{
    const QString context = info["ClientInfo"_L1]["Context"_L1].toString();
    return context == "default"_L1 ? QString() : context;
}

/// The mend depends on where the client looked for the engine.
QString noEngineMessage(const QString& program, const QString& context)
{
    const QString host = qEnvironmentVariable("DOCKER_HOST");
    if (!host.isEmpty())
        return Text::tr("No container engine answers at %1 (DOCKER_HOST). Start it there, or unset DOCKER_HOST to use "
                        "this machine's.")
            .arg(host);
    const QString chosen = context.isEmpty() ? qEnvironmentVariable("DOCKER_CONTEXT") : context;
    if (!chosen.isEmpty() && chosen != "default"_L1)
        return Text::tr("No container engine answers in the context %1. Start it there, or take this machine's: "
                        "docker context use default.")
            .arg(chosen);
    return program.contains("podman"_L1)
               ? Text::tr("No container engine answers. Start it: systemctl --user start podman.socket.")
               : Text::tr("No container engine answers. Start it: sudo systemctl start docker.");
}

QString hostHint()
{
    const QString host = qEnvironmentVariable("DOCKER_HOST");
    return host.isEmpty() ? QString() : Text::tr(" DOCKER_HOST is %1.").arg(host);
}

} // namespace

QJsonObject EngineInfo::toJson() const
{
    QJsonObject json{{u"product"_s, product},      {u"client"_s, clientVersion},
                     {u"server"_s, serverVersion}, {u"storage_driver"_s, storageDriver},
                     {u"os"_s, operatingSystem},   {u"cgroup_version"_s, cgroupVersion}};
    if (!context.isEmpty())
        json.insert(u"context"_s, context);
    return json;
}

Async<QString> ContainerEngine::call(QStringList arguments, std::chrono::milliseconds timeout,
                                     std::stop_token stop) const
{
    const ContainerEngine self = *this; // the caller's engine may be gone when this resumes
    ProcessSpec spec(self.m_program, arguments);
    spec.timeout = timeout;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return self.explain(outcome, self.m_program.section(u'/', -1) + u' ' + arguments.value(0));
    co_return QString::fromUtf8(outcome.output).trimmed();
}

Async<EngineInfo> ContainerEngine::info(std::stop_token stop) const
{
    const ContainerEngine self = *this;
    const QStringList infoArguments{u"info"_s, u"--format"_s, u"{{json .}}"_s};
    ProcessSpec spec(self.m_program, infoArguments);
    spec.timeout = infoTimeout;
    const ProcessOutcome told = co_await runProcess(spec, stop);
    const QJsonObject json = QJsonDocument::fromJson(told.output).object();
    const QString asked = self.m_program.section(u'/', -1) + u" info"_s;
    if (!told.ok())
        co_return self.explain(told, asked, contextOf(json));
    EngineInfo info;
    if (json.contains("host"_L1) && json.contains("store"_L1)) { // also where podman is called docker
        const QJsonObject host = json["host"_L1].toObject();
        const QJsonObject store = json["store"_L1].toObject();
        info.product = u"Podman"_s;
        info.serverVersion = json["version"_L1]["Version"_L1].toString();
        info.clientVersion = info.serverVersion;
        info.storageDriver = store["graphDriverName"_L1].toString();
        info.rootDir = store["graphRoot"_L1].toString();
        info.operatingSystem = host["os"_L1].toString();
        info.cgroupVersion = host["cgroupVersion"_L1].toString();
        info.cpus = host["cpus"_L1].toInt();
        info.architecture = host["arch"_L1].toString();
        co_return info;
    }
    // docker info succeeds with an empty server part when no engine answers
    const QString serverVersion = json["ServerVersion"_L1].toString();
    if (serverVersion.isEmpty()) {
        ProcessOutcome refused;
        refused.kind = ProcessOutcome::Kind::Exited;
        refused.exitCode = 1;
        refused.errorOutput = json["ServerErrors"_L1][0].toString().toUtf8();
        co_return self.explain(refused, asked, contextOf(json));
    }
    info.serverVersion = serverVersion;
    info.operatingSystem = json["OperatingSystem"_L1].toString();
    info.product = info.operatingSystem.contains("Docker Desktop"_L1) ? u"Docker Desktop"_s : u"Docker"_s;
    info.clientVersion = json["ClientInfo"_L1]["Version"_L1].toString();
    info.storageDriver = json["Driver"_L1].toString();
    info.rootDir = json["DockerRootDir"_L1].toString();
    info.cgroupVersion = json["CgroupVersion"_L1].toString();
    info.cpus = json["NCPU"_L1].toInt();
    info.architecture = json["Architecture"_L1].toString();
    info.context = contextOf(json);
    if (!qEnvironmentVariableIsEmpty("DOCKER_HOST"))
        info.context = qEnvironmentVariable("DOCKER_HOST");
    co_return info;
}

Error ContainerEngine::explain(const ProcessOutcome& outcome, const QString& what, const QString& context) const
{
    const QString name = m_program.section(u'/', -1);
    // Newer clients print all of `info` beside the error.
    const QByteArray& told = outcome.errorOutput.trimmed().isEmpty() ? outcome.output : outcome.errorOutput;
    const QString text = QString::fromUtf8(told.right(2000)).trimmed();
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        return Error(
            Error::Code::NotFound,
            Text::tr("%1 is not installed; podman does as well. Install it: sudo apt install docker.io").arg(name),
            outcome.message);
    if (outcome.kind != ProcessOutcome::Kind::Exited)
        return outcome.toError(what);
    if (says(text, {"permission denied while trying to connect",
                    "dial unix /var/run/docker.sock: connect: permission denied"}))
        return Error(
            Error::Code::NotReady,
            Text::tr("You may not use the Docker engine. Mend: sudo usermod -aG docker $USER, then log in again.%1")
                .arg(hostHint()),
            text);
    if (says(text, {"Cannot connect to the Docker daemon", "Is the docker daemon running", "error during connect",
                    "failed to connect to the docker API", "unable to connect to Podman"}))
        return Error(Error::Code::NotReady, noEngineMessage(name, context), text);
    if (says(text,
             {"No such image", "Unable to find image", "pull access denied", "manifest unknown", "image not known"}))
        return Error(Error::Code::NotFound,
                     Text::tr("The image is not on this machine: %1 Get it first with: %2 pull IMAGE.")
                         .arg(lastLine(outcome.errorOutput), name),
                     text);
    if (says(text, {"no space left on device"}))
        return Error(Error::Code::NoSpace, Text::tr("%1: the disk of the container engine is full.").arg(what), text);
    const QString line = lastLine(outcome.errorOutput.isEmpty() ? outcome.output : outcome.errorOutput);
    switch (outcome.exitCode) {
    case 125:
        return Error(Error::Code::NotReady, Text::tr("%1: the container engine refused: %2").arg(what, line), text);
    case 126:
        return Error(Error::Code::NotReady, Text::tr("%1: the command cannot be run in this image: %2").arg(what, line),
                     text);
    case 127:
        return Error(Error::Code::NotFound, Text::tr("%1: the image does not have the command: %2").arg(what, line),
                     text);
    default:
        return outcome.toError(what);
    }
}

} // namespace bv
