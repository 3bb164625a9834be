#include "target/docker/image_facts.h"

#include "async/sleep.h"
#include "target/docker/command_line.h"
#include "target/docker/throwaway.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr std::chrono::milliseconds listTimeout{10'000};
constexpr std::chrono::milliseconds inspectTimeout{20'000};
constexpr std::chrono::milliseconds lookTimeout{60'000};
constexpr qsizetype longestFact = 200;
constexpr qsizetype imagesAtOnce = 40; ///< their description is some KiB each, and no more than 1 MiB is kept

QString withoutLocalhost(const QString& name)
{
    return name.startsWith("localhost/"_L1) ? name.mid(10) : name;
}

QStringList stringsOf(const QJsonValue& array)
{
    QStringList strings;
    const QJsonArray values = array.toArray();
    for (const QJsonValue& value : values)
        strings << value.toString();
    return strings;
}

ImageFacts factsOf(const QJsonObject& json)
{
    ImageFacts image;
    image.id = json["Id"_L1].toString();
    if (!image.id.startsWith("sha256:"_L1)) // Podman's have no such beginning
        image.id.prepend(u"sha256:"_s);
    for (const QString& name : stringsOf(json["RepoTags"_L1]))
        image.names << withoutLocalhost(name);
    // Podman gives a digest to what was made here, too; no registry knows it.
    for (const QString& digest : stringsOf(json["RepoDigests"_L1])) {
        if (image.digest.isEmpty() && !digest.startsWith("localhost/"_L1) && !digest.startsWith(u'<'))
            image.digest = digest;
    }
    image.os = json["Os"_L1].toString();
    image.architecture = containerArchitecture(json["Architecture"_L1].toString());
    image.created = QDateTime::fromString(json["Created"_L1].toString(), Qt::ISODateWithMs);
    image.sizeBytes = json["Size"_L1].toInteger();
    const QJsonObject config = json["Config"_L1].toObject();
    image.user = config["User"_L1].toString();
    image.entrypoint = stringsOf(config["Entrypoint"_L1]);
    image.command = stringsOf(config["Cmd"_L1]);
    const QJsonValue labels = config["Labels"_L1];
    image.preparedBy = labels[preparedLabel].toString();
    image.preparedFrom = labels[preparedBaseLabel].toString();
    image.preparedFromId = labels[preparedBaseIdLabel].toString();
    return image;
}

QString lookScript()
{
    // Only what every shell has, so that it works in any image; each line is "key=value".
    return uR"sh(if [ -r /etc/os-release ]; then . /etc/os-release; echo "os=$PRETTY_NAME"; fi
for m in apt-get dnf microdnf yum zypper apk pacman; do
  if command -v $m >/dev/null 2>&1; then echo "packages=$m"; break; fi; done
p=$(command -v sysbench) || exit 0
echo "sysbench_path=$p"
s=$(sha256sum "$p" 2>/dev/null); echo "sysbench_sha256=${s%% *}"
echo "sysbench_version=$("$p" --version 2>&1)"
)sh"_s;
}

} // namespace

QJsonObject ImageFacts::toJson() const
{
    QJsonObject json{{u"names"_s, QJsonArray::fromStringList(names)},
                     {u"id"_s, id},
                     {u"os"_s, os},
                     {u"architecture"_s, architecture},
                     {u"size_bytes"_s, sizeBytes},
                     {u"created"_s, created.toUTC().toString(Qt::ISODate)}};
    if (!digest.isEmpty())
        json.insert(u"digest"_s, digest);
    if (!preparedFrom.isEmpty())
        json.insert(u"prepared_from"_s, QJsonObject{{u"base"_s, preparedFrom}, {u"id"_s, preparedFromId}});
    if (!inside)
        return json;
    json.insert(u"usable"_s, hasSysbench());
    if (!inside->distribution.isEmpty())
        json.insert(u"distribution"_s, inside->distribution);
    if (!inside->packageManager.isEmpty())
        json.insert(u"package_manager"_s, inside->packageManager);
    if (!inside->problem.isEmpty())
        json.insert(u"problem"_s, inside->problem);
    if (hasSysbench()) {
        QJsonObject sysbench{{u"version"_s, inside->sysbenchVersion}, {u"path"_s, inside->sysbenchPath}};
        if (!inside->sysbenchSha256.isEmpty())
            sysbench.insert(u"sha256"_s, inside->sysbenchSha256);
        json.insert(u"sysbench"_s, sysbench);
    }
    return json;
}

