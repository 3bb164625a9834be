#include "models/session_list_model.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

bool same(const SessionSummary& a, const SessionSummary& b)
{
    return a.id == b.id && a.created == b.created && a.name == b.name && a.note == b.note && a.hostName == b.hostName &&
           a.planName == b.planName && a.state == b.state && a.plannedRuns == b.plannedRuns && a.counts == b.counts &&
           a.origin == b.origin && a.isReadOnly == b.isReadOnly;
}

} // namespace

QString sessionStateText(SessionState state)
{
    switch (state) {
    case SessionState::Running:
        return SessionListModel::tr("running");
    case SessionState::Finished:
        return SessionListModel::tr("finished");
    case SessionState::Cancelled:
        return SessionListModel::tr("cancelled");
    case SessionState::Failed:
        return SessionListModel::tr("failed");
    case SessionState::Interrupted:
        return SessionListModel::tr("interrupted");
    }
    return {};
}

QString sessionTitle(const QString& name, const QString& planName)
{
    if (!name.trimmed().isEmpty())
        return name;
    return planName.trimmed().isEmpty() ? SessionListModel::tr("Untitled") : planName;
}

bool canResume(const SessionSummary& session)
{
    const bool ended = session.state == SessionState::Interrupted || session.state == SessionState::Cancelled ||
                       session.state == SessionState::Failed;
    return ended && session.origin == SessionOrigin::Measured && session.count(RunStatus::Ok) < session.plannedRuns;
}

void SessionListModel::setSessions(const QList<SessionSummary>& sessions)
{
    m_all = sessions;
    update();
}

void SessionListModel::setHidden(const QString& id, bool hidden)
{
    m_hidden.removeAll(id);
    if (hidden)
        m_hidden << id;
    update();
}

/// From m_shown to what m_all and m_hidden say, by ranges of rows.
void SessionListModel::update()
{
    QList<SessionSummary> wanted = m_all;
    wanted.removeIf([this](const SessionSummary& session) { return m_hidden.contains(session.id); });
    QHash<QString, qsizetype> places;
    for (qsizetype i = 0; i < wanted.size(); ++i)
        places.insert(wanted.at(i).id, i);
    for (qsizetype last = m_shown.size() - 1; last >= 0; --last) {
        if (places.contains(m_shown.at(last).id))
            continue;
        qsizetype first = last;
        while (first > 0 && !places.contains(m_shown.at(first - 1).id))
            --first;
        beginRemoveRows({}, static_cast<int>(first), static_cast<int>(last));
        m_shown.remove(first, last - first + 1);
        endRemoveRows();
        last = first;
    }
    for (qsizetype row = 0; row < wanted.size(); ++row) {
        if (row < m_shown.size() && m_shown.at(row).id == wanted.at(row).id) {
            if (same(m_shown.at(row), wanted.at(row)))
                continue;
            m_shown[row] = wanted.at(row);
            const int changed = static_cast<int>(row);
            emit dataChanged(index(changed, 0), index(changed, ColumnCount - 1));
            continue;
        }
        // Everything up to the next one that is shown already is new.
        const QString next = row < m_shown.size() ? m_shown.at(row).id : QString();
        const qsizetype end = next.isEmpty() ? wanted.size() : places.value(next);
        if (end < row) { // the order is another one; a store does not do that
            beginResetModel();
            m_shown = wanted;
            endResetModel();
            return;
        }
        beginInsertRows({}, static_cast<int>(row), static_cast<int>(end - 1));
        m_shown = m_shown.first(row) + wanted.sliced(row, end - row) + m_shown.sliced(row);
        endInsertRows();
        row = end - 1;
    }
}

int SessionListModel::rowOf(const QString& id) const
{
    const auto found = std::find_if(m_shown.cbegin(), m_shown.cend(),
                                    [&id](const SessionSummary& session) { return session.id == id; });
    return found == m_shown.cend() ? -1 : static_cast<int>(found - m_shown.cbegin());
}

const SessionSummary* SessionListModel::session(const QString& id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_shown.at(row);
}

QString SessionListModel::headline(const QString& id) const
{
    const auto known = m_headlines.constFind(id);
    const SessionSummary* summary = session(id);
    return known != m_headlines.cend() && summary && known->runs == summary->runs() ? known->text : QString();
}

void SessionListModel::setHeadline(const QString& id, const QString& headline)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    m_headlines.insert(id, {headline.isNull() ? u""_s : headline, m_shown.at(row).runs()});
    emit dataChanged(index(row, Headline), index(row, Headline));
}

int SessionListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int SessionListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SessionListModel::runsText(const SessionSummary& session) const
{
    const int failed = session.count(RunStatus::Failed) + session.count(RunStatus::Timeout);
    const QString ok = tr("%1 of %2").arg(session.count(RunStatus::Ok)).arg(session.plannedRuns);
    return failed == 0 ? ok : tr("%1, %2 failed").arg(ok).arg(failed);
}

QString SessionListModel::display(const SessionSummary& session, int column) const
{
    switch (column) {
    case Created:
        if (session.origin == SessionOrigin::Published) // no day is known
            return session.created.toUTC().toString(u"yyyy"_s);
        return session.created.isValid() ? session.created.toLocalTime().toString(u"yyyy-MM-dd HH:mm"_s) : u"–"_s;
    case Name:
        return sessionTitle(session.name, session.planName);
    case State:
        switch (session.origin) { // more than that it is finished
        case SessionOrigin::Published:
            return tr("published");
        case SessionOrigin::Imported:
            return tr("imported");
        case SessionOrigin::Measured:
            break;
        }
        return sessionStateText(session.state);
    case Runs:
        return runsText(session);
    case Headline:
        return m_headlines.value(session.id).text;
    case Plan:
        return session.planName;
    case Host:
        return session.hostName;
    default:
        return {};
    }
}

QVariant SessionListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SessionSummary& session = m_shown.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(session, index.column());
    case Qt::EditRole:
        return index.column() == Name ? session.name : QVariant();
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return session.isReadOnly ? tr("Ships with Benchvisor: it can be opened, compared and exported.") : QVariant();
    case SortRole:
        if (index.column() == Created)
            return session.created;
        if (index.column() == Runs)
            return session.count(RunStatus::Ok);
        return display(session, index.column());
    case IdRole:
        return session.id;
    case StateRole:
        return static_cast<int>(session.state);
    case SearchRole: {
        QStringList texts{session.id, session.note};
        for (int column = 0; column < ColumnCount; ++column)
            texts << display(session, column);
        return texts.join(u' ');
    }
    default:
        return {};
    }
}

Qt::ItemFlags SessionListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const bool isOurs = index.isValid() && !m_shown.at(index.row()).isReadOnly;
    return index.column() == Name && isOurs ? flags | Qt::ItemIsEditable : flags;
}

bool SessionListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || index.column() != Name || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const SessionSummary& session = m_shown.at(index.row());
    const QString name = value.toString().simplified();
    if (name != session.name)
        emit renameRequested(session.id, name);
    return true;
}

QVariant SessionListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section == Runs ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Created:
        return tr("Date");
    case Name:
        return tr("Name");
    case State:
        return tr("State");
    case Runs:
        return tr("Runs done");
    case Headline:
        return tr("Headline");
    case Plan:
        return tr("Plan");
    case Host:
        return tr("Host");
    default:
        return {};
    }
}

} // namespace bv
