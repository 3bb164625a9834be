#include "import/import_text.h"

#include "sysbench/parser.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;
using sysbench::Test;

class TestImportText : public QObject
{
    Q_OBJECT
private slots:
    void readsEverySample_data();
    void readsEverySample();
    void keepsTheOutputOfEachRun();
    void targetsStandInTitles();
    void commandsTellWhatIsNotPrinted();
    void pathsFillWhatWasFilteredOut();
    void grepNamesTheFiles();
    void unfinishedRunsAreKept();
    void refusesOtherFiles_data();
    void refusesOtherFiles();
    void canBeCancelled();
    void hugeLinesAndMarkupDoNoHarm();
};

namespace {

QByteArray sample(const QString& name)
{
    QFile file(QStringLiteral(BV_TEST_DATA "/sysbench/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A run of sysbench cpu as it prints it.
QByteArray cpuRun(int prime, double rate)
{
    return "sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\nRunning the test with following options:\n"
           "Number of threads: 1\n\n\nPrime numbers limit: " +
           QByteArray::number(prime) +
           "\n\nThreads started!\n\nCPU speed:\n    events per second:  " + QByteArray::number(rate, 'f', 2) +
           "\n\nGeneral statistics:\n    total time:                          10.0002s\n"
           "    total number of events:              7471\n\nLatency (ms):\n"
           "         min:                                    0.73\n         avg:                                    "
           "0.80\n"
           "         max:                                   10.02\n         95th percentile:                        "
           "0.86\n"
           "         sum:                                 5997.00\n\nThreads fairness:\n"
           "    events (avg/stddev):           7471.0000/0.00\n    execution time (avg/stddev):   9.9985/0.00\n\n";
}

ImportedFile read(const QString& path, const QByteArray& bytes)
{
    const auto file = importText(path, bytes);
    if (!file)
        qWarning("%s", qPrintable(file.error().message));
    return file.valueOr({});
}

} // namespace

void TestImportText::readsEverySample_data()
{
    QTest::addColumn<QString>("name");
    const QStringList names =
        QDir(QStringLiteral(BV_TEST_DATA "/sysbench")).entryList({u"*.txt"_s}, QDir::Files, QDir::Name);
    QVERIFY(names.size() > 30);
    for (const QString& name : names)
        QTest::newRow(qPrintable(name)) << name;
}

/// Every run that the parser finds is imported, with the same figures.
void TestImportText::readsEverySample()
{
    QFETCH(QString, name);
    const QByteArray bytes = sample(name);
    const QList<sysbench::ParsedRun> runs = sysbench::parseOutput(bytes);
    const auto file = importText(name, bytes);
    if (runs.isEmpty()) {
        QVERIFY(!file && file.error().code == Error::Code::BadInput);
        QVERIFY2(file.error().message.contains(name), qPrintable(file.error().message));
        return;
    }
    QVERIFY2(file, qPrintable(file.error().message));
    QCOMPARE(file->runs.size(), runs.size());
    for (qsizetype i = 0; i < runs.size(); ++i) {
        const ImportedRun& imported = file->runs[i];
        QCOMPARE(imported.record.metrics, runs[i].metrics);
        QCOMPARE(imported.record.intervals, runs[i].intervals);
        QCOMPARE(imported.version, runs[i].version);
        if (runs[i].test != Test::Unknown)
            QCOMPARE(imported.record.test, runs[i].test);
        QCOMPARE(imported.record.status == RunStatus::Ok,
                 runs[i].error.isEmpty() && imported.record.metrics.value(headlineMetric(imported.record.test)));
        if (runs[i].threads)
            QCOMPARE(imported.record.params["threads"_L1].toInt(), *runs[i].threads);
        QVERIFY(!imported.record.output.trimmed().isEmpty());
    }
}

void TestImportText::keepsTheOutputOfEachRun()
{
    const ImportedFile file =
        read(u"cpu.txt"_s, "first title\n" + cpuRun(20000, 100) + "second title\n" + cpuRun(50000, 50) + "the end\n");
    QCOMPARE(file.runs.size(), 2);
    const QString first = file.runs[0].record.output;
    const QString second = file.runs[1].record.output;
    QVERIFY(first.startsWith("first title\nsysbench 1.0.20"_L1) && first.contains("100.00"_L1));
    QVERIFY(!first.contains("50.00"_L1) && !first.contains("second title"_L1));
    QVERIFY2(second.trimmed().startsWith("second title"_L1), qPrintable(second));
    QVERIFY(second.contains("Prime numbers limit: 50000"_L1));
    // and each output is read as the very run it belongs to
    for (const ImportedRun& run : file.runs) {
        const auto again = sysbench::parseOutput(run.record.output.toUtf8());
        QCOMPARE(again.size(), 1);
        QCOMPARE(again.first().metrics, run.record.metrics);
    }
}

void TestImportText::targetsStandInTitles()
{
    const QByteArray text = "== Docker, 2 CPUs ==\nrun 1\n" + cpuRun(20000, 100) + "run 2\n" + cpuRun(20000, 101) +
                            "== QEMU (tcg) ==\nrun 1\n" + cpuRun(20000, 10) + "run 2\n" + cpuRun(20000, 11);
    const ImportedFile file = read(u"all.txt"_s, text);
    QCOMPARE(file.runs.size(), 4);
    const QStringList targets{u"docker-2c"_s, u"docker-2c"_s, u"qemu-tcg"_s, u"qemu-tcg"_s};
    for (qsizetype i = 0; i < 4; ++i) {
        const ImportedRun& run = file.runs[i];
        QCOMPARE(run.targetName, targets[i]);
        QCOMPARE(run.repeat, std::optional(static_cast<int>(i % 2) + 1));
        QCOMPARE(run.guessed.value(u"target"_s), i % 2 == 0 ? GuessSource::Text : GuessSource::Order);
        QCOMPARE(run.guessed.value(u"repeat"_s), GuessSource::Text);
        QVERIFY(!run.guessed.contains(u"test"_s)); // the output says it
    }
}

void TestImportText::commandsTellWhatIsNotPrinted()
{
    const ImportedFile file =
        read(u"x.txt"_s,
             "$ sysbench cpu --time=30 --threads=8 --cpu-max-prime=1 --report-interval=2 run\n" + cpuRun(20000, 100));
    QCOMPARE(file.runs.size(), 1);
    const ImportedRun& run = file.runs.first();
    QCOMPARE(run.record.params["time_s"_L1].toInt(), 30);
    QCOMPARE(run.guessed.value(u"time_s"_s), GuessSource::Text);
    // what the output says itself is truer than what was typed
    QCOMPARE(run.record.params["threads"_L1].toInt(), 1);
    QCOMPARE(run.record.params["cpu_max_prime"_L1].toInt(), 20000);
    QVERIFY(!run.record.params.contains("report_interval"_L1));
    // nothing is known of a time where no command says it
    QVERIFY(!read(u"x.txt"_s, cpuRun(20000, 100)).runs.first().record.params.contains("time_s"_L1));
}

void TestImportText::pathsFillWhatWasFilteredOut()
{
    const ImportedFile file =
        read(u"qemu_2cpu_2gb/cpu_20000_3.txt"_s, "    events per second:  2487.53\n    total time:      10.0024s\n");
    QCOMPARE(file.runs.size(), 1);
    const ImportedRun& run = file.runs.first();
    QCOMPARE(run.record.test, Test::Cpu);
    QCOMPARE(run.record.params, (QJsonObject{{u"cpu_max_prime"_s, 20000}})); // and no threads: they are not known
    QCOMPARE(run.guessed.value(u"cpu_max_prime"_s), GuessSource::Path);
    QCOMPARE(run.repeat, std::optional(3));
    QCOMPARE(run.targetName, u"qemu-2c-2g"_s);
    QCOMPARE(run.guessed.value(u"cpus"_s), GuessSource::Path);
    QVERIFY(run.version.isEmpty());
}

void TestImportText::grepNamesTheFiles()
{
    const ImportedFile file = read(u"collected.txt"_s, sample(u"dirt-grep.txt"_s));
    QCOMPARE(file.runs.size(), 2);
    QCOMPARE(file.runs[0].targetName, u"docker"_s);
    QCOMPARE(file.runs[0].repeat, std::optional(1));
    QCOMPARE(file.runs[1].repeat, std::optional(2));
}

void TestImportText::unfinishedRunsAreKept()
{
    const ImportedFile file = read(u"dirt-many.txt"_s, sample(u"dirt-many.txt"_s));
    QCOMPARE(file.runs.size(), 5);
    QVERIFY(file.runs[0].record.notes.isEmpty());
    QCOMPARE(file.runs[1].record.notes.size(), 1); // cut off
    QCOMPARE(file.runs[1].record.status, RunStatus::Ok);
    QCOMPARE(file.runs[3].record.status, RunStatus::Failed);
    QVERIFY(file.runs[3].record.error.contains("test_file.0"_L1));
}

void TestImportText::refusesOtherFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("part");
    QTest::newRow("empty") << QByteArray() << u"is empty"_s;
    QTest::newRow("blanks") << QByteArray(" \n\t\n") << u"is empty"_s;
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0\0\1\2\3\0\0\0\0",
                                          16)
                            << u"not a text"_s;
    QTest::newRow("zeros") << QByteArray(10000, '\0') << u"not a text"_s;
    QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0", 24) << u"not a text"_s;
    QTest::newRow("prose") << QByteArray("Dear all,\nit was faster.\n") << u"no results"_s;
    QTest::newRow("session") << QByteArray(R"({"schema": "benchvisor-session/1"})") << u"needs no import"_s;
    QTest::newRow("rtf") << QByteArray("{\\rtf1\\ansi events per second: 5.00}") << u"plain text"_s;
    QTest::newRow("html") << QByteArray("<!DOCTYPE html><p>5") << u"plain text"_s;
    QTest::newRow("other table") << QByteArray("name,age\nAda,36\n") << u"no results"_s;
}

void TestImportText::refusesOtherFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, part);
    const auto file = importText(u"folder/x.dat"_s, bytes);
    QVERIFY(!file);
    QCOMPARE(file.error().code, Error::Code::BadInput);
    QVERIFY2(file.error().message.contains(part) && file.error().message.contains("folder/x.dat"_L1),
             qPrintable(file.error().message));
}

void TestImportText::canBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    const auto file = importText(u"cpu.txt"_s, cpuRun(1000, 1), stop.get_token());
    QVERIFY(!file && file.error().code == Error::Code::Cancelled);
}

void TestImportText::hugeLinesAndMarkupDoNoHarm()
{
    const QByteArray hostile = QByteArray(5'000'000, 'x') + "\n<script>alert(1)</script> docker =cmd|' /C calc'!A0\n" +
                               cpuRun(20000, 100) + QByteArray(3'000'000, '\xff') + '\n';
    const ImportedFile file = read(u"<b>docker</b>/=cmd.txt"_s, hostile);
    QCOMPARE(file.runs.size(), 1);
    QVERIFY(file.runs.first().record.output.size() <= RunRecord::outputLimit);
    QCOMPARE(file.runs.first().targetName, u"docker"_s);
    QCOMPARE(file.runs.first().record.metrics.value(Metric::EventsPerSec), std::optional(100.0));
}

QTEST_GUILESS_MAIN(TestImportText)
#include "tst_import_text.moc"
