#include "plan/parameters.h"

#include <QJsonDocument>
#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;
using sysbench::Test;

class TestParameters : public QObject
{
    Q_OBJECT
private slots:
    void described_data();
    void described();
    void varying();
    void keys();
    void keysSurviveStorage();
    void keysOfEqualSizes();
    void sizes();
    void planned();
    void names();
};

void TestParameters::described_data()
{
    QTest::addColumn<Test>("test");
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<QStringList>("varying");
    QTest::addColumn<QString>("expected");
    const QJsonObject cpu{{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 4}, {u"time_s"_s, 10}};
    const QJsonObject file{{u"file_test_mode"_s, u"rndwr"_s},
                           {u"file_total_size"_s, u"1G"_s},
                           {u"file_num"_s, 128},
                           {u"file_block_size"_s, 65536},
                           {u"threads"_s, 16},
                           {u"file_extra_flags"_s, u"direct"_s},
                           {u"time_s"_s, 10}};
    QTest::newRow("cpu") << Test::Cpu << cpu << QStringList() << u"cpu 20000"_s;
    QTest::newRow("cpu threads") << Test::Cpu << cpu << QStringList{u"threads"_s} << u"cpu 20000, 4 threads"_s;
    QTest::newRow("cpu time") << Test::Cpu << cpu << QStringList{u"time_s"_s} << u"cpu 20000, 10 s"_s;
    QTest::newRow("main only once") << Test::Cpu << cpu << QStringList{u"cpu_max_prime"_s} << u"cpu 20000"_s;
    QTest::newRow("fileio") << Test::Fileio << file << QStringList() << u"fileio rndwr"_s;
    QTest::newRow("fileio size") << Test::Fileio << file << QStringList{u"file_total_size"_s} << u"fileio rndwr, 1G"_s;
    QTest::newRow("fileio many") << Test::Fileio << file
                                 << QStringList{u"file_num"_s, u"file_block_size"_s, u"file_extra_flags"_s}
                                 << u"fileio rndwr, 128 files, 64K blocks, extra_flags=direct"_s;
    QTest::newRow("memory") << Test::Memory << QJsonObject{{u"memory_oper"_s, u"write"_s}} << QStringList()
                            << u"memory write"_s;
    QTest::newRow("mutex") << Test::Mutex << QJsonObject{{u"mutex_num"_s, 4}} << QStringList() << u"mutex"_s;
    QTest::newRow("missing") << Test::Cpu << QJsonObject() << QStringList{u"threads"_s} << u"cpu"_s;
}

void TestParameters::described()
{
    QFETCH(Test, test);
    QFETCH(QJsonObject, params);
    QFETCH(QStringList, varying);
    QFETCH(QString, expected);
    QCOMPARE(describeParams(test, params, varying), expected);
}

void TestParameters::varying()
{
    const QJsonObject a{{u"cpu_max_prime"_s, 1}, {u"threads"_s, 1}, {u"time_s"_s, 10}};
    QJsonObject b = a;
    b.insert(u"cpu_max_prime"_s, 2); // the main option is always shown, so it needs no mention
    QCOMPARE(varyingParameters(Test::Cpu, {a, b}), QStringList());
    b.insert(u"threads"_s, 2);
    b.insert(u"rate"_s, 5);
    QCOMPARE(varyingParameters(Test::Cpu, {a, b}), (QStringList{u"rate"_s, u"threads"_s}));
    QCOMPARE(varyingParameters(Test::Cpu, {}), QStringList());
}

void TestParameters::keys()
{
    PlannedRun a;
    a.targetId = u"x"_s;
    a.params = {{u"threads"_s, 1}};
    PlannedRun b = a;
    b.repeat = 2;
    b.index = 9;
    b.discarded = true;
    QCOMPARE(cellKey(a), cellKey(b));
    b.targetId = u"y"_s;
    QVERIFY(cellKey(a) != cellKey(b));
    QCOMPARE(comparisonKey(a), comparisonKey(b));
    b.params = {{u"threads"_s, 2}};
    QVERIFY(comparisonKey(a) != comparisonKey(b));
    b.params = a.params;
    b.test = Test::Memory;
    QVERIFY(comparisonKey(a) != comparisonKey(b));
}

void TestParameters::keysSurviveStorage()
{
    PlannedRun run;
    run.params = {{u"b"_s, 1000000}, {u"a"_s, u"ä"_s}, {u"c"_s, 0.1}};
    PlannedRun stored = run;
    stored.params = QJsonDocument::fromJson(QJsonDocument(run.params).toJson()).object();
    QCOMPARE(cellKey(stored), cellKey(run));
}

/// However they are written: two rows that look alike would be compared by nobody.
void TestParameters::keysOfEqualSizes()
{
    const QString name = u"file_total_size"_s;
    const QString key = comparisonKey(Test::Fileio, {{name, u"8M"_s}});
    for (const QJsonValue& value : {QJsonValue(u"8192K"_s), QJsonValue(u"8m"_s), QJsonValue(8388608)}) {
        QCOMPARE(comparisonKey(Test::Fileio, {{name, value}}), key);
        QCOMPARE(normalizedValue(Test::Fileio, name, value), QJsonValue(u"8M"_s));
    }
    QVERIFY(comparisonKey(Test::Fileio, {{name, u"8193K"_s}}) != key);
    QCOMPARE(normalizedValue(Test::Fileio, name, u"much"_s), QJsonValue(u"much"_s));
    QCOMPARE(normalizedValue(Test::Memory, u"memory_total_size"_s, 0), QJsonValue(u"0"_s));
    QCOMPARE(normalizedValue(Test::Cpu, u"threads"_s, 4.0), QJsonValue(4));
}

void TestParameters::sizes()
{
    QCOMPARE(sizeInBytes(u"16K"_s), std::optional<qint64>(16384));
    QCOMPARE(sizeInBytes(5), std::optional<qint64>(5));
    for (const QJsonValue& value :
         {QJsonValue(-1), QJsonValue(1e300), QJsonValue(true), QJsonValue(u"many"_s), QJsonValue()})
        QVERIFY(!sizeInBytes(value));
}

void TestParameters::planned()
{
    QCOMPARE(plannedSeconds(Test::Cpu, {{u"time_s"_s, 7}}), 7.0);
    QCOMPARE(plannedSeconds(Test::Cpu, {{u"time_s"_s, -7}}), 0.0);
    QCOMPARE(plannedSeconds(Test::Cpu, {{u"time_s"_s, 7}, {u"warmup_time"_s, 3}}), 10.0);
    QCOMPARE(plannedSeconds(Test::Mutex, {{u"time_s"_s, 7}}), 0.0);
    QCOMPARE(plannedSeconds(Test::Boot, {}), 0.0);
}

void TestParameters::names()
{
    for (const Test test : {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex}) {
        const QStringList names = parameterNames(test);
        QVERIFY(names.contains(u"threads"_s));
        QVERIFY(names.contains(u"time_s"_s));
        for (const QString& name : withEssentialDefaults(test, {}).keys())
            QVERIFY2(names.contains(name), qPrintable(name));
    }
    QCOMPARE(parameterNames(Test::Boot), (QStringList{u"cache"_s, u"memory_mib"_s, u"smp"_s}));
    QCOMPARE(withEssentialDefaults(Test::Boot, {}), (QJsonObject{{u"cache"_s, u"warm"_s}}));
    QVERIFY(parameterNames(Test::Unknown).isEmpty());
}

QTEST_APPLESS_MAIN(TestParameters)
#include "tst_parameters.moc"
