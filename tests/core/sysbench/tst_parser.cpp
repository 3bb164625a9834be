#include "sysbench/parser.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <QTest>
#include <clocale>

using namespace bv::sysbench;
using namespace Qt::StringLiterals;

namespace {

const QString dataFolder = QStringLiteral(BV_TEST_DATA "/sysbench/");

QByteArray contentOf(const QString& name)
{
    QFile file(dataFolder + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void addAllFiles()
{
    QTest::addColumn<QString>("name");
    const QStringList names = QDir(dataFolder).entryList({u"*.txt"_s}, QDir::Files, QDir::Name);
    for (const QString& name : names)
        QTest::newRow(qPrintable(name)) << name;
}

QByteArray jsonText(const QList<ParsedRun>& runs)
{
    QJsonArray array;
    for (const ParsedRun& run : runs) {
        QJsonObject json = toJson(run);
        json.insert("parameters"_L1, run.parameters);
        array.append(json);
    }
    return QJsonDocument(array).toJson();
}

/// "events_per_sec=2487.53 total_events=7471": all of `expected` are there with these values.
void compareMetrics(const Metrics& metrics, const QString& expected)
{
    const QStringList pairs = expected.split(u' ', Qt::SkipEmptyParts);
    for (const QString& pair : pairs) {
        const auto metric = metricFromName(pair.section(u'=', 0, 0));
        QVERIFY2(metric, qPrintable(pair));
        const auto value = metrics.value(*metric);
        QVERIFY2(value, qPrintable(pair));
        const double wanted = pair.section(u'=', 1).toDouble();
        QVERIFY2(qAbs(*value - wanted) <= 1e-8 * wanted, qPrintable(pair));
    }
}

/// Whatever `part`, read from a torn input, has is also in `whole`. cpu of 1.1 prints its speed with two, then with
/// four decimals.
void verifyNothingInvented(const ParsedRun& part, const ParsedRun& whole)
{
    for (std::size_t i = 0; i < metricCount; ++i) {
        const auto metric = static_cast<Metric>(i);
        const auto value = part.metrics.value(metric);
        if (!value)
            continue;
        const double tolerance = metric == Metric::EventsPerSec ? 0.005 : 0;
        QVERIFY2(whole.metrics.value(metric), qPrintable(QString(metricName(metric))));
        QVERIFY2(qAbs(*value - *whole.metrics.value(metric)) <= tolerance, qPrintable(QString(metricName(metric))));
    }
    QVERIFY(part.intervals == whole.intervals.first(qMin(part.intervals.size(), whole.intervals.size())));
    QVERIFY(whole.error.startsWith(part.error));
    QVERIFY(part.test == Test::Unknown || part.test == whole.test);
    QVERIFY(part.mode.isEmpty() || part.mode == whole.mode);
    QVERIFY(!part.threads || part.threads == whole.threads);
    for (auto it = part.parameters.begin(); it != part.parameters.end(); ++it)
        QCOMPARE(it.value(), whole.parameters.value(it.key()));
    if (part.complete)
        QCOMPARE(part.metrics, whole.metrics);
}

const QByteArray header = "sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\n"
                          "Running the test with following options:\nNumber of threads: 2\n\n";

} // namespace

class TestParser : public QObject
{
    Q_OBJECT

private slots:
    void golden_data() { addAllFiles(); }
    void golden();
    void figures_data();
    void figures();
    void everySplit_data() { addAllFiles(); }
    void everySplit();
    void everyTruncation_data() { addAllFiles(); }
    void everyTruncation();
    void dirtChangesNothing_data();
    void dirtChangesNothing();
    void intervalsComeAtOnce();
    void expectedTest();
    void commandLineTellsTest();
    void errors_data();
    void errors();
    void notSysbench_data();
    void notSysbench();
    void badFigures_data();
    void badFigures();
    void otherPercentile();
    void longLines();
    void manyIntervals();
    void locale();
    void jsonKeys();
};

void TestParser::golden()
{
    QFETCH(QString, name);
    const QByteArray expected = contentOf(name.chopped(4) + u".json"_s);
    QVERIFY(!expected.isEmpty());
    QCOMPARE(QString::fromUtf8(jsonText(parseOutput(contentOf(name)))), QString::fromUtf8(expected));
}

void TestParser::figures_data()
{
    QTest::addColumn<Test>("test");
    QTest::addColumn<QString>("printed");
    QTest::addColumn<QString>("derived");
    const auto row = [](const char* name, Test test, const char* printed, const char* derived) {
        QTest::newRow(name) << test << QString::fromLatin1(printed) << QString::fromLatin1(derived);
    };
    row("0.4.12-cpu", Test::Cpu, "total_time_s=13.7421 total_events=10000 lat_sum_ms=27470.2 lat_p95_ms=2.94",
        "events_per_sec=727.6908187");
    row("0.4.12-fileio", Test::Fileio, "transfer_mib_per_sec=15.289 requests_per_sec=978.51 thread_events_stddev=61.48",
        "events_per_sec=978.51375393 reads_per_sec=587.10825236 read_mib_per_sec=9.17359088");
    row("0.4.12-memory", Test::Memory, "mib_per_sec=1850.32 ops_per_sec=1894731.42 lat_min_ms=0", "");
    row("0.4.12-threads", Test::Threads, "total_events=10000 lat_max_ms=64.77", "events_per_sec=3183.192742");
    row("0.4.12-mutex", Test::Mutex, "total_events=4 total_time_s=0.9127", "events_per_sec=4.38260107");
    row("0.5-cpu", Test::Cpu, "lat_sum_ms=44352.1 lat_min_ms=4.22", "events_per_sec=901.5750516");
    row("0.5-fileio", Test::Fileio, "transfer_mib_per_sec=20.391 requests_per_sec=1305.03", "reads_per_sec=0");
    row("0.5-memory", Test::Memory, "mib_per_sec=2887.05 ops_per_sec=2956341.90", "");
    row("0.5-threads", Test::Threads, "thread_events_avg=2500 thread_time_stddev_s=0", "");
    row("0.5-mutex", Test::Mutex, "thread_events_avg=1 lat_avg_ms=410.05", "");
    row("1.0.8-cpu", Test::Cpu, "lat_sum_ms=9998.11", "events_per_sec=371.32202237");
    row("1.0.8-memory", Test::Memory, "mib_per_sec=5008.78 ops_per_sec=5128991.26", "");
    row("1.0.20-cpu", Test::Cpu, "events_per_sec=2487.53 total_time_s=3.0024 total_events=7471 lat_sum_ms=5997", "");
    row("1.0.20-fileio-rndrw", Test::Fileio, "reads_per_sec=71308.85 writes_per_sec=47539.23 read_mib_per_sec=1114.20",
        "requests_per_sec=118848.08 transfer_mib_per_sec=1857");
    row("1.0.20-memory", Test::Memory, "mib_per_sec=4693.64 ops_per_sec=4806289.47", "");
    row("1.0.20-checkpoints", Test::Cpu, "events_per_sec=3315.26 total_time_s=3.0003 thread_events_avg=3312", "");
    row("1.1.0-cpu", Test::Cpu, "events_per_sec=880.2741 total_time_s=3.0015 total_events=2642", "");
    row("1.1.0-fileio", Test::Fileio, "writes_per_sec=13467.02 written_mib_per_sec=210.42 fsyncs_per_sec=17257.16",
        "requests_per_sec=13467.02 transfer_mib_per_sec=210.42");
    row("1.1.0-memory", Test::Memory, "events_per_sec=2446128.7105 mib_per_sec=9555.19", "");
    row("1.1.0-threads", Test::Threads, "events_per_sec=7711.0812 lat_p95_ms=0.75", "");
    row("1.1.0-mutex", Test::Mutex, "events_per_sec=13.3271 thread_time_avg_s=0.1494", "");
}

void TestParser::figures()
{
    QFETCH(Test, test);
    QFETCH(QString, printed);
    QFETCH(QString, derived);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    const QList<ParsedRun> runs = parseOutput(contentOf(name + u".txt"_s));
    QCOMPARE(runs.size(), 1);
    const ParsedRun& run = runs.front();
    QCOMPARE(run.test, test);
    QVERIFY(run.version.startsWith(name.section(u'-', 0, 0)));
    QVERIFY(run.complete);
    QVERIFY(run.error.isEmpty());
    compareMetrics(run.metrics, printed);
    compareMetrics(run.metrics, derived);
    const auto compareDerived = [&run](const QString& pairs, bool isDerived) {
        const QStringList list = pairs.split(u' ', Qt::SkipEmptyParts);
        for (const QString& pair : list)
            QVERIFY2(run.metrics.isDerived(*metricFromName(pair.section(u'=', 0, 0))) == isDerived, qPrintable(pair));
    };
    compareDerived(printed, false);
    compareDerived(derived, true);
}

void TestParser::everySplit()
{
    QFETCH(QString, name);
    const QByteArray input = contentOf(name);
    const QList<ParsedRun> expected = parseOutput(input);
    for (qsizetype at = 0; at <= input.size(); ++at) {
        OutputParser parser;
        parser.feed(QByteArrayView(input).first(at));
        parser.feed(QByteArrayView(input).sliced(at));
        parser.finish();
        QVERIFY2(parser.takeRuns() == expected, qPrintable(QString::number(at)));
    }
    OutputParser parser;
    for (const char byte : input)
        parser.feed(QByteArrayView(&byte, 1));
    parser.finish();
    QVERIFY(parser.takeRuns() == expected);
}

void TestParser::everyTruncation()
{
    QFETCH(QString, name);
    const QByteArray input = contentOf(name);
    const QList<ParsedRun> whole = parseOutput(input);
    for (qsizetype length = 0; length < input.size(); ++length) {
        const QList<ParsedRun> part = parseOutput(QByteArrayView(input).first(length));
        QVERIFY(part.size() <= whole.size());
        for (qsizetype i = 0; i < part.size(); ++i) {
            verifyNothingInvented(part[i], whole[i]);
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(u"cut at %1, run %2"_s.arg(length).arg(i)));
        }
    }
}

void TestParser::dirtChangesNothing_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"utf16", "quoted", "ansi", "numbered", "stamped", "compose", "syslog", "cr", "collapsed"})
        QTest::newRow(name) << u"dirt-%1.txt"_s.arg(QLatin1StringView(name));
}

