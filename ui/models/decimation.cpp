#include "models/chart_data.h"

#include <algorithm>
#include <cmath>

namespace bv {

namespace {

/// Collects the points of a bucket and writes down its extremes when the next one begins.
class Emitter
{
public:
    explicit Emitter(const DecimationView& view)
        : m_view(view)
        , m_width((view.to - view.from) / view.buckets)
    {
    }

    /// Points left and right of the view have buckets of their own.
    int bucketOf(double x) const
    {
        const double bucket = std::floor((x - m_view.from) / m_width);
        return static_cast<int>(std::clamp(bucket, -1.0, double(m_view.buckets)));
    }
    double beginOf(int bucket) const { return m_view.from + bucket * m_width; }

    void breakLine()
    {
        flush();
        if (!m_line.isEmpty())
            m_lines << std::exchange(m_line, {});
    }
    void addRaw(const QPointF& point)
    {
        flush();
        m_line << point;
    }
    void add(int bucket, const QPointF& lowest, const QPointF& highest)
    {
        if (bucket != m_bucket || !m_any) {
            flush();
            m_bucket = bucket;
            m_lowest = lowest;
            m_highest = highest;
            m_any = true;
            return;
        }
        if (lowest.y() < m_lowest.y())
            m_lowest = lowest;
        if (highest.y() > m_highest.y())
            m_highest = highest;
    }
    QList<QList<QPointF>> take()
    {
        breakLine();
        return std::move(m_lines);
    }

private:
    void flush()
    {
        if (!std::exchange(m_any, false))
            return;
        const bool lowestFirst = m_lowest.x() <= m_highest.x();
        m_line << (lowestFirst ? m_lowest : m_highest);
        if (m_lowest != m_highest)
            m_line << (lowestFirst ? m_highest : m_lowest);
    }

    DecimationView m_view;
    double m_width;
    QList<QList<QPointF>> m_lines;
    QList<QPointF> m_line;
    QPointF m_lowest;
    QPointF m_highest;
    int m_bucket = 0;
    bool m_any = false;
};

struct Range
{
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// What is in view, with one neighbour at each side.
Range visibleRange(const ChartSegment& segment, const DecimationView& view)
{
    const SampleColumn& column = segment.column;
    Range range{0, column.size()};
    if (segment.begin() < view.from)
        range.begin = std::max<qsizetype>(0, column.firstNotBefore(view.from - segment.offset) - 1);
    if (segment.end() > view.to)
        range.end = std::min(column.size(), column.firstNotBefore(view.to - segment.offset) + 1);
    return range;
}

QPointF pointAt(const ChartSegment& segment, qsizetype index)
{
    return {segment.offset + segment.column.secondsAt(index), segment.column.valueAt(index)};
}

void addSegment(Emitter* emitter, const ChartSegment& segment, const Range& range)
{
    const auto bucketAt = [&](qsizetype index) { return emitter->bucketOf(pointAt(segment, index).x()); };
    const int lastBucket = bucketAt(range.end - 1);
    for (qsizetype i = range.begin; i < range.end;) {
        const int bucket = bucketAt(i);
        qsizetype end = range.end;
        if (bucket != lastBucket) {
            const double next = emitter->beginOf(bucket + 1) - segment.offset;
            end = std::clamp(segment.column.firstNotBefore(next), i + 1, range.end);
            // The search and bucketOf() round differently.
            while (end < range.end && bucketAt(end) == bucket)
                ++end;
            while (end > i + 1 && bucketAt(end - 1) != bucket)
                --end;
        }
        const SampleColumn::Extremes found = segment.column.extremes(i, end);
        emitter->add(bucket, pointAt(segment, found.lowest), pointAt(segment, found.highest));
        i = end;
    }
}

} // namespace

QList<QList<QPointF>> decimated(const ChartSeries& series, const DecimationView& view)
{
    if (!(view.to > view.from) || view.buckets < 1)
        return {};
    const auto& segments = series.segments;
    // Runs of a target follow each other, so the one before the first that begins in view may reach into it.
    auto first = std::lower_bound(segments.cbegin(), segments.cend(), view.from,
                                  [](const ChartSegment& segment, double from) { return segment.offset < from; });
    if (first != segments.cbegin())
        --first;
    struct Part
    {
        const ChartSegment* segment;
        Range range;
    };
    std::vector<Part> parts;
    qsizetype count = 0;
    for (auto segment = first; segment != segments.cend() && segment->begin() <= view.to; ++segment) {
        if (segment->column.isEmpty() || segment->end() < view.from)
            continue;
        parts.push_back({&*segment, visibleRange(*segment, view)});
        count += parts.back().range.end - parts.back().range.begin;
    }
    Emitter emitter(view);
    const ChartSegment* before = nullptr;
    for (const Part& part : parts) {
        if (before && part.segment->begin() - before->end() > view.joinBelow)
            emitter.breakLine();
        before = part.segment;
        if (count <= 2 * qsizetype{view.buckets}) {
            for (qsizetype i = part.range.begin; i < part.range.end; ++i)
                emitter.addRaw(pointAt(*part.segment, i));
        } else {
            addSegment(&emitter, *part.segment, part.range);
        }
    }
    return emitter.take();
}

} // namespace bv
