#include "../session/sample_session.h"
#include "export/csv.h"
#include "export/save_file.h"
#include "export/session_export.h"
#include "session/session_json.h"

#include <QDir>
#include <QFile>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

/// An RFC 4180 reader, written from the RFC and not from the writer.
QList<QStringList> parse(const QByteArray& csv)
{
    QList<QStringList> rows;
    QStringList row;
    QString field;
    bool quoted = false;
    const QString text = QString::fromUtf8(csv);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (quoted) {
            if (c != u'"')
                field += c;
            else if (i + 1 < text.size() && text[i + 1] == u'"')
                field += text[++i];
            else
                quoted = false;
        } else if (c == u'"') {
            quoted = true;
        } else if (c == u',') {
            row.append(std::exchange(field, {}));
        } else if (c == u'\r' && i + 1 < text.size() && text[i + 1] == u'\n') {
            ++i;
            row.append(std::exchange(field, {}));
            rows.append(std::exchange(row, {}));
        } else {
            field += c;
        }
    }
    return rows;
}

QString cellOf(const QList<QStringList>& rows, qsizetype row, const QString& column)
{
    return rows.value(row).value(rows.first().indexOf(column), u"(no such column)"_s);
}

} // namespace

class TestCsv : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::German)); }

    void writesText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("empty") << QString() << QByteArray();
        QTest::newRow("plain") << u"cpu 20000"_s << QByteArray("cpu 20000");
        QTest::newRow("comma") << u"a,b"_s << QByteArray("\"a,b\"");
        QTest::newRow("quote") << u"a\"b"_s << QByteArray("\"a\"\"b\"");
        QTest::newRow("line end") << u"a\r\nb"_s << QByteArray("\"a\r\nb\"");
        QTest::newRow("UTF-8") << u"größer"_s
                               << QByteArray("gr\xc3\xb6\xc3\x9f"
                                             "er");
        QTest::newRow("equals") << u"=1+1"_s << QByteArray("'=1+1");
        QTest::newRow("plus") << u"+1"_s << QByteArray("'+1");
        QTest::newRow("minus") << u"-1.5"_s << QByteArray("'-1.5");
        QTest::newRow("at") << u"@SUM(A1)"_s << QByteArray("'@SUM(A1)");
        QTest::newRow("tab") << u"\t=1"_s << QByteArray("'\t=1");
        QTest::newRow("CR") << u"\r=1"_s << QByteArray("\"'\r=1\"");
        QTest::newRow("LF") << u"\n=1"_s << QByteArray("\"'\n=1\"");
        QTest::newRow("link") << u"=HYPERLINK(\"http://x\",\"y\")"_s
                              << QByteArray("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
        QTest::newRow("inside") << u"1=1"_s << QByteArray("1=1");
    }

    void writesText()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, field);
        QCOMPARE(csvText(text), field);
    }

    void writesNumbers_data()
    {
        QTest::addColumn<double>("number");
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("0") << 0.0 << QByteArray("0");
        QTest::newRow("-0") << -0.0 << QByteArray("0");
        QTest::newRow("-1.5") << -1.5 << QByteArray("-1.5");
        QTest::newRow("0.1") << 0.1 << QByteArray("0.1");
        QTest::newRow("million") << 1e6 << QByteArray("1000000");
        QTest::newRow("thousands") << 76437.25 << QByteArray("76437.25");
        QTest::newRow("third") << 1.0 / 3 << QByteArray("0.3333333333333333");
        QTest::newRow("huge") << 1e300 << QByteArray("1e+300");
        QTest::newRow("tiny") << 5e-324 << QByteArray("5e-324");
        QTest::newRow("NaN") << std::nan("") << QByteArray();
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << QByteArray();
    }

    void writesNumbers()
    {
        QFETCH(double, number);
        QFETCH(QByteArray, field);
        QCOMPARE(csvNumber(number), field);
        if (!field.isEmpty())
            QCOMPARE(field.toDouble(), number);
    }

    void writesRunsOneARow()
    {
        Session session = sample::session();
        session.runs = {sample::run(0), sample::run(1, u"=cmd"_s)};
        session.runs[0].metrics.set(sysbench::Metric::LatMinMs, -1.5);
        session.runs[1].params = {{u"file_test_mode"_s, u"rndwr"_s}};
        session.runs[1].metrics = {};
        session.runs[1].discarded = true;
        session.runs[1].status = RunStatus::Failed;
        session.runs[1].started = {};
        session.runs[1].error = u"FATAL: \"no\", space\nleft"_s;
        const QByteArray csv = rawCsv(session);
        QVERIFY(csv.startsWith("id,started,target,test,param_cpu_max_prime,param_file_test_mode,param_threads,repeat,"
                               "discarded,status,events_per_sec,total_events,"));
        const auto rows = parse(csv);
        QCOMPARE(rows.size(), 3);
        for (const QStringList& row : rows)
            QCOMPARE(row.size(), rows.first().size());
        QCOMPARE(
            rows.first().mid(rows.first().size() - 6),
            (QStringList{u"error"_s, u"superseded"_s, u"fairness"_s, u"session"_s, u"created"_s, u"app_version"_s}));
        QCOMPARE(cellOf(rows, 2, u"session"_s), session.id);
        QCOMPARE(cellOf(rows, 2, u"created"_s), u"2026-11-23T05:42:10.000Z"_s);
        QCOMPARE(cellOf(rows, 2, u"app_version"_s), session.app["version"_L1].toString());
        QCOMPARE(rows.first().mid(10, qsizetype(sysbench::metricCount)).last(), u"boot_start_ms"_s);
        QCOMPARE(cellOf(rows, 1, u"started"_s), u"2026-11-23T05:42:10.125Z"_s);
        QCOMPARE(cellOf(rows, 1, u"events_per_sec"_s), u"1000.5"_s);
        QCOMPARE(cellOf(rows, 1, u"lat_min_ms"_s), u"-1.5"_s);
        QCOMPARE(cellOf(rows, 1, u"param_file_test_mode"_s), QString());
        QCOMPARE(cellOf(rows, 2, u"target"_s), u"'=cmd"_s);
        QCOMPARE(cellOf(rows, 2, u"events_per_sec"_s), QString());
        QCOMPARE(cellOf(rows, 2, u"started"_s), QString());
        QCOMPARE(cellOf(rows, 2, u"discarded"_s), u"true"_s);
        QCOMPARE(cellOf(rows, 2, u"error"_s), session.runs[1].error);
    }

    void summarizesGoodRuns()
    {
        Session session = sample::session();
        session.targets = {QJsonObject{{u"id"_s, u"qemu"_s}, {u"provenance"_s, QJsonObject{{u"accel"_s, u"kvm"_s}}}}};
        for (int i = 0; i < 3; ++i) {
            session.runs.append(sample::run(2 * i));
            session.runs.last().metrics.set(sysbench::Metric::EventsPerSec, 10.0 + i);
            session.runs.append(sample::run(2 * i + 1, u"qemu"_s));
        }
        session.runs[3].status = RunStatus::Timeout;
        session.runs[5].discarded = true;
        session.runs[1].metrics.set(sysbench::Metric::EventsPerSec, 4.5);
        const auto rows = parse(summaryCsv(session));
        QCOMPARE(rows.size(), 3);
        QCOMPARE(
            rows[0].join(u','),
            u"session,target,kind,accel,test,param_cpu_max_prime,param_threads,metric,unit,n,"
            "mean,sd,median,min,max,ci_low,ci_high,discarded,failed,error,fairness,created,app_version,ci_method"_s);
        QVERIFY(rows[1].join(u',').startsWith(
            u"20261123-054210-7f3a,docker,docker,,cpu,20000,1,events_per_sec,events/s,3,11,1,11,10,12,"_s));
        // Student t for 2 degrees of freedom, 0.975: 4.302653; half-width 4.302653 / sqrt(3)
        QVERIFY(std::abs(cellOf(rows, 1, u"ci_low"_s).toDouble() - (11 - 4.302653 / std::sqrt(3.0))) < 1e-5);
        QCOMPARE(rows[2].join(u','), u"20261123-054210-7f3a,qemu,qemu,kvm,cpu,20000,1,events_per_sec,events/s,1,4.5,,"
                                     "4.5,4.5,4.5,,,1,1,,repeats,2026-11-23T05:42:10.000Z,0.1.0,"_s);
        QCOMPARE(cellOf(rows, 1, u"ci_method"_s), u"Student t"_s);
    }

    void showsCellsWithoutAnyGoodRun()
    {
        Session session = sample::session();
        session.runs = {sample::run(0)};
        session.runs[0].status = RunStatus::Failed;
        const auto rows = parse(summaryCsv(session));
        QCOMPARE(rows.size(), 2);
        QVERIFY(
            rows[1].join(u',').endsWith(u",events_per_sec,events/s,0,,,,,,,,0,1,,,2026-11-23T05:42:10.000Z,0.1.0,"_s));
    }

    void countsTheLastAttempt()
    {
        Session session = sample::session();
        session.runs = {sample::run(0), sample::run(1), sample::run(0)};
        session.runs[0].status = RunStatus::Failed;
        session.runs[2].id = u"0.2"_s;
        const auto rows = parse(summaryCsv(session));
        QCOMPARE(cellOf(rows, 1, u"n"_s), u"2"_s);
        QCOMPARE(cellOf(rows, 1, u"failed"_s), u"0"_s);
        const auto raw = parse(rawCsv(session));
        QCOMPARE(cellOf(raw, 1, u"superseded"_s), u"true"_s);
        QCOMPARE(cellOf(raw, 2, u"superseded"_s), u"false"_s);
        QCOMPARE(cellOf(raw, 3, u"superseded"_s), u"false"_s);
    }

    void tellsOfTargetsThatCouldNotBeUsed()
    {
        Session session = sample::session();
        session.targets = {QJsonObject{{u"id"_s, u"docker"_s}},
                           QJsonObject{{u"id"_s, u"qemu"_s}, {u"error"_s, u"There is no sysbench"_s}}};
        session.runs = {sample::run(0)};
        const auto rows = parse(summaryCsv(session));
        QCOMPARE(rows.size(), 3);
        QCOMPARE(cellOf(rows, 1, u"error"_s), QString());
        QCOMPARE(rows[2].join(u','), u"20261123-054210-7f3a,qemu,qemu,tcg,cpu,20000,1,events_per_sec,events/s,0,,,,,,"
                                     ",,0,0,There is no sysbench,repeats,2026-11-23T05:42:10.000Z,0.1.0,"_s);
    }

    void namesWhatIsUnequal()
    {
        const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA) + u"/session/quick.json"_s);
        QVERIFY(session);
        for (const QByteArray& csv : {rawCsv(*session), summaryCsv(*session)}) {
            const auto rows = parse(csv);
            for (qsizetype i = 1; i < rows.size(); ++i) {
                const QStringList kinds = cellOf(rows, i, u"fairness"_s).split(u';');
                QVERIFY(kinds.contains(u"repeats"_s));
                const bool isVm = cellOf(rows, i, u"target"_s).startsWith(u"qemu"_s);
                const bool isFiles = cellOf(rows, i, u"test"_s) == u"fileio"_s;
                QCOMPARE(kinds.contains(u"accelerator"_s), isVm);
                const bool isRead = isFiles && cellOf(rows, i, u"param_file_test_mode"_s) == u"seqrd"_s;
                QCOMPARE(kinds.contains(u"cached_files"_s), isRead);
                QCOMPARE(kinds.contains(u"host_disk_cache"_s), isVm && isRead);
            }
        }
        Session fair = *session;
        fair.runs.clear();
        QCOMPARE(parse(rawCsv(fair)).size(), 1);
    }

    void stampsTheSession()
    {
        const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA) + u"/session/quick.json"_s);
        QVERIFY(session);
        const QJsonObject json = exportedSession(*session);
        const QJsonArray notes = json[u"fairness"_s].toArray();
        QCOMPARE(notes.first()["kind"_L1].toString(), u"accelerator"_s);
        QCOMPARE(notes.first()["targets"_L1].toArray(), QJsonArray{u"qemu-2c-1g"_s});
        // It is read back, and says the same again.
        const auto again = sessionFromJson(exportedSessionText(*session));
        QVERIFY(again);
        QCOMPARE(exportedSession(*again), json);
        QVERIFY(exportedSession(Session())[u"fairness"_s].isArray());
    }

    void hasAHeaderEvenWithoutRuns()
    {
        QCOMPARE(parse(summaryCsv(Session())).size(), 1);
        QCOMPARE(parse(rawCsv(Session())).size(), 1);
    }

    void survivesAnyText()
    {
        for (quint32 seed = 0; seed < 100; ++seed) {
            const Session session = sample::randomSession(seed);
            const auto rows = parse(rawCsv(session));
            QCOMPARE(rows.size(), session.runs.size() + 1);
            for (qsizetype i = 0; i < session.runs.size(); ++i) {
                const QString error = cellOf(rows, i + 1, u"error"_s);
                QVERIFY(error == session.runs[i].error || error == u'\'' + session.runs[i].error);
            }
        }
    }

    void savesWholeFilesOnly()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"a.csv"_s);
        QVERIFY(saveFile(path, "one"));
        QVERIFY(saveFile(path, "two"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("two"));
        QCOMPARE(saveFile(folder.path(), "x").error().code, Error::Code::BadInput);
        const auto nowhere = saveFile(folder.filePath(u"no/a.csv"_s), "x");
        QCOMPARE(nowhere.error().code, Error::Code::Io);
        QVERIFY(nowhere.error().message.contains(u"does not exist"_s));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{u"a.csv"_s});
    }

    void writesIntoPipesInsteadOfReplacingThem()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"pipe"_s);
        const QByteArray name = QFile::encodeName(path);
        QVERIFY(::mkfifo(name.constData(), 0600) == 0);
        const int reader = ::open(name.constData(), O_RDONLY | O_NONBLOCK);
        QVERIFY(reader >= 0);
        QVERIFY(saveFile(path, "a,b\r\n"));
        QByteArray read(20, '\0');
        read.truncate(::read(reader, read.data(), size_t(read.size())));
        ::close(reader);
        QCOMPARE(read, QByteArray("a,b\r\n"));
        struct stat info = {};
        QVERIFY(::lstat(name.constData(), &info) == 0 && S_ISFIFO(info.st_mode));
    }
};

QTEST_GUILESS_MAIN(TestCsv)
#include "tst_csv.moc"
