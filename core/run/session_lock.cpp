#include "run/session_lock.h"

#include "base/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SessionLock)
};

const QString suffix = u".lock"_s;

struct flock wholeFile()
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Locks the file; -1 when somebody else holds it (EAGAIN) or on an error. The file that is locked is the one that
/// stands at the path: another program may have removed it between open and fcntl.
int lockFile(const QByteArray& path, int flags)
{
    while (true) {
        const int fd = ::open(path.constData(), flags | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
            return -1;
        struct flock lock = wholeFile();
        if (::fcntl(fd, F_OFD_SETLK, &lock) != 0) {
            const int error = errno;
            ::close(fd);
            errno = error;
            return -1;
        }
        struct stat ours = {};
        struct stat standing = {};
        if (::fstat(fd, &ours) == 0 && ::stat(path.constData(), &standing) == 0 && ours.st_ino == standing.st_ino)
            return fd;
        ::close(fd);
        if ((flags & O_CREAT) == 0) {
            errno = ENOENT;
            return -1;
        }
    }
}

/// Looks without locking: others who look, or who begin a session, are not disturbed.
bool isLocked(const QByteArray& path)
{
    const int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct flock lock = wholeFile();
    const bool locked = ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    ::close(fd);
    return locked;
}

QStringList lockedIds(const QString& runtimeDir)
{
    QStringList ids = QDir(runtimeDir).entryList({u"*"_s + suffix}, QDir::Files | QDir::Hidden);
    for (QString& id : ids)
        id.chop(suffix.size());
    return ids;
}

QString lockPath(const QString& runtimeDir, const QString& id)
{
    return runtimeDir + u'/' + id + suffix;
}

/// In place of a runtime folder whose path is too long for sockets, see loadEngineSettings().
bool isOfOurMaking(const QString& folder)
{
    return folder.startsWith(privateTemporary() + u'/');
}

} // namespace

SessionLock::SessionLock(int fd, QString path, QString sessionId)
    : m_fd(fd)
    , m_path(std::move(path))
    , m_sessionId(std::move(sessionId))
{
}

SessionLock::~SessionLock()
{
    ::unlink(QFile::encodeName(m_path).constData());
    ::close(m_fd);
    // Nobody else removes it; fails while it is in use.
    const QString folder = m_path.section(u'/', 0, -2);
    if (isOfOurMaking(folder))
        QDir().rmdir(folder);
}

Result<std::shared_ptr<SessionLock>> SessionLock::acquire(const QString& runtimeDir, const QString& sessionId)
{
    const QString path = lockPath(runtimeDir, sessionId);
    int fd = lockFile(QFile::encodeName(path), O_CREAT);
    // Another session may have ended meanwhile, and taken the folder with it.
    if (fd < 0 && errno == ENOENT && isOfOurMaking(runtimeDir) && ensurePrivateDir(runtimeDir))
        fd = lockFile(QFile::encodeName(path), O_CREAT);
    if (fd >= 0)
        return std::shared_ptr<SessionLock>(new SessionLock(fd, path, sessionId));
    if (errno == EAGAIN)
        return Error(Error::Code::Locked,
                     Text::tr("The session %1 is being run by another Benchvisor.").arg(sessionId));
    return Error(Error::Code::Io, Text::tr("%1 cannot be written: %2").arg(path, qt_error_string(errno)));
}

QStringList SessionLock::aliveSessions(const QString& runtimeDir)
{
    QStringList alive;
    const QStringList ids = lockedIds(runtimeDir);
    for (const QString& id : ids) {
        if (isLocked(QFile::encodeName(lockPath(runtimeDir, id))))
            alive << id;
    }
    return alive;
}

QList<std::shared_ptr<SessionLock>> SessionLock::takeOverDead(const QString& runtimeDir)
{
    QList<std::shared_ptr<SessionLock>> dead;
    const QStringList ids = lockedIds(runtimeDir);
    for (const QString& id : ids) {
        const QString path = lockPath(runtimeDir, id);
        const int fd = lockFile(QFile::encodeName(path), 0);
        if (fd >= 0)
            dead << std::shared_ptr<SessionLock>(new SessionLock(fd, path, id));
    }
    return dead;
}

} // namespace bv
