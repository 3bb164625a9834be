#include "export/report_parts.h"

#include "analysis/cells.h"
#include "analysis/summary.h"
#include "base/figures.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv::report {

namespace {

using analysis::Cell;
using sysbench::Metric;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Report)
};

/// A column of figures: the first of `metrics` that a run has.
struct Column
{
    QString title;
    QList<Metric> metrics;
    bool summed = false; ///< told in the table of repeats, too
};

QList<Column> latencies(bool p95)
{
    QList<Column> columns{{Text::tr("min ms"), {Metric::LatMinMs}},
                          {Text::tr("avg ms"), {Metric::LatAvgMs}, true},
                          {Text::tr("max ms"), {Metric::LatMaxMs}}};
    if (p95)
        columns << Column{Text::tr("p95 ms"), {Metric::LatP95Ms}};
    return columns;
}

/// The columns of the published report first.
QList<Column> columnsOf(sysbench::Test test)
{
    const Column events{Text::tr("events/s"), {Metric::EventsPerSec}, true};
    const Column fairness{Text::tr("thread stddev*"), {Metric::ThreadEventsStddev}};
    switch (test) {
    case sysbench::Test::Fileio:
        return QList<Column>{{Text::tr("transfer MiB/s"), {Metric::TransferMibPerSec}, true},
                             {Text::tr("requests/s"), {Metric::RequestsPerSec}, true}} +
               latencies(true) + QList<Column>{fairness};
    case sysbench::Test::Memory:
        return QList<Column>{{Text::tr("MiB/s"), {Metric::MibPerSec}, true},
                             {Text::tr("operations/s"), {Metric::OpsPerSec}, true}} +
               latencies(true) + QList<Column>{fairness};
    case sysbench::Test::Mutex:
        return QList<Column>{{Text::tr("total s"), {Metric::TotalTimeS}, true}} + latencies(true) +
               QList<Column>{fairness};
    case sysbench::Test::Boot: {
        QList<Column> columns{{Text::tr("start ms"), {Metric::BootMs}, true}};
        for (const Metric phase : sysbench::startPhases())
            columns << Column{QString(sysbench::metricName(phase)).section(u'_', 1, 1) + u" ms"_s, {phase}};
        return columns;
    }
    default:
        return QList<Column>{events} + latencies(true) + QList<Column>{fairness};
    }
}

std::optional<double> figureOf(const RunRecord& run, const Column& column)
{
    for (const Metric metric : column.metrics) {
        if (const auto value = run.metrics.value(metric))
            return value;
    }
    return std::nullopt;
}

QString textOf(const std::optional<double>& value)
{
    return value ? figureText(*value) : QString();
}

