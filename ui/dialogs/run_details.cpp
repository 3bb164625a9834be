#include "dialogs/run_details.h"

#include "base/figures.h"
#include "base/shell_line.h"
#include "models/figure_columns.h"
#include "models/grid_model.h"
#include "models/run_tree_model.h"
#include "models/series_model.h"
#include "plan/parameters.h"
#include "style/metrics.h"
#include "style/state_icons.h"
#include "widgets/filter_line.h"

#include <QEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTimer>

// What the dialog shows; how it is laid out is in run_details_layout.cpp.

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QString valueText(const QJsonValue& value)
{
    return value.isString() ? value.toString() : QString::number(value.toDouble(), 'g', 12);
}

QString parameterText(const QJsonObject& params)
{
    QStringList lines;
    for (auto parameter = params.begin(); parameter != params.end(); ++parameter)
        lines << u"%1 = %2"_s.arg(parameter.key(), valueText(parameter.value()));
    return lines.join(u'\n');
}

} // namespace

void RunDetails::setLine(QLabel* label, const QString& text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
    m_lineTitles.value(label)->setVisible(!text.isEmpty());
}

void RunDetails::showRun(qsizetype number)
{
    if (number < 0 || number >= m_session.runCount())
        return;
    m_number = number;
    refresh();
}

qsizetype RunDetails::neighbour(int direction) const
{
    for (qsizetype i = m_number + direction; i >= 0 && i < m_session.runCount(); i += direction) {
        const RunState state = m_session.runState(i);
        if (state != RunState::Waiting && state != RunState::Skipped)
            return i;
    }
    return -1;
}

void RunDetails::step(int direction)
{
    const qsizetype number = neighbour(direction);
    if (number < 0)
        return;
    showRun(number);
    emit numberChanged(number);
}

void RunDetails::refresh()
{
    const RunRecord* record = m_session.record(m_number);
    updateTexts(record);
    updateFigures(record);
    updateSeries();
    updateOutput();
    m_previous->setEnabled(neighbour(-1) >= 0);
    m_next->setEnabled(neighbour(1) >= 0);
}

void RunDetails::updateTexts(const RunRecord* record)
{
    const PlannedRun& run = m_session.run(m_number);
    const QString repeat = run.discarded ? tr("warm-up %1").arg(run.repeat) : tr("repeat %1").arg(run.repeat);
    const QString test = describeParams(run.test, run.params);
    const QString target = m_session.targetName(run);
    m_title->setText(tr("%1 · %2 · %3").arg(test, target, repeat));
    setWindowTitle(tr("Run: %1, %2, %3").arg(test, target, repeat));
    const RunState state = m_session.runState(m_number);
    const StateMark mark = markOf(state, Appearance::themeFor(palette()));
    m_mark->setPixmap(markPixmap(mark, iconSize, devicePixelRatioF()));
    m_mark->setVisible(!mark.icon.isEmpty());
    m_status->setText(runStatusText(state, record, run.discarded));
    setLine(m_error, record ? record->error : QString());
    setLine(m_notes, record ? record->notes.join(u'\n') : QString());
    const bool timed = record && record->started.isValid();
    setLine(m_started, timed ? record->started.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss t"_s) : QString());
    setLine(m_duration, timed ? tr("%1 s").arg(figureText(record->durationS)) : QString());
    setLine(m_exit, record && record->exitCode ? QString::number(*record->exitCode) : QString());
    setLine(m_parameters, parameterText(run.params));
    setLine(m_sha, record ? record->sysbenchSha256 : QString());
    const QString line = record ? shellLine(record->command) : QString();
    if (m_command->toPlainText() != line)
        m_command->setPlainText(line);
    m_command->setPlaceholderText(tr("The command is known when the run has ended."));
    m_copyCommand->setEnabled(!line.isEmpty());
}

void RunDetails::updateFigures(const RunRecord* record)
{
    QList<QList<GridModel::Cell>> rows;
    bool derived = false;
    for (std::size_t i = 0; record && i < sysbench::metricCount; ++i) {
        const auto metric = static_cast<sysbench::Metric>(i);
        const auto value = record->metrics.value(metric);
        if (!value)
            continue;
        GridModel::Cell name{metricTitle(metric), {}};
        GridModel::Cell figure = GridModel::figureCell(value);
        name.strong = figure.strong = metric == sysbench::headlineMetric(record->test);
        if (record->metrics.isDerived(metric)) {
            derived = true;
            figure.text += u" *"_s;
        }
        rows << QList<GridModel::Cell>{name, figure, {sysbench::metricUnit(metric), {}}};
    }
    m_figures->setTable({tr("Figure"), tr("Value"), tr("Unit")}, rows, {1});
    m_noFigures->setText(derived          ? tr("* computed from other figures; this sysbench does not print it.")
                         : rows.isEmpty() ? tr("There are no figures: the run has not ended well.")
                                          : QString());
    m_noFigures->setVisible(!m_noFigures->text().isEmpty());
}

void RunDetails::updateSeries()
{
    m_intervals->setIntervals(m_session.intervals(m_number));
    m_samples->setSamples(m_session.utilization(m_number));
    m_noIntervals->setVisible(m_intervals->rowCount() == 0);
    m_noSamples->setVisible(m_samples->rowCount() == 0);
}

/// A megabyte of text takes a while to lay out, so only for those who look at it.
void RunDetails::updateOutput()
{
    if (m_tabs->currentWidget() != m_outputPage)
        return;
    const RunRecord* record = m_session.record(m_number);
    const QString text = record ? record->output : QString();
    if (m_outputShown == m_number && m_outputText == text)
        return;
    m_outputShown = m_number;
    m_outputText = text;
    m_output->setPlainText(text);
    m_output->setPlaceholderText(record ? tr("The run printed nothing, or its output was not kept.")
                                        : tr("The output is here when the run has ended."));
    m_found->clear();
}

void RunDetails::search(bool backwards)
{
    const QString text = m_search->text();
    m_found->clear();
    if (text.isEmpty())
        return;
    const QTextDocument::FindFlags flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (m_output->find(text, flags))
        return;
    const QTextCursor before = m_output->textCursor();
    m_output->moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
    if (m_output->find(text, flags)) {
        m_found->setText(tr("Went on from the other end"));
        return;
    }
    m_output->setTextCursor(before);
    m_found->setText(tr("Not found"));
}

void RunDetails::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_title && m_session.runCount() > m_number)
        updateTexts(m_session.record(m_number));
    QDialog::changeEvent(event);
}

} // namespace bv
