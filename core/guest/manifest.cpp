#include "guest/manifest.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr auto Schema = "benchvisor-guest/1"_L1;

QJsonObject toJson(const QMap<QString, QString>& map)
{
    QJsonObject object;
    for (auto it = map.begin(); it != map.end(); ++it)
        object[it.key()] = it.value();
    return object;
}

QMap<QString, QString> toMap(const QJsonObject& object)
{
    QMap<QString, QString> map;
    for (auto it = object.begin(); it != object.end(); ++it)
        map.insert(it.key(), it.value().toString());
    return map;
}

} // namespace

QString guestFolder(const GuestBuildOptions& options)
{
    return options.cacheDir + u'/' + options.arch;
}
QString kernelFolder(const GuestBuildOptions& options)
{
    return options.cacheDir + u"/kernel-"_s + options.arch;
}
QString agentFolder(const GuestBuildOptions& options)
{
    return options.cacheDir + u"/agent-"_s + options.arch;
}
QString partsFolder(const GuestBuildOptions& options)
{
    return options.cacheDir + u"/parts-"_s + options.arch;
}

void setGuestPaths(GuestFiles& guest, const QString& folder)
{
    guest.folder = folder;
    guest.kernel = folder + u"/vmlinuz"_s;
    guest.initrd = folder + u"/initrd.cpio"_s;
    guest.imageTar = folder + u"/image.tar"_s;
}

Result<> writeManifest(const GuestManifest& manifest, const QString& folder)
{
    QJsonArray inputs;
    for (const GuestInput& input : manifest.inputs) {
        QJsonObject object;
        object["path"_L1] = input.path;
        object["size"_L1] = input.size;
        object["modified_ms"_L1] = input.modified;
        object["sha256"_L1] = QString::fromLatin1(input.sha256);
        inputs << object;
    }
    QJsonArray outputs;
    for (const GuestOutput& output : manifest.outputs) {
        QJsonObject object;
        object["name"_L1] = output.name;
        object["size"_L1] = output.size;
        object["sha256"_L1] = QString::fromLatin1(output.sha256);
        outputs << object;
    }
    QJsonObject root;
    root["schema"_L1] = Schema;
    root["recipe"_L1] = manifest.recipe;
    root["arch"_L1] = manifest.guest.arch;
    root["digest"_L1] = manifest.guest.digest;
    root["sysbench_version"_L1] = manifest.guest.sysbenchVersion;
    root["sysbench_sha256"_L1] = manifest.guest.sysbenchSha256;
    root["kernel_release"_L1] = manifest.guest.kernelRelease;
    root["kernel_package"_L1] = manifest.guest.kernelPackage;
    root["programs"_L1] = toJson(manifest.programs);
    root["versions"_L1] = toJson(manifest.versions);
    root["inputs"_L1] = inputs;
    root["outputs"_L1] = outputs;
    QSaveFile file(folder + u"/manifest.json"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(root).toJson()) < 0 || !file.commit()) {
        const auto code = file.error() == QFileDevice::ResourceError ? Error::Code::NoSpace : Error::Code::Io;
        return Error(code, Text::tr("Cannot write %1: %2.").arg(file.fileName(), file.errorString()));
    }
    return Unit();
}

Result<GuestManifest> readManifest(const QString& folder)
{
    QFile file(folder + u"/manifest.json"_s);
    const Error none(Error::Code::NotFound, Text::tr("The built-in guest has not been built yet."));
    if (!file.open(QIODevice::ReadOnly))
        return none;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    if (root["schema"_L1].toString() != Schema)
        return none;
    GuestManifest manifest;
    manifest.recipe = root["recipe"_L1].toString();
    manifest.guest.arch = root["arch"_L1].toString();
    manifest.guest.digest = root["digest"_L1].toString();
    manifest.guest.sysbenchVersion = root["sysbench_version"_L1].toString();
    manifest.guest.sysbenchSha256 = root["sysbench_sha256"_L1].toString();
    manifest.guest.kernelRelease = root["kernel_release"_L1].toString();
    manifest.guest.kernelPackage = root["kernel_package"_L1].toString();
    setGuestPaths(manifest.guest, folder);
    manifest.programs = toMap(root["programs"_L1].toObject());
    manifest.versions = toMap(root["versions"_L1].toObject());
    const QJsonArray inputs = root["inputs"_L1].toArray();
    for (const auto& value : inputs) {
        manifest.inputs << GuestInput{value["path"_L1].toString(), value["size"_L1].toInteger(),
                                      value["modified_ms"_L1].toInteger(), value["sha256"_L1].toString().toLatin1()};
    }
    const QJsonArray outputs = root["outputs"_L1].toArray();
    for (const auto& value : outputs) {
        manifest.outputs << GuestOutput{value["name"_L1].toString(), value["size"_L1].toInteger(),
                                        value["sha256"_L1].toString().toLatin1()};
    }
    if (manifest.guest.digest.isEmpty() || manifest.inputs.isEmpty() || manifest.outputs.size() != 3)
        return none;
    return manifest;
}

} // namespace bv
