#include "analysis/difference.h"

#include <QRandomGenerator>
#include <QtTest>
#include <cmath>
#include <limits>

using namespace bv::analysis;
using Values = QList<double>;
using Method = MannWhitneyTest::Method;

namespace {

bool near(double actual, double expected, double tolerance)
{
    return std::abs(actual - expected) <= tolerance;
}

// R, data set "sleep" (Student 1908): hours of sleep gained with each of two drugs.
const Values drug1{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const Values drug2{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

// Efron and Tibshirani, An Introduction to the Bootstrap (1993), table 2.1: survival of mice, in days.
const Values treated{94, 197, 16, 38, 99, 141, 23};
const Values control{52, 104, 146, 10, 51, 30, 40, 27, 46};

/// n values (n even) with this mean and sample deviation.
Values withMoments(int n, double mean, double sd)
{
    const double step = sd * std::sqrt((n - 1.0) / n);
    Values values;
    for (int i = 0; i < n; ++i)
        values << mean + (i % 2 == 0 ? step : -step);
    return values;
}

Values randomValues(QRandomGenerator& random, int n, bool rounded)
{
    Values values;
    for (int i = 0; i < n; ++i)
        values << (rounded ? random.bounded(6) + 1.0 : 1 + random.generateDouble());
    return values;
}

} // namespace

class TestDifference : public QObject
{
    Q_OBJECT
private slots:
    void welch_data();
    void welch();
    void welchIsRefused_data();
    void welchIsRefused();
    void mannWhitney_data();
    void mannWhitney();
    void mannWhitneyTable_data();
    void mannWhitneyTable();
    void exactMeetsNormal();
    void holm_data();
    void holm();
    void hedges();
    void cliff();
    void nothingForNothing();
    void properties_data();
    void properties();
};

void TestDifference::welch_data()
{
    QTest::addColumn<Values>("first");
    QTest::addColumn<Values>("second");
    QTest::addColumn<double>("t");
    QTest::addColumn<double>("degrees");
    QTest::addColumn<double>("p");
    // ?t.test of R: t = -1.8608, df = 17.776, p-value = 0.07939
    QTest::newRow("sleep") << drug1 << drug2 << -1.8608 << 17.776 << 0.07939;
    // Wikipedia, "Student's t-test", worked examples: 1.959, 7.031, 0.09077
    QTest::newRow("screws") << Values{30.02, 29.99, 30.11, 29.97, 30.01, 29.99}
                            << Values{29.89, 29.93, 29.72, 29.98, 30.02, 29.98} << 1.959 << 7.031 << 0.09077;
    // Wikipedia, "Welch's t-test", examples 2 and 3: unequal sizes, the smaller sample with the larger spread, and the
    // other way round: -1.57, 9.9, 0.149; -2.22, 24.5, 0.036
    QTest::newRow("larger spread of few") << Values{17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8}
                                          << Values{21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8,
                                                    20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8}
                                          << -1.5654 << 9.905 << 0.149;
    QTest::newRow("larger spread of many") << Values{19.8, 20.4, 19.6, 17.8, 18.5, 18.9, 18.3, 18.9, 19.5, 22.0}
                                           << Values{28.2, 26.6, 20.1, 23.3, 25.2, 22.1, 17.7, 27.6, 20.6, 13.7,
                                                     23.2, 17.5, 20.6, 18.0, 23.9, 21.6, 24.3, 20.4, 24.0, 13.2}
                                           << -2.2192 << 24.496 << 0.036;
    // Table 2.1 there: difference 30.63, standard error 28.93
    QTest::newRow("mice") << treated << control << 30.63 / 28.93 << 9.654 << 0.316;
}

void TestDifference::welch()
{
    QFETCH(Values, first);
    QFETCH(Values, second);
    QFETCH(double, t);
    QFETCH(double, degrees);
    QFETCH(double, p);
    const auto test = welchTest(first, second);
    QVERIFY(test);
    QVERIFY2(near(test->t, t, 6e-4), qPrintable(QString::number(test->t)));
    QVERIFY2(near(test->degreesOfFreedom, degrees, 6e-4), qPrintable(QString::number(test->degreesOfFreedom)));
    QVERIFY2(near(test->p, p, p > 0.1 ? 6e-4 : 3e-4), qPrintable(QString::number(test->p, 'g', 8)));
}

void TestDifference::welchIsRefused_data()
{
    QTest::addColumn<Values>("first");
    QTest::addColumn<Values>("second");
    QTest::newRow("one value") << Values{1} << Values{1, 2};
    QTest::newRow("empty") << Values{} << Values{1, 2};
    QTest::newRow("no spread") << Values{3, 3, 3} << Values{4, 4};
    QTest::newRow("rounding") << Values{0.1, 0.1, 0.3 - 0.2} << Values{0.2, 0.2};
    QTest::newRow("not finite") << Values{1, std::nan("")} << Values{1, 2};
    QTest::newRow("overflow") << Values{1e308, -1e308} << Values{1, 2};
}

void TestDifference::welchIsRefused()
{
    QFETCH(Values, first);
    QFETCH(Values, second);
    QVERIFY(!welchTest(first, second));
    QVERIFY(!welchTest(second, first));
    QVERIFY(!hedgesG(first, second));
}

void TestDifference::mannWhitney_data()
{
    QTest::addColumn<Values>("first");
    QTest::addColumn<Values>("second");
    QTest::addColumn<double>("u");
    QTest::addColumn<double>("p");
    QTest::addColumn<int>("method");
    // Hollander and Wolfe (1973), pp. 69–72, as in ?wilcox.test of R: W = 35, one-sided p 0.1272 (764 of 6006)
    QTest::newRow("permeability") << Values{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
                                  << Values{1.15, 0.88, 0.90, 0.74, 1.21} << 35.0 << 764.0 / 3003 << int(Method::Exact);
    // coin::rotarod of R, from Bergmann, Ludbrook and Spooren, American Statistician 54 (2000) 72–77, who compare 11
    // programs by it: exact two-sided p 0.03727 = 2 · 792 / 42504, approximation 0.0147
    QTest::newRow("rotarod") << Values(12, 300.0) << Values{22, 300, 75, 271, 300, 18, 300, 300, 163, 300, 300, 300}
                             << 102.0 << 2 * 792.0 / 42504 << int(Method::Permutation);
    // 12160 of 184756 choices, counted one by one
    QTest::newRow("ties") << drug1 << drug2 << 25.5 << 12160.0 / 184756 << int(Method::Permutation);
    QTest::newRow("small ties") << Values{1, 2, 2, 3} << Values{2, 3, 3, 4, 5} << 3.0 << 14.0 / 126
                                << int(Method::Permutation);
    // ?wilcox.test of R, data set "airquality", ozone in May and August: W = 127.5, p-value = 0.0001208
    QTest::newRow("ozone") << Values{41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,  18,
                                     14, 34, 6,  30, 11, 1,  11, 4, 32, 23, 45, 115, 37}
                           << Values{39, 9,  16, 78, 35, 66, 122, 89,  110, 44, 28,  65, 22,
                                     59, 23, 31, 44, 21, 9,  45,  168, 73,  76, 118, 84, 85}
                           << 127.5 << 0.0001208 << int(Method::Normal);
    QTest::newRow("all alike") << Values{5, 5, 5} << Values{5, 5} << 3.0 << 1.0 << int(Method::Permutation);
    QTest::newRow("many alike") << Values(30, 5.0) << Values(30, 5.0) << 450.0 << 1.0 << int(Method::Normal);
    QTest::newRow("one each") << Values{1} << Values{2} << 0.0 << 1.0 << int(Method::Exact);
}

void TestDifference::mannWhitney()
{
    QFETCH(Values, first);
    QFETCH(Values, second);
    QFETCH(double, u);
    QFETCH(double, p);
    QFETCH(int, method);
    const auto test = mannWhitneyTest(first, second);
    QVERIFY(test);
    QCOMPARE(test->u, u);
    QCOMPARE(int(test->method), method);
    QVERIFY2(near(test->p, p, test->method == Method::Normal ? 1e-7 : 1e-12),
             qPrintable(QString::number(test->p, 'g', 10)));
}

// Mann and Whitney (1947), table I: probability of a U not larger than the one observed.
void TestDifference::mannWhitneyTable_data()
{
    QTest::addColumn<int>("n1");
    QTest::addColumn<int>("n2");
    QTest::addColumn<int>("u");
    QTest::addColumn<double>("probability");
    QTest::newRow("3, 3, 0") << 3 << 3 << 0 << 0.050;
    QTest::newRow("3, 3, 4") << 3 << 3 << 4 << 0.500;
    QTest::newRow("4, 4, 1") << 4 << 4 << 1 << 0.029;
    QTest::newRow("4, 3, 2") << 4 << 3 << 2 << 0.114;
    QTest::newRow("5, 5, 2") << 5 << 5 << 2 << 0.016;
    QTest::newRow("5, 5, 4") << 5 << 5 << 4 << 0.048;
    QTest::newRow("6, 6, 5") << 6 << 6 << 5 << 0.021;
    QTest::newRow("8, 8, 13") << 8 << 8 << 13 << 0.025;
}

void TestDifference::mannWhitneyTable()
{
    QFETCH(int, n1);
    QFETCH(int, n2);
    QFETCH(int, u);
    QFETCH(double, probability);
    // The second sample stands at 1 … n2; the first one below all of it but for what makes u pairs.
    Values first;
    Values second;
    for (int i = 1; i <= n2; ++i)
        second << i;
    int rest = u;
    for (int i = n1; i > 0; --i) {
        const int above = std::min(rest, n2);
        rest -= above;
        first << above + 0.01 * i + 0.1;
    }
    const auto test = mannWhitneyTest(first, second);
    QCOMPARE(test->u, u);
    QCOMPARE(test->method, Method::Exact);
    QVERIFY2(near(test->p / 2, probability, 0.0005) || (probability == 0.5 && test->p == 1),
             qPrintable(QString::number(test->p)));
}

// On both sides of the limit the two ways agree; the approximation is known to be good there.
void TestDifference::exactMeetsNormal()
{
    for (const int shift : {0, 3, 6, 9}) {
        Values first;
        Values second;
        for (int i = 0; i < 25; ++i) {
            first << i + 0.5 + shift;
            second << i;
        }
        const auto exact = mannWhitneyTest(first, second);
        first << 12.25 + shift;
        const auto approximate = mannWhitneyTest(first, second);
        QCOMPARE(exact->method, Method::Exact);
        QCOMPARE(approximate->method, Method::Normal);
        QVERIFY2(near(exact->p, approximate->p, 0.02), qPrintable(QString::number(exact->p)));
    }
}

void TestDifference::holm_data()
{
    QTest::addColumn<Values>("p");
    QTest::addColumn<Values>("adjusted");
    // Wikipedia, "Holm–Bonferroni method", example: at 5 % the first and the fourth are rejected.
    QTest::newRow("four") << Values{0.01, 0.04, 0.03, 0.005} << Values{0.03, 0.06, 0.06, 0.02};
    // By hand: 5 · 0.01, 4 · 0.02, 3 · 0.03; then 2 · 0.04 and 0.05, which must not be less than the one before.
    QTest::newRow("monotone") << Values{0.01, 0.02, 0.03, 0.04, 0.05} << Values{0.05, 0.08, 0.09, 0.09, 0.09};
    QTest::newRow("at most 1") << Values{0.5, 0.9, 0.4} << Values{1, 1, 1};
    QTest::newRow("one") << Values{0.03} << Values{0.03};
    QTest::newRow("equal") << Values{0.02, 0.02} << Values{0.04, 0.04};
    QTest::newRow("none") << Values{} << Values{};
}

void TestDifference::holm()
{
    QFETCH(Values, p);
    QFETCH(Values, adjusted);
    const Values actual = holmAdjusted(p);
    QCOMPARE(actual.size(), adjusted.size());
    for (qsizetype i = 0; i < p.size(); ++i)
        QVERIFY2(near(actual[i], adjusted[i], 1e-12), qPrintable(QString::number(actual[i])));
}

// Borenstein, Hedges, Higgins and Rothstein, Introduction to Meta-Analysis (2009), p. 26 f.: means 103 and 100,
// deviations 5.5 and 4.5, 50 each: d = 0.5970, g = 0.5924.
void TestDifference::hedges()
{
    const auto g = hedgesG(withMoments(50, 103, 5.5), withMoments(50, 100, 4.5));
    QVERIFY(g);
    QVERIFY2(near(*g, 0.5924, 5e-5), qPrintable(QString::number(*g, 'g', 8)));
    // The exact factor by hand: 1 / √π = 0.5642 for 2 degrees, 2 / √(2π) = 0.7979 for 4, 24 / (√5 · 11.6317) = 0.9227
    // for 10.
    QVERIFY(near(*hedgesG({1, 3}, {0, 2}) / (1 / std::sqrt(2.0)), 0.5642, 5e-5));
    QVERIFY(near(*hedgesG({1, 2, 3}, {0, 1, 2}), 0.7979, 5e-5));
    QVERIFY(near(*hedgesG(withMoments(6, 1, 1), withMoments(6, 0, 1)), 0.9227, 5e-5));
}

void TestDifference::cliff()
{
    // Of 12 pairs 9 are greater, 1 equal, 2 smaller.
    QVERIFY(near(*cliffsDelta({3, 5, 9, 1}, {0, 2, 3}), 7.0 / 12, 1e-12));
    QCOMPARE(*cliffsDelta({2}, {1}), 1.0);
    QCOMPARE(*cliffsDelta({1, 1}, {2}), -1.0);
    // Vargha and Delaney (2000): A is U / (n1 n2), delta 2A - 1.
    const double a = mannWhitneyTest(drug1, drug2)->u / 100;
    QVERIFY(near(*cliffsDelta(drug1, drug2), 2 * a - 1, 1e-12));
}

void TestDifference::nothingForNothing()
{
    constexpr double inf = std::numeric_limits<double>::infinity();
    for (const Values& bad : {Values{}, Values{1, std::nan("")}, Values{inf, 2}}) {
        QVERIFY(!mannWhitneyTest(bad, {1, 2}));
        QVERIFY(!mannWhitneyTest({1, 2}, bad));
        QVERIFY(!cliffsDelta(bad, {1, 2}));
        QVERIFY(!cliffsDelta({1, 2}, bad));
    }
}

void TestDifference::properties_data()
{
    QTest::addColumn<int>("n1");
    QTest::addColumn<int>("n2");
    QTest::addColumn<bool>("rounded");
    QTest::newRow("few") << 2 << 3 << false;
    QTest::newRow("some") << 10 << 8 << false;
    QTest::newRow("ties") << 7 << 9 << true;
    QTest::newRow("many") << 40 << 30 << false;
    QTest::newRow("many ties") << 15 << 30 << true;
}

// The order of the values means nothing, nor does their unit; swapping the samples changes signs only.
void TestDifference::properties()
{
    QFETCH(int, n1);
    QFETCH(int, n2);
    QFETCH(bool, rounded);
    QRandomGenerator random(42);
    for (int trial = 0; trial < 50; ++trial) {
        const Values first = randomValues(random, n1, rounded);
        const Values second = randomValues(random, n2, rounded);
        const auto welch = welchTest(first, second);
        const auto ranks = mannWhitneyTest(first, second);
        QCOMPARE(welch.has_value(), hedgesG(first, second).has_value());
        Values shuffled = first;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        Values scaled1 = first;
        Values scaled2 = second;
        for (Values* values : {&scaled1, &scaled2}) {
            for (double& value : *values)
                value *= 1024;
        }
        QCOMPARE(*mannWhitneyTest(shuffled, second), *ranks);
        QCOMPARE(*mannWhitneyTest(scaled1, scaled2), *ranks);
        const auto swapped = mannWhitneyTest(second, first);
        QCOMPARE(swapped->u, n1 * n2 - ranks->u);
        QVERIFY(near(swapped->p, ranks->p, 1e-9));
        QVERIFY(ranks->p > 0 && ranks->p <= 1);
        QCOMPARE(*cliffsDelta(second, first), -*cliffsDelta(first, second));
        if (!welch)
            continue;
        QVERIFY(near(welchTest(shuffled, second)->p, welch->p, 1e-9));
        QVERIFY(near(welchTest(scaled1, scaled2)->p, welch->p, 1e-9));
        QCOMPARE(welchTest(second, first)->p, welch->p);
        QCOMPARE(welchTest(second, first)->t, -welch->t);
        QVERIFY(near(*hedgesG(second, first), -*hedgesG(first, second), 1e-12));
        QVERIFY(near(*hedgesG(scaled1, scaled2), *hedgesG(first, second), 1e-9));
    }
}

QTEST_APPLESS_MAIN(TestDifference)
#include "tst_difference.moc"
