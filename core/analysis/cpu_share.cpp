#include "analysis/cpu_share.h"

#include "analysis/run_words.h"
#include "analysis/summary.h"
#include "base/figures.h"

#include <QCoreApplication>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::CpuShare)
};

/// Per cent of one core; the first second holds the start of sysbench.
std::optional<double> cpuUse(const RunRecord& run)
{
    QList<double> uses;
    for (const UtilizationSample& sample : run.utilization) {
        if (sample.timeS <= 1.5)
            continue;
        if (sample.cpuPct)
            uses << *sample.cpuPct;
        else if (sample.userPct && sample.systemPct)
            uses << *sample.userPct + *sample.systemPct;
    }
    const auto summary = summarize(uses);
    return summary ? std::optional(summary->mean) : std::nullopt;
}

bool worksOnCpuAlone(sysbench::Test test)
{
    using sysbench::Test;
    return test == Test::Cpu || test == Test::Memory || test == Test::Threads || test == Test::Mutex;
}

} // namespace

std::optional<Finding> cpuShareOf(const Cell& cell, const QList<qsizetype>& slow)
{
    if (!worksOnCpuAlone(cell.kind) || slow.isEmpty())
        return std::nullopt;
    QList<double> ofSlow;
    QList<double> ofOthers;
    QList<double> slowValues;
    QList<double> otherValues;
    QList<const RunRecord*> slowRuns;
    for (qsizetype i = 0; i < cell.runs.size(); ++i) {
        const bool isSlow = slow.contains(i);
        (isSlow ? slowValues : otherValues) << cell.values[i];
        if (isSlow)
            slowRuns << cell.runs[i];
        if (const auto use = cpuUse(*cell.runs[i]))
            (isSlow ? ofSlow : ofOthers) << *use;
    }
    const auto slowUse = summarize(ofSlow);
    const auto otherUse = summarize(ofOthers);
    if (!slowUse || !otherUse || !(otherUse->mean > 0))
        return std::nullopt;
    const double share = slowUse->mean / otherUse->mean;
    constexpr double less = 0.9;
    constexpr double alike = 0.05;
    if (share >= less && std::abs(share - 1) > alike)
        return std::nullopt;
    Finding finding = noteAbout(FindingKind::Throttling, cell, slowRuns);
    const QString here = QString::number(slowUse->mean, 'f', 0);
    const QString there = QString::number(otherUse->mean, 'f', 0);
    if (share < less) {
        finding.sentence = Text::tr("The slow repeats of %1 (%2) had less CPU time: %3 % of a core on average, the "
                                    "others %4 %.")
                               .arg(cellName(cell), repeatList(cell, slow), here, there);
        finding.cause =
            Text::tr("Something else took the CPU: other work on the machine, a limit of the container, or, "
                     "where this machine is a virtual one, its host (steal).");
        finding.check = Text::tr("Watch top and the steal column (st) of vmstat 1 while it is measured again.");
        return finding;
    }
    const double values = summarize(slowValues)->mean / summarize(otherValues)->mean;
    finding.sentence = Text::tr("The slow repeats of %1 (%2) had as much CPU time as the others (%3 % of a core on "
                                "average, the others %4 %), but came to %5 times their %6.")
                           .arg(cellName(cell), repeatList(cell, slow), here, there, ratioText(values),
                                QString(sysbench::metricUnit(cell.metric)));
    finding.cause = Text::tr("The CPU itself was slower: a lower clock from heat or saving power, a slower core, or "
                             "another program on the second thread of the same core.");
    finding.check = Text::tr("Watch clock and temperature (turbostat, sensors) while it is measured again, with the "
                             "governor \"performance\" and a rest between the runs.");
    return finding;
}

} // namespace bv::analysis
