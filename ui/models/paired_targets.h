#pragma once

#include "session/session.h"

#include <QHash>
#include <QStringList>
#include <memory>

namespace bv {

/// Which targets of several sessions are the same arrangement, so that their figures can stand in one row. First those
/// with the same id, then those with the same settings; then, where a kind is left over only once in either, those of
/// that kind: a session of another machine, or one that was imported, seldom has the same ids. Each target has at most
/// one partner in a session.
class PairedTargets
{
public:
    explicit PairedTargets(const QList<std::shared_ptr<const Session>>& sessions);

    /// Tells the row of the target in that session.
    QString keyOf(qsizetype session, const QString& targetId) const;
    /// Whether the session has a target in that row.
    bool has(qsizetype session, const QString& key) const;
    /// The id; where sessions call it differently all of them, in their order: "docker-2c-1g / docker".
    QString nameOf(const QString& key) const;

private:
    QList<QHash<QString, QString>> m_keys; ///< by session and id
    QHash<QString, QStringList> m_names;   ///< ids by key
};

} // namespace bv
