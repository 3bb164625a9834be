#include "sysbench/catalogue.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace bv::sysbench;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array allTests{Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex};

} // namespace

class TestCatalogue : public QObject
{
    Q_OBJECT

private slots:
    void everyOptionIsWhole();
    void names();
    void defaultsDecidedHere();
    void validate_data();
    void validate();
    void validateAll_data();
    void validateAll();
    void sizes_data();
    void sizes();
    void formatSizes_data();
    void formatSizes();
    void versions_data();
    void versions();
};

void TestCatalogue::everyOptionIsWhole()
{
    for (const Test test : allTests) {
        QSet<QString> seen;
        for (const OptionInfo& option : optionsOf(test)) {
            const QString name = option.name;
            QVERIFY2(!seen.contains(name), qPrintable(name));
            seen.insert(name);
            QVERIFY2(option.explanation().endsWith(u'.'), qPrintable(name));
            QVERIFY2(option.type == ValueType::Flag || option.type == ValueType::Choice ||
                         option.minimum < option.maximum,
                     qPrintable(name));
            QCOMPARE(option.choices.isEmpty(), option.type != ValueType::Choice);
            QCOMPARE(findOption(test, name), &option);
            if (!option.defaultValue.isUndefined())
                QVERIFY2(validateOption(option, option.defaultValue), qPrintable(name));
        }
    }
}

void TestCatalogue::names()
{
    QVERIFY(optionNames(Test::Cpu).contains(u"cpu_max_prime"_s));
    QVERIFY(!findOption(Test::Cpu, u"file_num"));
    QVERIFY(optionsOf(Test::Boot).isEmpty());
    QVERIFY(optionsOf(Test::Unknown).isEmpty());
    QCOMPARE(findOption(Test::Cpu, u"cpu_max_prime")->argumentName(), u"--cpu-max-prime"_s);
    QCOMPARE(findOption(Test::Cpu, u"time_s")->argumentName(), u"--time"_s);
    QVERIFY(findOption(Test::Cpu, u"warmup_time")->since == version11);
}

void TestCatalogue::defaultsDecidedHere()
{
    QCOMPARE(findOption(Test::Memory, u"memory_total_size")->defaultValue, QJsonValue(u"0"_s));
    QCOMPARE(findOption(Test::Mutex, u"events")->defaultValue, QJsonValue(0));
    QVERIFY(findOption(Test::Fileio, u"file_test_mode")->required);
}

void TestCatalogue::validate_data()
{
    QTest::addColumn<Test>("test");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("hint"); // empty: valid
    const auto row = [](const char* tag, Test test, QJsonValue value, const char* hint) {
        QTest::newRow(tag) << test << QString::fromLatin1(tag).section(u' ', 0, 0) << value
                           << QString::fromLatin1(hint);
    };
    row("threads", Test::Cpu, 16, "");
    row("threads 0", Test::Cpu, 0, "from 1 to 4096");
    row("threads text", Test::Cpu, u"4"_s, "without quotes");
    row("threads fraction", Test::Cpu, 1.5, "whole number");
    row("threads huge", Test::Cpu, 1e300, "from 1 to 4096");
    row("threads null", Test::Cpu, QJsonValue(), "whole number");
    row("threads list", Test::Cpu, QJsonArray{1, 2}, "whole number");
    row("time_s 0", Test::Cpu, 0, "from 1");
    row("file_total_size", Test::Fileio, u"1G"_s, "");
    row("file_total_size number", Test::Fileio, 1048576, "");
    row("file_total_size fraction", Test::Fileio, u"1.5G"_s, "for example");
    row("file_total_size unit", Test::Fileio, u"1GB"_s, "for example");
    row("file_total_size zero", Test::Fileio, 0, "from 1 to 1024T");
    row("file_total_size negative", Test::Fileio, -4096, "for example");
    row("file_test_mode", Test::Fileio, u"rndwr"_s, "");
    row("file_test_mode wrong", Test::Fileio, u"random"_s, "one of \"seqwr\"");
    row("file_fsync_all", Test::Fileio, true, "");
    row("file_fsync_all text", Test::Fileio, u"on"_s, "true or false");
    row("file_rw_ratio", Test::Fileio, 1.5, "");
    row("file_rw_ratio negative", Test::Fileio, -1, "from 0");
    row("file_extra_flags", Test::Fileio, u"direct"_s, "");
    row("file_extra_flags both", Test::Fileio, u"direct,sync"_s, "one of");
    row("memory_block_size", Test::Memory, u"4K"_s, "");
    row("memory_block_size odd", Test::Memory, u"3K"_s, "\"2K\" or \"4K\"");
    row("memory_total_size", Test::Memory, u"0"_s, "");
}

