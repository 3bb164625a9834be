#include "sysbench/catalogue.h"
#include "sysbench/command_line.h"

#include <QTest>

using namespace bv::sysbench;
using namespace Qt::StringLiterals;

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void run_data();
    void run();
    void allDefaults();
    void version();
    void prepareAndCleanup();
    void fileSet();
};

void TestCommandLine::run_data()
{
    QTest::addColumn<Test>("test");
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<QString>("arguments");
    QTest::newRow("cpu") << Test::Cpu << QJsonObject{{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 1}, {u"time_s"_s, 10}}
                         << u"cpu --threads=1 --time=10 --cpu-max-prime=20000 --report-interval=1 run"_s;
    QTest::newRow("empty") << Test::Cpu << QJsonObject{} << u"cpu --threads=1 --time=10 --report-interval=1 run"_s;
    QTest::newRow("fileio") << Test::Fileio
                            << QJsonObject{{u"file_test_mode"_s, u"rndrw"_s}, {u"threads"_s, 16},
                                           {u"file_total_size"_s, u"1G"_s},   {u"file_block_size"_s, 4096},
                                           {u"file_fsync_all"_s, true},       {u"file_fsync_end"_s, false},
                                           {u"file_rw_ratio"_s, 1.5},         {u"file_extra_flags"_s, u"direct"_s}}
                            << u"fileio --threads=16 --time=10 --file-test-mode=rndrw --file-total-size=1G "
                               "--file-block-size=4096 --file-extra-flags=direct --file-fsync-all=on "
                               "--file-fsync-end=off --file-rw-ratio=1.5 --report-interval=1 run"_s;
    QTest::newRow("memory lasts") << Test::Memory << QJsonObject{{u"memory_oper"_s, u"read"_s}}
                                  << u"memory --threads=1 --time=10 --memory-total-size=0 --memory-oper=read "
                                     "--report-interval=1 run"_s;
    QTest::newRow("large number") << Test::Mutex
                                  << QJsonObject{{u"mutex_locks"_s, 2000000000}, {u"report_interval"_s, 0}}
                                  << u"mutex --threads=1 --mutex-locks=2000000000 --report-interval=0 run"_s;
    QTest::newRow("unknown name") << Test::Threads << QJsonObject{{u"cpu_max_prime"_s, 1}, {u"thread_yields"_s, 5}}
                                  << u"threads --threads=1 --time=10 --thread-yields=5 --report-interval=1 run"_s;
    QTest::newRow("boot") << Test::Boot << QJsonObject{} << QString();
}

void TestCommandLine::run()
{
    QFETCH(Test, test);
    QFETCH(QJsonObject, params);
    QFETCH(QString, arguments);
    QCOMPARE(runArguments(test, params).join(u' '), arguments);
}

void TestCommandLine::allDefaults()
{
    for (const Test test : {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex}) {
        QJsonObject params;
        for (const OptionInfo& option : optionsOf(test)) {
            if (!option.defaultValue.isUndefined())
                params.insert(option.name, option.defaultValue);
        }
        const QStringList arguments = runArguments(test, params);
        // The test, the options, the command.
        QCOMPARE(arguments.size(), params.size() + 2);
        QCOMPARE(arguments.front(), QString(testName(test)));
        QCOMPARE(arguments.back(), u"run"_s);
    }
}

void TestCommandLine::version()
{
    const QJsonObject params{{u"warmup_time"_s, 3}};
    QVERIFY(!runArguments(Test::Cpu, params, Version{1, 0, 20}).join(u' ').contains("warmup"_L1));
    QVERIFY(runArguments(Test::Cpu, params, Version{1, 1, 0}).contains(u"--warmup-time=3"_s));
}

void TestCommandLine::prepareAndCleanup()
{
    const QJsonObject params{{u"file_test_mode"_s, u"seqrd"_s}, {u"file_num"_s, 16}, {u"file_total_size"_s, u"256M"_s}};
    QCOMPARE(prepareArguments(Test::Fileio, params).join(u' '),
             u"fileio --file-num=16 --file-total-size=256M prepare"_s);
    QCOMPARE(cleanupArguments(Test::Fileio, params).join(u' '),
             u"fileio --file-num=16 --file-total-size=256M cleanup"_s);
    QCOMPARE(prepareArguments(Test::Fileio, {}).join(u' '), u"fileio --file-num=128 --file-total-size=2G prepare"_s);
    QVERIFY(prepareArguments(Test::Cpu, {}).isEmpty());
    QVERIFY(cleanupArguments(Test::Memory, {}).isEmpty());
}

void TestCommandLine::fileSet()
{
    const QJsonObject text{{u"file_total_size"_s, u"1G"_s}, {u"file_test_mode"_s, u"rndwr"_s}};
    const QJsonObject number{{u"file_total_size"_s, 1073741824}, {u"file_num"_s, 128}, {u"file_block_size"_s, 4096}};
    QCOMPARE(fileSetKey(text), u"128x1073741824"_s);
    QCOMPARE(fileSetKey(number), fileSetKey(text));
    QVERIFY(fileSetKey({{u"file_num"_s, 64}, {u"file_total_size"_s, u"1G"_s}}) != fileSetKey(text));
    QCOMPARE(fileSetKey({}), u"128x2147483648"_s);
    QCOMPARE(fileSetBytes(text), qint64(1073741824));
    QCOMPARE(fileSetBytes({{u"file_num"_s, 3}, {u"file_total_size"_s, 1000}}), qint64(999));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
