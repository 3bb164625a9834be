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
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::AcceleratorProbe)
};

constexpr std::chrono::milliseconds probeDeadline{6000};

/// What the answer depends on: this boot of the machine, this QEMU, this guest, this user.
QString cacheKey(const KvmProbe& probe)
{
    QFile bootId(u"/proc/sys/kernel/random/boot_id"_s);
    const QByteArray boot = bootId.open(QIODevice::ReadOnly) ? bootId.readAll().trimmed() : QByteArray();
    const QFileInfo qemu(QStandardPaths::findExecutable(probe.tools.qemuX86));
    return QStringList{
        QString::fromLatin1(boot), qemu.canonicalFilePath(),    QString::number(qemu.lastModified().toSecsSinceEpoch()),
        probe.guest.digest,        QString::number(::getuid()), probe.device}
        .join(u'|');
}

std::optional<KvmAnswer> cachedAnswer(const KvmProbe& probe)
{
    QFile file(probe.cacheFile);
    if (probe.fresh || probe.cacheFile.isEmpty() || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    if (json["key"_L1].toString() != cacheKey(probe))
        return std::nullopt;
    KvmAnswer answer;
    answer.usable = json["usable"_L1].toBool();
    answer.reason = json["reason"_L1].toString();
    answer.bootMs = json["boot_ms"_L1].toInteger();
    answer.cached = true;
    return answer;
}

void keepAnswer(const KvmProbe& probe, const KvmAnswer& answer)
{
    QJsonObject json = answer.toJson();
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
    settings.smp = 1;
    settings.memoryMib = 256;
    QemuRuntime runtime;
    runtime.program = probe.tools.qemuX86;
    runtime.accel = u"kvm"_s;
    runtime.kernel = probe.guest.kernel;
    runtime.initrd = probe.guest.initrd;
    runtime.socketDir = probe.socketDir;
    VirtualMachine vm;
    const QStringList argv = qemuArgv(settings, runtime);
    const auto booted = co_await vm.boot(argv, probe.socketDir, probeDeadline, stop);
    co_await vm.close();
    removeOwnFolder(probe.socketDir);
    if (booted) {
        answer.usable = true;
        answer.bootMs = vm.bootMilliseconds();
        answer.reason =
            Text::tr("A guest booted under KVM in %1 s.").arg(static_cast<double>(answer.bootMs) / 1000, 0, 'f', 1);
    } else if (booted.error().code == Error::Code::Cancelled) {
        co_return booted.error();
    } else {
        const bool hung = booted.error().code == Error::Code::TimedOut;
        const QString what = hung ? Text::tr("a guest did not come up under it within %1 s")
                                        .arg(std::chrono::duration_cast<std::chrono::seconds>(probeDeadline).count())
                                  : booted.error().message;
        answer.reason = Text::tr("%1 is there but does not work: %2. This machine is probably a VM itself. (benchvisor "
                                 "doctor --fresh tries again.)")
                            .arg(probe.device, what);
    }
    // Other failures (no memory, the device busy under another hypervisor) may pass.
    const bool lasting = booted || booted.error().code == Error::Code::TimedOut ||
                         booted.error().detail.contains("KVM internal error"_L1);
    if (lasting)
        keepAnswer(probe, answer);
    co_return answer;
}

} // namespace bv
