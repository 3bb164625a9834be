#include "base/figures.h"

#include <QTest>
#include <limits>

using namespace Qt::StringLiterals;

class TestFigures : public QObject
{
    Q_OBJECT
private slots:
    void ratios_data();
    void ratios();
};

void TestFigures::ratios_data()
{
    QTest::addColumn<double>("ratio");
    QTest::addColumn<QString>("text");
    QTest::newRow("one") << 1.0 << u"1.00"_s;
    QTest::newRow("some") << 71.268 << u"71.27"_s;
    QTest::newRow("below one") << 0.0996 << u"0.10"_s;
    QTest::newRow("below a tenth") << 0.08312 << u"0.083"_s;
    QTest::newRow("below a hundredth") << 0.00291 << u"0.0029"_s;
    QTest::newRow("tiny") << 2.9e-5 << u"2.9e-05"_s;
    QTest::newRow("zero") << 0.0 << u"0.000"_s;
    QTest::newRow("hundreds") << 128.44 << u"128.4"_s;
    QTest::newRow("rounded to hundreds") << 99.996 << u"100.0"_s;
    QTest::newRow("thousands") << 34236.11 << u"34236"_s;
    QTest::newRow("millions") << 1234567.0 << u"1.23e+06"_s;
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << u"–"_s;
}

void TestFigures::ratios()
{
    QFETCH(double, ratio);
    QFETCH(QString, text);
    QCOMPARE(bv::ratioText(ratio), text);
}

QTEST_APPLESS_MAIN(TestFigures)
#include "tst_figures.moc"
