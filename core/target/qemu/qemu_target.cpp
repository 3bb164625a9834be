#include "target/qemu/qemu_target.h"

#include "base/paths.h"
#include "base/shell_line.h"
#include "disk/disk_files.h"
#include "machine/page_cache.h"
#include "target/inside_facts.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QStandardPaths>
#include <QStorageInfo>
#include <QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::QemuTarget)
};

constexpr std::chrono::milliseconds qmpTimeout{5000};
constexpr std::chrono::milliseconds guestCommandTimeout{30000};
constexpr std::chrono::milliseconds unmountTimeout{5000};
constexpr std::chrono::milliseconds formatTimeout{120000};

constexpr int noFileSystem = 5; ///< exit status of mountCommand()

/// Formats an empty disk and mounts it. No lazy initialisation: it would write in the background while sysbench
/// measures.
QStringList mountCommand()
{
    return {u"sh"_s, u"-c"_s, uR"sh(mkdir -p /bench
if ! mount -t ext4 /dev/vda /bench 2>/dev/null; then
  [ "$1" = format ] || exit 5
  /sbin/mke2fs -t ext4 -q -F -i 262144 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard /dev/vda || exit 6
  mount -t ext4 /dev/vda /bench || exit 7
fi)sh"_s,
            u"mount"_s};
}

} // namespace

QemuTarget::QemuTarget(TargetSettings settings, TargetContext context)
    : Target(std::move(settings), std::move(context))
{
}

std::chrono::milliseconds QemuTarget::bootDeadline(const QString& accel)
{
    // TCG needs 2.5 s on two cores; a loaded or slow machine ten times that. KVM is faster or it does not work.
    return accel == "tcg"_L1 ? std::chrono::seconds(60) : std::chrono::seconds(20);
}

Async<> QemuTarget::makeDisk(std::stop_token stop)
{
    if (isForeign())
        co_return co_await makeForeignDisk(stop);
    const DiskSettings& disk = m_settings.qemu.disk;
    m_scratch = disk.path.isEmpty();
    m_diskPath = m_scratch ? m_context.workDir + "/disk."_L1 + disk.format : QFileInfo(disk.path).absoluteFilePath();
    QString why;
    m_diskDevice = blockDeviceOf(m_diskPath, &why);
    if (m_diskDevice.isEmpty())
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: %1").arg(why));
    else
        m_provenance.insert(u"host_disk"_s, blockDeviceName(m_diskDevice));
    const bool isThere = !m_scratch && QFile::exists(m_diskPath);
    const auto made = co_await provideDisk(isThere, stop);
    if (!made)
        co_return made.error();
    m_madeDisk = !isThere;
    m_provenance.insert(u"disk"_s, toJson(*made));
    co_return Unit();
}

/// The disk that is there, when it is as the plan says, or a new one. The passphrase of a scratch disk lies where only
/// this user can read it, not on a disk, and goes with the sockets.
Async<DiskImage> QemuTarget::provideDisk(bool isThere, std::stop_token stop)
{
    DiskSettings disk = m_settings.qemu.disk;
    const DiskTool tool(m_context.tools.qemuImg);
    if (disk.format == "luks"_L1 && disk.keyFile.isEmpty()) {
        m_diskKey = m_context.socketDir + "/disk.key"_L1;
        QFile::remove(m_diskKey); // of an earlier attempt
        if (const Result<> key = makeSecretFile(m_diskKey); !key)
            co_return key.error();
        disk.keyFile = m_diskKey;
    }
    if (!isThere) {
        NewDisk wish = newDisk(disk, m_diskPath);
        wish.guessMs = m_diskKey.isEmpty() ? 0 : randomKeyGuessMs;
        co_return co_await tool.create(wish, stop);
    }
    if (newDisk(disk, m_diskPath).isEncrypted()) {
        if (const Result<> key = checkSecretFile(disk.keyFile); !key)
            co_return key.error();
    }
    const auto image = co_await tool.info(m_diskPath, false, stop);
    if (!image)
        co_return image.error();
    if (image->format != disk.format)
        co_return Error(Error::Code::BadInput,
                        Text::tr("The disk %1 is %2, and the plan says %3. Set disk.format to \"%2\", or name another "
                                 "disk.")
                            .arg(m_diskPath, image->format, disk.format));
    if (image->format == "qcow2"_L1 && image->encryption.isEmpty() != disk.keyFile.isEmpty())
        co_return Error(Error::Code::BadInput,
                        image->encryption.isEmpty()
                            ? Text::tr("The disk %1 is not encrypted. Leave disk.key_file empty.").arg(m_diskPath)
                            : Text::tr("The disk %1 is encrypted. Name the file with its passphrase: disk.key_file")
                                  .arg(m_diskPath));
    if (image->corrupt)
        co_return Error(Error::Code::BadInput, Text::tr("The disk %1 is marked as damaged. Copy the file, then try: "
                                                        "benchvisor disk check --repair all %2")
                                                   .arg(m_diskPath, shellLine({m_diskPath})));
    co_return *image;
}

