#include "support/program.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// Arguments and surroundings that nobody meant: they are refused in words, and nothing else happens than was asked.
class TestCliHostile : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void refusesArguments_data();
    void refusesArguments();
    void outputCannotBeWritten_data();
    void outputCannotBeWritten();
    void readerGoesAway();
    void streamsAreClosed_data();
    void streamsAreClosed();
    void foldersCannotBeUsed_data();
    void foldersCannotBeUsed();
    void runtimeFolderIsTooLong();
    void namesAreUnicode();

private:
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    ProgramResult shell(const QString& script, const QStringList& arguments) const;
    ProgramResult runWith(const QStringList& arguments, const QString& variable, const QString& value) const;
    QString planFile(const QByteArray& targetId) const;

    std::unique_ptr<FakeMachine> m_machine;
    QString m_plan;
};

void TestCliHostile::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest());
    m_plan = planFile("host");
}

void TestCliHostile::cleanup()
{
    QTRY_VERIFY2(m_machine->leftovers().isEmpty(), m_machine->leftovers().join(u'\n').toUtf8());
}

QString TestCliHostile::planFile(const QByteArray& targetId) const
{
    QFile plan(m_machine->path(u"plan.json"_s));
    const QByteArray text = R"({"schema": "benchvisor-plan/1", "repeats": 1, "suites": [{"test": "cpu", "time_s": 1}],
 "targets": [{"id": ")" + targetId +
                            R"(", "kind": "host"}]})";
    return plan.open(QIODevice::WriteOnly) && plan.write(text) == text.size() ? plan.fileName() : QString();
}

/// `script` is what a user's shell does with the program, which is "$@" to it.
ProgramResult TestCliHostile::shell(const QString& script, const QStringList& arguments) const
{
    QProcess process;
    Program(*m_machine).prepare(process, arguments);
    process.setArguments(QStringList{u"-c"_s, script, u"sh"_s, process.program()} + arguments);
    process.setProgram(u"/bin/sh"_s);
    process.start();
    process.closeWriteChannel();
    return Program::finish(process);
}

ProgramResult TestCliHostile::runWith(const QStringList& arguments, const QString& variable, const QString& value) const
{
    QProcess process;
    Program(*m_machine).prepare(process, arguments);
    QProcessEnvironment environment = process.processEnvironment();
    environment.insert(variable, value);
    process.setProcessEnvironment(environment);
    process.start();
    process.closeWriteChannel();
    return Program::finish(process);
}

void TestCliHostile::refusesArguments_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const QStringList& arguments, const char* says) {
        QTest::newRow(qPrintable(arguments.join(u' '))) << arguments << QByteArray(says);
    };
    // "" is most often a variable that is not set
    row({u""_s}, "Unknown command \"\"");
    row({u"run"_s, u""_s}, "\"\" is one argument too many");
    row({u"run"_s, u"--preset"_s, u""_s}, "--preset must not be empty");
    row({u"run"_s, u"--plan"_s, u""_s}, "--plan must not be empty");
    row({u"run"_s, u"--plan="_s}, "--plan");
    row({u"run"_s, u"--targets"_s, u""_s}, "--targets must not be empty");
    row({u"run"_s, u"--resume"_s, u""_s}, "--resume must not be empty");
    row({u"run"_s, u"--output"_s, u""_s}, "--output must not be empty");
    row({u"commands"_s, u"--plan"_s, u""_s}, "--plan must not be empty");
    row({u"parse"_s, u""_s}, "FILE must not be empty");
    row({u"sessions"_s, u"delete"_s, u""_s}, "must not be empty");
    row({u"export"_s, u"last"_s, u"--csv"_s, u""_s}, "--csv must not be empty");
    // one thing at a time
    row({u"disk"_s, u"info"_s, u"a.raw"_s, u"--size"_s, u"4G"_s},
        "--size is for `disk create`, and not for `disk info`");
    row({u"disk"_s, u"delete"_s, u"a.raw"_s, u"--encrypted"_s}, "--encrypted is for `disk create/convert`");
    row({u"vm"_s, u"list"_s, u"--iso"_s, u"a.iso"_s}, "--iso is for `vm create`, and not for `vm list`");
    row({u"run"_s, u"doctor"_s}, "doctor is one argument too many");
    row({u"doctor"_s, u"run"_s, u"--preset"_s, u"quick"_s}, "run is one argument too many");
    row({u"run"_s, u"--plan"_s, u"a"_s, u"--plan"_s, u"b"_s}, "--plan");
    // numbers
    row({u"run"_s, u"--repeats"_s, u"99999999999999999999"_s}, "--repeats");
    row({u"run"_s, u"--repeats"_s, u"-1"_s}, "--repeats");
    row({u"run"_s, u"--repeats"_s, u"1.5"_s}, "--repeats");
    row({u"run"_s, u"--time"_s, u"1e9"_s}, "--time");
    row({u"run"_s, u"--time"_s, u"nan"_s}, "--time");
    // files that are none
    row({u"run"_s, u"--plan"_s, u"/"_s}, "The plan / cannot be read");
    row({u"run"_s, u"--plan"_s, u"/dev/zero"_s}, "/dev/zero: The plan is too large");
    row({u"run"_s, u"--plan"_s, u"/dev/null"_s}, "/dev/null: The plan is empty");
    row({u"parse"_s, u"/"_s}, "/: cannot be read");
    row({u"parse"_s, u"/proc/self/mem"_s}, "/proc/self/mem: cannot be read");
    row({u"export"_s, u"/"_s, u"--csv"_s, u"-"_s}, "The file / cannot be read");
    row({u"guest"_s, u"build"_s, u"--kernel"_s, u"/etc/passwd"_s}, "/etc/passwd is not a Linux kernel for");
    row({u"guest"_s, u"build"_s, u"--kernel"_s, u"/"_s}, "--kernel");
    row({u"guest"_s, u"build"_s, u"--modules"_s, u"/"_s}, "--kernel");
    // names that mean something elsewhere
    row({u"run"_s, u"--resume"_s, u"%"_s}, "%");
    row({u"run"_s, u"--resume"_s, u"'; DROP TABLE run; --"_s}, "DROP TABLE");
    row({u"sessions"_s, u"show"_s, u"../../etc/passwd"_s}, "../../etc/passwd");
    row({u"sessions"_s, u"delete"_s, u"*"_s}, "*");
    row({u"sessions"_s, u"show"_s, u"ünï☃\u0007"_s}, "ünï☃?");
    row({u"sessions"_s, u"show"_s, QString(100000, u'x')}, "xxx");
}

