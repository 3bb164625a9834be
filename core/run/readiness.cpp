#include "run/readiness.h"

#include "disk/disk_files.h"
#include "guest/guest.h"
#include "machine/host_facts.h"
#include "plan/expand.h"
#include "plan/file_sets.h"
#include "run/machine_decision.h"
#include "run/session_lock.h"
#include "target/docker/image_facts.h"
#include "target/docker/image_recipe.h"
#include "target/qemu/firmware.h"
#include "target/qemu/guest_media.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <QStandardPaths>
#include <QStorageInfo>

#include <algorithm>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Readiness)
};

constexpr std::chrono::milliseconds versionTimeout{10000};
constexpr qint64 mib = 1024 * 1024;
constexpr qint64 diskReserve = 256 * mib; ///< left free on the host

/// Collects what is missing, so that the user hears of all of it at once.
class Missing
{
public:
    void add(const Error& error)
    {
        if (!m_messages.contains(error.message))
            m_messages << error.message;
        if (m_messages.size() == 1)
            m_first = error;
    }
    bool isEmpty() const { return m_messages.isEmpty(); }
    Error error() const
    {
        if (m_messages.size() == 1)
            return m_first;
        return Error(m_first.code, m_messages.join(u'\n'), m_first.detail);
    }

private:
    QStringList m_messages;
    Error m_first;
};

bool hasKind(const Plan& plan, TargetKind kind)
{
    return std::any_of(plan.targets.cbegin(), plan.targets.cend(),
                       [kind](const TargetSettings& target) { return target.kind == kind; });
}

QStringList qemuArchitecturesOf(const Plan& plan)
{
    QStringList architectures;
    for (const TargetSettings& target : plan.targets) {
        if (target.kind == TargetKind::Qemu && !architectures.contains(target.qemu.arch))
            architectures << target.qemu.arch;
    }
    return architectures;
}

/// A VM with a guest of the user's needs the built-in one to find out whether KVM works.
bool needsGuest(const TargetSettings& target)
{
    return (target.kind == TargetKind::Qemu && (target.qemu.guest == "builtin"_L1 || needsKvmAnswer(target))) ||
           (target.kind == TargetKind::Docker && target.docker.image == "builtin"_L1);
}

/// Two VMs cannot write to the same disk. Of guests of the user's the disk is only read.
void checkSharedDisks(const Plan& plan, Missing* missing)
{
    QSet<QString> paths;
    for (const TargetSettings& target : plan.targets) {
        if (target.kind != TargetKind::Qemu || target.qemu.guest != "builtin"_L1 || target.qemu.disk.path.isEmpty())
            continue;
        const QString path = QFileInfo(target.qemu.disk.path).absoluteFilePath();
        if (paths.contains(path))
            missing->add(
                Error(Error::Code::BadInput,
                      Text::tr("%1: another VM of the plan uses the disk %2 already. Give each VM a disk of its own.")
                          .arg(target.id, path)));
        paths.insert(path);
    }
}

/// An image that cannot be measured in is refused before anything else is begun.
Task<> checkImage(ContainerEngine engine, QString architecture, QString reference, QString memoryFile, Missing* missing,
                  std::stop_token stop)
{
    const auto image = co_await inspectImage(engine, reference, stop);
    if (!image) {
        missing->add(image.error());
        co_return;
    }
    ImageMemory memory(memoryFile);
    std::optional<ImageInside> inside = memory.find(image->id);
    if (!inside) {
        const auto looked = co_await lookInside(engine, *image, architecture, stop);
        if (!looked) {
            missing->add(looked.error());
            co_return;
        }
        inside = *looked;
        memory.keep(image->id, *inside);
    }
    if (!inside->problem.isEmpty())
        missing->add(Error(Error::Code::NotReady,
                           Text::tr("The image %1 cannot be measured in. %2").arg(reference, inside->problem)));
    else if (inside->sysbenchVersion.isEmpty())
        missing->add(
            Error(Error::Code::NotReady,
                  Text::tr("There is no sysbench in the image %1. %2").arg(reference, preparingAdvice(reference))));
}

