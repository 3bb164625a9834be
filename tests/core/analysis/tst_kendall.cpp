#include "analysis/kendall.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace bv::analysis;

class TestKendall : public QObject
{
    Q_OBJECT

private slots:
    void theOrderOfOneSeries()
    {
        // Hollander and Wolfe, Nonparametric Statistical Methods, example 9.1 (cloud seeding): K = -6,
        // P = 0.117 on one side, slope -0.056.
        const auto trend = orderTrend({{1.26, 1.27, 1.12, 1.16, 1.03}});
        QVERIFY(trend);
        QCOMPARE(trend->s, -6);
        QCOMPARE(trend->tau, -0.6);
        QVERIFY(trend->isExact);
        QVERIFY(std::abs(trend->p - 28.0 / 120) < 1e-12); // 14 of 120 orders: 0.117
        QVERIFY(std::abs(trend->slopePerStep + 0.05625) < 1e-12);
    }

    void chancesAreThoseOfTheTables_data()
    {
        // Kendall, Rank Correlation Methods, appendix table 1: P(S >= s) for n.
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<double>("oneSided");
        QTest::newRow("n 4, S 6") << QList<double>{1, 2, 3, 4} << 0.042;
        QTest::newRow("n 4, S 4") << QList<double>{1, 2, 4, 3} << 0.167;
        QTest::newRow("n 5, S 8") << QList<double>{1, 2, 3, 5, 4} << 0.042;
        QTest::newRow("n 5, S 10") << QList<double>{1, 2, 3, 4, 5} << 0.0083;
        QTest::newRow("n 8, S 16") << QList<double>{1, 2, 3, 4, 8, 7, 6, 5} << 0.031;
    }

    void chancesAreThoseOfTheTables()
    {
        QFETCH(QList<double>, values);
        QFETCH(double, oneSided);
        const auto trend = orderTrend({values});
        QVERIFY(trend && trend->isExact);
        QVERIFY2(std::abs(trend->p / 2 - oneSided) < 0.0006, qPrintable(QString::number(trend->p / 2)));
    }

    void seriesAddUp()
    {
        // Levels of their own do not count, only the order within.
        const auto one = orderTrend({{1, 2, 3, 4, 5}, {105, 104, 103, 102, 101}});
        QVERIFY(one);
        QCOMPARE(one->s, 0);
        QCOMPARE(one->p, 1.0);
        QCOMPARE(one->series, 2);
        const auto both = orderTrend({{5, 4, 3, 2, 1}, {105, 104, 103, 102, 101}, {7}});
        QVERIFY(both);
        QCOMPARE(both->s, -20);
        QCOMPARE(both->series, 2);
        QCOMPARE(both->values, 10);
        QVERIFY(std::abs(both->p - 2.0 / (120.0 * 120.0)) < 1e-12);
        QCOMPARE(both->slopePerStep, -1.0);
    }

    void tiesTakeTheNormalApproximation()
    {
        const auto trend = orderTrend({{1, 2, 2, 3, 3, 3, 4, 5}});
        QVERIFY(trend);
        QVERIFY(!trend->isExact);
        QCOMPARE(trend->s, 24);
        // (8·7·21 - 2·1·9 - 3·2·11) / 18 = 60.67; (24 - 1) / 7.789 = 2.953
        QVERIFY(std::abs(trend->p - std::erfc(2.9529 / std::sqrt(2.0))) < 1e-4);
        const auto equal = orderTrend({{3, 3, 3}});
        QVERIFY(equal && equal->s == 0 && equal->p == 1);
    }

    void longSeriesAgreeWithShortOnes()
    {
        QList<double> values;
        for (int i = 0; i < 500; ++i)
            values << 0.25 * i + ((i % 7) - 3) * 0.01;
        const auto trend = orderTrend({values});
        QVERIFY(trend && !trend->isExact);
        QVERIFY(std::abs(trend->slopePerStep - 0.25) < 0.001);
        QVERIFY(trend->p < 1e-12);
    }

    void nothingFromNothing()
    {
        QVERIFY(!orderTrend({}));
        QVERIFY(!orderTrend({{1}, {2}, {}}));
        QVERIFY(!orderTrend({{1, std::numeric_limits<double>::quiet_NaN()}}));
    }
};

QTEST_APPLESS_MAIN(TestKendall)
#include "tst_kendall.moc"
