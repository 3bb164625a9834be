#include "support/program.h"

#include <QRegularExpression>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace bv;

/// `benchvisor run` and what is done with its sessions.
class TestCliRun : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void endsWithATable();
    void printsTheSession();
    void isQuiet();
    void listsShowsDeletes();
    void exports();
    void saysThatRunsFailed();
    void resumes();
    void takesPathsFromThePlansFolder();
    void signalsEndIt_data();
    void signalsEndIt();
    void outputCannotBeWritten();
    void outputIsLostMeanwhile();

private:
    std::unique_ptr<FakeMachine> m_machine;
    QString m_plan;
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    QString onlySession() const
    {
        const QJsonArray list = run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions();
        return list.size() == 1 ? list[0]["id"_L1].toString() : QString();
    }
};

void TestCliRun::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest());
    m_plan = m_machine->path(u"plan.json"_s);
    QFile plan(m_plan);
    QVERIFY(plan.open(QIODevice::WriteOnly));
    plan.write(R"({"schema": "benchvisor-plan/1", "name": "cli", "repeats": 2, "targets": [
 {"id": "docker", "kind": "docker", "label": "A container with a very long name, longer than a column",
  "cpus": 1, "memory_mib": 256},
 {"id": "qemu", "kind": "qemu", "accel": "tcg", "smp": 1, "memory_mib": 256}],
 "suites": [{"test": "cpu", "time_s": 1},
  {"test": "fileio", "file_test_mode": ["rndwr", "seqrd"], "file_total_size": "16M", "file_num": 4, "time_s": 1}]})");
}

void TestCliRun::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
}

void TestCliRun::endsWithATable()
{
    const ProgramResult result = run({u"run"_s, u"--plan"_s, m_plan});
    QVERIFY2(result.status == 0, result.story());
    const QStringList lines = QString::fromUtf8(result.out).split(u'\n');
    QVERIFY2(lines.size() >= 7, result.story());
    for (const QString& line : lines)
        QVERIFY2(line.size() <= 100, qPrintable(line));
    QVERIFY2(result.out.contains("2488") && result.out.contains("1.00"), result.story());
    QVERIFY(!result.out.contains('\x1b') && !result.err.contains('\x1b') && !result.err.contains('\r'));
    QVERIFY2(result.err.contains("Booting QEMU tcg"), result.story());
    // before anything starts
    const qsizetype note = result.err.indexOf("the CPU is emulated (accelerator tcg)");
    QVERIFY2(note >= 0 && note < result.err.indexOf("Booting"), result.story());
}

void TestCliRun::printsTheSession()
{
    const QString copy = m_machine->path(u"session.json"_s);
    const ProgramResult result = run({u"run"_s, u"--plan"_s, m_plan, u"--json"_s, u"-q"_s, u"--output"_s, copy});
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.story());
    const QJsonObject session = result.json().object();
    for (const QString& key :
         {u"schema"_s, u"id"_s, u"created"_s, u"app"_s, u"host"_s, u"plan"_s, u"targets"_s, u"runs"_s, u"fairness"_s})
        QVERIFY2(session.contains(key), qPrintable(key));
    QCOMPARE(session["schema"_L1].toString(), u"benchvisor-session/1"_s);
    QCOMPARE(session["runs"_L1].toArray().size(), 12);
    const QJsonObject first = session["runs"_L1][0].toObject();
    for (const QString& key : {u"id"_s, u"target"_s, u"test"_s, u"params"_s, u"repeat"_s, u"discarded"_s, u"status"_s,
                               u"started"_s, u"duration_s"_s, u"exit_code"_s, u"command"_s, u"metrics"_s,
                               u"intervals"_s, u"utilization"_s, u"output"_s, u"error"_s})
        QVERIFY2(first.contains(key), qPrintable(key));
    const QJsonObject vm = session["targets"_L1][1].toObject();
    QCOMPARE(vm["provenance"_L1]["accel"_L1].toString(), u"tcg"_s);
    QCOMPARE(vm["provenance"_L1]["qemu"_L1].toString(), u"7.2.22"_s);
    QCOMPARE(vm["provenance"_L1]["sysbench"_L1]["version"_L1].toString(), u"1.0.20"_s);
    QFile file(copy);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(file.readAll()).object()["id"_L1], session["id"_L1]);
    // the file is as good as the id
    const ProgramResult csv = run({u"export"_s, copy, u"--csv"_s, u"-"_s});
    QVERIFY2(csv.status == 0 && csv.out.count('\n') > 4, csv.story());
    const ProgramResult shown = run({u"sessions"_s, u"show"_s, copy});
    QVERIFY2(shown.status == 0 && shown.out.contains(session["id"_L1].toString().toUtf8()), shown.story());
}

