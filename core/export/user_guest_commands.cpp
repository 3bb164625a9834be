#include "base/shell_line.h"
#include "export/command_parts.h"
#include "plan/start_up.h"
#include "target/qemu/command_line.h"
#include "target/qemu/guest_media.h"
#include "target/qemu/guest_scripts.h"
#include "target/qemu/ssh_access.h"
#include "target/qemu/vm_folder.h"

#include <QCoreApplication>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Commands)
};

constexpr int portByHand = 2222; ///< the program takes one that is free

/// By the system's ssh, as the program does it; the host's key is kept for this once.
QStringList sshArgv(const TargetSettings& target, const CommandPlaces& places)
{
    const SshSettings& ssh = target.qemu.ssh;
    SshAccess access;
    access.user = ssh.user;
    access.key = ssh.key.isEmpty() ? vmFolderOf(target, places.dataDir) + u"/id_ed25519"_s : ssh.key;
    access.publicKey = ssh.key.isEmpty() ? access.key : QString(); // whose it is
    access.knownHosts = folderVariable + u"/known_hosts"_s;
    access.name = target.id;
    access.port = portByHand;
    return QStringList(places.tools.ssh) + sshOptions(access) + QStringList(u"127.0.0.1"_s);
}

/// "sh -c SCRIPT NAME" with the script in one line.
QStringList inOneLine(QStringList argv)
{
    QString script;
    QString between;
    const QStringList lines = argv.value(2).split(u'\n');
    for (const QString& line : lines) {
        const QString text = line.trimmed();
        if (text.isEmpty() || text.startsWith(u'#'))
            continue;
        script += between + text;
        const QString last = text.section(u' ', -1);
        between = last == "do"_L1 || last == "then"_L1 ? u" "_s : u"; "_s;
    }
    argv[2] = script;
    return argv;
}

QString orSay(const QString& sentence, const QString& then)
{
    return u" || { echo %1 >&2; %2; }"_s.arg(shellLine({sentence}), then);
}

/// For whoever is logged in: who is not root needs sudo, as the program does it.
void useSudo(Inside& inside, bool scratch, const QString& dropOnHost)
{
    if (scratch)
        inside.makeFiles = {
            inside.wrap(u"/tmp"_s, inOneLine(mountScratchCommand())) +
            orSay(Text::tr("The disk beside the ISO cannot be used, which takes root in the guest."), u"exit 1"_s)};
    inside.dropPageCache = [wrap = inside.wrap, dropOnHost](const QString& place) {
        return QStringList{
            wrap(place, inOneLine(dropCachesCommand())) +
                orSay(Text::tr("The guest's page cache was not dropped, which takes root there."), u":"_s),
            dropOnHost};
    };
}

/// How it is started. The user's disk is only read: an overlay, which goes at the end, takes what the guest writes.
QemuRuntime runtimeOf(QemuSettings& qemu, const FirmwareFiles& firmware, const CommandPlaces& places)
{
    QemuRuntime runtime;
    runtime.program = places.tools.qemuFor(qemu.arch);
    runtime.accel = qemu.accel;
    runtime.firmware = firmware;
    runtime.socketDir = folderVariable;
    runtime.scratch = qemu.guest == "iso"_L1 && qemu.disk.path.isEmpty();
    runtime.ordered = true;
    runtime.sshPort = qemu.channel == "ssh"_L1 ? portByHand : 0;
    if (!runtime.scratch) {
        const BootDisk disk = bootDiskOf(qemu);
        qemu.disk.base = disk.path;
        qemu.disk.baseFormat = disk.format;
        qemu.disk.format = u"qcow2"_s;
        qemu.disk.preallocation = u"off"_s;
    }
    runtime.diskPath = folderVariable + u"/disk."_s + qemu.disk.format;
    return runtime;
}

