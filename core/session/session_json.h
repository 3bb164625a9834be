#pragma once

#include "session/session.h"

namespace bv {

/// The name of the schema read and written here (interface: "JSON that leaves the program").
inline constexpr QLatin1StringView sessionSchema{"benchvisor-session/1"};
/// The longest session file that is read, in bytes.
inline constexpr qint64 sessionSizeLimit = 256LL * 1024 * 1024;

// Pure functions but for the two that name a file; any thread.

/// The session in schema benchvisor-session/1: id created name note state app host plan targets runs. Times are RFC
/// 3339 in UTC with milliseconds. Figures that are not finite are left out: JSON has no word for them.
QJsonObject sessionToJson(const Session& session);

/// The inverse. Keys that a newer minor version may have added are ignored, in the plan too. A session said to be
/// running is Interrupted: a file cannot go on. Errors: BadInput for a text that is no JSON (line and column), too
/// long, of another schema, or with an element that cannot be, which is named by its path ("runs[3].metrics: expected
/// an object, found …"); TooNew for a later version of the schema.
Result<Session> sessionFromJson(const QByteArray& text);

/// The plan as a session carries it: like planFromJson(), but unknown keys are ignored, and a plan without targets and
/// suites (a session that was not measured by a plan) is accepted.
Result<Plan> planOfSession(const QJsonObject& json);

/// Reads a session file. NotFound, Io, BadInput for a pipe or a device, which are not opened, or the errors of
/// sessionFromJson(), with the file named.
Result<Session> readSessionFile(const QString& path);
/// Writes a session file, whole or not at all; an existing file is replaced. Io or NoSpace.
Result<> writeSessionFile(const QString& path, const Session& session);

} // namespace bv
