#include "import/reference_session.h"
#include "session/session_json.h"
#include "support/program.h"

#include <QDir>

using namespace Qt::StringLiterals;
using namespace bv;

/// `benchvisor import`, and the published report on the command line.
class TestCliImport : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void importsAFolder();
    void showsBeforehand();
    void asksForWhatIsMissing();
    void refusesWithReasons_data();
    void refusesWithReasons();
    void isNotGoneOnWith();
    void publishedReportIsListed();
    void publishedReportIsExported();
    void publishedReportStays();

private:
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    void copy(const QString& sample, const QString& to) const
    {
        QDir(m_machine->path()).mkpath(QFileInfo(m_machine->path(to)).path());
        QVERIFY(QFile::copy(QStringLiteral(BV_TEST_DATA "/sysbench/") + sample, m_machine->path(to)));
    }

    std::unique_ptr<FakeMachine> m_machine;
};

void TestCliImport::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni());
    copy(u"1.0.20-cpu.txt"_s, u"lab/docker/cpu_1.txt"_s);
    copy(u"1.0.20-cpu.txt"_s, u"lab/docker/cpu_2.txt"_s);
    copy(u"1.0.20-fileio-rndwr.txt"_s, u"lab/qemu_2cpu_2gb/fileio-rndwr-run3.log"_s);
    copy(u"not-sysbench.txt"_s, u"lab/notes.txt"_s);
}

void TestCliImport::importsAFolder()
{
    const ProgramResult result =
        run({u"import"_s, u"lab"_s, u"--name"_s, u"Our lab"_s, u"--output"_s, u"lab.json"_s, u"--json"_s});
    QVERIFY2(result.status == 0, result.story());
    QCOMPARE(result.json()["runs"_L1].toInt(), 3);
    QCOMPARE(result.json()["warnings"_L1].toArray().size(), 1);
    const QString id = result.json()["id"_L1].toString();
    const auto written = readSessionFile(m_machine->path(u"lab.json"_s));
    QVERIFY2(written, qPrintable(written.error().message));
    QCOMPARE(written->id, id);
    const ProgramResult shown = run({u"sessions"_s, u"show"_s, u"last"_s, u"--json"_s});
    QCOMPARE(shown.json()["id"_L1].toString(), id);
    QCOMPARE(shown.json()["name"_L1].toString(), u"Our lab"_s);
    QCOMPARE(shown.json()["app"_L1]["origin"_L1]["kind"_L1].toString(), u"imported"_s);
    const QJsonArray listed = run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed[0]["origin"_L1].toString(), u"imported"_s);
    const ProgramResult csv = run({u"export"_s, id, u"--raw-csv"_s, u"-"_s});
    QVERIFY2(csv.status == 0 && csv.out.count('\n') == 4 && csv.out.contains("2487.53"), csv.story());
    const ProgramResult people = run({u"sessions"_s, u"show"_s, id});
    QVERIFY2(people.out.contains("Imported from 3 runs of 3 files."), people.story());
}

void TestCliImport::showsBeforehand()
{
    const ProgramResult result = run({u"import"_s, u"lab"_s, u"--dry-run"_s});
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.out.contains("lab/docker/cpu_1.txt, 1") && result.out.contains("qemu-2c-2g?"), result.story());
    QVERIFY2(result.err.contains("lab/notes.txt"), result.story());
    for (const QString& line : QString::fromUtf8(result.out).split(u'\n'))
        QVERIFY2(line.size() <= 100, qPrintable(line));
    const QJsonArray rows = run({u"import"_s, u"lab"_s, u"--dry-run"_s, u"--json"_s}).json()["rows"_L1].toArray();
    QCOMPARE(rows.size(), 3);
    QCOMPARE(rows[2]["target"_L1].toString(), u"qemu-2c-2g"_s);
    QCOMPARE(rows[2]["guessed"_L1]["memory_mib"_L1].toString(), u"path"_s);
    QVERIFY(rows[0]["cpus"_L1].isNull());
    QVERIFY(run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions().isEmpty());
    QVERIFY(!QFile::exists(m_machine->settings.storeFile()));
}

void TestCliImport::asksForWhatIsMissing()
{
    copy(u"1.0.20-threads.txt"_s, u"lab/other.txt"_s);
    ProgramResult result = run({u"import"_s, u"lab"_s});
    QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains("lab/other.txt, run 1") && result.err.contains("--target"), result.story());
    result = run({u"import"_s, u"lab"_s, u"--target"_s, u"other*=host"_s});
    QVERIFY2(result.status == 1 && result.err.contains("which test"), result.story());
    QVERIFY(!QFile::exists(m_machine->settings.storeFile()));
    result = run({u"import"_s, u"--target"_s, u"other*=host"_s, u"--test"_s, u"other*=threads"_s, u"lab"_s});
    QVERIFY2(result.status == 0 && result.out.contains("4 runs"), result.story());
}

