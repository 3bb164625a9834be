#include "support/program.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// What the program answers without measuring anything.
class TestCli : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void refusesWrongUsage_data();
    void refusesWrongUsage();
    void helps_data();
    void helps();
    void saysWhatToTypeWithoutCommand();
    void refusesBadPlans_data();
    void refusesBadPlans();
    void showsCommands();
    void tellsWhatIsUnequal();
    void showsWholePaths();
    void takesPastedCommands();
    void refusesWhatCannotBePasted();
    void parses();
    void parsesStandardInput();
    void refusesWhatIsNoOutput();
    void checksTheEnvironment();
    void checksAMachineWithoutAnything();
    void sessionsOfAnEmptyStore();
    void refusesBrokenSettings();
    void refusesBrokenStore_data();
    void refusesBrokenStore();

private:
    std::unique_ptr<FakeMachine> m_machine;
    ProgramResult run(const QStringList& arguments, const QByteArray& input = {}) const
    {
        return Program(*m_machine).run(arguments, input);
    }
    QString file(const QString& name, const QByteArray& content) const
    {
        QFile out(m_machine->path(name));
        return out.open(QIODevice::WriteOnly) && out.write(content) == content.size() ? out.fileName() : QString();
    }
};

void TestCli::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni());
}

void TestCli::refusesWrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* arguments, const char* says) {
        QTest::newRow(arguments) << QString::fromLatin1(arguments).split(u' ') << QByteArray(says);
    };
    row("rnu", "Did you mean run?");
    row("sesions list", "Did you mean sessions?");
    row("xyzzy", "Unknown command xyzzy.");
    row("--vresion", "Did you mean --version?");
    row("run --repeat 3", "Did you mean --repeats?");
    row("run --repeat=3", "Did you mean --repeats?");
    row("run --quit", "Did you mean --quiet?");
    row("run extra", "extra is one argument too many");
    row("run --preset quik", "quick");
    row("run --targets docker,qmu", "qemu");
    row("run --targets ,", "--targets");
    row("run --repeats 0", "repeats");
    row("run --repeats x", "--repeats: expected a whole number from 1 to 1000, found \"x\"");
    row("run --targets docker,qemu,docker", "--targets: docker is listed twice");
    row("run --time 0", "time");
    row("run --time", "time");
    row("run --preset quick --plan x.json", "plan");
    row("run --plan /nonexistent.json", "/nonexistent.json");
    row("run --resume nosuch", "nosuch");
    row("doctor --jsn", "Did you mean --json?");
    row("parse", "FILE");
    row("parse /nonexistent.txt", "/nonexistent.txt");
    row("parse --jsno x", "Did you mean --json?");
    row("sessions shwo", "show");
    row("sessions show", "");
    row("sessions show nosuch", "");
    row("sessions delete nosuch", "");
    row("sessions list --josn", "Did you mean --json?");
    row("analyze", "SESSION");
    row("analyze nosuch", "");
    row("analyze reference --jsno", "Did you mean --json?");
    row("export", "SESSION");
    row("export nosuch --csv -", "");
    row("export /nonexistent.json --csv -", "/nonexistent.json");
    row("export x --cvs -", "Did you mean --csv?");
    row("guest biuld", "build");
    row("commands --presets quick", "Did you mean --preset?");
}

void TestCli::refusesWrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const ProgramResult result = run(arguments);
    QVERIFY2(result.status == 1, result.story());
    QVERIFY2(result.out.isEmpty(), result.story());
    QVERIFY2(!result.err.isEmpty() && result.err.contains(says), result.story());
}

void TestCli::helps_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("version") << QStringList{u"--version"_s} << QByteArray("benchvisor " BENCHVISOR_VERSION);
    QTest::newRow("help") << QStringList{u"--help"_s} << QByteArray("doctor");
    for (const QString& command :
         {u"run"_s, u"doctor"_s, u"commands"_s, u"parse"_s, u"sessions"_s, u"export"_s, u"import"_s, u"guest"_s})
        QTest::newRow(qPrintable(command)) << QStringList{command, u"--help"_s} << QByteArray("--help");
}

