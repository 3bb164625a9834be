#include "base/shell_line.h"
#include "export/command_parts.h"
#include "plan/start_up.h"
#include "target/qemu/command_line.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Commands)
};

constexpr int handPort = 2222; ///< the program takes one that is free

/// g FOLDER WORD…: runs the words in the guest. A guest that is met first is believed, as the program does it.
QStringList sshFunction(const TargetSettings& target, const CommandPlaces& places)
{
    const SshSettings& ssh = target.qemu.ssh;
    const QString folder = places.vmFolder + target.id;
    const QString key = ssh.key.isEmpty() ? folder + u"/id_ed25519"_s : ssh.key;
    const QString log = commandLine({places.tools.ssh, u"-p"_s, QString::number(handPort), u"-l"_s, ssh.user, u"-i"_s,
                                     key, u"-o"_s, u"IdentitiesOnly=yes"_s, u"-o"_s, u"BatchMode=yes"_s, u"-o"_s,
                                     u"StrictHostKeyChecking=accept-new"_s, u"-o"_s,
                                     u"UserKnownHostsFile="_s + folderVariable + u"/known_hosts"_s, u"127.0.0.1"_s});
    return {u"g() { f=$1; shift; "_s + log + u" \"cd $f && $*\"; }"_s,
            u"until g / true 2>/dev/null; do kill -0 \"$pid\"; sleep 1; done"_s};
}

Inside insideOf(const QString& diskPath)
{
    Inside inside;
    inside.files = u"/var/tmp/benchvisor-manual"_s;
    inside.makeFiles = {u"g / mkdir -p "_s + inside.files};
    // Twice quoted: by this shell and by the one in the guest.
    inside.wrap = [](const QString& place, const QStringList& argv) {
        return commandLine({u"g"_s, shellLine({place}), shellLine(argv)});
    };
    inside.dropPageCache = [diskPath, wrap = inside.wrap](const QString&) {
        return QStringList{
            wrap(u"/"_s, {u"sudo"_s, u"-n"_s, u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}),
            commandLine({u"dd"_s, u"if="_s + diskPath, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s})};
    };
    return inside;
}

/// An overlay, which goes at the end, so that the user's disk is only read; or an empty disk beside an ISO.
QString diskLine(QemuSettings& qemu, const QString& diskPath, const CommandPlaces& places)
{
    NewDisk disk = newDisk(qemu.disk, diskPath);
    if (qemu.guest == "disk"_L1 || !qemu.disk.path.isEmpty()) {
        disk.base = qemu.disk.path.isEmpty() ? qemu.disk.base : qemu.disk.path;
        disk.baseFormat = qemu.disk.path.isEmpty() ? qemu.disk.baseFormat : qemu.disk.format;
        disk.format = u"qcow2"_s;
        disk.preallocation = u"off"_s;
        qemu.disk.format = u"qcow2"_s;
    }
    return commandLine(qemuImgCreateArgv(places.tools.qemuImg, disk));
}

/// One VM: it is started, reached, measured in and ended. Without runs only started.
QStringList machineLines(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QemuSettings qemu = target.qemu;
    const bool ssh = qemu.channel == "ssh"_L1;
    const bool overlay = qemu.guest == "disk"_L1 || !qemu.disk.path.isEmpty();
    QemuRuntime runtime;
    runtime.program = places.tools.qemuFor(qemu.arch);
    runtime.accel = qemu.accel;
    runtime.firmware = places.firmware.value(target.id);
    runtime.socketDir = folderVariable;
    runtime.diskPath = folderVariable + (overlay ? u"/overlay.qcow2"_s : u"/disk."_s + qemu.disk.format);
    runtime.scratch = !overlay;
    runtime.ordered = true;
    runtime.sshPort = ssh ? handPort : 0;
    QStringList lines = beginSubshell({makeFolderLine(places), u"pid="_s},
                                      u"[ -z \"$pid\" ] || { kill \"$pid\" && wait \"$pid\"; } || :; rm -r \"$d\";"_s);
    lines << firmwareVariablesLines(runtime.firmware, qemu.arch) << diskLine(qemu, runtime.diskPath, places);
    lines << commandLine(qemuArgv(qemu, runtime)) + u" &"_s << u"pid=$!"_s;
    if (ssh) {
        lines << sshFunction(target, places)
              << sysbenchLines(insideOf(runtime.diskPath), places.dropPageCache, target.id, runs);
        return lines << u")"_s;
    }
    Inside inside = insideOf(runtime.diskPath);
    inside.makeFiles.clear();
    inside.wrap = [](const QString& place, const QStringList& argv) {
        return commentLine(u"cd "_s + shellLine({place}) + u" && "_s + shellLine(argv));
    };
    inside.dropPageCache = [&inside](const QString&) {
        return QStringList(inside.wrap(u"/"_s, {u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}));
    };
    lines << commentLine(Text::tr("What the guest's agent is told to run in it:"));
    lines << sysbenchLines(inside, places.dropPageCache, target.id, runs);
    lines << commentLine(Text::tr("The VM runs until it is shut down, or until Ctrl-C.")) << u"wait \"$pid\"; pid="_s;
    return lines << u")"_s;
}

} // namespace

QStringList userGuestCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines;
    bool measured = false;
    bool started = false;
    QStringList cells;
    for (const PlannedRun& run : runs) {
        if (run.targetId != target.id)
            continue;
        if (run.test != sysbench::Test::Boot) {
            measured = true;
            continue;
        }
        TargetSettings asStarted = startedAs(target, run.params);
        const QString cell = targetLabel(asStarted);
        if (cells.contains(cell))
            continue;
        cells << cell;
        started = true;
        lines << commentLine(Text::tr("Start of %1:").arg(cell)) << machineLines(asStarted, {}, places);
    }
    if (measured || !started)
        lines = machineLines(target, runs, places) + lines;
    return lines;
}

} // namespace bv
