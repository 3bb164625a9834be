// What QemuTarget does otherwise for a guest of the user's than for the built-in one.

#include "base/shell_line.h"
#include "machine/usage.h"
#include "target/qemu/guest_media.h"
#include "target/qemu/guest_scripts.h"
#include "target/qemu/qemu_target.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::UserGuest)
};

constexpr std::chrono::milliseconds smallCommandTimeout{60000};
constexpr std::chrono::milliseconds formatTimeout{120000};
constexpr std::chrono::milliseconds installTimeout{30 * 60 * 1000};
constexpr int portTries = 3;
constexpr int consoleLines = 5;

// exit status of the scripts, see guest_scripts.h
constexpr int noSuchDisk = 3;
constexpr int noRoot = 4;
constexpr int otherContent = 5;

/// QEMU found somebody else on the port that was free a moment ago.
bool isPortTaken(const Error& error)
{
    return (error.message + error.detail).contains("Could not set up host forwarding rule"_L1);
}

QString wordsOf(const ExecOutcome& outcome)
{
    return outcome.message.isEmpty() ? QString::fromUtf8(outcome.output).trimmed().section(u'\n', -1) : outcome.message;
}

QString whyNotMounted(const ExecOutcome& mounted)
{
    switch (mounted.exitCode) {
    case noRoot:
        return Text::tr("it takes root in the guest");
    case noSuchDisk:
        return Text::tr("the guest does not see it");
    case otherContent:
        return Text::tr("it holds something else than ext4");
    default:
        return wordsOf(mounted);
    }
}

} // namespace

std::chrono::milliseconds QemuTarget::foreignBootDeadline(const QString& accel)
{
    // A server under TCG on two cores takes minutes.
    return accel == "tcg"_L1 ? std::chrono::minutes(10) : std::chrono::minutes(3);
}

/// The disk that is started from: an overlay on the user's, or beside an ISO an empty one.
Async<> QemuTarget::makeForeignDisk(std::stop_token stop)
{
    const QemuSettings& qemu = m_settings.qemu;
    m_scratch = true; // whatever is made goes with the session
    m_madeDisk = false;
    m_baseDisk.clear();
    QString why;
    m_diskDevice = blockDeviceOf(m_context.workDir, &why);
    if (m_diskDevice.isEmpty())
        m_provenance.insert(u"disk_utilization"_s, Text::tr("not available: %1").arg(why));
    else
        m_provenance.insert(u"host_disk"_s, blockDeviceName(m_diskDevice));
    if (qemu.guest == "iso"_L1 && qemu.disk.path.isEmpty()) {
        m_diskPath = m_context.workDir + "/disk."_L1 + qemu.disk.format;
        QFile::remove(m_diskPath); // of an earlier attempt
        const auto made = co_await provideDisk(false, stop);
        if (!made)
            co_return made.error();
        m_madeDisk = true;
        co_return Unit();
    }
    const BootDisk disk = bootDiskOf(qemu);
    const auto sound = co_await checkBootDisk(m_context.tools.qemuImg, disk, stop);
    if (!sound)
        co_return sound.error();
    m_diskPath = m_context.workDir + "/overlay.qcow2"_L1;
    m_baseDisk = disk.path;
    m_started.disk.format = u"qcow2"_s;
    co_return co_await makeOverlay(m_context.tools.qemuImg, disk, m_diskPath, stop);
}

Async<> QemuTarget::prepareSsh(std::stop_token stop)
{
    SshAccess access;
    access.program = m_context.tools.ssh;
    access.keygen = m_context.tools.sshKeygen;
    access.user = m_settings.qemu.ssh.user;
    access.key = m_settings.qemu.ssh.key;
    access.name = m_settings.id;
    const QString folder = m_context.vmDir.isEmpty() ? m_context.workDir + "/ssh"_L1 : m_context.vmDir;
    const auto prepared = co_await prepareSshAccess(access, folder, stop);
    if (!prepared)
        co_return prepared.error();
    m_ssh = *prepared;
    co_return Unit();
}

void QemuTarget::makeForeignChannel(int sshPort)
{
    if (sshPort == 0) {
        m_vm.setChannelMaker([] { return std::make_unique<AgentChannel>(AgentChannel::Guest::Foreign); });
        return;
    }
    m_ssh.port = sshPort;
    const SshAccess access = m_ssh;
    m_vm.setChannelMaker([access] { return std::make_unique<SshChannel>(access); });
}

/// Once: a guest that is slow would be slow again. A port that somebody else took meanwhile is chosen anew.
Async<> QemuTarget::bootForeign(QemuRuntime runtime, std::stop_token stop)
{
    const bool ssh = m_settings.qemu.channel == "ssh"_L1;
    if (ssh) {
        const auto prepared = co_await prepareSsh(stop);
        if (!prepared)
            co_return prepared.error();
    }
    Result<> booted = Unit();
    QString console;
    int tries = 0;
    do {
        runtime.sshPort = ssh ? freeLocalPort() : 0;
        makeForeignChannel(runtime.sshPort);
        m_argv = qemuArgv(m_started, runtime);
        emit said(shellLine(m_argv));
        for (const QString& name : {u"/console"_s, u"/firmware"_s})
            QFile::remove(m_context.socketDir + name); // of a start before
        BootFailureWatch watch(m_context.socketDir);
        connect(&watch, &BootFailureWatch::failed, &watch, [this](const QString& sentence) { m_vm.giveUp(sentence); });
        booted = co_await m_vm.boot(m_argv, m_context.socketDir, deadline(), stop);
        console = watch.console();
    } while (!booted && isPortTaken(booted.error()) && ++tries < portTries);
    if (booted)
        co_return booted;
    sayLastWords();
    co_return whyNotUp(booted.error(), console);
}