/// The firmware that the settings ask for, with variables that only this VM writes.
Result<FirmwareFiles> QemuTarget::makeFirmware()
{
    const QemuSettings& qemu = m_settings.qemu;
    const QString program = QStandardPaths::findExecutable(m_context.tools.qemuFor(qemu.arch));
    Result<FirmwareFiles> firmware = resolveFirmware(qemu, FirmwarePlaces::ofThisMachine(program));
    if (!firmware || firmware->isEmpty())
        return firmware;
    m_provenance.insert(u"firmware"_s, firmware->description);
    if (!needsFirmwareVariables(*firmware, qemu.arch))
        return firmware;
    m_variables = m_context.workDir + "/firmware-variables"_L1;
    if (const Result<> copied = copyFirmwareVariables(*firmware, m_variables); !copied)
        return copied.error();
    firmware->vars = m_variables;
    return firmware;
}

/// All that it needs before QEMU is started, and what it is started with. On failure nothing of it is left.
Async<QemuRuntime> QemuTarget::assemble(std::stop_token stop)
{
    m_provenance = {};
    m_mounted = false;
    m_folder.clear();
    m_started = m_settings.qemu;
    if (!QDir().mkpath(m_context.workDir) || !QDir().mkpath(m_context.socketDir))
        co_return Error(Error::Code::Io,
                        Text::tr("The folder %1 cannot be made. Is the disk full?").arg(m_context.workDir));
    const auto disk = co_await makeDisk(stop);
    if (!disk) {
        co_await close();
        co_return disk.error();
    }
    const auto firmware = makeFirmware();
    if (!firmware) {
        co_await close();
        co_return firmware.error();
    }
    m_firmware = *firmware;
    const QemuRuntime runtime = runtimeWith(m_firmware);
    m_vm.setDiskPath(m_diskPath);
    co_return runtime;
}

Async<> QemuTarget::open(std::stop_token stop)
{
    const auto assembled = co_await assemble(stop);
    if (!assembled)
        co_return assembled.error();
    const QemuRuntime runtime = *assembled;
    const auto booted = co_await bootWithRetry(runtime, stop);
    if (!booted) {
        co_await close();
        co_return booted.error();
    }
    Result<> asked = Unit();
    if (isForeign())
        asked = co_await provideSysbench(stop);
    if (asked)
        asked = co_await askProvenance(m_argv, stop);
    if (asked && m_madeDisk && !m_scratch) {
        // Now, also where no run needs files: a later session finds a disk that it may not format.
        const auto formatted = co_await prepareFileFolder(stop);
        if (!formatted)
            asked = formatted.error();
    }
    if (!asked)
        co_await close();
    co_return asked;
}

QemuRuntime QemuTarget::runtimeWith(const FirmwareFiles& firmware) const
{
    QemuRuntime runtime;
    runtime.firmware = firmware;
    runtime.program = m_context.tools.qemuFor(m_settings.qemu.arch);
    runtime.accel = m_settings.qemu.accel;
    runtime.diskPath = m_diskPath;
    runtime.diskKey = m_diskKey;
    runtime.socketDir = m_context.socketDir;
    if (!isForeign()) {
        runtime.kernel = m_context.guest.kernel;
        runtime.initrd = m_context.guest.initrd;
    } else {
        runtime.scratch = m_madeDisk;
        runtime.ordered = true;
        runtime.hearsBios = firmware.isEmpty();
    }
    return runtime;
}

std::chrono::milliseconds QemuTarget::deadline() const
{
    if (m_context.bootDeadline.count() > 0)
        return m_context.bootDeadline;
    const QString& accel = m_settings.qemu.accel;
    return isForeign() ? foreignBootDeadline(accel) : bootDeadline(accel);
}

