#pragma once

#include "panels/target_form.h"

#include <QStringList>

class QToolButton;

namespace bv {

class DiskService;
class EnvironmentMonitor;
class QemuService;
struct MachineLimits;

/// The settings of a virtual machine: what everybody sets stands open, the rest in parts that can be opened. What does
/// not concern the guest that is chosen is hidden.
class VmForm : public TargetForm
{
    Q_OBJECT
public:
    VmForm(const MachineLimits& limits, EnvironmentMonitor& environment, QemuService& qemu, DiskService& disks,
           QWidget* parent);

protected:
    void loaded() override;
    void showEvent(QShowEvent* event) override;

private:
    void addGuest();
    void addMachine(const MachineLimits& limits);
    void addAccelerator();
    void addFirmware();
    void addDisk();
    void addMoreOfDisk();
    void addChannel();
    void addProcessor();
    void addDevices();
    void addTopologyNumber(const QString& label, const QString& where, int CpuTopology::*member);
    /// A line edit with proposals, which may be replaced by takeOffers().
    QWidget* addProposed(const QString& label, const QString& where, const QStringList& values,
                         std::function<QString&(TargetSettings&)> place);
    void takeOffers();
    void lookForFirmware();
    void showAcceleratorNote();
    void showGuestNotes();
    void openDisk();

    EnvironmentMonitor& m_environment;
    QemuService& m_qemu;
    DiskService& m_disks;
    Field* m_guest = nullptr;
    Field* m_arch = nullptr;
    Field* m_accelerator = nullptr;
    Field* m_firmware = nullptr;
    Field* m_iso = nullptr;
    Field* m_path = nullptr;
    Field* m_size = nullptr;
    Field* m_keyFile = nullptr;
    QWidget* m_diskTitle = nullptr;
    Section* m_channel = nullptr;
    QList<Field*> m_sshFields;
    QWidget* m_cpus = nullptr;
    QWidget* m_machines = nullptr;
    QString m_offersOf;    ///< architecture whose machines and CPUs are proposed
    QemuSettings m_looked; ///< for which firmware was looked for last
    QString m_firmwareNote;
    int m_looks = 0; ///< answers to an earlier look are dropped
};

} // namespace bv