Task<> checkEngine(Plan plan, EngineSettings settings, Missing* missing, std::stop_token stop)
{
    const ContainerEngine engine(settings.tools.docker);
    const auto info = co_await engine.info(stop);
    if (!info) {
        missing->add(info.error());
        co_return;
    }
    QSet<QString> images;
    for (const TargetSettings& target : std::as_const(plan.targets)) {
        if (target.kind == TargetKind::Docker && target.docker.image != "builtin"_L1)
            images.insert(target.docker.image);
    }
    for (const QString& image : std::as_const(images))
        co_await checkImage(engine, info->architecture, image, settings.imageMemoryFile(), missing, stop);
}

void checkDisk(const Plan& plan, const SessionFolders& folders, Missing* missing)
{
    const QList<PlannedRun> runs = expandPlan(plan, machineLimits()).valueOr({});
    qint64 needed = 0;
    for (const TargetSettings& target : plan.targets) {
        const FileSetNeed need = fileSetNeed(runs, target.id);
        if (target.kind == TargetKind::Qemu && (target.qemu.guest == "disk"_L1 || !target.qemu.disk.path.isEmpty())) {
            // Its own size is not known here; what is written to it is written to the session's folder.
            if (target.qemu.guest != "builtin"_L1)
                needed += need.inTurn;
        } else if (target.kind == TargetKind::Qemu) {
            const auto disk = static_cast<qint64>(target.qemu.disk.sizeGib * 1024 * mib);
            const bool whole =
                target.qemu.disk.preallocation == "falloc"_L1 || target.qemu.disk.preallocation == "full"_L1;
            needed += whole ? disk : std::min(need.inTurn, disk); // the image does not shrink
            if (target.qemu.disk.base.isEmpty() && need.atOnce > 0 &&
                static_cast<double>(disk) * 0.95 < static_cast<double>(need.atOnce))
                missing->add(Error(
                    Error::Code::NoSpace,
                    Text::tr("The file sets (%1 MiB) do not fit on the disk of %2 (%3 GiB). Make disk.size_gib larger.")
                        .arg(need.atOnce / mib)
                        .arg(target.id)
                        .arg(target.qemu.disk.sizeGib)));
        } else if (target.kind == TargetKind::Host) {
            needed += need.atOnce;
        }
    }
    const QStorageInfo storage(folders.workDir);
    if (needed > 0 && storage.isValid() && storage.bytesAvailable() < needed + diskReserve)
        missing->add(
            Error(Error::Code::NoSpace, Text::tr("The file sets need %1 MiB, but the disk of %2 has only %3 MiB free.")
                                            .arg((needed + diskReserve) / mib)
                                            .arg(folders.workDir)
                                            .arg(storage.bytesAvailable() / mib)));
}

/// Files that the plan names for its disks: the bases of overlays, passphrases.
void checkDiskFiles(const Plan& plan, Missing* missing)
{
    for (const TargetSettings& target : plan.targets) {
        const DiskSettings& disk = target.qemu.disk;
        if (target.kind != TargetKind::Qemu)
            continue;
        const auto base = disk.base.isEmpty() ? Result<QString>(QString()) : sniffDiskFormat(disk.base);
        if (!base)
            missing->add(Error(base.error().code, target.id + u": "_s + base.error().message));
        else if (isDiskEncrypted(disk.base))
            missing->add(Error(Error::Code::BadInput,
                               target.id + u": "_s +
                                   Text::tr("The base %1 is encrypted, and an overlay on it would not be. Convert it "
                                            "to a disk without encryption: benchvisor disk convert")
                                       .arg(disk.base)));
        const auto key = disk.format != "raw"_L1 && !disk.keyFile.isEmpty() ? checkSecretFile(disk.keyFile) : Unit();
        if (!key)
            missing->add(Error(key.error().code, target.id + u": "_s + key.error().message));
        if (target.qemu.guest != "disk"_L1 && disk.format == "qcow2"_L1 && disk.keyFile.isEmpty() &&
            isDiskEncrypted(disk.path))
            missing->add(
                Error(Error::Code::BadInput,
                      target.id + u": "_s +
                          Text::tr("The disk %1 is encrypted. Name the file with its passphrase: disk.key_file")
                              .arg(disk.path)));
    }
}

