#include "base/paths.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Paths)
};

QString folderFrom(const char* variable, const QString& fallback)
{
    const QString value = qEnvironmentVariable(variable);
    return QDir::cleanPath(value.startsWith(u'/') ? value : fallback) + "/benchvisor"_L1;
}

/// Services and cron jobs may run without HOME; Qt takes the root folder then.
QString homeFolder()
{
    const QString home = qEnvironmentVariable("HOME");
    if (home.startsWith(u'/'))
        return home;
    const passwd* const user = ::getpwuid(::geteuid());
    return user != nullptr && user->pw_dir != nullptr ? QFile::decodeName(user->pw_dir) : QDir::homePath();
}

QString errnoText(int number)
{
    return QString::fromLocal8Bit(std::strerror(number));
}

Error cannotMake(const QString& path, int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return {Error::Code::NoSpace,
                Text::tr("The folder %1 cannot be made: the disk is full. Free some space.").arg(path),
                errnoText(number)};
    if (number == ENOTDIR || number == ENAMETOOLONG || number == ENOENT)
        return {Error::Code::Io,
                Text::tr("The folder %1 cannot be made: no folder can be there. Choose another place.").arg(path),
                errnoText(number)};
    return {Error::Code::Io, Text::tr("The folder %1 cannot be made. Make the folder above it writable.").arg(path),
            errnoText(number)};
}

/// What makes the folder unfit to hold secrets; nothing if it is fit. `mustBeClosed` also asks that nobody else may
/// enter.
Result<> checkOwn(const QString& path, bool mustBeClosed)
{
    struct stat info = {};
    if (::lstat(QFile::encodeName(path).constData(), &info) != 0)
        return Error(Error::Code::Io, Text::tr("The folder %1 cannot be looked at.").arg(path), errnoText(errno));
    if (S_ISLNK(info.st_mode))
        return Error(Error::Code::NotReady,
                     Text::tr("%1 is a symbolic link, which could be turned elsewhere. Remove it: rm %1").arg(path));
    if (!S_ISDIR(info.st_mode))
        return Error(Error::Code::NotReady, Text::tr("%1 is not a folder. Remove it: rm %1").arg(path));
    if (info.st_uid != ::geteuid())
        return Error(Error::Code::NotReady,
                     Text::tr("The folder %1 belongs to another user. Have it removed, or set XDG_RUNTIME_DIR to a "
                              "folder of your own.")
                         .arg(path));
    const mode_t open = mustBeClosed ? (S_IRWXG | S_IRWXO) : (S_IWGRP | S_IWOTH);
    // In a sticky folder only its owner can rename or remove what is ours.
    const bool isSticky = (info.st_mode & S_ISVTX) != 0 && !mustBeClosed;
    if ((info.st_mode & open) != 0 && !isSticky)
        return Error(Error::Code::NotReady,
                     Text::tr("The folder %1 is open to other users. Close it: chmod 700 %1").arg(path),
                     u"mode "_s + QString::number(info.st_mode & 07777U, 8));
    return Unit();
}

bool isWritableByAll(const QString& path)
{
    struct stat info = {};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 && (info.st_mode & S_IWOTH) != 0;
}

/// Every folder on the way to an absolute path, itself included, "/" not.
QStringList foldersOnTheWay(const QString& path)
{
    QStringList way;
    for (qsizetype at = path.indexOf(u'/', 1); at > 0; at = path.indexOf(u'/', at + 1))
        way.append(path.left(at));
    way.append(path);
    return way;
}

Result<> makeDirs(const QString& path)
{
    const QStringList way = foldersOnTheWay(path);
    for (const QString& folder : way) {
        if (::mkdir(QFile::encodeName(folder).constData(), S_IRWXU) == 0)
            continue;
        const int number = errno;
        // Where a folder above is read-only, mkdir may say so before it says that the folder exists.
        if (number != EEXIST && !QDir(folder).exists())
            return cannotMake(folder, number);
    }
    return Unit();
}

} // namespace

Paths Paths::fromEnvironment()
{
    const QString home = homeFolder();
    Paths paths;
    paths.config = folderFrom("XDG_CONFIG_HOME", home + "/.config"_L1);
    paths.data = folderFrom("XDG_DATA_HOME", home + "/.local/share"_L1);
    paths.state = folderFrom("XDG_STATE_HOME", home + "/.local/state"_L1);
    paths.cache = folderFrom("XDG_CACHE_HOME", home + "/.cache"_L1);
    paths.runtime = qEnvironmentVariable("XDG_RUNTIME_DIR").startsWith(u'/') ? folderFrom("XDG_RUNTIME_DIR", {})
                                                                             : privateTemporary();
    return paths;
}

QString Paths::sessionStore() const
{
    return data + "/sessions.sqlite"_L1;
}

QString Paths::socketDir(const QString& sessionId, int targetIndex) const
{
    const QString index = QString::number(targetIndex);
    const QString wanted = runtime + u'/' + sessionId + u'/' + index;
    if (QFile::encodeName(wanted).size() + 1 + socketNameLimit <= socketPathLimit)
        return wanted;
    const QByteArray whole = QString(runtime + u'/' + sessionId).toUtf8();
    constexpr qsizetype hashLength = 12;
    const QByteArray hash = QCryptographicHash::hash(whole, QCryptographicHash::Sha256).toHex().left(hashLength);
    return privateTemporary() + u'/' + QLatin1StringView(hash) + u'/' + index;
}

QString privateTemporary()
{
    return "/tmp/benchvisor-"_L1 + QString::number(::geteuid());
}

Result<> ensurePrivateDir(const QString& path)
{
    const QString clean = QDir::cleanPath(path);
    if (!clean.startsWith(u'/') || clean == "/"_L1)
        return Error(Error::Code::BadInput, Text::tr("\"%1\" is not the absolute path of a folder.").arg(path));
    const QStringList way = foldersOnTheWay(clean);
    bool shared = false; // below a folder everybody may write to: names there may be somebody else's
    for (const QString& folder : way) {
        const bool isLast = folder.size() == clean.size();
        if (::mkdir(QFile::encodeName(folder).constData(), S_IRWXU) != 0) {
            const int number = errno;
            struct stat info = {};
            if (number != EEXIST && ::lstat(QFile::encodeName(folder).constData(), &info) != 0)
                return cannotMake(folder, number);
        }
        if (shared || isLast) {
            if (const auto own = checkOwn(folder, isLast); !own)
                return own;
        }
        shared = shared || isWritableByAll(folder);
    }
    return Unit();
}

Result<> ensureDir(const QString& path)
{
    const QString clean = QDir::cleanPath(path);
    if (!clean.startsWith(u'/'))
        return Error(Error::Code::BadInput, Text::tr("\"%1\" is not the absolute path of a folder.").arg(path));
    if (const auto made = makeDirs(clean); !made)
        return made;
    if (::access(QFile::encodeName(clean).constData(), W_OK | X_OK) != 0)
        return Error(Error::Code::Io,
                     Text::tr("The folder %1 cannot be written to. Change its permissions: chmod u+rwx %1").arg(clean),
                     errnoText(errno));
    return Unit();
}

bool removeOwnFolder(const QString& path)
{
    const QString clean = QDir::cleanPath(path);
    if (!QDir::isAbsolutePath(clean) || clean.count(u'/') < 3)
        return false;
    if (QFileInfo(clean).isSymLink())
        return QFile::remove(clean);
    return QDir(clean).removeRecursively();
}

} // namespace bv
