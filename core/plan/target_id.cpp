#include "plan/target_id.h"

#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestId = 64;

bool isAsciiAlphanumeric(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

/// "1g", "512m".
QString memoryPart(int memoryMib)
{
    constexpr int mibPerGib = 1024;
    return memoryMib % mibPerGib == 0 ? QString::number(memoryMib / mibPerGib) + u'g'
                                      : QString::number(memoryMib) + u'm';
}

QStringList idParts(const TargetSettings& target)
{
    QStringList parts{targetKindName(target.kind)};
    switch (target.kind) {
    case TargetKind::Host:
        break;
    case TargetKind::Docker:
        parts << QString::number(target.docker.cpus) + u'c' << memoryPart(target.docker.memoryMib);
        if (target.docker.storage != "volume"_L1)
            parts << target.docker.storage;
        break;
    case TargetKind::Qemu:
        if (target.qemu.arch != "x86_64"_L1)
            parts << target.qemu.arch;
        if (target.qemu.guest != "builtin"_L1)
            parts << target.qemu.guest;
        if (target.qemu.accel != "auto"_L1 && target.qemu.accel != "tcg"_L1)
            parts << target.qemu.accel;
        parts << QString::number(target.qemu.smp) + u'c' << memoryPart(target.qemu.memoryMib);
        if (target.qemu.disk.format != "raw"_L1)
            parts << target.qemu.disk.format;
        break;
    }
    return parts;
}

} // namespace

bool isValidTargetId(QStringView id)
{
    if (id.isEmpty() || id.size() > longestId || !isAsciiAlphanumeric(id.front()))
        return false;
    return std::all_of(id.cbegin(), id.cend(),
                       [](QChar c) { return isAsciiAlphanumeric(c) || c == u'.' || c == u'_' || c == u'-'; });
}

QString makeTargetId(const TargetSettings& target, const QStringList& taken)
{
    constexpr qsizetype longestBase = 48; // leaves room for a number
    QString base = idParts(target).join(u'-').left(longestBase);
    // Settings may still be wrong when the id is made (an accelerator "k v m"); the id must be right all the same.
    for (QChar& c : base) {
        if (!isAsciiAlphanumeric(c) && c != u'.' && c != u'-' && c != u'_')
            c = u'-';
    }
    QString id = base;
    for (int number = 2; taken.contains(id); ++number)
        id = base + u'-' + QString::number(number);
    return id;
}

} // namespace bv
