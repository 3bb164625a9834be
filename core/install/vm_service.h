#pragma once

#include "install/vm_maker.h"
#include "install/vm_store.h"
#include "target/qemu/accelerator_probe.h"

#include <QObject>
#include <optional>
#include <stop_token>

namespace bv {

class Engine;
struct EngineSettings;

/// What a file is that a VM can be made from.
struct VmSource
{
    enum class Kind : quint8 {
        Installer, ///< an ISO whose installer needs nobody's help
        Iso,       ///< any other ISO
        Disk,      ///< a disk image, with cloud-init as it is hoped
    };
    Kind kind = Kind::Iso;
    QString words; ///< for people: "Debian GNU/Linux 12.5.0 …", "A disk image (qcow2)"
    QString arch;  ///< of an ISO, where it is known
    bool operator==(const VmSource&) const = default;
};

/// Reads some of the file, which takes a moment. NotFound, Io, BadInput for what is neither ISO nor disk. Any thread.
Result<VmSource> lookAtVmSource(const QString& path);

/// VMs with a system of their own for the window: lists and removes those that are stored, and makes one at a time on
/// the engine's thread; answered by signals on the caller's. The engine must live longer.
class VmService : public QObject
{
    Q_OBJECT
public:
    explicit VmService(Engine& engine, QObject* parent = nullptr);
    /// Cancels what is being made.
    ~VmService() override;

    /// As of the last list().
    const QList<StoredVm>& stored() const { return m_stored; }
    std::optional<StoredVm> find(const QString& name) const;
    /// storedChanged() will come where there is something new.
    void list();
    /// looked() will come.
    void look(const QString& path);
    /// removed() will come, and list() is done.
    void remove(const StoredVm& vm);

    /// Begins to make it and gives true, and ended() will come. False, and nothing happens, while another one is being
    /// made, and while the engine measures, which it would disturb. An `accel` that is empty is decided by what is
    /// known of KVM; the screen of one that is installed by hand is screenOf().
    bool make(VmWish wish);
    /// Nothing half-made stays; ended() comes with Cancelled.
    void cancel() { m_stop.request_stop(); }
    bool isBusy() const { return m_busy; }
    bool isMeasuring() const;
    /// The socket of the screen of a VM that is installed by hand. See VmScreen.
    QString screenOf(const QString& name) const;

    /// How a making ended; `error` is Unset where the VM is ready.
    struct Outcome
    {
        QString name;
        StoredVm vm;
        Error error;
        bool isInstalled = false; ///< it failed after the installation: making it again goes on there
    };

signals:
    void storedChanged();
    void looked(const QString& path, const bv::Result<bv::VmSource>& source);
    void removed(const QString& name, const bv::Error& error);
    void measuringChanged();
    void busyChanged(bool busy);
    /// What is done now, or what the guest said last; 0…1, below 0 where it is not known how far it is.
    void progressed(const QString& step, double fraction);
    void ended(const bv::VmService::Outcome& outcome);

private:
    Engine& m_engine;
    QList<StoredVm> m_stored;
    std::stop_source m_stop;
    bool m_busy = false;
};

/// What makeVm() works with.
VmPlaces vmPlacesOf(const EngineSettings& settings);
/// What is known of KVM without trying it; nothing where it was not tried yet. Any thread.
std::optional<KvmAnswer> knownKvmOf(const EngineSettings& settings);

} // namespace bv
