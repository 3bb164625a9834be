#include "guest/file_tree.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr qint64 PieceBytes = 256 * 1024;

QByteArray sha256(const QByteArray& data)
{
    return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
}

QByteArray digestLine(const QString& path, const TreeEntry& entry)
{
    const QByteArray numbers = QByteArray::number(int(entry.kind)) + ' ' + QByteArray::number(entry.mode, 8) + ' ' +
                               QByteArray::number(entry.major) + ':' + QByteArray::number(entry.minor);
    return path.toUtf8() + '\0' + numbers + ' ' + entry.sha256 + '\n';
}

} // namespace

void FileTree::add(const QString& path, TreeEntry entry)
{
    for (qsizetype slash = path.indexOf(u'/'); slash > 0; slash = path.indexOf(u'/', slash + 1))
        m_entries.try_emplace(path.first(slash));
    entry.size = entry.content.size();
    m_entries.insert_or_assign(path, std::move(entry));
}

void FileTree::addDirectory(const QString& path, quint32 mode)
{
    TreeEntry entry;
    entry.mode = mode;
    add(path, std::move(entry));
}

void FileTree::addFile(const QString& path, const QString& source, quint32 mode)
{
    TreeEntry entry;
    entry.kind = TreeEntry::Kind::File;
    entry.mode = mode;
    entry.source = source;
    add(path, std::move(entry));
}

void FileTree::addContent(const QString& path, const QByteArray& content, quint32 mode)
{
    TreeEntry entry;
    entry.kind = TreeEntry::Kind::File;
    entry.mode = mode;
    entry.content = content;
    add(path, std::move(entry));
}

void FileTree::addSymlink(const QString& path, const QString& target)
{
    TreeEntry entry;
    entry.kind = TreeEntry::Kind::Symlink;
    entry.mode = 0777;
    entry.content = target.toUtf8();
    add(path, std::move(entry));
}

void FileTree::addDevice(const QString& path, quint32 major, quint32 minor, quint32 mode)
{
    TreeEntry entry;
    entry.kind = TreeEntry::Kind::CharDevice;
    entry.mode = mode;
    entry.major = major;
    entry.minor = minor;
    add(path, std::move(entry));
}

void FileTree::setVmOnly(const QString& path)
{
    if (const auto found = m_entries.find(path); found != m_entries.end())
        found->second.vmOnly = true;
}

Result<QByteArray> hashFile(const QString& path, std::stop_token stop)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(path, file.errorString()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray piece(PieceBytes, Qt::Uninitialized);
    for (;;) {
        if (stop.stop_requested())
            return Error(Error::Code::Cancelled, Text::tr("Building the guest was cancelled."));
        const qint64 got = file.read(piece.data(), piece.size());
        if (got < 0)
            return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(path, file.errorString()));
        if (got == 0)
            return hash.result().toHex();
        hash.addData(QByteArrayView(piece).first(got));
    }
}

Result<HashedTree> hashTree(FileTree tree, std::stop_token stop)
{
    HashedTree hashed;
    QCryptographicHash digest(QCryptographicHash::Sha256);
    for (auto& [path, entry] : tree.entries()) {
        if (entry.source.isEmpty()) {
            entry.sha256 = sha256(entry.content);
        } else {
            const QFileInfo info(entry.source);
            entry.size = info.size();
            entry.modified = info.lastModified().toMSecsSinceEpoch();
            Result<QByteArray> sum = hashFile(entry.source, stop);
            if (!sum)
                return sum.error();
            entry.sha256 = *std::move(sum);
        }
        digest.addData(digestLine(path, entry));
    }
    hashed.digest = QString::fromLatin1(digest.result().toHex());
    hashed.tree = std::move(tree);
    return hashed;
}

} // namespace bv
