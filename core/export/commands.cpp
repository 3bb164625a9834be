#include "export/command_parts.h"

#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "plan/start_up.h"
#include "target/docker/command_line.h"
#include "target/inside_facts.h"
#include "target/qemu/command_line.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QMap>
#include <algorithm>
#include <functional>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Commands)
};

const QString manual = u"manual"_s;

/// The container is made and started; what it says first ends the start, and the end of its input the container.
QStringList dockerStarts(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    const QString docker = places.tools.docker;
    const bool builtin = target.docker.image == "builtin"_L1;
    QStringList lines;
    for (const auto& [run, repeats] : startsOf(target.id, runs)) {
        const TargetSettings started = startedAs(target, run.params);
        ContainerRuntime runtime;
        runtime.program = docker;
        runtime.name = nameVariable;
        runtime.volume = nameVariable;
        runtime.sessionId = manual;
        runtime.owner = manual;
        runtime.cpuset = cpusetFor(started.docker.cpus);
        runtime.image = builtin ? u"benchvisor-builtin:"_s + places.guest.digest.left(12) : target.docker.image;
        const QString quietly = u" >/dev/null 2>&1"_s;
        QString end = commandLine({docker, u"rm"_s, u"--force"_s, nameVariable}) + quietly + u" || :;"_s;
        if (target.docker.storage == "volume"_L1)
            end += u' ' + commandLine({docker, u"volume"_s, u"rm"_s, nameVariable}) + quietly + u" || :;"_s;
        lines << startComment(run, repeats);
        if (isCold(run))
            lines << commentLine(
                Text::tr("Benchvisor drops the image's files from the page cache before, where it may"));
        lines << beginSubshell({u"n=benchvisor-manual-$$-"_s + target.id}, end);
        if (builtin)
            lines << commandLine({docker, u"image"_s, u"inspect"_s, runtime.image}) + quietly + u" || "_s +
                         commandLine(imageImportArgv(docker, places.guest.imageTar, runtime.image));
        if (target.docker.storage == "volume"_L1)
            lines << commandLine({docker, u"volume"_s, u"create"_s, runtime.volume});
        lines << commandLine(containerCreateArgv(started.docker, runtime));
        lines << commandLine(containerStartArgv(runtime)) + u" </dev/null"_s << u")"_s;
    }
    return lines;
}

QStringList dockerCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    const QString docker = places.tools.docker;
    const bool builtin = target.docker.image == "builtin"_L1;
    ContainerRuntime runtime;
    runtime.program = docker;
    runtime.name = nameVariable;
    runtime.volume = nameVariable;
    runtime.sessionId = manual;
    runtime.owner = manual;
    runtime.cpuset = cpusetFor(target.docker.cpus);
    runtime.image = builtin ? u"benchvisor-builtin:"_s + places.guest.digest.left(12) : target.docker.image;
    const bool volume = target.docker.storage == "volume"_L1;
    const QString quietly = u" >/dev/null 2>&1"_s;
    QString end = commandLine({docker, u"rm"_s, u"--force"_s, nameVariable}) + quietly + u" || :; "_s;
    if (volume)
        end += commandLine({docker, u"volume"_s, u"rm"_s, nameVariable}) + quietly + u" || :; "_s;
    QStringList lines =
        beginSubshell({u"n=benchvisor-manual-$$-"_s + target.id, makeFolderLine(places)}, end + u"rm -r \"$d\";"_s);
    if (builtin) // importing it again would leave the older one behind without a name
        lines << commandLine({docker, u"image"_s, u"inspect"_s, runtime.image}) + quietly + u" || "_s +
                     commandLine(imageImportArgv(docker, places.guest.imageTar, runtime.image));
    if (volume)
        lines << commandLine({docker, u"volume"_s, u"create"_s, runtime.volume});
    lines << commentLine(Text::tr("the container runs as long as somebody holds the other end of its input"));
    lines << u"mkfifo \"$d\"/in"_s << u"exec 7<>\"$d\"/in"_s;
    lines << commandLine(containerRunArgv(target.docker, runtime)) + u" <\"$d\"/in 7<&- &"_s << u"p=$!"_s;
    lines << u"until %1; do kill -0 \"$p\" || exit 1; sleep 0.1; done"_s.arg(
        commandLine({docker, u"exec"_s, nameVariable, u"true"_s}) + quietly);
    Inside inside;
    inside.files = containerFileFolder;
    inside.version = builtin ? places.guest.sysbenchVersion : QString();
    inside.wrap = [&docker](const QString& place, const QStringList& argv) {
        return commandLine(QStringList{docker, u"exec"_s, u"--workdir"_s, place, nameVariable} + argv);
    };
    inside.dropPageCache = [&inside](const QString& place) {
        return QStringList(inside.wrap(place, dropFilesCommand()));
    };
    lines << sysbenchLines(inside, places.dropPageCache, target.id, runs);
    return lines << u")"_s;
}