void TestCli::helps()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const ProgramResult result = run(arguments);
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.out.contains(says), result.story());
    QVERIFY2(result.err.isEmpty(), result.story());
}

void TestCli::saysWhatToTypeWithoutCommand()
{
    const ProgramResult result = run({});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("benchvisor run --preset quick"), result.story());
}

void TestCli::refusesBadPlans_data()
{
    QTest::addColumn<QByteArray>("plan");
    QTest::addColumn<QByteArray>("says");
    const auto plan = [](const QByteArray& target, const QByteArray& suite, const QByteArray& more = {}) {
        return R"({"schema":"benchvisor-plan/1","targets":[)" + target + R"(],"suites":[)" + suite + "]" + more + "}";
    };
    const QByteArray host = R"({"id":"host","kind":"host"})";
    const QByteArray cpu = R"({"test":"cpu"})";
    QTest::newRow("unknown key") << plan(host, cpu, R"(,"repeat":3)") << QByteArray("repeats");
    QTest::newRow("unknown key of a target") << plan(R"({"id":"q","kind":"qemu","smpp":1})", cpu) << QByteArray("smp");
    QTest::newRow("unknown option") << plan(host, R"({"test":"cpu","cpu_max_prim":1})") << QByteArray("cpu_max_prime");
    QTest::newRow("wrong type") << plan(host, cpu, R"(,"repeats":"three")") << QByteArray("repeats");
    QTest::newRow("smp 0") << plan(R"({"id":"q","kind":"qemu","smp":0})", cpu) << QByteArray("smp");
    QTest::newRow("smp -1") << plan(R"({"id":"q","kind":"qemu","smp":-1})", cpu) << QByteArray("smp");
    QTest::newRow("cpus 0") << plan(R"({"id":"d","kind":"docker","cpus":0})", cpu) << QByteArray("cpus");
    QTest::newRow("memory beyond the host's")
        << plan(R"({"id":"q","kind":"qemu","memory_mib":99999999})", cpu) << QByteArray("memory_mib");
    QTest::newRow("container's memory beyond the host's")
        << plan(R"({"id":"d","kind":"docker","memory_mib":99999999})", cpu) << QByteArray("memory_mib");
    QTest::newRow("time 0") << plan(host, R"({"test":"cpu","time_s":0})") << QByteArray("time_s");
    QTest::newRow("repeats 0") << plan(host, cpu, R"(,"repeats":0)") << QByteArray("repeats");
    QTest::newRow("no targets") << plan("", cpu) << QByteArray("target");
    QTest::newRow("no suites") << plan(host, "") << QByteArray("suite");
    QTest::newRow("same id twice") << plan(host + ',' + host, cpu) << QByteArray("host");
    QTest::newRow("no JSON") << QByteArray("targets: [host]") << QByteArray("plan.json");
    QTest::newRow("another schema") << QByteArray(R"({"schema":"benchvisor-plan/9"})") << QByteArray("benchvisor-plan");
    QTest::newRow("empty") << QByteArray() << QByteArray("plan.json");
}

void TestCli::refusesBadPlans()
{
    QFETCH(QByteArray, plan);
    QFETCH(QByteArray, says);
    const QString path = file(u"plan.json"_s, plan);
    for (const QString& command : {u"run"_s, u"commands"_s}) {
        const ProgramResult result = run({command, u"--plan"_s, path});
        QVERIFY2(result.status == 1, result.story());
        QVERIFY2(result.out.isEmpty() && result.err.contains(says), result.story());
    }
}

void TestCli::showsCommands()
{
    QVERIFY(m_machine->makeGuest());
    const ProgramResult result = run({u"commands"_s, u"--repeats"_s, u"7"_s});
    QVERIFY2(result.status == 0, result.story());
    QVERIFY(result.out.contains("fake-qemu -M q35"));
    QVERIFY(result.out.contains("fake-docker run --rm"));
    QVERIFY(result.out.contains("\"repeats\": 7"));
    QVERIFY2(m_machine->log(u"docker/log"_s).isEmpty(), "it ran something");
    QVERIFY(!QFile::exists(m_machine->settings.storeFile()));
}

