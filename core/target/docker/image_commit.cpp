#include "async/one_shot.h"
#include "base/shell_line.h"
#include "target/docker/image_build_log.h"
#include "target/docker/image_making.h"
#include "target/docker/image_recipe.h"
#include "target/docker/throwaway.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr std::chrono::milliseconds startTimeout{60'000};
constexpr std::chrono::milliseconds installTimeout{3'600'000};
constexpr std::chrono::milliseconds commitTimeout{600'000};
constexpr std::chrono::milliseconds endTimeout{3'000};
constexpr qsizetype toldLines = 40;

/// How a container of the base is started with a script; `script` is the last word. Where the base has no entry point,
/// none is given, because `commit` could not take it back.
QStringList shellIn(const ImageFacts& base, const QString& image, const QString& script)
{
    if (base.entrypoint.isEmpty())
        return {image, u"sh"_s, u"-c"_s, script};
    return {u"--entrypoint"_s, u"sh"_s, image, u"-c"_s, script};
}

QStringList runArguments(const PrepareRequest& request, const QString& name, const QString& way)
{
    QStringList arguments{u"run"_s, way, u"--name"_s, name, u"--pull"_s, u"never"_s};
    if (!request.network.isEmpty())
        arguments << u"--network"_s << request.network;
    return arguments << u"--user"_s << u"0"_s;
}

QStringList installArguments(const ImageFacts& base, const QString& name)
{
    const QString manager = base.inside ? base.inside->packageManager : QString();
    return QStringList{u"exec"_s} + proxyOptions(u"--env"_s) +
           QStringList{name, u"sh"_s, u"-c"_s, (installCommands(manager) << u"sysbench --version"_s).join(u" && "_s)};
}

QStringList commitArguments(const PrepareRequest& request, const ImageFacts& base, const QString& name)
{
    // Nothing works in it, so there is nothing to pause; not every engine can.
    return QStringList{u"commit"_s, u"--pause=false"_s} + commitChanges(base, request.reference, request.version) +
           QStringList{name};
}

Async<> startBase(const ContainerEngine& engine, LocalProcess& container, std::stop_token stop)
{
    OneShot<bool> settled;
    QObject::connect(&container, &LocalProcess::outputArrived, settled.context(), [settled] { settled.resolve(true); });
    QObject::connect(&container, &LocalProcess::done, settled.context(), [settled] { settled.resolve(false); });
    settled.resolveAfter(startTimeout, false);
    const ResolveOnStop<bool> onStop(stop, settled, false);
    container.start();
    const bool ready = co_await settled.wait();
    if (ready)
        co_return Unit();
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (container.outcome())
        co_return engine.explain(*container.outcome(), Text::tr("The container did not start"));
    co_return Error(Error::Code::TimedOut,
                    Text::tr("The container did not start within %1 s.").arg(startTimeout.count() / 1000));
}

Async<QString> installAndCommit(ContainerEngine engine, PrepareRequest request, ImageFacts base, QString name,
                                PrepareProgress progress, std::stop_token stop)
{
    ProcessSpec install(engine.program(), installArguments(base, name));
    install.timeout = installTimeout;
    const auto said = std::make_shared<QStringList>();
    const LineHandler onLine = [said, progress](const QString& line) {
        *said << line;
        if (said->size() > toldLines)
            said->removeFirst();
        progress(line, -1);
    };
    const ProcessOutcome installed = co_await runLines(install, stop, onLine);
    if (installed.kind == ProcessOutcome::Kind::Cancelled)
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (!installed.ok()) {
        const Error known = explainInstall(*said, request.reference);
        if (known.code != Error::Code::Unset)
            co_return known;
        const Error plain = engine.explain(installed, Text::tr("sysbench was not installed"));
        co_return Error(plain.code, plain.message, said->join(u'\n'));
    }
    progress(Text::tr("Committing the container"), -1);
    // Not cancelled: an engine that has begun makes the image, whether or not anybody hears of it.
    const std::stop_token never;
    const QStringList commit = commitArguments(request, base, name);
    const auto id = co_await engine.call(commit, commitTimeout, never);
    if (!id)
        co_return id.error();
    const QString made = id->section(u'\n', -1).trimmed();
    if (!stop.stop_requested())
        co_return made;
    co_await removeUnnamed(engine, made);
    co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
}

Task<> endContainer(ContainerEngine engine, LocalProcess& container, QString name)
{
    OneShot<bool> ended;
    if (container.isRunning()) {
        QObject::connect(&container, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
        ended.resolveAfter(endTimeout, false);
        container.closeStdin();
        const bool gone = co_await ended.wait();
        if (gone && container.outcome()->ok())
            co_return;
    }
    container.cancel();
    co_await awaitDone(container);
    co_await removeContainer(engine, name, true);
}

} // namespace

Async<QString> commitImage(ContainerEngine engine, PrepareRequest request, ImageFacts base, PrepareProgress progress,
                           std::stop_token stop)
{
    const QString name = throwawayName(u"prepare"_s);
    // Its first process reads to the end of its input: it ends, and --rm removes it, when this program does.
    const QString script = u"echo ready && exec cat >/dev/null"_s;
    const QStringList arguments =
        runArguments(request, name, u"--rm"_s) + QStringList(u"--interactive"_s) + shellIn(base, base.id, script);
    ProcessSpec spec(engine.program(), arguments);
    spec.keepStdinOpen = true;
    spec.captureLimit = 8192;
    LocalProcess container(spec);
    progress(Text::tr("Starting a container of %1").arg(request.reference), -1);
    Result<QString> made;
    const auto started = co_await startBase(engine, container, stop);
    if (started)
        made = co_await installAndCommit(engine, request, base, name, progress, stop);
    else
        made = started.error();
    if (stop.stop_requested() && container.isRunning()) { // something is being installed in it
        container.cancel();
        co_await awaitDone(container);
        co_await removeContainer(engine, name, true);
    } else if (started || container.isRunning()) {
        co_await endContainer(engine, container, name);
    }
    co_return made;
}

QStringList commitCommands(const ContainerEngine& engine, const PrepareRequest& request, const ImageFacts& base)
{
    const QString name = u"benchvisor-prepare"_s;
    const QString program = engine.program().section(u'/', -1);
    // No program holds its input here: it stays in the background until it is removed.
    const QStringList run = runArguments(request, name, u"--detach"_s) +
                            shellIn(base, fromReference(base, request.reference), u"exec tail -f /dev/null"_s);
    const QStringList commit = commitArguments(request, base, name) << request.target();
    return {shellLine(QStringList(program) + run), shellLine(QStringList(program) + installArguments(base, name)),
            shellLine(QStringList(program) + commit), shellLine({program, u"rm"_s, u"--force"_s, name})};
}

} // namespace bv
