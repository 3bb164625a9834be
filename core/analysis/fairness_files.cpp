#include "analysis/fairness_ground.h"

#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QMap>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using Kind = FairnessKind;
using Severity = FairnessSeverity;
using sysbench::Test;

constexpr qint64 mib = 1024 * 1024;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

FairnessNote fileNote(Kind kind, Severity severity)
{
    FairnessNote note;
    note.kind = kind;
    note.severity = severity;
    note.tests = {Test::Fileio};
    return note;
}

/// The same change of the settings of each.
QJsonObject changeOf(const QList<const Side*>& sides, const QString& key, const QJsonValue& value)
{
    QJsonObject targets;
    for (const Side* side : sides)
        targets.insert(side->settings.id, QJsonObject{{key, value}});
    return {{u"targets"_s, targets}};
}

/// The smallest file set that is read, in bytes; 0 where none is.
qint64 smallestRead(const Ground& ground, bool alsoDirect)
{
    qint64 smallest = 0;
    for (const Load& load : ground.loads) {
        const qint64 bytes = load.fileBytes();
        if (load.reads() && bytes > 0 && (alsoDirect || !load.isDirect()))
            smallest = smallest == 0 ? bytes : std::min(smallest, bytes);
    }
    return smallest;
}

QList<const Side*> storedIn(const Ground& ground, const QString& storage)
{
    QList<const Side*> sides;
    for (const Side& side : ground.sides) {
        if (side.settings.kind == TargetKind::Docker && side.areFilesSet && side.settings.docker.storage == storage)
            sides << &side;
    }
    return sides;
}

void checkStorage(const Ground& ground, Notes& notes)
{
    if (const auto sides = storedIn(ground, u"tmpfs"_s); !sides.isEmpty()) {
        FairnessNote note = fileNote(Kind::Storage, Severity::Breaks);
        note.sentence = Text::tr("%1: the files are in memory (tmpfs).").arg(namesOf(sides));
        note.effect = Text::tr("fileio measures memory there and a disk elsewhere, and flushes cost nothing.");
        note.mend = Text::tr("Set the storage to volume.");
        note.change = changeOf(sides, u"storage"_s, u"volume"_s);
        note.targets = idsOf(sides);
        notes << note;
    }
    if (const auto sides = storedIn(ground, u"layer"_s); !sides.isEmpty()) {
        FairnessNote note = fileNote(Kind::Storage, Severity::Remark);
        note.sentence = Text::tr("%1: the files are in the container's writable layer.").arg(namesOf(sides));
        note.effect =
            Text::tr("The storage driver (overlayfs) stands between files and disk; it costs most when a file "
                     "is opened or made, little when it is read or written.");
        note.mend = Text::tr("Set the storage to volume.");
        note.change = changeOf(sides, u"storage"_s, u"volume"_s);
        note.targets = idsOf(sides);
        notes << note;
    }
    QList<const Side*> encrypted;
    for (const Side& side : ground.sides) {
        const DiskSettings& disk = side.settings.qemu.disk;
        if (side.settings.kind == TargetKind::Qemu && side.areFilesSet &&
            (disk.format == "luks"_L1 || !disk.keyFile.isEmpty()))
            encrypted << &side;
    }
    if (!encrypted.isEmpty() && encrypted.size() < ground.sides.size()) {
        FairnessNote note = fileNote(Kind::Storage, Severity::Distorts);
        note.sentence = Text::tr("%1: the disk is encrypted, the files of the others are not.").arg(namesOf(encrypted));
        note.effect = Text::tr("QEMU encrypts every block with this machine's CPU.");
        note.mend = Text::tr("Use the format raw or qcow2, or compare it with raw to see what encryption costs.");
        note.targets = idsOf(encrypted);
        notes << note;
    }
}

