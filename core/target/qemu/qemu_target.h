#pragma once

#include "target/qemu/firmware.h"
#include "target/qemu/virtual_machine.h"
#include "target/target.h"

namespace bv {

/// A VM with the built-in guest of its architecture.
class QemuTarget final : public Target
{
    Q_OBJECT
public:
    /// `settings.qemu.accel` must be decided: "tcg" or "kvm".
    QemuTarget(TargetSettings settings, TargetContext context);

    Async<> open(std::stop_token stop) override;
    Async<> start(bool cold, std::stop_token stop) override;
    Task<> close() override;
    Async<> pause(std::stop_token stop) override;
    Async<> resume(std::stop_token stop) override;
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput) override;
    Async<QString> prepareFileFolder(std::stop_token stop) override;
    Task<QStringList> dropPageCache(QString folder, std::stop_token stop) override;
    UsageCounters usage() override;
    QStringList commandFor(const ExecSpec& spec) const override { return spec.argv; }
    bool isOpen() const override { return m_vm.isUp(); }

    /// How long a guest may take to answer, by accelerator.
    static std::chrono::milliseconds bootDeadline(const QString& accel);

private:
    Task<> unmount();
    Async<> makeDisk(std::stop_token stop);
    Result<FirmwareFiles> makeFirmware();
    Async<QStringList> assemble(bool watched, std::stop_token stop);
    QStringList startFiles() const;
    std::chrono::milliseconds deadline() const;
    void sayLastWords();
    Async<> bootWithRetry(QStringList argv, std::stop_token stop);
    Async<> askProvenance(QStringList argv, std::stop_token stop);

    VirtualMachine m_vm;
    FirmwareFiles m_firmware;
    QString m_diskPath;
    QString m_diskDevice;    ///< host block device that holds the disk image
    QString m_variables;     ///< the VM's copy of its firmware's variables; empty: none
    bool m_scratch = false;  ///< removed with the session
    bool m_madeDisk = false; ///< new and empty: may be formatted
    bool m_formatted = false;
    bool m_mounted = false;
};

} // namespace bv