void TestParser::dirtChangesNothing()
{
    QFETCH(QString, name);
    QCOMPARE(jsonText(parseOutput(contentOf(name))), jsonText(parseOutput(contentOf(u"1.0.20-cpu.txt"_s))));
}

void TestParser::intervalsComeAtOnce()
{
    OutputParser parser;
    QList<Interval> seen;
    parser.setIntervalHandler([&seen](const Interval& interval) { seen.append(interval); });
    parser.feed(header + "[ 1s ] thds: 2 eps: 61.28 lat (ms,95%): 0.3");
    QVERIFY(seen.isEmpty());
    parser.feed("5\n[ 2s ] thds: 2 eps: 60.00 lat (ms,95%): 0.36\n");
    QCOMPARE(seen.size(), 2);
    QCOMPARE(seen[0].timeS, 1.0);
    QCOMPARE(seen[0].threads, 2);
    QCOMPARE(seen[0].eventsPerSec, 61.28);
    QCOMPARE(seen[0].latP95Ms, 0.35);
    QVERIFY(parser.takeRuns().isEmpty());
    parser.finish();
    const QList<ParsedRun> runs = parser.takeRuns();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].intervals, seen);
    QVERIFY(!runs[0].complete);
    QVERIFY(runs[0].metrics.isEmpty());
}

