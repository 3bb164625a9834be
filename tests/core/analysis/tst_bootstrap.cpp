#include "analysis/bootstrap.h"

#include "plan/mean_interval.h"

#include <QtTest>
#include <cmath>
#include <random>

using namespace bv;
using namespace bv::analysis;
using Values = QList<double>;

namespace {

// Efron and Tibshirani (1993), table 14.1, spatial test data: the scores A of 26 children.
const Values spatial{48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
                     0,  33, 28, 34, 4,  32, 24, 47, 41, 24, 26, 30, 41};

const Values skewed{3.1, 0.4, 1.2, 0.9, 7.5, 2.2, 0.3, 1.8, 1.1, 4.0, 0.7, 2.6};

double plugInVariance(const Values& values)
{
    return momentsOf(values)->squaredDeviations / static_cast<double>(values.size());
}

bool near(double actual, double expected, double tolerance)
{
    return std::abs(actual - expected) <= tolerance;
}

} // namespace

class TestBootstrap : public QObject
{
    Q_OBJECT
private slots:
    void published();
    void byHand();
    void jackknife();
    void refused();
    void meanMeetsStudent();
    void meanFollowsTheSkew();
    void meanIsRefused_data();
    void meanIsRefused();
    void orderAndUnitMeanNothing();
    void sameEveryTime();
};

// Chapter 14 there: variance of A 171.5, acceleration 0.061, bias 0.146, 90 % BCa interval (115.8, 259.6), from 2,000
// replicates; another 2,000 differ by chance, of which section 14.3 gives the size.
void TestBootstrap::published()
{
    QVERIFY(near(plugInVariance(spatial), 171.5, 0.05));
    Values leftOut;
    for (qsizetype i = 0; i < spatial.size(); ++i) {
        Values rest = spatial;
        rest.removeAt(i);
        leftOut << plugInVariance(rest);
    }
    const double acceleration = jackknifeAcceleration(leftOut);
    QVERIFY2(near(acceleration, 0.061, 0.0005), qPrintable(QString::number(acceleration)));
    std::mt19937_64 random(14);
    Values replicates;
    for (int b = 0; b < 40000; ++b) {
        Values sample;
        for (qsizetype i = 0; i < spatial.size(); ++i)
            sample << spatial[static_cast<qsizetype>(random() % static_cast<std::uint64_t>(spatial.size()))];
        replicates << plugInVariance(sample);
    }
    const auto interval = bcaInterval(replicates, plugInVariance(spatial), acceleration, 1.644854);
    QVERIFY(interval);
    QVERIFY2(near(interval->bias, 0.146, 0.06), qPrintable(QString::number(interval->bias)));
    QVERIFY2(near(interval->low, 115.8, 4), qPrintable(QString::number(interval->low)));
    QVERIFY2(near(interval->high, 259.6, 8), qPrintable(QString::number(interval->high)));
}

// Replicates 1 … 99 about 50: no bias, no acceleration, so the plain percentiles: z = 1.2815516 is 10 and 90 %.
void TestBootstrap::byHand()
{
    Values replicates;
    for (int i = 99; i >= 1; --i)
        replicates << i;
    const auto plain = bcaInterval(replicates, 50, 0, 1.2815516);
    QVERIFY(plain);
    QVERIFY(near(plain->bias, 0, 1e-12));
    QVERIFY(near(plain->low, 10, 1e-5));
    QVERIFY(near(plain->high, 90, 1e-5));
    // About 60: 59 below and one equal of 99 are 60.1 %, z0 = 0.25593. The ends are at Φ(2 z0 ± z) = 22.08 and 96.34 %
    // of 100 places.
    const auto biased = bcaInterval(replicates, 60, 0, 1.2815516);
    QVERIFY(near(biased->bias, 0.25593, 1e-4));
    QVERIFY2(near(biased->low, 22.08, 0.02), qPrintable(QString::number(biased->low)));
    QVERIFY2(near(biased->high, 96.34, 0.02), qPrintable(QString::number(biased->high)));
    // a = 0.1: -1.2815516 / 1.12815516 = -1.135971 and 1.2815516 / 0.87184484 = 1.469931 are 12.80 and 92.92 %.
    const auto accelerated = bcaInterval(replicates, 50, 0.1, 1.2815516);
    QVERIFY2(near(accelerated->low, 12.80, 0.01), qPrintable(QString::number(accelerated->low)));
    QVERIFY2(near(accelerated->high, 92.92, 0.01), qPrintable(QString::number(accelerated->high)));
}

