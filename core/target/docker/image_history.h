#pragma once

#include "target/docker/container_engine.h"

#include <QDateTime>
#include <QList>

namespace bv {

/// What an image is made of, one step of it.
struct ImageLayer
{
    QString id;        ///< empty: made on another machine
    QString createdBy; ///< "RUN apt-get …", without the shell before it
    QString comment;
    QDateTime created;
    qint64 sizeBytes = 0;

    QJsonObject toJson() const;
};

/// Of what `docker history` or `podman history` prints as JSON: an object a line, or an array. Pure.
QList<ImageLayer> parseImageHistory(const QByteArray& output);

/// Newest step first. NotFound where the image is not on this machine; the errors of ContainerEngine::call(). Engine
/// thread.
Async<QList<ImageLayer>> imageHistory(ContainerEngine engine, QString reference, std::stop_token stop);

} // namespace bv
