#include "target/docker/image_prepare.h"

#include "target/docker/image_making.h"
#include "target/docker/image_recipe.h"
#include "target/docker/images.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr std::chrono::milliseconds callTimeout{20'000};
constexpr qint64 longestDockerfile = 1 << 20;

QString textOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(longestDockerfile)) : QString();
}

/// An image of this machine, looked into.
Async<ImageFacts> lookAt(ContainerEngine engine, QString reference, std::stop_token stop)
{
    const auto base = co_await inspectImage(engine, reference, stop);
    if (!base)
        co_return base.error();
    const auto info = co_await engine.info(stop);
    if (!info)
        co_return info.error();
    const auto inside = co_await lookInside(engine, *base, info->architecture, stop);
    if (!inside)
        co_return inside.error();
    ImageFacts found = *base;
    found.inside = *inside;
    co_return found;
}

/// The base, looked into; fetched first where it is missing.
Async<ImageFacts> findBase(ContainerEngine engine, QString reference, PrepareProgress progress, std::stop_token stop)
{
    progress(Text::tr("Looking into %1").arg(reference), -1);
    const auto base = co_await lookAt(engine, reference, stop);
    if (base || base.error().code != Error::Code::NotFound || base.error().detail.isEmpty())
        co_return base;
    progress(Text::tr("%1 is not on this machine: fetching it").arg(reference), -1);
    const auto say = [progress](const QString& line) { progress(line, -1); };
    const auto pulled = co_await pullImage(engine, reference, say, stop);
    if (!pulled)
        co_return pulled.error();
    co_return co_await lookAt(engine, reference, stop);
}

/// What keeps a base from getting sysbench; Unset where nothing does.
Error refusal(const ImageFacts& base, const QString& reference)
{
    if (!base.inside->problem.isEmpty() && base.inside->sysbenchPath.isEmpty() && base.inside->packageManager.isEmpty())
        return Error(Error::Code::NotReady, Text::tr("%1 cannot be prepared. %2").arg(reference, base.inside->problem));
    if (installCommands(base.inside->packageManager).isEmpty())
        return Error(Error::Code::NotReady,
                     Text::tr("%1 has none of the package managers that Benchvisor knows (%2). Write a Dockerfile that "
                              "puts sysbench into it: benchvisor image prepare --dockerfile FILE")
                         .arg(reference, knownPackageManagers()));
    return {};
}

Async<QString> buildGenerated(ContainerEngine engine, PrepareRequest request, ImageFacts base, PrepareProgress progress,
                              std::stop_token stop)
{
    const QTemporaryDir folder; // nothing is copied into the image
    const QString path = folder.filePath(u"Dockerfile"_s);
    QFile file(path);
    const QByteArray text = preparingDockerfile(base, request.reference, request.version).toUtf8();
    if (!folder.isValid() || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush())
        co_return Error(
            Error::Code::Io,
            Text::tr("The Dockerfile could not be written to %1: %2").arg(folder.path(), file.errorString()));
    const QString none;
    co_return co_await buildImage(engine, request, path, folder.path(), none, progress, stop);
}

/// Gives the image its name, and removes the one that had it where that was a prepared one, too.
Async<> nameImage(ContainerEngine engine, QString id, QString reference, std::stop_token stop)
{
    const auto old = co_await inspectImage(engine, reference, stop);
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const std::stop_token never;
    const QStringList tag{u"tag"_s, id, reference};
    const auto named = co_await engine.call(tag, callTimeout, never);
    if (!named)
        co_return named.error();
    if (old && old->id != id && old->names.size() <= 1 && !old->preparedBy.isEmpty())
        co_await removeUnnamed(engine, old->id); // stays while a container uses it
    co_return Unit();
}

/// Runs what was made, and gives it its name when it has sysbench.
Async<ImageFacts> finishImage(ContainerEngine engine, QString id, PrepareRequest request, PrepareProgress progress,
                              std::stop_token stop)
{
    progress(Text::tr("Running sysbench in what was made"), 1);
    const auto made = co_await lookAt(engine, id, stop);
    if (!made)
        co_return made.error();
    ImageFacts image = *made;
    if (!image.hasSysbench()) {
        const QString line = u"RUN apt-get update && apt-get install -y sysbench"_s;
        co_return Error(
            Error::Code::NotReady,
            image.inside->problem.isEmpty()
                ? Text::tr("The image that was built has no sysbench. Add to the Dockerfile what installs it, "
                           "for example: %1")
                      .arg(line)
                : Text::tr("The image that was built cannot be measured in. %1").arg(image.inside->problem));
    }
    const auto named = co_await nameImage(engine, image.id, request.target(), stop);
    if (!named)
        co_return named.error();
    image.names = QStringList(request.target());
    co_return image;
}

} // namespace

