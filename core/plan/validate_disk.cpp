#include "plan/option_list.h"
#include "plan/validate_qemu.h"
#include "plan/validate_values.h"

#include <QCoreApplication>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

constexpr double leastDiskGib = 8.0 / 1024; // a file system with its journal, and a file on it
constexpr double mostDiskGib = 65536;       // 64 TiB; nobody means more

/// Options that a setting or Benchvisor itself gives may not be given again.
void validateOptions(const QString& text, const QStringList& taken, const QString& where, PlanProblems& problems)
{
    refuseControlCharacters(text, where, problems);
    const OptionList options = OptionList::parse(text);
    if (!options.head.isEmpty())
        problems.error(where, Text::tr("\"%1\" has no value. Write it as in \"discard=unmap\".").arg(options.head));
    for (const OptionList::Item& item : options.items) {
        if (taken.contains(item.key))
            problems.error(where,
                           Text::tr("\"%1\" is decided by another setting of the disk. Remove it.").arg(item.key));
    }
}

void validateBase(const DiskSettings& disk, const QString& where, PlanProblems& problems)
{
    refuseControlCharacters(disk.base, where + u".base"_s, problems);
    if (!disk.baseFormat.isEmpty())
        requireOneOf(disk.baseFormat, {u"raw"_s, u"qcow2"_s}, where + u".base_format"_s, problems);
    if (disk.base.isEmpty())
        return;
    if (disk.format != "qcow2"_L1)
        problems.error(where + u".format"_s,
                       Text::tr("An overlay on a base is a qcow2 disk. Use \"qcow2\", or no base."));
    if (disk.base == disk.path)
        problems.error(where + u".base"_s,
                       Text::tr("The disk cannot be its own base. Give the overlay another path, or "
                                "leave path empty to have one for the session."));
    if (disk.preallocation != "off"_L1)
        problems.error(where + u".preallocation"_s,
                       Text::tr("An overlay cannot be preallocated. Use \"off\", or no base."));
}

void validateBus(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    const QString& bus = qemu.disk.bus;
    if (!requireOneOf(bus, {u"virtio"_s, u"ide"_s, u"nvme"_s, u"scsi"_s}, where, problems))
        return;
    const QString machine = optionHead(qemu.machine);
    if (qemu.guest == "builtin"_L1 && bus != "virtio"_L1)
        problems.error(where, Text::tr("The built-in guest knows virtio disks only. Use \"virtio\"."));
    else if (bus == "ide"_L1 && (qemu.arch == "aarch64"_L1 || machine == "microvm"_L1))
        problems.error(where, Text::tr("The machine %1 has no IDE disks. Use \"virtio\".").arg(machine));
}

void validateKey(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    const DiskSettings& disk = qemu.disk;
    refuseControlCharacters(disk.keyFile, where + u".key_file"_s, problems);
    // An overlay on it would not be encrypted, and is what a guest of the user's writes to.
    if (disk.format == "luks"_L1 && qemu.guest != "builtin"_L1 && !(disk.path.isEmpty() && qemu.guest == "iso"_L1))
        problems.error(where + u".format"_s,
                       Text::tr("Only the built-in guest works with a \"luks\" disk. Use a disk without encryption: "
                                "benchvisor disk convert makes one."));
    else if (disk.format == "raw"_L1 && !disk.keyFile.isEmpty())
        problems.warning(where + u".key_file"_s,
                         Text::tr("A \"raw\" disk has no passphrase, \"luks\" and \"qcow2\" disks may have one. "
                                  "Leave it empty, or change the format."));
    else if (disk.format == "qcow2"_L1 && !disk.keyFile.isEmpty() && qemu.guest == "disk"_L1)
        problems.error(where + u".key_file"_s,
                       Text::tr("A guest cannot be booted from an encrypted disk, because what it writes would be "
                                "kept in the clear meanwhile. Leave it empty, and use a disk without encryption."));
    else if (disk.format == "luks"_L1 && !disk.path.isEmpty() && disk.keyFile.isEmpty())
        problems.error(where + u".key_file"_s,
                       Text::tr("The disk is encrypted. Name the file that holds its passphrase, and nothing "
                                "else (no line break at its end)."));
}

} // namespace

void validateDisk(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    const DiskSettings& disk = qemu.disk;
    refuseControlCharacters(disk.path, where + u".path"_s, problems);
    requireOneOf(disk.format, {u"raw"_s, u"qcow2"_s, u"luks"_s}, where + u".format"_s, problems);
    if (!(disk.sizeGib > 0))
        problems.error(where + u".size_gib"_s, Text::tr("A disk needs a size. Give more than 0 GiB, such as 4."));
    else if (disk.sizeGib < leastDiskGib)
        problems.error(where + u".size_gib"_s, Text::tr("%1 GiB is too small. Give 0.0078125 GiB (8 MiB) or more, such "
                                                        "as 4.")
                                                   .arg(QString::number(disk.sizeGib)));
    else if (disk.sizeGib > mostDiskGib)
        problems.error(where + u".size_gib"_s, Text::tr("%1 GiB is too large. Give at most %2 GiB.")
                                                   .arg(QString::number(disk.sizeGib), QString::number(mostDiskGib)));
    requireOneOf(disk.cache, {u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s},
                 where + u".cache"_s, problems);
    requireOneOf(disk.aio, {u"threads"_s, u"native"_s, u"io_uring"_s}, where + u".aio"_s, problems);
    if (disk.aio == "native"_L1 && disk.cache != "none"_L1 && disk.cache != "directsync"_L1) {
        problems.error(where + u".aio"_s,
                       Text::tr("QEMU takes \"native\" only with a cache of \"none\" or \"directsync\". "
                                "Change the cache, or use \"threads\"."));
    }
    if (disk.cache == "unsafe"_L1)
        problems.unequal(where + u".cache"_s,
                         Text::tr("With \"unsafe\" the disk ignores flushes: writes look faster than a "
                                  "disk can be."));
    const bool known = requireOneOf(disk.preallocation, {u"off"_s, u"metadata"_s, u"falloc"_s, u"full"_s},
                                    where + u".preallocation"_s, problems);
    if (known && disk.preallocation == "metadata"_L1 && disk.format == "raw"_L1)
        problems.error(where + u".preallocation"_s,
                       Text::tr("A raw disk has no metadata. Use \"off\", \"falloc\" or \"full\"."));
    validateBase(disk, where, problems);
    validateKey(qemu, where, problems);
    validateBus(qemu, where + u".bus"_s, problems);
    QStringList taken{u"file"_s, u"format"_s, u"if"_s, u"id"_s, u"cache"_s, u"aio"_s, u"media"_s, u"key-secret"_s};
    if (!disk.keyFile.isEmpty())
        taken << u"encrypt.key-secret"_s;
    validateOptions(disk.options, taken, where + u".options"_s, problems);
    validateOptions(disk.deviceOptions, {u"drive"_s, u"driver"_s}, where + u".device_options"_s, problems);
}

} // namespace bv
