#pragma once

#include "session/session.h"

#include <QSortFilterProxyModel>

namespace bv {

/// Filters a SessionListModel by words and state, and sorts it.
class SessionFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit SessionFilter(QObject* parent = nullptr);

    /// Every word must be found in one of the columns, the note or the id.
    void setText(const QString& text);
    void setState(std::optional<SessionState> state);
    bool isFiltering() const { return !m_words.isEmpty() || m_state; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
    std::optional<SessionState> m_state;
};

} // namespace bv
