#include "models/bar_data.h"

#include "analysis/start_dependence.h"
#include "analysis/summary.h"
#include "models/run_groups.h"
#include "models/session_model.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(BarData)
};

QString titleOf(sysbench::Test test)
{
    switch (test) {
    case sysbench::Test::Cpu:
        return Text::tr("CPU");
    case sysbench::Test::Fileio:
        return Text::tr("File I/O");
    case sysbench::Test::Memory:
        return Text::tr("Memory");
    case sysbench::Test::Threads:
        return Text::tr("Threads");
    case sysbench::Test::Mutex:
        return Text::tr("Mutex");
    case sysbench::Test::Boot:
        return Text::tr("Start-up time");
    case sysbench::Test::Unknown:
        break;
    }
    return Text::tr("Results");
}

QString partName(sysbench::Metric phase)
{
    switch (phase) {
    case sysbench::Metric::BootQemuMs:
        return Text::tr("QEMU");
    case sysbench::Metric::BootFirmwareMs:
        return Text::tr("firmware");
    case sysbench::Metric::BootKernelMs:
        return Text::tr("kernel");
    case sysbench::Metric::BootUserlandMs:
        return Text::tr("userland");
    case sysbench::Metric::BootCreateMs:
        return Text::tr("create");
    case sysbench::Metric::BootStartMs:
        return Text::tr("start");
    default:
        return {};
    }
}

/// The phases of a target's starts, each with the mean of the runs; only where all runs have all of them.
QList<BarPart> partsOf(const SessionModel& session, const RunGroup& runs, const QString& targetId)
{
    QHash<sysbench::Metric, QList<double>> values;
    qsizetype count = 0;
    for (const qsizetype run : runs.runs) {
        const RunRecord* record = session.record(run);
        if (!record || record->target != targetId || record->discarded || record->status != RunStatus::Ok)
            continue;
        ++count;
        for (const sysbench::Metric phase : sysbench::startPhases()) {
            if (const auto value = record->metrics.value(phase))
                values[phase] << *value;
        }
    }
    QList<BarPart> parts;
    for (const sysbench::Metric phase : sysbench::startPhases()) {
        const QList<double> ofPhase = values.value(phase);
        if (ofPhase.isEmpty())
            continue;
        if (ofPhase.size() != count)
            return {};
        parts << BarPart{partName(phase), analysis::summarize(ofPhase)->mean};
    }
    return parts;
}

BarGroup groupOf(const SessionModel& session, const RunGroup& runs)
{
    BarGroup group{runs.label, {}};
    const QList<TargetFigures> figures = figuresOf(session, runs);
    for (const TargetSettings& target : session.targets()) {
        Bar bar{target.id, targetName(session, runs, target.id), {}, 0, std::nullopt, std::nullopt, {}};
        for (const TargetFigures& one : figures) {
            if (one.targetId != target.id)
                continue;
            bar.values = one.values;
            bar.mean = one.mean;
            const auto summary = analysis::summarize(one.values);
            bar.ciLow = summary->ciLow;
            bar.ciHigh = summary->ciHigh;
            if (runs.test == sysbench::Test::Boot)
                bar.parts = partsOf(session, runs, target.id);
        }
        group.bars << bar;
    }
    return group;
}

QStringList findingsOf(const SessionModel& session, sysbench::Test test)
{
    QStringList sentences;
    if (test != sysbench::Test::Boot)
        return sentences;
    const QList<analysis::StartDependence> dependences = analysis::startDependences(session.session());
    for (const analysis::StartDependence& dependence : dependences)
        sentences << analysis::sentenceFor(dependence);
    return sentences;
}

} // namespace

bool BarData::hasParts() const
{
    return std::any_of(groups.cbegin(), groups.cend(), [](const BarGroup& group) {
        return std::any_of(group.bars.cbegin(), group.bars.cend(), [](const Bar& bar) { return !bar.parts.isEmpty(); });
    });
}

double BarData::highest() const
{
    double highest = 0;
    for (const BarGroup& group : groups) {
        for (const Bar& bar : group.bars) {
            for (const double value : bar.values)
                highest = std::max(highest, value);
            highest = std::max(highest, bar.ciHigh.value_or(bar.mean));
        }
    }
    return highest;
}

QList<BarData> barData(const SessionModel& session)
{
    QList<BarData> charts;
    const RunGroups groups(session);
    for (const RunGroup& runs : groups.groups()) {
        const BarGroup group = groupOf(session, runs);
        if (std::all_of(group.bars.cbegin(), group.bars.cend(), [](const Bar& bar) { return bar.values.isEmpty(); }))
            continue;
        auto chart =
            std::find_if(charts.begin(), charts.end(), [&runs](const BarData& one) { return one.test == runs.test; });
        if (chart == charts.end()) {
            const sysbench::Metric metric = sysbench::headlineMetric(runs.test);
            charts << BarData{runs.test,
                              titleOf(runs.test),
                              sysbench::metricUnit(metric),
                              sysbench::testName(runs.test) + u"-results"_s,
                              {},
                              findingsOf(session, runs.test)};
            chart = charts.end() - 1;
        }
        chart->groups << group;
    }
    return charts;
}

} // namespace bv
