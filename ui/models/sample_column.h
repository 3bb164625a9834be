#pragma once

#include <QList>

namespace bv {

/// The values of one run over its time, with the lowest and highest of each stretch kept beside them, so that the
/// extremes of any range cost a few dozen steps however many values there are. Copies share their data.
class SampleColumn
{
public:
    /// `seconds` since the run began; one that is before the last one counts as that. The value must be finite.
    void append(double seconds, double value);

    qsizetype size() const { return m_values.size(); }
    bool isEmpty() const { return m_values.isEmpty(); }
    double secondsAt(qsizetype index) const { return m_seconds[index]; }
    double valueAt(qsizetype index) const { return m_values[index]; }
    double lastSeconds() const { return m_seconds.isEmpty() ? 0 : m_seconds.last(); }
    double sum() const { return m_sum; }

    /// The first index whose time is not before `seconds`; size() where there is none.
    qsizetype firstNotBefore(double seconds) const;

    struct Extremes
    {
        qsizetype lowest = 0; ///< indexes; the first of equal values
        qsizetype highest = 0;
    };
    /// Of begin…end-1, which must not be empty.
    Extremes extremes(qsizetype begin, qsizetype end) const;

private:
    Extremes better(const Extremes& a, const Extremes& b) const;

    QList<double> m_seconds;
    QList<double> m_values;
    QList<QList<Extremes>> m_levels; ///< level n holds the extremes of 16^(n+1) values each
    double m_sum = 0;
};

} // namespace bv
