#include "models/chart_data.h"

#include <QRandomGenerator>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

using namespace bv;

namespace {

/// Runs of one target, one after the other, with values at random times.
ChartSeries randomSeries(quint32 seed, int runs, int mostPoints)
{
    QRandomGenerator random(seed);
    ChartSeries series;
    double offset = 0;
    for (int run = 0; run < runs; ++run) {
        ChartSegment segment;
        segment.run = segment.slot = run;
        segment.offset = offset;
        double seconds = 0;
        for (int i = random.bounded(1, mostPoints + 1); i > 0; --i) {
            seconds += random.generateDouble() + 0.01;
            segment.column.append(seconds, std::round(random.generateDouble() * 50)); // equal values happen
        }
        series.pointCount += segment.column.size();
        offset += seconds + random.generateDouble() * 4;
        series.segments.push_back(segment);
    }
    return series;
}

/// The lowest and highest value of each bucket, by walking over everything.
std::map<int, std::pair<double, double>> naive(const ChartSeries& series, const DecimationView& view)
{
    std::map<int, std::pair<double, double>> buckets;
    const double width = (view.to - view.from) / view.buckets;
    for (const ChartSegment& segment : series.segments) {
        for (qsizetype i = 0; i < segment.column.size(); ++i) {
            const double x = segment.offset + segment.column.secondsAt(i);
            const double value = segment.column.valueAt(i);
            const int bucket = static_cast<int>(std::floor((x - view.from) / width));
            if (bucket < 0 || bucket >= view.buckets)
                continue;
            const auto [at, isNew] = buckets.try_emplace(bucket, value, value);
            at->second = {std::min(at->second.first, value), std::max(at->second.second, value)};
        }
    }
    return buckets;
}

} // namespace

class TestChartData : public QObject
{
    Q_OBJECT
private slots:
    void findsExtremes_data();
    void findsExtremes();
    void timeNeverGoesBack();
    void decimatesLikeTheNaiveOne_data();
    void decimatesLikeTheNaiveOne();
    void keepsFewPointsAsTheyAre();
    void breaksTheLineBetweenRuns();
    void reachesTheEdges();
    void pointsAreFew();
    void findsTheNearestPoint();
    void rangeLeavesOutWhatIsHidden();
};

void TestChartData::findsExtremes_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {1, 15, 16, 17, 31, 255, 256, 257, 4095, 4096, 4097, 5000})
        QTest::addRow("%d", size) << size;
}

void TestChartData::findsExtremes()
{
    QFETCH(int, size);
    QRandomGenerator random(static_cast<quint32>(size));
    SampleColumn column;
    for (int i = 0; i < size; ++i)
        column.append(i, random.bounded(100));
    for (int i = 0; i < 300; ++i) {
        const int begin = random.bounded(size);
        const int end = random.bounded(begin + 1, size + 1);
        const SampleColumn::Extremes found = column.extremes(begin, end);
        qsizetype lowest = begin;
        qsizetype highest = begin;
        for (int at = begin; at < end; ++at) {
            lowest = column.valueAt(at) < column.valueAt(lowest) ? at : lowest;
            highest = column.valueAt(at) > column.valueAt(highest) ? at : highest;
        }
        QCOMPARE(found.lowest, lowest);
        QCOMPARE(found.highest, highest);
    }
}

void TestChartData::timeNeverGoesBack()
{
    SampleColumn column;
    column.append(3, 1);
    column.append(2, 5);
    QCOMPARE(column.secondsAt(1), 3.0);
    QCOMPARE(column.firstNotBefore(3), 0);
    QCOMPARE(column.firstNotBefore(3.1), 2);
}

