#include "system/environment_check.h"

#include "guest/guest.h"
#include "machine/host_facts.h"
#include "run/readiness.h"
#include "session/session_store.h"
#include "target/docker/container_engine.h"

#include <QCoreApplication>
#include <QStorageInfo>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using State = EnvironmentItem::State;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::EnvironmentCheck)
};

constexpr qint64 mib = 1024 * 1024;
constexpr qint64 comfortableDiskMib = 4096;
constexpr qint64 comfortableMemoryMib = 3072;

EnvironmentItem item(const QString& id, const QString& title, State state, const QString& detail,
                     const QString& mend = {})
{
    EnvironmentItem made;
    made.id = id;
    made.title = title;
    made.state = state;
    made.detail = detail;
    made.mend = mend;
    return made;
}

/// A sentence "what is wrong. What to do" as item.
EnvironmentItem missing(const QString& id, const QString& title, const Error& error)
{
    return item(id, title, State::Missing, {}, error.message);
}

EnvironmentItem programItem(const QString& id, const QString& title, const Result<QString>& version)
{
    return version ? item(id, title, State::Ok, *version) : missing(id, title, version.error());
}

EnvironmentItem engineItem(const Result<EngineInfo>& info)
{
    const QString id = u"container-engine"_s;
    const QString title = Text::tr("Container engine");
    if (!info)
        return missing(id, title, info.error());
    QString detail = Text::tr("%1 %2, storage driver %3").arg(info->product, info->serverVersion, info->storageDriver);
    if (!info->context.isEmpty())
        detail += Text::tr(", at %1").arg(info->context);
    if (info->product == "Docker Desktop"_L1)
        return item(
            id, title, State::Warning, detail,
            Text::tr("Docker Desktop runs containers inside a virtual machine of its own: the comparison is then "
                     "between two VMs. For an honest figure use Docker Engine on Linux."));
    return item(id, title, State::Ok, detail);
}

EnvironmentItem guestItem(const Result<GuestFiles>& guest, const GuestBuildOptions& options)
{
    const QString id = u"guest"_s;
    const QString title = Text::tr("Built-in guest");
    const bool current = guestUpToDate(options).valueOr(false);
    if (!current) { // the next run builds it, or fails to
        if (const Result<> possible = guestCanBeBuilt(options); !possible)
            return missing(id, title, possible.error());
    }
    if (!guest)
        return item(id, title, State::Warning, Text::tr("not built yet"),
                    Text::tr("It is built at the first run; or now: benchvisor guest build"));
    const QString detail = Text::tr("sysbench %1, kernel %2").arg(guest->sysbenchVersion, guest->kernelRelease);
    if (!current)
        return item(id, title, State::Warning, detail,
                    Text::tr("What it is made from has changed, and it is built anew at the next run; or now: "
                             "benchvisor guest build"));
    return item(id, title, State::Ok, detail);
}

/// QEMU for the architecture that this machine is not of: nothing that everybody needs.
EnvironmentItem foreignItem(const QString& arch, const Result<QString>& version, const GuestBuildOptions& options)
{
    EnvironmentItem made = item(u"qemu-foreign"_s, Text::tr("QEMU for %1").arg(arch), State::Ok, {});
    if (!version) {
        made.bars = version.error().message;
        if (version.error().code == Error::Code::NotFound) {
            made.detail = Text::tr("not installed; only VMs of %1 need it").arg(arch);
            made.mend = Text::tr("To emulate them: sudo apt install %1").arg(qemuPackage(arch));
        } else {
            made.state = State::Warning;
            made.detail = version.error().message;
            made.mend =
                Text::tr("Only VMs of %1 need it. Install it again: sudo apt install %2").arg(arch, qemuPackage(arch));
        }
        return made;
    }
    const Result<GuestFiles> guest = builtGuest(options);
    if (guest && guestUpToDate(options).valueOr(false)) {
        made.detail = *version + u"; "_s +
                      Text::tr("guest: sysbench %1, kernel %2").arg(guest->sysbenchVersion, guest->kernelRelease);
    } else if (const Result<> possible = guestCanBeBuilt(options); !possible) {
        made.bars = possible.error().message;
        made.detail = *version + u"; "_s + Text::tr("the guest, which only VMs of %1 need, cannot be built").arg(arch);
        made.mend = possible.error().message;
    } else {
        made.detail = *version + u"; "_s + Text::tr("the guest is built when it is needed");
        made.mend = Text::tr("To build it now: benchvisor guest build --arch %1").arg(arch);
    }
    return made;
}