void TestParser::expectedTest()
{
    const QByteArray threads = contentOf(u"1.0.20-threads.txt"_s);
    QCOMPARE(parseOutput(threads)[0].test, Test::Unknown);
    QCOMPARE(parseOutput(threads, Test::Threads)[0].test, Test::Threads);
    // What the output says itself counts for more.
    QCOMPARE(parseOutput(contentOf(u"1.0.20-cpu.txt"_s), Test::Threads)[0].test, Test::Cpu);
}

void TestParser::commandLineTellsTest()
{
    const QByteArray threads = contentOf(u"1.0.20-threads.txt"_s);
    QCOMPARE(parseOutput("$ sysbench threads --threads=2 run\n" + threads)[0].test, Test::Threads);
    QCOMPARE(parseOutput("# sysbench --num-threads=2 --test=mutex run\n" + threads)[0].test, Test::Mutex);
    QCOMPARE(parseOutput("$ sysbench mutex cleanup\n" + threads)[0].test, Test::Unknown);
    QCOMPARE(parseOutput("the sysbench mutex test\n" + threads)[0].test, Test::Unknown);
    // It is said of the next run only.
    const QList<ParsedRun> two = parseOutput("$ sysbench threads run\n" + threads + threads);
    QCOMPARE(two.size(), 2);
    QCOMPARE(two[1].test, Test::Unknown);
}

