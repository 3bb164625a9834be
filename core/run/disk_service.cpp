#include "run/disk_service.h"

#include "run/engine.h"
#include "run/engine_worker.h"
#include "run/relay.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace bv {

namespace {

using Outcome = DiskService::Outcome;
using Answer = std::function<void(const Outcome&)>;
using Work = std::function<Task<Outcome>(DiskTool tool, DiskProgress progress, std::stop_token stop)>;
using LookAnswer = std::function<void(const Result<DiskImage>&)>;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(DiskService)
};

Task<> lookAndAnswer(DiskTool tool, QString path, LookAnswer answer, std::stop_token stop)
{
    const auto image = co_await tool.info(path, true, stop);
    answer(image);
}

Outcome outcomeOf(const Result<DiskImage>& made, const QString& sentence)
{
    if (!made)
        return Outcome(made.error());
    Outcome outcome;
    outcome.sentences << sentence.arg(made->path);
    return outcome;
}

Task<Outcome> createDisk(DiskTool tool, NewDisk disk, std::stop_token stop)
{
    const auto made = co_await tool.create(disk, stop);
    co_return outcomeOf(made, Text::tr("%1 was made."));
}

Task<Outcome> checkDisk(DiskTool tool, QString path, QString keyFile, DiskRepair repair, std::stop_token stop)
{
    const auto found = co_await tool.check(path, keyFile, repair, stop);
    if (!found)
        co_return Outcome(found.error());
    Outcome outcome;
    outcome.sentences = describeCheck(*found, path);
    outcome.wellDone = found->isSound();
    co_return outcome;
}

Task<Outcome> convertDisk(DiskTool tool, DiskConversion conversion, DiskProgress progress, std::stop_token stop)
{
    const auto made = co_await tool.convert(conversion, progress, stop);
    co_return outcomeOf(made, Text::tr("The copy %1 was made."));
}

/// `vmsFolder` holds the disks of stored VMs, which are deleted with these.
Task<Outcome> removeDisk(DiskTool tool, QString path, QString vmsFolder)
{
    const QString vms = QFileInfo(vmsFolder).canonicalFilePath(); // none where there is no VM
    if (!vms.isEmpty() && QFileInfo(path).canonicalFilePath().startsWith(vms + u'/'))
        co_return Outcome(Error(Error::Code::BadInput,
                                Text::tr("%1 belongs to a stored VM. Delete that, in the list of VMs.").arg(path)));
    const Result<> removed = tool.remove(path);
    if (!removed)
        co_return Outcome(removed.error());
    Outcome outcome;
    outcome.sentences << Text::tr("%1 was deleted.").arg(path);
    co_return outcome;
}

/// Ends with either: the service's own stop, or the engine's.
Task<> workUntilStopped(DiskTool tool, Work work, DiskProgress progress, Answer answer, std::stop_source own,
                        std::stop_token engineStops)
{
    const auto passOn = [own]() mutable { own.request_stop(); };
    const std::stop_callback onEngineStop(engineStops, passOn);
    Task<Outcome> job = work(tool, progress, own.get_token());
    const Outcome outcome = co_await job;
    answer(outcome);
}

} // namespace

DiskService::DiskService(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&engine, &Engine::runningChanged, this, &DiskService::measuringChanged);
}

DiskService::~DiskService()
{
    m_stop.request_stop();
}

bool DiskService::isMeasuring() const
{
    return m_engine.isRunning();
}

void DiskService::look(const QString& path)
{
    const LookAnswer answer = relay(
        m_engine, this, [path](DiskService& self, const Result<DiskImage>& image) { emit self.looked(path, image); });
    const DiskTool tool(m_engine.settings().tools.qemuImg);
    m_engine.worker().post(
        [tool, path, answer](std::stop_token stop) { return lookAndAnswer(tool, path, answer, stop); });
}

bool DiskService::create(const NewDisk& disk)
{
    return begin(disk.path, [disk](const DiskTool& tool, const DiskProgress&, const std::stop_token& stop) {
        return createDisk(tool, disk, stop);
    });
}

bool DiskService::check(const QString& path, const QString& keyFile, DiskRepair repair)
{
    return begin(path, [=](const DiskTool& tool, const DiskProgress&, const std::stop_token& stop) {
        return checkDisk(tool, path, keyFile, repair, stop);
    });
}

bool DiskService::convert(const DiskConversion& conversion)
{
    return begin(conversion.target.path,
                 [conversion](const DiskTool& tool, const DiskProgress& progress, const std::stop_token& stop) {
                     return convertDisk(tool, conversion, progress, stop);
                 });
}

bool DiskService::remove(const QString& path)
{
    const QString vms = m_engine.settings().dataDir + QStringLiteral("/vms");
    return begin(path, [path, vms](const DiskTool& tool, const DiskProgress&, const std::stop_token&) {
        return removeDisk(tool, path, vms);
    });
}

bool DiskService::begin(const QString& path, Work work)
{
    if (m_busy || isMeasuring())
        return false;
    m_busy = true;
    m_stop = std::stop_source();
    emit busyChanged(true);
    const DiskProgress progress =
        relay(m_engine, this, [](DiskService& self, double fraction) { emit self.progressed(fraction); });
    const Answer answer = relay(m_engine, this, [path](DiskService& self, const Outcome& outcome) {
        self.m_busy = false;
        emit self.busyChanged(false);
        emit self.ended(path, outcome);
    });
    const DiskTool tool(m_engine.settings().tools.qemuImg);
    m_engine.worker().post([tool, work = std::move(work), progress, answer, own = m_stop](std::stop_token engineStops) {
        return workUntilStopped(tool, work, progress, answer, own, std::move(engineStops));
    });
    return true;
}

} // namespace bv