void TestCliImport::refusesWithReasons_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no file") << QStringList{} << QByteArray("FILE");
    QTest::newRow("not there") << QStringList{u"nowhere.txt"_s} << QByteArray("nowhere.txt does not exist");
    QTest::newRow("another kind, named") << QStringList{u"lab/docker"_s, u"lab/notes.txt"_s}
                                         << QByteArray("What can be read");
    QTest::newRow("device") << QStringList{u"/dev/zero"_s} << QByteArray("/dev/zero");
    QTest::newRow("wrong target") << QStringList{u"lab"_s, u"--target"_s, u"*=speedy"_s} << QByteArray("speedy");
    QTest::newRow("nobody meant") << QStringList{u"lab"_s, u"--target"_s, u"xyz=host"_s} << QByteArray("xyz");
    QTest::newRow("wrong option") << QStringList{u"lab"_s, u"--taget"_s, u"x=host"_s} << QByteArray("--target");
}

void TestCliImport::refusesWithReasons()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const ProgramResult result = run(QStringList{u"import"_s} + arguments);
    QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains(says), result.story());
    QVERIFY(!QFile::exists(m_machine->settings.storeFile()));
}

void TestCliImport::isNotGoneOnWith()
{
    QCOMPARE(run({u"import"_s, u"lab"_s}).status, 0);
    const ProgramResult result = run({u"run"_s, u"-q"_s, u"--resume"_s, u"last"_s});
    QVERIFY2(result.status != 0 && result.err.contains("measured elsewhere"), result.story());
}

void TestCliImport::publishedReportIsListed()
{
    QCOMPARE(run({u"import"_s, u"lab"_s}).status, 0);
    const QJsonArray all = run({u"sessions"_s, u"list"_s, u"--json"_s}).json().array();
    QCOMPARE(all.size(), 2);
    QCOMPARE(all[1]["id"_L1].toString(), QString(referenceSessionId)); // after the user's own
    QCOMPARE(all[1]["origin"_L1].toString(), u"published"_s);
    QCOMPARE(all[1]["runs"_L1]["ok"_L1].toInt(), 60);
    const ProgramResult shown = run({u"sessions"_s, u"show"_s, u"reference"_s});
    QVERIFY2(shown.status == 0 && shown.out.contains("Measured elsewhere"), shown.story());
    QVERIFY2(shown.out.contains("QEMU 7.2") && shown.out.contains("3495.79 events/s"), shown.story());
    for (const QString& line : QString::fromUtf8(shown.out).split(u'\n'))
        QVERIFY2(line.size() <= 100, qPrintable(line));
    // "last" is the user's own
    QVERIFY(run({u"sessions"_s, u"show"_s, u"last"_s, u"--json"_s}).json()["id"_L1] != all[1]["id"_L1]);
}

void TestCliImport::publishedReportIsExported()
{
    const ProgramResult csv = run({u"export"_s, u"reference"_s, u"--raw-csv"_s, u"runs.csv"_s, u"--json"_s,
                                   u"session.json"_s, u"--bundle"_s, u"bundle"_s});
    QVERIFY2(csv.status == 0, csv.story());
    const auto session = readSessionFile(m_machine->path(u"session.json"_s));
    QVERIFY(session);
    QCOMPARE(session->runs, referenceSession().runs);
    QFile script(m_machine->path(u"bundle/cpuTest_Docker.sh"_s));
    QVERIFY(script.open(QIODevice::ReadOnly));
    QVERIFY(!script.readAll().contains("--cpus 0")); // what is not known is not set
    QVERIFY(!QFile::exists(m_machine->settings.storeFile()));
    const ProgramResult again = run({u"import"_s, u"runs.csv"_s, u"--json"_s});
    QVERIFY2(again.status == 0 && again.json()["runs"_L1].toInt() == 60, again.story());
}

void TestCliImport::publishedReportStays()
{
    for (const QString& name : {u"reference"_s, QString(referenceSessionId)}) {
        const ProgramResult result = run({u"sessions"_s, u"delete"_s, name});
        QVERIFY2(result.status == 1 && result.err.contains("cannot be deleted"), result.story());
    }
    const ProgramResult resumed = run({u"run"_s, u"-q"_s, u"--resume"_s, u"reference"_s});
    QVERIFY2(resumed.status == 1 && resumed.err.contains("ships with Benchvisor"), resumed.story());
}

QTEST_GUILESS_MAIN(TestCliImport)
#include "tst_cli_import.moc"
