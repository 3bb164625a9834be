#include "export/save_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStorageInfo>

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(SaveFile)
};

/// Into a pipe or a device, which must stay what it is: to put a file in its place would destroy it.
Result<> writeInto(const QString& path, const QByteArray& content)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write(content) == content.size())
        return Unit();
    return Error(Error::Code::Io, Text::tr("%1 cannot be written to.").arg(path), file.errorString());
}

Error folderGiven(const QString& path)
{
    return Error(Error::Code::BadInput, Text::tr("%1 is a folder. Give the name of a file.").arg(path));
}

Error notWritten(const QString& path, const QString& why)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QFileInfo(folder).isDir())
        return Error(Error::Code::Io,
                     Text::tr("%1 cannot be written: the folder %2 does not exist.").arg(path, folder));
    return Error(Error::Code::Io, Text::tr("%1 cannot be written. Check the permissions.").arg(path), why);
}

} // namespace

Result<> saveFile(const QString& path, const QByteArray& content)
{
    if (QFileInfo(path).isDir())
        return folderGiven(path);
    if (QFileInfo::exists(path) && !QFileInfo(path).isFile())
        return writeInto(path, content);
    QSaveFile file(path);
    const bool isOpen = file.open(QIODevice::WriteOnly);
    if (isOpen && file.write(content) == content.size() && file.commit())
        return Unit();
    // QFile does not always tell a full disk from another fault of writing.
    const QStorageInfo disk(QFileInfo(path).absolutePath());
    const bool isFull = isOpen && disk.isValid() && disk.bytesAvailable() < content.size();
    if (isFull || file.error() == QFileDevice::ResourceError)
        return Error(Error::Code::NoSpace, Text::tr("The disk is full: %1 was not written. Free some space.").arg(path),
                     file.errorString());
    return notWritten(path, file.errorString());
}

Result<> checkSavable(const QString& path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return folderGiven(path);
    if (info.exists() && !info.isFile()) { // opening a pipe would wait for its reader
        if (info.isWritable())
            return Unit();
        return Error(Error::Code::Io, Text::tr("%1 cannot be written to.").arg(path));
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return notWritten(path, file.errorString());
    file.cancelWriting();
    return Unit();
}

} // namespace bv
