#pragma once

#include "process/run_lines.h"
#include "target/docker/image_facts.h"

namespace bv {

/// What is wanted of an image that gets sysbench.
struct PrepareRequest
{
    QString reference;   ///< the base
    QString dockerfile;  ///< path of the user's own; then the base may be empty
    QString tag;         ///< empty: preparedReference()
    QString network;     ///< "host", …; empty: as the engine does
    QString version;     ///< Benchvisor's, for the label
    bool commit = false; ///< run, install and commit, instead of building

    PrepareRequest() = default;
    /// The name that the image will have.
    QString target() const;
};

struct PreparedImage
{
    QString reference;
    QString method;   ///< "build", "commit", "dockerfile"; "none": it had sysbench already
    ImageFacts image; ///< looked into
    ImageFacts base;  ///< its id is empty where the base is not known

    QJsonObject toJson() const;
};

/// The engine's words, and how far it is, 0 to 1; negative: not known.
using PrepareProgress = std::function<void(const QString& line, double fraction)>;

/// What is wrong with a request; Unset where nothing is. Looks at the Dockerfile.
Error checkRequest(const PrepareRequest& request);

/// What would be done: the Dockerfile, or the commands of run, install and commit, one a line. The base must be on this
/// machine. Its errors as prepareImage().
Async<QString> describePreparation(ContainerEngine engine, PrepareRequest request, std::stop_token stop);

/// Makes an image with sysbench: fetches the base where it is missing, installs sysbench by its package manager, runs
/// `sysbench --version` in what came out, and only then gives it its name. Whatever happens, no container and no image
/// of a step stays behind. BadInput: the request. NotFound: no such image, no sysbench in the package sources.
/// NotReady: no engine, no network, no package manager that is known, no sysbench in the image of a Dockerfile.
/// NoSpace, Cancelled, NonZeroExit (a step failed: which one, and its last lines as detail). Engine thread.
Async<PreparedImage> prepareImage(ContainerEngine engine, PrepareRequest request, PrepareProgress progress,
                                  std::stop_token stop);

} // namespace bv
