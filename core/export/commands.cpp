#include "export/commands.h"

#include "base/shell_line.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "sysbench/command_line.h"
#include "target/docker/command_line.h"
#include "target/inside_facts.h"
#include "target/qemu/command_line.h"
#include "target/qemu/guest_media.h"
#include "target/qemu/guest_scripts.h"

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
// Stand for what only the shell knows until a line is quoted.
constexpr QChar folderVariable(0xe000); ///< "$d", the private folder
constexpr int sshPortByHand = 2222;
constexpr QChar nameVariable(0xe001); ///< "$n", the container's

/// Whatever the text holds, it stays one line: what followed a line end would be run.
QString comment(QString text)
{
    std::replace_if(
        text.begin(), text.end(), [](QChar c) { return c < u' '; }, u' ');
    return u"# "_s + text;
}

/// A command for the shell, with its variables where they belong.
QString line(const QStringList& argv)
{
    QStringList words;
    for (const QString& word : argv) {
        QString text;
        QString plain;
        const auto quotePlain = [&text, &plain] {
            if (!plain.isEmpty())
                text += shellLine({plain});
            plain.clear();
        };
        for (const QChar c : word) {
            const bool isFolder = folderVariable == c;
            if (!isFolder && nameVariable != c) {
                plain += c;
                continue;
            }
            quotePlain();
            text += isFolder ? u"\"$d\""_s : u"\"$n\""_s;
        }
        quotePlain();
        words << (word.isEmpty() ? u"''"_s : text);
    }
    return words.join(u' ');
}

/// How the commands of a run get into a target.
struct Inside
{
    std::function<QString(const QString& place, const QStringList& argv)> wrap;
    QString sysbench = u"sysbench"_s;
    QString version;       ///< of sysbench there; empty where it is not known
    QString files;         ///< the folder for file sets
    QStringList makeFiles; ///< lines that make that folder, before the first file set
    std::function<QStringList(const QString& place)> dropPageCache;
};

/// sysbench's lines of one target, in the order of the plan, each once with its number of repeats.
class SysbenchLines
{
public:
    SysbenchLines(const Inside& inside, bool dropPageCache)
        : m_inside(inside)
        , m_dropPageCache(dropPageCache)
    {
    }

    QStringList of(const QString& targetId, const QList<PlannedRun>& runs)
    {
        QStringList order;
        QMap<QString, int> repeats;
        QMap<QString, PlannedRun> first;
        for (const PlannedRun& run : runs) {
            if (run.targetId != targetId)
                continue;
            const QString key = cellKey(run);
            if (!first.contains(key)) {
                order << key;
                first.insert(key, run);
            }
            ++repeats[key];
        }
        for (const QString& key : std::as_const(order)) {
            useFilesOf(first[key]);
            measure(first[key], repeats[key]);
        }
        useFilesOf({});
        return m_lines;
    }

private:
    void add(const QString& place, const QStringList& sysbenchArguments)
    {
        m_lines << m_inside.wrap(place, QStringList(m_inside.sysbench) + sysbenchArguments);
    }

    /// A folder for each set, as the program makes them; a set that seqwr has spoiled is made again.
    void useFilesOf(const PlannedRun& run)
    {
        const QString set = run.test == sysbench::Test::Fileio ? sysbench::fileSetKey(run.params) : QString();
        const bool isSame = set == m_set;
        if (isSame && (!m_spoiled || sysbench::spoilsFileSet(run.params)))
            return;
        if (!m_set.isEmpty())
            add(m_setFolder, sysbench::cleanupArguments(m_setRun.test, m_setRun.params));
        m_set = set;
        m_spoiled = false;
        m_setRun = run;
        if (set.isEmpty())
            return;
        if (!isSame) {
            if (m_setsMade == 0)
                m_lines << m_inside.makeFiles;
            m_setFolder = u"%1/set-%2"_s.arg(m_inside.files).arg(++m_setsMade);
            m_lines << m_inside.wrap(m_inside.files, {u"mkdir"_s, u"-p"_s, m_setFolder});
        }
        add(m_setFolder, sysbench::prepareArguments(run.test, run.params));
    }

