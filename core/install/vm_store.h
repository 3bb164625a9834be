#pragma once

#include "base/result.h"
#include "plan/plan.h"

#include <QList>
#include <QString>

namespace bv {

/// A VM with an operating system of its own, made by Benchvisor.
struct StoredVm
{
    enum class State : quint8 {
        Making,    ///< nothing of it can be used; making it again begins anew
        Installed, ///< the system is on the disk, and was not seen to boot yet
        Ready,
    };
    QString name;
    State state = State::Making;
    QString source;        ///< the ISO or image it was made from
    QString created;       ///< RFC 3339
    TargetSettings target; ///< for a plan
    bool operator==(const StoredVm&) const = default;
};

/// The VMs of this user: a folder each, below `<data>/vms`, mode 0700, with vm.json, the key of its account, and its
/// disk where it has no other place. Any thread.
class VmStore
{
public:
    explicit VmStore(const QString& dataDir)
        : m_dataDir(dataDir)
        , m_folder(dataDir + QStringLiteral("/vms"))
    {
    }
    QString folderOf(const QString& name) const { return m_folder + u'/' + name; }
    /// By name. What cannot be read is left out.
    QList<StoredVm> list() const;
    /// NotFound; BadInput for a file that is damaged, TooNew for that of a newer version.
    Result<StoredVm> load(const QString& name) const;
    /// Makes its folder, too. Io, NoSpace.
    Result<> save(const StoredVm& vm) const;
    /// Its folder, its disk, wherever that is, and the keys that plans have for a guest on that disk. Locked while a VM
    /// runs from it; refuses where others are overlays of the disk.
    Result<> remove(const StoredVm& vm) const;
    /// Refuses a disk that a stored VM has, or that the disk of one is an overlay of.
    Result<> mayDelete(const QString& disk) const;

private:
    QString m_dataDir;
    QString m_folder;
};

/// "making", "installed", "ready".
QString vmStateName(StoredVm::State state);

} // namespace bv
