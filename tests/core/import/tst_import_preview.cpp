#include "analysis/result_rows.h"
#include "export/csv.h"
#include "import/import_corrections.h"
#include "import/import_preview.h"
#include "import/reference_session.h"
#include "session/session_json.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;

/// Folders of results, and the sessions that are made of them.
class TestImportPreview : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void readsFoldersOfStudents();
    void sessionHoldsWhatIsKnown();
    void nothingIsStoredWithoutATarget();
    void correctionsAreTaken();
    void correctionsAreRefused_data();
    void correctionsAreRefused();
    void contradictionsAreRefused();
    void saysWhatKeepsRunsApart();
    void repeatsKeepTheirNumbers_data();
    void repeatsKeepTheirNumbers();
    void everyViewHasTheRuns();
    void exportedRunsComeBack();
    void onlyFilesAreRead();
    void limitsHold();
    void tellsHowFarItIs();

private:
    QString write(const QString& name, const QByteArray& content) const;
    QString path(const QString& name = {}) const { return m_folder->filePath(name); }
    Session session(const ImportPreview& preview) const
    {
        const auto made = sessionOf(preview, u"Lab 1"_s, QDateTime(QDate(2026, 11, 24), QTime(9, 0), Qt::UTC));
        if (!made)
            qWarning("%s", qPrintable(made.error().message));
        return made.valueOr({});
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

QByteArray sample(const QString& name)
{
    QFile file(QStringLiteral(BV_TEST_DATA "/sysbench/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray tableOf(const QByteArray& rows)
{
    return "target,cpu_max_prime,repeat,events_per_sec\n" + rows;
}

} // namespace

QString TestImportPreview::write(const QString& name, const QByteArray& content) const
{
    QDir(path()).mkpath(QFileInfo(path(name)).path());
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(content);
    return path(name);
}

void TestImportPreview::readsFoldersOfStudents()
{
    write(u"lab/docker/cpu_1.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    write(u"lab/docker/cpu_2.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    write(u"lab/docker/cpu_10.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    write(u"lab/qemu_2cpu_2gb/fileio-rndwr-run3.log"_s, sample(u"1.0.20-fileio-rndwr.txt"_s));
    write(u"lab/qemu_2cpu_2gb/cpu.txt"_s, sample(u"dirt-filtered.txt"_s));
    write(u"lab/README.md"_s, "# Our lab\n");
    write(u"lab/.git/cpu.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    const auto preview = readImport({path(u"lab"_s)});
    QVERIFY2(preview, qPrintable(preview.error().message));
    QStringList rows;
    for (const ImportRow& row : preview->rows) {
        rows << u"%1 %2 %3 %4"_s
                    .arg(row.file.section(u'/', -2), row.run.targetName, sysbench::testName(row.run.record.test))
                    .arg(row.run.repeat.value_or(0));
    }
    QCOMPARE(rows, (QStringList{u"docker/cpu_1.txt docker cpu 1"_s, u"docker/cpu_2.txt docker cpu 2"_s,
                                u"docker/cpu_10.txt docker cpu 10"_s, u"qemu_2cpu_2gb/cpu.txt qemu-2c-2g cpu 1"_s,
                                u"qemu_2cpu_2gb/cpu.txt qemu-2c-2g cpu 2"_s,
                                u"qemu_2cpu_2gb/fileio-rndwr-run3.log qemu-2c-2g fileio 3"_s}));
    QCOMPARE(preview->warnings.size(), 1);
    QVERIFY(preview->warnings.first().file.endsWith("README.md"_L1));
    QVERIFY(preview->warnings.first().isRefused && !preview->warnings.first().isNamed);
    QVERIFY(preview->rows.first().file.count(u'/') < path().count(u'/') + 3); // not the whole way to somebody's home
}

void TestImportPreview::sessionHoldsWhatIsKnown()
{
    write(u"docker/cpu_1.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    write(u"qemu_2cpu_2gb/cpu.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    const auto preview = readImport({path()});
    QVERIFY(preview);
    const Session made = session(*preview);
    QCOMPARE(sessionOrigin(made), SessionOrigin::Imported);
    QVERIFY(!sessionOriginText(made).isEmpty());
    QCOMPARE(made.name, u"Lab 1"_s);
    QCOMPARE(made.state, SessionState::Finished);
    QVERIFY(made.host.isEmpty() && isSessionId(made.id));
    QCOMPARE(made.plan.targets.size(), 2);
    QVERIFY(!targetCpus(made.plan.targets[0]) && !targetMemoryMib(made.plan.targets[0]));
    QCOMPARE(targetLabel(made.plan.targets[1]), u"QEMU 2 CPU 2 GiB"_s);
    QCOMPARE(made.targets[0]["provenance"_L1]["sysbench"_L1]["version"_L1].toString(), u"1.0.20"_s);
    const RunRecord& run = made.runs.first();
    QVERIFY(!run.started.isValid() && !run.exitCode && run.command.isEmpty());
    QVERIFY(run.output.startsWith("sysbench 1.0.20"_L1));
    QVERIFY(run.notes.first().contains("docker/cpu_1.txt"_L1));
    QCOMPARE(run.params, (QJsonObject{{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 2}}));
    // stored as a file, all of it stays
    const auto again = sessionFromJson(QJsonDocument(sessionToJson(made)).toJson());
    QVERIFY2(again, qPrintable(again.error().message));
    QCOMPARE(again->plan, made.plan);
    QCOMPARE(again->runs, made.runs);
    QCOMPARE(sessionOrigin(*again), SessionOrigin::Imported);
}

void TestImportPreview::nothingIsStoredWithoutATarget()
{
    write(u"cpu.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    auto preview = readImport({path(u"cpu.txt"_s)});
    QVERIFY(preview && !missingOf(preview->rows.first()).isEmpty());
    const auto refused = sessionOf(*preview, {}, QDateTime::currentDateTimeUtc());
    QVERIFY(!refused && refused.error().code == Error::Code::BadInput);
    QVERIFY2(refused.error().message.contains("cpu.txt, run 1"_L1), qPrintable(refused.error().message));
    preview->rows.first().isIncluded = false;
    QVERIFY(missingOf(preview->rows.first()).isEmpty());
    QVERIFY(!sessionOf(*preview, {}, QDateTime::currentDateTimeUtc())); // nothing is left
}

void TestImportPreview::correctionsAreTaken()
{
    write(u"a/x.txt"_s, sample(u"1.0.20-threads.txt"_s));
    write(u"b/x.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    auto preview = readImport({path()});
    QVERIFY(preview && preview->rows.size() == 2);
    QVERIFY(correctTarget(*preview, u"a=docker-2c-1g"_s)); // also a part of the path
    QVERIFY(correctTarget(*preview, u"b/x.txt=qemu-kvm-2c-1g-qcow2"_s));
    QVERIFY(correctTest(*preview, u"*a/*=mutex"_s));
    QVERIFY(addParameter(*preview, u"time-s=30"_s));
    QCOMPARE(preview->rows[1].run.record.params["time_s"_L1].toInt(), 30);
    const Session made = session(*preview);
    QCOMPARE(made.runs.size(), 2);
    QCOMPARE(made.runs[0].test, sysbench::Test::Mutex);
    QCOMPARE(made.plan.targets[1].id, u"qemu-kvm-2c-1g-qcow2"_s);
    QCOMPARE(targetLabel(made.plan.targets[1]), u"QEMU kvm 2 CPU 1 GiB qcow2"_s);
}

void TestImportPreview::correctionsAreRefused_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("part");
    QTest::newRow("no sign") << u"target"_s << u"docker"_s << u"says nothing"_s;
    QTest::newRow("no kind") << u"target"_s << u"*=fast"_s << u"docker-2c-1g"_s;
    QTest::newRow("no id") << u"target"_s << u"*=docker 2"_s << u"docker-2c-1g"_s;
    QTest::newRow("no row") << u"target"_s << u"nothing*=docker"_s << u"nothing*"_s;
    QTest::newRow("no test") << u"test"_s << u"*=fileoi"_s << u"Did you mean \"fileio\"?"_s;
    QTest::newRow("no parameter") << u"param"_s << u"treads=2"_s << u"Did you mean \"threads\"?"_s;
    QTest::newRow("no value") << u"param"_s << u"time_s=long"_s << u"no value"_s;
    QTest::newRow("told already") << u"param"_s << u"threads=5"_s << u"not replaced"_s;
}

void TestImportPreview::correctionsAreRefused()
{
    QFETCH(QString, option);
    QFETCH(QString, said);
    QFETCH(QString, part);
    write(u"docker.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    auto preview = readImport({path()});
    QVERIFY(preview);
    const auto done = option == "target"_L1 ? correctTarget(*preview, said)
                      : option == "test"_L1 ? correctTest(*preview, said)
                                            : addParameter(*preview, said);
    QVERIFY(!done);
    QVERIFY2(done.error().message.contains(part), qPrintable(done.error().message));
}

void TestImportPreview::contradictionsAreRefused()
{
    write(u"x.csv"_s, "target,cpus,cpu_max_prime,eps\nbox-docker,2,1000,5\nbox-docker,4,1000,5\n");
    const auto preview = readImport({path()});
    QVERIFY(preview);
    const auto made = sessionOf(*preview, {}, QDateTime::currentDateTimeUtc());
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains("\"box-docker\""_L1), qPrintable(made.error().message));
}

void TestImportPreview::saysWhatKeepsRunsApart()
{
    write(u"docker/cpu_20000.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    write(u"qemu/cpu_20000.txt"_s, sample(u"dirt-filtered.txt"_s));
    auto preview = readImport({path()});
    QVERIFY(preview);
    const QStringList notes = apartNotes(*preview);
    QCOMPARE(notes.size(), 1); // the prime limit is in the file's name
    QVERIFY2(notes.first().startsWith("cpu: 2 of 3 runs do not tell threads"_L1), qPrintable(notes.first()));
    QCOMPARE(analysis::cellsOf(session(*preview)).size(), 2);
    QVERIFY(addParameter(*preview, u"threads=2"_s));
    QVERIFY(apartNotes(*preview).isEmpty());
    const Session made = session(*preview);
    const QList<analysis::ResultRow> rows = analysis::resultRows(made);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].comparisonKey, rows[1].comparisonKey);
    QVERIFY(rows[1].ratio);
}

void TestImportPreview::repeatsKeepTheirNumbers_data()
{
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<QList<int>>("repeats");
    QTest::newRow("told") << QByteArray("docker,1000,2,5\ndocker,1000,1,6\ndocker,2000,1,7\n") << QList<int>{2, 1, 1};
    QTest::newRow("twice") << QByteArray("docker,1000,1,5\ndocker,1000,1,6\nqemu,1000,1,7\n") << QList<int>{1, 2, 1};
    QTest::newRow("not told") << QByteArray("docker,1000,,5\ndocker,1000,,6\nqemu,1000,,7\n") << QList<int>{1, 2, 1};
    QTest::newRow("partly") << QByteArray("docker,1000,3,5\ndocker,1000,,6\n") << QList<int>{1, 2};
}

void TestImportPreview::repeatsKeepTheirNumbers()
{
    QFETCH(QByteArray, rows);
    QFETCH(QList<int>, repeats);
    write(u"x.csv"_s, tableOf(rows));
    const auto preview = readImport({path()});
    QVERIFY(preview);
    QList<int> found;
    const Session made = session(*preview);
    for (const RunRecord& run : made.runs)
        found << run.repeat;
    QCOMPARE(found, repeats);
}

/// Gaps, unknown parameters and failed runs: each run has a place of its own in table, summary and exports.
void TestImportPreview::everyViewHasTheRuns()
{
    write(u"docker/cpu.csv"_s, "target,cpu_max_prime,threads,repeat,eps\ndocker,1000,1,1,5\ndocker,1000,,1,6\n"
                               "docker,2000,1,1,7\ndocker,2000,1,2,8\nqemu,1000,1,1,2\nqemu,1000,1,9,3\n");
    write(u"docker/many.txt"_s, sample(u"dirt-many.txt"_s));
    const auto preview = readImport({path()});
    QVERIFY(preview);
    const Session made = session(*preview);
    QCOMPARE(made.runs.size(), 11);
    QSet<QString> ids;
    QSet<int> places;
    for (const RunRecord& run : made.runs) {
        ids.insert(run.id);
        places.insert(run.plannedIndex);
    }
    QCOMPARE(ids.size(), made.runs.size());
    QVERIFY(places.size() >= made.runs.size() - 1); // one collides with the default of another
    QCOMPARE(attemptsThatCount(made).size(), made.runs.size());
    int good = 0;
    int failed = 0;
    for (const analysis::ResultRow& row : analysis::resultRows(made)) {
        good += static_cast<int>(row.values.size());
        failed += row.failed;
    }
    QCOMPARE(good, 10);
    QCOMPARE(failed, 1);
    QCOMPARE(rawCsv(made).count("\r\n"), made.runs.size() + 1);
    QVERIFY(!summaryCsv(made).isEmpty());
}

void TestImportPreview::exportedRunsComeBack()
{
    const Session reference = referenceSession();
    write(u"runs.csv"_s, rawCsv(reference));
    const auto preview = readImport({path(u"runs.csv"_s)});
    QVERIFY2(preview, qPrintable(preview.error().message));
    QVERIFY(preview->warnings.isEmpty());
    const Session made = session(*preview);
    QCOMPARE(made.runs.size(), reference.runs.size());
    for (qsizetype i = 0; i < made.runs.size(); ++i) {
        QCOMPARE(made.runs[i].metrics, reference.runs[i].metrics);
        QCOMPARE(made.runs[i].params, reference.runs[i].params);
        QCOMPARE(made.runs[i].repeat, reference.runs[i].repeat);
        QCOMPARE(made.runs[i].plannedIndex, reference.runs[i].plannedIndex);
    }
    QCOMPARE(made.plan.suites, reference.plan.suites);
}

void TestImportPreview::onlyFilesAreRead()
{
    write(u"lab/docker.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    QVERIFY(QFile::link(path(u"lab"_s), path(u"lab/loop"_s)));
    QVERIFY(QFile::link(u"/dev/zero"_s, path(u"lab/zero.txt"_s)));
    QVERIFY(QFile::link(u"/proc/self/mem"_s, path(u"lab/mem.txt"_s)));
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"lab/gone.txt"_s)));
    QCOMPARE(::mkfifo(qPrintable(path(u"lab/pipe.txt"_s)), 0600), 0);
    const auto preview = readImport({path(u"lab"_s)});
    QVERIFY2(preview, qPrintable(preview.error().message));
    QCOMPARE(preview->rows.size(), 1);
    for (const QString& name : {u"/dev/zero"_s, u"/proc/self/status"_s, path(u"lab/pipe.txt"_s), path(u"none"_s)}) {
        const auto refused = readImport({name});
        QVERIFY(!refused && refused.error().code == Error::Code::BadInput);
    }
}

void TestImportPreview::limitsHold()
{
    QFile huge(write(u"huge.txt"_s, {}));
    QVERIFY(huge.open(QIODevice::ReadWrite) && huge.resize(importedFileBytes + 1)); // a hole: no bytes on the disk
    const auto refused = readImport({huge.fileName()});
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains("64 MiB"_L1), qPrintable(refused.error().message));
    QString deep = u"deep"_s;
    for (int i = 0; i < importedFolderDepth + 2; ++i)
        deep += u"/d"_s;
    write(deep + u"/docker.txt"_s, sample(u"1.0.20-cpu.txt"_s));
    const auto tooDeep = readImport({path(u"deep"_s)});
    QVERIFY(!tooDeep);
    QVERIFY2(tooDeep.error().message.contains("too deep"_L1), qPrintable(tooDeep.error().message));
}

void TestImportPreview::tellsHowFarItIs()
{
    for (int i = 0; i < 4; ++i)
        write(u"docker_%1.txt"_s.arg(i), sample(u"1.0.20-cpu.txt"_s));
    std::stop_source stop;
    QList<int> done;
    const auto all = readImport({path()}, stop.get_token(), [&done](int files, int of, const QString&) {
        QCOMPARE(of, 4);
        done << files;
    });
    QVERIFY(all);
    QCOMPARE(done, (QList<int>{0, 1, 2, 3, 4}));
    const auto half = readImport({path()}, stop.get_token(), [&stop](int files, int, const QString&) {
        if (files == 2)
            stop.request_stop();
    });
    QVERIFY(!half && half.error().code == Error::Code::Cancelled);
}

QTEST_GUILESS_MAIN(TestImportPreview)
#include "tst_import_preview.moc"
