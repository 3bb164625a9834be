#include "target/qemu/accelerator_probe.h"

#include "base/paths.h"
#include "target/qemu/virtual_machine.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::AcceleratorProbe)
};

/// What the answer depends on: this boot of the machine, this QEMU, this guest, this user.
QString cacheKey(const KvmProbe& probe)
{
    QFile bootId(u"/proc/sys/kernel/random/boot_id"_s);
    const QByteArray boot = bootId.open(QIODevice::ReadOnly) ? bootId.readAll().trimmed() : QByteArray();
    const QFileInfo qemu(QStandardPaths::findExecutable(probe.tools.qemuFor(nativeArchitecture())));
    return QStringList{
        QString::fromLatin1(boot), qemu.canonicalFilePath(),    QString::number(qemu.lastModified().toSecsSinceEpoch()),
        probe.guest.digest,        QString::number(::getuid()), probe.device}
        .join(u'|');
}

/// Since the machine was started, sleep included.
double secondsUp()
{
    timespec now = {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What is kept and still about this machine; empty when nothing is.
QJsonObject kept(const KvmProbe& probe)
{
    QFile file(probe.cacheFile);
    if (probe.cacheFile.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    return json["key"_L1].toString() == cacheKey(probe) ? json : QJsonObject();
}

std::optional<KvmAnswer> cachedAnswer(const KvmProbe& probe)
{
    const QJsonObject json = probe.fresh ? QJsonObject() : kept(probe);
    if (json.isEmpty())
        return std::nullopt;
    const QJsonValue doubtfulSince = json["doubtful_since_s"_L1];
    if (doubtfulSince.isDouble() &&
        secondsUp() - doubtfulSince.toDouble() >= static_cast<double>(probe.doubtfulFor.count()))
        return std::nullopt;
    KvmAnswer answer;
    answer.usable = json["usable"_L1].toBool();
    answer.reason = json["reason"_L1].toString();
    answer.bootMs = json["boot_ms"_L1].toInteger();
    answer.cached = true;
    return answer;
}

void keepAnswer(const KvmProbe& probe, const KvmAnswer& answer, bool timedOut)
{
    QJsonObject json = answer.toJson();
    if (timedOut) {
        const bool again = kept(probe)["timed_out"_L1].toBool();
        json.insert(u"timed_out"_s, true);
        if (!again)
            json.insert(u"doubtful_since_s"_s, secondsUp());
    }
    json.insert(u"key"_s, cacheKey(probe));
    QDir().mkpath(QFileInfo(probe.cacheFile).absolutePath());
    QSaveFile file(probe.cacheFile);
    if (!probe.cacheFile.isEmpty() && file.open(QIODevice::WriteOnly)) {
        file.write(QJsonDocument(json).toJson());
        file.commit();
    }
}

/// An answer that needs no boot; nothing when the device can be opened.
std::optional<KvmAnswer> deviceAnswer(const QString& device)
{
    const int fd = ::open(QFile::encodeName(device).constData(), O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        ::close(fd);
        return std::nullopt;
    }
    const int error = errno;
    KvmAnswer answer;
    if (error == ENOENT)
        answer.reason =
            Text::tr("There is no %1: the processor's virtualization is switched off in the firmware, this "
                     "machine is itself a VM without nested virtualization, or the module kvm is not loaded.")
                .arg(device);
    else if (error == EACCES || error == EPERM)
        answer.reason =
            Text::tr("You may not use %1. Mend: sudo usermod -aG kvm $USER, then log in again.").arg(device);
    else
        answer.reason = Text::tr("%1 cannot be opened: %2.").arg(device, qt_error_string(error));
    return answer;
}

} // namespace

QJsonObject KvmAnswer::toJson() const
{
    return {{u"usable"_s, usable}, {u"reason"_s, reason}, {u"boot_ms"_s, bootMs}};
}

std::optional<KvmAnswer> knownKvmAnswer(const KvmProbe& probe)
{
    const auto answer = deviceAnswer(probe.device);
    return answer ? answer : cachedAnswer(probe);
}

Async<KvmAnswer> probeKvm(KvmProbe probe, std::stop_token stop)
{
    if (const auto known = knownKvmAnswer(probe))
        co_return *known;
    KvmAnswer answer;
    if (probe.guest.kernel.isEmpty()) {
        answer.reason =
            Text::tr("%1 is there; whether guests run under it is tried with the built-in guest, at the first run.")
                .arg(probe.device);
        co_return answer;
    }
    QDir().mkpath(probe.socketDir);
    QemuSettings settings;
    settings.arch = nativeArchitecture();
    if (settings.arch == "aarch64"_L1)
        settings.machine = u"virt,gic-version=max"_s; // some processors have one kind of interrupt controller only
    settings.smp = 1;
    settings.memoryMib = 256;
    QemuRuntime runtime;
    runtime.program = probe.tools.qemuFor(settings.arch);
    runtime.accel = u"kvm"_s;
    runtime.kernel = probe.guest.kernel;
    runtime.initrd = probe.guest.initrd;
    runtime.socketDir = probe.socketDir;
    VirtualMachine vm;
    const QStringList argv = qemuArgv(settings, runtime);
    const auto booted = co_await vm.boot(argv, probe.socketDir, probe.deadline, stop);
    co_await vm.close();
    removeOwnFolder(probe.socketDir);
    const bool hung = !booted && booted.error().code == Error::Code::TimedOut;
    if (booted) {
        answer.usable = true;
        answer.bootMs = vm.bootMilliseconds();
        answer.reason =
            Text::tr("A guest booted under KVM in %1 s.").arg(static_cast<double>(answer.bootMs) / 1000, 0, 'f', 1);
    } else if (booted.error().code == Error::Code::Cancelled) {
        co_return booted.error();
    } else {
        const QString what = hung ? Text::tr("a guest did not come up under it within %1 s")
                                        .arg(static_cast<double>(probe.deadline.count()) / 1000)
                                  : booted.error().message;
        answer.reason = Text::tr("%1 is there but does not work: %2. This machine is probably a VM itself.")
                            .arg(probe.device, what);
    }
    // Other failures (no memory, the device busy under another hypervisor) may pass.
    if (booted || hung || booted.error().detail.contains("KVM internal error"_L1))
        keepAnswer(probe, answer, hung);
    co_return answer;
}

} // namespace bv
