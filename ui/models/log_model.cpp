#include "models/log_model.h"

#include "plan/parameters.h"
#include "run/engine.h"

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QString runText(sysbench::Test test, const QJsonObject& params, int repeat, bool discarded)
{
    return (discarded ? LogModel::tr("%1, warm-up %2") : LogModel::tr("%1, repeat %2"))
        .arg(describeParams(test, params))
        .arg(repeat);
}

} // namespace

LogModel::LogModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void LogModel::follow(Engine& engine)
{
    connect(&engine, &Engine::phaseChanged, this, [this, last = QString()](const QString& words, double) mutable {
        if (words != last) // the same step with another fraction is no news
            add({}, words);
        last = words;
    });
    connect(&engine, &Engine::noteAdded, this, [this](const QString& sentence) { add({}, sentence); });
    connect(&engine, &Engine::logged, this, &LogModel::add);
    connect(&engine, &Engine::sessionStarted, this, [this](const QString& id, const QList<PlannedRun>& runs) {
        add({}, tr("Session %1, %n run(s)", nullptr, static_cast<int>(runs.size())).arg(id));
    });
    connect(&engine, &Engine::runStarted, this, &LogModel::begin);
    connect(&engine, &Engine::runFinished, this, [this](const RunRecord& record) {
        const QString what = runText(record.test, record.params, record.repeat, record.discarded);
        if (!record.output.isEmpty())
            add(record.target, record.output.trimmed());
        add(record.target, record.error.isEmpty()
                               ? tr("%1: %2").arg(what, runStatusName(record.status))
                               : tr("%1: %2: %3").arg(what, runStatusName(record.status), record.error));
        m_inRun = false;
    });
    connect(&engine, &Engine::finished, this, [this](const SessionOutcome& outcome) {
        m_inRun = false;
        for (const QString& sentence : outcome.notRun)
            add({}, sentence);
        if (outcome.error.code != Error::Code::Unset) {
            add({}, outcome.error.message);
            if (!outcome.error.detail.isEmpty())
                add({}, outcome.error.detail);
        }
        add({}, tr("Session ended: %1").arg(sessionStateName(outcome.state)));
    });
}

void LogModel::begin(const PlannedRun& run)
{
    const QString what = runText(run.test, run.params, run.repeat, run.discarded);
    const QString time = QDateTime::currentDateTime().toString(u"HH:mm:ss"_s);
    m_runs.push_back({m_nextRun++, run.targetId, tr("%1: %2 (%3)").arg(run.targetId, what, time), 0});
    m_inRun = true;
    add(run.targetId, tr("%1: begins").arg(what));
}

void LogModel::add(const QString& source, const QString& text)
{
    const QStringList lines = text.split(u'\n');
    const int count = static_cast<int>(lines.size());
    const int surplus = static_cast<int>(m_lines.size()) + count - limit;
    if (surplus > 0 && !m_lines.empty())
        dropLines(std::min(surplus, static_cast<int>(m_lines.size())));
    // What another target says meanwhile is of no run.
    const bool ofRun = m_inRun && !m_runs.empty() && (source.isEmpty() || source == m_runs.back().source);
    const QDateTime now = QDateTime::currentDateTime();
    const int first = static_cast<int>(m_lines.size());
    beginInsertRows({}, first, first + count - 1);
    for (const QString& line : lines)
        m_lines.push_back({now, source, line, ofRun ? m_runs.back().number : -1});
    if (ofRun)
        m_runs.back().end = m_dropped + first + count;
    endInsertRows();
}

void LogModel::dropLines(int count)
{
    beginRemoveRows({}, 0, count - 1);
    m_lines.erase(m_lines.begin(), m_lines.begin() + count);
    m_dropped += count;
    // The one that is on is kept: more lines of it may come.
    while (!m_runs.empty() && m_runs.front().end <= m_dropped && !(m_inRun && m_runs.size() == 1))
        m_runs.pop_front();
    endRemoveRows();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int LogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == RunRole)
        return line.run;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Time:
        return line.time.toString(u"HH:mm:ss"_s);
    case Source:
        return line.source.isEmpty() ? tr("Benchvisor") : line.source;
    case Text:
        return line.text;
    default:
        return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Source:
        return tr("From");
    case Text:
        return tr("What was said");
    default:
        return {};
    }
}

} // namespace bv