void TestParser::errors_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("error");
    QTest::newRow("fatal") << header + "FATAL: Cannot open file 'x' errno = 2 (No such file or directory)\n"
                           << u"Cannot open file 'x' errno = 2 (No such file or directory)"_s;
    QTest::newRow("with advice") << header + "FATAL: a\nWARNING: Did you forget to run the prepare step?\n"
                                 << u"a\nDid you forget to run the prepare step?"_s;
    QTest::newRow("before the header") << QByteArray("FATAL: Invalid value for --threads: 0.\n")
                                       << u"Invalid value for --threads: 0."_s;
    QTest::newRow("bad option, terminal")
        << QByteArray("sysbench 1.0.20 (using x)\n\ninvalid option: --foo\n") << u"invalid option: --foo"_s;
    QTest::newRow("bad option, pipe") << QByteArray("invalid option: --foo\nsysbench 1.0.20 (using x)\n\n")
                                      << u"invalid option: --foo"_s;
    QTest::newRow("bad option, 0.4") << QByteArray("$ sysbench --test=cpu --foo run\nUnknown option: --foo.\n")
                                     << u"Unknown option: --foo."_s;
    QTest::newRow("prepare") << QByteArray("sysbench 1.0.20 (using x)\n\n4 files, 4096Kb each, 16Mb total\n"
                                           "Creating files for the test...\nFATAL: Failed to write file! errno = 28\n")
                             << u"prepare: Failed to write file! errno = 28"_s;
    QTest::newRow("invalid UTF-8") << header + "FATAL: \xff\xfe\n" << u"\uFFFD\uFFFD"_s;
}

void TestParser::errors()
{
    QFETCH(QByteArray, input);
    QFETCH(QString, error);
    const QList<ParsedRun> runs = parseOutput(input);
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].error, error);
    QVERIFY(!runs[0].complete);
    QVERIFY(runs[0].metrics.isEmpty());
}

void TestParser::notSysbench_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << contentOf(u"not-sysbench.txt"_s);
    QTest::newRow("prepare and cleanup") << contentOf(u"1.0.20-prepare-cleanup.txt"_s);
    QTest::newRow("version") << QByteArray("$ sysbench --version\nsysbench 1.0.20\n");
    QTest::newRow("command only") << QByteArray("$ sysbench cpu --threads=2 run\n");
    QTest::newRow("another tool's bad option") << QByteArray("invalid option: -z\n");
    QTest::newRow("bytes") << QByteArray(70000, '\0') + QByteArray(70000, '\xff');
}

void TestParser::notSysbench()
{
    QFETCH(QByteArray, input);
    QVERIFY(parseOutput(input).isEmpty());
}

