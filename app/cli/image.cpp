#include "base/suggest.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/image_text.h"
#include "cli/progress_printer.h"
#include "run/engine_settings.h"
#include "target/docker/image_history.h"
#include "target/docker/image_prepare.h"
#include "target/docker/images.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

struct Request
{
    std::string action = "list";
    std::string name;
    std::string tag;
    std::string dockerfile;
    std::string network;
    bool commit = false;
    bool show = false;
    bool json = false;
};

/// What every action works with.
struct Job
{
    ContainerEngine engine;
    QString memoryFile;
    QString action;
    PrepareRequest prepare; ///< its reference is the name, for all actions
    bool show = false;
    bool json = false;

    Job(ContainerEngine e, QString file)
        : engine(std::move(e))
        , memoryFile(std::move(file))
    {
    }
};

void print(std::FILE* stream, const QString& text)
{
    std::fputs(text.toLocal8Bit().constData(), stream);
    std::fflush(stream);
}

void print(const QJsonDocument& json)
{
    print(stdout, QString::fromUtf8(json.toJson()));
}

/// `told`: what the engine said stands above already. An image that is not there is no wrong usage: it can be fetched.
int failImage(const Error& error, bool told = false)
{
    print(stderr, u"benchvisor: "_s + error.message + u'\n');
    if (!told && !error.detail.isEmpty() && !error.message.contains(error.detail))
        print(stderr, error.detail.trimmed() + u'\n');
    if (error.code == Error::Code::Cancelled)
        return Interrupted;
    return error.code == Error::Code::BadInput ? Usage : NotReady;
}

Async<int> list(Job job, std::stop_token stop)
{
    const auto info = co_await job.engine.info(stop);
    if (!info)
        co_return info.error();
    const auto found = co_await inspectImages(job.engine, stop);
    if (!found)
        co_return found.error();
    ImageMemory memory(job.memoryFile);
    QList<ImageFacts> images = *found;
    QStringList ids;
    ProgressPrinter words;
    for (ImageFacts& image : images) {
        ids << image.id;
        image.inside = memory.find(image.id);
        if (image.inside)
            continue;
        words.show(Text::tr("Looking into %1").arg(image.names.constFirst()), -1);
        const auto inside = co_await lookInside(job.engine, image, info->architecture, stop);
        if (!inside) {
            words.end();
            co_return inside.error();
        }
        image.inside = *inside;
        memory.keep(image.id, *inside);
    }
    memory.keepOnly(ids);
    words.end();
    if (job.json) {
        QJsonArray array;
        for (const ImageFacts& image : std::as_const(images))
            array << image.toJson();
        print(QJsonDocument(array));
    } else if (images.isEmpty()) {
        print(stderr,
              Text::tr("There are no images but the built-in one. Get one: benchvisor image pull debian:12") + u'\n');
    } else {
        print(stdout, imageTable(images));
    }
    co_return static_cast<int>(Done);
}

Async<ImageFacts> lookedInto(Job job, std::stop_token stop)
{
    const auto found = co_await inspectImage(job.engine, job.prepare.reference, stop);
    if (!found)
        co_return found.error();
    ImageFacts image = *found;
    ImageMemory memory(job.memoryFile);
    image.inside = memory.find(image.id);
    if (!image.inside) {
        const auto info = co_await job.engine.info(stop);
        if (!info)
            co_return info.error();
        const auto inside = co_await lookInside(job.engine, image, info->architecture, stop);
        if (!inside)
            co_return inside.error();
        image.inside = *inside;
        memory.keep(image.id, *inside);
    }
    co_return image;
}

Async<int> info(Job job, std::stop_token stop)
{
    const auto image = co_await lookedInto(job, stop);
    if (!image)
        co_return image.error();
    if (job.json)
        print(QJsonDocument(image->toJson()));
    else
        print(stdout, imageSheet(*image, job.prepare.reference));
    co_return static_cast<int>(Done);
}

Async<int> pull(Job job, std::stop_token stop)
{
    const auto words = std::make_shared<ProgressPrinter>();
    const auto say = [words](const QString& line) { words->show(line, -1); };
    const auto pulled = co_await pullImage(job.engine, job.prepare.reference, say, stop);
    words->end();
    if (!pulled)
        co_return pulled.error();
    co_return co_await info(job, stop);
}

Async<int> history(Job job, std::stop_token stop)
{
    const auto layers = co_await imageHistory(job.engine, job.prepare.reference, stop);
    if (!layers)
        co_return layers.error();
    if (job.json) {
        QJsonArray array;
        for (const ImageLayer& layer : *layers)
            array << layer.toJson();
        print(QJsonDocument(array));
    } else {
        print(stdout, historyTable(*layers, ::isatty(STDOUT_FILENO) == 1));
    }
    co_return static_cast<int>(Done);
}

