#pragma once

#include "base/result.h"

#include <QString>
#include <memory>

class QSqlDatabase;
class QSqlError;

namespace bv {

// The file behind SessionStore: whose it is, which schema it has, and what SQLite's errors mean.

/// The schema this version reads and writes (PRAGMA user_version). Schema 1 kept output, intervals and
/// utilisation of a run as one JSON text; such runs stay as they are and are still read.
inline constexpr int storeSchemaVersion = 2;
/// "Bvis": marks the file as ours (PRAGMA application_id; https://www.sqlite.org/fileformat.html#application_id).
inline constexpr int storeApplicationId = 0x42766973;

/// Stands for one connection of this process to a store: made before it is opened, destroyed after it is closed. Any
/// thread.
class StoreUse
{
public:
    /// Looks at an existing file before SQLite does, which might write to it. Where this process has a connection
    /// already it does not open the file, since closing it again would take the locks from that connection; then
    /// prepareStore() tells. Ok for our files and for one that may become ours (missing, empty); BadInput for another
    /// program's file, TooNew for a newer version's, Io where it cannot be read, written, or is damaged.
    static Result<std::unique_ptr<StoreUse>> begin(const QString& path);
    ~StoreUse();
    StoreUse(const StoreUse&) = delete;
    StoreUse& operator=(const StoreUse&) = delete;

private:
    StoreUse() = default;
};

/// Sets up the connection (durability, foreign keys) and makes the tables in an empty file, or brings those of schema 1
/// up to date. `db` is open. The errors of StoreUse::begin() and storeError().
Result<> prepareStore(const QSqlDatabase& db, const QString& path, int busyTimeoutMs);

/// The error in words: Locked, NoSpace or Io, with what to do about it.
Error storeError(const QSqlError& error, const QString& path);
/// The file is damaged: where it is and how to go on.
Error damagedStore(const QString& path, const QString& detail);

} // namespace bv