QString formatLine()
{
    return u"g /tmp /sbin/mke2fs -t ext4 -q -F -i 262144 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "
           "/dev/vda"_s;
}

/// Makes the disk, with a passphrase of its own where it needs one. Of encrypted disks qemu-img fails now and then on a
/// busy machine.
QString createLine(const QString& qemuImg, const DiskSettings& disk, const QString& path)
{
    NewDisk made = newDisk(disk, path);
    if (disk.keyFile.startsWith(folderVariable))
        made.guessMs = randomKeyGuessMs;
    const QString create = commandLine(qemuImgCreateArgv(qemuImg, made));
    if (!made.isEncrypted())
        return create;
    return u"i=0; until %1; do i=$((i + 1)); [ $i -lt 6 ] || exit 1; done"_s.arg(create);
}

QString keyLine(const QString& path)
{
    return u"( umask 077; od -An -N32 -tx1 /dev/urandom | tr -d ' \\n' >%1 )"_s.arg(commandLine({path}));
}

/// The passphrase of a disk that has none of the user's.
QStringList keyLines(DiskSettings& disk)
{
    if (disk.format != "luks"_L1 || !disk.keyFile.isEmpty())
        return {};
    disk.keyFile = folderVariable + u"/disk.key"_s;
    return {keyLine(disk.keyFile)};
}

/// What the VM is started with, in the private folder.
QemuRuntime runtimeOf(const TargetSettings& target, const CommandPlaces& places)
{
    QemuRuntime runtime;
    const GuestFiles guest = places.foreignGuests.value(target.qemu.arch, places.guest);
    runtime.program = places.tools.qemuFor(target.qemu.arch);
    runtime.accel = target.qemu.accel;
    runtime.firmware = places.firmware.value(target.id);
    runtime.kernel = guest.kernel;
    runtime.initrd = guest.initrd;
    runtime.socketDir = folderVariable;
    runtime.diskPath = target.qemu.disk.path.isEmpty() ? folderVariable + u"/disk."_s + target.qemu.disk.format
                                                       : target.qemu.disk.path;
    return runtime;
}

/// The VM is started; the answer of its guest ends the start.
QStringList qemuStarts(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines;
    for (const auto& [run, repeats] : startsOf(target.id, runs)) {
        TargetSettings started = startedAs(target, run.params);
        QemuRuntime runtime = runtimeOf(started, places);
        runtime.watched = true;
        lines << startComment(run, repeats) << beginSubshell({makeFolderLine(places), u"pid="_s}, endOfMachine());
        lines << firmwareVariablesLines(runtime.firmware, target.qemu.arch);
        lines << keyLines(started.qemu.disk);
        const QString create = createLine(places.tools.qemuImg, started.qemu.disk, runtime.diskPath);
        lines << (target.qemu.disk.path.isEmpty() ? create
                                                  : u"[ -e %1 ] || %2"_s.arg(commandLine({runtime.diskPath}), create));
        const QStringList files{runtime.kernel,        runtime.initrd,  runtime.firmware.code, runtime.firmware.vars,
                                runtime.firmware.bios, target.qemu.iso, runtime.diskPath,      target.qemu.disk.base};
        if (isCold(run))
            lines << dropFromHostCache(files);
        lines << bootLines(qemuArgv(started.qemu, runtime)) << pingLines() << u")"_s;
    }
    return lines;
}

