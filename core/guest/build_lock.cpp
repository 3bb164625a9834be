#include "guest/build_lock.h"

#include <QCoreApplication>
#include <QFile>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

} // namespace

BuildLock::BuildLock(BuildLock&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
{
}

BuildLock& BuildLock::operator=(BuildLock&& other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

BuildLock::~BuildLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Result<bool> BuildLock::tryTake(const QString& folder)
{
    const QString path = folder + u"/.lock"_s;
    if (m_fd < 0)
        m_fd = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_fd < 0) {
        const auto code = errno == ENOSPC ? Error::Code::NoSpace : Error::Code::Io;
        return Error(code, Text::tr("Cannot write in %1: %2.").arg(folder, qt_error_string(errno)));
    }
    if (::flock(m_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return false;
    return Error(Error::Code::Io, Text::tr("Cannot lock %1: %2.").arg(path, qt_error_string(errno)));
}

} // namespace bv