void checkUnsafe(const Ground& ground, Notes& notes)
{
    QList<const Side*> sides;
    for (const Side& side : ground.sides) {
        if (side.settings.kind == TargetKind::Qemu && side.areFilesSet && side.settings.qemu.disk.cache == "unsafe"_L1)
            sides << &side;
    }
    if (sides.isEmpty())
        return;
    FairnessNote note = fileNote(Kind::UnsafeDisk, Severity::Breaks);
    note.sentence = Text::tr("%1: the disk ignores flushes (cache unsafe).").arg(namesOf(sides));
    note.effect = Text::tr("Writes end in this machine's memory, faster than any disk, while others wait for theirs.");
    note.mend = Text::tr("Set the disk's cache to writethrough.");
    note.change = changeOf(sides, u"cache"_s, u"writethrough"_s);
    note.targets = idsOf(sides);
    notes << note;
}

/// Can QEMU open the scratch disk past the page cache (O_DIRECT)? A file system of memory refuses that.
bool hasDirectDisk(const Ground& ground, const Side& side)
{
    static const QStringList direct{u"ext2"_s, u"ext3"_s, u"ext4"_s, u"xfs"_s, u"btrfs"_s, u"f2fs"_s};
    const DiskSettings& disk = side.settings.qemu.disk;
    return disk.path.isEmpty() && disk.base.isEmpty() && direct.contains(ground.host["work_file_system"_L1].toString());
}

/// QEMU's cache of a disk is this machine's memory, and O_DIRECT in the guest does not reach past it.
void checkHostCache(const Ground& ground, Notes& notes)
{
    const qint64 smallest = smallestRead(ground, true);
    const qint64 memory = ground.host["memory_mib"_L1].toInteger();
    const bool isUnknown = ground.isForeign() && memory == 0;
    if (smallest == 0 || (smallest / mib >= memory && !isUnknown))
        return;
    QList<const Side*> cached;
    bool canBeDirect = true;
    for (const Side& side : ground.sides) {
        if (!side.areFilesSet || !hasSecondCache(side.settings) || side.settings.qemu.disk.cache == "unsafe"_L1)
            continue;
        cached << &side;
        canBeDirect = canBeDirect && hasDirectDisk(ground, side);
    }
    if (cached.isEmpty())
        return;
    FairnessNote note = fileNote(Kind::HostCache, Severity::Distorts);
    note.readsOnly = true;
    if (isUnknown)
        note.sentence = Text::tr("%1: the memory of the machine below is a second cache of the disk; how much of the "
                                 "%2 of files it holds is not known.")
                            .arg(namesOf(cached), sysbench::formatSize(smallest));
    else
        note.sentence =
            Text::tr("%1: this machine's memory (%2) is a second cache of the disk, and holds the %3 of files.")
                .arg(namesOf(cached), mibText(static_cast<double>(memory)), sysbench::formatSize(smallest));
    note.effect = Text::tr("What was read once is read from memory, also with direct I/O in the guest; a container has "
                           "no such cache beyond its memory limit.");
    note.mend = Text::tr("Set the disk's cache to none.");
    note.targets = idsOf(cached);
    if (canBeDirect)
        note.change = changeOf(cached, u"cache"_s, u"none"_s);
    notes << note;
}

/// MiB of a file set that no memory holds; nothing where there is no room for it, or where that is not known.
std::optional<qint64> fileSetBeyond(const Ground& ground, double memoryMib)
{
    constexpr double share = 0.7;           // of the free space, at most
    constexpr double mostMib = 64.0 * 1024; // more takes longer to write than anybody waits
    const double wanted = 2 * memoryMib;
    const double free = ground.host["work_free_mib"_L1].toDouble();
    if (wanted > mostMib || wanted * static_cast<double>(ground.sides.size()) > share * free)
        return std::nullopt;
    for (const Side& side : ground.sides) {
        const DiskSettings& disk = side.settings.qemu.disk;
        const bool isScratch = disk.path.isEmpty() && disk.base.isEmpty();
        if (!side.isSet || !side.memoryMib || (side.settings.kind == TargetKind::Qemu && !isScratch) ||
            (side.settings.kind == TargetKind::Docker && side.settings.docker.storage == "tmpfs"_L1))
            return std::nullopt;
    }
    return static_cast<qint64>(std::ceil(wanted));
}