Async<int> prepare(Job job, std::stop_token stop)
{
    if (job.show) {
        const auto text = co_await describePreparation(job.engine, job.prepare, stop);
        if (!text)
            co_return text.error();
        print(stdout, *text);
        co_return static_cast<int>(Done);
    }
    const auto words = std::make_shared<ProgressPrinter>();
    const PrepareProgress progress = [words](const QString& line, double fraction) {
        words->show(line, words->isTerminal() ? fraction : -1); // the engine's words say how far it is
    };
    const auto prepared = co_await prepareImage(job.engine, job.prepare, progress, stop);
    words->end();
    if (!prepared)
        co_return prepared.error();
    if (prepared->method == "none"_L1)
        print(stderr,
              Text::tr("%1 has sysbench already; it can be measured in as it is.").arg(prepared->reference) + u'\n');
    ImageMemory memory(job.memoryFile);
    memory.keep(prepared->image.id, *prepared->image.inside);
    if (job.json) {
        print(QJsonDocument(prepared->toJson()));
        co_return static_cast<int>(Done);
    }
    print(stdout, imageSheet(prepared->image, prepared->reference));
    print(stderr, Text::tr("In a plan: {\"kind\": \"docker\", \"image\": \"%1\"}").arg(prepared->reference) + u'\n');
    co_return static_cast<int>(Done);
}

Task<> actThenExit(Job job, std::stop_token stop)
{
    Result<int> status;
    if (job.action == "list"_L1)
        status = co_await list(job, stop);
    else if (job.action == "pull"_L1)
        status = co_await pull(job, stop);
    else if (job.action == "history"_L1)
        status = co_await history(job, stop);
    else if (job.action == "prepare"_L1)
        status = co_await prepare(job, stop);
    else
        status = co_await info(job, stop);
    const bool told = (job.action == "pull"_L1 || job.action == "prepare"_L1) && ::isatty(STDERR_FILENO) != 1;
    QCoreApplication::exit(status ? *status : failImage(status.error(), told));
}

/// What is wrong with what was typed; Unset where nothing is.
Error check(const Job& job, const Request& request)
{
    const auto bad = [](const QString& message) { return Error(Error::Code::BadInput, message); };
    const QStringList actions{u"list"_s, u"pull"_s, u"info"_s, u"history"_s, u"prepare"_s};
    if (!actions.contains(job.action))
        return bad(withSuggestion(
            Text::tr("`image` can list, pull, info, history or prepare; \"%1\" is none of these.").arg(job.action),
            job.action, actions));
    const bool prepares = job.action == actions.last();
    if (!prepares && (!request.tag.empty() || !request.dockerfile.empty() || !request.network.empty() ||
                      request.commit || request.show))
        return bad(Text::tr("--from-commit, --tag, --dockerfile, --network and --show belong to `image prepare`."));
    if (job.action == actions.first())
        return job.prepare.reference.isEmpty()
                   ? Error()
                   : bad(Text::tr("`image list` takes no name. See one image: benchvisor image info %1")
                             .arg(job.prepare.reference));
    if (prepares)
        return checkRequest(job.prepare);
    if (job.prepare.reference == "builtin"_L1)
        return bad(Text::tr("The built-in image is made from the built-in guest. See it: benchvisor guest info"));
    if (job.prepare.reference.isEmpty())
        return bad(Text::tr("Which image? Write, for example: benchvisor image %1 debian:12").arg(job.action));
    PrepareRequest name;
    name.reference = job.prepare.reference;
    return checkRequest(name);
}

int run(const Request& request)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings) {
        print(stderr, settings.error().message + u'\n');
        return Usage;
    }
    Job job(ContainerEngine(settings->tools.docker), settings->imageMemoryFile());
    job.action = text(request.action);
    job.show = request.show;
    job.json = request.json;
    job.prepare.reference = text(request.name);
    job.prepare.tag = text(request.tag);
    job.prepare.dockerfile = text(request.dockerfile);
    job.prepare.network = text(request.network);
    job.prepare.commit = request.commit;
    job.prepare.version = QCoreApplication::applicationVersion();
    const Error wrong = check(job, request);
    if (wrong.code != Error::Code::Unset)
        return failImage(wrong);
    return runUntilStopped([&](std::stop_token stop) { actThenExit(job, std::move(stop)); });
}

} // namespace

void addImage(CLI::App& app, Action& action)
{
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        app.add_subcommand("image", Text::tr("Images of the container engine: what can be measured in").toStdString());
    // Words instead of subcommands below this one: --json may then stand anywhere.
    command->add_option(
        "ACTION", request->action,
        Text::tr("list (the default), pull, info, history, or prepare: put sysbench into one").toStdString());
    command->add_option("NAME", request->name, Text::tr("For all but list: an image, such as debian:12").toStdString());
    command->add_flag("--from-commit", request->commit,
                      Text::tr("prepare: run the image, install, commit; without a Dockerfile").toStdString());
    command->add_option(
        "--tag", request->tag,
        Text::tr("prepare: the name of what is made (default: benchvisor/prepared:NAME-sysbench)").toStdString());
    command->add_option("--dockerfile", request->dockerfile,
                        Text::tr("prepare: a Dockerfile of your own; NAME, if given, is its ARG BASE").toStdString());
    command->add_option(
        "--network", request->network,
        Text::tr("prepare: the network for fetching packages, such as host (default: the engine's)").toStdString());
    command->add_flag("--show", request->show,
                      Text::tr("prepare: print the Dockerfile, or the commands; do nothing").toStdString());
    command->add_flag("--json", request->json, Text::tr("Print JSON").toStdString());
    command->callback([request, &action] { action = [request] { return run(*request); }; });
}

} // namespace bv::cli