void TestCliHostile::refusesArguments()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    // a session that must survive all this
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}).status, 0);
    const qsizetype measured = m_machine->log(u"sysbench.log"_s).size();
    const ProgramResult result = run(arguments);
    QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains(says), result.story());
    QVERIFY2(!result.err.contains("QFSFileEngine") && !result.err.contains('\a'), result.story());
    QCOMPARE(m_machine->log(u"sysbench.log"_s).size(), measured);
    QCOMPARE(run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions().size(), 1);
}

void TestCliHostile::outputCannotBeWritten_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("run") << QStringList{u"run"_s, u"-q"_s, u"--plan"_s, u"plan.json"_s};
    QTest::newRow("run --json") << QStringList{u"run"_s, u"-q"_s, u"--json"_s, u"--plan"_s, u"plan.json"_s};
    QTest::newRow("sessions") << QStringList{u"sessions"_s};
    QTest::newRow("export") << QStringList{u"export"_s, u"last"_s, u"--csv"_s, u"-"_s};
    QTest::newRow("commands") << QStringList{u"commands"_s, u"--plan"_s, u"plan.json"_s};
    QTest::newRow("parse") << QStringList{u"parse"_s, QStringLiteral(BV_TEST_DATA) + u"/sysbench/1.0.20-cpu.txt"_s};
    QTest::newRow("guest") << QStringList{u"guest"_s, u"info"_s};
    QTest::newRow("doctor") << QStringList{u"doctor"_s};
}

/// A full disk behind `>`, and no standard output at all.
void TestCliHostile::outputCannotBeWritten()
{
    QFETCH(QStringList, arguments);
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}).status, 0);
    for (const QString& script : {u"\"$@\" >/dev/full"_s, u"\"$@\" >&-"_s}) {
        const ProgramResult result = shell(script, arguments);
        QVERIFY2(result.status == 1, result.story());
        QVERIFY2(result.err.count("The standard output cannot be written to") == 1, result.story());
    }
    // The session is stored all the same.
    const qsizetype expected = arguments.first() == "run"_L1 ? 3 : 1;
    QCOMPARE(run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions().size(), expected);
    const ProgramResult toDevice = run({u"export"_s, u"last"_s, u"--json"_s, u"/dev/full"_s});
    QVERIFY2(toDevice.status == 1 && toDevice.err.contains("/dev/full cannot be written to"), toDevice.story());
}

