#include "machine/page_cache.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::PageCache)
};

class Descriptor
{
public:
    explicit Descriptor(const QString& path)
        : m_fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC))
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd() const { return m_fd; }

private:
    int m_fd;
};

QString systemError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

} // namespace

double residentShare(const QString& path)
{
    const Descriptor file(path);
    struct stat info = {};
    if (file.fd() < 0 || ::fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode))
        return -1;
    if (info.st_size == 0)
        return 0;
    // In windows, so that a large image needs no large vector.
    constexpr off_t window = off_t{1} << 30;
    const auto page = static_cast<off_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> resident(static_cast<std::size_t>(window / page));
    qint64 pages = 0;
    qint64 present = 0;
    for (off_t offset = 0; offset < info.st_size; offset += window) {
        const auto length = static_cast<std::size_t>(std::min(window, info.st_size - offset));
        void* map = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file.fd(), offset);
        if (map == MAP_FAILED)
            return -1;
        const bool told = ::mincore(map, length, resident.data()) == 0;
        ::munmap(map, length);
        if (!told)
            return -1;
        const auto count =
            static_cast<qint64>((length + static_cast<std::size_t>(page) - 1) / static_cast<std::size_t>(page));
        pages += count;
        present +=
            std::count_if(resident.begin(), resident.begin() + count, [](unsigned char p) { return (p & 1U) != 0; });
    }
    return static_cast<double>(present) / static_cast<double>(pages);
}

QString dropFileFromPageCache(const QString& path)
{
    const Descriptor file(path);
    if (file.fd() < 0)
        return Text::tr("%1: %2").arg(path, systemError());
    if (::fdatasync(file.fd()) != 0) // dirty pages are not dropped
        return Text::tr("%1 could not be written back: %2").arg(path, systemError());
    const int failed = ::posix_fadvise(file.fd(), 0, 0, POSIX_FADV_DONTNEED);
    if (failed != 0)
        return Text::tr("%1: %2").arg(path, QString::fromLocal8Bit(std::strerror(failed)));
    const double share = residentShare(path);
    if (share < 0)
        return Text::tr("whether %1 is still in it cannot be told").arg(path);
    if (share > 0.01)
        return Text::tr("%1 % of %2 stayed in it").arg(100 * share, 0, 'f', 0).arg(path);
    return {};
}

QString dropFilesFromPageCache(const QStringList& paths)
{
    QStringList files;
    for (const QString& path : paths) {
        if (!QFileInfo(path).isDir()) {
            files << path;
            continue;
        }
        QDirIterator inside(path, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
        while (inside.hasNext())
            files << inside.next();
    }
    QStringList left;
    for (const QString& file : std::as_const(files)) {
        QString why = dropFileFromPageCache(file);
        if (!why.isEmpty()) // pages that were used a moment ago are let go at the second time
            why = dropFileFromPageCache(file);
        if (!why.isEmpty())
            left << why;
    }
    if (left.isEmpty())
        return {};
    return files.size() == 1
               ? left.first()
               : Text::tr("%1 of %2 files were not: %3").arg(left.size()).arg(files.size()).arg(left.first());
}

} // namespace bv