/// The mean over a run of what was sampled; nothing where nothing was.
template<class Get>
std::optional<double> meanUse(const RunRecord& run, Get get)
{
    double sum = 0;
    int count = 0;
    for (const UtilizationSample& sample : run.utilization) {
        if (const std::optional<double> value = get(sample)) {
            sum += *value;
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

QStringList useOf(const RunRecord& run)
{
    const auto text = [](const std::optional<double>& value) {
        return value ? QString::number(*value, 'f', 1) : QString();
    };
    return {text(meanUse(run, [](const UtilizationSample& s) { return s.userPct; })),
            text(meanUse(run, [](const UtilizationSample& s) { return s.systemPct; })),
            text(meanUse(run, [](const UtilizationSample& s) { return s.diskUtilPct; }))};
}

/// What of the cells that are compared is told by more than headline figures.
QList<Column> usedColumns(const QList<const Cell*>& cells)
{
    QList<Column> used;
    for (const Column& column : columnsOf(cells.first()->kind)) {
        const bool has = std::any_of(cells.cbegin(), cells.cend(), [&column](const Cell* cell) {
            return std::any_of(cell->runs.cbegin(), cell->runs.cend(),
                               [&column](const RunRecord* run) { return figureOf(*run, column).has_value(); });
        });
        if (has)
            used << column;
    }
    return used;
}

ReportTable repeatsTable(const QList<const Cell*>& cells, const QList<Column>& columns)
{
    ReportTable table;
    table.caption = Text::tr("What the repeats come to");
    table.columns = {Text::tr("Target"),
                     Text::tr("Figure"),
                     Text::tr("95 % interval by"),
                     Text::tr("n"),
                     Text::tr("mean"),
                     Text::tr("sd"),
                     Text::tr("min"),
                     Text::tr("median"),
                     Text::tr("max"),
                     Text::tr("95 % CI of the mean")};
    table.textColumns = 3;
    for (const Column& column : columns) {
        if (!column.summed)
            continue;
        for (const Cell* cell : cells) {
            QList<double> values;
            for (const RunRecord* run : cell->runs) {
                if (const auto value = figureOf(*run, column))
                    values << *value;
            }
            const auto summary = analysis::summarize(values);
            if (!summary)
                continue;
            const bool hasInterval = summary->ciLow && summary->ciHigh;
            table.rows << QStringList{
                cell->target,
                column.title,
                hasInterval ? analysis::intervalMethodName(summary->ciMethod) : QString(),
                QString::number(summary->n),
                figureText(summary->mean),
                textOf(summary->sd),
                figureText(summary->min),
                figureText(summary->median),
                figureText(summary->max),
                hasInterval ? u"%1 – %2"_s.arg(figureText(*summary->ciLow), figureText(*summary->ciHigh)) : QString()};
        }
    }
    return table;
}

ReportTable runsTable(const QList<const Cell*>& cells, const QList<Column>& columns)
{
    ReportTable table;
    table.caption = Text::tr("Every run");
    table.columns = {Text::tr("Target"), Text::tr("Repeat")};
    for (const Column& column : columns)
        table.columns << column.title;
    const bool hasUse = std::any_of(cells.cbegin(), cells.cend(), [](const Cell* cell) {
        return std::any_of(cell->runs.cbegin(), cell->runs.cend(),
                           [](const RunRecord* run) { return !run->utilization.isEmpty(); });
    });
    if (hasUse)
        table.columns << Text::tr("user %") << Text::tr("system %") << Text::tr("disk %");
    for (const Cell* cell : cells) {
        for (const RunRecord* run : cell->runs) {
            QStringList row{cell->target, QString::number(run->repeat)};
            for (const Column& column : columns)
                row << textOf(figureOf(*run, column));
            if (hasUse)
                row << useOf(*run);
            table.rows << row;
        }
    }
    return table;
}

void addUnusable(const Session& session, Blocks& blocks)
{
    ReportTable table;
    table.columns = {Text::tr("Run"), Text::tr("Target"), Text::tr("Test"), Text::tr("How it ended"), Text::tr("Why")};
    table.textColumns = 5;
    const QList<const RunRecord*> runs = attemptsThatCount(session);
    for (const RunRecord* run : runs) {
        if (run->status != RunStatus::Ok)
            table.rows << QStringList{
                run->id, run->target,
                u"%1, %2"_s.arg(sysbench::testName(run->test), Text::tr("repeat %1").arg(run->repeat)),
                QString(runStatusName(run->status)), run->error};
    }
    if (table.rows.isEmpty())
        return;
    blocks << ReportHeading{2, Text::tr("Runs without a result")} << table;
}

} // namespace

void addTables(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Results")};
    const QList<Cell> cells = analysis::cellsOf(session);
    bool hasFairness = false;
    QStringList keys;
    for (const Cell& cell : cells) {
        if (keys.contains(cell.comparisonKey))
            continue;
        keys << cell.comparisonKey;
        QList<const Cell*> compared;
        for (const Cell& other : cells) {
            if (other.comparisonKey == cell.comparisonKey)
                compared << &other;
        }
        const QList<Column> columns = usedColumns(compared);
        blocks << ReportHeading{2, cell.test};
        if (columns.isEmpty()) {
            blocks << ReportParagraph{Text::tr("No run of it has a result.")};
            continue;
        }
        hasFairness = hasFairness || std::any_of(columns.cbegin(), columns.cend(), [](const Column& column) {
                          return column.metrics.first() == Metric::ThreadEventsStddev;
                      });
        blocks << repeatsTable(compared, columns) << runsTable(compared, columns);
    }
    if (cells.isEmpty())
        blocks << ReportParagraph{Text::tr("The session has no runs yet.")};
    blocks << ReportParagraph{
        Text::tr("Warm-ups and runs that did not end well do not count. sd is the sample deviation (n − 1) of the "
                 "repeats. user and system are the CPU time of the target as this machine sees it, in % of one core; "
                 "disk is the share of the time its device was busy; each the mean over the run. MiB are 2^20 bytes."),
        true};
    if (hasFairness)
        blocks << ReportParagraph{Text::tr("* The stddev of events in sysbench's \"Threads fairness\": how evenly the "
                                           "threads of one run shared the work. It says nothing about the repeats."),
                                  true};
    addUnusable(session, blocks);
}

} // namespace bv::report
