#include "target/docker/images.h"

#include "process/run_lines.h"
#include "target/docker/command_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr std::chrono::milliseconds listTimeout{10'000};
constexpr std::chrono::milliseconds removeTimeout{20'000};
/// Nothing is said by the engine while a layer is extracted, so this is for the whole.
constexpr std::chrono::milliseconds pullTimeout{3'600'000};

/// "2 weeks ago" of Docker is a time of Podman.
QString createdOf(const QJsonObject& json)
{
    const QString since = json["CreatedSince"_L1].toString();
    if (!since.isEmpty())
        return since;
    return QDateTime::fromString(json["CreatedAt"_L1].toString(), Qt::ISODateWithMs)
        .toLocalTime()
        .toString(u"yyyy-MM-dd"_s);
}

QString sizeOf(const QJsonValue& size)
{
    constexpr double megabyte = 1e6;
    return size.isDouble() ? u"%1MB"_s.arg(size.toDouble() / megabyte, 0, 'f', 1) : size.toString();
}

void addImage(const QJsonObject& json, QList<ContainerImage>& images)
{
    QStringList names; // Podman tells all names of an image at once
    const QJsonArray all = json["Names"_L1].toArray();
    for (const QJsonValue& name : all)
        names << QString(name.toString()).remove(QRegularExpression(u"^localhost/"_s));
    const QString repository = json["Repository"_L1].toString();
    const QString tag = json["Tag"_L1].toString();
    if (!repository.isEmpty() && repository != "<none>"_L1)
        names << (tag.isEmpty() || tag == "<none>"_L1 ? repository : repository + u':' + tag);
    for (const QString& name : std::as_const(names)) {
        if (name.section(u':', 0, 0).endsWith("benchvisor-builtin"_L1))
            continue;
        ContainerImage image;
        image.reference = name;
        image.id = json[json.contains("ID"_L1) ? "ID"_L1 : "Id"_L1].toString();
        if (!image.id.startsWith("sha256:"_L1))
            image.id.prepend(u"sha256:"_s);
        image.size = sizeOf(json["Size"_L1]);
        image.created = createdOf(json);
        images << image;
    }
}

/// Docker writes an object a line, Podman an array.
QList<ContainerImage> imagesOf(const QByteArray& told)
{
    QList<ContainerImage> images;
    const QJsonDocument whole = QJsonDocument::fromJson(told);
    if (whole.isArray()) {
        const QJsonArray array = whole.array();
        for (const QJsonValue& value : array)
            addImage(value.toObject(), images);
        return images;
    }
    const QList<QByteArray> lines = told.split('\n');
    for (const QByteArray& line : lines)
        addImage(QJsonDocument::fromJson(line).object(), images);
    return images;
}

} // namespace

Async<QList<ContainerImage>> listImages(ContainerEngine engine, std::stop_token stop)
{
    const QStringList arguments{u"image"_s, u"ls"_s, u"--no-trunc"_s, u"--format"_s, u"{{json .}}"_s};
    const auto told = co_await engine.call(arguments, listTimeout, stop);
    if (!told)
        co_return told.error();
    const QList<ContainerImage> images = imagesOf(told->toUtf8());
    co_return images;
}

Async<RemovedImages> removeBuiltinImages(ContainerEngine engine, QString keep, std::stop_token stop)
{
    const QStringList list{u"image"_s,    u"ls"_s,
                           u"--filter"_s, u"label=%1=1"_s.arg(builtinLabel),
                           u"--format"_s, u"{{.Repository}}:{{.Tag}} {{.ID}}"_s};
    const auto told = co_await engine.call(list, listTimeout, stop);
    if (!told)
        co_return told.error();
    RemovedImages result;
    const QStringList lines = told->split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        const QString reference = line.section(u' ', 0, 0);
        if (!keep.isEmpty() && reference.endsWith(keep)) // podman writes localhost/ before it
            continue;
        // One that a newer image has taken the name from has its id only.
        const QString name = reference.startsWith(u'<') ? line.section(u' ', 1, 1) : reference;
        const QStringList remove{u"image"_s, u"rm"_s, name};
        const auto removed = co_await engine.call(remove, removeTimeout, stop);
        if (removed)
            ++result.removed;
        else
            result.kept << name;
    }
    co_return result;
}

Async<> pullImage(ContainerEngine engine, QString reference, std::function<void(const QString&)> line,
                  std::stop_token stop)
{
    // An image's name cannot begin with a dash; as an argument it would be an option.
    if (reference.isEmpty() || reference.startsWith(u'-'))
        co_return Error(Error::Code::BadInput,
                        Text::tr("\"%1\" is no name of an image. Write one like ubuntu:22.04.").arg(reference));
    ProcessSpec spec(engine.program(), QStringList{u"pull"_s, reference});
    spec.timeout = pullTimeout;
    const ProcessOutcome outcome = co_await runLines(spec, stop, line);
    if (outcome.ok())
        co_return Unit();
    const QString said = QString::fromUtf8(outcome.errorOutput);
    for (const QString& sign :
         {u"no such host"_s, u"network is unreachable"_s, u"connection refused"_s, u"i/o timeout"_s,
          u"TLS handshake timeout"_s, u"server misbehaving"_s, u"name resolution"_s, u"context deadline exceeded"_s}) {
        const bool engineItself = said.contains("docker daemon"_L1) || said.contains("docker API"_L1);
        if (!engineItself && said.contains(sign, Qt::CaseInsensitive))
            co_return Error(Error::Code::NotReady,
                            Text::tr("%1 could not be fetched: the registry cannot be reached. Check the network (the "
                                     "engine's, where it is remote), or use the built-in image, which needs none.")
                                .arg(reference),
                            said.trimmed());
    }
    for (const QString& sign : {u"pull access denied"_s, u"manifest unknown"_s, u"not found"_s, u"does not exist"_s,
                                u"requested access to the resource is denied"_s, u"manifest for"_s}) {
        if (said.contains(sign, Qt::CaseInsensitive))
            co_return Error(Error::Code::NotFound,
                            Text::tr("The registry has no image %1 for everybody. Check name and tag, or log in first.")
                                .arg(reference),
                            said.trimmed());
    }
    co_return engine.explain(outcome, engine.program().section(u'/', -1) + u" pull"_s);
}

} // namespace bv