void TestCatalogue::validate()
{
    QFETCH(Test, test);
    QFETCH(QString, name);
    QFETCH(QJsonValue, value);
    QFETCH(QString, hint);
    const OptionInfo* option = findOption(test, name);
    QVERIFY(option);
    const bv::Result<> result = validateOption(*option, value);
    QCOMPARE(static_cast<bool>(result), hint.isEmpty());
    if (!result) {
        QCOMPARE(result.error().code, bv::Error::Code::BadInput);
        QVERIFY2(result.error().message.startsWith(name), qPrintable(result.error().message));
        QVERIFY2(result.error().message.contains(hint), qPrintable(result.error().message));
    }
}

void TestCatalogue::validateAll_data()
{
    QTest::addColumn<Test>("test");
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<QString>("hint");
    QTest::newRow("valid") << Test::Fileio << QJsonObject{{u"file_test_mode"_s, u"seqrd"_s}} << QString();
    QTest::newRow("required") << Test::Fileio << QJsonObject{} << u"fileio needs file_test_mode"_s;
    QTest::newRow("unknown") << Test::Cpu << QJsonObject{{u"cpu_max_primes"_s, 1}} << u"no option of cpu"_s;
    QTest::newRow("set too small") << Test::Fileio
                                   << QJsonObject{{u"file_test_mode"_s, u"seqrd"_s}, {u"file_total_size"_s, u"1M"_s}}
                                   << u"fewer files or a larger set"_s;
    QTest::newRow("one value") << Test::Cpu << QJsonObject{{u"threads"_s, 0}} << u"threads must be"_s;
}

void TestCatalogue::validateAll()
{
    QFETCH(Test, test);
    QFETCH(QJsonObject, params);
    QFETCH(QString, hint);
    const bv::Result<> result = validateParameters(test, params);
    QCOMPARE(static_cast<bool>(result), hint.isEmpty());
    if (!result)
        QVERIFY2(result.error().message.contains(hint), qPrintable(result.error().message));
}

void TestCatalogue::sizes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bytes"); // -1: none
    QTest::newRow("bytes") << u"16384"_s << qint64(16384);
    QTest::newRow("K") << u"16K"_s << qint64(16384);
    QTest::newRow("lower case") << u"256m"_s << qint64(268435456);
    QTest::newRow("G") << u"1G"_s << qint64(1073741824);
    QTest::newRow("T") << u"2T"_s << qint64(2199023255552);
    QTest::newRow("zero") << u"0"_s << qint64(0);
    QTest::newRow("largest") << u"9223372036854775807"_s << qint64(9223372036854775807);
    for (const char* bad :
         {"", "G", "1.5G", "1GB", "1 G", "-1", "+1", "1P", "9223372036854775808", "9000000000G", "0x10", "\xd9\xa1"})
        QTest::newRow(bad) << QString::fromUtf8(bad) << qint64(-1);
}

void TestCatalogue::sizes()
{
    QFETCH(QString, text);
    QFETCH(qint64, bytes);
    QCOMPARE(parseSize(text).value_or(-1), bytes);
    if (bytes >= 0)
        QCOMPARE(parseSize(formatSize(bytes)), bytes);
}

void TestCatalogue::formatSizes_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << qint64(0) << u"0"_s;
    QTest::newRow("1000") << qint64(1000) << u"1000"_s;
    QTest::newRow("1K") << qint64(1024) << u"1K"_s;
    QTest::newRow("1536M") << qint64(1610612736) << u"1536M"_s;
    QTest::newRow("1G") << qint64(1073741824) << u"1G"_s;
    QTest::newRow("1024T") << (qint64(1) << 50) << u"1024T"_s;
}

void TestCatalogue::formatSizes()
{
    QFETCH(qint64, bytes);
    QFETCH(QString, text);
    QCOMPARE(formatSize(bytes), text);
}

void TestCatalogue::versions_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("version"); // empty: none
    QTest::newRow("--version") << u"sysbench 1.0.20\n"_s << u"1.0.20"_s;
    QTest::newRow("header") << u"sysbench 1.0.11 (using system LuaJIT 2.1.0-beta3)"_s << u"1.0.11"_s;
    QTest::newRow("development") << u"sysbench 1.1.0-df89d34"_s << u"1.1.0"_s;
    QTest::newRow("0.4") << u"sysbench 0.4.12:  multi-threaded system evaluation benchmark"_s << u"0.4.12"_s;
    QTest::newRow("0.5") << u"sysbench 0.5"_s << u"0.5.0"_s;
    QTest::newRow("bare") << u" 1.0.20+ds-1 "_s << u"1.0.20"_s;
    QTest::newRow("after noise") << u"bash: warning\nsysbench 1.0.18\n"_s << u"1.0.18"_s;
    QTest::newRow("none") << u"sh: sysbench: not found"_s << QString();
    QTest::newRow("overflow") << u"sysbench 99999999999.1.2"_s << QString();
    QTest::newRow("empty") << QString() << QString();
}

void TestCatalogue::versions()
{
    QFETCH(QString, text);
    QFETCH(QString, version);
    const auto parsed = parseVersion(text);
    QCOMPARE(parsed ? formatVersion(*parsed) : QString(), version);
}

QTEST_GUILESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
