#include "analysis/summary.h"

#include <QRandomGenerator>
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
    void refused_data();
    void refused();
    void certified_data();
    void certified();
    void quantiles_data();
    void quantiles();
    void quantileRefused();
    void publishedInterval();
    void intervalByHand();
    void ratioByHand();
    void ratioUnequal();
    void ratioWithoutSpread();
    void ratioRefused();
    void ratioInverts();
    void ratioCovers();
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
    QVERIFY(!ratioOfMeans(values, {1, 2}));
    QVERIFY(!ratioOfMeans({1, 2}, values));
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

void TestSummary::ratioByHand()
{
    // Means 10 and 5, deviations 1 and 0.5 with n = 3: v = 0.01 / 3 each, df = 4, t = 2.776445,
    // factor = exp(2.776445 * sqrt(0.02 / 3)) = exp(0.2266958) = 1.254448.
    const auto estimate = ratioOfMeans({9, 10, 11}, {4.5, 5, 5.5});
    QVERIFY(estimate);
    QCOMPARE(estimate->ratio, 2.0);
    QVERIFY(std::abs(*estimate->degreesOfFreedom - 4) < 1e-9);
    QVERIFY(std::abs(*estimate->high - 2 * 1.254448) < 1e-5);
    QVERIFY(std::abs(*estimate->low - 2 / 1.254448) < 1e-5);
}

void TestSummary::ratioUnequal()
{
    // One side without spread: the degrees are those of the other side, 2; t(0.975, 2) = 4.302653,
    // factor = exp(4.302653 * 0.1 / sqrt(3)) = exp(0.2484138) = 1.281990.
    const auto estimate = ratioOfMeans({9, 10, 11}, {5, 5, 5, 5});
    QVERIFY(estimate);
    QVERIFY(std::abs(*estimate->degreesOfFreedom - 2) < 1e-9);
    QVERIFY(std::abs(*estimate->high / estimate->ratio - 1.281990) < 1e-5);
}

void TestSummary::ratioWithoutSpread()
{
    const auto exact = ratioOfMeans({6, 6}, {3, 3});
    QVERIFY(exact);
    QCOMPARE(*exact->low, 2.0);
    QCOMPARE(*exact->high, 2.0);
    QVERIFY(!exact->degreesOfFreedom);
    const auto single = ratioOfMeans({6}, {3, 3, 4});
    QVERIFY(single);
    QVERIFY(!single->low);
    QVERIFY(!single->high);
}

void TestSummary::ratioRefused()
{
    QVERIFY(!ratioOfMeans({}, {1}));
    QVERIFY(!ratioOfMeans({1}, {}));
    QVERIFY(!ratioOfMeans({0, 0}, {1, 1}));
    QVERIFY(!ratioOfMeans({1, 1}, {0, 0}));
    QVERIFY(!ratioOfMeans({-1, -1}, {1, 1}));
}

void TestSummary::ratioInverts()
{
    const QList<double> a{337.9, 340.2, 335.0, 338.8, 339.9};
    const QList<double> b{1294.3, 1290.0, 1301.4};
    const auto forward = ratioOfMeans(a, b);
    const auto backward = ratioOfMeans(b, a);
    QVERIFY(near(forward->ratio * backward->ratio, 1, 1e-12));
    QVERIFY(near(*forward->low * *backward->high, 1, 1e-12));
    QVERIFY(near(*forward->degreesOfFreedom, *backward->degreesOfFreedom, 1e-12));
}

// The interval should hold the true ratio in about 95 of 100 samples (fixed seed: the outcome does not vary).
void TestSummary::ratioCovers()
{
    QRandomGenerator random(20260101);
    const auto normal = [&random](double mean, double sd) {
        const double u = 1 - random.generateDouble();
        return mean + sd * std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979 * random.generateDouble());
    };
    constexpr int trials = 4000;
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
        QList<double> a;
        QList<double> b;
        for (int i = 0; i < 5; ++i)
            a << normal(1300, 30);
        for (int i = 0; i < 5; ++i)
            b << normal(340, 20);
        const auto estimate = ratioOfMeans(a, b);
        if (*estimate->low <= 1300.0 / 340 && 1300.0 / 340 <= *estimate->high)
            ++covered;
    }
    QVERIFY2(covered > trials * 0.935 && covered < trials * 0.97, qPrintable(QString::number(covered)));
}

QTEST_APPLESS_MAIN(TestSummary)
#include "tst_summary.moc"