    void measure(const PlannedRun& run, int repeats)
    {
        // Where it is not known which sysbench there is, the line says all that the plan says.
        const auto version = sysbench::parseVersion(m_inside.version).value_or(sysbench::version11);
        const QStringList unknown = sysbench::optionsUnknownTo(version, run.test, run.params);
        if (!unknown.isEmpty()) {
            m_lines << comment(Text::tr("refused, because sysbench %1 does not know %2: %3")
                                   .arg(m_inside.version, unknown.join(u", "_s), describeParams(run.test, run.params)));
            return;
        }
        m_lines << comment(Text::tr("%n time(s):", nullptr, repeats));
        const bool files = run.test == sysbench::Test::Fileio;
        if (files && m_dropPageCache)
            m_lines << m_inside.dropPageCache(m_setFolder);
        add(files ? m_setFolder : u"/tmp"_s, sysbench::runArguments(run.test, run.params, version));
        m_spoiled = m_spoiled || (files && sysbench::spoilsFileSet(run.params));
    }

    const Inside& m_inside;
    bool m_dropPageCache;
    QStringList m_lines;
    QString m_set;          ///< the key of the file set that is there
    bool m_spoiled = false; ///< see sysbench::spoilsFileSet()
    QString m_setFolder;
    PlannedRun m_setRun;
    int m_setsMade = 0;
};

/// A subshell: what goes wrong ends it, and what it made goes with it, also after Ctrl-C. Works in every POSIX shell.
QStringList begin(const QStringList& variables, const QString& end)
{
    return QStringList{u"("_s, u"set -eu"_s} + variables +
           QStringList{u"end() { "_s + end + u" }"_s, u"trap end EXIT"_s, u"trap 'exit 130' INT"_s,
                       u"trap 'exit 143' TERM HUP"_s};
}

QString makeFolder(const CommandPlaces& places)
{
    return u"d=$(%1 && %2)"_s.arg(
        shellLine({u"mkdir"_s, u"-p"_s, places.folder}),
        shellLine({u"mktemp"_s, u"-d"_s, places.folder + u"/benchvisor-manual-"_s + QString(6, u'X')}));
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
    QString end = line({docker, u"rm"_s, u"--force"_s, nameVariable}) + quietly + u" || :; "_s;
    if (volume)
        end += line({docker, u"volume"_s, u"rm"_s, nameVariable}) + quietly + u" || :; "_s;
    QStringList lines = begin({u"n=benchvisor-manual-$$-"_s + target.id, makeFolder(places)}, end + u"rm -r \"$d\";"_s);
    if (builtin) // importing it again would leave the older one behind without a name
        lines << line({docker, u"image"_s, u"inspect"_s, runtime.image}) + quietly + u" || "_s +
                     line(imageImportArgv(docker, places.guest.imageTar, runtime.image));
    if (volume)
        lines << line({docker, u"volume"_s, u"create"_s, runtime.volume});
    lines << comment(Text::tr("the container runs as long as somebody holds the other end of its input"));
    lines << u"mkfifo \"$d\"/in"_s << u"exec 7<>\"$d\"/in"_s;
    lines << line(containerRunArgv(target.docker, runtime)) + u" <\"$d\"/in 7<&- &"_s << u"p=$!"_s;
    lines << u"until %1; do kill -0 \"$p\" || exit 1; sleep 0.1; done"_s.arg(
        line({docker, u"exec"_s, nameVariable, u"true"_s}) + quietly);
    Inside inside;
    inside.files = containerFileFolder;
    inside.version = builtin ? places.guest.sysbenchVersion : QString();
    inside.wrap = [&docker](const QString& place, const QStringList& argv) {
        return line(QStringList{docker, u"exec"_s, u"--workdir"_s, place, nameVariable} + argv);
    };
    inside.dropPageCache = [&inside](const QString& place) {
        return QStringList(inside.wrap(place, dropFilesCommand()));
    };
    lines << SysbenchLines(inside, places.dropPageCache).of(target.id, runs);
    return lines << u")"_s;
}