void TestParser::badFigures_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char* line : {"events per second: nan",
                             "events per second: inf",
                             "events per second: -nan",
                             "events per second: 1e9",
                             "events per second: 12,50",
                             "events per second: 1.250,50",
                             "events per second: -1.00",
                             "events per second: 61",
                             "events per second: 61.",
                             "total time: 10.0003",
                             "total time: 10.0003 s",
                             "total time: s",
                             "total number of events: 99999999999999999999999999",
                             "total number of events: 12.5",
                             "total number of events: 12x",
                             "events (avg/stddev): -nan/-nan",
                             "events (avg/stddev): 1.0/",
                             "Number of threads: 0",
                             "min: 18446744073709.55",
                             "95th percentile: 10000000.00"})
        QTest::newRow(line) << QByteArray(line);
}

void TestParser::badFigures()
{
    QFETCH(QByteArray, line);
    const QList<ParsedRun> runs = parseOutput("sysbench 1.0.20 (using x)\n\nRunning the test with following options:\n"
                                              "Latency (ms):\n" +
                                              line + '\n');
    QCOMPARE(runs.size(), 1);
    QVERIFY(runs[0].metrics.isEmpty());
    QVERIFY(!runs[0].threads);
}

void TestParser::otherPercentile()
{
    const QList<ParsedRun> runs = parseOutput(header + "[ 1s ] thds: 2 eps: 61.28 lat (ms,99%): 0.35\n"
                                                       "Latency (ms):\n 99th percentile: 0.41\n");
    QCOMPARE(runs.size(), 1);
    QVERIFY(!runs[0].metrics.value(Metric::LatP95Ms));
    QCOMPARE(runs[0].parameters.value("percentile"_L1).toInt(), 99);
    QCOMPARE(runs[0].intervals.size(), 1);
    QVERIFY(!runs[0].intervals[0].latP95Ms);
}

void TestParser::longLines()
{
    OutputParser parser;
    parser.feed(header);
    const QByteArray filler(1000000, 'x');
    for (int i = 0; i < 64; ++i)
        parser.feed(filler);
    parser.feed("\n    events per second:  64.43\nevents (avg/stddev): " + QByteArray(9000, '1') + ".0000/0.00\n");
    parser.finish();
    const QList<ParsedRun> runs = parser.takeRuns();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].metrics.value(Metric::EventsPerSec), 64.43);
    QVERIFY(!runs[0].metrics.value(Metric::ThreadEventsAvg));
}

void TestParser::manyIntervals()
{
    OutputParser parser;
    qsizetype seen = 0;
    parser.setIntervalHandler([&seen](const Interval&) { ++seen; });
    parser.feed(header);
    const qsizetype count = RunAssembler::maximumIntervals + 1000;
    for (qsizetype second = 1; second <= count; ++second)
        parser.feed("[ " + QByteArray::number(second) + "s ] thds: 2 eps: 61.28 lat (ms,95%): 0.35\n");
    parser.finish();
    QCOMPARE(seen, count);
    const QList<ParsedRun> runs = parser.takeRuns();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].intervals.size(), RunAssembler::maximumIntervals);
}

void TestParser::locale()
{
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::German));
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    const QList<ParsedRun> runs = parseOutput(contentOf(u"1.0.20-cpu.txt"_s));
    std::setlocale(LC_ALL, "C");
    QLocale::setDefault(before);
    QCOMPARE(runs[0].metrics.value(Metric::EventsPerSec), 2487.53);
}

void TestParser::jsonKeys()
{
    const QJsonObject cpu = toJson(parseOutput(contentOf(u"1.0.20-cpu.txt"_s))[0]);
    QCOMPARE(cpu.keys(), QStringList({u"complete"_s, u"error"_s, u"intervals"_s, u"metrics"_s, u"mode"_s, u"test"_s,
                                      u"threads"_s, u"version"_s}));
    QVERIFY(cpu.value("mode"_L1).isNull());
    QCOMPARE(cpu.value("error"_L1).toString(), QString());
    const QJsonObject fileio = toJson(parseOutput(contentOf(u"1.0.20-fileio-seqrd.txt"_s))[0]);
    QCOMPARE(fileio.value("mode"_L1).toString(), u"seqrd"_s);
    QCOMPARE(fileio.value("test"_L1).toString(), u"fileio"_s);
}

QTEST_GUILESS_MAIN(TestParser)
#include "tst_parser.moc"
