#include "async/sleep.h"
#include "target/docker/image_build_log.h"
#include "target/docker/image_making.h"
#include "target/docker/image_recipe.h"
#include "target/docker/throwaway.h"

#include <QCoreApplication>
#include <QFile>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr std::chrono::milliseconds buildTimeout{3'600'000};
/// A builder that is interrupted stops its container first.
constexpr std::chrono::milliseconds stopGrace{10'000};
constexpr std::chrono::milliseconds callTimeout{20'000};
constexpr std::chrono::milliseconds removalPause{500};
constexpr int mostRemovals = 20;

/// Podman's builder keeps its containers apart; these are there.
Async<QString> builderContainers(ContainerEngine engine)
{
    const std::stop_token never;
    const QStringList all{u"ps"_s,         u"--all"_s,    u"--external"_s,
                          u"--no-trunc"_s, u"--format"_s, u"{{.ID}} {{.Command}}"_s};
    const auto told = co_await engine.call(all, callTimeout, never);
    if (!told)
        co_return told.error();
    QStringList ids;
    const QStringList lines = told->split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        if (line.section(u' ', 1).trimmed() == "buildah"_L1)
            ids << line.section(u' ', 0, 0);
    }
    const QString list = ids.join(u' ');
    co_return list;
}

Task<> removeRemains(ContainerEngine engine, QStringList containers, QStringList images)
{
    const std::stop_token never;
    for (const QString& id : std::as_const(containers))
        co_await removeContainer(engine, id, false);
    for (const QString& id : std::as_const(images)) {
        const QStringList remove{u"image"_s, u"rm"_s, u"--no-prune"_s, id};
        // The engine may not be done yet with the container of the step that was stopped. What fails in another way may
        // be a step of another image as well.
        for (int tries = 0; tries < mostRemovals; ++tries) {
            const auto removed = co_await engine.call(remove, callTimeout, never);
            if (removed || !(removed.error().message + removed.error().detail).contains("container"_L1))
                break;
            (void)co_await sleepFor(removalPause, never);
        }
    }
}

Error explainBuild(const ContainerEngine& engine, const ProcessOutcome& outcome, const BuildLog& log,
                   const QString& image)
{
    if (outcome.kind == ProcessOutcome::Kind::Cancelled)
        return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const QString detail = log.tail().mid(std::max<qsizetype>(0, log.tail().size() - 12)).join(u'\n');
    const Error known = explainInstall(log.tail(), image);
    if (log.step().contains(": RUN "_L1, Qt::CaseInsensitive) && known.code != Error::Code::Unset)
        return known;
    const Error plain = engine.explain(outcome, Text::tr("The image was not built"));
    if (plain.code != Error::Code::NonZeroExit)
        return plain;
    if (known.code == Error::Code::NoSpace)
        return known;
    const QString last = log.lastWords();
    if (log.step().isEmpty())
        return Error(Error::Code::NonZeroExit, Text::tr("The image was not built: %1").arg(last), detail);
    if (log.step().contains(": FROM "_L1, Qt::CaseInsensitive))
        return Error(
            Error::Code::NotReady,
            Text::tr("The image was not built: its base cannot be had. Check its name and the network. %1 failed: %2")
                .arg(log.step(), last),
            detail);
    return Error(Error::Code::NonZeroExit,
                 Text::tr("The image was not built: %1 failed. Its last words: %2").arg(log.step(), last), detail);
}

} // namespace

QStringList proxyOptions(const QString& option)
{
    QStringList options;
    for (const QString& name :
         {u"http_proxy"_s, u"https_proxy"_s, u"no_proxy"_s, u"HTTP_PROXY"_s, u"HTTPS_PROXY"_s, u"NO_PROXY"_s}) {
        if (!qEnvironmentVariableIsEmpty(name.toLatin1().constData()))
            options << option << name; // its value is the environment's, and not in the list of processes
    }
    return options;
}

Task<> removeUnnamed(ContainerEngine engine, QString id)
{
    const std::stop_token never;
    const auto image = co_await inspectImage(engine, id, never);
    if (!image || !image->names.isEmpty()) // what a builder took from its cache may have a name
        co_return;
    const QStringList remove{u"image"_s, u"rm"_s, id};
    (void)co_await engine.call(remove, callTimeout, never);
}

Async<QString> buildImage(ContainerEngine engine, PrepareRequest request, QString dockerfile, QString folder,
                          QString baseArgument, PrepareProgress progress, std::stop_token stop)
{
    const auto info = co_await engine.info(stop);
    if (!info)
        co_return info.error();
    const bool podman = info->product == "Podman"_L1;
    const QTemporaryDir scratch;
    const QString idFile = scratch.filePath(u"id"_s);
    QStringList arguments{u"build"_s, u"--force-rm"_s, u"--iidfile"_s, idFile, u"--file"_s, dockerfile};
    if (podman)
        arguments << u"--layers=false"_s; // no image of each step
    if (!request.network.isEmpty())
        arguments << u"--network"_s << request.network;
    if (!baseArgument.isEmpty())
        arguments << u"--build-arg"_s << u"BASE="_s + baseArgument;
    if (!request.dockerfile.isEmpty())
        arguments << u"--label"_s << preparedLabel + u'=' + request.version;
    arguments << proxyOptions(u"--build-arg"_s) << folder;
    ProcessSpec spec(engine.program(), arguments);
    spec.timeout = buildTimeout;
    spec.stopSignal = SIGINT;
    spec.stopChildren = podman; // which does not stop what it runs, and sweeps when that is stopped
    spec.killGrace = stopGrace;
    spec.environment = {{u"BUILDKIT_PROGRESS"_s, u"plain"_s}};
    QStringList before;
    if (podman) {
        const auto there = co_await builderContainers(engine);
        before = there.valueOr(QString()).split(u' ', Qt::SkipEmptyParts);
    }
    const auto log = std::make_shared<BuildLog>();
    const LineHandler onLine = [log, progress](const QString& line) {
        // Of a builder that will do for years.
        if (line.startsWith("DEPRECATED: The legacy builder"_L1) || line.startsWith("Install the buildx"_L1) ||
            line.startsWith("https://docs.docker.com/go/buildx"_L1))
            return;
        log->take(line);
        progress(line, log->fraction());
    };
    const ProcessOutcome outcome = co_await runLines(spec, stop, onLine);
    if (outcome.ok()) {
        QFile file(idFile);
        const QString id = file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll()).trimmed() : QString();
        if (!id.isEmpty())
            co_return id;
        co_return Error(Error::Code::Protocol, Text::tr("The builder did not say which image it made."));
    }
    QStringList containers = log->containers();
    if (podman) {
        const auto there = co_await builderContainers(engine);
        const QStringList after = there.valueOr(QString()).split(u' ', Qt::SkipEmptyParts);
        for (const QString& id : after) {
            if (!before.contains(id))
                containers << id;
        }
    }
    co_await removeRemains(engine, containers, log->images());
    const QString image = request.dockerfile.isEmpty() ? request.reference : request.dockerfile;
    co_return explainBuild(engine, outcome, *log, image);
}

} // namespace bv
