#include "cli/progress_view.h"
#include "cli/session_argument.h"

#include "plan/parameters.h"
#include "plan/start_up.h"

#include <QCoreApplication>
#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

constexpr int barWidth = 20;

int terminalWidth()
{
    winsize size = {};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

/// By test the parameters that its runs do not share.
QHash<sysbench::Test, QStringList> varyingIn(const QList<PlannedRun>& runs)
{
    QHash<sysbench::Test, QList<QJsonObject>> params;
    for (const PlannedRun& run : runs)
        params[run.test] << run.params;
    QHash<sysbench::Test, QStringList> varying;
    for (auto of = params.cbegin(); of != params.cend(); ++of)
        varying.insert(of.key(), varyingParameters(of.key(), of.value()));
    return varying;
}

} // namespace

ProgressView::ProgressView(Engine& engine, const Plan& plan, QObject* parent)
    : QObject(parent)
    , m_terminal(::isatty(STDERR_FILENO) == 1)
    , m_colour(m_terminal && qEnvironmentVariableIsEmpty("NO_COLOR"))
    , m_plan(plan)
{
    connect(&engine, &Engine::phaseChanged, this, &ProgressView::setPhase);
    connect(&engine, &Engine::noteAdded, this, &ProgressView::printLine);
    // Accelerator "auto" has become one that has a name.
    connect(&engine, &Engine::planDecided, this, [this](const Plan& decided) { m_plan = decided; });
    connect(&engine, &Engine::sessionStarted, this, [this](const QString& id, const QList<PlannedRun>& runs) {
        for (const PlannedRun& run : runs)
            m_runs.insert(run.index, run);
        m_varying = varyingIn(runs);
        m_sessionId = id;
    });
    connect(&engine, &Engine::progressChanged, this, &ProgressView::setProgress);
    connect(&engine, &Engine::runStarted, this, &ProgressView::showRun);
    connect(&engine, &Engine::runFinished, this, &ProgressView::showRecord);
    connect(&engine, &Engine::runSkipped, this, &ProgressView::showSkipped);
    connect(&engine, &Engine::intervalArrived, this, [this](int index, const sysbench::Interval& interval) {
        QString value;
        if (interval.eventsPerSec)
            value = tr("%1 events/s").arg(*interval.eventsPerSec, 0, 'f', 1);
        else if (interval.readMibPerSec || interval.writtenMibPerSec)
            value = tr("%1 MiB/s")
                        .arg(interval.readMibPerSec.value_or(0) + interval.writtenMibPerSec.value_or(0), 0, 'f', 1);
        else if (interval.mibPerSec)
            value = tr("%1 MiB/s").arg(*interval.mibPerSec, 0, 'f', 0);
        m_words = describe(m_runs.value(index)) + (value.isEmpty() ? QString() : u": "_s + value);
        draw();
    });
}

void ProgressView::setProgress(const SessionProgress& progress)
{
    m_progress = progress;
    m_sinceProgress.start();
    if (!m_sessionId.isEmpty()) { // the first one, with the estimate
        const QString id = std::exchange(m_sessionId, {});
        printLine(tr("Session %1, %n run(s), %2", nullptr, progress.total).arg(id, formatDuration(progress.remaining)));
        notePlainProgress();
    }
    draw();
    if (!m_terminal && progress.done < progress.total && isPlainProgressDue()) {
        printLine(tr("%1 of %2 runs, %3 left")
                      .arg(progress.done)
                      .arg(progress.total)
                      .arg(formatDuration(progress.remaining)));
        notePlainProgress();
    }
}

/// Without a bar the time left is said with each quarter of the runs, and where these are long, every other minute.
bool ProgressView::isPlainProgressDue() const
{
    constexpr int parts = 4;
    constexpr qint64 longestSilenceMs = 120'000;
    if (m_progress.done <= m_plainDone)
        return false;
    const bool quarter = m_progress.done * parts / m_progress.total > m_plainDone * parts / m_progress.total;
    return quarter || m_sincePlain.elapsed() > longestSilenceMs;
}

void ProgressView::notePlainProgress()
{
    m_plainDone = m_progress.done;
    m_sincePlain.start();
}

