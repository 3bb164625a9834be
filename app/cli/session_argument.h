#pragma once

#include "session/session_store.h"

#include <QString>

namespace bv::cli {

/// The user's session store. Nothing (a null pointer) where none was made yet: reading makes no file. The errors of
/// SessionStore::open().
Result<std::unique_ptr<SessionStore>> existingStore();

/// The id that SESSION names in the store: an id, the beginning of one only, or "last" for the newest. NotFound says
/// how to list them; an ambiguous beginning is BadInput and names the ids. BadInput also for the published report,
/// which is in no store.
Result<QString> resolveSessionId(SessionStore& store, const QString& argument);

/// The published report, by its id or "reference".
bool isReferenceSession(const QString& argument);

/// The session that SESSION names: as resolveSessionId(), "reference", or a session file. What holds a '/' or ends in
/// ".json" is a file, and so is anything else that is no id but exists as a file. `detail` is for those of the store.
Result<Session> sessionFromArgument(const QString& argument,
                                    SessionStore::Detail detail = SessionStore::Detail::Everything);

/// Prints the error for people on stderr: its sentence, and the detail in a line below. Returns Usage.
int reportError(const Error& error);

/// The text without characters that a terminal would take for a command; each becomes '?'.
QString printable(QString text);
/// The same of several lines, whose ends stay.
QString printableLines(const QString& text);

} // namespace bv::cli
