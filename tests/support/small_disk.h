#pragma once

#include <QDir>
#include <QFile>
#include <QString>
#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace bv {

/// A small file system in memory that can be filled. It is mounted for this process and its children only, and goes
/// with them, however they end. Mounting needs root.
class SmallDisk
{
public:
    static bool isAllowed() { return ::geteuid() == 0; }
    static const char* whyNot() { return "Only root can mount the small disk that this test fills."; }

    SmallDisk(const QString& folder, int mib)
        : m_folder(folder)
    {
        QDir().mkpath(folder);
        const QByteArray options = "size=" + QByteArray::number(mib) + "m,mode=0700";
        m_isThere = hasOwnMounts() && ::mount("none", QFile::encodeName(folder).constData(), "tmpfs", 0, options) == 0;
        if (!m_isThere)
            m_problem = qt_error_string(errno);
    }
    ~SmallDisk()
    {
        if (m_isThere)
            ::umount2(QFile::encodeName(m_folder).constData(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool isThere() const { return m_isThere; }
    const QString& problem() const { return m_problem; }

    /// Takes what is free, but for so many bytes.
    bool fill(qint64 leave = 0)
    {
        struct statvfs info = {};
        const int fd = ::open(filler().constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0 || ::statvfs(QFile::encodeName(m_folder).constData(), &info) != 0)
            return false;
        const auto size = static_cast<qint64>(info.f_bavail * info.f_frsize) - leave;
        const bool filled = size <= 0 || ::posix_fallocate(fd, 0, size) == 0;
        ::close(fd);
        return filled;
    }
    void makeRoom() { ::unlink(filler().constData()); }

private:
    QByteArray filler() const { return QFile::encodeName(m_folder + QStringLiteral("/filler")); }
    static bool hasOwnMounts()
    {
        static const bool done =
            ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        return done;
    }

    QString m_folder;
    QString m_problem;
    bool m_isThere = false;
};

} // namespace bv
