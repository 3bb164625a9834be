#include "core/session/sample_session.h"
#include "export/csv.h"
#include "import/delimited_text.h"
#include "import/import_preview.h"
#include "import/table_columns.h"

#include "analysis/cells.h"

#include <QTest>
#include <limits>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;
using sysbench::Test;

class TestImportTable : public QObject
{
    Q_OBJECT
private slots:
    void readsDialects_data();
    void readsDialects();
    void readsNumbers_data();
    void readsNumbers();
    void knowsHeaders_data();
    void knowsHeaders();
    void readsFileioOfTheReport();
    void ownTableGivesTheSameFigures();
    void refusesTheSummary();
    void saysWhatItLeavesOut();
    void hostileFieldsDoNoHarm();
    void targetsTakeWhatThePathKnows();
};

namespace {

ImportedFile read(const QByteArray& bytes, const QString& path = u"table.csv"_s)
{
    const auto file = importText(path, bytes);
    if (!file)
        qWarning("%s", qPrintable(file.error().message));
    return file.valueOr({});
}

} // namespace

void TestImportTable::readsDialects_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("the report's") << QByteArray(
        "target,cpu_max_prime,repeat,events_per_sec,lat_min_ms,lat_avg_ms,lat_max_ms,lat_p95_ms,events_stddev\n"
        "docker,20000,2,3495.79,0.28,0.29,1.17,0.30,1.5\n");
    QTest::newRow("other order and names, tabs") << QByteArray(
        "95th percentile\tPrime\tPlatform\tEvents per second\tRun\tstd\tmax (ms)\tAvg\tMin latency [ms]\r\n"
        "0.30\t20000\tDocker\t3495.79\t2\t1.5\t1.17\t0.29\t0.28\r\n");
    QTest::newRow("semicolons and decimal commas")
        << QByteArray("\xEF\xBB\xBFtarget;cpu_max_prime;repeat;events/s;min;avg;max;p95;stddev\r\n"
                      "docker;20.000,0;2;3.495,79;0,28;0,29;1,17;0,30;1,5\r\n");
    QTest::newRow("said by a spreadsheet") << QByteArray(
        "sep=;\r\n\"target\";\"cpu_max_prime\";\"repeat\";\"eps\";\"min\";\"avg\";\"max\";\"p95\";\"stddev\"\r\n"
        "\"docker\";\"20000\";\"2\";\"3495,79\";\"0,28\";\"0,29\";\"1,17\";\"0,30\";\"1,5\"\r\n;;;;;;;;\r\n");
    QTest::newRow("quoted decimals between commas")
        << QByteArray("target,cpu_max_prime,repeat,eps,min,avg,max,p95,stddev\n"
                      "\"docker\",20000,2,\"3495,79\",\"0,28\",0.29,1.17,0.3,1.5");
    QTest::newRow("old line ends") << QByteArray("target,cpu_max_prime,repeat,eps,min,avg,max,p95,stddev\r"
                                                 "docker,20000,2,3495.79,0.28,0.29,1.17,0.3,1.5\r");
}

void TestImportTable::readsDialects()
{
    QFETCH(QByteArray, text);
    const ImportedFile file = read(text);
    QCOMPARE(file.warnings, QStringList());
    QCOMPARE(file.runs.size(), 1);
    const ImportedRun& run = file.runs.first();
    QCOMPARE(run.arrangement.kind, std::optional(TargetKind::Docker));
    QCOMPARE(run.targetName, u"docker"_s);
    QCOMPARE(run.record.test, Test::Cpu);
    QCOMPARE(run.record.params, (QJsonObject{{u"cpu_max_prime"_s, 20000}}));
    QCOMPARE(run.repeat, std::optional(2));
    sysbench::Metrics expected;
    expected.set(Metric::EventsPerSec, 3495.79);
    expected.set(Metric::LatMinMs, 0.28);
    expected.set(Metric::LatAvgMs, 0.29);
    expected.set(Metric::LatMaxMs, 1.17);
    expected.set(Metric::LatP95Ms, 0.30);
    expected.set(Metric::ThreadEventsStddev, 1.5);
    QCOMPARE(run.record.metrics, expected);
    QCOMPARE(run.record.status, RunStatus::Ok);
}

