#pragma once

#include "session/session_store.h"

#include <QAbstractTableModel>
#include <QHash>

namespace bv {

/// The stored sessions, the newest first. Changes of the store come as row signals, so that a table keeps its place.
/// GUI thread.
class SessionListModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Created, Name, State, Runs, Headline, Plan, Host, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole,
        IdRole,
        StateRole, ///< int of SessionState
        SearchRole,
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setSessions(const QList<SessionSummary>& sessions);
    /// Sessions that are about to be deleted are not shown.
    void setHidden(const QString& id, bool hidden);

    /// Nothing where there is no such session, or it is hidden.
    const SessionSummary* session(const QString& id) const;
    int rowOf(const QString& id) const;

    /// The headline as it was worked out for the session's present number of runs; null where that has not been done.
    QString headline(const QString& id) const;
    void setHeadline(const QString& id, const QString& headline);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Of a name: asks for it by renameRequested(); the row changes when the store has.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    void renameRequested(const QString& id, const QString& name);

private:
    struct KnownHeadline
    {
        QString text;
        int runs = 0;
    };
    void update();
    QString runsText(const SessionSummary& session) const;
    QString display(const SessionSummary& session, int column) const;

    QList<SessionSummary> m_all;
    QList<SessionSummary> m_shown;
    QStringList m_hidden;
    QHash<QString, KnownHeadline> m_headlines;
};

/// "running", "finished", …, for people.
QString sessionStateText(SessionState state);
/// The name, else the plan's name, else "Untitled".
QString sessionTitle(const QString& name, const QString& planName);
/// Whether runs are left that could be made up for.
bool canResume(const SessionSummary& session);
/// What a session comes to in one line: "Docker 3.83× as fast as QEMU, cpu 20000"; of more than two targets each
/// against the plan's first: "cpu 20000 against Docker: QEMU 0.26×, Host 1.02×". Empty where nothing can be compared.
QString sessionHeadline(const Session& session);

} // namespace bv
