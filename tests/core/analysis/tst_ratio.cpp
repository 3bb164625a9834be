#include "analysis/ratio.h"

#include <QRandomGenerator>
#include <QtTest>
#include <cmath>

using namespace bv::analysis;

namespace {

bool near(double actual, double expected, double relative)
{
    return std::abs(actual - expected) <= relative * std::max(1.0, std::abs(expected));
}

} // namespace

class TestRatio : public QObject
{
    Q_OBJECT
private slots:
    void byHand();
    void unequalSpread();
    void withoutSpread_data();
    void withoutSpread();
    void beyondNumbers();
    void refused();
    void inverts();
    void unitMeansNothing();
    void covers();
    void onePairIsTheRatioOfMeans();
    void pairsAreAveraged();
};

void TestRatio::byHand()
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

void TestRatio::unequalSpread()
{
    // Deviations 1 of 10 and 0.01 of 5, n = 3: v = 0.01 / 3 and 0.000004 / 3, df = 2 * 1.0004² / (1 + 0.0004²)
    // = 2.0016, t = 4.299358, factor = exp(4.299358 * sqrt(0.010004 / 3)) = exp(0.248273) = 1.281810.
    const auto estimate = ratioOfMeans({9, 10, 11}, {4.99, 5, 5.01});
    QVERIFY(estimate);
    QVERIFY(std::abs(*estimate->degreesOfFreedom - 2.0016) < 1e-5);
    QVERIFY(std::abs(*estimate->high / estimate->ratio - 1.281810) < 1e-5);
}

void TestRatio::withoutSpread_data()
{
    using Values = QList<double>;
    QTest::addColumn<Values>("top");
    QTest::addColumn<Values>("bottom");
    QTest::newRow("both") << Values{6, 6} << Values{3, 3};
    QTest::newRow("one") << Values{9, 10, 11} << Values{5, 5, 5, 5};
    QTest::newRow("the other") << Values{5, 5, 5, 5} << Values{9, 10, 11};
    QTest::newRow("but for rounding") << Values{0.1, 0.1, 0.1} << Values{0.3, 0.1 + 0.2, 0.3};
    QTest::newRow("one value") << Values{6} << Values{3, 3, 4};
}

/// Equal values do not make a ratio certain.
void TestRatio::withoutSpread()
{
    QFETCH(QList<double>, top);
    QFETCH(QList<double>, bottom);
    for (const auto& estimate : {ratioOfMeans(top, bottom), ratioOfStrata({{top, bottom}, {{1, 2}, {1, 2}}})}) {
        QVERIFY(estimate);
        QVERIFY(!estimate->low && !estimate->high && !estimate->degreesOfFreedom);
    }
}

void TestRatio::refused()
{
    QVERIFY(!ratioOfMeans({}, {1}));
    QVERIFY(!ratioOfMeans({1}, {}));
    QVERIFY(!ratioOfMeans({0, 0}, {1, 1}));
    QVERIFY(!ratioOfMeans({1, 1}, {0, 0}));
    QVERIFY(!ratioOfMeans({-1, -1}, {1, 1}));
    for (const QList<double>& bad : {QList<double>{1, std::nan("")}, QList<double>{1e308, 1e308, 1e308}}) {
        QVERIFY(!ratioOfMeans(bad, {1, 2}));
        QVERIFY(!ratioOfMeans({1, 2}, bad));
    }
}

void TestRatio::beyondNumbers()
{
    const QList<double> huge{1.7e305, 1.6e305};
    const QList<double> tiny{1e-300, 1.1e-300};
    QVERIFY(!ratioOfMeans(huge, tiny));
    QVERIFY(!ratioOfMeans(tiny, huge));
    QVERIFY(!ratioOfStrata({{huge, tiny}}));
    const auto wide = ratioOfMeans({1e153, 1e154}, {1e-154, 1e-153}); // the ratio is a number, its upper end none
    QVERIFY(wide);
    QVERIFY(!wide->low && !wide->high);
}

void TestRatio::inverts()
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
void TestRatio::covers()
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

void TestRatio::unitMeansNothing()
{
    const auto one = ratioOfMeans({110, 120, 130}, {95, 100, 103, 104});
    const auto scaled = ratioOfMeans({120 * 8, 130 * 8, 110 * 8}, {104 * 8, 100 * 8, 103 * 8, 95 * 8});
    QVERIFY(near(one->ratio, scaled->ratio, 1e-12));
    QVERIFY(near(*one->low, *scaled->low, 1e-12));
    QVERIFY(near(*one->high, *scaled->high, 1e-12));
}

void TestRatio::onePairIsTheRatioOfMeans()
{
    const QList<double> slow{110, 120, 130};
    const QList<double> fast{95, 100, 103, 104};
    const auto one = ratioOfStrata({{slow, fast}});
    const auto same = ratioOfMeans(slow, fast);
    QVERIFY(one && same && one->low && same->low);
    QVERIFY(std::abs(one->ratio - same->ratio) < 1e-12);
    QVERIFY(std::abs(*one->low - *same->low) < 1e-12);
    QVERIFY(std::abs(*one->high - *same->high) < 1e-12);
    QVERIFY(std::abs(*one->degreesOfFreedom - *same->degreesOfFreedom) < 1e-9);
}

/// By hand: ln ratios ln 2 and ln 8, so 4; every sample has sd²/(n·m²) = (10 % of the mean)² / 2 = 0.005; four of them
/// over k² = 4 give 0.005; degrees (4·0.005)² / (4·0.005²) = 4, t = 2.776445.
void TestRatio::pairsAreAveraged()
{
    const double d = 0.1 / std::sqrt(2.0);
    const auto around = [d](double mean) { return QList<double>{mean * (1 - d), mean * (1 + d)}; };
    const auto ratio = ratioOfStrata({{around(200), around(100)}, {around(800), around(100)}});
    QVERIFY(ratio && ratio->low);
    QVERIFY(std::abs(ratio->ratio - 4) < 1e-9);
    QVERIFY(std::abs(*ratio->degreesOfFreedom - 4) < 1e-9);
    QVERIFY(std::abs(*ratio->high / ratio->ratio - std::exp(2.776445 * std::sqrt(0.005))) < 1e-6);
    QVERIFY(std::abs(*ratio->high * *ratio->low - 16) < 1e-9);
    QVERIFY(!ratioOfStrata({}));
    QVERIFY(!ratioOfStrata({{{1, 2}, {}}}));
    QVERIFY(!ratioOfStrata({{{1, 2}, {0, 0}}}));
    QVERIFY(!ratioOfStrata({{{1, 2}, {3}}})->low);
}

QTEST_APPLESS_MAIN(TestRatio)
#include "tst_ratio.moc"