/// The files that a guest of the user's boots from, and what it is reached by.
Task<> checkForeignGuest(TargetSettings target, Tools tools, Missing* missing, std::stop_token stop)
{
    if (target.kind != TargetKind::Qemu || target.qemu.guest == "builtin"_L1)
        co_return;
    const QList<PlanProblem> problems = inspectGuestMedia(target.qemu, {});
    for (const PlanProblem& problem : problems)
        missing->add(Error(Error::Code::BadInput, target.id + problem.where + u": "_s + problem.message));
    if (target.qemu.channel == "ssh"_L1 && QStandardPaths::findExecutable(tools.ssh).isEmpty())
        missing->add(
            Error(Error::Code::NotFound,
                  Text::tr("%1 is not installed. Install it: sudo apt install openssh-client").arg(tools.ssh)));
    if (!problems.isEmpty() || (target.qemu.guest == "iso"_L1 && target.qemu.disk.path.isEmpty()))
        co_return;
    const BootDisk disk = bootDiskOf(target.qemu);
    const auto sound = co_await checkBootDisk(tools.qemuImg, disk, stop);
    if (!sound)
        missing->add(Error(sound.error().code, target.id + u": "_s + sound.error().message, sound.error().detail));
}

Task<> checkPrograms(Plan plan, EngineSettings settings, Missing* missing, std::stop_token stop)
{
    const Tools tools = settings.tools;
    const QString utilsPackage = u"qemu-utils"_s;
    const QString sysbenchPackage = u"sysbench"_s;
    const QStringList architectures = qemuArchitecturesOf(plan);
    for (const QString& arch : architectures) {
        const QString package = qemuPackage(arch);
        const auto qemu = co_await programVersion(tools.qemuFor(arch), package, stop);
        if (!qemu)
            missing->add(qemu.error());
    }
    for (const TargetSettings& target : std::as_const(plan.targets)) {
        if (target.kind != TargetKind::Qemu)
            continue;
        const QString program = QStandardPaths::findExecutable(tools.qemuFor(target.qemu.arch));
        const auto firmware = resolveFirmware(target.qemu, FirmwarePlaces::ofThisMachine(program));
        if (!firmware)
            missing->add(Error(firmware.error().code, target.id + u": "_s + firmware.error().message));
    }
    if (!architectures.isEmpty()) {
        const auto img = co_await programVersion(tools.qemuImg, utilsPackage, stop);
        if (!img)
            missing->add(img.error());
    }
    if (missing->isEmpty()) {
        for (const TargetSettings& target : std::as_const(plan.targets))
            co_await checkForeignGuest(target, tools, missing, stop);
    }
    if (hasKind(plan, TargetKind::Host)) {
        const auto sysbench = co_await programVersion(tools.sysbench, sysbenchPackage, stop);
        if (!sysbench)
            missing->add(sysbench.error());
    }
    if (hasKind(plan, TargetKind::Docker))
        co_await checkEngine(plan, settings, missing, stop);
    checkDiskFiles(plan, missing);
    checkDisk(plan, settings.folders, missing);
    checkSharedDisks(plan, missing);
}

Async<> decideMachines(Readiness* ready, EngineSettings settings, PhaseHandler phase, std::stop_token stop)
{
    QList<TargetSettings>& targets = ready->plan.targets;
    if (std::any_of(targets.cbegin(), targets.cend(), needsKvmAnswer)) {
        phase(Text::tr("Finding out whether KVM works"), -1);
        const GuestFiles guest = ready->guests.value(nativeArchitecture());
        const auto kvm = co_await askAccelerator(settings, guest, false, stop);
        if (!kvm)
            co_return kvm.error();
        ready->kvm = *kvm;
    }
    bool chosen = false;
    for (TargetSettings& target : targets) {
        chosen = chosen || (needsKvmAnswer(target) && target.qemu.accel == "auto"_L1);
        const Result<QStringList> notes = decideMachine(target, ready->kvm);
        if (!notes)
            co_return notes.error();
        ready->notes << *notes;
    }
    if (chosen) {
        const KvmAnswer& kvm = ready->kvm;
        ready->notes << (kvm.usable ? Text::tr("QEMU uses KVM. %1").arg(kvm.reason)
                                    : Text::tr("QEMU uses TCG (software emulation), which is much slower than KVM. %1")
                                          .arg(kvm.reason));
    }
    co_return Unit();
}