void TestCliRun::isQuiet()
{
    const ProgramResult result = run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s});
    QVERIFY2(result.status == 0, result.story());
    QCOMPARE(result.err, QByteArray());
    QVERIFY(!result.out.isEmpty());
}

void TestCliRun::listsShowsDeletes()
{
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s}).status, 0);
    const QString id = onlySession();
    QVERIFY(!id.isEmpty());
    ProgramResult result = run({u"sessions"_s});
    QVERIFY2(result.status == 0 && result.out.contains(id.toUtf8()) && result.out.contains("finished"), result.story());
    for (const QString& argument : {id, id.left(10), u"last"_s}) {
        result = run({u"sessions"_s, u"show"_s, argument});
        QVERIFY2(result.status == 0 && result.out.contains(id.toUtf8()), result.story());
        for (const QString& line : QString::fromUtf8(result.out).split(u'\n'))
            QVERIFY2(line.size() <= 100, qPrintable(line));
    }
    result = run({u"sessions"_s, u"show"_s, id, u"--json"_s});
    QCOMPARE(result.json()["id"_L1].toString(), id);
    result = run({u"sessions"_s, u"delete"_s, id});
    QVERIFY2(result.status == 0, result.story());
    QVERIFY(run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions().isEmpty());
    QCOMPARE(run({u"sessions"_s, u"delete"_s, id}).status, 1);
}

void TestCliRun::exports()
{
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}).status, 0);
    ProgramResult result = run({u"export"_s, u"last"_s, u"--csv"_s, u"-"_s});
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.story());
    QVERIFY2(result.out.contains("events_per_sec") && result.out.contains("docker"), result.story());
    const QString raw = m_machine->path(u"raw.csv"_s);
    const QString json = m_machine->path(u"out.json"_s);
    result = run({u"export"_s, u"last"_s, u"--raw-csv"_s, raw, u"--json"_s, json});
    QVERIFY2(result.status == 0 && result.out.isEmpty(), result.story());
    QFile file(raw);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().trimmed().count('\n'), 12); // a head and a row per run
    QCOMPARE(run({u"export"_s, u"last"_s}).status, 1);
    QCOMPARE(run({u"export"_s, u"last"_s, u"--csv"_s, u"/nonexistent/x.csv"_s}).status, 1);
    QCOMPARE(run({u"export"_s, u"last"_s, u"--csv"_s, u"-"_s, u"--json"_s, u"-"_s}).status, 1);
}

void TestCliRun::saysThatRunsFailed()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:fatal");
    ProgramResult result = run({u"run"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s});
    QVERIFY2(result.status == 3, result.story());
    QVERIFY2(result.err.contains("failed: sysbench failed: "), result.story());
    QVERIFY2(result.err.contains("benchvisor run --resume " + onlySession().toUtf8()), result.story());
    QVERIFY2(result.out.contains("0!") && !result.out.contains("1.00"), result.story()); // no ratio without the first
    qputenv("BV_FAKE_QEMU", "exits");
    result = run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s});
    QVERIFY2(result.status == 3 && result.err.contains("unable to find CPU model"), result.story());
    QVERIFY2(result.err.contains("\n3 runs failed in docker: sysbench failed: ") ||
                 result.err.startsWith("3 runs failed in docker: sysbench failed: "),
             result.story());
}

void TestCliRun::resumes()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:fatal");
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}).status, 3);
    const QString id = onlySession();
    qunsetenv("BV_FAKE_SYSBENCH");
    const ProgramResult result = run({u"run"_s, u"-q"_s, u"--resume"_s, id, u"--json"_s});
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.story());
    QCOMPARE(result.json()["id"_L1].toString(), id);
    QCOMPARE(result.json()["runs"_L1].toArray().size(), 18); // six failed, twelve ok
    const ProgramResult again = run({u"run"_s, u"-q"_s, u"--resume"_s, id});
    QVERIFY2(again.status == 0, again.story()); // nothing is missing
    QCOMPARE(onlySession(), id);
}