/// Each inequality once, on stderr, with the commands or before the runs; --fair mends what can be.
void TestCli::tellsWhatIsUnequal()
{
    QVERIFY(m_machine->makeGuest());
    const QString plan = file(u"unequal.json"_s, R"({"schema": "benchvisor-plan/1", "repeats": 1, "order": "blocked",
 "targets": [{"kind": "docker", "id": "c", "cpus": 0.5, "memory_mib": 512, "storage": "tmpfs"},
  {"kind": "qemu", "id": "v", "accel": "tcg", "smp": 1, "memory_mib": 256, "disk": {"cache": "unsafe"}}],
 "suites": [{"test": "fileio", "file_test_mode": ["seqrd"], "file_total_size": "16M", "file_num": 4, "time_s": 1}]})");
    const ProgramResult told = run({u"commands"_s, u"--plan"_s, plan});
    QVERIFY2(told.status == 0, told.story());
    for (const char* text :
         {"Fairness: The numbers of CPUs differ: Docker 0.5 CPU 512 MiB tmpfs has 0.5 CPUs and ",
          "Fairness: One target is measured after the other", "the CPU is emulated (accelerator tcg)",
          "the files are in memory (tmpfs)", "the disk ignores flushes", "Fairness: Each run is done only 1 time.",
          "Fairness: --fair mends "}) {
        QVERIFY2(told.err.count(text) == 1, told.story());
        QVERIFY2(!told.out.contains(text), told.story());
    }
    QVERIFY2(!told.err.contains("Note: "), told.story()); // the same in other words
    const ProgramResult mended = run({u"commands"_s, u"--plan"_s, plan, u"--fair"_s});
    QVERIFY2(mended.status == 0, mended.story());
    QVERIFY2(mended.err.contains("Mended by --fair: Use whole CPUs. Before: ") &&
                 mended.err.contains("Mended by --fair: Set the storage to volume. Before: ") &&
                 !mended.err.contains("--fair mends") && mended.err.contains("the CPU is emulated"),
             mended.story());
    QVERIFY2(mended.out.contains("\"repeats\": 5") && mended.out.contains("\"storage\": \"volume\"") &&
                 mended.out.contains("\"order\": \"interleaved\"") && !mended.out.contains("cache=unsafe"),
             mended.story());
    const ProgramResult resumed = run({u"run"_s, u"--resume"_s, u"last"_s, u"--fair"_s});
    QVERIFY2(resumed.status == 1 && resumed.err.contains("excludes"), resumed.story());
}

/// They are pasted anywhere, and an overlay lies in another folder than its base.
void TestCli::showsWholePaths()
{
    QVERIFY(m_machine->makeGuest());
    const ProgramResult result =
        run({u"commands"_s, u"--paste"_s, u"qemu-system-x86_64 -m 1G -drive file=g.raw,format=raw,if=virtio"_s});
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.err.contains("It could not be run now: targets[0].disk.path: "), result.story()); // no such file
    QVERIFY2(result.out.contains(" -b /") && result.out.contains("/g.raw -F raw "), result.story());
}

void TestCli::takesPastedCommands()
{
    QVERIFY(m_machine->makeGuest());
    const ProgramResult result = run({u"commands"_s, u"--paste"_s, u"docker run -it --cpus=1 -m 256m ubuntu bash"_s,
                                      u"--paste"_s, u"docker run --cpus 1 -m 256m ubuntu"_s, u"--repeats"_s, u"7"_s});
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.out.contains("\"id\": \"docker-1c-256m-layer\"") &&
                 result.out.contains("\"id\": \"docker-1c-256m-layer-2\""),
             result.story());
    QVERIFY(result.out.contains("\"image\": \"ubuntu\"") && result.out.contains("\"repeats\": 7"));
    QVERIFY(!result.out.contains("fake-qemu")); // these targets in place of the preset's
    QVERIFY2(result.err.contains("set       --cpus=1: CPUs it may use: 1.") &&
                 result.err.contains("replaced  bash: ") && result.err.contains("default   storage: "),
             result.story());
}

