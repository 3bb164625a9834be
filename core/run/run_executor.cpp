#include "run/run_executor.h"

#include "machine/host_facts.h"
#include "plan/parameters.h"
#include "run/utilization_sampler.h"
#include "sysbench/command_line.h"
#include "sysbench/parser.h"
#include "target/inside_facts.h"

#include <QCoreApplication>
#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::RunExecutor)
};

constexpr std::chrono::milliseconds smallCommandTimeout{30000};
constexpr std::chrono::milliseconds workBoundLimit{30 * 60 * 1000};
constexpr double slowestPrepareMibPerS = 2;
constexpr qint64 mib = 1024 * 1024;
constexpr qint64 spaceReserve = 64 * mib; ///< what a file system needs beside the files

QString firstLine(const QString& text)
{
    return text.trimmed().section(u'\n', 0, 0);
}

/// A file that cannot even be made on a disk with room for all bytes: the file system has no entries left.
QString whyFull(const QString& output)
{
    return output.contains("open file"_L1) || output.contains("create file"_L1)
               ? Text::tr("the disk is full, or its file system has no room for so many files. Make file_num smaller.")
               : Text::tr("the disk is full");
}

/// Everything sysbench needs for one run, kept until it ends.
struct LiveParser
{
    sysbench::OutputParser parser;
    QByteArray raw;

    explicit LiveParser(sysbench::Test test)
        : parser(test)
    {
    }
    void feed(const QByteArray& chunk)
    {
        parser.feed(chunk);
        raw += chunk;
        if (raw.size() > 4 * RunRecord::outputLimit)
            raw.remove(RunRecord::outputLimit, raw.size() - 2 * RunRecord::outputLimit);
    }
};

} // namespace

RunExecutor::RunExecutor(Target& target, bool dropPageCache, std::chrono::milliseconds grace)
    : m_target(target)
    , m_dropPageCache(dropPageCache)
    , m_grace(grace)
{
}

Task<RunRecord> RunExecutor::execute(PlannedRun run, std::stop_token stop, RunObserver observer)
{
    RunRecord record;
    record.plannedIndex = run.index;
    record.target = run.targetId;
    record.test = run.test;
    record.params = run.params;
    record.repeat = run.repeat;
    record.discarded = run.discarded;
    const sysbench::Version version = sysbenchVersion();
    const QStringList unknown = sysbench::optionsUnknownTo(version, run.test, run.params);
    if (!unknown.isEmpty()) {
        record.started = QDateTime::currentDateTimeUtc();
        record.status = RunStatus::Failed;
        record.error =
            Text::tr("The sysbench of %1 (%2) does not know %3. Leave that out of the plan, or measure with "
                     "another sysbench.")
                .arg(targetLabel(m_target.settings()), sysbench::formatVersion(version), unknown.join(u", "_s));
        co_return record;
    }
    ExecSpec spec(QStringList(m_target.sysbench()) + sysbench::runArguments(run.test, run.params, version), u"/tmp"_s);
    spec.sample = true;
    const double seconds = plannedSeconds(run.test, run.params);
    // A run whose end is its work (mutex) has no planned time to go by.
    spec.timeout =
        m_grace + (seconds > 0 ? std::chrono::milliseconds(static_cast<qint64>(seconds * 1000)) : workBoundLimit);
    if (run.test == sysbench::Test::Fileio) {
        const FileSet set = co_await fileSetFor(run, stop, observer, &record.notes);
        if (set.error.code != Error::Code::Unset) {
            record.started = QDateTime::currentDateTimeUtc();
            record.status = set.error.code == Error::Code::Cancelled ? RunStatus::Cancelled : RunStatus::Failed;
            record.error = set.error.message;
            record.output = set.error.detail;
            co_return record;
        }
        spec.folder = set.folder;
        if (sysbench::spoilsFileSet(run.params)) // however it ends
            m_fileSets[sysbench::fileSetKey(run.params)].spoiled = true;
        if (m_dropPageCache)
            record.notes << co_await m_target.dropPageCache(set.folder, stop);
        else
            record.notes << Text::tr("The page cache was kept, as the plan says.");
    }
    record.command = m_target.commandFor(spec);
    LiveParser live(run.test);
    if (observer.interval)
        live.parser.setIntervalHandler(observer.interval);
    UtilizationSampler sampler(m_target);
    if (observer.utilization)
        QObject::connect(&sampler, &UtilizationSampler::sampled, &sampler, observer.utilization);
    const OutputHandler feed = [&live](const QByteArray& chunk) { live.feed(chunk); };
    record.started = QDateTime::currentDateTimeUtc();
    // Begun first, sampled then: a process must be there for its time to be read.
    auto executing = m_target.exec(spec, stop, feed);
    sampler.start();
    const ExecOutcome outcome = co_await executing;
    record.utilization = sampler.stop();
    live.parser.finish();
    const QList<sysbench::ParsedRun> parsed = live.parser.takeRuns();
    if (!parsed.isEmpty()) {
        record.metrics = parsed.last().metrics;
        record.intervals = parsed.last().intervals;
        record.error = parsed.last().error;
    }
    judge(record, outcome, live.raw);
    if (record.status == RunStatus::Ok && (parsed.isEmpty() || !parsed.last().complete)) {
        record.status = RunStatus::Failed;
        record.error = Text::tr("sysbench ended without a complete report.");
    }
    noteClock(record);
    noteCoarseTime(record);
    if (record.status != RunStatus::Ok)
        record.metrics = {}; // figures of a run that did not end well are no measurement
    co_return record;
}

