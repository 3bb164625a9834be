#include "models/log_model.h"

#include "plan/parameters.h"
#include "run/engine.h"

using namespace Qt::StringLiterals;

namespace bv {

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
    connect(&engine, &Engine::runStarted, this, [this](const PlannedRun& run) {
        add(run.targetId, tr("%1, repeat %2: begins").arg(describeParams(run.test, run.params)).arg(run.repeat));
    });
    connect(&engine, &Engine::runFinished, this, [this](const RunRecord& record) {
        const QString what = tr("%1, repeat %2").arg(describeParams(record.test, record.params)).arg(record.repeat);
        if (!record.output.isEmpty())
            add(record.target, record.output.trimmed());
        add(record.target, record.error.isEmpty()
                               ? tr("%1: %2").arg(what, runStatusName(record.status))
                               : tr("%1: %2: %3").arg(what, runStatusName(record.status), record.error));
    });
    connect(&engine, &Engine::finished, this, [this](const SessionOutcome& outcome) {
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

void LogModel::add(const QString& source, const QString& text)
{
    const QStringList lines = text.split(u'\n');
    const int count = static_cast<int>(lines.size());
    const int surplus = static_cast<int>(m_lines.size()) + count - limit;
    if (surplus > 0 && !m_lines.empty()) {
        const int gone = std::min(surplus, static_cast<int>(m_lines.size()));
        beginRemoveRows({}, 0, gone - 1);
        m_lines.erase(m_lines.begin(), m_lines.begin() + gone);
        endRemoveRows();
    }
    const QDateTime now = QDateTime::currentDateTime();
    const int first = static_cast<int>(m_lines.size());
    beginInsertRows({}, first, first + count - 1);
    for (const QString& line : lines)
        m_lines.push_back({now, source, line});
    endInsertRows();
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
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::DisplayRole)
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
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
