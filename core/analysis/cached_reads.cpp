#include "analysis/cached_reads.h"

#include "analysis/run_words.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "plan/parameters.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using sysbench::Metric;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::CachedReads)
};

constexpr double idleDiskPercent = 5;
constexpr double leastRate = 50;      ///< MiB/s
constexpr double inOrderRate = 2048;  ///< MiB/s
constexpr double atRandomRate = 1024; ///< MiB/s
constexpr double aboveAnyDisk = 8192; ///< MiB/s
constexpr qint64 bytesPerMib = 1 << 20;

const TargetSettings* targetOf(const Session& session, const QString& id)
{
    const auto found = std::find_if(session.plan.targets.cbegin(), session.plan.targets.cend(),
                                    [&id](const TargetSettings& target) { return target.id == id; });
    return found == session.plan.targets.cend() ? nullptr : &*found;
}

/// MiB that can hold what was read; 0 where unknown.
double cachingMemoryMib(const Session& session, const TargetSettings& target)
{
    const double own = targetMemoryMib(target).value_or(0);
    const double machine = session.host["memory_mib"_L1].toDouble();
    if (target.kind == TargetKind::Host)
        return machine;
    return target.kind == TargetKind::Qemu && hasSecondCache(target) ? std::max(own, machine) : own;
}

std::optional<double> readRate(const Cell& cell)
{
    const QString mode = cell.params["file_test_mode"_L1].toString();
    const bool onlyReads = mode == "seqrd"_L1 || mode == "rndrd"_L1;
    QList<double> rates;
    for (const RunRecord* run : cell.runs) {
        auto rate = run->metrics.value(Metric::ReadMibPerSec);
        if (!rate && onlyReads)
            rate = run->metrics.value(Metric::TransferMibPerSec);
        if (rate)
            rates << *rate;
    }
    const auto summary = summarize(rates);
    return summary ? std::optional(summary->median) : std::nullopt;
}

/// Per cent of the time; nothing without samples.
std::optional<double> diskUse(const Cell& cell)
{
    QList<double> uses;
    for (const RunRecord* run : cell.runs) {
        for (const UtilizationSample& sample : run->utilization) {
            if (sample.timeS > 1.5 && sample.diskUtilPct)
                uses << *sample.diskUtilPct;
        }
    }
    const auto summary = summarize(uses);
    return summary ? std::optional(summary->mean) : std::nullopt;
}

Finding findingWith(const Cell& cell, const QString& sentence, std::optional<qint64> set)
{
    Finding finding = noteAbout(FindingKind::Implausible, cell, cell.runs);
    finding.sentence = sentence;
    finding.cause =
        Text::tr("The page cache held what was read, of the target or of this machine: it is memory that was "
                 "measured, not the disk.");
    finding.check = set ? Text::tr("Measure with a file set of at least twice the memory (it was %1), or with "
                                   "file_extra_flags direct: the rate then falls to that of the disk.")
                              .arg(sysbench::formatSize(*set))
                        : Text::tr("Measure with a file set of at least twice the memory, or with file_extra_flags "
                                   "direct: the rate then falls to that of the disk.");
    return finding;
}

} // namespace

QList<Finding> cachedReadFindings(const Session& session, const Cell& cell)
{
    const TargetSettings* target = targetOf(session, cell.targetId);
    const auto rate = cell.kind == sysbench::Test::Fileio ? readRate(cell) : std::nullopt;
    const bool inMemory = target && target->kind == TargetKind::Docker && target->docker.storage == "tmpfs"_L1;
    if (!rate || !target || inMemory || *rate < leastRate)
        return {};
    const auto set = sizeInBytes(cell.params["file_total_size"_L1]);
    const QString median = figureText(*rate);
    const QString count = Text::tr("%n run(s)", nullptr, static_cast<int>(cell.runs.size()));
    const auto busy = diskUse(cell);
    if (busy && *busy < idleDiskPercent)
        return {
            findingWith(cell,
                        Text::tr("%1 read %2 MiB/s (median of %3) while the disk was busy %4 of the time: most of it "
                                 "came from memory.")
                            .arg(cellName(cell), median, count, percentText(*busy / 100)),
                        set)};
    const double memory = cachingMemoryMib(session, *target);
    const bool direct = cell.params["file_extra_flags"_L1].toString() == "direct"_L1;
    if (!set || !(memory > 0)) {
        if (*rate < aboveAnyDisk)
            return {};
        return {findingWith(cell,
                            Text::tr("%1 read %2 MiB/s (median of %3), more than disks give to requests like these.")
                                .arg(cellName(cell), median, count),
                            set)};
    }
    const bool atRandom = cell.params["file_test_mode"_L1].toString().startsWith(u"rnd"_s);
    const bool fits = static_cast<double>(*set) <= memory * bytesPerMib;
    if (direct || !fits || *rate < (atRandom ? atRandomRate : inOrderRate))
        return {};
    return {findingWith(
        cell,
        Text::tr("%1 read %2 MiB/s (median of %3) of a file set of %4, which fits into the %5 MiB that "
                 "can cache it: probably much of it came from memory.")
            .arg(cellName(cell), median, count, sysbench::formatSize(*set), QString::number(memory, 'f', 0)),
        set)};
}

} // namespace bv::analysis
