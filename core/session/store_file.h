#pragma once

#include "base/result.h"

#include <QString>

class QSqlDatabase;
class QSqlError;

namespace bv {

// The file behind SessionStore: whose it is, which schema it has, and what SQLite's errors mean.

/// The schema this version reads and writes (PRAGMA user_version). Schema 1 kept output, intervals and
/// utilisation of a run as one JSON text; such runs stay as they are and are still read.
inline constexpr int storeSchemaVersion = 2;
/// "Bvis": marks the file as ours (PRAGMA application_id; https://www.sqlite.org/fileformat.html#application_id).
inline constexpr int storeApplicationId = 0x42766973;

/// Looks at an existing file without SQLite, which might write to it. Ok for ours and for one that may become ours
/// (missing, empty); BadInput for another program's file, TooNew for a newer version's, Io where it cannot be read,
/// written, or is damaged.
Result<> checkStoreFile(const QString& path);

/// Sets up the connection (durability, foreign keys) and makes the tables in an empty file, or brings those of schema 1
/// up to date. `db` is open. The errors of
/// checkStoreFile() and storeError().
Result<> prepareStore(const QSqlDatabase& db, const QString& path, int busyTimeoutMs);

/// The error in words: Locked, NoSpace or Io, with what to do about it.
Error storeError(const QSqlError& error, const QString& path);
/// The file is damaged: where it is and how to go on.
Error damagedStore(const QString& path, const QString& detail);

} // namespace bv
