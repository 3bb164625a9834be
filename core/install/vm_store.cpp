#include "install/vm_store.h"

#include "base/paths.h"
#include "disk/disk_files.h"
#include "plan/target_json.h"
#include "target/qemu/vm_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

const QString schemaName = u"benchvisor-vm"_s;
const QStringList stateNames{u"making"_s, u"installed"_s, u"ready"_s};

} // namespace

QString vmStateName(StoredVm::State state)
{
    return stateNames.at(static_cast<int>(state));
}

QList<StoredVm> VmStore::list() const
{
    QList<StoredVm> found;
    const QStringList names = QDir(m_folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : names) {
        if (const auto vm = load(name))
            found << *vm;
    }
    return found;
}

Result<StoredVm> VmStore::load(const QString& name) const
{
    const QString path = folderOf(name) + "/vm.json"_L1;
    QFile file(path);
    if (name.isEmpty() || name.contains(u'/') || !file.exists())
        return Error(Error::Code::NotFound,
                     Text::tr("There is no VM \"%1\". To see all: benchvisor vm list").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    const QString schema = json["schema"_L1].toString();
    if (schema.startsWith(schemaName + u'/') && schema != schemaName + "/1"_L1)
        return Error(Error::Code::TooNew, Text::tr("%1 was written by a newer version of Benchvisor.").arg(path));
    StoredVm vm;
    QStringList complaints;
    vm.name = name;
    vm.source = json["source"_L1].toString();
    vm.created = json["created"_L1].toString();
    vm.target = targetFromJson(json["target"_L1].toObject(), u"target"_s, complaints);
    const auto state = stateNames.indexOf(json["state"_L1].toString());
    if (schema.isEmpty() || state < 0 || !complaints.isEmpty())
        return Error(Error::Code::BadInput,
                     Text::tr("%1 is damaged. Delete its folder, and make the VM anew.").arg(path),
                     complaints.join(u'\n'));
    vm.state = static_cast<StoredVm::State>(state);
    return vm;
}

Result<> VmStore::save(const StoredVm& vm) const
{
    if (const Result<> made = ensurePrivateDir(folderOf(vm.name)); !made)
        return made;
    const QJsonObject json{{"schema"_L1, schemaName + "/1"_L1}, {"name"_L1, vm.name},
                           {"state"_L1, vmStateName(vm.state)}, {"source"_L1, vm.source},
                           {"created"_L1, vm.created},          {"target"_L1, targetToJson(vm.target)}};
    QSaveFile file(folderOf(vm.name) + "/vm.json"_L1);
    const QByteArray content = QJsonDocument(json).toJson();
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit())
        return Unit();
    return Error(Error::Code::Io, Text::tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
}

Result<> VmStore::remove(const StoredVm& vm) const
{
    const QString disk = vm.target.qemu.disk.path;
    if (QFileInfo(disk).isFile()) {
        if (isDiskInUse(disk))
            return Error(Error::Code::Locked, Text::tr("The VM %1 is running. Shut it down first.").arg(vm.name));
        const QStringList overlays = overlaysOf(disk);
        if (!overlays.isEmpty())
            return Error(Error::Code::BadInput,
                         Text::tr("The disk of %1 is the base of %2, which would be lost with it. "
                                  "Delete the overlay first.")
                             .arg(vm.name, overlays.join(u", "_s)));
        if (!QFile::remove(disk))
            return Error(Error::Code::Io, Text::tr("The disk %1 cannot be deleted.").arg(disk));
    }
    // A VM that is made again on the same path is another guest, with keys of its own.
    const QDir keys(m_dataDir + "/vm"_L1);
    const QStringList known = keys.entryList({u'*' + vmFolderEnding(disk)}, QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& name : known)
        removeOwnFolder(keys.filePath(name));
    if (!removeOwnFolder(folderOf(vm.name)))
        return Error(Error::Code::Io, Text::tr("The folder %1 cannot be deleted.").arg(folderOf(vm.name)));
    return Unit();
}

Result<> VmStore::mayDelete(const QString& disk) const
{
    const QString wanted = QFileInfo(disk).canonicalFilePath();
    const auto isIt = [&wanted](const QString& path) {
        return !wanted.isEmpty() && !path.isEmpty() && QFileInfo(path).canonicalFilePath() == wanted;
    };
    for (const StoredVm& vm : list()) {
        if (isIt(vm.target.qemu.disk.path))
            return Error(
                Error::Code::BadInput,
                Text::tr("%1 is the disk of the VM %2. Delete that: benchvisor vm delete %2").arg(disk, vm.name));
        const QStringList bases = basesOf(vm.target.qemu.disk.path);
        if (isIt(vm.target.qemu.disk.base) || std::any_of(bases.begin(), bases.end(), isIt))
            return Error(
                Error::Code::BadInput,
                Text::tr("The disk of the VM %2 is an overlay of %1, and would be lost with it. Delete that VM first.")
                    .arg(disk, vm.name));
    }
    return Unit();
}

} // namespace bv
