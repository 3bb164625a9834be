#include "models/session_filter.h"

#include "models/session_list_model.h"

#include <algorithm>

namespace bv {

SessionFilter::SessionFilter(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(SessionListModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
}

void SessionFilter::setText(const QString& text)
{
    m_words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void SessionFilter::setState(std::optional<SessionState> state)
{
    m_state = state;
    invalidateFilter();
}

bool SessionFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (m_state && index.data(SessionListModel::StateRole).toInt() != static_cast<int>(*m_state))
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text = index.data(SessionListModel::SearchRole).toString();
    return std::all_of(m_words.cbegin(), m_words.cend(),
                       [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace bv
