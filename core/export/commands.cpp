#include "export/commands.h"

#include "base/shell_line.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "sysbench/command_line.h"
#include "target/docker/command_line.h"
#include "target/qemu/command_line.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QMap>
#include <QSet>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Commands)
};

const QString manual = u"manual"_s;

/// Whatever the text holds, it stays one line: what followed a line end would be run.
QString comment(QString text)
{
    std::replace_if(
        text.begin(), text.end(), [](QChar c) { return c < u' '; }, u' ');
    return u"# "_s + text;
}

/// The sysbench lines of a target, each with its repeats; `wrap` turns argv (without program) into a line.
template<class Wrap>
QStringList sysbenchLines(const QString& targetId, const QList<PlannedRun>& runs, Wrap wrap)
{
    QStringList order;
    QMap<QString, int> repeats;
    QMap<QString, PlannedRun> first;
    QMap<QString, PlannedRun> sets;
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
    QStringList lines;
    QString prepared;
    PlannedRun lastSet;
    for (const QString& key : std::as_const(order)) {
        const PlannedRun& run = first[key];
        const QString set = run.test == sysbench::Test::Fileio ? sysbench::fileSetKey(run.params) : QString();
        if (!prepared.isEmpty() && set != prepared)
            lines << wrap(sysbench::cleanupArguments(lastSet.test, lastSet.params));
        if (!set.isEmpty() && set != prepared)
            lines << wrap(sysbench::prepareArguments(run.test, run.params));
        prepared = set;
        lastSet = run;
        lines << comment(Text::tr("%n time(s):", nullptr, repeats[key]))
              << wrap(sysbench::runArguments(run.test, run.params));
    }
    if (!prepared.isEmpty())
        lines << wrap(sysbench::cleanupArguments(lastSet.test, lastSet.params));
    return lines;
}

QStringList dockerCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    const QString name = u"benchvisor-%1-%2"_s.arg(manual, target.id);
    ContainerRuntime runtime;
    runtime.program = places.tools.docker;
    runtime.name = name;
    runtime.volume = name;
    runtime.sessionId = manual;
    runtime.owner = manual;
    runtime.cpuset = cpusetFor(target.docker.cpus);
    runtime.image = target.docker.image;
    QStringList lines;
    if (target.docker.image == "builtin"_L1) {
        runtime.image = u"benchvisor-builtin:"_s + places.guest.digest.left(12);
        lines << shellLine({places.tools.docker, u"import"_s, places.guest.imageTar, runtime.image});
    }
    const bool volume = target.docker.storage == "volume"_L1;
    if (volume)
        lines << shellLine({places.tools.docker, u"volume"_s, u"create"_s, runtime.volume});
    lines << comment(Text::tr("runs until its input ends, or until it is removed below"));
    lines << u"tail -f /dev/null | "_s + shellLine(containerRunArgv(target.docker, runtime)) + u" &"_s;
    lines << u"until %1 >/dev/null 2>&1; do sleep 0.1; done"_s.arg(
        shellLine({places.tools.docker, u"exec"_s, name, u"true"_s}));
    lines << sysbenchLines(target.id, runs, [&](const QStringList& arguments) {
        return shellLine(
            QStringList{places.tools.docker, u"exec"_s, u"--workdir"_s, containerFileFolder, name, u"sysbench"_s} +
            arguments);
    });
    lines << shellLine({places.tools.docker, u"rm"_s, u"--force"_s, name});
    if (volume)
        lines << shellLine({places.tools.docker, u"volume"_s, u"rm"_s, runtime.volume});
    return lines;
}

QStringList qemuCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QemuRuntime runtime;
    runtime.program = places.tools.qemuX86;
    runtime.accel = target.qemu.accel;
    runtime.kernel = places.guest.kernel;
    runtime.initrd = places.guest.initrd;
    runtime.socketDir = places.folder;
    const bool scratch = target.qemu.disk.path.isEmpty();
    runtime.diskPath =
        scratch ? u"%1/%2.%3"_s.arg(places.folder, target.id, target.qemu.disk.format) : target.qemu.disk.path;
    QStringList lines{shellLine({u"mkdir"_s, u"-p"_s, places.folder})};
    if (scratch)
        lines << shellLine(qemuImgCreateArgv(places.tools.qemuImg, target.qemu.disk, runtime.diskPath));
    lines << comment(Text::tr("runs until it is ended; the guest answers on %1/qga").arg(places.folder));
    lines << shellLine(qemuArgv(target.qemu, runtime)) + u" &"_s;
    lines << comment(Text::tr("in the guest, through its agent (guest-exec), in /bench on the disk:"));
    lines << sysbenchLines(target.id, runs, [](const QStringList& arguments) {
        return comment(shellLine(QStringList(u"sysbench"_s) + arguments));
    });
    lines << u"kill %%"_s;
    return lines;
}

QStringList hostCommands(const TargetSettings& target, const QList<PlannedRun>& runs, const CommandPlaces& places)
{
    QStringList lines{shellLine({u"mkdir"_s, u"-p"_s, places.folder}), shellLine({u"cd"_s, places.folder})};
    lines << sysbenchLines(target.id, runs, [&places](const QStringList& arguments) {
        return shellLine(QStringList(places.tools.sysbench) + arguments);
    });
    return lines;
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
    QStringList lines{comment(Text::tr("The plan, with every default:"))};
    const QString json = QString::fromUtf8(QJsonDocument(planToJson(plan)).toJson()).trimmed();
    const QStringList jsonLines = json.split(u'\n');
    for (const QString& line : jsonLines)
        lines << comment(line);
    for (const TargetSettings& target : plan.targets) {
        lines << QString() << comment(targetLabel(target) + u" ("_s + target.id + u')');
        lines << targetCommands(target, runs, places);
    }
    return lines;
}

} // namespace bv
