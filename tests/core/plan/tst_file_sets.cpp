#include "plan/file_sets.h"

#include "plan/expand.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

class TestFileSets : public QObject
{
    Q_OBJECT
private slots:
    void needs_data();
    void needs();
};

namespace {

constexpr qint64 mib = 1024 * 1024;

Suite fileio(const QStringList& sizes, const QStringList& modes)
{
    return {sysbench::Test::Fileio,
            {{u"file_total_size"_s, QJsonArray::fromStringList(sizes)},
             {u"file_num"_s, {4}},
             {u"file_test_mode"_s, QJsonArray::fromStringList(modes)}}};
}

} // namespace

void TestFileSets::needs_data()
{
    using Suites = QList<Suite>;
    QTest::addColumn<Suites>("suites");
    QTest::addColumn<int>("atOnce"); // MiB
    QTest::addColumn<int>("inTurn");
    const QStringList one{u"rndrd"_s};
    const QStringList two{u"rndrd"_s, u"rndwr"_s};
    QTest::newRow("none") << Suites{{sysbench::Test::Cpu, {}}} << 0 << 0;
    QTest::newRow("one") << Suites{fileio({u"100M"_s}, two)} << 100 << 100;
    QTest::newRow("one after the other") << Suites{fileio({u"100M"_s, u"150M"_s}, two)} << 150 << 250;
    QTest::newRow("side by side") << Suites{fileio({u"100M"_s}, one), fileio({u"150M"_s}, one),
                                            fileio({u"100M"_s}, {u"rndwr"_s})}
                                  << 250 << 250;
}

void TestFileSets::needs()
{
    QFETCH(QList<Suite>, suites);
    QFETCH(int, atOnce);
    QFETCH(int, inTurn);
    Plan plan;
    plan.targets.resize(2);
    plan.targets[0].id = u"a"_s;
    plan.targets[1].id = u"b"_s;
    plan.suites = suites;
    plan.repeats = 2;
    const auto runs = expandPlan(plan, {});
    QVERIFY(runs);
    for (const TargetSettings& target : std::as_const(plan.targets))
        QCOMPARE(fileSetNeed(*runs, target.id), (FileSetNeed{atOnce * mib, inTurn * mib}));
    QCOMPARE(fileSetNeed(*runs, u"c"_s), FileSetNeed());
}

QTEST_GUILESS_MAIN(TestFileSets)
#include "tst_file_sets.moc"
