#pragma once

#include "target/docker/image_prepare.h"

namespace bv {

// The two ways of making an image, for image_prepare.cpp. Each gives the id of an image without a name, and leaves
// nothing else.

/// Builds from a Dockerfile; `folder` is what it may copy from. `base`, where it is not empty, goes in as argument
/// BASE.
Async<QString> buildImage(ContainerEngine engine, PrepareRequest request, QString dockerfile, QString folder,
                          QString baseArgument, PrepareProgress progress, std::stop_token stop);

/// As the commands of the report do it: runs the base, installs in it, commits.
Async<QString> commitImage(ContainerEngine engine, PrepareRequest request, ImageFacts base, PrepareProgress progress,
                           std::stop_token stop);
/// The same as lines for a shell.
QStringList commitCommands(const ContainerEngine& engine, const PrepareRequest& request, const ImageFacts& base);

/// The options by which what runs at building learns of the proxies of this environment: `--build-arg http_proxy`, …
QStringList proxyOptions(const QString& option);

/// Removes an image that has no name, if nothing uses it. Nothing to cancel.
Task<> removeUnnamed(ContainerEngine engine, QString id);

} // namespace bv
