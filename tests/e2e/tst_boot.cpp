#include "session/session_json.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <cmath>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

namespace {

const QStringList machinePhases{u"boot_qemu_ms"_s, u"boot_firmware_ms"_s, u"boot_kernel_ms"_s, u"boot_userland_ms"_s};
const QStringList containerPhases{u"boot_create_ms"_s, u"boot_start_ms"_s};

/// A QEMU of a start that is measured, as it was seen from outside.
struct Seen
{
    QByteArray command;
    double from = 0; ///< seconds since the machine's start, by the kernel
    double to = 0;   ///< seen last
};

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

double uptime()
{
    return contentOf(u"/proc/uptime"_s).split(' ').first().toDouble();
}

/// See proc(5): the 22nd field, in ticks; the program's name, which may hold anything, is in parentheses.
double startOfProcess(qint64 pid)
{
    const QByteArray stat = contentOf(u"/proc/%1/stat"_s.arg(pid));
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return fields.value(19).toDouble() / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double sumOf(const QJsonObject& metrics, const QStringList& names)
{
    double sum = 0;
    for (const QString& name : names)
        sum += metrics[name].toDouble();
    return sum;
}

} // namespace

/// The start-up test with real VMs and containers.
class TestBoot : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void measuresEveryCell();
    void phasesAddUp();
    void isWhatWasSeenFromOutside();
    void kernelsOwnClockAgrees();
    void coldStartsDroppedWhatTheyRead();
    void targetsAreToldOf();
    void tableTellsOfDependence();
    void isExported();
    void commandsStartTheSame();
    void firmwareHasItsTime();
    void killedStartIsARecord();
    void stopLeavesNothing();

private:
    void lookFromOutside();
    World m_world;
    QJsonObject m_session;
    QMap<qint64, Seen> m_seen;
    QByteArray m_table;
    QString m_id;
};

void TestBoot::lookFromOutside()
{
    const QList<qint64> machines = m_world.machines();
    for (const qint64 pid : machines) {
        const QByteArray command = World::commandOf(pid);
        if (!command.contains("loglevel=6"))
            continue;
        Seen& seen = m_seen[pid];
        seen.command = command;
        if (seen.from == 0)
            seen.from = startOfProcess(pid);
        seen.to = uptime();
    }
}

void TestBoot::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QJsonArray suites{
        QJsonObject{{u"test"_s, u"boot"_s}, {u"smp"_s, QJsonArray{1, 2}}, {u"memory_mib"_s, QJsonArray{256, 384}}},
        QJsonObject{{u"test"_s, u"boot"_s}, {u"cache"_s, u"cold"_s}}};
    const QString plan = planFile(m_world, {hostTarget(), dockerTarget(), qemuTarget()}, suites, {{u"repeats"_s, 2}});
    const QString file = m_world.file(u"session.json"_s);
    Program run(m_world, {u"run"_s, u"--plan"_s, plan, u"--output"_s, file});
    while (run.isRunning()) {
        run.listen(100);
        lookFromOutside();
    }
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    BV_SAID(run.said(u"suites[0].test: The host runs already"_s), run);
    m_id = run.sessionId();
    m_table = run.output();
    m_session = QJsonDocument::fromJson(contentOf(file)).object();
    BV_NOTHING_LEFT(m_world);
    QVERIFY(readSessionFile(file));
}

void TestBoot::measuresEveryCell()
{
    QCOMPARE(runsOf(m_session).size(), 2 * 5 * 2);
    QCOMPARE(runsOf(m_session, u"host"_s).size(), 0);
    QSet<QString> cells;
    const QList<QJsonObject> runs = runsOf(m_session);
    for (const QJsonObject& run : runs) {
        const QByteArray words = QJsonDocument(run).toJson();
        QVERIFY2(run["status"_L1].toString() == "ok"_L1, words);
        QVERIFY2(run["metrics"_L1]["boot_ms"_L1].toDouble() > 0, words);
        const int cpus = run["params"_L1]["smp"_L1].toInt(2);
        const int memory = run["params"_L1]["memory_mib"_L1].toInt(512);
        const QString command = textsOf(run["command"_L1]).join(u' ');
        if (targetOf(run) == "qemu"_L1)
            QVERIFY2(command.contains(u" -smp %1 -m %2 "_s.arg(cpus).arg(memory)), words);
        else
            QVERIFY2(command.contains(u" create "_s) && command.contains(u"--memory %1m"_s.arg(memory)), words);
        cells.insert(targetOf(run) + QString::fromUtf8(QJsonDocument(run["params"_L1].toObject()).toJson()));
    }
    QCOMPARE(cells.size(), 10);
}