sysbench::Version RunExecutor::sysbenchVersion() const
{
    const QString told = m_target.provenance()["sysbench"_L1]["version"_L1].toString();
    return sysbench::parseVersion(told).value_or(sysbench::version10);
}

void RunExecutor::judge(RunRecord& record, const ExecOutcome& outcome, const QByteArray& raw) const
{
    record.durationS = outcome.seconds;
    record.output = limitedOutput(QString::fromUtf8(raw));
    using Kind = ExecOutcome::Kind;
    if (outcome.kind == Kind::Exited)
        record.exitCode = outcome.exitCode;
    if (outcome.ok()) {
        record.status = record.error.isEmpty() ? RunStatus::Ok : RunStatus::Failed;
        if (!record.error.isEmpty())
            record.error = Text::tr("sysbench failed: %1").arg(firstLine(record.error));
        return;
    }
    record.status = outcome.kind == Kind::TimedOut    ? RunStatus::Timeout
                    : outcome.kind == Kind::Cancelled ? RunStatus::Cancelled
                                                      : RunStatus::Failed;
    if (!record.error.isEmpty())
        record.error = Text::tr("sysbench failed: %1").arg(firstLine(record.error));
    else if (!outcome.message.isEmpty())
        record.error = outcome.message;
    else
        record.error = Text::tr("sysbench ended with exit status %1.").arg(outcome.exitCode);
}

/// sysbench times itself by the target's clock; a guest whose clock runs wrong gives wrong rates.
void RunExecutor::noteClock(RunRecord& record) const
{
    constexpr double tolerance = 0.01;
    constexpr double startAndEndS = 0.05;
    const auto total = record.metrics.value(sysbench::Metric::TotalTimeS);
    if (total && *total > record.durationS * (1 + tolerance) + startAndEndS)
        record.notes
            << Text::tr("The target's clock ran fast: sysbench counted %1 s, this machine %2 s. Its rates are too low.")
                   .arg(*total, 0, 'f', 2)
                   .arg(record.durationS, 0, 'f', 2);
}

/// Differences below the step in which sysbench prints the time are none.
void RunExecutor::noteCoarseTime(RunRecord& record) const
{
    constexpr double stepS = 1e-4;
    constexpr double fineS = 0.1;
    const auto total = record.metrics.value(sysbench::Metric::TotalTimeS);
    if (sysbench::headlineMetric(record.test) == sysbench::Metric::TotalTimeS && total && *total < fineS)
        record.notes << Text::tr(
                            "The run took only %1 s, which sysbench prints in steps of 0.1 ms: %2 % of it. For finer "
                            "figures make mutex_locks larger.")
                            .arg(*total, 0, 'f', 4)
                            .arg(*total > 0 ? 100 * stepS / *total : 100, 0, 'g', 2);
}