QString ProgressView::describe(const PlannedRun& run) const
{
    const auto target = std::find_if(m_plan.targets.cbegin(), m_plan.targets.cend(),
                                     [&run](const TargetSettings& settings) { return settings.id == run.targetId; });
    const bool isStart = run.test == sysbench::Test::Boot;
    const QString name = target == m_plan.targets.cend() ? run.targetId
                         : isStart                       ? startLabel(*target, run.params)
                                                         : targetLabel(*target);
    const QString which = run.discarded ? tr("warm-up %1").arg(run.repeat) : u"#%1"_s.arg(run.repeat);
    return describeParams(run.test, run.params, m_varying.value(run.test)) + u' ' + which + tr(" in ") + name;
}

void ProgressView::setPhase(const QString& words, double fraction)
{
    m_fraction = fraction;
    const bool news = words != m_lastPlain;
    m_words = words;
    if (m_terminal) {
        draw();
    } else if (news) {
        m_lastPlain = words;
        printLine(words);
    }
}

void ProgressView::showRun(const PlannedRun& run)
{
    m_fraction = -1;
    m_words = describe(run);
    draw();
}

void ProgressView::showRecord(const RunRecord& record)
{
    const auto value = record.metrics.value(sysbench::headlineMetric(record.test));
    const QString what = describe(m_runs.value(record.plannedIndex));
    if (record.status != RunStatus::Ok)
        printLine(tr("%1: %2: %3").arg(what, runStatusName(record.status), record.error));
    else if (!m_terminal && value)
        printLine(u"%1: %2 %3"_s.arg(what)
                      .arg(*value, 0, 'f', 2)
                      .arg(sysbench::metricUnit(sysbench::headlineMetric(record.test))));
}

/// Once for all runs of a cell: it has converged, so none of the later ones is done either.
void ProgressView::showSkipped(int plannedIndex)
{
    const PlannedRun first = m_runs.value(plannedIndex);
    const QString cell = cellKey(first);
    if (!m_plan.adaptive || m_converged.contains(cell))
        return;
    m_converged.insert(cell);
    const auto left = std::count_if(m_runs.cbegin(), m_runs.cend(), [&](const PlannedRun& run) {
        return !run.discarded && run.repeat >= first.repeat && cellKey(run) == cell;
    });
    printLine(tr("%1: not needed (left out: %2), the mean is known to ±%3 %")
                  .arg(describe(first))
                  .arg(left)
                  .arg(m_plan.adaptive->halfWidthPct));
}

void ProgressView::draw()
{
    if (!m_terminal)
        return;
    QString text;
    if (m_progress.total > 0) {
        const double elapsed = m_sinceProgress.isValid() ? static_cast<double>(m_sinceProgress.elapsed()) / 1000 : 0;
        const TimeRange left{std::max(0.0, m_progress.remaining.minS - elapsed),
                             std::max(0.0, m_progress.remaining.maxS - elapsed)};
        const int filled = barWidth * m_progress.done / m_progress.total;
        const QString bar = QString(filled, u'█') + QString(barWidth - filled, u'░');
        text = tr("%1 %2/%3, %4 left  ")
                   .arg(m_colour ? u"\x1b[36m"_s + bar + u"\x1b[0m"_s : bar)
                   .arg(m_progress.done)
                   .arg(m_progress.total)
                   .arg(formatDuration(left));
    } else if (m_fraction >= 0) {
        const int filled = std::clamp(static_cast<int>(m_fraction * barWidth), 0, barWidth);
        text = QString(filled, u'█') + QString(barWidth - filled, u'░') + u' ';
    }
    const int invisible = m_colour && m_progress.total > 0 ? 9 : 0;
    text = (text + printable(m_words)).left(terminalWidth() - 1 + invisible);
    std::fprintf(stderr, "\r\x1b[K%s", qPrintable(text));
    std::fflush(stderr);
    m_drawn = true;
}

void ProgressView::printLine(const QString& text)
{
    end();
    std::fprintf(stderr, "%s\n", qPrintable(printableLines(text)));
    if (m_progress.total > 0)
        draw();
}

void ProgressView::end()
{
    if (m_drawn)
        std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    m_drawn = false;
}

} // namespace bv::cli