/// The program speaks with the guest through sockets; a shell can speak through pipes.
QStringList withPipes(QStringList argv)
{
    const QString socket = u"socket,"_s;
    const QString server = u",server=on,wait=off"_s;
    for (QString& argument : argv) {
        const bool spoken = argument.startsWith("socket,id=qga,"_L1) || argument.startsWith("socket,id=out0,"_L1);
        if (spoken && argument.endsWith(server))
            argument = u"pipe,"_s + argument.sliced(socket.size()).chopped(server.size());
    }
    return argv;
}

/// g FOLDER WORD…: runs the words in the guest and shows what they print; its status is theirs. The agent starts them,
/// their output comes over the port stream.0, up to a last line of ours; the command before may still have it open for
/// a moment, and only one can. Words may not hold '"' or '\'.
QStringList guestFunction()
{
    return {
        u"g() {"_s,
        u"  f=$1; a=; shift; for w; do a=\"$a,\\\"$w\\\"\"; done"_s,
        uR"sh(  printf '{"execute":"guest-exec","arguments":{"path":"/bin/sh","arg":["-c","p=/dev/virtio-ports/stream.0; until (: >$p) 2>/dev/null; do sleep 0.01; done; exec >$p 2>&1 </dev/null; cd \\"$0\\" && \\"$@\\"; echo bv-end $?","%s"%s]}}\n' "$f" "$a" >&7)sh"_s,
        u"  read -r r <&8"_s,
        uR"sh(  case $r in *'"return"'*) ;; *) printf '%s\n' "$r" >&2; return 1 ;; esac)sh"_s,
        uR"sh(  while IFS= read -r l <&9; do case $l in 'bv-end '*) return "${l#bv-end }" ;; esac; printf '%s\n' "$l"; done)sh"_s,
        u"  return 1"_s,
        u"}"_s,
        comment(Text::tr("answers as soon as the guest has booted")),
        uR"sh(printf '{"execute":"guest-ping"}\n' >&7; read -r r <&8)sh"_s};
}

QString formatLine()
{
    return u"g /tmp /sbin/mke2fs -t ext4 -q -F -i 262144 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "
           "/dev/vda"_s;
}

/// Gives the VM variables of its own, as the program does it.
QStringList variablesLines(FirmwareFiles& firmware, const QString& arch)
{
    if (!needsFirmwareVariables(firmware, arch))
        return {};
    const QString copy = folderVariable + u"/firmware-variables"_s;
    const QString from = std::exchange(firmware.vars, copy);
    if (from.isEmpty())
        return {line({u"truncate"_s, u"-s"_s, u"64M"_s, copy})};
    return {line({u"cp"_s, from, copy})};
}

/// Starts a VM whose guest is told by its agent what to do.
QStringList startWithPipes(const QemuSettings& qemu, const QemuRuntime& runtime)
{
    QStringList lines;
    lines << comment(Text::tr("qga and out0 are sockets when Benchvisor starts it, and pipes here for the shell"));
    lines << u"mkfifo \"$d\"/qga.in \"$d\"/qga.out \"$d\"/out0.in \"$d\"/out0.out"_s;
    lines << u"exec 7<>\"$d\"/qga.in 8<>\"$d\"/qga.out 9<>\"$d\"/out0.out"_s;
    lines << line(withPipes(qemuArgv(qemu, runtime))) + u" &"_s << u"pid=$!"_s;
    lines << comment(Text::tr("for reading only: so the end of QEMU ends the waiting"));
    return lines << u"exec 8<\"$d\"/qga.out 9<\"$d\"/out0.out"_s << guestFunction();
}

/// By the system's ssh, as whoever the plan names.
QStringList sshArgv(const QemuSettings& qemu)
{
    QStringList argv{u"ssh"_s,
                     u"-p"_s,
                     QString::number(sshPortByHand),
                     u"-o"_s,
                     u"BatchMode=yes"_s,
                     u"-o"_s,
                     u"StrictHostKeyChecking=accept-new"_s,
                     u"-o"_s,
                     u"UserKnownHostsFile="_s + folderVariable + u"/known_hosts"_s};
    if (!qemu.ssh.key.isEmpty())
        argv << u"-i"_s << qemu.ssh.key;
    return argv << qemu.ssh.user + u"@127.0.0.1"_s;
}

/// A guest of the user's: its disk is started through an overlay that goes at the end.
QStringList foreignCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QemuSettings qemu = target.qemu;
    const bool scratch = qemu.guest == "iso"_L1 && qemu.disk.path.isEmpty();
    const bool ssh = qemu.channel == "ssh"_L1;
    QemuRuntime runtime;
    runtime.program = places.tools.qemuFor(qemu.arch);
    runtime.accel = qemu.accel;
    runtime.firmware = places.firmware.value(target.id);
    runtime.socketDir = folderVariable;
    runtime.scratch = scratch;
    runtime.ordered = true;
    runtime.sshPort = ssh ? sshPortByHand : 0;
    QStringList lines = begin({makeFolder(places), u"pid="_s},
                              u"[ -z \"$pid\" ] || { kill \"$pid\" && wait \"$pid\"; } || :; rm -r \"$d\";"_s);
    lines << variablesLines(runtime.firmware, qemu.arch);
    if (!scratch) {
        const BootDisk disk = bootDiskOf(qemu);
        qemu.disk.base = disk.path;
        qemu.disk.baseFormat = disk.format;
        qemu.disk.format = u"qcow2"_s;
        qemu.disk.preallocation = u"off"_s;
    }
    runtime.diskPath = folderVariable + u"/disk."_s + qemu.disk.format;
    lines << line(qemuImgCreateArgv(places.tools.qemuImg, qemu.disk, runtime.diskPath));
    if (ssh) {
        lines << line(qemuArgv(qemu, runtime)) + u" &"_s << u"pid=$!"_s;
        lines << u"until %1; do kill -0 \"$pid\" || exit 1; sleep 1; done"_s.arg(line(sshArgv(qemu) << u"true"_s));
    } else {
        lines << startWithPipes(qemu, runtime);
    }
    if (qemu.installSysbench)
        lines << comment(Text::tr("where the guest has no sysbench, Benchvisor has it installed now"));
    Inside inside;
    inside.files = scratch ? u"/bench"_s : u"/var/tmp/benchvisor"_s;
    inside.wrap = [&qemu, ssh](const QString& place, const QStringList& argv) {
        if (!ssh)
            return line(QStringList{u"g"_s, place} + argv);
        return line(sshArgv(qemu) << u"cd "_s + shellLine({place}) + u" && "_s + shellLine(argv));
    };
    // The only one on virtio, but where the ISO is too.
    const bool alone = qemu.arch == "x86_64"_L1 && qemu.disk.bus == "virtio"_L1;
    const QString device = alone ? u"/dev/vda"_s : u"/dev/disk/by-id/virtio-"_s + scratchSerial;
    inside.makeFiles = {inside.wrap(u"/tmp"_s, {u"mkdir"_s, u"-p"_s, inside.files})};
    if (scratch) {
        inside.makeFiles << inside.wrap(u"/tmp"_s, {u"/sbin/mke2fs"_s, u"-t"_s, u"ext4"_s, u"-q"_s, u"-F"_s, device});
        inside.makeFiles << inside.wrap(u"/tmp"_s, {u"mount"_s, device, inside.files});
    }
    inside.dropPageCache = [&](const QString& place) {
        return QStringList{
            inside.wrap(place, {u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}),
            line({u"dd"_s, u"if="_s + runtime.diskPath, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s})};
    };
    lines << SysbenchLines(inside, places.dropPageCache).of(target.id, runs);
    return lines << u")"_s;
}