QStringList qemuCommands(TargetSettings target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    const bool scratch = target.qemu.disk.path.isEmpty();
    QemuRuntime runtime = runtimeOf(target, places);
    QStringList lines = beginSubshell({makeFolderLine(places), u"pid="_s}, endOfMachine());
    lines << firmwareVariablesLines(runtime.firmware, target.qemu.arch);
    lines << keyLines(target.qemu.disk);
    const QString create = createLine(places.tools.qemuImg, target.qemu.disk, runtime.diskPath);
    if (scratch)
        lines << create;
    else
        lines << u"new=; [ -e %1 ] || { %2; new=1; }"_s.arg(commandLine({runtime.diskPath}), create);
    lines << bootLines(qemuArgv(target.qemu, runtime)) << guestFunction() << pingLines();
    Inside inside;
    inside.files = u"/bench"_s;
    inside.version = places.foreignGuests.value(target.qemu.arch, places.guest).sysbenchVersion;
    inside.makeFiles = {u"g /tmp mkdir -p /bench"_s, u"g /tmp mount -t ext4 /dev/vda /bench"_s};
    // A disk that was made a moment ago is formatted, as the program does it; somebody's data never is.
    if (scratch)
        inside.makeFiles.prepend(formatLine());
    else
        lines << u"[ -z \"$new\" ] || "_s + formatLine();
    inside.wrap = [](const QString& place, const QStringList& argv) {
        return commandLine(QStringList{u"g"_s, place} + argv);
    };
    inside.dropPageCache = [&](const QString& place) {
        return QStringList{
            inside.wrap(place, {u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}),
            commandLine({u"dd"_s, u"if="_s + runtime.diskPath, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s})};
    };
    const QStringList measuring = sysbenchLines(inside, places.dropPageCache, target.id, runs);
    lines << measuring;
    if (!scratch && measuring.contains(inside.makeFiles.last()))
        lines << u"g /tmp umount /bench"_s;
    return lines << u")"_s;
}

QStringList hostCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines = beginSubshell({makeFolderLine(places)}, u"cd /; rm -r \"$d\";"_s);
    Inside inside;
    inside.files = folderVariable;
    inside.sysbench = places.tools.sysbench;
    // The built-in guest has the host's own.
    inside.version = places.guest.sysbenchVersion;
    inside.wrap = [](const QString& place, const QStringList& argv) {
        return u"cd "_s + commandLine({place}) + u"; "_s + commandLine(argv);
    };
    inside.dropPageCache = [](const QString& place) {
        return QStringList(
            u"for f in %1/test_file.*; do dd if=/dev/null of=\"$f\" oflag=nocache conv=notrunc,fdatasync "
            "count=0 status=none; done"_s.arg(commandLine({place})));
    };
    lines << sysbenchLines(inside, places.dropPageCache, target.id, runs);
    return lines << u")"_s;
}

} // namespace

QStringList targetCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    switch (target.kind) {
    case TargetKind::Host:
        return hostCommands(target, runs, places);
    case TargetKind::Docker:
        return (measuresInside(target.id, runs) ? dockerCommands(target, runs, places) : QStringList()) +
               dockerStarts(target, runs, places);
    case TargetKind::Qemu:
        if (target.qemu.guest != "builtin"_L1)
            return userGuestCommands(target, runs, places);
        return (measuresInside(target.id, runs) ? qemuCommands(target, runs, places) : QStringList()) +
               qemuStarts(target, runs, places);
    }
    Q_UNREACHABLE();
}

QStringList planCommands(const Plan& plan, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    CommandPlaces placesOfPlan = places;
    placesOfPlan.dropPageCache = plan.dropPageCache;
    QStringList lines{commentLine(Text::tr("The plan, with every default:"))};
    const QString json = QString::fromUtf8(QJsonDocument(planToJson(plan, PlanDetail::Full)).toJson()).trimmed();
    const QStringList jsonLines = json.split(u'\n');
    for (const QString& jsonLine : jsonLines)
        lines << commentLine(jsonLine);
    for (const TargetSettings& target : plan.targets) {
        lines << QString() << commentLine(targetLabel(target) + u" ("_s + target.id + u')');
        lines << targetCommands(target, runs, placesOfPlan);
    }
    return lines;
}

} // namespace bv