EnvironmentItem kvmItem(const KvmAnswer& kvm)
{
    const QString id = u"kvm"_s;
    const QString title = Text::tr("KVM");
    if (kvm.usable)
        return item(id, title, State::Ok, kvm.reason);
    return item(id, title, State::Warning, kvm.reason,
                Text::tr("VMs run under TCG (software emulation), which is much slower; results name it."));
}

QList<EnvironmentItem> machineItems(const EngineSettings& settings)
{
    QList<EnvironmentItem> items;
    const qint64 memory = machineLimits().memoryMib;
    items << item(u"memory"_s, Text::tr("Memory"), memory < comfortableMemoryMib ? State::Warning : State::Ok,
                  Text::tr("%1 MiB").arg(memory),
                  memory < comfortableMemoryMib ? Text::tr("Targets that do not fit together run one after the other.")
                                                : QString());
    const QStorageInfo storage(settings.folders.workDir);
    const qint64 free = storage.bytesAvailable() / mib;
    items << item(u"disk"_s, Text::tr("Disk space"), free < comfortableDiskMib ? State::Warning : State::Ok,
                  Text::tr("%1 MiB free in %2").arg(free).arg(settings.folders.workDir),
                  free < comfortableDiskMib
                      ? Text::tr("File sets of fileio need room; free some or choose smaller ones.")
                      : QString());
    const auto store = SessionStore::open(settings.storeFile());
    items << (store ? item(u"store"_s, Text::tr("Session store"), State::Ok, settings.storeFile())
                    : missing(u"store"_s, Text::tr("Session store"), store.error()));
    return items;
}

} // namespace

QLatin1StringView environmentStateName(State state)
{
    switch (state) {
    case State::Ok:
        return "ok"_L1;
    case State::Warning:
        return "warning"_L1;
    case State::Missing:
        break;
    }
    return "missing"_L1;
}

QJsonObject EnvironmentItem::toJson() const
{
    return {{u"id"_s, id},
            {u"title"_s, title},
            {u"state"_s, environmentStateName(state)},
            {u"detail"_s, detail},
            {u"mend"_s, mend}};
}

Task<QList<EnvironmentItem>> checkEnvironment(EngineSettings settings, bool fresh, std::stop_token stop)
{
    QList<EnvironmentItem> items;
    const auto folders = makeFolders(settings);
    if (!folders)
        items << missing(u"folders"_s, Text::tr("Folders"), folders.error());
    else
        co_await sweepLeftovers(settings.folders, settings.tools, stop); // as every start that may measure
    const QString arch = nativeArchitecture();
    const QString nativePackage = qemuPackage(arch);
    const QString utilsPackage = u"qemu-utils"_s;
    const QString sysbenchPackage = u"sysbench"_s;
    const auto qemu = co_await programVersion(settings.tools.qemuFor(arch), nativePackage, stop);
    items << programItem(u"qemu"_s, u"QEMU"_s, qemu);
    const QString other = arch == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
    const QString otherPackage = qemuPackage(other);
    const auto foreign = co_await programVersion(settings.tools.qemuFor(other), otherPackage, stop);
    const GuestBuildOptions foreignOptions = guestOptions(settings, other);
    items << foreignItem(other, foreign, foreignOptions);
    const auto img = co_await programVersion(settings.tools.qemuImg, utilsPackage, stop);
    items << programItem(u"qemu-img"_s, u"qemu-img"_s, img);
    const ContainerEngine engine(settings.tools.docker);
    const auto info = co_await engine.info(stop);
    items << engineItem(info);
    const auto sysbench = co_await programVersion(settings.tools.sysbench, sysbenchPackage, stop);
    items << programItem(u"sysbench"_s, u"sysbench"_s, sysbench);
    const GuestBuildOptions options = guestOptions(settings);
    const auto guest = builtGuest(options);
    items << guestItem(guest, options);
    if (qemu) {
        const auto kvm = co_await askAccelerator(settings, guest.valueOr(GuestFiles()), fresh, stop);
        if (kvm)
            items << kvmItem(*kvm);
    }
    items << machineItems(settings);
    co_return items;
}

} // namespace bv