Async<> QemuTarget::bootWithRetry(QemuRuntime runtime, std::stop_token stop)
{
    if (isForeign())
        co_return co_await bootForeign(runtime, stop);
    m_argv = qemuArgv(m_started, runtime);
    emit said(shellLine(m_argv));
    auto booted = co_await m_vm.boot(m_argv, m_context.socketDir, deadline(), stop);
    if (!booted && booted.error().code == Error::Code::TimedOut) {
        // Guests under TCG were seen to hang early, rarely, while they calibrate their clock; once more is recorded.
        m_provenance.insert(u"boot_retried"_s, booted.error().message);
        emit said(booted.error().message + u' ' + Text::tr("Starting it once more."));
        booted = co_await m_vm.boot(m_argv, m_context.socketDir, deadline(), stop);
    }
    if (!booted)
        sayLastWords();
    co_return booted;
}

void QemuTarget::sayLastWords()
{
    const QString words = m_vm.consoleTail();
    if (!words.isEmpty())
        emit said(Text::tr("Last words of the guest:") + u'\n' + words);
}

Async<> QemuTarget::askProvenance(QStringList argv, std::stop_token stop)
{
    const QString queryKvm = u"query-kvm"_s;
    const auto kvm = co_await m_vm.qmp().execute(queryKvm, qmpTimeout, stop);
    if (!kvm)
        co_return kvm.error();
    const QString accel = (*kvm)["enabled"_L1].toBool() ? u"kvm"_s : u"tcg"_s;
    if (accel != m_settings.qemu.accel)
        co_return Error(
            Error::Code::NotReady,
            Text::tr("The VM was to run under %1, but QEMU says it runs under %2.").arg(m_settings.qemu.accel, accel));
    ExecSpec facts(insideFactsCommand(sysbench()), u"/tmp"_s);
    facts.timeout = guestCommandTimeout;
    OutputHandler none;
    const ExecOutcome told = co_await exec(facts, stop, none);
    if (!told.ok())
        co_return Error(Error::Code::NotReady, Text::tr("The guest could not be asked: %1").arg(told.message),
                        QString::fromUtf8(told.output.right(1000)));
    const QString advice =
        isForeign() ? Text::tr("Install it there, or set install_sysbench to true to have it installed.") : QString();
    const auto inside = parseInsideFacts(told.output, Text::tr("the guest"), advice);
    if (!inside)
        co_return inside.error();
    QJsonObject facts2 = *inside;
    m_provenance.insert(u"sysbench"_s, facts2.take(u"sysbench"_s));
    m_provenance.insert(u"inside"_s, facts2);
    const QJsonObject version = m_vm.qmp().version();
    m_provenance.insert(u"qemu"_s, u"%1.%2.%3"_s.arg(version["major"_L1].toInt())
                                       .arg(version["minor"_L1].toInt())
                                       .arg(version["micro"_L1].toInt()));
    m_provenance.insert(u"accel"_s, accel);
    m_provenance.insert(u"arch"_s, m_settings.qemu.arch);
    m_provenance.insert(u"argv"_s, QJsonArray::fromStringList(argv));
    m_provenance.insert(u"boot_ms"_s, m_vm.bootMilliseconds());
    m_provenance.insert(u"disk_cache"_s, m_settings.qemu.disk.cache);
    m_provenance.insert(u"disk_format"_s, m_settings.qemu.disk.format);
    if (!isForeign()) {
        m_provenance.insert(u"guest_digest"_s, m_context.guest.digest);
        m_provenance.insert(u"kernel_package"_s, m_context.guest.kernelPackage);
        co_return Unit();
    }
    const QJsonObject link = m_vm.channel().facts();
    for (auto it = link.begin(); it != link.end(); ++it)
        m_provenance.insert(it.key(), it.value());
    if (!m_baseDisk.isEmpty())
        m_provenance.insert(u"disk_overlay_of"_s, m_baseDisk);
    co_return Unit();
}

/// A disk that the user keeps is left clean.
Task<> QemuTarget::unmount()
{
    std::stop_token never;
    ExecSpec spec(QStringList{u"umount"_s, u"/bench"_s}, u"/tmp"_s);
    spec.timeout = unmountTimeout;
    const OutputHandler none;
    (void)co_await resume(never);
    (void)co_await exec(spec, never, none);
    m_mounted = false;
}

Task<> QemuTarget::close()
{
    if (m_mounted && !m_scratch && m_vm.isUp())
        co_await unmount();
    co_await m_vm.close();
    if ((m_scratch || (m_madeDisk && !m_formatted)) && !m_diskPath.isEmpty())
        QFile::remove(m_diskPath);
    if (!m_variables.isEmpty())
        QFile::remove(m_variables);
    if (m_context.vmDir.isEmpty())
        removeOwnFolder(m_context.workDir + "/ssh"_L1);
    removeOwnFolder(m_context.socketDir);
    QDir().rmdir(m_context.workDir);
}

