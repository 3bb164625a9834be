#pragma once

#include "session/session.h"

namespace bv {

/// The session as it leaves the program: sessionToJson() with what makes it unequal, as analysis::fairnessOf() has it,
/// under "fairness": an array, empty where nothing was found. It is read back by sessionFromJson(), which finds it out
/// anew. Pure.
QJsonObject exportedSession(const Session& session);

/// Its text.
QByteArray exportedSessionText(const Session& session);

/// Writes it to a file, whole or not at all; an existing file is replaced. Io or NoSpace.
Result<> exportSessionFile(const QString& path, const Session& session);

} // namespace bv