QString containerArchitecture(const QString& machine)
{
    static const QHash<QString, QString> words{{u"x86_64"_s, u"amd64"_s},
                                               {u"aarch64"_s, u"arm64"_s},
                                               {u"armv7l"_s, u"arm"_s},
                                               {u"i386"_s, u"386"_s},
                                               {u"i686"_s, u"386"_s}};
    return words.value(machine, machine);
}

QList<ImageFacts> parseImageInspect(const QByteArray& json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    QList<ImageFacts> images;
    if (document.isObject())
        images << factsOf(document.object());
    const QJsonArray array = document.array();
    for (const QJsonValue& value : array)
        images << factsOf(value.toObject());
    return images;
}

ImageInside parseImageInside(const QByteArray& output)
{
    QHash<QString, QString> facts;
    const QStringList lines = QString::fromUtf8(output).split(u'\n');
    for (const QString& line : lines) {
        const qsizetype equals = line.indexOf(u'=');
        if (equals > 0)
            facts.insert(line.left(equals), line.mid(equals + 1).trimmed().left(longestFact));
    }
    ImageInside inside;
    inside.distribution = facts.value(u"os"_s);
    inside.packageManager = facts.value(u"packages"_s);
    const QString version = facts.value(u"sysbench_version"_s);
    const QString path = facts.value(u"sysbench_path"_s);
    if (version.startsWith("sysbench "_L1)) {
        inside.sysbenchVersion = version.mid(9).section(u' ', 0, 0);
        inside.sysbenchPath = path;
        if (facts.value(u"sysbench_sha256"_s).size() == 64)
            inside.sysbenchSha256 = facts.value(u"sysbench_sha256"_s);
    } else if (!path.isEmpty()) {
        inside.problem = Text::tr("%1 in it does not run as sysbench: %2").arg(path, version);
    }
    return inside;
}

Async<ImageFacts> inspectImage(ContainerEngine engine, QString reference, std::stop_token stop)
{
    const QStringList inspect{u"image"_s, u"inspect"_s, reference};
    const auto told = co_await engine.call(inspect, inspectTimeout, stop);
    if (!told && told.error().code == Error::Code::NotFound && told.error().detail.contains("image"_L1))
        co_return Error(
            Error::Code::NotFound,
            Text::tr("The image is not on this machine: %1. Get it first: benchvisor image pull %1").arg(reference),
            told.error().detail);
    if (!told)
        co_return told.error();
    const QList<ImageFacts> images = parseImageInspect(told->toUtf8());
    if (images.isEmpty())
        co_return Error(Error::Code::Protocol, Text::tr("The container engine says nothing of %1.").arg(reference),
                        told->left(1000));
    const ImageFacts image = images.first();
    co_return image;
}

Async<QList<ImageFacts>> inspectImages(ContainerEngine engine, std::stop_token stop)
{
    const QStringList list{u"image"_s, u"ls"_s, u"--quiet"_s, u"--no-trunc"_s};
    const auto listed = co_await engine.call(list, listTimeout, stop);
    if (!listed)
        co_return listed.error();
    QStringList ids = listed->split(u'\n', Qt::SkipEmptyParts);
    ids.removeDuplicates();
    QList<ImageFacts> images;
    if (ids.isEmpty())
        co_return images;
    QList<ImageFacts> all;
    for (qsizetype first = 0; first < ids.size(); first += imagesAtOnce) {
        const QStringList inspect = QStringList{u"image"_s, u"inspect"_s} + ids.mid(first, imagesAtOnce);
        const auto told = co_await engine.call(inspect, inspectTimeout, stop);
        if (!told)
            co_return told.error();
        all << parseImageInspect(told->toUtf8());
    }
    for (const ImageFacts& image : std::as_const(all)) {
        const bool builtin = std::any_of(image.names.cbegin(), image.names.cend(),
                                         [](const QString& name) { return name.startsWith("benchvisor-builtin:"_L1); });
        if (!image.names.isEmpty() && !builtin)
            images << image;
    }
    co_return images;
}

