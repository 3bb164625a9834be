#include "install/vm_service.h"

#include "base/when_done.h"
#include "disk/disk_files.h"
#include "run/engine.h"
#include "run/engine_worker.h"
#include "run/readiness.h"
#include "run/relay.h"

#include <QCoreApplication>
#include <QFile>
#include <QtConcurrentRun>
#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Outcome = VmService::Outcome;
using Answer = std::function<void(const Outcome&)>;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::VmService)
};

constexpr qsizetype bootSectorBytes = 512;

QList<StoredVm> listVms(const QString& dataDir)
{
    return VmStore(dataDir).list();
}

Error removeVm(const QString& dataDir, const StoredVm& vm)
{
    return VmStore(dataDir).remove(vm).error();
}

/// Whether the first sector of a raw image says that something can be booted or is partitioned.
bool hasBootSector(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(bootSectorBytes).endsWith("\x55\xaa");
}

/// Ends with either: the service's own stop, or the engine's.
Task<> makeUntilStopped(VmWish wish, EngineSettings settings, InstallProgress progress, Answer answer,
                        std::stop_source own, std::stop_token engineStops)
{
    const auto passOn = [own]() mutable { own.request_stop(); };
    const std::stop_callback onEngineStop(engineStops, passOn);
    Outcome outcome;
    outcome.name = wish.name;
    if (const Result<> folders = makeFolders(settings); !folders) {
        outcome.error = folders.error();
        answer(outcome);
        co_return;
    }
    if (wish.accel.isEmpty()) {
        const auto kvm = knownKvmOf(settings);
        wish.accel = kvm && kvm->usable ? u"kvm"_s : u"tcg"_s;
    }
    const VmPlaces places = vmPlacesOf(settings);
    const auto made = co_await makeVm(wish, places, progress, own.get_token());
    if (made) {
        outcome.vm = *made;
    } else {
        outcome.error = made.error();
        const auto left = VmStore(settings.dataDir).load(wish.name);
        outcome.isInstalled = left && left->state == StoredVm::State::Installed;
    }
    answer(outcome);
}

} // namespace

Result<VmSource> lookAtVmSource(const QString& path)
{
    VmSource source;
    const auto iso = lookAtIso(path);
    if (iso) {
        source.kind = iso->isUnattended() ? VmSource::Kind::Installer : VmSource::Kind::Iso;
        source.words = iso->info.isEmpty() ? iso->volume : iso->info;
        source.arch = iso->arch;
        return source;
    }
    if (iso.error().code != Error::Code::BadInput)
        return iso.error();
    const auto format = sniffDiskFormat(path);
    if (!format)
        return format.error();
    if (*format == "raw"_L1 && !hasBootSector(path))
        return Error(Error::Code::BadInput,
                     Text::tr("%1 is neither an ISO nor the image of a disk that can be booted.").arg(path));
    source.kind = VmSource::Kind::Disk;
    source.words = Text::tr("A disk image (%1)").arg(*format);
    return source;
}

VmPlaces vmPlacesOf(const EngineSettings& settings)
{
    VmPlaces places;
    places.tools = settings.tools;
    places.dataDir = settings.dataDir;
    places.runtimeDir = settings.folders.runtimeDir;
    return places;
}

std::optional<KvmAnswer> knownKvmOf(const EngineSettings& settings)
{
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.guest = builtGuest(guestOptions(settings)).valueOr({});
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    return knownKvmAnswer(probe);
}

VmService::VmService(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&engine, &Engine::runningChanged, this, &VmService::measuringChanged);
    list();
}

VmService::~VmService()
{
    m_stop.request_stop();
}

bool VmService::isMeasuring() const
{
    return m_engine.isRunning();
}

QString VmService::screenOf(const QString& name) const
{
    return vmSocketDir(m_engine.settings().folders.runtimeDir, name) + "/vnc"_L1;
}

std::optional<StoredVm> VmService::find(const QString& name) const
{
    const auto found =
        std::find_if(m_stored.cbegin(), m_stored.cend(), [&name](const StoredVm& vm) { return vm.name == name; });
    return found == m_stored.cend() ? std::nullopt : std::optional(*found);
}

void VmService::list()
{
    whenDone(QtConcurrent::run(listVms, m_engine.settings().dataDir), this, [this](const QList<StoredVm>& vms) {
        if (std::exchange(m_stored, vms) != vms)
            emit storedChanged();
    });
}

void VmService::look(const QString& path)
{
    whenDone(QtConcurrent::run(lookAtVmSource, path), this,
             [this, path](const Result<VmSource>& source) { emit looked(path, source); });
}

void VmService::remove(const StoredVm& vm)
{
    whenDone(QtConcurrent::run(removeVm, m_engine.settings().dataDir, vm), this,
             [this, name = vm.name](const Error& error) {
                 emit removed(name, error);
                 list();
             });
}

bool VmService::make(VmWish wish)
{
    if (m_busy || isMeasuring())
        return false;
    m_busy = true;
    m_stop = std::stop_source();
    wish.screen = VmWish::Screen::Caller;
    emit busyChanged(true);
    const InstallProgress progress = relay(m_engine, this, [](VmService& self, const QString& step, double fraction) {
        emit self.progressed(step, fraction);
    });
    const Answer answer = relay(m_engine, this, [](VmService& self, const Outcome& outcome) {
        self.m_busy = false;
        emit self.busyChanged(false);
        emit self.ended(outcome);
        self.list();
    });
    m_engine.worker().post(
        [wish, settings = m_engine.settings(), progress, answer, own = m_stop](std::stop_token engineStops) {
            return makeUntilStopped(wish, settings, progress, answer, own, std::move(engineStops));
        });
    return true;
}

} // namespace bv
