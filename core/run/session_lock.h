#pragma once

#include "base/result.h"

#include <QString>
#include <QStringList>
#include <memory>

namespace bv {

/// A session is alive as long as its program holds this lock; the kernel lets go of it when the program dies, however
/// it dies. A file `<id>.lock` in the runtime folder with an open file description lock, fcntl(2).
class SessionLock
{
public:
    /// Locked: another program runs this session. Io: the folder cannot be written.
    static Result<std::shared_ptr<SessionLock>> acquire(const QString& runtimeDir, const QString& sessionId);
    ~SessionLock();
    SessionLock(const SessionLock&) = delete;
    SessionLock& operator=(const SessionLock&) = delete;

    /// Ids of sessions in `runtimeDir` whose program is alive.
    static QStringList aliveSessions(const QString& runtimeDir);
    /// Locks that nobody holds are taken over: their sessions are dead and may be cleaned up; removed on destruction.
    static QList<std::shared_ptr<SessionLock>> takeOverDead(const QString& runtimeDir);

    const QString& sessionId() const { return m_sessionId; }

private:
    SessionLock(int fd, QString path, QString sessionId);

    int m_fd;
    QString m_path;
    QString m_sessionId;
};

} // namespace bv
