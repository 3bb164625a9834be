#include "analysis/summary.h"

#include "analysis/bootstrap.h"

#include <QtTest>
#include <cmath>
#include <limits>

using namespace bv;
using namespace bv::analysis;

namespace {

bool near(double actual, double expected, double relative)
{
    return std::abs(actual - expected) <= relative * std::max(1.0, std::abs(expected));
}

} // namespace

class TestSummary : public QObject
{
    Q_OBJECT
private slots:
    void byHand();
    void oneValue();
    void equalValues();
    void refused_data();
    void refused();
    void certified_data();
    void certified();
    void quantiles_data();
    void quantiles();
    void quantileRefused();
    void publishedInterval();
    void intervalByHand();
    void namesTheMethodOfTheInterval();
};

void TestSummary::byHand()
{
    const auto summary = summarize({4, 2, 9, 5});
    QVERIFY(summary);
    QCOMPARE(summary->n, 4);
    QCOMPARE(summary->mean, 5.0);
    QCOMPARE(summary->median, 4.5);
    QCOMPARE(summary->min, 2.0);
    QCOMPARE(summary->max, 9.0);
    QCOMPARE(*summary->sd, std::sqrt(26.0 / 3)); // squared deviations 1 + 9 + 16 + 0
    QCOMPARE(*summary->coefficientOfVariation(), std::sqrt(26.0 / 3) / 5);
    QCOMPARE(summarize({3, 1, 2})->median, 2.0);
}

void TestSummary::oneValue()
{
    const auto summary = summarize({7.5});
    QVERIFY(summary);
    QCOMPARE(summary->n, 1);
    QCOMPARE(summary->mean, 7.5);
    QCOMPARE(summary->median, 7.5);
    QVERIFY(!summary->sd);
    QVERIFY(!summary->ciHalfWidth);
    QVERIFY(!summary->coefficientOfVariation());
    QVERIFY(!meanCiHalfWidth({7.5}));
}

/// They do not make a mean certain.
void TestSummary::equalValues()
{
    for (const int count : {2, 5, 12}) {
        const auto summary = summarize(QList<double>(count, 0.89));
        QVERIFY(summary);
        QVERIFY(!summary->ciLow && !summary->ciHigh && !summary->ciHalfWidth);
        QVERIFY(*summary->sd < 1e-12);
    }
    QVERIFY(summarize({0.89, 0.9})->ciLow);
}

void TestSummary::refused_data()
{
    QTest::addColumn<QList<double>>("values");
    constexpr double inf = std::numeric_limits<double>::infinity();
    QTest::newRow("empty") << QList<double>{};
    QTest::newRow("nan") << QList<double>{1, std::nan("")};
    QTest::newRow("infinite") << QList<double>{1, inf};
    QTest::newRow("overflow") << QList<double>{1e308, 1e308, 1e308};
}

void TestSummary::refused()
{
    QFETCH(QList<double>, values);
    QVERIFY(!summarize(values));
    QVERIFY(!meanCiHalfWidth(values));
}

// NIST Statistical Reference Datasets, univariate summary statistics, "numerical accuracy" sets: the certified mean and
// sample deviation of values with a large common part.
void TestSummary::certified_data()
{
    QTest::addColumn<QList<double>>("values");
    QTest::addColumn<double>("mean");
    QTest::addColumn<double>("sd");
    const auto alternating = [](double first, double a, double b) {
        QList<double> values{first};
        for (int i = 0; i < 500; ++i)
            values << a << b;
        return values;
    };
    QTest::newRow("NumAcc1") << QList<double>{10000001, 10000003, 10000002} << 10000002.0 << 1.0;
    QTest::newRow("NumAcc2") << alternating(1.2, 1.1, 1.3) << 1.2 << 0.1;
    QTest::newRow("NumAcc3") << alternating(1000000.2, 1000000.1, 1000000.3) << 1000000.2 << 0.1;
    QTest::newRow("NumAcc4") << alternating(10000000.2, 10000000.1, 10000000.3) << 10000000.2 << 0.1;
}