Async<ImageInside> lookInside(ContainerEngine engine, ImageFacts image, QString architecture, std::stop_token stop)
{
    ImageInside inside;
    const QString wanted = containerArchitecture(architecture);
    if (!image.architecture.isEmpty() && !wanted.isEmpty() && image.architecture != wanted) {
        inside.problem = Text::tr("It is made for %1, and this engine runs %2: an emulator would be measured. Get the "
                                  "one for %2: %3 pull --platform linux/%2 NAME")
                             .arg(image.architecture, wanted, engine.program().section(u'/', -1));
        co_return inside;
    }
    const QString name = throwawayName(u"look"_s);
    QStringList arguments{u"run"_s, u"--rm"_s, u"--name"_s, name, u"--pull"_s, u"never"_s};
    arguments << containerConfinement() << u"--memory"_s << u"512m"_s << u"--user"_s << u"0"_s;
    arguments << u"--entrypoint"_s << u"sh"_s << image.id << u"-c"_s << lookScript();
    ProcessSpec spec(engine.program(), arguments);
    spec.timeout = lookTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind != ProcessOutcome::Kind::Exited && outcome.kind != ProcessOutcome::Kind::FailedToStart)
        co_await removeContainer(engine, name, true);
    if (outcome.ok()) {
        inside = parseImageInside(outcome.output);
        co_return inside;
    }
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    const Error why = engine.explain(outcome, Text::tr("Looking into the image"));
    const bool shell = outcome.kind == ProcessOutcome::Kind::Exited && outcome.exitCode >= 126;
    if (!shell && outcome.kind != ProcessOutcome::Kind::TimedOut)
        co_return why;
    inside.problem = shell
                         ? Text::tr("It has no shell (sh) that runs, so that nothing can be measured in it. Choose an "
                                    "image of a distribution, such as debian:12.")
                         : Text::tr("It did not answer within %1 s.").arg(lookTimeout.count() / 1000);
    co_return inside;
}

ImageMemory::ImageMemory(QString file)
    : m_file(std::move(file))
{
    QFile in(m_file);
    if (!in.open(QIODevice::ReadOnly))
        return;
    const QJsonObject known = QJsonDocument::fromJson(in.readAll()).object();
    for (auto it = known.begin(); it != known.end(); ++it) {
        const QJsonValue value = it.value();
        ImageInside inside;
        inside.distribution = value["distribution"_L1].toString();
        inside.packageManager = value["package_manager"_L1].toString();
        inside.sysbenchVersion = value["version"_L1].toString();
        inside.sysbenchPath = value["path"_L1].toString();
        inside.sysbenchSha256 = value["sha256"_L1].toString();
        m_known.insert(it.key(), inside);
    }
}

std::optional<ImageInside> ImageMemory::find(const QString& id) const
{
    const auto found = m_known.constFind(id);
    return found == m_known.cend() ? std::nullopt : std::optional(*found);
}

void ImageMemory::keep(const QString& id, const ImageInside& inside)
{
    if (!inside.problem.isEmpty()) // may be the machine's and not the image's
        return;
    m_known.insert(id, inside);
    save();
}

void ImageMemory::keepOnly(const QStringList& ids)
{
    if (m_known.removeIf([&ids](const auto& entry) { return !ids.contains(entry.key()); }) > 0)
        save();
}

void ImageMemory::save() const
{
    QJsonObject all;
    for (auto it = m_known.cbegin(); it != m_known.cend(); ++it)
        all.insert(it.key(), QJsonObject{{u"distribution"_s, it->distribution},
                                         {u"package_manager"_s, it->packageManager},
                                         {u"version"_s, it->sysbenchVersion},
                                         {u"path"_s, it->sysbenchPath},
                                         {u"sha256"_s, it->sysbenchSha256}});
    QDir().mkpath(QFileInfo(m_file).path());
    QSaveFile out(m_file);
    if (out.open(QIODevice::WriteOnly) && out.write(QJsonDocument(all).toJson(QJsonDocument::Compact)) >= 0)
        out.commit();
}

} // namespace bv
