#pragma once

#include "target/docker/container_engine.h"

namespace bv {

/// A name for a container that lives for a moment: "benchvisor-look-" and chance.
QString throwawayName(const QString& purpose);

/// Removes a container by force, and waits until it is gone: an engine may be removing it already. `awaited`: it may
/// not be there yet, because an engine that is making a container goes on when its client is stopped; it is waited for,
/// for a moment. Nothing to cancel. Engine thread.
Task<> removeContainer(ContainerEngine engine, QString name, bool awaited);

} // namespace bv