QStringList qemuCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    if (target.qemu.guest != "builtin"_L1)
        return foreignCommands(target, runs, places);
    const bool scratch = target.qemu.disk.path.isEmpty();
    QemuRuntime runtime;
    const GuestFiles guest = places.foreignGuests.value(target.qemu.arch, places.guest);
    runtime.program = places.tools.qemuFor(target.qemu.arch);
    runtime.accel = target.qemu.accel;
    runtime.firmware = places.firmware.value(target.id);
    runtime.kernel = guest.kernel;
    runtime.initrd = guest.initrd;
    runtime.socketDir = folderVariable;
    runtime.diskPath = scratch ? folderVariable + u"/disk."_s + target.qemu.disk.format : target.qemu.disk.path;
    QStringList lines = begin({makeFolder(places), u"pid="_s},
                              u"[ -z \"$pid\" ] || { kill \"$pid\" && wait \"$pid\"; } || :; rm -r \"$d\";"_s);
    lines << variablesLines(runtime.firmware, target.qemu.arch);
    const QString create = line(qemuImgCreateArgv(places.tools.qemuImg, target.qemu.disk, runtime.diskPath));
    if (scratch)
        lines << create;
    else
        lines << u"new=; [ -e %1 ] || { %2; new=1; }"_s.arg(line({runtime.diskPath}), create);
    lines << startWithPipes(target.qemu, runtime);
    Inside inside;
    inside.files = u"/bench"_s;
    inside.version = guest.sysbenchVersion;
    inside.makeFiles = {u"g /tmp mkdir -p /bench"_s, u"g /tmp mount -t ext4 /dev/vda /bench"_s};
    // A disk that was made a moment ago is formatted, as the program does it; somebody's data never is.
    if (scratch)
        inside.makeFiles.prepend(formatLine());
    else
        lines << u"[ -z \"$new\" ] || "_s + formatLine();
    inside.wrap = [](const QString& place, const QStringList& argv) { return line(QStringList{u"g"_s, place} + argv); };
    inside.dropPageCache = [&](const QString& place) {
        return QStringList{
            inside.wrap(place, {u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}),
            line({u"dd"_s, u"if="_s + runtime.diskPath, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s})};
    };
    const QStringList measuring = SysbenchLines(inside, places.dropPageCache).of(target.id, runs);
    lines << measuring;
    if (!scratch && measuring.contains(inside.makeFiles.last()))
        lines << u"g /tmp umount /bench"_s;
    return lines << u")"_s;
}

