#include "models/sample_column.h"

#include <algorithm>

namespace bv {

namespace {

constexpr qsizetype fanOut = 16;

} // namespace

void SampleColumn::append(double seconds, double value)
{
    const qsizetype index = m_values.size();
    m_seconds << (m_seconds.isEmpty() ? seconds : std::max(seconds, m_seconds.last()));
    m_values << value;
    m_sum += value;
    qsizetype block = index;
    // A level begins once there is more than one block of it: short runs, of which there are many, keep none.
    for (qsizetype level = 0; m_values.size() > fanOut; ++level) {
        block /= fanOut;
        if (level == m_levels.size()) {
            if (block == 0)
                break;
            // The blocks before this one are complete: the level below has their extremes.
            QList<Extremes> blocks;
            for (qsizetype b = 0; b < block; ++b) {
                qsizetype size = 1;
                for (qsizetype i = 0; i <= level; ++i)
                    size *= fanOut;
                blocks << extremes(b * size, (b + 1) * size);
            }
            m_levels << blocks;
        }
        QList<Extremes>& blocks = m_levels[level];
        if (block == blocks.size())
            blocks << Extremes{index, index};
        else
            blocks[block] = better(blocks[block], {index, index});
    }
}

qsizetype SampleColumn::firstNotBefore(double seconds) const
{
    return std::lower_bound(m_seconds.cbegin(), m_seconds.cend(), seconds) - m_seconds.cbegin();
}

SampleColumn::Extremes SampleColumn::better(const Extremes& a, const Extremes& b) const
{
    return {m_values[b.lowest] < m_values[a.lowest] ? b.lowest : a.lowest,
            m_values[b.highest] > m_values[a.highest] ? b.highest : a.highest};
}

SampleColumn::Extremes SampleColumn::extremes(qsizetype begin, qsizetype end) const
{
    Extremes found{begin, begin};
    for (qsizetype i = begin; i < end;) {
        // The largest block that begins here and ends in time.
        qsizetype size = 1;
        qsizetype level = -1;
        while (level + 1 < m_levels.size() && i % (size * fanOut) == 0 && i + size * fanOut <= end) {
            size *= fanOut;
            ++level;
        }
        found = better(found, level < 0 ? Extremes{i, i} : m_levels[level][i / size]);
        i += size;
    }
    return found;
}

} // namespace bv
