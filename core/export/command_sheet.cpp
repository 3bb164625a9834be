#include "export/command_sheet.h"

#include "base/shell_line.h"
#include "disk/disk_files.h"
#include "export/bundle_parts.h"
#include "export/commands.h"
#include "plan/expand.h"
#include "plan/validate.h"
#include "run/machine_decision.h"
#include "run/readiness.h"
#include "target/qemu/guest_media.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QSet>
#include <QStandardPaths>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::CommandSheet)
};

/// Gives notes: what was decided, and where nothing is known of KVM.
Result<QString> decideMachines(Plan& plan, const EngineSettings& settings, const GuestFiles& guest)
{
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.guest = guest;
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    const auto kvm = knownKvmAnswer(probe);
    bool undecided = false;
    QStringList notes;
    for (TargetSettings& target : plan.targets) {
        undecided = undecided || (needsKvmAnswer(target) && target.qemu.accel == "auto"_L1);
        if (needsKvmAnswer(target) && target.qemu.accel == "kvm"_L1)
            continue; // shown as it is asked for
        const auto decided = decideMachine(target, kvm.value_or(KvmAnswer()));
        if (!decided)
            return decided.error();
        notes << *decided;
    }
    if (undecided && !kvm)
        notes << Text::tr("Whether KVM works was not tried yet (benchvisor doctor does): tcg is shown for auto.");
    return notes.join(u'\n');
}

QString comment(const QString& text)
{
    return u"# "_s + bundle::oneLine(text);
}

/// The format of a base is found out from it.
Result<> resolveBases(Plan& plan)
{
    for (TargetSettings& target : plan.targets) {
        DiskSettings& disk = target.qemu.disk;
        if (target.kind != TargetKind::Qemu || disk.base.isEmpty())
            continue;
        if (!disk.baseFormat.isEmpty())
            continue;
        const auto format = sniffDiskFormat(disk.base);
        if (!format)
            return Error(format.error().code, target.id + u": "_s + format.error().message);
        disk.baseFormat = *format;
    }
    return Unit();
}

/// What the session's records have: how each target was started, and each command once.
QStringList recordedCommands(const Session& session)
{
    QStringList lines{QString(), comment(Text::tr("As recorded, with the folders of that time:"))};
    for (const TargetSettings& target : session.plan.targets) {
        lines << comment(QString()) << comment(u"%1 (%2)"_s.arg(targetLabel(target), target.id));
        QStringList argv;
        const QJsonArray words = bundle::provenanceOf(session, target.id)["argv"_L1].toArray();
        for (const QJsonValue& word : words)
            argv << word.toString();
        if (!argv.isEmpty())
            lines << comment(shellLine(argv));
        QSet<QString> seen;
        for (const RunRecord& run : session.runs) {
            const QString line = shellLine(run.command);
            if (run.target == target.id && !line.isEmpty() && !seen.contains(line)) {
                seen << line;
                lines << comment(line);
            }
        }
    }
    return lines;
}

} // namespace

Result<CommandSheet> commandSheet(Plan plan, const EngineSettings& settings, const MachineLimits& limits,
                                  const QString& targetId)
{
    const auto runs = expandPlan(plan, limits);
    if (!runs)
        return runs.error();
    // The commands are pasted anywhere, and to qemu-img a base is relative to its overlay.
    plan = withPathsFrom(plan, QDir::currentPath());
    CommandPlaces places;
    places.tools = settings.tools;
    places.folder = QFileInfo(settings.folders.workDir).path(); // beside what is swept up
    places.dataDir = settings.dataDir;
    places.dropPageCache = plan.dropPageCache;
    const auto guest = builtGuest(guestOptions(settings));
    if (guest)
        places.guest = *guest;
    for (const QString& arch : guestArchitecturesOf(plan)) {
        const auto needed = builtGuest(guestOptions(settings, arch));
        if (!needed)
            return needed.error();
        if (arch != nativeArchitecture())
            places.foreignGuests.insert(arch, *needed);
    }
    for (const TargetSettings& target : std::as_const(plan.targets)) {
        if (target.kind != TargetKind::Qemu)
            continue;
        const QString program = QStandardPaths::findExecutable(settings.tools.qemuFor(target.qemu.arch));
        const auto firmware = resolveFirmware(target.qemu, FirmwarePlaces::ofThisMachine(program));
        if (!firmware)
            return Error(firmware.error().code, target.id + u": "_s + firmware.error().message);
        places.firmware.insert(target.id, *firmware);
    }
    if (const Result<> resolved = resolveBases(plan); !resolved)
        return resolved.error();
    const auto note = decideMachines(plan, settings, places.guest);
    if (!note)
        return note.error();
    CommandSheet sheet;
    sheet.note = *note;
    if (targetId.isEmpty()) {
        sheet.lines = planCommands(plan, *runs, places);
        return sheet;
    }
    const auto target = std::find_if(plan.targets.cbegin(), plan.targets.cend(),
                                     [&targetId](const TargetSettings& one) { return one.id == targetId; });
    if (target == plan.targets.cend())
        return Error(Error::Code::NotFound, Text::tr("The plan has no target %1.").arg(targetId));
    sheet.lines = targetCommands(*target, *runs, places);
    return sheet;
}

QStringList commandRemarks(const Plan& plan, const MachineLimits& limits)
{
    QList<PlanProblem> problems = validatePlan(plan, limits);
    for (qsizetype i = 0; i < plan.targets.size(); ++i) {
        if (plan.targets[i].kind == TargetKind::Qemu)
            problems << inspectGuestMedia(plan.targets[i].qemu, u"targets[%1]"_s.arg(i));
    }
    QStringList remarks;
    for (const PlanProblem& problem : std::as_const(problems)) {
        if (problem.isFairness)
            continue;
        const bool warning = problem.severity == PlanProblem::Severity::Warning;
        remarks << (warning ? Text::tr("Note: %1: %2") : Text::tr("It could not be run now: %1: %2"))
                       .arg(problem.where, problem.message);
    }
    return remarks;
}

CommandSheet sessionCommandSheet(const Session& session, const EngineSettings& settings, const MachineLimits& limits)
{
    if (sessionOrigin(session) != SessionOrigin::Measured) {
        CommandSheet sheet;
        sheet.note = Text::tr("The session was not measured by Benchvisor; its commands are not known.");
        sheet.lines << comment(sheet.note);
        if (!sessionOriginText(session).isEmpty())
            sheet.lines << comment(sessionOriginText(session));
        return sheet;
    }
    Plan plan = session.plan;
    for (TargetSettings& target : plan.targets)
        target.qemu.accel = bundle::measuredAccel(session, target);
    const auto planned = commandSheet(plan, settings, limits);
    CommandSheet sheet;
    if (planned) {
        sheet = *planned;
    } else {
        sheet.note = Text::tr("The commands of the plan cannot be told: %1").arg(planned.error().message);
        sheet.lines << comment(sheet.note);
    }
    sheet.lines << recordedCommands(session);
    return sheet;
}

} // namespace bv