QString PrepareRequest::target() const
{
    if (!tag.isEmpty())
        return tag;
    const QString file = QFileInfo(dockerfile).absoluteFilePath();
    return preparedReference(reference.isEmpty() ? file.section(u'/', -2, -2).toLower() : reference);
}

QJsonObject PreparedImage::toJson() const
{
    QJsonObject json = image.toJson();
    json.insert(u"image"_s, reference);
    json.insert(u"method"_s, method);
    if (!base.id.isEmpty() && method != "none"_L1)
        json.insert(u"base"_s, base.toJson());
    return json;
}

Error checkRequest(const PrepareRequest& request)
{
    const auto bad = [](const QString& message) { return Error(Error::Code::BadInput, message); };
    if (request.reference == "builtin"_L1)
        return bad(
            Text::tr("The built-in image has sysbench already. Name an image to be prepared, such as debian:12."));
    if (request.reference.isEmpty() && request.dockerfile.isEmpty())
        return bad(Text::tr("Which image? Name a base, such as debian:12, or give a Dockerfile: --dockerfile FILE."));
    for (const QString& name : {request.reference, request.tag}) {
        if (!name.isEmpty() && !isImageReference(name))
            return bad(Text::tr("\"%1\" is no name of an image. Write one like ubuntu:22.04.").arg(name));
    }
    if (request.tag.contains(u'@'))
        return bad(Text::tr("\"%1\" cannot be given as a name: a digest is found out, not chosen.").arg(request.tag));
    if (!request.network.isEmpty() && !isImageReference(request.network))
        return bad(
            Text::tr("\"%1\" is no network of a container engine. Most often it is \"host\".").arg(request.network));
    if (request.dockerfile.isEmpty())
        return {};
    if (request.commit)
        return bad(Text::tr("A Dockerfile is built; --from-commit does without one. Give one of the two."));
    const QFileInfo file(request.dockerfile);
    if (!file.isFile() || !file.isReadable())
        return bad(Text::tr("The Dockerfile %1 cannot be read.").arg(request.dockerfile));
    if (!request.reference.isEmpty() && !takesBase(textOf(request.dockerfile)))
        return bad(
            Text::tr("%1 names its base itself. Leave %2 away, or let the base be given: a line \"ARG BASE\" before "
                     "\"FROM ${BASE}\".")
                .arg(request.dockerfile, request.reference));
    return {};
}

Async<QString> describePreparation(ContainerEngine engine, PrepareRequest request, std::stop_token stop)
{
    const Error bad = checkRequest(request);
    if (bad.code != Error::Code::Unset)
        co_return bad;
    if (!request.dockerfile.isEmpty()) {
        const QString text = textOf(request.dockerfile);
        co_return text;
    }
    const auto base = co_await lookAt(engine, request.reference, stop);
    if (!base)
        co_return base.error();
    const Error no = refusal(*base, request.reference);
    if (no.code != Error::Code::Unset)
        co_return no;
    const QString text = request.commit ? commitCommands(engine, request, *base).join(u'\n') + u'\n'
                                        : preparingDockerfile(*base, request.reference, request.version);
    co_return text;
}

Async<PreparedImage> prepareImage(ContainerEngine engine, PrepareRequest request, PrepareProgress progress,
                                  std::stop_token stop)
{
    const Error bad = checkRequest(request);
    if (bad.code != Error::Code::Unset)
        co_return bad;
    PreparedImage prepared;
    prepared.reference = request.target();
    Result<QString> id;
    if (!request.dockerfile.isEmpty()) {
        prepared.method = u"dockerfile"_s;
        const QFileInfo file(request.dockerfile);
        const QString path = file.absoluteFilePath();
        id = co_await buildImage(engine, request, path, file.absolutePath(), request.reference, progress, stop);
    } else {
        const auto base = co_await findBase(engine, request.reference, progress, stop);
        if (!base)
            co_return base.error();
        prepared.base = *base;
        if (base->hasSysbench() && request.tag.isEmpty()) {
            prepared.method = u"none"_s;
            prepared.reference = request.reference;
            prepared.image = *base;
            co_return prepared;
        }
        const Error no = refusal(*base, request.reference);
        if (no.code != Error::Code::Unset)
            co_return no;
        prepared.method = request.commit ? u"commit"_s : u"build"_s;
        if (request.commit)
            id = co_await commitImage(engine, request, prepared.base, progress, stop);
        else
            id = co_await buildGenerated(engine, request, prepared.base, progress, stop);
    }
    if (!id)
        co_return id.error();
    const QString made = *id;
    const auto image = co_await finishImage(engine, made, request, progress, stop);
    if (!image) {
        co_await removeUnnamed(engine, made);
        co_return image.error();
    }
    prepared.image = *image;
    co_return prepared;
}

} // namespace bv
