#pragma once

#include "target/docker/container_engine.h"

#include <QDateTime>
#include <QList>
#include <functional>

namespace bv {

/// An image of the container engine.
struct ContainerImage
{
    QString reference;    ///< "ubuntu:22.04"
    QString id;           ///< "sha256:…"
    QString size;         ///< as the engine says it: "77.8MB"
    QString created;      ///< as the engine says it: "2 weeks ago"
    QString sysbench;     ///< its version in it
    bool isKnown = false; ///< it was looked into, so that an empty `sysbench` means that there is none
};

/// The images that have a name, newest first as the engine lists them; those that Benchvisor made from the built-in
/// guest are left out. The errors of ContainerEngine::call(). Engine thread.
Async<QList<ContainerImage>> listImages(ContainerEngine engine, std::stop_token stop);

/// Fetches an image. `line` is told what the engine says, line by line. NotFound where the registry has none of that
/// name, NotReady without network or engine, Cancelled. Engine thread.
Async<> pullImage(ContainerEngine engine, QString reference, std::function<void(const QString&)> line,
                  std::stop_token stop);

/// What became of the images made from built-in guests.
struct RemovedImages
{
    int removed = 0;
    QStringList kept; ///< references of those that the engine would not remove: in use
};

/// Removes the images that Benchvisor made from built-in guests, but for the reference `keep`. The errors of
/// ContainerEngine::call(). Engine thread.
Async<RemovedImages> removeBuiltinImages(ContainerEngine engine, QString keep, std::stop_token stop);

} // namespace bv
