#include "install/vm_maker.h"

#include "async/sleep.h"
#include "base/paths.h"
#include "disk/disk_files.h"
#include "disk/disk_tool.h"
#include "disk/qemu_img.h"
#include "guest/architecture.h"
#include "install/answers.h"
#include "run/session_lock.h"
#include "target/qemu/command_line.h"
#include "target/qemu/ssh_access.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

constexpr std::chrono::milliseconds toolTimeout{60'000};
constexpr std::chrono::milliseconds loginTimeout{30'000};
constexpr std::chrono::milliseconds loginEvery{2000};
constexpr std::chrono::minutes firstBootDeadline{10};
constexpr std::chrono::milliseconds endOfOrphan{15'000};
constexpr std::chrono::milliseconds lookEvery{200};
constexpr qint64 quietEnd = 120'000; ///< milliseconds for a guest to switch itself off
constexpr qint64 gib = 1024LL * 1024 * 1024;

Error cancelled()
{
    return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
}

/// Makes one VM. On the stack of makeVm(), which awaits everything.
class Maker
{
public:
    Maker(VmWish wish, VmPlaces places, InstallProgress progress, std::stop_token stop)
        : m_wish(std::move(wish))
        , m_places(std::move(places))
        , m_progress(std::move(progress))
        , m_stop(std::move(stop))
        , m_store(m_places.dataDir)
        , m_folder(m_store.folderOf(m_wish.name))
        , m_socketDir(vmSocketDir(m_places.runtimeDir, m_wish.name))
    {
    }

    Async<StoredVm> make();

private:
    Async<> prepare();
    Async<> removeHalfMade(StoredVm vm);
    Result<> checkWish();
    Async<> checkImageFits();
    void describe();
    Async<> install();
    Async<> makeKey();
    Async<> makeDisk();
    Async<> makeAnswers();
    Async<> checkBootable();
    Async<> firstBoot();
    Async<bool> logIn(int port, QString command);
    Async<> awaitLogin(InstallMachine* machine, int port);
    Result<QStringList> argv(const QemuSettings& settings, QemuRuntime runtime) const;
    QString inFolder(const QString& name) const { return m_folder + u'/' + name; }
    Result<> forgetAnswers() const;
    void giveScreen(QemuSettings& settings);

    VmWish m_wish;
    VmPlaces m_places;
    InstallProgress m_progress;
    std::stop_token m_stop;
    VmStore m_store;
    QString m_folder;
    QString m_socketDir;
    StoredVm m_vm;
    bool m_begun = false; ///< the folder and the disk of m_vm are ours
    IsoFacts m_iso;
    GuestAccount m_account;
};

Result<> Maker::checkWish()
{
    m_account = {m_wish.name, m_wish.user, {}};
    if (const Result<> account = checkAccount(m_account); !account)
        return account;
    if (m_wish.iso.isEmpty() == m_wish.cloudImage.isEmpty())
        return Error(Error::Code::BadInput, Text::tr("Give either the ISO of an installer or a cloud image."));
    if (m_wish.byHand && m_wish.iso.isEmpty())
        return Error(
            Error::Code::BadInput,
            Text::tr("A cloud image is installed already: leave --by-hand out, or give the ISO of an installer."));
    if (!m_wish.iso.isEmpty()) {
        m_wish.iso = QFileInfo(m_wish.iso).absoluteFilePath();
        const auto iso = lookAtIso(m_wish.iso);
        if (!iso)
            return iso.error();
        m_iso = *iso;
        if (m_wish.byHand)
            m_iso.kind = IsoFacts::Kind::Other;
        else if (!m_iso.isUnattended())
            return Error(
                Error::Code::NotReady,
                Text::tr("\"%1\" is no installer that works by itself: Debian's (netinst, DVD) and Ubuntu Server's "
                         "(live-server) do. Install it by hand, on the screen of the VM: add --by-hand")
                    .arg(m_iso.volume));
        if (m_wish.bytes < 4 * gib)
            return Error(Error::Code::BadInput,
                         Text::tr("An installation needs a disk of 4 GiB or more. Give --size 20G."));
    } else {
        m_wish.cloudImage = QFileInfo(m_wish.cloudImage).absoluteFilePath();
        const auto format = sniffDiskFormat(m_wish.cloudImage);
        if (!format)
            return format.error();
    }
    return Unit();
}

/// Said before the image is copied, which takes minutes.
Async<> Maker::checkImageFits()
{
    if (m_wish.cloudImage.isEmpty() || m_wish.bytes <= 0)
        co_return Unit();
    const auto image = co_await DiskTool(m_places.tools.qemuImg).info(m_wish.cloudImage, true, m_stop);
    if (!image)
        co_return image.error();
    if (m_wish.bytes < image->virtualBytes)
        co_return Error(
            Error::Code::BadInput,
            Text::tr("The image is a disk of %1, which does not fit into %2. Give a larger --size, or none.")
                .arg(diskSizeText(image->virtualBytes), diskSizeText(m_wish.bytes)));
    co_return Unit();
}

/// The VM as it will be in a plan.
void Maker::describe()
{
    m_vm = {};
    m_vm.name = m_wish.name;
    m_vm.source = m_wish.iso.isEmpty() ? m_wish.cloudImage : m_wish.iso;
    m_vm.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    TargetSettings& target = m_vm.target;
    target.id = m_wish.name;
    target.kind = TargetKind::Qemu;
    QemuSettings& qemu = target.qemu;
    qemu.guest = u"disk"_s;
    qemu.arch = !m_iso.arch.isEmpty() ? m_iso.arch : m_wish.arch.isEmpty() ? nativeArchitecture() : m_wish.arch;
    qemu.machine = defaultMachine(qemu.arch);
    qemu.cpu = defaultCpu(qemu.arch);
    qemu.firmware = m_wish.firmware.isEmpty() && qemu.arch == "aarch64"_L1 ? u"uefi"_s : m_wish.firmware;
    qemu.smp = m_wish.smp;
    qemu.memoryMib = m_wish.memoryMib;
    qemu.network = u"user"_s;
    qemu.channel = u"ssh"_s;
    if (m_wish.byHand) {
        qemu.channel = u"agent"_s;
    } else {
        qemu.ssh.user = m_wish.user;
        qemu.ssh.key = inFolder(u"key"_s);
    }
    qemu.disk.path = m_wish.disk.isEmpty() ? inFolder(u"disk.qcow2"_s) : QFileInfo(m_wish.disk).absoluteFilePath();
    const bool raw = qemu.disk.path.endsWith(".raw"_L1) || qemu.disk.path.endsWith(".img"_L1);
    qemu.disk.format = raw ? u"raw"_s : u"qcow2"_s;
    if (m_wish.bytes > 0)
        qemu.disk.sizeGib = static_cast<double>(m_wish.bytes) / static_cast<double>(gib);
}

Async<StoredVm> Maker::make()
{
    const GuestAccount account{m_wish.name, m_wish.user, {}};
    if (const Result<> named = checkAccount(account); !named) // files are named after it
        co_return named.error();
    const auto lock = SessionLock::acquire(m_places.runtimeDir, u"vm-"_s + m_wish.name);
    if (!lock)
        co_return lock.error().code == Error::Code::Locked
            ? Error(Error::Code::Locked, Text::tr("The VM %1 is being made by another program.").arg(m_wish.name))
            : lock.error();
    const auto before = m_store.load(m_wish.name);
    if (!before && before.error().code != Error::Code::NotFound)
        co_return before.error();
    if (before && before->state == StoredVm::State::Ready)
        co_return Error(
            Error::Code::BadInput,
            Text::tr("There is a VM %1 already. Choose another name, or: benchvisor vm delete %1").arg(m_wish.name));
    if (before && before->state == StoredVm::State::Installed) {
        m_progress(Text::tr("%1 is installed already; going on there").arg(m_wish.name), -1);
        m_vm = *before;
    } else {
        if (const Result<> fine = checkWish(); !fine)
            co_return fine.error();
        const auto fits = co_await checkImageFits();
        if (!fits)
            co_return fits.error();
        if (before) {
            m_progress(Text::tr("Removing what was half made"), -1);
            const auto removed = co_await removeHalfMade(*before);
            if (!removed)
                co_return removed.error();
        }
        const auto installed = co_await install();
        removeOwnFolder(m_socketDir);
        if (!installed) {
            if (m_begun) // else what is there is somebody's
                (void)m_store.remove(m_vm);
            co_return installed.error();
        }
    }
    if (!m_vm.target.qemu.ssh.key.isEmpty()) {
        const auto booted = co_await firstBoot();
        removeOwnFolder(m_socketDir);
        if (!booted)
            co_return booted.error();
    }
    m_vm.state = StoredVm::State::Ready;
    if (const Result<> saved = m_store.save(m_vm); !saved)
        co_return saved.error();
    const StoredVm made = m_vm;
    co_return made;
}

/// The VM of a program that was killed ends a moment after it.
Async<> Maker::removeHalfMade(StoredVm vm)
{
    const QDeadlineTimer deadline(endOfOrphan);
    Result<> removed = m_store.remove(vm);
    while (!removed && removed.error().code == Error::Code::Locked && !deadline.hasExpired()) {
        const bool goOn = co_await sleepFor(lookEvery, m_stop);
        if (!goOn)
            co_return cancelled();
        removed = m_store.remove(vm);
    }
    co_return removed;
}

/// What is needed before QEMU starts.
Async<> Maker::prepare()
{
    if (!m_wish.byHand) {
        const auto key = co_await makeKey();
        if (!key)
            co_return key.error();
    }
    m_progress(Text::tr("Making the disk"), -1);
    const auto disk = co_await makeDisk();
    if (!disk)
        co_return disk.error();
    if (m_wish.byHand)
        co_return Unit();
    m_progress(Text::tr("Writing the answers for the installer"), -1);
    co_return co_await makeAnswers();
}

Async<> Maker::install()
{
    describe();
    const QString disk = m_vm.target.qemu.disk.path;
    if (QFileInfo::exists(disk))
        co_return Error(Error::Code::BadInput,
                        Text::tr("%1 exists already. Choose another name, or delete it first.").arg(disk));
    // Before anything is copied.
    const QString program = QStandardPaths::findExecutable(m_places.tools.qemuFor(m_vm.target.qemu.arch));
    const auto firmware = resolveFirmware(m_vm.target.qemu, FirmwarePlaces::ofThisMachine(program));
    if (!firmware)
        co_return firmware.error();
    m_begun = true;
    if (const Result<> saved = m_store.save(m_vm); !saved)
        co_return saved.error();
    const auto prepared = co_await prepare();
    if (!prepared)
        co_return prepared.error();
    QemuSettings settings = m_vm.target.qemu;
    settings.disk.cache = u"unsafe"_s; // if the machine fails it is made anew
    settings.channel = u"agent"_s;
    settings.iso = m_wish.iso;
    QemuRuntime runtime;
    const bool preseeded = m_iso.kind == IsoFacts::Kind::Debian;
    if (!preseeded && !m_wish.byHand)
        runtime.seedIso = inFolder(u"seed.iso"_s);
    if (m_wish.byHand)
        giveScreen(settings);
    auto words = argv(settings, runtime);
    if (!words)
        co_return words.error();
    if (m_iso.isUnattended())
        *words << u"-kernel"_s << inFolder(u"kernel"_s) << u"-initrd"_s << inFolder(u"initrd"_s) << u"-append"_s
               << installerCommandLine(m_iso);
    const auto patience = m_wish.byHand ? std::chrono::milliseconds(0) : m_wish.patience;
    InstallMachine machine;
    auto done = co_await machine.start(*words, m_socketDir, m_stop);
    if (done)
        done = co_await machine.watch(patience, m_progress, m_stop);
    co_await machine.close();
    if (done && m_wish.byHand)
        done = co_await checkBootable();
    if (!done)
        co_return done.error();
    m_vm.state = StoredVm::State::Installed;
    if (const Result<> forgotten = forgetAnswers(); !forgotten)
        co_return forgotten.error();
    co_return m_store.save(m_vm);
}

/// Somebody may have shut it down before anything was installed. A partition table, also one of GPT, or a boot sector
/// ends its first block in 55 aa.
Async<> Maker::checkBootable()
{
    const QemuSettings& qemu = m_vm.target.qemu;
    const QString head = inFolder(u"head"_s);
    ProcessSpec spec(m_places.tools.qemuImg, {u"dd"_s, u"-f"_s, qemu.disk.format, u"-O"_s, u"raw"_s, u"bs=512"_s,
                                              u"count=1"_s, u"if="_s + qemu.disk.path, u"of="_s + head});
    spec.timeout = toolTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, m_stop);
    QFile file(head);
    const QByteArray block = file.open(QIODevice::ReadOnly) ? file.read(512) : QByteArray();
    file.remove();
    if (!outcome.ok())
        co_return qemuImgError(outcome, Text::tr("The disk %1 cannot be read").arg(qemu.disk.path), qemu.disk.path);
    if (!block.endsWith("\x55\xaa"))
        co_return Error(Error::Code::NotReady,
                        Text::tr("The VM was shut down, but there is nothing to boot from on its disk: no partition "
                                 "table and no boot sector. Install the system first, then shut the VM down."));
    co_return Unit();
}

void Maker::giveScreen(QemuSettings& settings)
{
    settings.gpu = u"std"_s;
    settings.usb = QStringList{u"keyboard"_s, u"tablet"_s};
    settings.display = m_wish.screen == VmWish::Screen::Window ? u"window"_s : u"vnc"_s;
    settings.boot = u"order=cd"_s; // the disk as soon as it can
    if (settings.arch == "aarch64"_L1) {
        settings.gpu = u"virtio-gpu-pci"_s;
        settings.boot.clear(); // EFI decides
    }
    QString step = Text::tr("Install it on the screen of the VM, and shut it down");
    if (m_wish.screen == VmWish::Screen::Window)
        step = Text::tr("Install it in the window of the VM, and shut it down");
    if (m_wish.screen == VmWish::Screen::Socket)
        step = Text::tr("Install it on the screen of the VM, by VNC on the socket %1/vnc, and shut it down")
                   .arg(m_socketDir);
    m_progress(step, -1);
}

Result<> Maker::forgetAnswers() const
{
    for (const QString& name : {u"seed.iso"_s, u"kernel"_s, u"initrd"_s, u"initrd.plain"_s})
        QFile::remove(inFolder(name));
    return Unit();
}

Async<> Maker::makeKey()
{
    const QString path = inFolder(u"key"_s);
    const QString comment = u"benchvisor-"_s + m_wish.name;
    const auto line = co_await makeSshKey(m_places.tools.sshKeygen, path, comment, m_stop);
    if (!line)
        co_return line.error();
    m_account.publicKey = *line;
    co_return checkAccount(m_account);
}

Async<> Maker::makeDisk()
{
    const DiskTool tool(m_places.tools.qemuImg);
    NewDisk disk(m_vm.target.qemu.disk.path);
    disk.format = m_vm.target.qemu.disk.format;
    disk.bytes = m_wish.bytes;
    if (m_wish.cloudImage.isEmpty()) {
        const auto made = co_await tool.create(disk, m_stop);
        co_return made ? Result<>(Unit()) : Result<>(made.error());
    }
    const DiskConversion copy(m_wish.cloudImage, disk);
    const QString step = Text::tr("Copying the image");
    const DiskProgress progress = [told = m_progress, step](double fraction) { told(step, fraction); };
    const auto made = co_await tool.convert(copy, progress, m_stop);
    if (!made)
        co_return made.error();
    if (m_wish.bytes > 0)
        co_return co_await tool.grow(disk.path, m_wish.bytes, m_stop);
    m_vm.target.qemu.disk.sizeGib = static_cast<double>(made->virtualBytes) / static_cast<double>(gib);
    co_return Unit();
}

Async<> Maker::makeAnswers()
{
    const bool preseeded = m_iso.kind == IsoFacts::Kind::Debian;
    if (!preseeded) {
        const SeedFiles files{
            {u"user-data"_s, m_iso.isUnattended() ? autoinstallUserData(m_account) : cloudUserData(m_account)},
            {u"meta-data"_s, seedMetaData(m_account)}};
        if (const Result<> written = writeSeedIso(inFolder(u"seed.iso"_s), u"cidata"_s, files); !written)
            co_return written.error();
    }
    if (!m_iso.isUnattended())
        co_return Unit();
    const QString initrd = inFolder(preseeded ? u"initrd.plain"_s : u"initrd"_s);
    const QFuture<Result<>> kernel = QtConcurrent::run(extractFromIso, m_wish.iso, m_iso.kernel, inFolder(u"kernel"_s));
    const auto gotKernel = co_await kernel;
    if (!gotKernel)
        co_return gotKernel.error();
    const QFuture<Result<>> plain = QtConcurrent::run(extractFromIso, m_wish.iso, m_iso.initrd, initrd);
    const auto gotInitrd = co_await plain;
    if (!gotInitrd || !preseeded)
        co_return gotInitrd;
    const SeedFiles files{{u"preseed.cfg"_s, debianPreseed(m_account, m_vm.target.qemu.arch)}};
    const QFuture<Result<>> extended = QtConcurrent::run(extendInitrd, initrd, files, inFolder(u"initrd"_s));
    const auto done = co_await extended;
    co_return done;
}

Result<QStringList> Maker::argv(const QemuSettings& settings, QemuRuntime runtime) const
{
    removeOwnFolder(m_socketDir);
    if (const Result<> made = ensurePrivateDir(m_socketDir); !made)
        return made.error();
    runtime.program = m_places.tools.qemuFor(settings.arch);
    runtime.accel = settings.arch == nativeArchitecture() ? m_wish.accel : u"tcg"_s;
    runtime.diskPath = settings.disk.path;
    runtime.socketDir = m_socketDir;
    const QString program = QStandardPaths::findExecutable(runtime.program);
    auto firmware = resolveFirmware(settings, FirmwarePlaces::ofThisMachine(program));
    if (!firmware)
        return firmware.error();
    if (needsFirmwareVariables(*firmware, settings.arch)) {
        const QString variables = m_socketDir + "/firmware-variables"_L1;
        if (const Result<> copied = copyFirmwareVariables(*firmware, variables); !copied)
            return copied.error();
        firmware->vars = variables;
    }
    runtime.firmware = *firmware;
    runtime.hearsBios = firmware->isEmpty();
    return qemuArgv(settings, runtime);
}

/// Boots what was installed, without ISO and answers, and logs in.
Async<> Maker::firstBoot()
{
    m_progress(Text::tr("Booting it for the first time"), -1);
    QemuRuntime runtime;
    runtime.sshPort = freeLocalPort();
    const auto words = argv(m_vm.target.qemu, runtime);
    if (!words)
        co_return words.error();
    InstallMachine machine;
    auto done = co_await machine.start(*words, m_socketDir, m_stop);
    if (done)
        done = co_await awaitLogin(&machine, runtime.sshPort);
    if (done) {
        const QString off = u"sudo -n poweroff"_s;
        (void)co_await logIn(runtime.sshPort, off);
        const QDeadlineTimer deadline(quietEnd);
        bool goOn = true;
        while (goOn && machine.isRunning() && !deadline.hasExpired())
            goOn = co_await sleepFor(loginEvery, m_stop);
    }
    co_await machine.close();
    co_return done;
}

Async<> Maker::awaitLogin(InstallMachine* machine, int port)
{
    const QDeadlineTimer deadline(firstBootDeadline);
    const QString command = u"true"_s;
    while (machine->isRunning() && !deadline.hasExpired()) {
        if (!machine->bootFailure().isEmpty())
            co_return Error(Error::Code::NotReady,
                            Text::tr("The VM %1 does not come up: %2").arg(m_vm.name, machine->bootFailure()),
                            machine->console().tail().join(u'\n'));
        if (machine->listen())
            m_progress(Text::tr("First boot: %1").arg(machine->console().lastLine()), -1);
        const auto in = co_await logIn(port, command);
        if (!in)
            co_return in.error();
        if (*in)
            co_return Unit();
        const bool goOn = co_await sleepFor(loginEvery, m_stop);
        if (!goOn)
            co_return cancelled();
    }
    co_return Error(Error::Code::NotReady,
                    Text::tr("The VM %1 is installed, but it could not be entered by ssh after its first boot. It said "
                             "last: %2 To try again: the same command; to give up: benchvisor vm delete %1")
                        .arg(m_vm.name, machine->console().lastLine()),
                    machine->console().tail().join(u'\n'));
}

/// Whether the command could be run in the guest.
Async<bool> Maker::logIn(int port, QString command)
{
    const QemuSettings& qemu = m_vm.target.qemu;
    SshAccess access;
    access.user = qemu.ssh.user;
    access.key = qemu.ssh.key;
    access.publicKey = m_account.publicKey;
    access.knownHosts = inFolder(u"known_hosts"_s);
    access.name = m_vm.name;
    access.port = port;
    ProcessSpec spec(m_places.tools.ssh, sshOptions(access) << u"127.0.0.1"_s << command);
    spec.timeout = loginTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, m_stop);
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        co_return Error(Error::Code::NotFound,
                        Text::tr("ssh is not installed. Install it: sudo apt install openssh-client"));
    if (outcome.kind == ProcessOutcome::Kind::Cancelled)
        co_return cancelled();
    const bool ok = outcome.ok();
    co_return ok;
}

} // namespace

QString vmSocketDir(const QString& runtimeDir, const QString& name)
{
    return runtimeDir + "/vm-"_L1 + name;
}

QString installerCommandLine(const IsoFacts& facts)
{
    const QString console = facts.arch == "aarch64"_L1 ? u"console=ttyAMA0"_s : u"console=ttyS0"_s;
    if (facts.kind == IsoFacts::Kind::Ubuntu)
        return u"autoinstall ds=nocloud %1 --- %1"_s.arg(console);
    // Waiting for an IPv6 router that is not there takes a minute.
    return u"auto=true priority=critical DEBIAN_FRONTEND=text ipv6.disable=1 %1 --- %1"_s.arg(console);
}

Async<StoredVm> makeVm(VmWish wish, VmPlaces places, InstallProgress progress, std::stop_token stop)
{
    Maker maker(std::move(wish), std::move(places), std::move(progress), std::move(stop));
    const auto made = co_await maker.make();
    co_return made;
}

} // namespace bv