void TestCli::refusesWhatCannotBePasted()
{
    for (const QString& command : {u"run"_s, u"commands"_s}) {
        const ProgramResult prose = run({command, u"--paste"_s, u"start it"_s});
        QVERIFY2(prose.status == 1 && prose.err.startsWith("--paste: There is no command for a VM"), prose.story());
        // What it means is said, also where it cannot be run.
        const ProgramResult wrong = run({command, u"--paste"_s, u"qemu-system-x86_64 -m 16 -hda d.raw"_s});
        QVERIFY2(wrong.status == 1 && wrong.err.contains("No accelerator was named: QEMU emulates") &&
                     wrong.err.contains("targets[0].memory_mib: 16 MiB of memory is too little"),
                 wrong.story());
        const ProgramResult both = run({command, u"--paste"_s, u"docker run x"_s, u"--targets"_s, u"docker"_s});
        QVERIFY2(both.status == 1 && both.err.contains("excludes"), both.story());
    }
}

void TestCli::parses()
{
    const QDir recorded(QStringLiteral(BV_TEST_DATA) + u"/sysbench"_s);
    const QString cpu = recorded.filePath(u"1.0.20-cpu.txt"_s);
    const ProgramResult table = run({u"parse"_s, cpu, recorded.filePath(u"dirt-many.txt"_s)});
    QVERIFY2(table.status == 0, table.story());
    for (const QString& line : QString::fromUtf8(table.out).split(u'\n'))
        QVERIFY2(line.size() <= 100, qPrintable(line));
    const ProgramResult json = run({u"parse"_s, u"--json"_s, cpu});
    QVERIFY2(json.status == 0, json.story());
    const QJsonArray runs = json.json().array();
    QCOMPARE(runs.size(), 1);
    QStringList keys = runs[0].toObject().keys();
    for (const QString& key :
         {u"file"_s, u"test"_s, u"version"_s, u"threads"_s, u"complete"_s, u"metrics"_s, u"intervals"_s})
        QVERIFY2(keys.contains(key), qPrintable(key + u" in "_s + keys.join(u' ')));
    QCOMPARE(runs[0]["metrics"_L1]["events_per_sec"_L1].toDouble(), 2487.53);
    QVERIFY(!runs[0]["metrics"_L1].toObject().contains("mib_per_sec"_L1));
    QCOMPARE(runs[0]["intervals"_L1].toArray().size(), 3);
    // as it was judged when the test data were made
    const QStringList files = recorded.entryList({u"*.txt"_s});
    QVERIFY(files.size() > 30);
    for (const QString& name : files) {
        const ProgramResult one = run({u"parse"_s, u"--json"_s, recorded.filePath(name)});
        QVERIFY2(one.status == 0 || one.status == 1, one.story());
        QVERIFY2(one.json().isArray(), one.story());
    }
}

void TestCli::parsesStandardInput()
{
    QFile cpu(QStringLiteral(BV_TEST_DATA) + u"/sysbench/1.0.20-cpu.txt"_s);
    QVERIFY(cpu.open(QIODevice::ReadOnly));
    const ProgramResult result = run({u"parse"_s, u"-"_s, u"--json"_s}, cpu.readAll());
    QVERIFY2(result.status == 0, result.story());
    QCOMPARE(result.json().array().size(), 1);
}

void TestCli::refusesWhatIsNoOutput()
{
    const QString empty = file(u"empty.txt"_s, {});
    const QString noise = file(u"noise.bin"_s, QByteArray("\0\1\2\3\xff\xfe", 6).repeated(1000));
    const QString folder = m_machine->path();
    for (const QString& path : {empty, noise, folder}) {
        const ProgramResult result = run({u"parse"_s, path});
        QVERIFY2(result.status == 1, result.story());
        QVERIFY2(result.err.contains(path.toUtf8()), result.story());
    }
}

