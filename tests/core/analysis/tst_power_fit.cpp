#include "analysis/power_fit.h"

#include <QTest>
#include <cmath>

using namespace bv::analysis;

class TestPowerFit : public QObject
{
    Q_OBJECT
private slots:
    void exact();
    void workedExample();
    void scaling();
    void refuses();
};

void TestPowerFit::exact()
{
    QList<std::pair<double, double>> points;
    for (const double x : {1.0, 2.0, 5.0, 9.0})
        points << std::pair(x, 3 * std::pow(x, -1.5));
    const auto fit = fitPower(points);
    QVERIFY(fit);
    QVERIFY(std::abs(fit->exponent + 1.5) < 1e-12);
    QVERIFY(std::abs(*fit->low + 1.5) < 1e-6 && std::abs(*fit->high + 1.5) < 1e-6);
    QCOMPARE(fit->points, 4);
    const auto two = fitPower({{1, 1}, {2, 2}});
    QVERIFY(two && !two->low && !two->high);
    QCOMPARE(two->exponent, 1.0);
}

/// Fisher's way with Huxley's data is a log-log line; these are R's anscombe x1, y1 through exp(), whose straight line
/// is known: slope 0.5001, standard error 0.1179, 9 degrees (Anscombe, The American Statistician 27 (1973) 17–21).
void TestPowerFit::workedExample()
{
    const QList<double> x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    const QList<double> y{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    QList<std::pair<double, double>> points;
    for (qsizetype i = 0; i < x.size(); ++i)
        points << std::pair(std::exp(x[i]), std::exp(y[i]));
    const auto fit = fitPower(points);
    QVERIFY(fit);
    QVERIFY(std::abs(fit->exponent - 0.5001) < 5e-5);
    const double half = 2.262157 * 0.1179; // t of 9 degrees
    QVERIFY(std::abs(*fit->low - (0.5001 - half)) < 2e-4);
    QVERIFY(std::abs(*fit->high - (0.5001 + half)) < 2e-4);
}

/// Other units do not change an exponent, nor does the order of the points.
void TestPowerFit::scaling()
{
    const QList<std::pair<double, double>> points{{20, 35}, {20, 36}, {50, 11}, {50, 11.2}, {90, 5.1}};
    QList<std::pair<double, double>> others;
    for (auto it = points.rbegin(); it != points.rend(); ++it)
        others << std::pair(it->first * 1000, it->second * 0.01);
    const auto fit = fitPower(points);
    const auto other = fitPower(others);
    QVERIFY(fit && other);
    QVERIFY(std::abs(fit->exponent - other->exponent) < 1e-9);
    QVERIFY(std::abs(*fit->low - *other->low) < 1e-9);
}

void TestPowerFit::refuses()
{
    QVERIFY(!fitPower({}));
    QVERIFY(!fitPower({{1, 1}}));
    QVERIFY(!fitPower({{0.1, 1}, {0.1, 2}, {0.1, 3}}));
    QVERIFY(!fitPower({{0, 1}, {2, 2}}));
    QVERIFY(!fitPower({{1, -1}, {2, 2}}));
    QVERIFY(!fitPower({{1, std::nan("")}, {2, 2}}));
}

QTEST_APPLESS_MAIN(TestPowerFit)
#include "tst_power_fit.moc"