Task<RunExecutor::FileSet> RunExecutor::fileSetFor(PlannedRun run, std::stop_token stop, RunObserver observer,
                                                   QStringList* notes)
{
    const QString key = sysbench::fileSetKey(run.params);
    const qint64 bytes = sysbench::fileSetBytes(run.params);
    noteSizes(run, bytes, notes);
    FileSet set = m_fileSets.value(key);
    const bool isThere = m_fileSets.contains(key);
    if (isThere && (!set.spoiled || sysbench::spoilsFileSet(run.params)))
        co_return set;
    if (observer.phase)
        observer.phase(
            Text::tr("Preparing %1 MiB of files in %2").arg(bytes / mib).arg(targetLabel(m_target.settings())));
    m_fileSets.remove(key);
    if (isThere) // sysbench would lengthen the files that are there
        co_await removeFiles(run, set.folder, stop);
    else
        set = co_await makeFolder(stop);
    set.spoiled = false;
    if (set.error.code != Error::Code::Unset)
        co_return set;
    set.error = co_await fillFolder(run, set.folder, stop, observer);
    const Error::Code code = set.error.code;
    // Where it was sysbench or the disk that refused, the next run would fail alike.
    if (code == Error::Code::Unset || code == Error::Code::NoSpace || code == Error::Code::NonZeroExit)
        m_fileSets.insert(key, set);
    co_return set;
}

/// A folder for each set: sysbench's file names do not tell sets apart.
Task<RunExecutor::FileSet> RunExecutor::makeFolder(std::stop_token stop)
{
    FileSet set;
    const auto folder = co_await m_target.prepareFileFolder(stop);
    if (!folder) {
        set.error = folder.error();
        co_return set;
    }
    set.folder = *folder + u"/set-"_s + QString::number(++m_setsMade);
    const QStringList make{u"mkdir"_s, u"-p"_s, set.folder};
    ExecSpec mkdir(make, *folder);
    mkdir.timeout = smallCommandTimeout;
    const OutputHandler none;
    const ExecOutcome made = co_await m_target.exec(mkdir, stop, none);
    if (!made.ok()) {
        const QString why = made.message.isEmpty() ? QString::fromUtf8(made.output).trimmed() : made.message;
        const auto code = made.kind == ExecOutcome::Kind::Cancelled ? Error::Code::Cancelled : Error::Code::Io;
        set.error = Error(code, Text::tr("The folder for the file set cannot be made: %1").arg(why));
    }
    co_return set;
}

/// Unset when the files are there.
Task<Error> RunExecutor::fillFolder(PlannedRun run, QString folder, std::stop_token stop, RunObserver observer)
{
    const qint64 bytes = sysbench::fileSetBytes(run.params);
    const Error noSpace = co_await checkSpace(folder, bytes, stop);
    if (noSpace.code != Error::Code::Unset)
        co_return noSpace;
    ExecSpec prepare(QStringList(m_target.sysbench()) + sysbench::prepareArguments(run.test, run.params), folder);
    const double seconds = static_cast<double>(bytes) / static_cast<double>(mib) / slowestPrepareMibPerS;
    prepare.timeout = std::chrono::milliseconds(static_cast<qint64>(seconds * 1000)) + m_grace;
    QElapsedTimer clock;
    clock.start();
    const OutputHandler none;
    const ExecOutcome outcome = co_await m_target.exec(prepare, stop, none);
    if (outcome.ok()) {
        if (observer.prepared)
            observer.prepared(static_cast<double>(clock.elapsed()) / 1000);
        co_return Error();
    }
    using Kind = ExecOutcome::Kind;
    const QString output = QString::fromUtf8(outcome.output);
    const bool full = output.contains("No space left"_L1) || output.contains("errno = 28"_L1);
    const QString why = full                        ? whyFull(output)
                        : outcome.message.isEmpty() ? firstLine(output.section("FATAL: "_L1, 1, 1))
                                                    : outcome.message;
    if (!stop.stop_requested())
        co_await removeFiles(run, folder, stop);
    co_return Error(outcome.kind == Kind::Cancelled ? Error::Code::Cancelled
                    : outcome.kind != Kind::Exited  ? Error::Code::Crashed
                    : full                          ? Error::Code::NoSpace
                                                    : Error::Code::NonZeroExit,
                    Text::tr("sysbench could not prepare the file set: %1").arg(why), output.right(4000));
}