QStringList hostCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines = begin({makeFolder(places)}, u"cd /; rm -r \"$d\";"_s);
    Inside inside;
    inside.files = folderVariable;
    inside.sysbench = places.tools.sysbench;
    // The built-in guest has the host's own.
    inside.version = places.guest.sysbenchVersion;
    inside.wrap = [](const QString& place, const QStringList& argv) {
        return u"cd "_s + line({place}) + u"; "_s + line(argv);
    };
    inside.dropPageCache = [](const QString& place) {
        return QStringList(
            u"for f in %1/test_file.*; do dd if=/dev/null of=\"$f\" oflag=nocache conv=notrunc,fdatasync "
            "count=0 status=none; done"_s.arg(line({place})));
    };
    lines << SysbenchLines(inside, places.dropPageCache).of(target.id, runs);
    return lines << u")"_s;
}

} // namespace

QStringList targetCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    switch (target.kind) {
    case TargetKind::Host:
        return hostCommands(target, runs, places);
    case TargetKind::Docker:
        return dockerCommands(target, runs, places);
    case TargetKind::Qemu:
        return qemuCommands(target, runs, places);
    }
    Q_UNREACHABLE();
}

QStringList planCommands(const Plan& plan, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    CommandPlaces placesOfPlan = places;
    placesOfPlan.dropPageCache = plan.dropPageCache;
    QStringList lines{comment(Text::tr("The plan, with every default:"))};
    const QString json = QString::fromUtf8(QJsonDocument(planToJson(plan, PlanDetail::Full)).toJson()).trimmed();
    const QStringList jsonLines = json.split(u'\n');
    for (const QString& line : jsonLines)
        lines << comment(line);
    for (const TargetSettings& target : plan.targets) {
        lines << QString() << comment(targetLabel(target) + u" ("_s + target.id + u')');
        lines << targetCommands(target, runs, placesOfPlan);
    }
    return lines;
}

} // namespace bv