void TestBoot::phasesAddUp()
{
    const QList<QJsonObject> runs = runsOf(m_session);
    for (const QJsonObject& run : runs) {
        const QJsonObject metrics = run["metrics"_L1].toObject();
        const bool machine = targetOf(run) == "qemu"_L1;
        const QByteArray words = QJsonDocument(metrics).toJson();
        for (const QString& phase : machine ? machinePhases : containerPhases)
            QVERIFY2(metrics[phase].toDouble() > 0, words);
        for (const QString& phase : machine ? containerPhases : machinePhases)
            QVERIFY2(!metrics.contains(phase), words);
        const double sum = sumOf(metrics, machinePhases + containerPhases);
        QVERIFY2(std::abs(sum - metrics["boot_ms"_L1].toDouble()) < 0.01, words);
    }
}

/// A QEMU cannot have booted longer than it was there.
void TestBoot::isWhatWasSeenFromOutside()
{
    QList<QJsonObject> runs = runsOf(m_session, u"qemu"_s);
    QCOMPARE(m_seen.size(), runs.size());
    QList<Seen> seen = m_seen.values();
    std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.from < b.from; });
    for (qsizetype i = 0; i < seen.size(); ++i) {
        const double lived = 1000 * (seen[i].to - seen[i].from);
        const double booted = runs[i]["metrics"_L1]["boot_ms"_L1].toDouble();
        constexpr double looks = 2000; // between two of them, on a busy machine
        QVERIFY2(booted < lived + looks, qPrintable(u"%1 %2"_s.arg(booted).arg(lived)));
        const QStringList command = textsOf(runs[i]["command"_L1]);
        QVERIFY(seen[i].command.contains(command[command.indexOf(u"-m"_s) + 1].toUtf8()));
    }
}

/// The kernel stamps its lines with the time since it began. A clock that it could not calibrate may run wrong.
void TestBoot::kernelsOwnClockAgrees()
{
    const QList<QJsonObject> runs = runsOf(m_session, u"qemu"_s);
    for (const QJsonObject& run : runs) {
        const QString console = run["output"_L1].toString();
        static const QRegularExpression stamp(u"^\\[ *(\\d+\\.\\d+)\\] "_s, QRegularExpression::MultilineOption);
        double last = 0;
        for (auto match = stamp.globalMatch(console); match.hasNext();)
            last = std::max(last, match.next().captured(1).toDouble());
        QVERIFY2(last > 0, qPrintable(console));
        const double booted = run["metrics"_L1]["boot_ms"_L1].toDouble();
        QVERIFY2(500 * last < booted, qPrintable(u"%1 s %2 ms"_s.arg(last).arg(booted)));
    }
}

void TestBoot::coldStartsDroppedWhatTheyRead()
{
    int cold = 0;
    const QList<QJsonObject> runs = runsOf(m_session, u"qemu"_s);
    for (const QJsonObject& run : runs) {
        const QStringList notes = textsOf(run["notes"_L1]);
        QVERIFY2(notes.isEmpty(), qPrintable(notes.join(u'\n')));
        cold += run["params"_L1]["cache"_L1].toString() == "cold"_L1 ? 1 : 0;
    }
    QCOMPARE(cold, 2);
}

void TestBoot::targetsAreToldOf()
{
    for (const QString& target : {u"docker"_s, u"qemu"_s})
        QVERIFY(!provenanceOf(m_session, target)["sysbench"_L1]["version"_L1].toString().isEmpty());
    QVERIFY(provenanceOf(m_session, u"host"_s).isEmpty());
}

void TestBoot::tableTellsOfDependence()
{
    for (const char* text : {"boot warm, 256 MiB, 1 CPU", "boot cold", " ms ", "qemu: ", "with 2 instead of 1",
                             "with 384 instead of 256 MiB", "95 % CI"})
        QVERIFY2(QString::fromUtf8(m_table).simplified().contains(QString::fromUtf8(text).trimmed()),
                 m_table.constData());
}

void TestBoot::isExported()
{
    const Said summary = m_world.benchvisor({u"export"_s, m_id, u"--csv"_s, u"-"_s});
    const Said raw = m_world.benchvisor({u"export"_s, m_id, u"--raw-csv"_s, u"-"_s});
    QCOMPARE(summary.status + raw.status, 0);
    for (const QString& name : QStringList{u"boot_ms"_s} + machinePhases + containerPhases) {
        QVERIFY2(summary.output.contains(u",%1,ms,2,"_s.arg(name).toUtf8()), summary.output.constData());
        QVERIFY2(raw.output.split('\n').first().contains(name.toUtf8()), raw.output.constData());
    }
    QCOMPARE(raw.output.count('\n'), 1 + 20);
}