void TestImportTable::readsNumbers_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<bool>("commas");
    QTest::addColumn<double>("number"); // negative: none
    const auto row = [](const char* field, bool commas, double number) {
        QTest::addRow("%s %d", field, commas) << QString::fromUtf8(field) << commas << number;
    };
    row("3495.79", false, 3495.79);
    row("3495,79", true, 3495.79);
    row("1.294,30", true, 1294.3);
    row("1,294.30", false, 1294.3);
    row("1,294", true, 1.294);
    row("1,294", false, -1); // thousands or decimals
    row("1,2,3", true, -1);
    row("1 294,5", true, 1294.5);
    row("1'294.5", false, 1294.5);
    row("1e3", false, 1000);
    row(".5", false, 0.5);
    row("0", false, 0);
    row("1e999", false, -1);
    row("nan", false, -1);
    row("inf", false, -1);
    row("-1", false, -1);
    row("0x10", false, -1);
    row("12 ms", false, -1);
    row("=1+1", false, -1);
    row("", false, -1);
    row(",", true, -1);
    row(".", false, -1);
}

void TestImportTable::readsNumbers()
{
    QFETCH(QString, field);
    QFETCH(bool, commas);
    QFETCH(double, number);
    const auto read = importing::numberFromField(field, commas);
    QCOMPARE(read.value_or(-1), number);
}

void TestImportTable::knowsHeaders_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("meaning");
    const auto row = [](const char* title, const char* meaning) {
        QTest::newRow(title) << QString::fromUtf8(title) << QString::fromLatin1(meaning);
    };
    row("events_per_sec", "events_per_sec");
    row("Events/s", "events_per_sec");
    row("events per second", "events_per_sec");
    row("Latency (ms): avg", "-");
    row("avg latency (ms)", "lat_avg_ms");
    row("Latency Max [ms]", "lat_max_ms");
    row("95th percentile (ms)", "lat_p95_ms");
    row("Requests/sec", "requests_per_sec");
    row("Transfer rate (MiB/s)", "transfer_mib_per_sec");
    row("Transfer rate (MB/s)", "-"); // 10^6 or 2^20 bytes
    row("Total time", "total_time_s");
    row("std", "thread_events_stddev");
    row("param_threads", "threads");
    row("Threads", "threads");
    row("mode", "file_test_mode");
    row("file-total-size", "file_total_size");
    row("param_nonsense", "-");
    row("<b>avg</b>", "-");
}

void TestImportTable::knowsHeaders()
{
    QFETCH(QString, title);
    const importing::TableColumn column = importing::columnOf(title);
    using Role = importing::TableColumn::Role;
    const QString meaning = column.role == Role::Metric      ? QString(sysbench::metricName(column.metric))
                            : column.role == Role::Parameter ? column.parameter
                                                             : u"-"_s;
    QTEST(meaning, "meaning");
}

void TestImportTable::readsFileioOfTheReport()
{
    const ImportedFile file = read("target,mode,repeat,transfer_mib_per_sec,requests_per_sec,lat_min_ms,events_stddev\n"
                                   "docker,rndwr,1,73.15,4566,0.01,91.92\nqemu,seqrd,2,56.35,,0,1\n");
    QCOMPARE(file.runs.size(), 2);
    QCOMPARE(file.runs[0].record.test, Test::Fileio);
    QCOMPARE(file.runs[0].record.params, (QJsonObject{{u"file_test_mode"_s, u"rndwr"_s}}));
    QCOMPARE(file.runs[0].record.metrics.value(Metric::RequestsPerSec), std::optional(4566.0));
    QCOMPARE(file.runs[1].arrangement.kind, std::optional(TargetKind::Qemu));
    QVERIFY(!file.runs[1].record.metrics.value(Metric::RequestsPerSec)); // absent, not 0
}