void TestCliHostile::readerGoesAway()
{
    const ProgramResult result = shell(u"{ \"$@\"; echo \"status $?\" >&2; } | head -c 10"_s,
                                       {u"run"_s, u"-q"_s, u"--json"_s, u"--plan"_s, m_plan});
    QVERIFY2(result.err.contains("status 0") && !result.err.contains("cannot"), result.story());
    QCOMPARE(run({u"sessions"_s, u"list"_s, u"--json"_s}).ownSessions().size(), 1);
}

void TestCliHostile::streamsAreClosed_data()
{
    QTest::addColumn<QString>("closing");
    for (const char* closing : {"<&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"})
        QTest::newRow(closing) << QString::fromLatin1(closing);
}

/// What is opened next would get their numbers, and with them what is printed.
void TestCliHostile::streamsAreClosed()
{
    QFETCH(QString, closing);
    const ProgramResult result = shell(u"\"$@\" "_s + closing, {u"run"_s, u"--plan"_s, m_plan});
    QCOMPARE(result.status, closing.contains(u" >&-"_s) ? 1 : 0);
    const ProgramResult session = run({u"sessions"_s, u"show"_s, u"last"_s, u"--json"_s});
    QVERIFY2(session.status == 0 && session.json()["runs"_L1][0]["status"_L1] == u"ok"_s, session.story());
}

void TestCliHostile::foldersCannotBeUsed_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("value");
    const QString tooLong = u"/tmp/"_s + QString(300, u'x');
    for (const QString& variable : {u"XDG_DATA_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s}) {
        QTest::addRow("%s, nothing can be there", qPrintable(variable)) << variable << u"/proc/nowhere"_s;
        QTest::addRow("%s, a file", qPrintable(variable)) << variable << u"/etc/passwd"_s;
    }
    QTest::newRow("XDG_DATA_HOME, too long") << u"XDG_DATA_HOME"_s << tooLong;
    QTest::newRow("XDG_CACHE_HOME, too long") << u"XDG_CACHE_HOME"_s << tooLong;
}

void TestCliHostile::foldersCannotBeUsed()
{
    QFETCH(QString, variable);
    QFETCH(QString, value);
    const ProgramResult measured = runWith({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}, variable, value);
    QVERIFY2(measured.status == 2 && measured.out.isEmpty(), measured.story());
    QVERIFY2(measured.err.contains(value.toUtf8()) && measured.err.contains("Choose another place"), measured.story());
    const ProgramResult checked = runWith({u"doctor"_s}, variable, value);
    QVERIFY2(checked.status == 2 && checked.out.contains(value.toUtf8()), checked.story());
    QVERIFY(m_machine->log(u"sysbench.log"_s).isEmpty());
    if (variable != "XDG_CACHE_HOME"_L1)
        return;
    const ProgramResult built = runWith({u"guest"_s, u"build"_s}, variable, value);
    QVERIFY2(built.status == 2 && built.err.contains(value.toUtf8()), built.story());
}

void TestCliHostile::runtimeFolderIsTooLong()
{
    // Sockets could not be there: another private folder is taken.
    const QString path = m_machine->path(QString(120, u'r'));
    QVERIFY(QDir().mkpath(path));
    QFile plan(m_plan);
    QVERIFY(plan.open(QIODevice::WriteOnly));
    plan.write(R"({"schema": "benchvisor-plan/1", "repeats": 1, "suites": [{"test": "cpu", "time_s": 1}],
 "targets": [{"id": "q", "kind": "qemu", "accel": "tcg", "smp": 1, "memory_mib": 256}]})");
    plan.close();
    const ProgramResult result = runWith({u"run"_s, u"-q"_s, u"--plan"_s, m_plan}, u"XDG_RUNTIME_DIR"_s, path);
    QVERIFY2(result.status == 0, result.story());
}

void TestCliHostile::namesAreUnicode()
{
    const QString copy = m_machine->path(u"Sitzung ünï ☃.json"_s);
    const ProgramResult result = run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan, u"--output"_s, copy});
    QVERIFY2(result.status == 0 && QFile::exists(copy), result.story());
    const ProgramResult exported = run({u"export"_s, copy, u"--csv"_s, u"-"_s});
    QVERIFY2(exported.status == 0 && exported.out.contains("host"), exported.story());
    // An id becomes part of names of files and containers.
    for (const char* id : {"ünï☃", "../x", "a b", "a/b", "-x", "a\\u0000b"}) {
        QVERIFY(!planFile(id).isEmpty());
        const ProgramResult refused = run({u"run"_s, u"-q"_s, u"--plan"_s, m_plan});
        QVERIFY2(refused.status == 1 && refused.err.contains("id"), refused.story());
    }
}

QTEST_GUILESS_MAIN(TestCliHostile)
#include "tst_cli_hostile.moc"