Inside insideOf(const TargetSettings& target, const QemuRuntime& runtime, const CommandPlaces& places)
{
    const QemuSettings& qemu = target.qemu;
    Inside inside;
    inside.files = runtime.scratch ? u"/bench"_s : u"/var/tmp/benchvisor"_s;
    if (runtime.sshPort != 0) {
        const QStringList ssh = sshArgv(target, places);
        inside.wrap = [ssh](const QString& place, const QStringList& argv) {
            return commandLine(ssh + QStringList(u"cd "_s + shellLine({place}) + u" && "_s + shellLine(argv)));
        };
    } else {
        inside.wrap = [](const QString& place, const QStringList& argv) {
            return commandLine(QStringList{u"g"_s, place} + argv);
        };
    }
    inside.makeFiles = {inside.wrap(u"/tmp"_s, {u"mkdir"_s, u"-p"_s, inside.files})};
    if (runtime.scratch) {
        // The only one on virtio, but where the ISO is too.
        const bool alone = qemu.arch == "x86_64"_L1 && qemu.disk.bus == "virtio"_L1;
        const QString device = alone ? u"/dev/vda"_s : u"/dev/disk/by-id/virtio-"_s + scratchSerial;
        inside.makeFiles << inside.wrap(u"/tmp"_s, {u"/sbin/mke2fs"_s, u"-t"_s, u"ext4"_s, u"-q"_s, u"-F"_s, device});
        inside.makeFiles << inside.wrap(u"/tmp"_s, {u"mount"_s, device, inside.files});
    }
    const QString dropOnHost =
        commandLine({u"dd"_s, u"if="_s + runtime.diskPath, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s});
    if (runtime.sshPort != 0) {
        useSudo(inside, runtime.scratch, dropOnHost);
        return inside;
    }
    // The agent is root.
    inside.dropPageCache = [wrap = inside.wrap, dropOnHost](const QString& place) {
        return QStringList{wrap(place, {u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}), dropOnHost};
    };
    return inside;
}

/// One VM: it is started, answers, is measured in and ended. Without runs only started. `cold`: from files that are in
/// no page cache.
QStringList machineLines(TargetSettings target, const QList<PlannedRun>& runs, bool cold, const CommandPlaces& places)
{
    QemuSettings& qemu = target.qemu;
    QemuRuntime runtime = runtimeOf(qemu, places.firmware.value(target.id), places);
    QStringList lines = beginSubshell({makeFolderLine(places), u"pid="_s}, endOfMachine());
    lines << firmwareVariablesLines(runtime.firmware, qemu.arch)
          << commandLine(qemuImgCreateArgv(places.tools.qemuImg, newDisk(qemu.disk, runtime.diskPath)));
    if (cold)
        lines << dropFromHostCache({runtime.firmware.code, runtime.firmware.vars, runtime.firmware.bios, qemu.iso,
                                    runtime.diskPath, qemu.disk.base});
    const QStringList argv = qemuArgv(qemu, runtime);
    if (runtime.sshPort != 0) {
        lines << commandLine(argv) + u" &"_s << u"pid=$!"_s;
        // What ssh said last is shown where the guest is not entered in the end.
        const QString until = u"i=0; until %1 2>\"$d\"/ssh; do i=$((i + 1)); kill -0 \"$pid\" && [ $i -lt 450 ] || "
                              "{ cat \"$d\"/ssh >&2; exit 1; }; sleep 2; done"_s;
        lines << until.arg(commandLine(sshArgv(target, places) << u"true"_s));
    } else {
        lines << bootLines(argv) << guestFunction() << pingLines();
    }
    if (qemu.installSysbench)
        lines << commentLine(Text::tr("where the guest has no sysbench, Benchvisor has it installed now"));
    lines << sysbenchLines(insideOf(target, runtime, places), places.dropPageCache, target.id, runs);
    return lines << u")"_s;
}

} // namespace

QStringList userGuestCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines;
    if (measuresInside(target.id, runs))
        lines << machineLines(target, runs, false, places);
    for (const auto& [run, repeats] : startsOf(target.id, runs))
        lines << startComment(run, repeats) << machineLines(startedAs(target, run.params), {}, isCold(run), places);
    return lines;
}

} // namespace bv