/// So that it is the same file when the session is resumed from elsewhere.
void TestCliRun::takesPathsFromThePlansFolder()
{
    QVERIFY(QDir().mkpath(m_machine->path(u"plans"_s)));
    QFile plan(m_machine->path(u"plans/own.json"_s));
    QVERIFY(plan.open(QIODevice::WriteOnly));
    plan.write(R"({"schema": "benchvisor-plan/1", "repeats": 1, "suites": [{"test": "cpu", "time_s": 1}], "targets": [
 {"id": "qemu", "kind": "qemu", "accel": "tcg", "smp": 1, "memory_mib": 256, "disk": {"path": "own.raw"}}]})");
    plan.close();
    const ProgramResult ended = run({u"run"_s, u"-q"_s, u"--plan"_s, u"plans/own.json"_s});
    QVERIFY2(ended.status == 0, ended.story());
    const ProgramResult shown = run({u"sessions"_s, u"show"_s, u"last"_s, u"--json"_s});
    const QString path = m_machine->path(u"plans/own.raw"_s);
    QCOMPARE(shown.json()["plan"_L1]["targets"_L1][0]["disk"_L1]["path"_L1].toString(), path);
    QVERIFY(QFile::exists(path));
}

void TestCliRun::signalsEndIt_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestCliRun::signalsEndIt()
{
    QFETCH(int, number);
    qputenv("BV_FAKE_SYSBENCH", "qemu:hang");
    QProcess process;
    Program(*m_machine).prepare(process, {u"run"_s, u"--plan"_s, m_plan});
    process.start();
    // in the second run, which hangs
    QTRY_VERIFY_WITH_TIMEOUT(!m_machine->log(u"sysbench.log"_s).filter(u"qemu cpu"_s).isEmpty(), 30000);
    QElapsedTimer clock;
    clock.start();
    ::kill(static_cast<pid_t>(process.processId()), number);
    const ProgramResult result = Program::finish(process);
    qInfo("ended %lld ms after the signal", clock.elapsed());
    QVERIFY2(result.status == 130, result.story());
    QVERIFY2(result.err.contains("--resume"), result.story());
    // What ran in the fake VM dies with it, a moment later.
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), qPrintable(m_machine->leftovers().join(u'\n')));
    const QString id = onlySession();
    const QJsonDocument session = run({u"sessions"_s, u"show"_s, id, u"--json"_s}).json();
    QCOMPARE(session["runs"_L1][0]["status"_L1].toString(), u"ok"_s); // what was done is kept
    QCOMPARE(run({u"sessions"_s, u"list"_s, u"--json"_s}).json()[0]["state"_L1].toString(), u"cancelled"_s);
}

void TestCliRun::outputCannotBeWritten()
{
    QVERIFY(QDir().mkpath(m_machine->path(u"folder"_s)));
    for (const QString& path : {u"/nonexistent/folder/x.json"_s, m_machine->path(u"folder"_s), u"/proc/x.json"_s}) {
        const ProgramResult result = run({u"run"_s, u"--plan"_s, m_plan, u"--repeats"_s, u"1"_s, u"--output"_s, path});
        QVERIFY2(result.status == 1 && result.err.contains(path.toUtf8()), result.story());
        QVERIFY2(result.out.isEmpty() && result.err.count('\n') <= 2, result.story());
        QVERIFY(onlySession().isEmpty()); // nothing was measured for nothing
    }
    QCOMPARE(QDir(m_machine->path(u"folder"_s)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList());
}

void TestCliRun::outputIsLostMeanwhile()
{
    const QString path = m_machine->path(u"out/x.json"_s);
    QVERIFY(QDir().mkpath(m_machine->path(u"out"_s)));
    qputenv("BV_FAKE_SYSBENCH", "docker:hang");
    QProcess process;
    Program(*m_machine).prepare(process, {u"run"_s, u"--plan"_s, m_plan, u"--output"_s, path});
    process.start();
    QTRY_VERIFY_WITH_TIMEOUT(!m_machine->log(u"sysbench.log"_s).isEmpty(), 30000);
    QVERIFY(QDir(m_machine->path(u"out"_s)).removeRecursively());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const ProgramResult result = Program::finish(process);
    QVERIFY2(result.status == 130 && result.err.contains("x.json cannot be written"), result.story());
    QVERIFY(!onlySession().isEmpty()); // what was measured is stored all the same
}

QTEST_GUILESS_MAIN(TestCliRun)
#include "tst_cli_run.moc"
