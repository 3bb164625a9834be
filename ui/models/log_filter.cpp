#include "models/log_filter.h"

#include "models/log_model.h"

#include <utility>

namespace bv {

void LogFilter::setSource(const QString& source)
{
    m_source = source;
    invalidateFilter();
}

void LogFilter::setRun(qint64 run)
{
    if (std::exchange(m_run, run) != run)
        invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_run >= 0 && sourceModel()->index(row, 0, parent).data(LogModel::RunRole).toLongLong() != m_run)
        return false;
    return m_source.isNull() || sourceModel()->index(row, LogModel::Source, parent).data().toString() == m_source;
}

int LogFilter::find(const QString& text, int row, bool backwards) const
{
    const int count = rowCount();
    const int step = backwards ? -1 : 1;
    int at = row;
    for (int i = 0; i < count; ++i) {
        at = (at + step + count) % count;
        const bool found = index(at, LogModel::Text).data().toString().contains(text, Qt::CaseInsensitive) ||
                           index(at, LogModel::Source).data().toString().contains(text, Qt::CaseInsensitive);
        if (found)
            return at;
    }
    return -1;
}

} // namespace bv
