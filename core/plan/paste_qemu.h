#pragma once

#include "plan/option_list.h"
#include "plan/paste_parts.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace bv {

/// Reads the arguments of QEMU; one of its kind for one command. Options that belong together (a drive and its device,
/// a network and its card) are found by their ids.
class QemuReader
{
public:
    QemuReader(QString program, const QList<ShellWord>& words);
    Result<PastedTarget> read();

private:
    struct Option
    {
        QString name;  ///< with one '-'
        QString value; ///< empty for a switch
        bool isSwitch = false;
        bool isReplaced = false; ///< a shell would have put something else there
        bool isDone = false;
        bool isKept = false; ///< as an extra argument
        QString text() const;
    };
    using Kind = PastedPart::Kind;

    // paste_qemu.cpp
    void splitOptions(const QList<ShellWord>& words);
    /// Those that take others with them come first.
    bool readLeader(Option& option);
    void readOption(Option& option);
    bool readMachinery(Option& option);
    bool readStart(Option& option);
    bool readControl(Option& option);
    void readMachine(Option& option);
    void readAccel(Option& option);
    void addAccels(const QString& names);
    void readSmp(Option& option);
    void readMemory(Option& option);
    void readKernel(Option& option);

    // paste_qemu_defaults.cpp
    void finish();
    void finishGuest();
    void finishMachine();
    void finishAccel();
    void finishSize();
    void finishScreen();
    void finishDisk();

    // paste_qemu_storage.cpp
    bool readStorage(Option& option);
    void readDrive(Option& option, OptionList drive);
    void readFlash(Option& option, OptionList& drive);
    void readIso(Option& option, const QString& file, Option* device);
    void readDisk(Option& option, OptionList& drive, Option* device);
    void readDiskFormat(OptionList& drive, const QString& file);
    void readDiskDevice(Option* device);

    // paste_qemu_devices.cpp
    bool readScreen(Option& option);
    bool readPeripheral(Option& option);
    void readDisplay(Option& option);
    void readGpu(Option& option, const QString& gpu);
    bool readNetwork(Option& option);
    void readUserNetwork(Option& option, OptionList network, const QString& card);
    bool readDevice(Option& option);
    bool readPort(Option& option);
    bool readUsb(Option& option, const QString& driver, const OptionList& device);
    void scanDevices();
    Option* deviceOf(const QString& key, const QString& id);
    Option* optionWithId(const QString& name, const QString& id);
    bool hasPlainDevice(const QString& driver) const;

    void say(Kind kind, Option& option, const QString& setting, const QString& words);
    /// Something more about an option.
    void add(Kind kind, const Option& option, const QString& argument, const QString& setting, const QString& words);
    void sayDefault(const QString& setting, const QString& words);
    /// As an extra argument, for want of a setting.
    void keep(Option& option, const QString& words = {});

    QString m_program;
    QList<Option> m_options;
    QMultiMap<qsizetype, PastedPart> m_parts; ///< by the place of their option
    QList<PastedPart> m_defaults;
    TargetSettings m_target;
    QemuSettings m_vm;
    OptionList m_machine;
    QStringList m_accels;
    bool m_cpuGiven = false;
    bool m_smpGiven = false;
    bool m_memoryGiven = false;
    bool m_displayGiven = false;
    bool m_gpuGiven = false;
    bool m_networkGiven = false;
    bool m_noDefaults = false;
    bool m_diskTaken = false;
    bool m_cacheGiven = false;
    bool m_formatGiven = false;
    bool m_snapshot = false;        ///< nothing may be written to the disk
    bool m_isBuiltin = false;       ///< the kernel's command line is that of the built-in guest
    bool m_hasForeignPorts = false; ///< of virtio-serial, beside those of Benchvisor
    bool m_hasPlainUsb = false;
};

} // namespace bv