Task<Error> RunExecutor::checkSpace(QString folder, qint64 bytes, std::stop_token stop)
{
    ExecSpec spec(freeSpaceCommand(), folder);
    spec.timeout = smallCommandTimeout;
    const OutputHandler none;
    const ExecOutcome told = co_await m_target.exec(spec, stop, none);
    if (told.kind == ExecOutcome::Kind::Cancelled)
        co_return Error(Error::Code::Cancelled, Text::tr("Cancelled."));
    bool known = false;
    const qint64 freeBytes = told.output.trimmed().toLongLong(&known) * 1024;
    if (known && freeBytes < bytes + spaceReserve)
        co_return Error(
            Error::Code::NoSpace,
            Text::tr("The file set needs %1 MiB, but %2 has only %3 MiB free. Make file_total_size smaller or "
                     "the disk larger.")
                .arg(bytes / mib)
                .arg(targetLabel(m_target.settings()))
                .arg(freeBytes / mib));
    co_return Error();
}

void RunExecutor::noteSizes(const PlannedRun& run, qint64 bytes, QStringList* notes) const
{
    const QString mode = run.params["file_test_mode"_L1].toString();
    if (!mode.endsWith("rd"_L1) && mode != "rndrw"_L1) // nothing is read
        return;
    const double size = static_cast<double>(bytes) / static_cast<double>(mib);
    const double memory = m_target.provenance()["inside"_L1]["memory_mib"_L1].toDouble();
    const double limit = m_target.provenance()["inside"_L1]["limit_memory_mib"_L1].toDouble();
    const double usable = limit > 0 && limit < memory ? limit : memory;
    const bool direct = run.params["file_extra_flags"_L1].toString().contains("direct"_L1);
    if (!direct && usable > 0 && size < usable)
        *notes << Text::tr(
                      "The file set (%1 MiB) fits in the target's memory (%2 MiB): reads after the first pass come "
                      "from the page cache.")
                      .arg(size, 0, 'f', 0)
                      .arg(usable, 0, 'f', 0);
    const auto hostMemory = static_cast<double>(machineLimits().memoryMib);
    if (hasSecondCache(m_target.settings()) && size < hostMemory)
        *notes << Text::tr(
                      "The file set (%1 MiB) fits in this machine's memory (%2 MiB), a second cache of the VM's disk "
                      "(cache=%3): reads after the first pass come from there, whatever the guest asks for.")
                      .arg(size, 0, 'f', 0)
                      .arg(hostMemory, 0, 'f', 0)
                      .arg(m_target.settings().qemu.disk.cache);
}

Task<> RunExecutor::cleanUp(PlannedRun run, std::stop_token stop)
{
    const QString key = sysbench::fileSetKey(run.params);
    if (run.test != sysbench::Test::Fileio || !m_fileSets.contains(key))
        co_return;
    const FileSet set = m_fileSets.take(key);
    if (set.error.code == Error::Code::Unset)
        co_await removeFiles(run, set.folder, stop);
}

Task<> RunExecutor::removeFiles(PlannedRun run, QString folder, std::stop_token stop)
{
    ExecSpec spec(QStringList(m_target.sysbench()) + sysbench::cleanupArguments(run.test, run.params), folder);
    spec.timeout = smallCommandTimeout;
    const OutputHandler none;
    (void)co_await m_target.exec(spec, stop, none); // the folder goes with the target in any case
}

} // namespace bv
