#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>
#include <map>
#include <stop_token>

namespace bv {

/// One file, folder, link or device of the guest.
struct TreeEntry
{
    enum class Kind { Directory, File, Symlink, CharDevice };
    Kind kind = Kind::Directory;
    quint32 mode = 0755; ///< permission bits only
    QString source;      ///< File: where its content is read from; empty: it is `content`
    QByteArray content;  ///< File without source: content; Symlink: its target
    quint32 major = 0;   ///< CharDevice
    quint32 minor = 0;
    bool vmOnly = false; ///< not part of the container's image (init, kernel modules)
    qint64 size = 0;     ///< bytes of content; of a source only after hashTree()
    qint64 modified = 0; ///< source: ms since the epoch, after hashTree()
    QByteArray sha256;   ///< of the content, hex, after hashTree()
};

/// The files of the guest before they are packed: paths without leading slash, sorted, owned by root, without times, so
/// that the same input gives the same archive byte by byte. Adding a path again replaces it; parents are added.
class FileTree
{
public:
    void addDirectory(const QString& path, quint32 mode = 0755);
    void addFile(const QString& path, const QString& source, quint32 mode = 0644);
    void addContent(const QString& path, const QByteArray& content, quint32 mode = 0644);
    void addSymlink(const QString& path, const QString& target);
    void addDevice(const QString& path, quint32 major, quint32 minor, quint32 mode = 0600);
    /// Marks an entry that is there as the VM's only.
    void setVmOnly(const QString& path);

    const std::map<QString, TreeEntry>& entries() const { return m_entries; }
    std::map<QString, TreeEntry>& entries() { return m_entries; }

private:
    void add(const QString& path, TreeEntry entry);
    std::map<QString, TreeEntry> m_entries;
};

/// A tree whose sizes, times and sums are known.
struct HashedTree
{
    FileTree tree;
    QString digest; ///< SHA-256, hex, over every entry's path, kind, mode, target or sum, sorted by path
};

/// Reads every source once, in pieces. Io when one cannot be read, Cancelled on stop. Any thread; slow.
Result<HashedTree> hashTree(FileTree tree, std::stop_token stop);

/// SHA-256 of a file, hex, read in pieces. Io, Cancelled. Any thread; slow.
Result<QByteArray> hashFile(const QString& path, std::stop_token stop);

} // namespace bv
