#include "analysis/level_shift.h"

#include "analysis/summary.h"
#include "support/analysis_session.h"

#include <QTest>
#include <limits>

using namespace bv::analysis;
using namespace bv::figures_only;

Q_DECLARE_METATYPE(QList<double>)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double alpha = 0.005;

/// Of the last value.
double grubbsG(const QList<double>& values)
{
    const auto summary = summarize(values);
    return (values.last() - summary->mean) / *summary->sd;
}

QList<double> scaled(QList<double> values, double factor)
{
    for (double& value : values)
        value *= factor;
    return values;
}

} // namespace

class TestLevelShift : public QObject
{
    Q_OBJECT

private slots:
    void theSplitTestIsStudents()
    {
        // Student (1908), extra hours of sleep by two drugs; the pooled t test as in the manual of R, ?t.test and
        // ?sleep with var.equal = TRUE: t = -1.8608, df = 18, p = 0.07919, means 0.75 and 2.33.
        const QList<double> sleep{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0,
                                  1.9, 0.8,  1.1,  0.1,  -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
        const auto test = splitTest(sleep, 10);
        QVERIFY(test);
        QVERIFY(std::abs(test->before - 0.75) < 1e-12);
        QVERIFY(std::abs(test->after - 2.33) < 1e-12);
        QVERIFY(std::abs(test->t - 1.8608) < 5e-5);
        QVERIFY(std::abs(test->p - 0.07919) < 5e-6);
        QVERIFY(!splitTest(sleep, 1));
        QVERIFY(!splitTest(sleep, 19));
        QVERIFY(!splitTest({1, 1, 1, 1}, 2));
        QVERIFY(!splitTest({1, infinity, 1, 1}, 2));
    }

    void aStepIsFound_data()
    {
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<int>("at"); ///< -1: there is none
        QTest::addColumn<bool>("steady");
        QTest::newRow("the published one") << QList<double>{14.19, 12.40, 3.04, 2.95, 3.49} << 2 << false;
        QTest::newRow("up") << QList<double>{3.04, 2.95, 3.49, 14.19, 12.40} << 3 << false;
        QTest::newRow("equal on each level") << QList<double>{10, 10, 20, 20} << 2 << false;
        QTest::newRow("steady fall") << QList<double>{442, 411, 378, 341, 308} << 3 << true;
        QTest::newRow("a zero among them") << QList<double>{0, 1, 50, 51, 50, 52} << 2 << false;
        QTest::newRow("three values") << QList<double>{14.19, 3.04, 2.95} << -1 << false;
        QTest::newRow("all equal") << QList<double>{5, 5, 5, 5, 5} << -1 << false;
        QTest::newRow("all zero") << QList<double>{0, 0, 0, 0, 0} << -1 << false;
        QTest::newRow("clear, but of 1 per cent") << QList<double>{100, 100.01, 101, 101.01, 101} << -1 << false;
        QTest::newRow("one value far off") << QList<double>{267, 266, 267, 455, 268} << -1 << false;
        QTest::newRow("spread") << QList<double>{73.15, 56.35, 44.85, 40.83, 65.83} << -1 << false;
        QTest::newRow("not finite") << QList<double>{1, 1, infinity, infinity, infinity} << -1 << false;
        QTest::newRow("empty") << QList<double>{} << -1 << false;
    }

    void aStepIsFound()
    {
        QFETCH(QList<double>, values);
        QFETCH(int, at);
        QFETCH(bool, steady);
        const auto shift = shiftOf(values, alpha);
        QCOMPARE(shift ? static_cast<int>(shift->at) : -1, at);
        if (!shift)
            return;
        QCOMPARE(shift->isSteady, steady);
        // In other units, and backwards, it is the same.
        const auto larger = shiftOf(scaled(values, 1e6), alpha);
        QVERIFY(larger && larger->at == shift->at);
        QVERIFY(std::abs(larger->p - shift->p) < 1e-9);
        const auto backwards = shiftOf(QList<double>(values.crbegin(), values.crend()), alpha);
        QVERIFY(backwards && backwards->at == values.size() - shift->at);
        QVERIFY(std::abs(backwards->before - shift->after) < 1e-9 * shift->after);
    }

    void anOutlierIsFound_data()
    {
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<QList<qsizetype>>("at");
        QTest::newRow("one of five") << QList<double>{267, 266, 267, 455, 268} << QList<qsizetype>{3};
        QTest::newRow("one of five that are spread") << QList<double>{267, 261, 275, 455, 270} << QList<qsizetype>{3};
        QTest::newRow("no deviation but one") << QList<double>{7, 7, 7, 7, 9} << QList<qsizetype>{4};
        QTest::newRow("two of five are no outliers") << QList<double>{7, 9, 7, 7, 5} << QList<qsizetype>{};
        QTest::newRow("of three") << QList<double>{100, 100.1, 180} << QList<qsizetype>{};
        QTest::newRow("four that are spread") << QList<double>{100, 110, 120, 180} << QList<qsizetype>{};
        QTest::newRow("five that are spread") << QList<double>{73.15, 56.35, 44.85, 40.83, 65.83} << QList<qsizetype>{};
        QTest::newRow("slow by 2 per cent")
            << QList<double>{3495.79, 3551.02, 3559.84, 3558.03, 3559.99} << QList<qsizetype>{};
        QTest::newRow("rounding") << QList<double>{0.05, 0.05, 0.05, 0.05, 0.0502} << QList<qsizetype>{};
        QTest::newRow("two of ten") << QList<double>{10, 20, 10.1, 9.9, 5, 10.1, 10, 9.9, 10.2, 10}
                                    << QList<qsizetype>{1, 4};
        QTest::newRow("no deviation of ten but one")
            << QList<double>{7, 7, 7, 7, 9, 7, 7, 7, 7, 7} << QList<qsizetype>{4};
        QTest::newRow("two") << QList<double>{1, 50} << QList<qsizetype>{};
        QTest::newRow("not finite") << QList<double>{1, 1, 1, 1, infinity} << QList<qsizetype>{};
    }

    void anOutlierIsFound()
    {
        QFETCH(QList<double>, values);
        QFETCH(QList<qsizetype>, at);
        const auto outliers = outliersOf(values);
        QCOMPARE(outliers ? outliers->at : QList<qsizetype>{}, at);
        const auto smaller = outliersOf(scaled(values, 1e-3));
        QCOMPARE(smaller ? smaller->at : QList<qsizetype>{}, at);
    }

    void grubbsTestFindsThatOfTheHandbook()
    {
        // NIST/SEMATECH e-Handbook 1.3.5.17.1: eight figures of a mass spectrometer, of which the last is an outlier.
        const QList<double> masses{199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57};
        QVERIFY(std::abs(grubbsG(masses) - 2.4687) < 1e-4);
        QVERIFY(grubbsP(masses, 7) < 0.001);
        QVERIFY(grubbsP(masses, 0) > 0.05);
        QCOMPARE(grubbsP({1, 2}, 0), 1.0);
        QCOMPARE(grubbsP({1, 1, 1, 2}, 3), 1.0); // no spread, and none given
        QCOMPARE(grubbsP({1, 1, infinity, 2}, 3), 1.0);
    }

    void grubbsTestHasThePublishedLimits_data()
    {
        // Two-sided critical values of G, LibreTexts, Analytic References, appendix 7.
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("g");
        QTest::addColumn<double>("p");
        QTest::newRow("5, 0.05") << 5 << 1.715 << 0.05;
        QTest::newRow("5, 0.01") << 5 << 1.764 << 0.01;
        QTest::newRow("6, 0.05") << 6 << 1.887 << 0.05;
        QTest::newRow("8, 0.05") << 8 << 2.126 << 0.05;
        QTest::newRow("8, 0.01") << 8 << 2.274 << 0.01;
        QTest::newRow("9, 0.01") << 9 << 2.387 << 0.01;
    }

    void grubbsTestHasThePublishedLimits()
    {
        QFETCH(int, n);
        QFETCH(double, g);
        QFETCH(double, p);
        QList<double> values{-1, 1};
        values.resize(n);
        double low = 1;
        double high = 1000;
        for (int i = 0; i < 100; ++i) { // makes the last one so large that G is g
            values.last() = (low + high) / 2;
            (grubbsG(values) < g ? low : high) = values.last();
        }
        const double found = grubbsP(values, n - 1);
        QVERIFY2(std::abs(found - p) < 0.02 * p, qPrintable(QString::number(found)));
    }

    void twoLevelsAreFound()
    {
        const QList<double> values{10.1, 20.3, 20.1, 9.9, 20.2, 10, 19.8, 10.2};
        const auto levels = twoLevelsOf(values);
        QVERIFY(levels);
        QCOMPARE(levels->lower, (QList<qsizetype>{0, 3, 5, 7}));
        QVERIFY(levels->low > 9.9 && levels->low < 10.2);
        QVERIFY(levels->high > 19.8 && levels->high < 20.3);
        QVERIFY(twoLevelsOf(scaled(values, 1000)));
        QVERIFY(!twoLevelsOf(values.first(5)));
        QVERIFY(!twoLevelsOf({10, 10, 10, 10.4, 10.4, 10.4, 10, 10.4})); // of 4 per cent
        QVERIFY(!twoLevelsOf({10, 11, 12, 13, 14, 15, 16, 17, 18, 19})); // evenly spread
        QVERIFY(!twoLevelsOf({10, 10.1, 9.9, 10, 30, 10.1, 10, 10}));    // one alone is no level
        QVERIFY(!twoLevelsOf({0, 0, 0, 0, 5, 5, 5, 5}));                 // without logarithms
    }

    void noiseIsSeldomCalledOdd_data()
    {
        QTest::addColumn<int>("n");
        for (const int n : {3, 4, 5, 6, 7, 8, 10, 14, 20, 29, 50})
            QTest::addRow("%d", n) << n;
    }

    void noiseIsSeldomCalledOdd()
    {
        QFETCH(int, n);
        constexpr int lists = 4000;
        std::mt19937_64 random(20261124);
        int shifts = 0;
        int outliers = 0;
        int levels = 0;
        for (int i = 0; i < lists; ++i) {
            const QList<double> values = normalFigures(random, n, 1000, 0.1);
            shifts += shiftOf(values, alpha) ? 1 : 0;
            outliers += outliersOf(values) ? 1 : 0;
            levels += twoLevelsOf(values) ? 1 : 0;
        }
        // Meant are 0.5, 0.5 and 0.1 per cent; chance makes a third more of the first two.
        QVERIFY2(shifts <= lists * 0.008, qPrintable(QString::number(shifts)));
        QVERIFY2(outliers <= lists * 0.008, qPrintable(QString::number(outliers)));
        QVERIFY2(levels <= lists * 0.003, qPrintable(QString::number(levels)));
    }
};

QTEST_APPLESS_MAIN(TestLevelShift)
#include "tst_level_shift.moc"
