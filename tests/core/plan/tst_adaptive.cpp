#include "plan/adaptive.h"

#include <QtTest>
#include <cmath>

using namespace bv;

class TestAdaptive : public QObject
{
    Q_OBJECT
private slots:
    void converged_data();
    void converged();
};

void TestAdaptive::converged_data()
{
    QTest::addColumn<QList<double>>("values");
    QTest::addColumn<double>("pct");
    QTest::addColumn<int>("least");
    QTest::addColumn<bool>("expected");
    QTest::newRow("none") << QList<double>{} << 2.5 << 5 << false;
    QTest::newRow("too few, though equal") << QList<double>{5, 5, 5, 5} << 2.5 << 5 << false;
    QTest::newRow("equal") << QList<double>{5, 5, 5, 5, 5} << 2.5 << 5 << true;
    // 1..5 has a half-width of 1.963243, which is 65.44 % of the mean.
    QTest::newRow("just inside") << QList<double>{1, 2, 3, 4, 5} << 65.45 << 5 << true;
    QTest::newRow("just outside") << QList<double>{1, 2, 3, 4, 5} << 65.43 << 5 << false;
    QTest::newRow("never below two") << QList<double>{5} << 50.0 << 1 << false;
    QTest::newRow("two") << QList<double>{5, 5} << 1.0 << 1 << true;
    QTest::newRow("mean zero") << QList<double>{-1, 1, 0} << 50.0 << 2 << false;
    QTest::newRow("not a number") << QList<double>{5, 5, std::nan("")} << 50.0 << 2 << false;
}

void TestAdaptive::converged()
{
    QFETCH(QList<double>, values);
    QFETCH(double, pct);
    QFETCH(int, least);
    QFETCH(bool, expected);
    QCOMPARE(hasConverged(values, AdaptiveRepeats{pct, least, 20}), expected);
}

QTEST_APPLESS_MAIN(TestAdaptive)
#include "tst_adaptive.moc"