void TestSummary::certified()
{
    QFETCH(QList<double>, values);
    QFETCH(double, mean);
    QFETCH(double, sd);
    const auto summary = summarize(values);
    QVERIFY(summary);
    QVERIFY(near(summary->mean, mean, 1e-14));
    QVERIFY(near(*summary->sd, sd, 1e-7)); // the values themselves are only that exact in binary
}

// Student's t table as printed in every textbook (NIST e-Handbook 1.3.6.7.2), three decimals.
void TestSummary::quantiles_data()
{
    QTest::addColumn<double>("p");
    QTest::addColumn<double>("degrees");
    QTest::addColumn<double>("t");
    QTest::newRow("1") << 0.975 << 1.0 << 12.706;
    QTest::newRow("2") << 0.975 << 2.0 << 4.303;
    QTest::newRow("4") << 0.975 << 4.0 << 2.776;
    QTest::newRow("9") << 0.975 << 9.0 << 2.262;
    QTest::newRow("19") << 0.975 << 19.0 << 2.093;
    QTest::newRow("30, 99 %") << 0.995 << 30.0 << 2.750;
    QTest::newRow("median") << 0.5 << 5.0 << 0.0;
}

void TestSummary::quantiles()
{
    QFETCH(double, p);
    QFETCH(double, degrees);
    QFETCH(double, t);
    const auto actual = studentTQuantile(p, degrees);
    QVERIFY(actual);
    QVERIFY(std::abs(*actual - t) < 0.0005);
}

void TestSummary::quantileRefused()
{
    for (const double p : {0.0, 1.0, -1.0, std::nan("")})
        QVERIFY(!studentTQuantile(p, 5));
    for (const double degrees : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
        QVERIFY(!studentTQuantile(0.9, degrees));
    QVERIFY(!meanCiHalfWidth(5, 1, 1));
    QVERIFY(!meanCiHalfWidth(5, 1, 0));
    QVERIFY(!meanCiHalfWidth(5, -1, 0.95));
}

// NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13.DAT: n 195, mean 9.261460, sd 0.022789, 95 % limits 9.258242 and 9.264679.
void TestSummary::publishedInterval()
{
    const auto halfWidth = meanCiHalfWidth(195, 0.022789, 0.95);
    QVERIFY(halfWidth);
    QVERIFY(std::abs(9.261460 - *halfWidth - 9.258242) < 1e-6);
    QVERIFY(std::abs(9.261460 + *halfWidth - 9.264679) < 1e-6);
}

void TestSummary::intervalByHand()
{
    // Mean 3, sd sqrt(2.5), t(0.975, 4) = 2.776445: 2.776445 * 1.581139 / 2.236068 = 1.963243.
    const QList<double> values{1, 2, 3, 4, 5};
    QVERIFY(std::abs(*meanCiHalfWidth(values) - 1.963243) < 1e-6);
    QCOMPARE(*summarize(values)->ciHalfWidth, *meanCiHalfWidth(values));
    QVERIFY(*meanCiHalfWidth(values, 0.99) > *meanCiHalfWidth(values, 0.95));
    QCOMPARE(*meanCiHalfWidth({4, 4, 4}), 0.0);
}

void TestSummary::namesTheMethodOfTheInterval()
{
    QList<double> values{100, 101, 99, 103, 98, 100, 102, 104, 97};
    const auto few = summarize(values);
    QCOMPARE(few->ciMethod, IntervalMethod::StudentT);
    QCOMPARE(*few->ciLow, few->mean - *few->ciHalfWidth);
    QCOMPARE(*few->ciHigh, few->mean + *few->ciHalfWidth);
    values << 108;
    const auto enough = summarize(values);
    QCOMPARE(enough->ciMethod, IntervalMethod::Bca);
    QCOMPARE(*enough->ciLow, bcaMeanInterval(values)->low);
    QCOMPARE(*enough->ciHigh, bcaMeanInterval(values)->high);
    QVERIFY(*enough->ciHigh - enough->mean > enough->mean - *enough->ciLow); // skewed as the values are
    QCOMPARE(*enough->ciHalfWidth, *meanCiHalfWidth(values));
    QVERIFY(!summarize({1})->ciLow && !summarize({1})->ciHigh);
}

QTEST_APPLESS_MAIN(TestSummary)
#include "tst_summary.moc"
