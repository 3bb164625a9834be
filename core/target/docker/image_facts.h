#pragma once

#include "target/docker/container_engine.h"

#include <QDateTime>
#include <QHash>
#include <QList>

namespace bv {

/// What was found in an image by running a shell in it.
struct ImageInside
{
    QString distribution;   ///< "Debian GNU/Linux 12 (bookworm)"
    QString packageManager; ///< its program: "apt-get", "apk", …; empty: none that is known
    QString sysbenchVersion;
    QString sysbenchPath;
    QString sysbenchSha256;
    QString problem; ///< why nothing could be found out: a sentence that says what to do

    bool operator==(const ImageInside&) const = default;
};

/// An image that is on the engine's machine.
struct ImageFacts
{
    QStringList names; ///< "debian:12"; without the "localhost/" that Podman puts before names of its own
    QString id;        ///< "sha256:…"
    QString digest;    ///< by which a registry knows it, "debian@sha256:…"; empty for what was made on this machine
    QString os;
    QString architecture; ///< in the words of containers: "amd64", "arm64"
    QDateTime created;
    qint64 sizeBytes = 0;
    QString user; ///< what its commands run as; empty: root
    QStringList entrypoint;
    QStringList command;
    QString preparedBy;   ///< the version of Benchvisor that prepared it; empty: none did
    QString preparedFrom; ///< its base, where that is known
    QString preparedFromId;
    std::optional<ImageInside> inside; ///< once it was looked into

    /// Can it be measured in?
    bool hasSysbench() const { return inside && !inside->sysbenchVersion.isEmpty(); }
    /// By which exactly this image is found again: the registry's digest, or else the id.
    const QString& pinned() const { return digest.isEmpty() ? id : digest; }
    QJsonObject toJson() const;
};

/// Labels of images that Benchvisor prepared: its version; the base's name, and its digest or id.
inline const QString preparedLabel = QStringLiteral("org.benchvisor.prepared");
inline const QString preparedBaseLabel = QStringLiteral("org.benchvisor.base");
inline const QString preparedBaseIdLabel = QStringLiteral("org.benchvisor.base.id");

/// "x86_64" and "amd64" are one; so are "aarch64" and "arm64". In the words of containers. Pure.
QString containerArchitecture(const QString& machine);

/// Of what `image inspect` prints: an array of images, or one. Pure.
QList<ImageFacts> parseImageInspect(const QByteArray& json);

/// Of what the script that looks into an image prints. Pure.
ImageInside parseImageInside(const QByteArray& output);

/// One image, not yet looked into. NotFound where it is not on this machine; the errors of ContainerEngine::call().
/// Engine thread.
Async<ImageFacts> inspectImage(ContainerEngine engine, QString reference, std::stop_token stop);

/// All images that have a name but those made from the built-in guest, not yet looked into, newest first. Engine
/// thread.
Async<QList<ImageFacts>> inspectImages(ContainerEngine engine, std::stop_token stop);

/// Looks into an image: runs a shell in a container of it, without network, which is removed at once. An image that
/// cannot be looked into (no shell, of another architecture) says so in `problem`; an error is one of the engine, or
/// Cancelled. `architecture`: the engine's. Engine thread.
Async<ImageInside> lookInside(ContainerEngine engine, ImageFacts image, QString architecture, std::stop_token stop);

/// What was found in images before, in a file: an id never has another content. A missing or damaged file is an empty
/// one, and one that cannot be written is none.
class ImageMemory
{
public:
    explicit ImageMemory(QString file);
    std::optional<ImageInside> find(const QString& id) const;
    void keep(const QString& id, const ImageInside& inside);
    /// Forgets all images but these.
    void keepOnly(const QStringList& ids);

private:
    void save() const;

    QString m_file;
    QHash<QString, ImageInside> m_known;
};

} // namespace bv