void TestChartData::decimatesLikeTheNaiveOne_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 0; seed < 60; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestChartData::decimatesLikeTheNaiveOne()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed + 1000);
    const ChartSeries series = randomSeries(seed, 1 + random.bounded(30), seed % 2 == 0 ? 2000 : 60);
    const double length = series.segments.back().end();
    DecimationView view;
    view.from = random.bounded(3) == 0 ? 0 : random.generateDouble() * length * 0.8;
    view.to = random.bounded(3) == 0 ? length * 1.1 : view.from + random.generateDouble() * (length - view.from);
    view.buckets = random.bounded(1, 400);
    view.joinBelow = random.generateDouble() * 4;
    const auto expected = naive(series, view);
    std::map<int, std::pair<double, double>> found;
    const double width = (view.to - view.from) / view.buckets;
    double before = -1e9;
    for (const QList<QPointF>& line : decimated(series, view)) {
        QVERIFY(!line.isEmpty());
        for (const QPointF& point : line) {
            QVERIFY2(point.x() >= before, "the line goes back");
            before = point.x();
            const int bucket = static_cast<int>(std::floor((point.x() - view.from) / width));
            if (bucket < 0 || bucket >= view.buckets)
                continue;
            const auto [at, isNew] = found.try_emplace(bucket, point.y(), point.y());
            at->second = {std::min(at->second.first, point.y()), std::max(at->second.second, point.y())};
        }
    }
    QCOMPARE(found.size(), expected.size());
    QVERIFY(found == expected);
}

void TestChartData::keepsFewPointsAsTheyAre()
{
    const ChartSeries series = randomSeries(5, 3, 20);
    qsizetype count = 0;
    for (const QList<QPointF>& line : decimated(series, {0, series.segments.back().end(), 100, 0}))
        count += line.size();
    QCOMPARE(count, series.pointCount);
}

void TestChartData::breaksTheLineBetweenRuns()
{
    ChartSeries series;
    for (int run = 0; run < 3; ++run) {
        ChartSegment segment;
        segment.run = run;
        segment.offset = run * 20;
        for (int i = 1; i <= 10; ++i)
            segment.column.append(i, i);
        series.segments.push_back(segment);
    }
    QCOMPARE(decimated(series, {0, 60, 100, 5}).size(), 3);
    QCOMPARE(decimated(series, {0, 60, 100, 15}).size(), 1); // the gap is too small to be seen
    QCOMPARE(decimated(series, {0, 60, 4, 5}).size(), 3);
}

void TestChartData::reachesTheEdges()
{
    ChartSeries series;
    ChartSegment segment;
    for (int i = 0; i < 10'000; ++i)
        segment.column.append(i, i % 7);
    series.segments.push_back(segment);
    const auto lines = decimated(series, {1000.5, 2000.5, 50, 1});
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines.first().first().x() <= 1000.5);
    QVERIFY(lines.first().last().x() >= 2000.5);
}

void TestChartData::pointsAreFew()
{
    const ChartSeries series = randomSeries(9, 200, 2000);
    const double length = series.segments.back().end();
    for (const double zoom : {1.0, 0.5, 0.1, 0.01, 0.001}) {
        const double from = length * (0.5 - zoom / 2);
        qsizetype count = 0;
        for (const QList<QPointF>& line : decimated(series, {from, from + length * zoom, 300, length}))
            count += line.size();
        QVERIFY2(count <= 2 * 302, qPrintable(QString::number(count)));
    }
}

void TestChartData::findsTheNearestPoint()
{
    ChartData chart;
    chart.series.push_back(randomSeries(3, 20, 50));
    QRandomGenerator random(1);
    const ChartSeries& series = chart.series.front();
    for (int i = 0; i < 200; ++i) {
        const double x = random.generateDouble() * series.segments.back().end();
        double nearest = 1e9;
        for (const ChartSegment& segment : series.segments) {
            for (qsizetype at = 0; at < segment.column.size(); ++at)
                nearest = std::min(nearest, std::abs(segment.offset + segment.column.secondsAt(at) - x));
        }
        const ChartData::Point found = chart.nearest(0, x);
        QVERIFY(found.isValid());
        QCOMPARE(std::abs(found.x - x), nearest);
    }
    ChartData empty;
    empty.series.resize(1);
    QVERIFY(!empty.nearest(0, 1).isValid());
}

void TestChartData::rangeLeavesOutWhatIsHidden()
{
    ChartData chart;
    for (const double value : {10.0, 100.0}) {
        ChartSegment segment;
        segment.column.append(1, value);
        segment.column.append(2, value * 2);
        chart.series.push_back({});
        chart.series.back().segments.push_back(segment);
    }
    QCOMPARE(chart.range(0, 10)->second, 200.0);
    QCOMPARE(chart.range(0, 10, {false, true})->second, 20.0);
    QCOMPARE(chart.range(0, 1.5)->second, 100.0);
    QVERIFY(!chart.range(5, 6).has_value());
}

QTEST_GUILESS_MAIN(TestChartData)

#include "tst_chart_data.moc"