Async<> QemuTarget::pause(std::stop_token stop)
{
    const QString command = u"stop"_s;
    const auto done = co_await m_vm.qmp().execute(command, qmpTimeout, stop);
    co_return done ? Result<>(Unit()) : Result<>(done.error());
}

Async<> QemuTarget::resume(std::stop_token stop)
{
    const QString command = u"cont"_s;
    const auto done = co_await m_vm.qmp().execute(command, qmpTimeout, stop);
    co_return done ? Result<>(Unit()) : Result<>(done.error());
}

Task<ExecOutcome> QemuTarget::exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput)
{
    if (!m_vm.isUp()) {
        ExecOutcome gone;
        gone.kind = ExecOutcome::Kind::TargetGone;
        gone.message = m_vm.goneReason();
        co_return gone;
    }
    ExecOutcome outcome = co_await m_vm.channel().exec(std::move(spec), std::move(stop), std::move(onOutput));
    if (outcome.kind == ExecOutcome::Kind::TargetGone) {
        // Its sockets close a moment before the process is known to have ended, which says why.
        const QString why = co_await m_vm.awaitGoneReason();
        if (!why.isEmpty())
            outcome.message = why;
        sayLastWords();
    }
    if (m_vm.isUp() && !m_vm.channel().goneWhy().isEmpty())
        m_vm.giveUp(m_vm.channel().goneWhy());
    co_return outcome;
}

Async<QString> QemuTarget::prepareFileFolder(std::stop_token stop)
{
    if (isForeign())
        co_return co_await makeForeignFolder(stop);
    const QString folder = u"/bench"_s;
    if (m_mounted)
        co_return folder;
    // Only a disk that was made a moment ago may be formatted; somebody's data never.
    const QStringList command = mountCommand() << (m_madeDisk ? u"format"_s : u"mount"_s);
    ExecSpec spec(command, u"/tmp"_s);
    spec.timeout = formatTimeout;
    OutputHandler none;
    const ExecOutcome mounted = co_await exec(spec, stop, none);
    if (!mounted.ok()) {
        const QString why = mounted.message.isEmpty() ? QString::fromUtf8(mounted.output).trimmed() : mounted.message;
        const auto code = mounted.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled : Error::Code::NotReady;
        if (mounted.kind == ExecOutcome::Kind::Exited && mounted.exitCode == noFileSystem)
            co_return Error(code,
                            Text::tr("The VM's disk cannot be used: %1 holds no ext4 file system. Delete the file, "
                                     "and it is made anew, or put ext4 on it.")
                                .arg(m_diskPath));
        co_return Error(code, Text::tr("The VM's disk cannot be used: %1").arg(why));
    }
    m_mounted = true;
    m_formatted = true;
    co_return folder;
}

Task<QStringList> QemuTarget::dropPageCache(QString folder, std::stop_token stop)
{
    Q_UNUSED(folder)
    QStringList notes;
    QString why;
    if (isForeign()) {
        why = co_await dropForeignCaches(stop);
    } else {
        ExecSpec spec(QStringList{u"sh"_s, u"-c"_s, u"sync && echo 3 >/proc/sys/vm/drop_caches"_s}, u"/tmp"_s);
        spec.timeout = guestCommandTimeout;
        OutputHandler none;
        const ExecOutcome dropped = co_await exec(spec, stop, none);
        why = dropped.ok() ? QString() : dropped.message + u' ';
    }
    if (!why.isEmpty())
        notes << Text::tr("The guest's page cache was not dropped: %1").arg(why.trimmed());
    // The host caches the disk image too (cache=writethrough, writeback).
    const QFuture<QString> future = QtConcurrent::run(dropFileFromPageCache, m_diskPath);
    const QString left = co_await future;
    if (!m_baseDisk.isEmpty()) {
        notes << Text::tr("What is written goes to an overlay (qcow2) on the disk %1, so that the disk stays as it is. "
                          "New blocks of an overlay cost more time than those of the disk would.")
                     .arg(m_baseDisk);
        const QFuture<QString> below = QtConcurrent::run(dropFileFromPageCache, m_baseDisk);
        co_await below;
    }
    if (!left.isEmpty())
        notes << Text::tr("The host's page cache of the disk image was not dropped: %1").arg(left);
    co_return notes;
}

UsageCounters QemuTarget::usage()
{
    UsageCounters counters = m_vm.isUp() ? m_vm.channel().guestUsage() : UsageCounters();
    counters.cpu = processCpuTimes(m_vm.pid());
    if (!m_diskDevice.isEmpty())
        counters.diskBusyS = diskBusySeconds(m_diskDevice);
    return counters;
}

} // namespace bv
