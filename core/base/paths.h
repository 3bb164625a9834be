#pragma once

#include "base/result.h"

#include <QString>

namespace bv {

/// The program's folders by the XDG Base Directory Specification 0.8
/// (https://specifications.freedesktop.org/basedir-spec/0.8/). Absolute paths without a slash at the end; nothing here
/// makes a folder. Usable on any thread; reads the environment only in fromEnvironment().
struct Paths
{
    QString config;  ///< $XDG_CONFIG_HOME/benchvisor, else ~/.config/benchvisor: settings, plans
    QString data;    ///< $XDG_DATA_HOME/benchvisor, else ~/.local/share/benchvisor: the session store
    QString state;   ///< $XDG_STATE_HOME/benchvisor, else ~/.local/state/benchvisor: window layout, logs
    QString cache;   ///< $XDG_CACHE_HOME/benchvisor, else ~/.cache/benchvisor: whatever can be made again
    QString runtime; ///< $XDG_RUNTIME_DIR/benchvisor, else privateTemporary(): sockets

    /// By the environment of this process. A variable that is empty or holds a relative path counts as not set, as the
    /// specification asks.
    static Paths fromEnvironment();

    /// The file of the session store, below `data`.
    QString sessionStore() const;

    static constexpr qsizetype socketPathLimit = 107; ///< bytes: sun_path of unix(7) less the final NUL

    bool operator==(const Paths&) const = default;
};

/// /tmp/benchvisor-<uid>: short, and the same for every run of this user. It may have been made by somebody else:
/// use it only after ensurePrivateDir().
QString privateTemporary();

/// Makes the folder and those above it (mode 0700) where they are missing. Afterwards it is a real folder (no symbolic
/// link), owned by this user, that nobody else may enter; below a folder that everybody may write to, such as /tmp, the
/// same holds for every folder on the way. Otherwise NotReady with the mend, or Io/NoSpace where it could not be made.
/// An existing folder is not changed.
Result<> ensurePrivateDir(const QString& path);

/// Makes the folder and those above it (mode 0700, as the specification asks) where they are missing. An existing one
/// may be a symbolic link and have any mode. Io or NoSpace where it could not be made or cannot be written to.
Result<> ensureDir(const QString& path);

/// Removes a folder of ours with everything in it; of a symbolic link only the link. Refuses, with false, whatever is
/// no absolute path of at least three parts, so that a path that was never set cannot name somebody's files.
bool removeOwnFolder(const QString& path);

} // namespace bv