Async<> buildGuests(Readiness* ready, EngineSettings settings, PhaseHandler phase, std::stop_token stop)
{
    const QStringList architectures = guestArchitecturesOf(ready->plan);
    const GuestProgress progress = [phase](const QString& step, double fraction) { phase(step, fraction); };
    for (const QString& arch : architectures) {
        const GuestBuildOptions options = guestOptions(settings, arch);
        const auto guest = co_await buildGuest(options, progress, stop);
        if (!guest)
            co_return guest.error();
        ready->guests.insert(arch, *guest);
    }
    co_return Unit();
}

} // namespace

GuestBuildOptions guestOptions(const EngineSettings& settings, const QString& arch)
{
    GuestBuildOptions options;
    options.arch = arch;
    options.cacheDir = settings.guestDir();
    options.sysbench = QStandardPaths::findExecutable(settings.tools.sysbench);
    return options;
}

QString guestArchitectureOf(const TargetSettings& target)
{
    return target.kind == TargetKind::Qemu ? target.qemu.arch : nativeArchitecture();
}

QStringList guestArchitecturesOf(const Plan& plan)
{
    QStringList architectures;
    for (const TargetSettings& target : plan.targets) {
        if (needsGuest(target) && !architectures.contains(guestArchitectureOf(target)))
            architectures << guestArchitectureOf(target);
    }
    return architectures;
}

bool planNeedsGuest(const Plan& plan)
{
    return std::any_of(plan.targets.cbegin(), plan.targets.cend(), needsGuest);
}

QString qemuPackage(const QString& arch)
{
    return arch == "aarch64"_L1 ? u"qemu-system-arm"_s : u"qemu-system-x86"_s;
}

Async<QString> programVersion(QString program, QString package, std::stop_token stop)
{
    ProcessSpec spec(program, QStringList(u"--version"_s));
    spec.timeout = versionTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        co_return Error(Error::Code::NotFound,
                        Text::tr("%1 is not installed. Install it: sudo apt install %2").arg(program, package),
                        outcome.message);
    if (!outcome.ok())
        co_return outcome.toError(Text::tr("%1 does not work").arg(program));
    co_return QString::fromUtf8(outcome.output).section(u'\n', 0, 0).trimmed();
}

Async<KvmAnswer> askAccelerator(EngineSettings settings, GuestFiles guest, bool fresh, std::stop_token stop)
{
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.guest = guest;
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    probe.fresh = fresh;
    // Locked like a session, so that nobody sweeps its sockets away meanwhile.
    const QString id = u"probe-%1"_s.arg(::getpid());
    const auto lock = SessionLock::acquire(settings.folders.runtimeDir, id);
    if (!lock)
        co_return lock.error();
    probe.socketDir = settings.folders.runtimeDir + u'/' + id;
    co_return co_await probeKvm(probe, stop);
}

Async<Readiness> makeReady(Plan plan, EngineSettings settings, PhaseHandler phase, std::stop_token stop)
{
    Readiness ready;
    ready.plan = plan;
    phase(Text::tr("Checking what is there"), -1);
    Missing missing;
    co_await checkPrograms(plan, settings, &missing, stop);
    if (stop.stop_requested())
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    if (!missing.isEmpty())
        co_return missing.error();
    const auto built = co_await buildGuests(&ready, settings, phase, stop);
    if (!built)
        co_return built.error();
    const auto decided = co_await decideMachines(&ready, settings, phase, stop);
    if (!decided)
        co_return decided.error();
    co_return ready;
}

} // namespace bv