/// What is printed can be pasted into a shell: it starts a container and a VM, and ends them.
void TestBoot::commandsStartTheSame()
{
    const QJsonArray suites{QJsonObject{{u"test"_s, u"boot"_s}, {u"smp"_s, 1}, {u"cache"_s, u"cold"_s}}};
    const QString plan = planFile(m_world, {dockerTarget(), qemuTarget()}, suites);
    const Said commands = m_world.benchvisor({u"commands"_s, u"--plan"_s, plan});
    QCOMPARE(commands.status, 0);
    const Said ran = [&] {
        QProcess shell;
        shell.setProcessEnvironment(m_world.environment());
        shell.start(u"sh"_s, {u"-s"_s});
        shell.write(commands.output);
        shell.closeWriteChannel();
        Said said;
        if (shell.waitForFinished(120'000))
            said.status = shell.exitCode();
        said.output = shell.readAllStandardOutput();
        said.errors = shell.readAllStandardError();
        return said;
    }();
    QVERIFY2(ran.status == 0, ran.errors.constData());
    QVERIFY2(ran.output.contains("ready\n"), ran.output.constData());
    BV_NOTHING_LEFT(m_world);
}

/// What EFI writes to the console is not taken for the kernel's words.
void TestBoot::firmwareHasItsTime()
{
    const QJsonArray suites{QJsonObject{{u"test"_s, u"boot"_s}}};
    const QString plan = planFile(m_world, {qemuTarget({{u"firmware"_s, u"uefi"_s}})}, suites);
    const QString file = m_world.file(u"efi.json"_s);
    Program run(m_world, {u"run"_s, u"--plan"_s, plan, u"--output"_s, file});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    const QList<QJsonObject> efi = runsOf(QJsonDocument::fromJson(contentOf(file)).object());
    QCOMPARE(efi.size(), 1);
    const QJsonObject metrics = efi.first()["metrics"_L1].toObject();
    double bios = 0;
    const QList<QJsonObject> runs = runsOf(m_session, u"qemu"_s);
    for (const QJsonObject& one : runs)
        bios = std::max(bios, one["metrics"_L1]["boot_firmware_ms"_L1].toDouble());
    for (const QString& phase : machinePhases)
        QVERIFY2(metrics[phase].toDouble() > 0, QJsonDocument(metrics).toJson());
    qInfo("firmware: EFI %.0f ms, BIOS at most %.0f ms", metrics["boot_firmware_ms"_L1].toDouble(), bios);
    BV_NOTHING_LEFT(m_world);
}

/// A VM that ends while it starts: that start failed, with the reason, and the session goes on.
void TestBoot::killedStartIsARecord()
{
    const QJsonArray suites{QJsonObject{{u"test"_s, u"boot"_s}, {u"memory_mib"_s, QJsonArray{256, 384}}}};
    const QString plan = planFile(m_world, {qemuTarget()}, suites);
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    bool killed = false;
    while (run.isRunning() && !killed) {
        run.listen(20);
        const QList<qint64> machines = m_world.machines();
        for (const qint64 pid : machines) {
            if (World::commandOf(pid).contains("loglevel=6"))
                killed = ::kill(static_cast<pid_t>(pid), SIGKILL) == 0;
        }
    }
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 3, run);
    const QList<QJsonObject> runs = runsOf(m_world.session(run.sessionId()));
    QCOMPARE(runs.size(), 2);
    QCOMPARE(runs[0]["status"_L1].toString(), u"failed"_s);
    QVERIFY2(runs[0]["error"_L1].toString().contains(u"9"_s), qPrintable(runs[0]["error"_L1].toString()));
    QVERIFY(runs[0]["metrics"_L1].toObject().isEmpty());
    QCOMPARE(runs[1]["status"_L1].toString(), u"ok"_s);
    BV_NOTHING_LEFT(m_world);
}

void TestBoot::stopLeavesNothing()
{
    const QJsonArray suites{QJsonObject{{u"test"_s, u"boot"_s}, {u"smp"_s, QJsonArray{1, 2}}}};
    const QString plan = planFile(m_world, {dockerTarget(), qemuTarget()}, suites);
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.waitFor(u"Booting QEMU"_s) && run.waitFor(u"to measure its start"_s), run);
    run.signal(SIGINT);
    BV_SAID(run.finish(), run);
    QCOMPARE(run.status(), 130);
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestBoot)
#include "tst_boot.moc"
