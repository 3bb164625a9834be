#include "run/start_executor.h"

#include "plan/parameters.h"
#include "plan/start_up.h"

#include <QCoreApplication>
#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::StartExecutor)
};

RunStatus statusOf(const Error& error, const std::stop_token& stop)
{
    if (error.code == Error::Code::Cancelled || stop.stop_requested())
        return RunStatus::Cancelled;
    return error.code == Error::Code::TimedOut ? RunStatus::Timeout : RunStatus::Failed;
}

} // namespace

StartExecutor::StartExecutor(TargetSettings target, TargetContext context, std::function<void(const QString&)> say)
    : m_settings(std::move(target))
    , m_context(std::move(context))
    , m_say(std::move(say))
{
}

Task<RunRecord> StartExecutor::execute(PlannedRun run, std::stop_token stop, RunObserver observer)
{
    RunRecord record;
    record.plannedIndex = run.index;
    record.target = run.targetId;
    record.test = run.test;
    record.params = run.params;
    record.repeat = run.repeat;
    record.discarded = run.discarded;
    TargetSettings settings = startedAs(m_settings, run.params);
    if (settings.qemu.topology != m_settings.qemu.topology)
        record.notes << Text::tr(
            "Sockets, cores and threads were left to QEMU: the plan's are for another number of CPUs.");
    settings.id += u"-start"_s; // the container of the plan's target may be there, too
    settings.label.clear();     // the sizes are to be told
    if (observer.phase)
        observer.phase(settings.kind == TargetKind::Qemu
                           ? Text::tr("Booting %1 to measure its start").arg(targetLabel(settings))
                           : Text::tr("Starting %1 to measure its start").arg(targetLabel(settings)));
    const std::unique_ptr<Target> target = makeTarget(settings, m_context);
    QObject::connect(target.get(), &Target::said, target.get(), m_say);
    const bool cold = run.params["cache"_L1].toString() == "cold"_L1;
    record.started = QDateTime::currentDateTimeUtc();
    QElapsedTimer clock;
    clock.start();
    const auto started = co_await target->start(cold, stop);
    const StartReport report = target->startReport();
    record.command = report.command;
    record.output = limitedOutput(report.output);
    record.notes << report.notes;
    const auto total = report.times.value(sysbench::Metric::BootMs);
    record.durationS = static_cast<double>(clock.elapsed()) / 1000;
    if (started && total) {
        record.status = RunStatus::Ok;
        record.metrics = report.times;
        record.durationS = *total / 1000;
    } else {
        record.status = statusOf(started.error(), stop);
        record.error = record.status == RunStatus::Cancelled ? Text::tr("Cancelled.") : started.error().message;
        if (record.output.isEmpty())
            record.output = limitedOutput(started.error().detail);
    }
    co_await target->close();
    co_return record;
}

} // namespace bv
