#include "models/paired_targets.h"

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// What a target is, whatever it is called.
TargetSettings unnamed(TargetSettings target)
{
    target.id.clear();
    target.label.clear();
    return target;
}

/// A row: its key, which is the id in the session it was met in first, and its settings there.
struct Row
{
    QString key;
    TargetSettings settings;
    bool isTaken = false; ///< by a target of the session that is looked at
};

using Same = std::function<bool(const Row& row, const TargetSettings& target)>;

/// Gives targets that have no row yet the one that is theirs by `same`, where there is exactly one, and one target only
/// that it may be.
void pairBy(const Same& same, QList<Row>& rows, const QList<TargetSettings>& targets, QHash<QString, QString>& keys)
{
    for (const TargetSettings& target : targets) {
        if (keys.contains(target.id))
            continue;
        QList<Row*> mine;
        for (Row& row : rows) {
            if (!row.isTaken && same(row, target))
                mine << &row;
        }
        if (mine.size() != 1)
            continue;
        const auto rivals = std::count_if(targets.cbegin(), targets.cend(), [&](const TargetSettings& other) {
            return !keys.contains(other.id) && same(*mine.first(), other);
        });
        if (rivals != 1)
            continue;
        mine.first()->isTaken = true;
        keys.insert(target.id, mine.first()->key);
    }
}

} // namespace

PairedTargets::PairedTargets(const QList<std::shared_ptr<const Session>>& sessions)
{
    QList<Row> rows;
    for (const auto& session : sessions) {
        const QList<TargetSettings>& targets = session->plan.targets;
        QHash<QString, QString> keys;
        for (Row& row : rows)
            row.isTaken = false;
        pairBy([](const Row& row, const TargetSettings& target) { return row.key == target.id; }, rows, targets, keys);
        pairBy([](const Row& row, const TargetSettings& target) { return unnamed(row.settings) == unnamed(target); },
               rows, targets, keys);
        pairBy([](const Row& row, const TargetSettings& target) { return row.settings.kind == target.kind; }, rows,
               targets, keys);
        for (const TargetSettings& target : targets) {
            if (!keys.contains(target.id)) {
                // Another session's id may have become a partner of this one's.
                QString key = target.id;
                while (std::any_of(rows.cbegin(), rows.cend(), [&key](const Row& row) { return row.key == key; }))
                    key += u'\'';
                keys.insert(target.id, key);
                rows << Row{key, target};
            }
            QStringList& names = m_names[keys.value(target.id)];
            if (!names.contains(target.id))
                names << target.id;
        }
        m_keys << keys;
    }
}

QString PairedTargets::keyOf(qsizetype session, const QString& targetId) const
{
    return m_keys.at(session).value(targetId, targetId);
}

bool PairedTargets::has(qsizetype session, const QString& key) const
{
    const QHash<QString, QString>& keys = m_keys.at(session);
    return std::any_of(keys.cbegin(), keys.cend(), [&key](const QString& one) { return one == key; });
}

QString PairedTargets::nameOf(const QString& key) const
{
    return m_names.value(key, {key}).join(u" / "_s);
}

} // namespace bv
