#include "target/qemu/vm_folder.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Where the guest comes from. An overlay that is kept is a machine of its own.
QString sourceOf(const QemuSettings& qemu)
{
    if (qemu.guest == "iso"_L1)
        return qemu.iso;
    return qemu.disk.path.isEmpty() ? qemu.disk.base : qemu.disk.path;
}

} // namespace

QString vmFolderOf(const TargetSettings& target, const QString& dataDir)
{
    const QString& key = target.qemu.ssh.key;
    const QString ofKey = QFileInfo(QDir::cleanPath(key)).path();
    if (!key.isEmpty() && QFileInfo(ofKey).path() == QDir::cleanPath(dataDir + "/vms"_L1))
        return ofKey;
    return dataDir + "/vm/"_L1 + target.id + vmFolderEnding(sourceOf(target.qemu));
}

QString vmFolderEnding(const QString& disk)
{
    const QByteArray hash = QCryptographicHash::hash(QDir::cleanPath(disk).toUtf8(), QCryptographicHash::Sha256);
    return u'-' + QString::fromLatin1(hash.toHex().left(12));
}

} // namespace bv
