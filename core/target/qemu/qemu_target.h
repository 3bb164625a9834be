#pragma once

#include "disk/disk_tool.h"
#include "target/qemu/boot_failure.h"
#include "target/qemu/firmware.h"
#include "target/qemu/ssh_channel.h"
#include "target/qemu/virtual_machine.h"
#include "target/target.h"

namespace bv {

/// A VM with the built-in guest of its architecture, or with one of the user's from a disk or an ISO. What the user's
/// guest writes to its disk goes to a file of the session (a qcow2 overlay) and ends with it.
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

    /// How long the built-in guest may take to answer, by accelerator; and a guest of the user's.
    static std::chrono::milliseconds bootDeadline(const QString& accel);
    static std::chrono::milliseconds foreignBootDeadline(const QString& accel);

private:
    Task<> unmount();
    Async<> makeDisk(std::stop_token stop);
    Async<DiskImage> provideDisk(bool isThere, std::stop_token stop);
    Result<FirmwareFiles> makeFirmware();
    Async<QemuRuntime> assemble(std::stop_token stop);
    QStringList startFiles() const;
    std::chrono::milliseconds deadline() const;
    void sayLastWords();
    bool isForeign() const { return m_settings.qemu.guest != u"builtin"; }
    QemuRuntime runtimeWith(const FirmwareFiles& firmware) const;
    Async<> bootWithRetry(QemuRuntime runtime, std::stop_token stop);
    Async<> askProvenance(QStringList argv, std::stop_token stop);
    // user_guest.cpp
    Async<> makeForeignDisk(std::stop_token stop);
    Async<> prepareSsh(std::stop_token stop);
    Async<> bootForeign(QemuRuntime runtime, std::stop_token stop);
    void makeForeignChannel(int sshPort);
    Error whyNotUp(const Error& error, const QString& console) const;
    Async<> provideSysbench(std::stop_token stop);
    Async<QString> makeForeignFolder(std::stop_token stop);
    Task<QString> dropForeignCaches(std::stop_token stop);

    VirtualMachine m_vm;
    QemuSettings m_started; ///< the settings, with the disk that is really used
    QStringList m_argv;     ///< of the VM that is up
    SshAccess m_ssh;
    QString m_baseDisk; ///< the user's disk below the overlay; empty: none
    QString m_folder;   ///< in the user's guest, once it is made
    FirmwareFiles m_firmware;
    QString m_diskPath;
    QString m_diskKey;       ///< passphrase of a scratch disk, a file; empty: none
    QString m_diskDevice;    ///< host block device that holds the disk image
    QString m_variables;     ///< the VM's copy of its firmware's variables; empty: none
    bool m_scratch = false;  ///< removed with the session
    bool m_madeDisk = false; ///< new and empty: may be formatted
    bool m_formatted = false;
    bool m_mounted = false;
};

} // namespace bv