void TestCli::checksTheEnvironment()
{
    QVERIFY(m_machine->makeGuest());
    const ProgramResult json = run({u"doctor"_s, u"--json"_s});
    QVERIFY2(json.status == 0, json.story());
    QStringList ids;
    const QJsonArray items = json.json().array();
    for (const QJsonValue& item : items) {
        ids << item["id"_L1].toString();
        QCOMPARE(item.toObject().keys(), (QStringList{u"detail"_s, u"id"_s, u"mend"_s, u"state"_s, u"title"_s}));
        const QString state = item["state"_L1].toString();
        QVERIFY2(state == "ok"_L1 || !item["mend"_L1].toString().isEmpty(), json.story());
    }
    for (const QString& id : {u"qemu"_s, u"qemu-foreign"_s, u"qemu-img"_s, u"container-engine"_s, u"sysbench"_s,
                              u"guest"_s, u"kvm"_s, u"memory"_s, u"disk"_s, u"store"_s})
        QVERIFY2(ids.contains(id), qPrintable(id));
    const ProgramResult table = run({u"doctor"_s});
    QCOMPARE(table.status, 0);
    QVERIFY2(table.out.contains("7.2.22") && table.out.contains("20.10.24") && !table.out.contains('\x1b'),
             table.story());
    QVERIFY2(table.err.isEmpty(), table.story());
}

void TestCli::checksAMachineWithoutAnything()
{
    Tools& tools = m_machine->settings.tools;
    tools.docker = tools.qemuImg = tools.qemuX86 = tools.qemuAarch64 = tools.sysbench = u"/nonexistent/program"_s;
    QVERIFY(m_machine->writeIni());
    const ProgramResult result = run({u"doctor"_s});
    QVERIFY2(result.status == 2, result.story());
    for (const char* mend : {"apt install qemu-system-x86", "apt install qemu-system-arm", "apt install qemu-utils",
                             "apt install docker.io", "apt install sysbench"})
        QVERIFY2(result.out.contains(mend), result.story());
    const ProgramResult measured = run({u"run"_s, u"-q"_s});
    QVERIFY2(measured.status == 2 && measured.out.isEmpty(), measured.story());
    QVERIFY2(measured.err.contains("apt install qemu-system-x86"), measured.story());
}

void TestCli::sessionsOfAnEmptyStore()
{
    ProgramResult result = run({u"sessions"_s});
    QVERIFY2(result.status == 0 && result.out.contains("No session is stored yet"), result.story());
    result = run({u"sessions"_s, u"list"_s, u"--json"_s});
    QCOMPARE(result.status, 0);
    QVERIFY2(result.json().array().size() == 1 && result.ownSessions().isEmpty(), result.story());
    result = run({u"sessions"_s, u"show"_s, u"last"_s});
    QVERIFY2(result.status == 1, result.story());
    QVERIFY(!QFile::exists(m_machine->settings.storeFile())); // looking makes nothing
}

void TestCli::refusesBrokenSettings()
{
    QVERIFY(m_machine->writeIni(u"[run]\ngrace=5"_s));
    for (const QStringList& arguments : {QStringList{u"run"_s}, {u"commands"_s}, {u"doctor"_s}}) {
        const ProgramResult result = run(arguments);
        QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
        QVERIFY2(result.err.contains("run/grace_s") && result.err.contains("benchvisor.ini"), result.story());
    }
}

void TestCli::refusesBrokenStore_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no database") << QByteArray(10000, 'x');
    QTest::newRow("cut") << QByteArray("SQLite format 3\0", 16) + QByteArray(84, '\x10');
}

void TestCli::refusesBrokenStore()
{
    QFETCH(QByteArray, content);
    QVERIFY(QDir().mkpath(m_machine->settings.dataDir));
    QVERIFY(!file(u"data/benchvisor/sessions.sqlite"_s, content).isEmpty());
    for (const QStringList& arguments : {QStringList{u"sessions"_s},
                                         {u"sessions"_s, u"show"_s, u"last"_s},
                                         {u"export"_s, u"last"_s, u"--csv"_s, u"-"_s}}) {
        const ProgramResult result = run(arguments);
        QVERIFY2(result.status == 1 && result.out.isEmpty(), result.story());
        QVERIFY2(result.err.contains("sessions.sqlite"), result.story());
    }
    const ProgramResult doctor = run({u"doctor"_s});
    QVERIFY2(doctor.status == 2 && doctor.out.contains("sessions.sqlite"), doctor.story());
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