/// What our own export wrote comes back, figure by figure.
void TestImportTable::ownTableGivesTheSameFigures()
{
    Session session = sample::session();
    session.runs = {sample::run(0), sample::run(1, u"qemu"_s), sample::run(2), sample::run(3, u"qemu"_s),
                    sample::run(4), sample::run(5, u"qemu"_s)};
    session.runs[0].discarded = true; // a warm-up
    session.runs[1].error = u"=cmd, \"quoted\"\nand more"_s;
    session.runs[1].status = RunStatus::Failed;
    session.runs[2].params.insert(u"time_s"_s, 10);
    session.runs[2].repeat = 7;
    for (std::size_t i = 0; i < sysbench::metricCount; ++i)
        session.runs[3].metrics.set(static_cast<Metric>(i), 1.0 / 3 * static_cast<double>(i + 1));
    session.runs[5].test = Test::Fileio;
    session.runs[5].params = {{u"file_test_mode"_s, u"rndwr"_s}, {u"file_total_size"_s, u"1G"_s}, {u"threads"_s, 16}};
    session.runs[5].metrics = {};
    session.runs[5].metrics.set(Metric::TransferMibPerSec, 1234.5678901234567);
    const ImportedFile file = read(rawCsv(session));
    QCOMPARE(file.warnings, QStringList());
    QCOMPARE(file.runs.size(), session.runs.size());
    for (qsizetype i = 0; i < session.runs.size(); ++i) {
        const RunRecord& was = session.runs[i];
        const ImportedRun& is = file.runs[i];
        QCOMPARE(is.record.metrics, was.metrics);
        QCOMPARE(is.record.params, was.params);
        QCOMPARE(is.record.test, was.test);
        QCOMPARE(is.record.status, was.status);
        QCOMPARE(is.record.error, was.error);
        QCOMPARE(is.record.discarded, was.discarded);
        QCOMPARE(is.record.started, was.started);
        QCOMPARE(is.repeat, std::optional(was.repeat));
        QCOMPARE(is.targetName, was.target);
        QVERIFY(!is.isSuperseded);
    }
}

void TestImportTable::refusesTheSummary()
{
    Session session = sample::session();
    session.runs = {sample::run(0)};
    const auto file = importText(u"summary.csv"_s, summaryCsv(session));
    QVERIFY(!file);
    QVERIFY2(file.error().message.contains("--raw-csv"_L1), qPrintable(file.error().message));
}

void TestImportTable::saysWhatItLeavesOut()
{
    QByteArray text = "target,cpu_max_prime,events_per_sec,Transfer (MB/s),mood\n";
    for (int i = 0; i < 30; ++i)
        text += "docker,20000,NaN,1,good\n";
    text += "docker,many,5,1,good\nmean,,,,\n";
    const ImportedFile file = read(text);
    QCOMPARE(file.runs.size(), 1); // the rows without any figure are none
    QVERIFY(file.runs.first().record.params.isEmpty());
    QVERIFY2(file.warnings.first().contains("\"Transfer (MB/s)\", \"mood\""_L1), qPrintable(file.warnings.first()));
    QVERIFY(file.warnings[1].contains("Row 2"_L1) && file.warnings[1].contains("\"NaN\""_L1));
    QVERIFY(file.warnings.size() < 30);
    QVERIFY2(file.warnings.last().contains("11 more"_L1), qPrintable(file.warnings.last()));
}

void TestImportTable::hostileFieldsDoNoHarm()
{
    // a quote that never ends, a row without end, fields without number
    QVERIFY(!importText(u"x.csv"_s, "target,eps\n\"docker,5\n"));
    const ImportedFile wide = read("target,eps,cpu_max_prime\ndocker,5,1000" + QByteArray(2'000'000, ',') + "\n");
    QCOMPARE(wide.runs.size(), 1);
    const ImportedFile names = read("target,eps,test\n<img src=x onerror=alert(1)>,5,cpu\n=cmd|'/C calc'!A0,6,cpu\n"
                                    "../../etc/passwd,7,cpu\n" +
                                    QByteArray(500, 'a') + ",8,cpu\n");
    QCOMPARE(names.runs.size(), 4);
    for (const ImportedRun& run : names.runs) {
        for (const QChar c : run.targetName)
            QVERIFY(c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.');
        QVERIFY(run.targetName.size() <= 64 && !run.arrangement.kind);
    }
}

void TestImportTable::targetsTakeWhatThePathKnows()
{
    const QByteArray text = "target,cpu_max_prime,eps\ndocker,20000,5\nqemu,20000,1\n";
    const ImportedFile file = read(text, u"docker_4cpu_2gb/cpu.csv"_s);
    QCOMPARE(file.runs[0].targetName, u"docker-4c-2g"_s);
    QCOMPARE(file.runs[0].guessed.value(u"cpus"_s), GuessSource::Path);
    QCOMPARE(file.runs[1].targetName, u"qemu"_s); // the folder is about the other
}

QTEST_GUILESS_MAIN(TestImportTable)
#include "tst_import_table.moc"