/// A file set that fits into memory measures a cache.
void checkCachedFiles(const Ground& ground, Notes& notes)
{
    const qint64 smallest = smallestRead(ground, false);
    if (smallest == 0)
        return;
    QList<const Side*> cached;
    double most = 0;
    double least = 0;
    bool areKnown = true;
    for (const Side& side : ground.sides) {
        areKnown = areKnown && side.memoryMib;
        most = std::max(most, side.memoryMib.value_or(0));
        if (!side.memoryMib || static_cast<double>(smallest / mib) >= *side.memoryMib)
            continue;
        cached << &side;
        least = least == 0 ? *side.memoryMib : std::min(least, *side.memoryMib);
    }
    if (cached.isEmpty())
        return;
    const bool all = cached.size() == ground.sides.size();
    const bool isUnequal = !all && areKnown;
    FairnessNote note = fileNote(Kind::CachedFiles, isUnequal ? Severity::Breaks : Severity::Distorts);
    note.readsOnly = true;
    note.sentence = Text::tr("%1 of files fit into the memory of %2 (%3).")
                        .arg(sysbench::formatSize(smallest), namesOf(cached), mibText(least));
    // 10 times: seqrd in a container of 512 MiB, 64 MiB of files, against one of 256 MiB, 512 MiB of files, on one
    // machine. 40 times: random reads of 2 GiB in published student reports, 120–133 MiB/s with 2 GB of memory, 5,200
    // with 4 GB.
    if (all)
        note.effect = Text::tr("Reading measures page caches and not disks, also where they were dropped before the "
                               "run: up to 10 times as fast was seen.");
    else if (isUnequal)
        note.effect = Text::tr("Reading measures a page cache there and a disk elsewhere: 40 times as fast was seen.");
    else
        note.effect = Text::tr("Reading measures a page cache there and not a disk: up to 10 times as fast was seen. "
                               "Of the others the memory is not known.");
    note.mend = Text::tr("Use a file set larger than the memory, or direct I/O (file_extra_flags direct).");
    note.targets = idsOf(cached);
    if (const auto beyond = fileSetBeyond(ground, most)) {
        note.mend = Text::tr("Use a file set of %1, twice the memory.").arg(sysbench::formatSize(*beyond * mib));
        // The file system needs a part of the disk, and the file set of one run is all that is on it.
        constexpr double usable = 0.9;
        constexpr double mibPerGib = 1024;
        note.change = {{u"file_total_size"_s, sysbench::formatSize(*beyond * mib)},
                       {u"size_gib"_s, std::ceil(static_cast<double>(*beyond) / usable / mibPerGib)}};
    }
    notes << note;
}

void checkDisks(const Ground& ground, Notes& notes)
{
    QMap<QString, QList<const Side*>> disks;
    for (const Side& side : ground.sides) {
        if (!side.hostDisk.isEmpty())
            disks[side.hostDisk] << &side;
    }
    if (disks.size() < 2)
        return;
    FairnessNote note = fileNote(Kind::HostDisk, Severity::Distorts);
    QStringList parts;
    for (auto it = disks.cbegin(); it != disks.cend(); ++it) {
        parts << Text::tr("%1 on %2").arg(namesOf(it.value()), it.key());
        note.targets << idsOf(it.value());
    }
    note.sentence = Text::tr("The files are on different disks of this machine: %1.").arg(parts.join(u"; "_s));
    note.effect = Text::tr("The disks are compared as well; how much they differ is not known.");
    note.mend = Text::tr("Put the work folder and the engine's data on one disk (work_dir in the settings file).");
    notes << note;
}

} // namespace

void checkFiles(const Ground& ground, Notes& notes)
{
    if (!ground.has(Test::Fileio))
        return;
    checkStorage(ground, notes);
    checkUnsafe(ground, notes);
    checkHostCache(ground, notes);
    checkCachedFiles(ground, notes);
    checkDisks(ground, notes);
}

} // namespace bv::analysis::fairness