Error QemuTarget::whyNotUp(const Error& error, const QString& console) const
{
    if (error.code != Error::Code::TimedOut && error.code != Error::Code::Crashed)
        return error;
    QString message = error.message;
    if (error.code == Error::Code::TimedOut)
        message += u' ' + (m_settings.qemu.channel == "ssh"_L1
                               ? Text::tr("Nobody could log in by ssh: is openssh-server installed in it, and does it "
                                          "start with a network (DHCP)?")
                               : Text::tr("Its agent was not heard: install qemu-guest-agent in it, or use channel "
                                          "\"ssh\"."));
    const QString last = lastConsoleLines(console, 1);
    message += u' ' + (last.isEmpty() ? Text::tr("It wrote nothing to its serial console.")
                                      : Text::tr("Its console said last: %1").arg(last));
    return Error(error.code, message, error.detail + u'\n' + lastConsoleLines(console, consoleLines));
}

/// Installs sysbench where there is none and the plan asks for it.
Async<> QemuTarget::provideSysbench(std::stop_token stop)
{
    if (!m_settings.qemu.installSysbench)
        co_return Unit();
    const OutputHandler none;
    ExecSpec ask(hasSysbenchCommand(), u"/tmp"_s);
    ask.timeout = smallCommandTimeout;
    const ExecOutcome found = co_await exec(ask, stop, none);
    if (found.ok())
        co_return Unit();
    if (found.kind == ExecOutcome::Kind::Exited) {
        emit said(Text::tr("Installing sysbench in the guest, by its package manager."));
        ExecSpec install(installSysbenchCommand(), u"/tmp"_s);
        install.timeout = installTimeout;
        const ExecOutcome installed = co_await exec(install, stop, none);
        emit said(QString::fromUtf8(installed.output.right(4000)));
        if (installed.ok()) {
            m_provenance.insert(u"sysbench_installed"_s, true);
            co_return Unit();
        }
        if (installed.kind == ExecOutcome::Kind::Exited)
            co_return Error(Error::Code::NotReady, installFailure(installed.exitCode, installed.output),
                            QString::fromUtf8(installed.output.right(4000)));
        co_return Error(installed.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled : Error::Code::NotReady,
                        Text::tr("sysbench could not be installed in the guest: %1").arg(wordsOf(installed)));
    }
    co_return Error(found.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled : Error::Code::NotReady,
                    Text::tr("The guest could not be asked: %1").arg(wordsOf(found)));
}

/// On the scratch disk beside an ISO, where the guest can use it; else on the guest's own disk, whose overlay goes with
/// the session.
Async<QString> QemuTarget::makeForeignFolder(std::stop_token stop)
{
    const QString kept = m_folder;
    if (!kept.isEmpty())
        co_return kept;
    const OutputHandler none;
    if (m_settings.qemu.guest == "iso"_L1) {
        ExecSpec mount(mountScratchCommand(), u"/tmp"_s);
        mount.timeout = formatTimeout;
        const ExecOutcome mounted = co_await exec(mount, stop, none);
        if (mounted.ok()) {
            m_folder = u"/bench"_s;
            const QString folder = m_folder;
            co_return folder;
        }
        if (mounted.kind != ExecOutcome::Kind::Exited)
            co_return Error(mounted.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled
                                                                         : Error::Code::NotReady,
                            Text::tr("The VM's disk cannot be used: %1").arg(wordsOf(mounted)));
        emit said(Text::tr("The disk beside the ISO is not used (%1): the files go where the guest keeps its own.")
                      .arg(whyNotMounted(mounted)));
    }
    ExecSpec make(makeFolderCommand(), u"/tmp"_s);
    make.timeout = smallCommandTimeout;
    const ExecOutcome made = co_await exec(make, stop, none);
    const QStringList lines = QString::fromUtf8(made.output).split(u'\n');
    if (!made.ok() || !lines.first().startsWith(u'/'))
        co_return Error(made.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled : Error::Code::NotReady,
                        Text::tr("The guest has no folder for the file set: %1").arg(wordsOf(made)));
    const QString type = lines.value(1);
    if (type == "tmpfs"_L1 || type == "ramfs"_L1 || type == "overlayfs"_L1)
        emit said(Text::tr("The files are in the guest's memory (%1): fileio measures no disk.").arg(type));
    m_provenance.insert(u"file_system"_s, type);
    m_folder = lines.first();
    const QString folder = m_folder;
    co_return folder;
}

/// Why they were not dropped; empty when they were.
Task<QString> QemuTarget::dropForeignCaches(std::stop_token stop)
{
    ExecSpec drop(dropCachesCommand(), u"/tmp"_s);
    drop.timeout = smallCommandTimeout;
    const OutputHandler none;
    const ExecOutcome dropped = co_await exec(drop, stop, none);
    if (dropped.ok())
        co_return QString();
    if (dropped.kind == ExecOutcome::Kind::Exited && dropped.exitCode == noRoot)
        co_return Text::tr("it takes root there. Log in as root, or let the user run sudo without a password.");
    co_return wordsOf(dropped) + u' ';
}

} // namespace bv