// Of the means of 0, 0, 3 with one left out, 1.5, 1.5 and 0: deviations -0.5, -0.5, 1: 0.75 / (6 · 1.5^1.5).
void TestBootstrap::jackknife()
{
    QVERIFY(near(jackknifeAcceleration({1.5, 1.5, 0}), 0.75 / (6 * std::pow(1.5, 1.5)), 1e-12));
    QCOMPARE(jackknifeAcceleration({2, 2, 2}), 0.0);
    QCOMPARE(jackknifeAcceleration({}), 0.0);
}

void TestBootstrap::refused()
{
    const Values replicates{1, 2, 3, 4, 5};
    QVERIFY(!bcaInterval({}, 1, 0, 1));
    QVERIFY(!bcaInterval(replicates, 6, 0, 1));    // all on one side
    QVERIFY(!bcaInterval(replicates, 3, 0, 1.96)); // too few for such a percentile
    QVERIFY(!bcaInterval(replicates, 3, 1, 1.2));  // turned round
    QVERIFY(!bcaInterval(replicates, 3, 0, std::nan("")));
    QVERIFY(!bcaInterval(replicates, std::nan(""), 0, 1));
    QVERIFY(!bcaInterval({1, 2, std::nan("")}, 1, 0, 0.5));
    QVERIFY(bcaInterval(replicates, 3, 0, 0.5));
}

// Of values that are not skewed it is about the interval of Student's t.
void TestBootstrap::meanMeetsStudent()
{
    for (const int n : {10, 20, 50, 101}) {
        Values values;
        for (int i = 0; i < n; ++i)
            values << 1000 + 10 * std::sin(1.7 * i);
        const double half = *meanCiHalfWidth(values);
        const double mean = momentsOf(values)->mean;
        const auto interval = bcaMeanInterval(values);
        QVERIFY(interval);
        QVERIFY2(near((interval->high - mean) / half, 1, 0.12), qPrintable(QString::number(interval->high)));
        QVERIFY2(near((mean - interval->low) / half, 1, 0.12), qPrintable(QString::number(interval->low)));
    }
}

void TestBootstrap::meanFollowsTheSkew()
{
    const double mean = momentsOf(skewed)->mean;
    const auto interval = bcaMeanInterval(skewed);
    QVERIFY(interval && interval->acceleration > 0.05);
    QVERIFY(interval->high - mean > 1.2 * (mean - interval->low));
    const auto narrower = bcaMeanInterval(skewed, 0.8);
    QVERIFY(narrower->low > interval->low && narrower->high < interval->high);
}

void TestBootstrap::meanIsRefused_data()
{
    QTest::addColumn<Values>("values");
    QTest::newRow("few") << Values{1, 2, 3, 4, 5, 6, 7, 8, 9};
    QTest::newRow("no spread") << Values(20, 3.0);
    QTest::newRow("rounding") << Values(20, 0.1) + Values{0.3 - 0.2};
    QTest::newRow("not finite") << Values(20, 1.0) + Values{std::nan("")};
    QTest::newRow("one far out") << Values(11, 1.0) + Values{100};
}

void TestBootstrap::meanIsRefused()
{
    QFETCH(Values, values);
    QVERIFY(!bcaMeanInterval(values));
}

void TestBootstrap::orderAndUnitMeanNothing()
{
    const auto interval = bcaMeanInterval(skewed);
    Values changed = skewed;
    std::mt19937_64 random(3);
    std::shuffle(changed.begin(), changed.end(), random);
    const auto shuffled = bcaMeanInterval(changed);
    QVERIFY(near(shuffled->low, interval->low, 1e-9));
    QVERIFY(near(shuffled->high, interval->high, 1e-9));
    for (double& value : changed)
        value = 1000 * value + 5;
    const auto scaled = bcaMeanInterval(changed);
    QVERIFY(near(scaled->low, 1000 * interval->low + 5, 1e-6));
    QVERIFY(near(scaled->high, 1000 * interval->high + 5, 1e-6));
}

void TestBootstrap::sameEveryTime()
{
    QCOMPARE(*bcaMeanInterval(skewed), *bcaMeanInterval(skewed));
    QVERIFY(!bcaMeanInterval(skewed, 1) && !bcaMeanInterval(skewed, 0));
}

QTEST_APPLESS_MAIN(TestBootstrap)
#include "tst_bootstrap.moc"
